# The same as `python3 dev.py <command>`; arguments go in ARGS, as in: make test ARGS="tests/kernel -k keys"
PYTHON ?= python3
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test chaos check format lock bench drill pictures web shell clean

run: ## Start everything: database, dashboard, worker, simulated WhatsApp
	@$(PYTHON) dev.py run $(ARGS)

test: ## Run all tests (ARGS are for pytest)
	@$(PYTHON) dev.py test $(ARGS)

chaos: ## Prove that nothing is lost, whatever is killed (ARGS="--messages 2000": fewer than 20,000)
	@$(PYTHON) dev.py chaos $(ARGS)

check: ## Format, lint, types, imports, dependencies, generated files, the web
	@$(PYTHON) dev.py check

format: ## Format the code and mend what can be mended
	@$(PYTHON) dev.py format

lock: ## Bring the lock files in step (ARGS=--upgrade takes newer versions)
	@$(PYTHON) dev.py lock $(ARGS)

bench: ## Run the benchmarks (ARGS=reply: one of them)
	@$(PYTHON) dev.py bench $(ARGS)

drill: ## Try every migration on a large database under load (not in CI: minutes)
	@$(PYTHON) dev.py drill $(ARGS)

pictures: ## Take the pictures of the README and the docs anew (in docs/images)
	@$(PYTHON) dev.py pictures

web: ## Serve the dashboard from its sources, beside `make run`
	@$(PYTHON) dev.py web $(ARGS)

shell: ## A shell with Hoopoe's own python, hoopoe, node and npm
	@$(PYTHON) dev.py shell

clean: ## Remove what was installed and built; the state in .hoopoe stays
	@$(PYTHON) dev.py clean

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
