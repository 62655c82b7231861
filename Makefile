PYTHON ?= python3
BIN := .venv/bin
NEED_PYTHON := Hinsehen needs Python 3.11 or newer: apt-get install python3 python3-venv
NEED_VENV := Python has no venv module here: apt-get install python3-venv
NEED_PANGO := Printing recovery cards needs Pango: sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core
NEED_ROOT := The browser tests need chromium and firefox-esr: sudo apt-get install chromium firefox-esr fonts-dejavu

.DEFAULT:
	@echo "make $@ is not known; there are: setup, run, test, lint, i18n, browsers, printing" >&2; exit 2

.PHONY: setup setup-dev run test lint i18n browsers printing

setup: .venv/.installed printing

setup-dev: .venv/.installed-dev

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(NEED_PYTHON)" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(NEED_VENV)" >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.installed: .venv/bin/python requirements.lock pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: setup
	$(BIN)/hinsehen demo

browsers:
	@if command -v chromium >/dev/null && command -v firefox-esr >/dev/null; then exit 0; fi; \
	packages="chromium firefox-esr fonts-dejavu"; \
	if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -qq -y $$packages; \
	elif sudo -n true 2>/dev/null; then sudo -n apt-get update -qq && sudo -n apt-get install -qq -y $$packages; \
	else echo "$(NEED_ROOT)" >&2; exit 1; fi

printing:
	@if $(PYTHON) -c 'import ctypes; [ctypes.CDLL(f"lib{name}.so.0") for name in ("pangoft2-1.0", "harfbuzz-subset")]' 2>/dev/null; then exit 0; fi; \
	packages="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"; \
	if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -qq -y $$packages; \
	elif sudo -n true 2>/dev/null; then sudo -n apt-get update -qq && sudo -n apt-get install -qq -y $$packages; \
	else echo "$(NEED_PANGO)" >&2; fi

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict

test: browsers printing lint
	$(BIN)/pytest -n 2

i18n: setup
	$(BIN)/pybabel extract --no-location --sort-output -k _ -k msg -k say -F translations/babel.cfg -o translations/messages.pot .
	$(BIN)/pybabel update --no-fuzzy-matching -i translations/messages.pot -d translations -l de
