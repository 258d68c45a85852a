# What a newcomer needs is `make demo` and `make test`; `make help` lists the rest.
# Both install what is missing on Debian and Ubuntu (as root or through sudo), and only that.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

# The least number of tests that a run of `make test` must have had, so that a filter or a target that was lost can't pass for success.
MIN_TESTS ?= 1500
# Tests of one process that run at a time. More of them than this make servers of other tests wait, not the run faster.
TEST_WIDTH ?= $(shell echo $$((2 * $$(nproc 2>/dev/null || echo 2))))
# Seeds of `make simulate`.
SEEDS ?= 10000
SWIFT_MIN := 6.2

PKG_CONFIG_MODULES := libcurl libcrypto libxml-2.0 yaml-0.1
APT_PACKAGES := pkg-config libcurl4-openssl-dev libssl-dev libxml2-dev libyaml-dev

VENV := .venv
# Prometheus and Alertmanager for the tests, unpacked and not installed: their packages would start services.
PEERS := .build-peers
PEER_PACKAGES := prometheus prometheus-alertmanager
# The browser that opens the status page.
BROWSER_PACKAGES := chromium chromium-driver
# Nothing loads the program as a library: without its symbols it is 2 MB smaller.
RELEASE_FLAGS := -c release --product drawbridge --static-swift-stdlib -Xlinker -s -Xlinker --no-export-dynamic
# Refuses an import of a target that Package.swift does not list as a dependency.
CHECK_FLAGS := --explicit-target-dependency-import-check error

# apt_install,PACKAGES: as root or through sudo, quietly, once more where the network failed.
define apt_install
	sudo=; if [ "$$(id -u)" != 0 ]; then \
	  command -v sudo >/dev/null || { echo "make: these packages are missing, and there is neither root nor sudo to install them: $(1)" >&2; exit 1; }; \
	  sudo=sudo; \
	fi; \
	log=$$(mktemp); trap 'rm -f "$$log"' EXIT; \
	echo "Installing $(1)"; \
	for try in 1 2; do \
	  if $$sudo env DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null >"$$log" 2>&1 \
	    && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1) </dev/null >>"$$log" 2>&1; \
	  then break; fi; \
	  if [ $$try = 2 ]; then cat "$$log" >&2; echo "make: apt-get could not install $(1)" >&2; exit 1; fi; \
	  sleep 5; \
	done
endef

.PHONY: help
help: ## List the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | sort | while IFS=$$'\t' read -r target text; do printf '  make %-10s %s\n' "$$target" "$$text"; done

.PHONY: demo
demo: release ## Build the release binary and run the whole loop against embedded clouds, without any cloud account
	@"$$(swift build $(RELEASE_FLAGS) --show-bin-path)/drawbridge" demo $(DEMO_ARGS)

.PHONY: release
release: packages swift resolve ## Build the release binary, statically linked with Swift's libraries
	@swift build $(RELEASE_FLAGS)
	@binary="$$(swift build $(RELEASE_FLAGS) --show-bin-path)/drawbridge"; \
	names=$$(sed -n 's/^        case \([a-zA-Z]*\)$$/\1/p' Sources/Model/Mutant.swift); \
	[ "$$(wc -w <<<"$$names")" -ge 24 ] || { echo "make: no names of planted faults found in Sources/Model/Mutant.swift" >&2; exit 1; }; \
	for name in $$names; do \
	  if grep -aq "$$name" "$$binary"; then echo "make: the release build knows the planted fault $$name" >&2; exit 1; fi; \
	done

.PHONY: build
build: packages swift resolve ## Build everything for debugging, tests included, without a warning
	@log=$$(mktemp); trap 'rm -f "$$log"' EXIT; \
	swift build --build-tests $(CHECK_FLAGS) 2>&1 | tee "$$log"; \
	if grep -E "^warning: 'drawbridge'|^$(CURDIR)/(Sources|Tests)/.* warning:" "$$log" >&2; then echo "make: the build has warnings" >&2; exit 1; fi

