"""Keywords: what the settings of other libraries are called here, for whole calls in messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from animopt.errors import short

# PyTorch's, Keras', optax' and SciPy's names, and ours: the first that a class has.
_NAMES = {
    "learning_rate": ("lr",),
    "init_value": ("lr", "start"),
    "step_size": ("lr", "every"),
    "eta": ("lr",),
    "epsilon": ("eps",),
    "beta_1": ("beta1",),
    "beta_2": ("beta2",),
    "b1": ("beta1",),
    "b2": ("beta2",),
    "b3": ("beta3",),
    "alpha": ("rho", "lr"),
    "decay": ("rho",),
    "decay_rate": ("rho", "factor"),
    "gamma": ("rho", "factor"),
    "initial_accumulator_value": ("initial_accumulator",),
    "l1_regularization_strength": ("l1",),
    "l2_regularization_strength": ("l2",),
    "history_size": ("history",),
    "memory_size": ("history",),
    "maxcor": ("history",),
    "max_norm": ("limit",),
    "sync_period": ("k",),
    "slow_step_size": ("alpha",),
    "T_max": ("steps",),
    "T_0": ("steps",),
    "total_steps": ("steps",),
    "decay_steps": ("steps",),
    "transition_steps": ("every", "steps"),
    "T_mult": ("growth",),
    "eta_min": ("end",),
    "end_value": ("end",),
    "max_lr": ("peak",),
    "peak_value": ("peak",),
    "pct_start": ("rise",),
    "div_factor": ("div",),
    "final_div_factor": ("final_div",),
    "name": ("label",),
}
_PAIRS = {
    "betas": ("beta1", "beta2", "beta3"),
    "etas": ("eta_minus", "eta_plus"),
    "step_sizes": ("min_step", "max_step"),
}
# What the scene is told, and the surface.
_SCENE = {
    **dict.fromkeys(("max_iter", "maxiter", "num_steps", "n_iter", "epochs", "nit"), "steps"),
    **dict.fromkeys(("x0", "params", "init_params"), "start"),
}
_SURFACE = {"jac": "gradient", "grad": "gradient", "hess": "hessian"}
# What ends a run there; here each takes the steps of its scene.
_ENDS = {"tol", "gtol", "ftol", "xtol", "xatol", "fatol", "tolerance_grad", "tolerance_change"}
# How they compute there, which changes nothing here.
_IRRELEVANT = {"foreach", "fused", "capturable", "differentiable", "jit_compile", "mu_dtype"}
_IRRELEVANT |= {"disp", "verbose"}
# Other conventions, which are off unless they are given.
_CONVENTIONS = {"nesterov", "amsgrad", "dampening", "momentum", "lr_decay", "use_ema"}
_CONVENTIONS |= {"weight_decay", "clipnorm", "global_clipnorm", "clipvalue", "max_grad_norm"}
_CONVENTIONS |= {"decoupled_weight_decay"}


def translated(kind: type, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str | None:
    """Return the call that means what a call with another library's keywords does; None if unknown.

    >>> from animopt.optimizers import SGD, Adam
    >>> translated(Adam, [], {"betas": (0.9, 0.99)})
    'Adam(beta1=0.9, beta2=0.99)'
    >>> translated(SGD, [0.1], {"momentum": 0.9, "nesterov": True, "weight_decay": 0.01})
    'WeightDecay(Nesterov(lr=0.1, momentum=0.9), weight_decay=0.01)'
    """
    known = [f.name for f in fields(kind)]
    positional = [f.name for f in fields(kind) if not f.kw_only]
    settings = dict(zip(positional, args, strict=False))
    given: dict[str, Any] = {}  # conventions
    beside: list[str] = []
    for word, value in kwargs.items():
        word = "nesterov" if word == "use_nesterov" else word
        names = (word, *_NAMES.get(word, ()))
        name = next((name for name in names if name in known), word)
        if name in known:
            settings[name] = value
        elif word in _PAIRS:
            parts = [name for name in _PAIRS[word] if name in known]
            values = list(value) if isinstance(value, (tuple, list)) else [...] * len(parts)
            if not parts:
                return None
            settings |= dict(zip(parts, values, strict=False))
        elif word == "line_search_fn" and "line_search" in known:  # PyTorch's
            settings["line_search"] = "wolfe" if value else "none"
        elif word in _CONVENTIONS:
            given[word] = value
        elif part := _elsewhere(word, value):
            beside.append(part)
        elif word not in _IRRELEVANT and word != "maximize":
            return None
    call = _with_conventions(kind.__name__, settings, given)
    return call and ", and ".join([call, *beside])


def swept(kind: type, settings: Mapping[str, Any]) -> str | None:
    """Return the sweep that means what one with another library's keywords does; None if unknown.

    >>> from animopt.optimizers import Adam
    >>> swept(Adam, {"betas": [(0.9, 0.99), (0.9, 0.999)]})
    'sweep(Adam, beta1=[0.9], beta2=[0.99, 0.999])'
    """
    known = [f.name for f in fields(kind)]
    ours: dict[str, Any] = {}
    for word, value in settings.items():
        name = next((n for n in (word, *_NAMES.get(word, ())) if n in known), None)
        parts = [n for n in _PAIRS.get(word, ()) if n in known]
        if name:
            ours[name] = value
        elif parts and isinstance(value, (list, tuple)):
            rows = [each if isinstance(each, (list, tuple)) else (each,) for each in value]
            columns = [list(dict.fromkeys(column)) for column in zip(*rows, strict=False)]
            ours |= dict(zip(parts, columns, strict=False))
        else:
            return None
    return f"sweep({kind.__name__}, {', '.join(f'{n}={written(v)}' for n, v in ours.items())})"


def _elsewhere(word: str, value: Any) -> str:
    """Return what to write, and where, for what is no business of an optimizer here."""
    if word in _SCENE:
        return f"Scene(..., {_SCENE[word]}={written(value)})"
    if word in _SURFACE:
        return f"Surface(..., {_SURFACE[word]}={written(value)})"
    if word in _ENDS:
        return "Scene(..., steps=...), since a run takes all steps of its scene"
    if word == "maximize" and value:
        return "Surface(lambda x, y: -f(x, y)), since all of them minimize"
    return ""


def written(value: Any) -> str:
    """Return a value as it is written in a call.

    >>> written(0.9), written("inside"), written(max), written(lambda step: 0.1), written(...)
    ('0.9', "'inside'", 'max', '...', '...')
    """
    if isinstance(value, (bool, int, float, str, tuple, list)):
        return short(value)
    if is_dataclass(value) and not isinstance(
        value, type
    ):  # a schedule, or the optimizer in a wrapper
        settings = {f.name: getattr(value, f.name) for f in fields(value) if f.name != "label"}
        defaults = {f.name: f.default for f in fields(value)}
        parts = [f"{n}={written(v)}" for n, v in settings.items() if v != defaults[n]]
        return f"{type(value).__name__}({', '.join(parts)})"
    name = getattr(value, "__name__", "...") if callable(value) else "..."
    return "..." if name == "<lambda>" else str(name)


def _with_conventions(kind: str, settings: dict[str, Any], given: dict[str, Any]) -> str | None:
    """Return the call of a class with what is a class or a wrapper of its own here."""
    if given.get("lr_decay") or given.get("use_ema"):
        return None
    if kind == "SGD" and (given.get("momentum") or given.get("nesterov")):
        kind = "Nesterov" if given.get("nesterov") else "Momentum"
        if kind == "Nesterov" or "momentum" in given:
            settings["momentum"] = given.get("momentum", 0.9)
        if given.get("dampening"):
            settings["dampening"] = given["dampening"]
    elif given.get("nesterov") and kind in ("Momentum", "Adam"):
        kind = {"Momentum": "Nesterov", "Adam": "NAdam"}[kind]
    elif given.get("momentum") or given.get("nesterov") or given.get("dampening"):
        return None
    decoupled = given.get("decoupled_weight_decay")
    if given.get("amsgrad"):
        if kind not in ("Adam", "AdamW"):
            return None
        decoupled = decoupled or kind == "AdamW"
        kind = "AMSGrad"
    decay = given.get("weight_decay", 0) or (settings.pop("weight_decay", 0) if decoupled else 0)
    call = f"{kind}({', '.join(f'{name}={written(v)}' for name, v in settings.items())})"
    if decay:
        form = ", form='decoupled'" if decoupled else ""
        call = f"WeightDecay({call}, weight_decay={written(decay)}{form})"
    for word in ("clipnorm", "global_clipnorm", "max_grad_norm", "clipvalue"):
        if given.get(word):
            by = ", by='value'" if word == "clipvalue" else ""
            call = f"Clip({call}, limit={written(given[word])}{by})"
    return call
