# Needs GNU make and Python 3.11 or newer; everything else goes into .venv and .models.

PYTHON ?= python3
BIN := .venv/bin
# Lies inside .venv so that deleting .venv is all it takes to start anew.
INSTALLED := .venv/.installed

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo test check clean

help: ## Show these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' Makefile

setup: $(INSTALLED) ## Create .venv, install the packages and fetch the demo models
	@$(BIN)/python tools/fetch_models.py

DEMO_MODELS := all-MiniLM-L6-v2,paraphrase-MiniLM-L3-v2,potion-base-8M,multilingual-e5-small

demo: setup ## Compare four small models and BM25 on a sample of Chinese support texts
	@if [ -t 0 ] && [ -t 1 ]; then \
	  exec $(BIN)/embed-advisor --data techcorp-zh --models $(DEMO_MODELS) --models-dir .models; \
	else \
	  exec $(BIN)/embed-advisor run profiles/chinese-customer-support.toml --data techcorp-zh \
	    --models $(DEMO_MODELS) --models-dir .models --yes; \
	fi

test: setup check ## Run the checks and the tests
	# Most tests wait for processes; those of one file share what they have measured.
	$(BIN)/python -m pytest -n 3 --dist loadfile

check: $(INSTALLED) ## Run ruff, mypy and import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean: ## Remove caches and build leftovers (keeps .venv and .models)
	rm -rf build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

$(INSTALLED): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { \
	  echo "$(PYTHON) is not installed. Install Python 3.11 or newer, then run make setup." >&2; \
	  exit 1; }
	@$(PYTHON) tools/set_up.py
	@touch $@