# run_tests,FLAGS: of `swift test`. Its closing line counts the skipped tests too.
define run_tests
	log=$$(mktemp); trap 'rm -f "$$log"' EXIT; \
	if ! PATH="$$PATH:$(CURDIR)/$(VENV)/bin:$(CURDIR)/$(PEERS)/usr/bin" SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=$(TEST_WIDTH) \
	  swift test --disable-xctest $(1) </dev/null 2>&1 | tee "$$log"; then \
	  echo; echo "These tests failed:"; grep -E '^(✘|.\[.*✘)' "$$log" | grep -v 'Test run with' | head -100 || true; exit 1; \
	fi; \
	skipped=$$(grep -c '^➜ Test .* skipped' "$$log" || true); \
	if [ "$$skipped" -gt 0 ]; then echo; echo "Not run here:"; grep '^➜ Test .* skipped' "$$log" | sort; fi; \
	count=$$(sed -n 's/.*Test run with \([0-9][0-9]*\) tests\{0,1\} .*passed.*/\1/p' "$$log" | awk '{n += $$1} END {print n + 0}'); \
	count=$$((count - skipped)); \
	if [ "$$count" -lt 1 ] || [ "$$count" -lt "$(MIN_TESTS)" ]; then \
	  echo "make: $$count tests ran and $$skipped were skipped, at least $(MIN_TESTS) have to run" >&2; exit 1; \
	fi; \
	echo; echo "$$count tests passed, $$skipped were skipped (at least $(MIN_TESTS) have to run)"
endef

.PHONY: test
test: build release venv peers ## Build, for debugging and as it ships, and run every test; fails on fewer than MIN_TESTS
	@$(call run_tests,--skip-build)

# Each of these builds everything anew into a folder of its own, several minutes long.

# The figures of a program that carries a sanitizer are no figures: memory and times are the sanitizer's own.
# Leaks are not looked for: a program that ends with `exit` leaves what its tasks still hold, and that would be reported.
.PHONY: test-asan
test-asan: packages swift resolve venv peers ## Run every test under the address sanitizer
	@export ASAN_OPTIONS=detect_leaks=0; $(call run_tests,--scratch-path .build-asan --sanitize address --skip FiguresTests)

.PHONY: test-tsan
test-tsan: packages swift resolve venv peers ## Run every test under the thread sanitizer
	@$(call run_tests,--scratch-path .build-tsan --sanitize thread --skip FiguresTests)

# Optimized code ends the lives of values earlier: what a C pointer still points to by luck in debug is gone here.
.PHONY: test-release
test-release: packages swift resolve venv peers ## Run every test optimized as a release is
	@$(call run_tests,--scratch-path .build-release -c release -Xswiftc -enable-testing)

# Fuzzing

