# Every command sets up what it lacks and does nothing the second time.
# FILE=..., PORT=..., RUNS=... and other options are named beside their target.

# Azure runs the app on Python 3.13. A name on PATH proves nothing: pyenv's shims fail when called.
ifndef PYTHON
PYTHON := $(shell python3.13 -c 'print("python3.13")' 2>/dev/null || echo python3)
endif
BIN := .venv/bin
# Test files, or random runs, at the same time: one more than a small machine has cores, since many
# of them wait for a server.
JOBS ?= 3
READY := .venv/.ready node_modules/.ready
# What only tests with other people's clients need.
CLIENTS := .venv-clients/.ready tests/clients/node/node_modules/.ready
# What runs in Azure, and no package more; of the Python that is deployed, where it is installed.
APP_PYTHON = $(shell python3.13 -c 'import sys; print(sys.executable)' 2>/dev/null || echo $(PYTHON))

.PHONY: demo up check fast test coverage lint types bench simulate validate engine release clean help

# Servers that tests start move along.
LATER = $(if $(DAYS),faketime -f "+$(DAYS)d")

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## make demo [FILE=data.jsonl]   everything on this machine: drop a dataset, get a chat answer
demo: $(READY)
	@$(BIN)/python -m local demo $(if $(FILE),"$(FILE)") $(ARGS)

## make up                       host, emulator and storage until Ctrl-C, with the addresses to call
up: $(READY)
	@$(BIN)/python -m local up $(ARGS)

## make validate FILE=data.jsonl what the service would refuse, before you drop the file
validate: .venv/.ready
	@test -n "$(FILE)" || { echo "Say which file: make validate FILE=data.jsonl" >&2; exit 2; }
	@$(BIN)/python -m shared.validation "$(FILE)" $(ARGS)

## make check                    lint, types and the tests that start no other process: for every commit
check: .venv/.ready
	@$(MAKE) --no-print-directory --output-sync -j2 fast lint types

fast: .venv/.ready
	@$(BIN)/python -m pytest -q -n $(JOBS) --dist loadgroup -m "not services" $(ARGS)

## make test [DAYS=200]          every test but the long ones; with DAYS, so many days from now (Debian: apt install faketime)
test: $(READY) $(CLIENTS) .venv-app/.ready
	@$(LATER) $(BIN)/python -m pytest -n $(JOBS) --dist loadgroup -m "not long" $(ARGS)

## make coverage                 the same, and how much of the code it reaches
coverage: $(READY) $(CLIENTS) .venv-app/.ready
	@rm -f .coverage .coverage.*
	@COVERAGE_FILE="$(CURDIR)/.coverage" $(BIN)/python -m coverage run -m pytest -n $(JOBS) --dist loadgroup -m "not long" $(ARGS)
	@$(BIN)/python -m coverage combine -q && $(BIN)/python -m coverage report --format=total | sed 's/$$/ % of branches and lines covered/'

## make engine                   the journeys on Microsoft's own Durable extension and Python worker
engine: $(READY)
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup tests/engine $(ARGS)

## make lint, make types         ruff and the import contracts, mypy strict
lint: .venv/.ready
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@words=$$($(BIN)/lint-imports --no-logo --no-cache) || { echo "$$words"; exit 1; }

types: .venv/.ready
	@$(BIN)/mypy

## make simulate [RUNS=1000]     random runs with crashes and duplicates, each judged; SEED=N repeats
RUNS ?= 100
simulate: $(READY)
	@$(BIN)/python -m tests.simulation --runs $(RUNS) --jobs $(JOBS) $(if $(SEED),--seed $(SEED)) $(ARGS)

## make bench                    what is fast and how fast, as tables
bench: $(READY) .venv-litellm/.ready
	@$(BIN)/python -m bench $(ARGS)

## make release VERSION=0.2.0    dates the changes and writes the version; CONTRIBUTING.md says the rest
release: .venv/.ready
	@test -n "$(VERSION)" || { echo "Say which: make release VERSION=0.2.0" >&2; exit 2; }
	@$(BIN)/python -m tools.release "$(VERSION)"

clean:
	rm -rf .venv .venv-app .venv-clients .venv-litellm node_modules tests/clients/node/node_modules .state .mypy_cache .ruff_cache .pytest_cache

.venv/.ready: requirements.txt requirements-dev.txt
	@command -v $(PYTHON) >/dev/null || { echo "tunedrop needs Python 3.11 to 3.13: install Python 3.13 (or Debian: apt install python3 python3-venv)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { echo "tunedrop needs Python 3.11 to 3.13, but $(PYTHON) is $$($(PYTHON) -V 2>&1): install one and say make PYTHON=python3.13" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments: install its venv module (Debian: apt install python3-venv)" >&2; exit 1; }
	@echo "Setting up Python packages in .venv (once) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r requirements-dev.txt
	@touch $@

node_modules/.ready: package.json package-lock.json
	@command -v node >/dev/null || { echo "tunedrop needs Node.js 20 or later for the storage emulator Azurite: install node (https://nodejs.org)" >&2; exit 1; }
	@node -e 'process.exit(+(parseInt(process.versions.node) < 20))' || { echo "tunedrop needs Node.js 20 or later, but node is $$(node -v): install a newer one (https://nodejs.org)" >&2; exit 1; }
	@command -v npm >/dev/null || { echo "tunedrop needs npm beside node: install npm (https://nodejs.org)" >&2; exit 1; }
	@echo "Setting up Azurite in node_modules (once) ..."
	@npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

.venv-app/.ready: requirements.txt .venv/.ready
	@echo "Setting up the packages of requirements.txt alone in .venv-app (once) ..."
	@rm -rf .venv-app && $(APP_PYTHON) -m venv .venv-app
	@.venv-app/bin/python -m pip install -qq --disable-pip-version-check -r requirements.txt
	@touch $@

# uv unpacks these hundreds of megabytes in a fifth of pip's time.
.venv-clients/.ready: tests/clients/requirements.txt .venv/.ready
	@echo "Setting up Python clients for the tests in .venv-clients (once) ..."
	@test -x .venv-clients/bin/python || $(PYTHON) -m venv .venv-clients
	@.venv-clients/bin/python -m pip install -qq --disable-pip-version-check uv==0.13.9
	@.venv-clients/bin/uv pip install -q --python .venv-clients/bin/python -r tests/clients/requirements.txt
	@touch $@

tests/clients/node/node_modules/.ready: tests/clients/node/package.json tests/clients/node/package-lock.json node_modules/.ready
	@echo "Setting up Node clients for the tests (once) ..."
	@cd tests/clients/node && npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

.venv-litellm/.ready: bench/requirements-litellm.txt .venv/.ready
	@echo "Setting up LiteLLM's proxy for the benchmark in .venv-litellm (once) ..."
	@test -x .venv-litellm/bin/python || $(PYTHON) -m venv .venv-litellm
	@.venv-litellm/bin/python -m pip install -qq --disable-pip-version-check -r bench/requirements-litellm.txt
	@touch $@
