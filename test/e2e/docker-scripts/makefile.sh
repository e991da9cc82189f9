#!/bin/sh
# make drives docker: phony targets, a variable with a command in it, an error that is passed over.
set -eu
printf '%s\n' \
  'DOCKER ?= docker' \
  'RUN = $(DOCKER) run --rm --network none -v "$(CURDIR)":/src:ro -w /src alpine' \
  '.PHONY: test clean' \
  'test:' \
  '	@$(RUN) sh -c "echo tested in $$(basename /src)"' \
  '	@$(DOCKER) volume create -q 2>/dev/null || true' \
  'clean:' \
  '	-@$(DOCKER) rm -f gone 2>/dev/null' \
  '	@$(DOCKER) volume rm -f cache >/dev/null' \
  '	@echo clean' > Makefile
make -s test clean
