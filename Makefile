# The commands of this project. `make` alone lists them.

PYTHON ?= python3
VENV ?= .venv
ARGS ?=
# How many tests run side by side: 0 runs them one after another, auto takes every core.
JOBS ?= auto

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: help setup run dev tools test test-fast check format audit pictures bench lock clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make run PYTHON=python3.11")'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "The environment could not be made. On Debian the package python3-venv may be missing: apt-get install python3-venv" >&2; exit 2; }

# The project itself is not installed: every installed byte is one that the lock names. -P keeps the current folder off the path.
$(BIN)/advisor: | $(BIN)/python
	@printf '#!/bin/sh\nPYTHONPATH="%s" exec "%s/python" -P -m advisor "$$@"\n' "$$(pwd)" "$$(cd $(BIN) && pwd)" > $@
	@chmod 755 $@

$(VENV)/.run.ok: requirements.txt | $(BIN)/python
	@echo "Installing what the advisor runs on (once) ..."
	@$(PIP) install --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev.ok: requirements.txt requirements-dev.txt | $(BIN)/python
	@echo "Installing what the tests and checks need (once) ..."
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.run.ok

$(VENV)/.bench.ok: $(VENV)/.dev.ok requirements-bench.txt | $(BIN)/python
	@echo "Installing what the engine is measured against (once) ..."
	@$(PIP) install --require-hashes -r requirements-bench.txt
	@touch $@

setup: $(VENV)/.run.ok $(BIN)/advisor ## make the environment in .venv, with the advisor command in it

run: setup ## start the advisor on http://127.0.0.1:8000 (PORT, HOST, DATABASE_URL are respected)
	@exec $(BIN)/advisor serve $(ARGS)

dev: setup ## start it with Flask's own server, which reloads what changes
	@exec $(BIN)/advisor serve --development $(ARGS)

tools: $(VENV)/.dev.ok $(BIN)/advisor ## what the tests need from the system: Chromium, PostgreSQL, Node with npm
	@$(BIN)/python tests/ensure_tools.py

test: tools ## every test, in a real browser and on both databases (ARGS="-k words" picks some)
	@exec $(BIN)/python -m pytest -n $(JOBS) --dist worksteal --durations=25 --durations-min=0.5 $(ARGS)

test-fast: $(VENV)/.dev.ok $(BIN)/advisor ## without PostgreSQL, the browser and whatever takes long: quick, and not the full check
	@echo "PostgreSQL, the browser and whatever takes long are left out: this is not the full check."
	@exec $(BIN)/python -m pytest -n $(JOBS) --dist worksteal --quick $(ARGS)

check: $(VENV)/.dev.ok ## format, lint, types, templates, layers
	@$(BIN)/ruff format --check --quiet . || { echo "Some files are not formatted: make format" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/djlint templates --lint --quiet
	@$(BIN)/lint-imports

format: $(VENV)/.dev.ok ## format the code and mend what can be mended
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .

audit: $(VENV)/.dev.ok ## known vulnerabilities in what is installed from the locks (asks an advisory service)
	@$(BIN)/pip-audit --strict --require-hashes --disable-pip -r requirements.txt
	@$(BIN)/pip-audit --strict --require-hashes --disable-pip -r requirements-dev.txt

pictures: tools ## take the pictures of the guide to editing the rules anew, from the demo (ARGS="rules tables" takes some)
	@exec $(BIN)/python -m tests.browser.guide_pictures $(ARGS)

bench: $(VENV)/.bench.ok tools ## the benchmarks, with ratios
	@exec $(BIN)/python -m tests.benchmarks $(ARGS)

lock: ## renew the lock files (needs uv; LOCK_ARGS="--upgrade" takes newer versions)
	$(LOCK) $(LOCK_ARGS) requirements.in -o requirements.txt
	$(LOCK) $(LOCK_ARGS) requirements-dev.in -o requirements-dev.txt
	$(LOCK) $(LOCK_ARGS) requirements-bench.in -o requirements-bench.txt
	$(LOCK) $(LOCK_ARGS) tests/dmn/requirements.in -o tests/dmn/requirements.txt

clean: ## remove the environment and caches; the data in var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
