# SPDX-License-Identifier: GPL-2.0-or-later
#
# make demo	from a bare machine to source packages of a real kernel
# make check	the quick round: unit tests and linters
# make test	all tests, on real kernels as well
# make test-long	all tests, and hypothesis with twenty times as many examples
# make bench	what it costs, beside what it replaces
# make man	manual pages, in man/: distgen.1 and one for each command
#
# They install what they need first: system packages, then a virtual environment
# in .venv. KERNEL=/path/to/linux makes the demo use that tree.

VENV := .venv
PYTHON := $(VENV)/bin/python

.PHONY: help demo check test test-long bench man packages install lint regenerate
help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

packages:
	@.ci/packages

# python3-rpm is the system's, so the environment must be of the system's Python.
$(VENV)/done: pyproject.toml | packages
	@echo '  VENV    $(VENV)'
	@/usr/bin/python3 -m venv $(VENV)
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

install: packages $(VENV)/done

demo: install
	@$(PYTHON) .ci/demo $(if $(KERNEL),--kernel '$(KERNEL)')

# Two at a time, as much of it is not parallel, and in order, as the longest come first;
# a test's group is in tests/conftest.py.
PYTEST := $(PYTHON) -m pytest -n 2 --dist loadgroup --no-loadscope-reorder

check: install
	@$(PYTEST) tests/unit

test: install
	@$(PYTEST) $(TESTS)

test-long: install
	@$(PYTEST) --hypothesis-profile=long $(TESTS)

bench: install
	@$(PYTHON) .ci/bench

man: install
	@echo '  MAN     man/distgen*.1'
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" .ci/man man

lint: install
	@$(PYTHON) -m pytest -q tests/unit/test_linters.py

# What ships is rendered from templates/: run this after changing one.
regenerate: install
	@$(PYTHON) -m pytest -q tests/unit/packaging/test_shipped.py --regenerate
