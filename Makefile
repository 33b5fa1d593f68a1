# Everything happens in .venv and .cache beside this file; `make help` lists the targets.

PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest

# What a shell may have set for other purposes must neither steer the tests nor hide any of them.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONWARNINGS PYTHONOPTIMIZE VIRTUAL_ENV
unexport PYTHONDONTWRITEBYTECODE
unexport PYTEST_ADDOPTS PYTEST_PLUGINS MYPYPATH MYPY_CACHE_DIR RUFF_CONFIG
unexport JPKI_HOME PCSCLITE_CSOCK_NAME LD_LIBRARY_PATH LD_PRELOAD OPENSC_CONF OPENSSL_CONF

.DEFAULT_GOAL := help
.PHONY: help demo test check docs bench soak test-clients packages clean
.DELETE_ON_ERROR:

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*  ## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

demo: .venv/core  ## a card is made, used, revoked and refused; needs no root and no system package
	$(BIN)/jpki demo

test: test-clients  ## the whole suite, against clients we did not write; root installs what it needs
	$(PYTEST) --numprocesses auto --dist worksteal

check: .venv/dev  ## format, lint, types, and who imports whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(PYTEST) -q tests/test_imports.py

docs: .venv/dev  ## write what docs/ has of the code and the data anew: fidelity, catalogue, faults, lint
	$(BIN)/python tools/fidelity.py
	$(BIN)/python tools/catalogue_page.py
	$(BIN)/python tools/faults_page.py
	$(BIN)/python tools/lint_page.py
	$(BIN)/python tools/life_page.py

bench: test-clients  ## our figures beside those of our peers
	$(BIN)/python tools/bench/run.py

soak: test-clients  ## long runs with chance and crashes, and clients that change daily
	$(PYTHON) -m tests.support.install newest
	$(PYTEST) -m soak --timeout 0

test-clients: .venv/dev  ## fetch and build the clients the tests use, without testing
	$(PYTHON) -m tests.support.install clients

packages:
	$(PYTHON) -m tests.support.install packages

# Editable installs: the sources are what runs, and only pyproject.toml makes one necessary.
.venv/core: pyproject.toml tools/make_venv.py
	$(PYTHON) tools/make_venv.py .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --prefer-binary --editable .
	touch $@

.venv/dev: pyproject.toml tools/make_venv.py | packages
	$(PYTHON) tools/make_venv.py .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --prefer-binary --editable '.[dev]'
	touch .venv/core $@

clean:  ## remove .venv, .cache and what tools left behind
	rm -rf .venv .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
