# Short names for what ./run does; ./run alone is enough.
.DEFAULT_GOAL := help
.PHONY: help start test quick tidy lock

help: ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

start: ## the application on http://127.0.0.1:8000
	./run

test: ## everything: lint, types, imports, all tests on both databases, browser
	./run test

quick: ## the inner loop: lint, types, imports, tests on SQLite
	./run test --quick

tidy: ## format the code and repair what ruff can repair
	.venv/bin/ruff check --fix . run
	.venv/bin/ruff format . run

lock: ## resolve the requirements anew (reaches for the package index)
	.venv/bin/uv pip compile --upgrade --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links --output-file requirements.txt requirements.in
	.venv/bin/uv pip compile --upgrade --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links --output-file requirements-dev.txt requirements-dev.in
