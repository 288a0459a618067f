# The two commands of the README are `make demo` and `make test`; the rest is for work on the code.
SHELL := /bin/bash
.DEFAULT_GOAL := help
CORPUS ?= $(wildcard ../shared/corpus)
SECONDS_OF_FUZZING ?= 60

.PHONY: help demo test build release proto proto-check compose-test format lint web-check swift-test suite-test browser-test api-test verify-corpus fuzz bench clean

help:
	@echo 'make demo           start everything with data of its own and print the URL (PORT, RUN_DIR, DEMO_EMPTY=1)'
	@echo 'make test           install what is missing and run all tests'
	@echo 'make verify-corpus CORPUS=folder   load a folder into an empty suite and compare with its expected.json'
	@echo 'make compose-test   build the images and use the suite in containers (BINARIES=.build/release)'
	@echo 'make proto          generate the code of proto/*.proto again'
	@echo 'make fuzz           fuzz the decoders for SECONDS_OF_FUZZING=60'
	@echo 'make bench          the figures of Benchmarks/'
	@echo 'make format, lint, clean'

demo:
	scripts/need build run
	scripts/vendor
	swift build -c release
	exec python3 -u scripts/demo.py

test:
	scripts/need build run test
	scripts/vendor
	scripts/venv
	swift build --build-tests $(BUILD_FLAGS)
	$(MAKE) -j3 --output-sync=target proto-check lint web-check
	$(MAKE) swift-test suite-test

build:
	scripts/need build run
	scripts/vendor
	swift build

release:
	scripts/need build run
	scripts/vendor
	swift build -c release

proto:
	scripts/make-proto

proto-check: proto
	@git diff --exit-code --stat -- Sources/Shared/CProto Sources/Shared/Contracts/Generated || \
	  { echo 'the generated code is not that of proto/*.proto: run `make proto` and commit'; exit 1; }

format:
	swift format format --in-place --parallel --recursive $$(git ls-files '*.swift' | grep -v /Generated/)

lint:
	swift format lint --strict --parallel $$(git ls-files '*.swift' | grep -v /Generated/)

web-check:
	scripts/check-web

# The built tests, as `swift test --skip-build` runs them, which takes ten seconds to find out that nothing is to be built.
PACKAGE_TESTS = NO_COLOR=1 scripts/with-postgres .build/debug/educator-reportingPackageTests.xctest --testing-library swift-testing

# Tests of the bus and of whole processes set small budgets, which only hold while nothing else uses the processors. Those of
# sockets and of events have a process each: closing a connection while a message arrives may stop libnng 1.5.2 from closing
# anything else in that process (BusSocket.close), and then no dialer of it connects again. A Line copes and puts a new socket in
# its place; bare sockets do not.
swift-test:
	$(PACKAGE_TESTS) --no-parallel --filter MessagingTests.SocketTests
	$(PACKAGE_TESTS) --skip MessagingTests --skip ServiceRuntimeTests
	$(PACKAGE_TESTS) --no-parallel --skip 'EventTests|SocketTests' --filter 'MessagingTests|ServiceRuntimeTests'
	$(PACKAGE_TESTS) --no-parallel --filter MessagingTests.EventTests

# The built processes as a whole: kills, the browser, the API and the corpus. Much of it is waiting for processes to start, to
# die or to draw a page, so several of it run side by side, each with a suite of its own.
suite-test:
	.venv/bin/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder Tests/Suite
	$(MAKE) -j2 --output-sync=target browser-test api-test

browser-test:
	python3 scripts/with_suite.py .venv/bin/python -m pytest -q Tests/Browser

api-test:
	python3 scripts/with_suite.py --set ERS_RATE_LIMITS=off scripts/api-fuzz
	if [ -n "$(CORPUS)" ]; then python3 scripts/verify_corpus.py "$(CORPUS)"; fi

# Not part of `make test`: making the base images alone takes minutes on a machine without a registry.
compose-test:
	scripts/need build run test compose
	scripts/vendor
	scripts/venv
	[ -n "$$BINARIES" ] || swift build -c release
	compose/with-engine .venv/bin/python -m pytest -q -rs Tests/Compose; status=$$?; \
	  if [ $$status -eq 77 ]; then echo 'compose-test: SKIPPED, see above'; exit 0; fi; exit $$status

verify-corpus:
	@test -n "$(CORPUS)" || { echo 'CORPUS=folder is needed'; exit 2; }
	scripts/need build run
	scripts/vendor
	swift build
	python3 scripts/verify_corpus.py "$(CORPUS)"

fuzz:
	scripts/need build test
	scripts/fuzz $(SECONDS_OF_FUZZING)

bench:
	scripts/need build run
	swift build -c release
	Benchmarks/run

clean:
	rm -rf .build .build-* .venv
