# make lab    start the laboratory          make test   run every check, as CI does
# The rest is for people who work on it; `make help` lists it. Needs Python >= 3.11 with pip, and make.

PYTHON   ?= python3
VENV     ?= .venv
NOTEBOOK ?= 00_start.ipynb
PORT     ?=
LABFLAGS ?=
LOCKFLAGS ?=
MUTANTFLAGS ?=
PEERFLAGS ?=
PYODIDE  ?=
# another tenth for each commit, and the same one on every machine
MUTANTSEED ?= $(shell git rev-parse --short HEAD 2>/dev/null || echo 1)

BIN       := $(VENV)/bin
PIP       := $(BIN)/python -m pip --disable-pip-version-check
UV        := .bootstrap/uv/bin/uv
ARTIFACTS := .artifacts
PACKAGE   := pyproject.toml $(shell find etc/jupyter share/jupyter -type f)
ROOTFLAG   = $(shell [ "$$(id -u)" != 0 ] || echo --allow-root)

# Without compiled bytecode every import is about three times slower.
unexport PYTHONDONTWRITEBYTECODE
# Nothing from outside the environment may slip in.
unexport PYTHONPATH PYTHONHOME

ifndef ABREAST
.NOTPARALLEL:
endif
.DELETE_ON_ERROR:
.PHONY: help lab test abreast setup setup-lab format lint biome types unit mutant-sample notebook-tests browser-tests binder-tests
.PHONY: no-qiskit mutants notebooks bench peers lock lowest clean site site-tests site-check

help:
	@echo "make lab         start JupyterLab on the first notebook   (PORT=8889 LABFLAGS='--no-browser')"
	@echo "make test        run every check, as CI does: lint types unit no-qiskit mutant-sample notebook-tests"
	@echo "                 browser-tests site-tests binder-tests"
	@echo "make site        build the laboratory as a page            (PYODIDE=folder of a Pyodide distribution)"
	@echo "make setup       only install, for development"
	@echo "make format      put Python, JavaScript and CSS into the form that lint asks for"
	@echo "make mutants     break the package in one place at a time, and see that a test fails"
	@echo "                 (MUTANTFLAGS='--only link -j 2')"
	@echo "make notebooks   execute the notebooks again and save them in the form they are committed in"
	@echo "make bench       run the benchmarks"
	@echo "make peers       compare with what others made           (PEERFLAGS='--only hash')"
	@echo "make lock        resolve the pinned dependencies again    (LOCKFLAGS=--upgrade)"
	@echo "make lowest      run the unit tests with the oldest versions that pyproject.toml allows, but no statistics"
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

$(UV): | $(BIN)/python
	@$(PIP) install -q --target .bootstrap/uv uv

# What developers need is a lot: uv installs on all cores, in a third of pip's time, and checks the hashes, too.
$(VENV)/.dev: requirements-dev.lock $(PACKAGE) | $(BIN)/python $(UV)
	@echo "Installing requirements-dev.lock (a minute the first time)"
	@$(UV) pip install -q --python $(BIN)/python --compile-bytecode --verify-hashes -r requirements-dev.lock
	@$(PIP) install -qq --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.lab

# What checks the JavaScript comes from npm, as package-lock.json says; a Node.js is found, or installed.
WITH_NODE = node=$$($(BIN)/python tools/ensure_node.py) && export PATH="$$node:$$PATH"

node_modules/.dev: package-lock.json .npmrc | $(VENV)/.dev
	@$(WITH_NODE) && npm ci --loglevel=error
	@touch $@

setup-lab: $(VENV)/.lab
setup: $(VENV)/.dev node_modules/.dev

# ---- the laboratory --------------------------------------------------------------------------------------------

# With the notebook as its default address, what it prints leads there where no browser can be opened, too. Notebooks
# link to pages of docs/, so that the whole folder is served.
lab: setup-lab
	$(BIN)/jupyter lab --notebook-dir=. --LabApp.default_url=/lab/tree/notebooks/$(NOTEBOOK) \
	  $(ROOTFLAG) $(if $(PORT),--port=$(PORT)) $(LABFLAGS)

# ---- the checks; `make -k test` goes on after a failure ------------------------------------------------------------

test: lint abreast unit no-qiskit mutant-sample notebook-tests browser-tests site-tests
	@echo "All checks passed."

# What takes a single core, or waits for the network: two at a time, the longest first. All else takes every core.
abreast: setup
	@$(MAKE) --no-print-directory ABREAST=1 -j2 $(if $(filter output-sync,$(.FEATURES)),--output-sync) \
	  binder-tests $(ARTIFACTS)/test-site/.done types

# $(call phase,NAME,COMMAND) prints what runs and how long it took.
define phase
	@echo "==== $(1)"; start=$$(date +%s); $(2); status=$$?; \
	  echo "==== $(1): $$(( $$(date +%s) - start )) s"; exit $$status
