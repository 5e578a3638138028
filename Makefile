# Everything that a newcomer needs: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ROOMS := guardrails ingest assistant evals web
DATA ?= build/beir
Q ?= how do I renew my passport
# One more than there are cores: tests wait for databases, browsers and servers a third of their time.
WORKERS ?= $(shell $(PYTHON) -c "import os; print((os.cpu_count() or 1) + 1)")

.DEFAULT_GOAL := help
.PHONY: help run test check check-dependencies format ask eval bench bench-load bench-footprint bench-soak faults security schemas clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(BIN)/govt-assistant: requirements.lock requirements.hashes.lock pyproject.toml
	scripts/setup "$(PYTHON)" "$(VENV)"
	@touch $@

run: $(BIN)/govt-assistant ## Set up, index the starter content once, serve on http://127.0.0.1:8000
	$(BIN)/govt-assistant run

test: $(BIN)/govt-assistant ## Set up and run all tests
	$(BIN)/python -m pytest -n $(WORKERS) --maxprocesses 4 --dist loadscope --no-loadscope-reorder

check: $(BIN)/govt-assistant ## Lint, types, import contracts, docstrings of tests, dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/interrogate -q --fail-under 100 --whitelist-regex "^test_" --ignore-module tests
	$(BIN)/hadolint Dockerfile
	$(BIN)/shellcheck scripts/setup .ci/run
	$(BIN)/yamllint -d relaxed compose.yaml
	$(BIN)/python scripts/check_dependencies.py

check-dependencies: $(BIN)/govt-assistant ## Bill of materials, licences, and vulnerabilities, all of which must have been asked about
	$(BIN)/python scripts/check_dependencies.py --require-audit

format: $(BIN)/govt-assistant ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

ask: $(BIN)/govt-assistant ## Answer a question in the terminal: make ask Q="how do I enrol to vote"
	@$(BIN)/govt-assistant ask "$(Q)"

eval: $(BIN)/govt-assistant ## Run every shipped suite offline and print the README's table
	@$(BIN)/govt-assistant ingest starter
	@$(BIN)/govt-assistant programme seed
	@$(BIN)/govt-assistant eval table --parallel 4

bench: $(BIN)/govt-assistant ## Retrieval beside its peers and without each component; DATA= folder in BEIR's layout
	$(BIN)/govt-assistant ingest starter
	$(BIN)/python -m evals.bench.query --data data --models data/models --write docs/retrieval.md
	$(BIN)/python -m evals.bench.follow_ups --data data --models data/models --write docs/retrieval.md
	$(BIN)/python -m evals.bench.ablation --data data --models data/models --write docs/retrieval.md
	$(BIN)/python -m evals.bench.peers --data "$(DATA)" --models data/models --write docs/retrieval.md

bench-load: $(BIN)/govt-assistant ## 1 to 200 conversations at once on loopback; the table of docs/scaling.md
	@$(BIN)/govt-assistant ingest starter
	@$(BIN)/python -m evals.bench.load --data data --models data/models --model-script tests/scripted_model.py --write docs/scaling.md

bench-footprint: $(BIN)/govt-assistant ## How soon one process is ready, and what it holds
	@$(BIN)/govt-assistant ingest starter
	@$(BIN)/python -m evals.bench.footprint --data data --models data/models --write docs/scaling.md

bench-soak: $(BIN)/govt-assistant ## An hour's questions one after the other: memory stays flat
	@$(BIN)/govt-assistant ingest starter
	@$(BIN)/python -m evals.bench.soak --data data --models data/models

faults: $(BIN)/govt-assistant ## Break each engine while people ask; the table of docs/reliability.md
	@rm -f .faults.jsonl
	FAULTS_REPORT=.faults.jsonl $(BIN)/python -m pytest -q tests/contract/test_faults.py tests/starter/test_damaged_embedder.py
	@$(BIN)/python scripts/fault_table.py .faults.jsonl docs/reliability.md

security: $(BIN)/govt-assistant ## Run every test that the security lists name; the table of docs/security/checks.md
	@$(BIN)/python scripts/security_table.py

schemas: $(BIN)/govt-assistant ## Requests made up from the OpenAPI description: no 5xx, no answer that breaks it
	SCHEMA_EXAMPLES=50 $(BIN)/python -m pytest -q tests/web/test_schemas.py

clean: ## Remove the virtual environment and caches (not the data folder)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build *.egg-info
