# The front door. Behind it: `cargo xtask` (workshop) and `npm` in web/.
SHELL := /bin/bash
export DOJOB_DEMO := $(if $(DEMO),$(DEMO),1)
WEB := web/dist/index.html

.DEFAULT_GOAL := help
.PHONY: help run test test-kafka e2e e2e-cluster shots check check-infra mutants images fuzz kill9 faults faults-short drill rollout rollout-short cluster cluster-down bench demo gen web clean tools cluster-tools

help: ## What there is
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | sort | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

run: tools web ## Start everything; DEMO=0 starts without the practice neighbourhood
	@cargo run --quiet -p dojob-standalone

test: tools ## All tests that need no browser and no Java
	cargo test --workspace --exclude dojob-kafka --exclude dojob-cluster --quiet
	cd web && npm run --silent test:zones

test-kafka: cluster-tools ## The tests on a real Kafka: the bus between processes, a consumer in JavaScript, the cluster
	cargo test --quiet -p dojob-kafka -p dojob-common -p dojob-cluster --features dojob-common/kafka,dojob-common/aws
	cargo test --quiet -p dojob-journeys --features kafka --test contracts --bin rollout

e2e: tools web ## The stories in a real Chromium, and the checks of every screen
	scripts/e2e

e2e-cluster: cluster-tools web ## The story of an hour in a real Chromium, against the cluster
	$(CLUSTER_BUILD)
	E2E_CLUSTER=1 E2E_STORY_ONLY=1 scripts/e2e --project story

shots: tools web ## Pictures of the screens into web/shots, to be looked at
	scripts/shots

check: tools ## Formatting, lints, architecture, docs; runs no tests
	scripts/check

check-infra: ## Terraform and manifests: what can be proved without an account; says what it skipped
	@scripts/tools infra || true
	scripts/check-infra

mutants: ## Mistakes in Terraform and manifests, seeded one at a time; each must be caught
	scripts/tools infra
	scripts/mutants

images: cluster-tools ## The image, built for real and tried: IMAGES_ARGS="--twice" builds it once more and compares
	scripts/images $(IMAGES_ARGS)

fuzz: tools ## Random requests made from the OpenAPI documents: nothing undocumented, no 5xx
	scripts/fuzz

kill9: tools ## kill -9 under load, ten times, and PostgreSQL taken away; then every write is looked for
	cargo run --quiet -p dojob-journeys --bin kill9 -- --times 10
	cargo run --quiet -p dojob-journeys --bin kill9 -- --postgres --times 6

# One build for all of them, so that what they share is compiled once.
CLUSTER := $(or $(CARGO_TARGET_DIR),target)/debug/cluster
SERVICES := dojob-core dojob-auth dojob-notify-address dojob-chat
comma := ,
empty :=
space := $(empty) $(empty)
BUILD_SERVICES := cargo build --quiet $(SERVICES:%=-p %) -p dojob-standalone \
	--features $(subst $(space),$(comma),$(SERVICES:%=%/kafka))
CLUSTER_BUILD := $(BUILD_SERVICES) -p dojob-cluster

cluster: cluster-tools web ## Every service as two processes over Kafka, behind a balancer; Ctrl-C stops them
	$(CLUSTER_BUILD)
	@$(CLUSTER)

# Its cluster's programs lie beside it.
FAULTS := $(BUILD_SERVICES) -p dojob-journeys --bins --features dojob-journeys/kafka && \
	$(or $(CARGO_TARGET_DIR),target)/debug/faults

faults: cluster-tools ## Ten minutes of faults in the whole cluster, then the invariants; FAULTS_ARGS="--break order" must go red
	$(FAULTS) --minutes 10 $(FAULTS_ARGS)

faults-short: cluster-tools ## The same in two minutes, each fault once
	$(FAULTS) --minutes 2 $(FAULTS_ARGS)

drill: cluster-tools ## The databases lost and restored, twice, then the invariants; DRILL_ARGS="--break replay" must go red
	$(BUILD_SERVICES) -p dojob-journeys --bins --features dojob-journeys/kafka
	@$(or $(CARGO_TARGET_DIR),target)/debug/drill $(DRILL_ARGS)

# As in the image: two cores do not make 300 requests a second with what `cargo build` makes.
ROLLOUT_PROGRAMS := $(SERVICES:dojob-%=--bin %) --bin rollout
ROLLOUT_BUILD := cargo build --quiet $(SERVICES:%=-p %) -p dojob-journeys $(ROLLOUT_PROGRAMS) \
	--features dojob-journeys/kafka,$(subst $(space),$(comma),$(SERVICES:%=%/kafka))

rollout: cluster-tools ## Three roll-outs under load by the manifests' timings; ROLLOUT_ARGS=--no-drain must go red
	$(ROLLOUT_BUILD) --profile dist
	$(or $(CARGO_TARGET_DIR),target)/dist/rollout $(ROLLOUT_ARGS)

rollout-short: cluster-tools ## One of them, all services at once, under less load
	$(ROLLOUT_BUILD)
	$(or $(CARGO_TARGET_DIR),target)/debug/rollout --updates expand --together --rate 60 --sockets 100 --messages 10 $(ROLLOUT_ARGS)

cluster-down: ## End whatever `make cluster` left running and remove its data
	@test -x $(CLUSTER) || $(CLUSTER_BUILD)
	@$(CLUSTER) down

bench: cluster-tools ## Ratios beside the floors of this machine
	cargo run --profile dist -p dojob-bench --features kafka

demo: tools ## Forget this computer's practice neighbourhood; the next `make run` makes a new one
	cargo xtask demo

gen: tools web/node_modules ## Write contracts, types and schemas anew
	cargo xtask gen

web: $(WEB)

clean: ## Remove what was built and stop the test database server
	-cargo xtask stop-test-server
	cargo clean
	rm -rf web/dist web/node_modules contracts/*/node_modules

tools:
	@scripts/tools

cluster-tools: tools
	@scripts/tools cluster

web/node_modules: web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error && touch node_modules

contracts/%/node_modules: contracts/%/package-lock.json
	cd $(@D) && npm ci --no-audit --no-fund --loglevel=error && touch node_modules

$(WEB): web/node_modules $(shell find web/src web/public web/index.html web/vite.config.ts -type f 2>/dev/null)
	cd web && npm run --silent build && touch dist/index.html
