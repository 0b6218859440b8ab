# Each target sets up what it needs: in a fresh clone, any of them works with nothing but Python 3.11 or later.
#
#   make demo    shows the main job on examples/: checks packages, builds a component, calls it
#   make test    runs all tests           (PYTEST_ARGS="-k name" for some)
#   make lint    style, types, and which part may import which
#   make vsix    packs the extension for VS Code: vscode-extension/witlens.vsix
#   make bench   measures, with the reference tools beside
#   make setup   what they all share: .venv with the locked dependencies, and files that npm packages ship
#   make lock    resolves requirements-dev.txt anew

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.setup-stamp
ASSETS := $(VENV)/.assets-stamp
GUESTS := examples/node_modules/.setup-stamp
EXTENSION := vscode-extension
PACKAGES := $(EXTENSION)/node_modules/.setup-stamp
# Packs and lints leave the extension out where its packages cannot be had, and say so; CI does not let that pass.
NODE_IS_NEW := 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
NPM := npm --prefix $(EXTENSION) --silent
WITHOUT_EXTENSION = { echo "make: skipped what is about VS Code: $(1)" >&2; test -z "$$CI"; }

# The first of these that is Python 3.11 or later; PYTHON=... names another.
PYTHON ?= $(shell for python in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
PYTEST_ARGS ?= -n auto

# Start-up time counts compiled modules, also where PYTHONDONTWRITEBYTECODE keeps Python from leaving any behind.
COMPILE := $(BIN)/python -m compileall -q analysis runtime server

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-vscode lint lint-vscode vsix format bench lock clean

help:
	@sed -n 's/^#   //p' $(firstword $(MAKEFILE_LIST))

setup: $(STAMP) $(ASSETS)

$(STAMP): requirements-dev.txt pyproject.toml server/witlens_server/__init__.py
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11 or later found; name one with PYTHON=..." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# Checking WIT needs none of these files, so setup goes on where there is no npm; a run that finds npm brings them.
$(ASSETS): $(STAMP) runtime/witlens_runtime/assets.py
	@if command -v npm >/dev/null; then \
		$(BIN)/python -m witlens_runtime.fetch_assets && touch $@; \
	else \
		echo "make: no npm here, so what builds and runs components stays out" >&2; \
	fi

demo: setup
	@$(COMPILE)
	@for package in $(patsubst %/wit,%,$(sort $(wildcard examples/*/wit))); do \
		echo; echo "\$$ witlens check $$package"; \
		$(BIN)/witlens check "$$package"; \
		test $$? -le 1 || exit 1; \
	done
	@if test -f $(ASSETS); then \
		echo; echo "\$$ witlens build examples/polyglot --component wat"; \
		$(BIN)/witlens build examples/polyglot --component wat && \
		echo && echo "\$$ witlens invoke examples/polyglot/build/wat.wasm 'apply(-7, divide, 2)'" && \
		$(BIN)/witlens invoke examples/polyglot/build/wat.wasm 'apply(-7, divide, 2)'; \
	fi

# The compilers of the examples that are written in JavaScript and AssemblyScript. `npm ci` refuses the lock, because
# some packages in it that are for other systems were never published.
$(GUESTS): examples/package.json examples/package-lock.json
	@if command -v npm >/dev/null; then \
		npm install --prefix examples --no-save --no-audit --no-fund --loglevel=error && touch $@; \
	else \
		echo "make: no npm here, so guests in JavaScript and AssemblyScript stay out" >&2; \
	fi

# What the extension's compiler, linter and tests are. It takes Node 20.19, npm, and the packages of its lock file.
$(PACKAGES): $(EXTENSION)/package.json $(EXTENSION)/package-lock.json
	@if ! command -v npm >/dev/null || ! node -e $(NODE_IS_NEW); then \
		$(call WITHOUT_EXTENSION,there is no npm with Node 20.19 or later here); \
	elif ! $(NPM) ci; then \
		$(call WITHOUT_EXTENSION,its npm packages cannot be had here); \
	else \
		touch $@; \
	fi

vsix: $(PACKAGES)
	@test ! -e $(PACKAGES) || $(NPM) run package

# In real VS Code, which its own step brings into vscode-extension/.code-server; Chromium comes with the system.
test-vscode: setup $(PACKAGES)
	@if test -e $(PACKAGES); then \
		echo "testing the extension for VS Code"; \
		$(NPM) test || exit 1; \
		if reason=$$(cd $(EXTENSION) && node test/browser/install.mjs 2>&1); then \
			$(NPM) run --if-present test:browser; \
		else \
			$(call WITHOUT_EXTENSION,$$reason); \
		fi; \
	fi

# Both parts run even if the first one fails.
test: setup $(GUESTS)
	@status=0; $(MAKE) --no-print-directory test-vscode || status=1; \
	echo $(BIN)/python -m pytest $(PYTEST_ARGS); \
	$(BIN)/python -m pytest $(PYTEST_ARGS) || status=1; \
	exit $$status

lint-vscode: $(PACKAGES)
	@test ! -e $(PACKAGES) || $(NPM) run lint

lint: setup lint-vscode
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: setup
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# The native server that ours is measured beside, where cargo is and can get it.
bench: setup
	@$(COMPILE)
	@test -x build/peers/bin/witcraft-lsp || ! command -v cargo >/dev/null || \
		cargo install --quiet --root build/peers witcraft-lsp || true
	$(BIN)/python -m tests.benchmarks

lock: setup
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --strip-extras \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
		--output-file requirements-dev.txt pyproject.toml requirements-dev.in

clean:
	rm -rf $(EXTENSION)/dist $(EXTENSION)/.code-server
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find analysis runtime server tests -name __pycache__ -type d -prune -exec rm -rf {} +
