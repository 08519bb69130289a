# Thin on purpose: each target is one npm script. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help run run-standalone test fuzz check format bench dist deploy e2e clean

INSTALLED := node_modules/.installed

## help: show this list
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST) | awk -F': ' '{printf "  make %-16s %s\n", $$1, $$2}'

# Installs what package-lock.json names, once, and again when it changes (Node 24 comes with it). Not by
# `npm ci`: it refuses a lock without the optional packages of all other platforms, and some registries
# lack those.
$(INSTALLED): package-lock.json package.json sidecar/package.json webapp/package.json playground/package.json
	@node build/require-node.mjs
	npm install --no-save --no-audit --no-fund --loglevel=error
	@touch $@

## run: the playground with Gangway aboard; prints an address to open. SERVER=12.1: as that version of Mattermost [11.6]
run: $(INSTALLED)
	@npm run --silent run -- $(if $(SERVER),--server-version $(SERVER))

## run-standalone: the same, with Gangway beside the server instead of in it
run-standalone: $(INSTALLED)
	@npm run --silent run-standalone -- $(if $(SERVER),--server-version $(SERVER))

## test: all tests; ends with "N passed, N failed"
test: $(INSTALLED)
	@npm run --silent test

## fuzz: the property tests with new random cases, ROUNDS times [10]
fuzz: $(INSTALLED)
	@npm run --silent fuzz

## check: format, lint, types, dependencies, unused code
check: $(INSTALLED)
	@npm run --silent check

## format: let prettier write
format: $(INSTALLED)
	@npm run --silent format

## bench: measure; figures go to docs/performance.md
bench: $(INSTALLED)
	@npm run --silent bench

## dist: one plugin bundle per platform (PLATFORMS="linux-amd64" for one)
dist: $(INSTALLED)
	@npm run --silent dist -- $(PLATFORMS)

## deploy: upload the bundle to MATTERMOST_URL and enable it
deploy: dist
	@npm run --silent deploy

## e2e: the tests that need a real server (MATTERMOST_URL and admin credentials)
e2e: $(INSTALLED)
	@npm run --silent e2e

## clean: remove what was built and installed
clean:
	rm -rf node_modules dist coverage
