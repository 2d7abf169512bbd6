"""A hundred expressions that want something else than a number, and what must not happen."""

from __future__ import annotations

PWNED = "open('pwned', 'w')"

ATTRIBUTES = [
    "x.__class__", "x.__class__.__bases__[0]", "().__class__.__mro__[1].__subclasses__()",
    "x.tofile('pwned')", "(x+y).dtype", "x.real + y.imag", "sin.__globals__", "pi.__reduce__()",
    "x.__array_interface__", "(1).__add__(2)", "1..real", "''.join(x)", "np.sin(x)", "x.T + y",
    "numpy.load('pwned')", "abs.__self__", "x.base + 1", "sin(x).__len__()", "x.__init__(y)",
]  # fmt: skip
CALLS = [
    f"__import__('os').system({PWNED!r})", PWNED, "open('/etc/passwd').read()", "exec('x')",
    "eval('1+1')", "compile('x', 'y', 'eval')", "globals()['x']", "getattr(x, 'y')", "input()",
    "print(x)", "breakpoint()", "vars()", "dir(x)", "type(x)(3)", "exit()", "quit(1)", "help(x)",
    "map(sin, x)", "range(10**9)", "bytearray(10**9)", "memoryview(x)", "setattr(x, 'y', 1)",
    "sin(x, y)", "sin()", "sin(x=1)", "sin(*[x])", "sin(**{})", "x(y)", "(x+y)(2)", "sin(x)(y)",
    "pi(x)", "__builtins__['open']", "__build_class__()",
]  # fmt: skip
SYNTAX = [
    "[x for x in y]", "{x for x in y}", "{x: y}", "(x for x in y)", "[x, y]", "(x, y)", "x[0]",
    "x[::-1] + y", "lambda: x", "(lambda: x)()", "(z := x)", "x := y", "x = y + 1", "x; y",
    "import os; x", "x if y else 1", "x and y", "not x + y", "x < y", "x == y", "x @ y", "x // y",
    "x % y", "x ^ 2", "x | y", "x & y", "~x", "x << 3", "x >> 3", "'a' * 3", "f'{x}' + 'y'",
    "b'x' + y", "... + x", "None + x", "True + x", "1j * x", "yield x + y", "await (x)", "*x, y",
    "x + # y", "x +", ")(", "x + 'pwned'", "x\ny", "x +\x00 y", "`x`", "x $ y", "x ? y : 1",
]  # fmt: skip
LARGE = [
    "9**9**9**9", "x**10**10", "x**1e9", "10**400 * x", "1e999 + x", "x**-(10**9)", "2**2**2**9",
    "(" * 900 + "x+1", "(" * 250 + "x" + ")" * 250, "-" * 900 + "x", "+".join(["x"] * 499),
    "sin(" * 90 + "x" + ")" * 90, "x+" * 100_000 + "x", "9" * 999 + "+x", "x**" * 200 + "y",
    "x*" * 300 + "y", "1" + "0" * 900 + "*x", "x + " + "9" * 4999,
]  # fmt: skip
LETTERS = [
    "х + 1", "ｘ + ｙ", "x + ₂", "x² + y²", "𝐱 + 𝐲", "x\u202e + y", "x\u200b + y", "x\u2066 + y",
    "x + y\x1b[2J", "x\x07 + y", "x\x85 + y", "x + \ud83d", "sın(x)", "x − y", "x × y", "π * x",
    "\ufeffx + y", "x\u2028+ y", "e\u0301 + x", "x + \U000e0041",
]  # fmt: skip
EXPRESSIONS = [*ATTRIBUTES, *CALLS, *SYNTAX, *LARGE, *LETTERS]
"""Every expression that must be refused, each in one sentence."""

# Sound expressions with options that would take hours, and gigabytes.
OPTIONS = [
    ["--steps", "1000000000"], ["--steps", "9" * 400], ["--size", "7680x4320"],
    ["--start", "nan,1"], ["--start", "1e400,1"], ["--bounds", "0,1e99,0,1"],
    ["--set", "lr=__import__('os')"], ["--set", "lr=" + "9" * 400], ["--set", "lr=1e400"],
    ["--set", "lr=[x for x in y]"], ["--optimizer", "SGD:lr=open('pwned')"],
    ["--optimizer", "SGD:__class__=1"], ["--optimizer", "__import__"], ["--optimizer", "SGD:lr"],
    ["--limit", "steps=10**9"], ["--limit", "steps=" + "9" * 400], ["--fps", "1e300"],
]  # fmt: skip
