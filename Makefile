# The verbs of the project; every one of them makes what it needs. `make help` lists them.

PORT ?= 8200
SCALE ?= 1/1000
VENV := .venv
BIN := $(VENV)/bin
# When the requirements were last resolved; `make requirements` moves it.
CUTOFF ?= $(shell date -u -d '7 days ago' +%Y-%m-%d)

.DEFAULT_GOAL := help
.PHONY: help demo test test-quick check bench docs soak requirements clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 22

$(VENV)/.run: requirements/run.txt pyproject.toml tools/setup.sh
	@sh tools/setup.sh run

$(VENV)/.dev: requirements/dev.txt pyproject.toml tools/setup.sh
	@sh tools/setup.sh dev

.PHONY: engines wrk
engines: $(VENV)/.dev
	@sh tools/setup.sh engines

wrk: $(VENV)/.dev
	@sh tools/setup.sh wrk

demo: $(VENV)/.run  ## build the demo country and serve it (FRESH=1 builds anew; PORT=, SCALE=)
	@ONSHI_PORT=$(PORT) $(BIN)/onshi demo --scale $(SCALE) $(if $(FRESH),--fresh) $(if $(NO_SERVE),--no-serve)

test: engines wrk  ## all tests, with all they need
	@$(BIN)/pytest -n 2 --dist loadgroup -m "not soak"

test-quick: $(VENV)/.dev  ## the inner loop: SQLite only, no browser, no card reader, about a minute
	@ONSHI_TEST_WITHOUT=postgresql,chromium,pcscd,softhsm,libreoffice $(BIN)/pytest -n 2 -m "not slow and not browser and not soak"

check: $(VENV)/.dev  ## format, lint, types, floors, tidiness and docs
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@ONSHI_TEST_WITHOUT=postgresql,chromium,pcscd,softhsm,libreoffice $(BIN)/pytest tests/test_tidy.py tests/test_docs.py -m "not slow"

bench: wrk  ## ratios against a baseline of the same run (FULL=1: five million people)
	@$(BIN)/python -m bench

soak: engines  ## long runs: a hundred kills, long fuzzing
	@$(BIN)/pytest -m soak

docs: $(VENV)/.dev  ## write the generated pages of docs/reference
	@$(BIN)/python tools/make_docs.py

requirements: $(VENV)/.dev  ## resolve and pin what requirements/*.in ask for, as of a week ago
	@for name in run cards dev; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    --exclude-newer $(CUTOFF) --upgrade \
	    --output-file requirements/$$name.txt requirements/$$name.in || exit 1; done

clean:  ## remove the environment, caches and the demo country
	@rm -rf $(VENV) var build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
