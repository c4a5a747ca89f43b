# The front door. Behind it: `cargo xtask` (tools/xtask), `npm` in web/ and scripts/.
SHELL := /bin/bash
export DOJOB_DEMO := $(if $(DEMO),$(DEMO),1)
WEB := web/dist/index.html

.DEFAULT_GOAL := help
.PHONY: help run test test-rust test-web test-kafka readme e2e e2e-cluster shots check check-infra mutants images fuzz attack kill9 faults faults-short drill rollout rollout-short cluster cluster-down bench demo gen web clean tools browser cluster-tools

help: ## Show this list
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | sort | awk -F'\t' '{printf "  make %-13s %s\n", $$1, $$2}'

run: tools web ## Build and start everything; DEMO=0 starts without the practice neighbourhood
	@cargo run --quiet -p dojob-standalone

test: tools ## Run all tests that need no Java
	@$(MAKE) --no-print-directory test-rust test-web

test-rust: tools ## Run the tests of the services and tools alone: they need no browser
	cargo test --workspace --exclude dojob-kafka --exclude dojob-cluster --quiet

# Without a browser a newcomer's first `make test` still says what is true of the rest; CI accepts no gap.
test-web: tools web/node_modules ## Run the tests of the web alone: in Node, in two time zones, and in Chromium
	cd web && npm run --silent test:zones
	@if browser="$$(scripts/chromium)"; then cd web && CHROMIUM="$$browser" npm run --silent test; \
	elif [ -n "$$CI" ]; then exit 1; else echo "left out: the web's tests in a browser"; fi

# One set of features for all that needs Kafka, so that nothing is compiled twice.
KAFKA_SET := --workspace --all-features

test-kafka: cluster-tools ## Run the tests on a real Kafka: the bus, a consumer in JavaScript, the cluster
	cargo test --quiet $(KAFKA_SET) --lib --test chassis --test server --test stories --test contracts --bin rollout

readme: tools browser ## Run the README's two commands, each as the first one in a fresh clone
	scripts/fresh-clone

e2e: tools browser web tools/fakes/node_modules ## Play the stories in a real Chromium and check every screen
	scripts/e2e

e2e-cluster: cluster-tools browser web ## Play the main story in a real Chromium against the cluster
	$(CLUSTER_BUILD)
	E2E_CLUSTER=1 E2E_STORY_ONLY=1 scripts/e2e --project story

shots: tools browser web tools/fakes/node_modules ## Take pictures of the screens into web/screenshots, to be looked at
	scripts/screenshots

check: tools ## Check formatting, lints, architecture, contracts and docs; run no tests of the product
	scripts/check

check-infra: ## Check Terraform and manifests without an account; what was skipped is listed
	@scripts/tools infra || true
	scripts/check-infra

mutants: ## Seed mistakes in Terraform, manifests and workflows, one at a time; each must be caught
	scripts/tools infra
	scripts/mutants

images: cluster-tools ## Build the image and try it; IMAGES_ARGS="--twice" builds it again and compares
	scripts/images $(IMAGES_ARGS)

fuzz: tools ## Send random requests made from the OpenAPI documents: nothing undocumented, no 5xx
	scripts/fuzz

attack: tools ## Do what a hostile stranger with a script does; ATTACK_ARGS=--long takes minutes instead of seconds
	$(if $(CI_ONE_BUILD),$(CLUSTER_BUILD),cargo build --quiet -p dojob-standalone -p dojob-journeys --bins)
	$(PROGRAMS)/attack --dojob $(PROGRAMS)/dojob $(ATTACK_ARGS)

kill9: tools ## Kill the program under load ten times, and PostgreSQL; then look for every write
	cargo run --quiet -p dojob-journeys --bin kill9 -- --times 10
	cargo run --quiet -p dojob-journeys --bin kill9 -- --postgres --times 6