endef
PYTEST = $(BIN)/python -m pytest --junitxml=$(ARTIFACTS)/$@.xml
# Tests of a file share what was set up; files are begun in the order of tests/conftest.py, the long ones first.
SHARED = --dist loadfile --no-loadscope-reorder

lint: setup
	$(call phase,ruff,$(BIN)/ruff check . && $(BIN)/ruff format --check .)
	$(call phase,biome,$(MAKE) --silent biome)

biome: setup
	@$(WITH_NODE) && npm run --silent lint

types: setup
	$(call phase,mypy --strict,$(BIN)/mypy)

unit: setup
	$(call phase,pytest,OMP_NUM_THREADS=1 $(PYTEST) -n auto $(SHARED) --durations=10 --ignore=tests/browser --ignore=tests/site -m "not binder")

# The core where there is no Qiskit, as in a browser; tests with the marker `qiskit` are skipped.
NO_QISKIT := $(addprefix tests/,attacks exchange quantum settings session/report session/test_session.py lab/qubits lab/by_hand)

no-qiskit: setup
	$(call phase,without Qiskit,OMP_NUM_THREADS=1 $(PYTEST) -p tests.no_qiskit -n auto $(SHARED) $(NO_QISKIT) $(addprefix --ignore=,$(DEVICE_TESTS) tests/quantum/doubles.py))

mutant-sample: setup
	$(call phase,a tenth of the mutants,$(BIN)/python tools/mutants.py --sample 10% --seed $(MUTANTSEED) $(MUTANTFLAGS))

notebook-tests: setup
	$(call phase,notebooks,$(PYTEST) -n auto --dist loadfile -p nbval --nbval --nbval-current-env --nbval-sanitize-with tests/nbval_sanitize.cfg notebooks)

browser-tests: setup
	$(call phase,browser,CHROME=$$($(BIN)/python tools/ensure_chromium.py) && export CHROME && $(PYTEST) -n 2 --dist loadfile --durations=10 tests/browser)

binder-tests: setup
	$(call phase,binder,$(PYTEST) -m binder tests/project/test_binder.py)

# ---- the laboratory as a page: docs/site.md ----------------------------------------------------------------------

SITE_VENV    := .bootstrap/site
SITE_WHEELS  := .bootstrap/site-wheels
TEST_PYODIDE := .bootstrap/test-pyodide
SITE         := $(ARTIFACTS)/site
# The site is built anew when anything in it has changed.
SITE_SOURCES  = $(shell git ls-files qkdlab notebooks docs share etc tools/site 2>/dev/null) requirements-site.lock

$(SITE_VENV)/.done: requirements-site.lock | setup
	@$(BIN)/python -m virtualenv -q $(SITE_VENV)
	@$(PIP) --python $(SITE_VENV)/bin/python install -qq --require-hashes -r requirements-site.lock
	@touch $@

# Pure wheels for the kernel in the browser.
$(SITE_WHEELS)/.done: tools/site/browser.lock | setup
	@rm -rf $(SITE_WHEELS)
	@$(PIP) download -q --no-deps --only-binary=:all: --platform any --python-version 3.12 --implementation py --abi none \
	  --require-hashes -r $< -d $(SITE_WHEELS)
	@touch $@

$(TEST_PYODIDE)/.done: tools/site/fetch_test_pyodide.py tools/site/test_pyodide.lock | setup
	@$(WITH_NODE) && $(BIN)/python -m tools.site.fetch_test_pyodide $(TEST_PYODIDE)
	@touch $@

# $(call build-site,DISTRIBUTION,FOLDER)
build-site = node=$$($(BIN)/python tools/ensure_node.py) && \
  $(SITE_VENV)/bin/python -m tools.site --pyodide $(1) --wheels $(SITE_WHEELS) --node $$node --output $(2)

site: $(SITE_VENV)/.done $(SITE_WHEELS)/.done
	@test -f "$(PYODIDE)/pyodide-lock.json" || { echo "Name the folder of a Pyodide distribution:" \
	  "make site PYODIDE=folder (docs/site.md)"; exit 1; }
	$(call build-site,$(PYODIDE),$(SITE))

# A site of its own, with a Pyodide that is for tests alone.
$(ARTIFACTS)/test-site/.done: $(SITE_VENV)/.done $(SITE_WHEELS)/.done $(TEST_PYODIDE)/.done $(SITE_SOURCES)
	$(call build-site,$(TEST_PYODIDE),$(ARTIFACTS)/test-site/site)
	@touch $@

# $(call check-site,FOLDER,TESTS): the tests of a built site; of notebooks and panels those that are named, or all.
# Panels are moved by tests of the browser, too: a site stands for their JupyterLab.
check-site = CHROME=$$($(BIN)/python tools/ensure_chromium.py) && export CHROME QKDLAB_SITE=$(1) && \
  $(PYTEST) --durations=10 tests/site $(addprefix tests/browser/test_,$(2))

