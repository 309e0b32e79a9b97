# Two commands: `make run` and `make test`. Each brings .venv up to date first; what is done already is not done again.
# Works with GNU make 3.81 (macOS) and a plain sh.

SHELL = /bin/sh
PY = .venv/bin/python
ROOMS = __init__.py store serving trainer ui tests

# A machine that forbids bytecode would compile everything again at each start.
export PYTHONDONTWRITEBYTECODE =
unexport PYTHONPATH PYTHONHOME
# An empty HOME would mean the root folder; without it the user's own is looked up.
ifeq ($(strip $(HOME)),)
unexport HOME
endif

.PHONY: help run test fuzz kill-matrix check types install lock offline-proof clean distclean

help:
	@echo 'make run        install what is missing, start Agent1 and print its address (ARGS="--port 8000" for options)'
	@echo 'make test       install what is missing, run all tests (ARGS="tests/store -k name" for some)'
	@echo 'make fuzz       import ten thousand generated broken files'
	@echo 'make kill-matrix  kill a run at every stage, in every part, and count what is left (ARGS="--only training")'
	@echo 'make check      ruff and mypy'
	@echo 'make offline-proof  the whole loop without a network, under a watch for attempts to reach one (Linux, minutes)'
	@echo 'make lock       pin the versions anew after a change in pyproject.toml (LOCK=--upgrade for the newest)'
	@echo 'make clean      remove what was built; make distclean: .venv too'

run: install
	@$(PY) setup/starter.py
	@exec .venv/bin/agent1 serve $(ARGS)

test: install
	@$(PY) setup/chromium.py
	@exec .venv/bin/pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

install:
	@python=`sh setup/find_python.sh .venv` && exec "$$python" setup/install.py

# Hostile imports without end: ten thousand generated files a test, some twenty minutes.
fuzz: install
	@FUZZ=$${FUZZ:-10000} .venv/bin/pytest --timeout=7200 tests/store/test_hostile_imports.py $(ARGS)

kill-matrix: install
	@$(PY) -m tests.kill_matrix $(ARGS)

check: install types
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy -p agent1
	@.venv/bin/mypy --explicit-package-bases $(wildcard setup/*.py bench/*.py)

# The top-level folders are the package agent1: mypy finds them under that name through links. (One link to the
# checkout itself would contain itself without end.)
types:
	@[ ! -L build/types/agent1 ] || rm build/types/agent1
	@mkdir -p build/types/agent1
	@for room in $(ROOMS); do ln -sfn ../../../$$room build/types/agent1/$$room; done

offline-proof: install
	@$(PY) setup/starter.py
	@exec $(PY) setup/offline_proof.py

lock: install
	@.venv/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --extra train --group dev \
		--generate-hashes --no-annotate --no-header --no-emit-index-url $(LOCK) --output-file requirements.lock

clean:
	rm -rf build dist agent1.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

distclean: clean
	rm -rf .venv
