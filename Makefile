# make help tells what can be made.
.DEFAULT_GOAL := help
.PHONY: help setup run test check faces engines torture lint format bench screens shown openapi schema constraints clean

PYTHON ?= python3
BIN := .venv/bin
# Without compiled files each of the tests' processes would compile all of them.
unexport PYTHONDONTWRITEBYTECODE
SCRIPTS := "frontend/**/*.{js,mjs,css}" "*.mjs" ".*.mjs" package.json
FRONTEND := $(shell find frontend -type f -not -path 'frontend/dist/*')

help: ## what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: .venv/.done frontend/dist/manifest.json ## install everything into this clone
	@deploy/libraries.sh

run: setup ## load the demo town, once, and serve it at http://localhost:8000
	$(BIN)/ebok --data data demo

test: setup ## all tests, those that depend on the database on both: a real SMTP server, a real browser
	tests/prepare.sh
	$(BIN)/pytest

check: export BOTH = 1
check: lint test ## what CI runs: the linters, and all tests on both databases

# `make test` looks at every state of every page once, in one language, theme and width.
faces: export FULL = 1
faces: setup ## every state of every page in every language, theme and width
	tests/prepare.sh
	$(BIN)/pytest tests/journeys/test_faces.py

engines: setup ## the leaflet and what follows in Firefox, WebKit, Chromium 109 and 106, with pictures into build/engines
	tests/prepare.sh
	tests/engines/prepare.sh
	$(BIN)/pytest -n0 tests/engines/walks.py

torture: export TORTURE = 1
torture: export BOTH = 1
torture: setup ## generated input, many times as much as in the tests
	tests/prepare.sh
	$(BIN)/pytest tests/properties tests/ksef tests/billing tests/rules/test_contract.py tests/reliability/test_mailing.py \
		tests/exports tests/profile/test_sessions.py tests/mail/test_mime.py tests/notifications/test_hostile_reports.py tests/notifications/test_strays.py \
		tests/payments/test_balance.py tests/payments/test_transfer.py

lint: setup ## the linters
	$(BIN)/ruff check backend tests bench
	$(BIN)/ruff format --check backend tests bench
	npx pyright
	npx prettier --check --log-level warn $(SCRIPTS)
	npx eslint frontend
	npx stylelint "frontend/styles/**/*.css"
	$(BIN)/python tests/composed.py build/pages
	npx html-validate "build/pages/**/*.html"

format: setup ## put the code into the one form
	$(BIN)/ruff check --fix backend tests bench
	$(BIN)/ruff format backend tests bench
	npx prettier --write --log-level warn $(SCRIPTS)
	npx stylelint --fix "frontend/styles/**/*.css"

bench: setup ## measured comparisons, each against a baseline in the same run
	tests/prepare.sh
	$(BIN)/uv pip install -q -p $(BIN)/python -c constraints.txt -e '.[dev,bench]'
	$(BIN)/python -m bench

screens: setup ## pictures of every screen into build/screens, and twenty of them into docs/screens
	tests/prepare.sh
	$(BIN)/python tests/screens.py

catalogue: setup ## take new sentences into the catalogues
	$(BIN)/python tests/catalogue.py

shown: setup ## write docs/shown-by.md anew, of the marks on the tests
	$(BIN)/python tests/shown.py

openapi: setup ## write the schemas of docs/openapi.yaml anew, of the types of answers and the forms
	$(BIN)/python tests/openapi.py

schema: setup ## write the whole schema anew, after a new migration
	$(BIN)/python tests/schema.py

constraints: ## pin every dependency anew
	$(BIN)/uv pip compile -q --universal --no-annotate --no-header --extra dev --extra bench -o constraints.txt pyproject.toml

clean: ## remove what was made, but not the data
	rm -rf .venv node_modules bench/node_modules tests/engines/node_modules frontend/dist

.venv/.done: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q -c constraints.txt uv
	$(BIN)/uv pip install -q -p $(BIN)/python -c constraints.txt -e '.[dev]'
	@touch $@

node_modules/.done: package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

frontend/dist/manifest.json: node_modules/.done $(FRONTEND)
	npm run --silent build
	@touch $@
