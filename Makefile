# Targets for people and for CI; `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

GO        ?= go
PYTHON    ?= python3
VENV      := .venv
# Prints what failed and, with its reason, what was skipped.
GOTEST    := $(GO) run gotest.tools/gotestsum@v1.13.0 --format pkgname-and-test-fails --
LINT      := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
BIN       := bin/dreamlog
VERSION   ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS   := -X github.com/dreamlog/dreamlog/internal/cli.Version=$(VERSION)
FUZZTIME  ?= 30s
# Kills of the long crash test; the short one in `make test` does 25.
KILLS     ?= 300

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: build
build: ## build the binary bin/dreamlog
	$(GO) build -ldflags '$(LDFLAGS)' -o $(BIN) ./cmd/dreamlog

.PHONY: demo
demo: build ## play games, dream them, bring example experience in, ask SQL about all
	examples/tour/demo.sh $(BIN)

.PHONY: test
test: vet test-unit test-race ## everything that must hold before a change lands

.PHONY: vet
vet: ## format and vet
	@out=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$out" ]; then echo "not gofmt'ed:"; echo "$$out"; exit 1; fi
	$(GO) vet ./...

# The bulk of the packages run with the race detector; the end-to-end tests
# below test/ and those that load DuckDB run without it, as they spend their
# time in C or in child processes.
RACELESS := ./analytics/... ./internal/app/... ./internal/cli/... ./test/... ./bench/... ./cmd/...

.PHONY: test-unit
test-unit: $(VENV)/ready ## the tests that run without the race detector
	DREAMLOG_VENV=$(CURDIR)/$(VENV) $(GOTEST) -timeout 20m $(RACELESS)

# The tests read damaged Parquet files on purpose. parquet-go then makes a slice
# of nothing, which is a panic that we recover from; the race detector's pointer
# check would make it a throw that ends the process.
RACE := -race -gcflags=github.com/parquet-go/parquet-go/...=-d=checkptr=0

.PHONY: test-race
test-race: $(VENV)/ready ## the tests that run with the race detector
	DREAMLOG_VENV=$(CURDIR)/$(VENV) $(GOTEST) $(RACE) -timeout 20m $$($(GO) list ./... | grep -vE '/(analytics|internal/app|internal/cli|test|bench|cmd)(/|$$)')

.PHONY: test-crash
test-crash: ## kill a landing process KILLS times at every step, and let storage fail (long)
	DREAMLOG_KILLS=$(KILLS) $(GO) test -timeout 3h -v -count=1 ./test/crash

.PHONY: test-kafka
test-kafka: ## the same against three brokers of Apache Kafka (needs java and mvn)
	DREAMLOG_KAFKA=1 $(GO) test -timeout 30m -v -count=1 ./test/kafka

ALFWORLD ?= ../shared/data/alfworld

.PHONY: conformance
conformance: build ## compare the engine of text games with recorded walks of the original (ALFWORLD=folder)
	$(BIN) games check --games $(ALFWORLD) --traces $(ALFWORLD)/traces.jsonl.gz

.PHONY: soak
soak: ## play 1,000 games at once for a minute and watch the memory
	DREAMLOG_SOAK=1 $(GO) test -run Soak -timeout 15m -v -count=1 ./test/play

.PHONY: test-llm
test-llm: ## the chat agent and experience model against a real server (DREAMLOG_LLM_URL=http://HOST:PORT/v1)
	@test -n "$${DREAMLOG_LLM_URL:-}" || { echo "start a chat server, and give its address: make test-llm DREAMLOG_LLM_URL=http://127.0.0.1:8000/v1"; exit 2; }
	DREAMLOG_LLM_URL=$${DREAMLOG_LLM_URL} $(GO) test -run RealServer -v -count=1 ./producers/agent/chat ./producers/experience/chat

.PHONY: bench
bench: ## measure landing, rounds, freshness, recovery, the views, games, embeddings and play
	$(GO) run ./bench

.PHONY: fidelity
fidelity: ## hold the experience models against recorded environments (DREAMLOG_TESTDATA=folder)
	$(GO) run ./bench fidelity

.PHONY: lint
lint: ## golangci-lint with .golangci.yml
	$(GO) run $(LINT) run ./...

.PHONY: fuzz
fuzz: ## run each fuzz target for FUZZTIME
	@for pkg in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "== $$pkg $$target"; $(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$pkg; \
	  done; \
	done

# Python libraries that the tests use, pinned: readers of what Dreamlog writes,
# and a server whose environments it plays.
$(VENV)/ready: test/requirements.txt
	@if command -v $(PYTHON) >/dev/null; then \
	  $(PYTHON) -m venv $(VENV) && $(VENV)/bin/pip install --quiet --disable-pip-version-check -r test/requirements.txt; \
	elif [ "$${CI:-}" = true ]; then echo "python3 is missing, and CI=true"; exit 1; \
	else echo "python3 is missing: the tests against independent readers will skip"; fi
	@mkdir -p $(VENV) && touch $@

.PHONY: clean
clean: ## remove what was built
	rm -rf bin $(VENV)
