# Every target does its own set-up: `make lab` and `make test` need Python 3.11 to 3.14 and make.
# Variables are set on the command line: make lab LAB_ARGS="--no-browser --port=9999"

PYTHON ?= python3 python3.14 python3.13 python3.12 python3.11 python
NOTEBOOK ?= notebooks/01_linear_regression.ipynb
LAB_ARGS ?=
PYTEST_ARGS ?=
LOCK_ARGS ?=
BENCH ?= $(sort $(wildcard tests/bench/bench_*.py))

ifeq ($(OS),Windows_NT)
PY := .venv/Scripts/python.exe
else
PY := .venv/bin/python
endif
STAMP := .venv/.installed

# One test process a core of a small machine; a notebook's cells stay together in one of them.
PARALLEL := -n 2 --dist loadscope

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help lab test lint unit nbval browser notebooks bench format lock clean distclean

help: ## Print this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

# Its settings ask nobody about news: no network is used, and the room sees no pop-up.
lab: $(STAMP) ## Open JupyterLab at notebook 01 (LAB_ARGS="--no-browser --port=9999" goes to Jupyter)
	@exec $(PY) -m jupyterlab --LabApp.default_url=/lab/tree/$(NOTEBOOK) \
	    --LabApp.app_settings_dir='$(CURDIR)/tools/jupyterlab' \
	    $$([ "$$(id -u)" != 0 ] || echo --allow-root) $(LAB_ARGS)

# The parts all run, so that one call shows everything that is wrong; one failing part fails it.
test: $(STAMP) ## Check everything: lint, unit, nbval, browser
	@$(MAKE) --no-print-directory --keep-going lint unit nbval browser

lint: $(STAMP) ## Check style and formatting (make format mends most of it)
	@printf '\n=== lint ===\n'
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check

unit: $(STAMP) ## Run the unit tests and the docstrings' examples; labs are driven without a browser
	@printf '\n=== unit tests and doctests ===\n'
	@$(PY) -m pytest $(PARALLEL) --ignore=tests/browser $(PYTEST_ARGS)

nbval: $(STAMP) ## Re-run every notebook and compare with the stored outputs, strictly
	@printf '\n=== notebooks, re-run and compared ===\n'
	@$(PY) -m pytest $(PARALLEL) --nbval notebooks $(PYTEST_ARGS)

browser: $(STAMP) ## Drive the notebooks in a real JupyterLab in Chromium, where one is found
	@printf '\n=== JupyterLab in a browser ===\n'
	@if $(PY) tests/browser/_lab.py --should-run; then \
	    $(PY) -m pytest tests/browser $(PYTEST_ARGS); \
	fi

notebooks: $(STAMP) ## Re-execute all notebooks in place and write them normalised
	@$(PY) tools/notebooks.py $(NOTEBOOKS)

bench: $(STAMP) ## Measure training speed and the labs' frame rate
	@for file in $(BENCH); do \
	    printf '\n=== %s ===\n' "$$file"; PYTHONPATH=tests/browser $(PY) "$$file" || exit 1; \
	done

format: $(STAMP) ## Format the code and mend what lint can mend
	@$(PY) -m ruff check --fix-only --quiet
	@$(PY) -m ruff format

lock: $(PY) ## Make requirements.txt anew from pyproject.toml (LOCK_ARGS=--upgrade: newest versions)
	@$(PY) -m pip install --quiet 'uv>=0.9'
	@echo '-e .[bench,test]' | $(PY) -m uv pip compile - --output-file requirements.txt --quiet \
	    --universal --python-version 3.11 --fork-strategy fewest \
	    --custom-compile-command 'make lock' $(LOCK_ARGS)

clean: ## Remove caches and build products (.venv stays)
	@rm -rf .pytest_cache .ruff_cache .hypothesis build dist tests/browser/failures
	@find . -name .venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## Remove .venv as well, for a fresh start
	@rm -rf .venv

# A new environment, with the first suitable Python; a half-made one would stand in the way later.
$(PY):
	@for candidate in $(PYTHON); do \
	    if "$$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' \
	        2>/dev/null; then found=$$candidate; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	    echo "mlplib needs Python 3.11 to 3.14 and found none (tried: $(PYTHON)). Install one from" \
	        "python.org, or name yours: make lab PYTHON=/path/to/python3.12" >&2; exit 1; \
	fi; \
	echo "Making .venv with $$("$$found" --version)"; \
	"$$found" -m venv --clear .venv || { rm -rf .venv; exit 1; }

$(STAMP): requirements.txt pyproject.toml | $(PY)
	@echo 'Installing the course into .venv (the first time, this takes a minute or two)'
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $(STAMP)
