# run: the demo on http://localhost:8000. test: every test. check: linters and types. format: rewrites code
# and templates in place. messages: brings locale/ru up to date. setup: the .venv they all share.
# bench: what an exam costs (BENCH=--quick). bench-manager: what the manager's pages cost when very many have sat
# (docs/manager-cost.md). crash: kills the site again and again while people answer, and
# looks whether anything saved is lost. mutants: how much the tests of rules/ notice (docs/mutation.md).

export PORT ?= 8000

# The first of these that is 3.11 or later makes .venv.
FOUND = $(shell for python in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
PYTHON = $(or $(FOUND),$(error amoquiz needs Python 3.11 or later on the PATH))

IN_VENV = .venv/bin/python
TEMPLATES = find templates -name '*.html' -print0 | xargs -0 .venv/bin/djade --target-version 5.2

.PHONY: run setup test check format messages bench bench-manager crash mutants

run: setup
	@echo "Preparing the database…"
	@$(IN_VENV) manage.py migrate --verbosity 0
	@$(IN_VENV) manage.py seed
	@$(IN_VENV) manage.py seed_demo
	@$(IN_VENV) manage.py serve

setup: .venv/installed

.venv/installed: requirements.txt requirements-dev.txt constraints.txt
	@echo "Installing packages into .venv (once, about a minute)…"
	@$(PYTHON) -m venv .venv
	@$(IN_VENV) -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@

# What is missing from the system is said before anything is installed.
test:
	@$(PYTHON) -m tests.system
	@$(MAKE) --no-print-directory setup
	@$(IN_VENV) -m tests.run

check: setup
	$(IN_VENV) -m ruff check
	$(IN_VENV) -m ruff format --check
	$(IN_VENV) -m mypy
	$(TEMPLATES) --check
	$(IN_VENV) manage.py makemigrations --check --dry-run
	$(IN_VENV) manage.py draw_states --check
	$(IN_VENV) manage.py check --fail-level WARNING
	SECRET_KEY=$$($(IN_VENV) -c 'import secrets; print(secrets.token_urlsafe(50))') \
		ALLOWED_HOSTS=amoquiz.example.com $(IN_VENV) manage.py check --deploy --fail-level WARNING

bench: setup
	@$(IN_VENV) -m bench.cost $(BENCH)

# BENCH=--quick, for example.
bench-manager: setup
	@$(IN_VENV) -m bench.manager $(BENCH)

format: setup
	$(IN_VENV) -m ruff check --fix
	$(IN_VENV) -m ruff format
	$(TEMPLATES)

# CRASH="--rounds 50 --seed 7", for example.
crash: setup
	@$(IN_VENV) -m bench.crash $(CRASH)

messages: setup
	$(IN_VENV) -m tests.messages

mutants: setup
	$(IN_VENV) -m tests.mutation
