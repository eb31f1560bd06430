# Each target sets itself up on a fresh machine: git, make and Python 3.11 or newer are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOADERS := $(VENV)-loaders
WHEEL := $(VENV)-wheel

# the language of the messages below, as the program chooses it
VIETNAMESE := $(filter vi%,$(firstword $(BAOTINH_LANG) $(LANGUAGE) $(LC_ALL) $(LC_MESSAGES) $(LANG)))

# uv takes seconds where pip takes minutes; pip does it where uv does not work
define install
	@echo "$(if $(VIETNAMESE),đang cài $(1) vào $(2); lần đầu mất một hai phút,installing $(1) into $(2); the first time this takes a minute or two)"
	@$(2)/bin/pip install --quiet --disable-pip-version-check uv \
		&& $(2)/bin/uv pip install --python $(2)/bin/python -e $(1) \
		|| $(2)/bin/pip install --disable-pip-version-check -e $(1)
	@touch $@
endef

PARALLEL := --numprocesses auto --dist loadfile --no-loadscope-reorder

.PHONY: demo test test-drills test-loaders test-wheel browser lint lock contract catalogue bench bench-cluster bench-copies bench-crawl bench-datasette bench-export bench-kills bench-search clean

demo: $(VENV)/.user
	$(BIN)/baotinh demo

test: $(VENV)/.dev
	$(BIN)/pytest -m 'not drill' $(PARALLEL)

# what takes long: fortnights of crawls, a kill at each step, a disk that fills; CONTRIBUTING.md says when to run it
test-drills: $(VENV)/.dev
	$(BIN)/pytest -m drill $(PARALLEL)

# in an environment of its own: the libraries have opinions on the versions of others
test-loaders: $(LOADERS)/.installed
	HF_DATASETS_OFFLINE=1 $(LOADERS)/bin/pytest -m loaders -W default tests/loaders

# the wheel, as users install it, on each Python at hand
test-wheel: $(VENV)/.dev $(WHEEL)/.installed
	PATH="$(CURDIR)/$(WHEEL)/bin:$$PATH" $(BIN)/pytest -m wheel tests/wheel

# with it, and with a Chromium on the path, `make test` opens the pages of the reading room too
browser: $(VENV)/.browser

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest tests/test_lock.py

# the versions of an install that is made now; CONTRIBUTING.md says when
lock:
	rm -rf build/lock
	$(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet --disable-pip-version-check -e '.[dev]'
	build/lock/bin/pip freeze --exclude-editable --disable-pip-version-check > requirements.lock

# the JSON Schemas of archive/contract, after a change of what a command prints
contract: $(VENV)/.dev
	$(BIN)/python -m tests.contract

# what our own words are in other languages, after a change of them; CONTRIBUTING.md says how to translate
catalogue: $(VENV)/.dev
	$(BIN)/python -m tests.catalogue

# e.g. make bench ARGS="--worst 5"
bench: $(VENV)/.bench
	$(BIN)/python -m bench.extraction $(ARGS)

# e.g. make bench-crawl ARGS="--hosts 100 --articles 40"
bench-crawl: $(VENV)/.user
	$(BIN)/python -m bench.crawl $(ARGS)

# e.g. make bench-cluster ARGS="--sites 12 --articles 50": root on Linux, and redis-server
bench-cluster: $(VENV)/.dev
	$(BIN)/python -m bench.cluster $(ARGS)

# e.g. make bench-copies ARGS="--articles 10000 --days 9"
bench-copies: $(VENV)/.user
	$(BIN)/python -m bench.copies $(ARGS)

# e.g. make bench-export ARGS="--articles 10000"
bench-export: $(VENV)/.dev
	$(BIN)/python -m bench.export $(ARGS)

# e.g. make bench-kills ARGS="--kills 50 --seed 2"
bench-kills: $(VENV)/.user
	$(BIN)/python -m bench.kills $(ARGS)

# e.g. make bench-datasette ARGS="--archive news-archive"
bench-datasette: $(VENV)/.user
	$(BIN)/python -m bench.datasette $(ARGS)

# e.g. make bench-search ARGS="gen_articles.py --articles 20000": a program that writes invented articles
bench-search: $(VENV)/.user
	$(BIN)/python -m bench.search $(ARGS)

# a catalogue that changed is compiled by the installation
$(VENV)/.user: pyproject.toml $(wildcard archive/locale/*/LC_MESSAGES/*.po)
	@echo "$(if $(VIETNAMESE),đang tạo $(VENV),making $(VENV))"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "baotinh needs Python 3.11 or newer; try: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(call install,.,$(VENV))

$(VENV)/.dev: $(VENV)/.user
	$(call install,'.[dev]',$(VENV))

$(VENV)/.browser: $(VENV)/.dev
	$(call install,'.[browser]',$(VENV))

$(LOADERS)/.installed: pyproject.toml
	$(PYTHON) -m venv $(LOADERS)
	$(call install,'.[loaders]',$(LOADERS))

$(WHEEL)/.installed:
	$(PYTHON) -m venv $(WHEEL)
	$(WHEEL)/bin/pip install --quiet --disable-pip-version-check pipx uv
	touch $@

# the pip that Python 3.11 brings stops at the two spellings of lxml[html-clean] among the peers
$(VENV)/.bench: $(VENV)/.user
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade 'pip>=24'
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[bench]'
	touch $@

clean:
	rm -rf $(VENV) $(LOADERS) $(WHEEL) build dist .mypy_cache .pytest_cache .ruff_cache