# What CI has time for: notebook 00 by a first and a second visit and another one, two panels, and three tests of a third.
SITE_SHORT := $(addprefix start_notebook.py::test_,eve_turns_accepted_into_rejected_and_back \
  a_long_run_shows_progress_and_can_be_cancelled a_control_repaints_soon)
site-tests: setup $(ARTIFACTS)/test-site/.done
	$(call phase,site,export SITE_NOTEBOOKS=05_sifted_to_identical.ipynb SITE_PANELS="SamplePanel StagePanel" && \
	  $(call check-site,$(CURDIR)/$(ARTIFACTS)/test-site/site,$(SITE_SHORT)) -n 2 $(SHARED) -rP)

# All notebooks, in the site that is named.
site-check: setup
	$(call phase,all of the site,$(call check-site,$(CURDIR)/$(SITE),start_notebook.py downloads.py) -s)

# ---- upkeep ------------------------------------------------------------------------------------------------------

format: setup
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .
	$(WITH_NODE) && npm run --silent format

mutants: setup
	$(call phase,mutants,$(BIN)/python tools/mutants.py $(MUTANTFLAGS))

notebooks: setup
	$(BIN)/python tools/save_notebooks.py

bench: setup
	$(BIN)/python -m benchmarks
	for one in sweep key_networks key_store delivery_kme encryptor; do $(BIN)/python -m benchmarks.$$one || exit 1; done
	CHROME=$$($(BIN)/python tools/ensure_chromium.py) $(BIN)/python -m benchmarks.panel_latency

# What others made for the same work, in an environment of its own: docs/peers.md.
PEERS_VENV := .bootstrap/peers

$(PEERS_VENV)/.done: requirements-peers.lock | setup
	@$(BIN)/python -m virtualenv -q $(PEERS_VENV)
	@$(PIP) --python $(PEERS_VENV)/bin/python install -qq --require-hashes -r requirements-peers.lock
	@touch $@

peers: $(PEERS_VENV)/.done
	$(PEERS_VENV)/bin/python -m benchmarks.peers $(PEERFLAGS)

UV_COMPILE = $(UV) pip compile -q --universal --python-version 3.11 --no-annotate --no-header --generate-hashes $(LOCKFLAGS)

lock: | $(UV)
	$(UV_COMPILE) --extra lab pyproject.toml requirements-build.in -o requirements.lock
	$(UV_COMPILE) -c requirements.lock requirements-site.in -o requirements-site.lock
	$(UV_COMPILE:3.11=3.12) --no-deps -c requirements.lock tools/site/browser.in -o tools/site/browser.lock
	$(UV_COMPILE) --extra lab --extra dev -c requirements.lock pyproject.toml requirements-build.in -o requirements-dev.lock
	$(UV_COMPILE) --extra delivery -c requirements.lock pyproject.toml requirements-peers.in -o requirements-peers.lock

# The lower ends of the ranges, in an environment of their own, for the Python of $(VENV), 3.11 … 3.13; first without
# IBM's devices, which need a newer Qiskit than we do. Old releases warn of each other: no warning is an error here.
# Every room is tried; statistics, properties, published figures and what takes long are left to `unit`: they tell of
# our arithmetic.
LOWEST       := .bootstrap/lowest
DEVICE_TESTS := tests/quantum/test_devices.py tests/session/test_device_sessions.py tests/session/test_jobs.py
NOT_LOWEST   := $(addprefix tests/,browser golden physics project properties site) tests/test_benchmarks.py tests/test_peers.py $(DEVICE_TESTS) \
  $(addprefix tests/delivery/kme/test_,peers_from_pypi.py schemathesis.py)  # they are about packages of developers
TEST_TOOLS   := greenlet hypothesis packaging pytest pytest-timeout pytest-xdist pyyaml
LOWEST_TESTS  = OMP_NUM_THREADS=1 $(LOWEST)/bin/python -m pytest -o filterwarnings=default

# $(call lowest,EXTRAS) installs the lowest versions of what the package and these extras name.
define lowest
	$(UV) pip compile -q --resolution lowest-direct --python $(LOWEST)/bin/python $(1) pyproject.toml -o $(LOWEST)/lowest.txt
	$(UV) pip install -q --python $(LOWEST)/bin/python -r $(LOWEST)/lowest.txt $(TEST_TOOLS)
endef

lowest: | $(UV)
	$(UV) venv -q --clear --python $(BIN)/python $(LOWEST)
	$(call lowest,--extra lab)
	$(call phase,the lowest versions,$(LOWEST_TESTS) -n auto $(SHARED) -m "not long and not hypothesis" $(addprefix --ignore=,$(NOT_LOWEST)))
	$(call lowest,--extra lab --extra devices)
	$(call phase,the lowest versions with devices,$(LOWEST_TESTS) $(DEVICE_TESTS))

clean:
	rm -rf $(VENV) node_modules .bootstrap $(ARTIFACTS) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