SERVICES := dojob-core dojob-auth dojob-notify-address dojob-chat
comma := ,
empty :=
space := $(empty) $(empty)
PROGRAMS := $(or $(CARGO_TARGET_DIR),target)/debug
CLUSTER := $(PROGRAMS)/cluster
CLUSTER_BUILD := cargo build --quiet $(KAFKA_SET) --bins

cluster: cluster-tools web ## Start every service as two processes over Kafka, behind a balancer; Ctrl-C stops them
	$(CLUSTER_BUILD)
	@$(CLUSTER)

faults: cluster-tools ## Run the cluster through ten minutes of faults and check its invariants; FAULTS_ARGS="--break order" must go red
	$(CLUSTER_BUILD)
	$(PROGRAMS)/faults --minutes 10 $(FAULTS_ARGS)

faults-short: cluster-tools ## The same in two minutes, each fault once
	$(CLUSTER_BUILD)
	$(PROGRAMS)/faults --minutes 2 $(FAULTS_ARGS)

drill: cluster-tools ## Lose and restore the databases, twice, and check the invariants; DRILL_ARGS="--break replay" must go red
	$(CLUSTER_BUILD)
	@$(PROGRAMS)/drill $(DRILL_ARGS)

# As in the image: two cores do not make 300 requests a second with what `cargo build` makes.
ROLLOUT_PROGRAMS := $(SERVICES:dojob-%=--bin %) --bin rollout
ROLLOUT_BUILD := cargo build --quiet $(SERVICES:%=-p %) -p dojob-journeys $(ROLLOUT_PROGRAMS) \
	--features dojob-journeys/kafka,$(subst $(space),$(comma),$(SERVICES:%=%/kafka))

rollout: cluster-tools ## Roll out three times under load, timed by the manifests; ROLLOUT_ARGS=--no-drain must go red
	$(ROLLOUT_BUILD) --profile dist
	$(or $(CARGO_TARGET_DIR),target)/dist/rollout $(ROLLOUT_ARGS)

rollout-short: cluster-tools ## Roll out once, all services together, under less load
	$(CLUSTER_BUILD)
	$(PROGRAMS)/rollout --updates expand --together --rate 60 --sockets 100 --messages 10 $(ROLLOUT_ARGS)

cluster-down: ## Stop whatever `make cluster` left running and remove its data
	@test -x $(CLUSTER) || $(CLUSTER_BUILD)
	@$(CLUSTER) down

bench: $(if $(BENCH_QUICK),tools,cluster-tools) ## Measure beside peers and floors, and write docs/BENCH.md; BENCH_QUICK=1 takes five minutes
	cargo run --profile dist -p dojob-bench $(if $(BENCH_QUICK),,--features kafka)

demo: tools ## Remove this computer's practice neighbourhood; the next `make run` creates a new one
	cargo xtask demo

gen: tools web/node_modules ## Regenerate contracts, types and schemas
	cargo xtask gen

web: $(WEB)

clean: ## Remove what was built and stop the test database server
	-cargo xtask stop-test-server
	cargo clean
	rm -rf web/dist web/node_modules contracts/*/node_modules tools/*/node_modules

# A hooks path that somebody has chosen is left as it is; outside a checkout there is nothing to hook into.
tools:
	@scripts/tools
	@git config core.hooksPath >/dev/null 2>&1 || git config core.hooksPath scripts/hooks 2>/dev/null || true

browser:
	@scripts/chromium >/dev/null

cluster-tools: tools
	@scripts/tools cluster

web/node_modules: web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error && touch node_modules

contracts/%/node_modules: contracts/%/package-lock.json
	cd $(@D) && npm ci --no-audit --no-fund --loglevel=error && touch node_modules

tools/%/node_modules: tools/%/package-lock.json
	cd $(@D) && npm ci --no-audit --no-fund --loglevel=error && touch node_modules

$(WEB): web/node_modules $(shell find web/src web/public web/build web/scripts web/index.html web/vite.config.ts -type f 2>/dev/null)
	cd web && npm run --silent build && touch dist/index.html
