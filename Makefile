# Every target makes its own environment in .venv: Python 3.11+, pip and make are all it needs.
PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= auto

.PHONY: bench demo gallery pictures test test-lowest test-newest trust lint types release-check clean
.DELETE_ON_ERROR:

demo: .venv/installed  ## render the picture at the top of the README to output/saddle.gif
	$(BIN)/animopt render scenes/saddle.py --size 960x400 -q high

bench: .venv/tested  ## measure rendering, encoding and simulation against others, and what features cost
	$(BIN)/python tests/benchmarks/bench_render.py --long
	$(BIN)/python tests/benchmarks/bench_encoders.py
	$(BIN)/python tests/benchmarks/bench_simulation.py
	$(BIN)/python tests/benchmarks/bench_cost.py
	$(BIN)/python tests/benchmarks/bench_growth.py
	$(BIN)/python tests/benchmarks/bench_dask.py
	$(BIN)/python tests/benchmarks/bench_notebook.py
	$(BIN)/python tests/benchmarks/bench_page.py
	$(BIN)/python tests/benchmarks/bench_functions.py
	$(BIN)/python tests/benchmarks/bench_recording.py
	$(BIN)/python tests/benchmarks/bench_mp4.py
	$(BIN)/python tests/benchmarks/bench_workers.py

gallery: .venv/installed  ## render output/gallery/ and output/README.md anew
	$(BIN)/python tests/gallery/gallery.py

pictures: .venv/tested  ## look at every surface, size, view and theme for cut ink and hidden texts: an hour
	for script in tests/pictures/*.py; do $(BIN)/python $$script || exit 1; done

test: lint types  ## the whole check: lint, format, types, tests
	$(BIN)/python -m pytest -n $(WORKERS)

test-lowest:  ## the tests with exactly the lowest versions that pyproject.toml allows
	PYTHON=$(PYTHON) WORKERS=$(WORKERS) .ci/test-versions lowest

test-newest:  ## the tests with the newest versions that there are
	PYTHON=$(PYTHON) WORKERS=$(WORKERS) .ci/test-versions newest

trust: .venv/tested  ## kills, crafted files, hostile expressions, settings and fuzzing: over an hour
	$(BIN)/python tests/trust/trust.py $(TRUST)

lint: .venv/tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/tested
	$(BIN)/mypy

release-check:  ## build the archives of what is committed, and try the wheel by itself
	PYTHON=$(PYTHON) .ci/release-check

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "animopt needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

.venv/tested: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@ .venv/installed

clean:
	rm -rf .venv .venv-lowest .venv-newest .mypy_cache .pytest_cache .ruff_cache
