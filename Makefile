# Everything a person or a CI does with this project. `make` or `make help` lists it.
# POSIX sh and GNU make; all tools come from the virtual environment below.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do command -v $$p && break; done)
SHELL := /bin/sh
.DEFAULT_GOAL := help

# The question reaches the recipe as an environment variable, never as text of the recipe or of make:
# whatever stands in it, quotes, $ and backticks included, is a question and nothing else.
ifdef Q
override QUESTION := $(value Q)
override Q := $(value Q)
else
override QUESTION :=
endif
export QUESTION

.PHONY: help
help: ## list these targets
	@echo 'policybot'
	@echo
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'
	@echo
	@echo '  make run Q="骨干企业可以用哪些直接债务融资工具？"'

.PHONY: run
run: $(VENV)/.run ## install if need be, initialise, and open the chat; with Q="问题" answer once and exit
# 3, 4 and 5 say how a question ended (not found, denied, asked back); only other codes are failures of the command.
	@if [ -n "$$QUESTION" ]; then $(BIN)/policybot ask -- "$$QUESTION" || { code=$$?; [ $$code -ge 3 ] && [ $$code -le 5 ]; }; \
	else $(BIN)/policybot init && $(BIN)/policybot chat; fi

.PHONY: test
test: $(VENV)/.dev ## install what the tests need and run them
	@$(BIN)/python -m pytest --numprocesses=auto --dist=loadfile $(ARGS)

.PHONY: check
check: $(VENV)/.dev ## lint, formatting, types and the arrows between packages
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

.PHONY: eval
eval: $(VENV)/.run ## score the question files in eval/
	@$(BIN)/policybot eval

.PHONY: eval-stats
eval-stats: $(VENV)/.dev ## ask every generated statistics question and write docs/measurements/statistics.md
	@$(BIN)/python -m tests.stats_tools.questions.suite docs/measurements/statistics.md

.PHONY: bench
bench: $(VENV)/.run ## measure speed and retrieval against their limits
	@$(BIN)/policybot bench

.PHONY: demo-telegram
demo-telegram: $(VENV)/.dev ## play a chat with the Telegram bot on this machine, without token or network
	@$(BIN)/python -m tests.e2e.demo

.PHONY: docs
docs: $(VENV)/.dev ## rewrite the generated parts of the documentation
	@$(BIN)/python docs/generate.py

.PHONY: clean
clean: ## remove the virtual environment and caches; state in var/ stays
	@rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# A stamp is written only after a complete install, so an interrupted one is taken up again by the next call.
$(VENV)/.run: pyproject.toml constraints.txt tools/install.sh
	@PYTHON="$(PYTHON)" sh tools/install.sh $(VENV) .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt tools/install.sh
	@PYTHON="$(PYTHON)" sh tools/install.sh $(VENV) '.[dev]'
	@touch $(VENV)/.run $@
