# What a person types. `make help` lists it. Needs make and a Python of 3.11 or newer; everything
# else is installed into the checkout (.tools, .venv).

PYTHON ?= python3
BIN := .venv/bin
# Options handed on: make serve UP="--port 8080 --replicas gateway=2", make test PYTEST="-k cache -x"
UP ?=
PYTEST ?=
# Workers of the test run. On two cores two finish first; a number, or auto.
WORKERS ?= 2

# Where the environment forbids it, every one of the many processes would compile all code anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help install serve test test-full check fmt bench contracts clean

help: ## List what make can do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' \
		| awk -F'\t' '{ printf "  make %-11s %s\n", $$1, $$2 }'

install: ## Install what uv.lock names (every other target does it by itself)
	@$(PYTHON) tools/bootstrap.py

serve: install ## Run the whole site here, with embedded servers, until Ctrl-C (UP="--port 8080")
	@$(BIN)/pydotorg up $(UP)

test: install ## Run the tests (PYTEST="-k name", WORKERS=2)
	@$(BIN)/pytest -n $(WORKERS) --dist loadscope $(PYTEST)

test-full: install ## Run the tests with the figures of a whole run: long, alone on the machine
	@$(BIN)/pytest --full -n $(WORKERS) --dist loadscope $(PYTEST)

check: install ## Run every check that is not a test (CHECK="mypy ruff" for some)
	@$(BIN)/python -m tools.check $(CHECK)

fmt: install ## Format the code and repair what the linter can repair
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: install ## Measure speed, as ratios within one run (tests/performance)
	@$(BIN)/python -m pytest tests/performance --full -n 0 -p no:randomly -s $(PYTEST)

contracts: install ## Write the contract documents anew (schemas, OpenAPI, AsyncAPI)
	@$(BIN)/python -m tools.contracts write

clean: ## Remove what was made here, except the data of the embedded run (.data)
	@rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis \
		.schemathesis htmlcov .coverage dist
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
