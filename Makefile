# make lab    start the laboratory          make test   run every check that CI runs
# The rest is for people who work on it; `make help` lists it. Needs Python >= 3.11 with pip, and make.

PYTHON   ?= python3
VENV     ?= .venv
NOTEBOOK ?= 00_start.ipynb
PORT     ?=
LABFLAGS ?=
LOCKFLAGS ?=

BIN       := $(VENV)/bin
PIP       := $(BIN)/python -m pip --disable-pip-version-check
ARTIFACTS := .artifacts
PACKAGE   := pyproject.toml etc/jupyter/labconfig/default_setting_overrides.json
ROOTFLAG   = $(shell [ "$$(id -u)" != 0 ] || echo --allow-root)

# Without compiled bytecode every import is about three times slower.
unexport PYTHONDONTWRITEBYTECODE
# Nothing from outside the environment may slip in.
unexport PYTHONPATH PYTHONHOME

.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help lab test setup setup-lab lint types unit notebook-tests browser-tests binder-tests
.PHONY: notebooks bench lock clean

help:
	@echo "make lab         start JupyterLab on the first notebook   (PORT=8889 LABFLAGS='--no-browser')"
	@echo "make test        run everything CI runs: lint types unit notebook-tests browser-tests binder-tests"
	@echo "make setup       only install, for development"
	@echo "make notebooks   execute the notebooks again and save them in the form they are committed in"
	@echo "make bench       run the benchmarks"
	@echo "make lock        resolve the pinned dependencies again    (LOCKFLAGS=--upgrade)"
	@echo "make clean       remove what the other commands made"

# ---- set-up: one environment; `lab` needs less than `test`; a stamp remembers which lock went in --------------

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed; '$(PYTHON)' was not found."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed;" \
	  "this is $$($(PYTHON) --version 2>&1). Name another one: make PYTHON=python3.12 ..."; exit 1; }
	@echo "Making the environment $(VENV)"
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { \
	  echo "This Python comes without ensurepip: using virtualenv"; \
	  rm -rf $(VENV) && $(PYTHON) -m pip install -q --target .bootstrap/virtualenv virtualenv && \
	  PYTHONPATH=.bootstrap/virtualenv $(PYTHON) -m virtualenv -q $(VENV); }

# Locked wheels first; the package itself has no hash and is a step of its own.
define install
	@echo "Installing $(1) (one or two minutes the first time)"
	@$(PIP) install -qq -r $(1)
	@$(PIP) install -qq --no-deps --no-build-isolation -e .
endef

$(VENV)/.lab: requirements.lock $(PACKAGE) | $(BIN)/python
	$(call install,requirements.lock)
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(PACKAGE) | $(BIN)/python
	$(call install,requirements-dev.lock)
	@touch $@ $(VENV)/.lab

setup-lab: $(VENV)/.lab
setup: $(VENV)/.dev

# ---- the laboratory --------------------------------------------------------------------------------------------

# With the notebook as its default address, what it prints leads there where no browser can be opened, too.
lab: setup-lab
	$(BIN)/jupyter lab --notebook-dir=notebooks --LabApp.default_url=/lab/tree/$(NOTEBOOK) \
	  $(ROOTFLAG) $(if $(PORT),--port=$(PORT)) $(LABFLAGS)

# ---- the checks, quickest first; `make -k test` goes on after a failure -----------------------------------------

test: lint types unit notebook-tests browser-tests binder-tests
	@echo "All checks passed."

# $(call phase,NAME,COMMAND) prints what runs and how long it took.
define phase
	@echo "==== $(1)"; start=$$(date +%s); $(2); status=$$?; \
	  echo "==== $(1): $$(( $$(date +%s) - start )) s"; exit $$status
endef
PYTEST = $(BIN)/python -m pytest --junitxml=$(ARTIFACTS)/$@.xml

lint: setup
	$(call phase,ruff,$(BIN)/ruff check . && $(BIN)/ruff format --check .)

types: setup
	$(call phase,mypy --strict,$(BIN)/mypy)

unit: setup
	$(call phase,pytest,OMP_NUM_THREADS=1 $(PYTEST) -n auto --dist loadfile --durations=10 --ignore=tests/browser -m "not binder")

notebook-tests: setup
	$(call phase,notebooks,$(PYTEST) --nbval --nbval-current-env --nbval-sanitize-with tests/nbval_sanitize.cfg notebooks)

browser-tests: setup
	$(call phase,browser,CHROME=$$($(BIN)/python tools/ensure_chromium.py) && export CHROME && $(PYTEST) --durations=10 tests/browser)

binder-tests: setup
	$(call phase,binder,$(PYTEST) -m binder tests/project)

# ---- upkeep ------------------------------------------------------------------------------------------------------

notebooks: setup
	$(BIN)/python tools/save_notebooks.py

bench: setup
	$(BIN)/python -m benchmarks
	CHROME=$$($(BIN)/python tools/ensure_chromium.py) $(BIN)/python -m benchmarks.panel_latency

UV_COMPILE = .bootstrap/uv/bin/uv pip compile -q --universal --python-version 3.11 --no-annotate --no-header \
  --generate-hashes $(LOCKFLAGS)

lock: | $(BIN)/python
	@[ -x .bootstrap/uv/bin/uv ] || $(PIP) install -q --target .bootstrap/uv uv
	$(UV_COMPILE) --extra lab pyproject.toml requirements-build.in -o requirements.lock
	$(UV_COMPILE) --extra lab --extra dev -c requirements.lock pyproject.toml requirements-build.in -o requirements-dev.lock

clean:
	rm -rf $(VENV) .bootstrap $(ARTIFACTS) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
