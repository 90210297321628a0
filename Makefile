# make install: .venv with the command .venv/bin/samehand    make demo: a crawl of a small web and what it finds
# make test: the tests that this machine can run             make check: also formatting, lint and types, as CI does
# make docs: the documentation as a site in build/docs     make release: wheel, sdist and SBOM in dist/, installed and tried
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements.lock
TEST_LOCK := tests/requirements.lock
STAMP := $(VENV)/.installed
# What the container file installs: also what several crawlers and alerts need.
DEPLOY_LOCK := config/deploy/requirements.lock
TEST_STAMP := $(VENV)/.installed-for-tests
# A replay tool under the GPL, which the tests run as a process of its own: it has an environment of its own.
REPLAY := .venv.pywb
REPLAY_LOCK := tests/pywb.lock
REPLAY_STAMP := $(REPLAY)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: install install-tests demo test check lock docs release clean

install: $(STAMP)

$(STAMP): $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Samehand needs Python 3.11 or newer, and $(PYTHON) is older. Name another one: make PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "Python cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 2; }
	$(PIP) --require-hashes -r $(LOCK)
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@
	@echo "Installed: $(BIN)/samehand"

# The tests bring real servers (an Elasticsearch among them): more than a user of the command needs.
install-tests: $(TEST_STAMP) $(REPLAY_STAMP)

$(TEST_STAMP): $(STAMP) $(TEST_LOCK)
	$(PIP) --require-hashes -r $(TEST_LOCK)
	@touch $@

$(REPLAY_STAMP): $(REPLAY_LOCK)
	@$(PYTHON) -m venv $(REPLAY)
	$(REPLAY)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r $(REPLAY_LOCK)
	@touch $@

demo: install
	$(BIN)/samehand demo

test: install-tests
	$(BIN)/python -m pytest -W error -n auto --dist worksteal -q

check: install-tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# Three locks for all platforms and Python versions, with hashes and without the name of an index.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
lock: install-tests
	$(COMPILE) --no-emit-package samehand --extra build --output-file $(LOCK) pyproject.toml
	$(COMPILE) --no-emit-package samehand --all-extras --constraints $(LOCK) --output-file $(TEST_LOCK) pyproject.toml
	$(COMPILE) --no-emit-package samehand --extra build --extra redis --extra alerts --constraints $(TEST_LOCK) --output-file $(DEPLOY_LOCK) pyproject.toml
	$(COMPILE) --output-file $(REPLAY_LOCK) tests/pywb.in

docs: install-tests
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "Open build/docs/index.html"

# What is released is installed as a user installs it, from the sdist and from the wheel, beside nothing else; then its demo runs.
DIST := dist
CLEAN := .venv.release
CLEAN_PIP := $(CLEAN)/bin/python -m pip --disable-pip-version-check install --quiet
release: install-tests
	rm -rf $(DIST) $(CLEAN)
	$(BIN)/python -m hatchling build
	@$(PYTHON) -m venv $(CLEAN)
	$(CLEAN_PIP) --require-hashes -r $(LOCK)
	$(CLEAN_PIP) --no-deps --no-build-isolation $(DIST)/*.tar.gz
	$(CLEAN)/bin/samehand indicators > /dev/null
	$(CLEAN_PIP) --no-deps --force-reinstall $(DIST)/*.whl
	cd $(DIST) && ../$(CLEAN)/bin/samehand demo --quiet --store demo/demo.db > /dev/null && rm -r demo
	$(BIN)/cyclonedx-py environment --output-reproducible --pyproject pyproject.toml --output-file $(DIST)/sbom.cdx.json $(CLEAN)/bin/python
	@ls $(DIST)

clean:
	rm -rf $(VENV) $(REPLAY) $(CLEAN) $(DIST) build
