# Two commands set everything up: `make graph` and `make test`. Both work in .venv of this
# folder, install the versions of constraints.txt, and are quick when nothing has changed.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
GRAPH := out/graph
QUESTION := --name central-partners-of-place --set name=大连

.PHONY: graph test lint bench web web-test clean

graph: $(VENV)/.ready
	$(BIN)/kg build seeds/articles --graph $(GRAPH)
	@echo
	$(BIN)/kg stats --graph $(GRAPH)
	@echo
	$(BIN)/kg query --graph $(GRAPH) $(QUESTION)

test: $(VENV)/.ready-dev lint
	$(BIN)/python -m pytest

lint: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	@# no encoding is left to the platform; the rule is one that ruff still has in preview
	$(BIN)/ruff check --preview --select PLW1514 .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# What everything costs, written into benchmarks/speed.md: about a quarter of an hour; FULL=1 takes hours.
bench: $(VENV)/.ready-dev
	$(BIN)/python benchmarks/bench.py $(if $(FULL),--full)

# The explorer of `kg serve`. Everything else works without it, and without node.
web: kg/serve/static/web/index.html

web-test: web/node_modules/.ready
	cd web && npm run check && npm test

kg/serve/static/web/index.html: web/node_modules/.ready $(shell find web -path web/node_modules -prune -o -type f -print 2>/dev/null)
	cd web && npm run build

web/node_modules/.ready: web/package.json web/package-lock.json
	@command -v node >/dev/null && command -v npm >/dev/null || { echo "make web needs node 20.19 or later with npm, and neither was found; kg serve works without the explorer" >&2; exit 1; }
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' || { echo "make web needs node 20.19 or later; this is $$(node --version)" >&2; exit 1; }
	cd web && npm ci --no-audit --no-fund
	@touch $@

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "kg needs Python 3.11 or later; name one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade pip

$(VENV)/.ready: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.ready-dev: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(VENV)/.ready

clean:
	rm -rf $(VENV) out kg/serve/static/web web/node_modules build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