# For each driver. `make fuzz FUZZ_DRIVERS="watch xml" FUZZ_SECONDS=600` looks at a few for long.
FUZZ_SECONDS ?= 20
FUZZ_DRIVERS ?= $(notdir $(wildcard Tests/Fuzzing/Corpus/*))
FUZZ_FOLDER := .build-fuzz
# Release code, as it ships, with its overflow checks, libFuzzer's counters and the address sanitizer's.
FUZZ_FLAGS := --scratch-path $(FUZZ_FOLDER) -c release --product fuzz -Xswiftc -sanitize=fuzzer,address -Xswiftc -enable-testing
# The linker has nothing else to say about thousands of the sanitizer's symbols.
FUZZ_NOISE := Cannot export local symbol

# What crashes a driver, takes it 10 s or 2 GB, or breaks what must hold, is kept where `make test` replays it. What only reaches
# new code is kept in $(FUZZ_FOLDER), for the next run. Leaks are looked for over the known inputs only: the drivers' tasks free on
# other threads than they allocate on, so libFuzzer would stop to look after nearly every run, and make 50 of 5000 a second.
.PHONY: fuzz
fuzz: packages swift resolve ## Fuzz every parser of foreign bytes, FUZZ_SECONDS each; keeps what it finds
	@DRAWBRIDGE_FUZZ=1 swift build $(FUZZ_FLAGS) 2>&1 | { grep -v '$(FUZZ_NOISE)' || true; }
	@program="$$(DRAWBRIDGE_FUZZ=1 swift build $(FUZZ_FLAGS) --show-bin-path)/fuzz"; failed=; \
	for driver in $(FUZZ_DRIVERS); do \
	  seen="$(FUZZ_FOLDER)/corpus/$$driver"; kept="Tests/Fuzzing/Regressions/$$driver"; mkdir -p "$$seen" "$$kept"; \
	  log="$(FUZZ_FOLDER)/$$driver.log"; more=; if [ "$$driver" = policy ]; then more=Tests/PolicyFileTests/Golden; fi; \
	  inputs="Tests/Fuzzing/Corpus/$$driver $$kept $$more"; \
	  export FUZZ_DRIVER="$$driver" SWIFT_BACKTRACE=enable=no; \
	  if "$$program" -runs=0 -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$$kept/" $$inputs >"$$log" 2>&1 \
	    && ASAN_OPTIONS=detect_leaks=0 "$$program" -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 -max_len=16384 \
	      -dict=Tests/Fuzzing/dictionary -artifact_prefix="$$kept/" "$$seen" $$inputs >>"$$log" 2>&1; \
	  then printf '%-12s %s\n' "$$driver" "$$(grep -a DONE "$$log" | tail -1)"; \
	  else failed="$$failed $$driver"; printf '%-12s FAILED, the whole story is in %s\n' "$$driver" "$$log"; \
	    grep -aE 'VIOLATION|Fatal error|SUMMARY|Test unit written' "$$log" | cut -c1-600; fi; \
	  rmdir "$$kept" 2>/dev/null || true; \
	done; \
	if [ -n "$$failed" ]; then echo "make: the fuzzer found something in:$$failed" >&2; exit 1; fi

# FiguresTests on the program as it is shipped, with the clouds in the tests' own process.
.PHONY: figures
figures: release build ## Measure the release build; fails when resident memory with 100 nodes reaches 32 MiB
	@log=$$(mktemp); trap 'rm -f "$$log"' EXIT; \
	DRAWBRIDGE_TEST_EXECUTABLE="$$(swift build $(RELEASE_FLAGS) --show-bin-path)/drawbridge" \
	  swift test --disable-xctest --skip-build --filter FiguresTests </dev/null 2>&1 | tee "$$log"; \
	grep -q 'Test run with [1-9][0-9]* tests\{0,1\} .*passed' "$$log" || { echo "make: no test of FiguresTests ran" >&2; exit 1; }

.PHONY: simulate
simulate: packages swift resolve ## Run SEEDS (10000) seeds of the simulation, optimized; prints which fault met which call, and how to replay what fails
	@swift build -c release --product simulate
	@"$$(swift build -c release --show-bin-path)/simulate" --seeds '0..<$(SEEDS)' --jobs "$$(nproc 2>/dev/null || echo 2)"

.PHONY: lint
lint: swift ## Say where the sources depart from .swift-format
	@swift format lint --strict --recursive --parallel Package.swift Sources Tests

.PHONY: clean
clean: ## Remove what was built and installed in this folder
	@rm -rf .build .build-* $(VENV)

# Prerequisites

# Package.swift's own: fetched here, so that a network failure is met once more and not taken for one of the build.
.PHONY: resolve
resolve:
	@swift package resolve >/dev/null || { echo "Fetching the packages failed, once more in 5 s" >&2; sleep 5; swift package resolve; }

.PHONY: packages
packages:
	@if command -v pkg-config >/dev/null && pkg-config --exists $(PKG_CONFIG_MODULES); then exit 0; fi; \
	if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then \
	  echo "make: this is neither Debian nor Ubuntu: install pkg-config and the development files of libcurl (with OpenSSL), OpenSSL, libxml2 and libyaml yourself" >&2; \
	  exit 0; \
	fi; \
	missing=; for package in $(APT_PACKAGES); do \
	  dpkg -s "$$package" 2>/dev/null | grep -q '^Status: install ok installed' || missing="$$missing $$package"; \
	done; \
	missing=$$(echo $$missing); \
	if [ -z "$$missing" ]; then \
	  echo "make: $(APT_PACKAGES) are installed, and yet pkg-config does not find $(PKG_CONFIG_MODULES); is PKG_CONFIG_PATH or another pkg-config in the way?" >&2; \
	  exit 1; \
	fi; \
	$(call apt_install,$$missing)

.PHONY: swift
swift:
	@version=$$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' | head -n 1 || true); \
	if [ -z "$$version" ]; then \
	  echo "make: no swift on PATH. Install Swift $(SWIFT_MIN) or later: https://www.swift.org/install/linux/ (swiftly installs it, and puts it on PATH in a new shell)" >&2; exit 1; \
	fi; \
	if [ "$$(printf '%s\n' "$(SWIFT_MIN)" "$$version" | sort -V | head -n 1)" != "$(SWIFT_MIN)" ]; then \
	  echo "make: swift on PATH is $$version, Drawbridge needs $(SWIFT_MIN) or later: https://www.swift.org/install/linux/" >&2; exit 1; \
	fi

# The peers that the tests run against: moto for EC2, STS and IAM, botocore as a second opinion on signatures, the aws CLI, Kubernetes' schemas.
.PHONY: venv
venv: python $(VENV)/requirements.txt

.PHONY: python
python:
	@if command -v python3 >/dev/null && python3 -c 'import ensurepip, venv' 2>/dev/null; then :; \
	elif command -v apt-get >/dev/null; then $(call apt_install,python3 python3-venv); \
	else echo "make: the tests need python3 (3.10 or later) with its venv module" >&2; exit 1; fi; \
	python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' \
	  || { echo "make: the tests' peers need Python 3.10 or later, python3 is $$(python3 --version)" >&2; exit 1; }

# Where there is no apt, the tests that need them are skipped, and say so.
.PHONY: peers
peers:
	@command -v apt-get >/dev/null && command -v dpkg >/dev/null || exit 0; \
	missing=; for package in $(BROWSER_PACKAGES); do \
	  dpkg -s "$$package" 2>/dev/null | grep -q '^Status: install ok installed' || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq || true; else sudo apt-get update -qq || true; fi >/dev/null 2>&1; \
	  known=; for package in $$missing; do if apt-cache show "$$package" >/dev/null 2>&1; then known="$$known $$package"; fi; done; \
	  missing=$$(echo $$known); \
	  if [ -n "$$missing" ]; then $(call apt_install,$$missing); else echo "There is no package of Chromium here: the tests of the status page in a browser are skipped"; fi; \
	fi; \
	missing=; for package in $(PEER_PACKAGES); do \
	  command -v "$$package" >/dev/null || [ -x "$(PEERS)/usr/bin/$$package" ] || missing="$$missing $$package"; \
	done; \
	[ -n "$$missing" ] || exit 0; \
	echo "Unpacking$$missing into $(PEERS)"; \
	mkdir -p $(PEERS); cd $(PEERS); \
	for try in 1 2; do \
	  if apt-get download -qq $$missing >download.log 2>&1; then break; fi; \
	  if [ $$try = 2 ]; then cat download.log >&2; echo "make: apt-get could not download$$missing" >&2; exit 1; fi; \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq >download.log 2>&1 || true; else sudo apt-get update -qq >download.log 2>&1 || true; fi; \
	done; \
	for file in *.deb; do dpkg-deb -x "$$file" .; done; rm -f *.deb download.log

# The copy of the requirements says what is installed; it comes last, so that an installation that broke off is done again.
$(VENV)/requirements.txt: Tests/requirements.txt
	@echo "Installing the tests' peers into $(VENV)"
	@$(VENV)/bin/python -c 'import pip' 2>/dev/null || python3 -m venv --clear $(VENV)
	@install() { $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-input --requirement $<; }; \
	install || { echo "pip failed, once more in 5 s" >&2; sleep 5; install; }
	@cp $< $@
