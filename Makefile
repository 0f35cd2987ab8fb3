# A short front for CMake. `make demo` and `make test` do everything on a fresh machine that has git and
# make: they install what is missing, build, and run.
BUILD   ?= build
PREFIX  ?= /usr/local
JOBS    ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
CMAKE_FLAGS ?=
DEMO_DIR ?=
FUZZ_SECONDS ?= 60
FUZZ ?= -max_total_time=$(FUZZ_SECONDS)

comma := ,
configure = cmake -S . -B $(1) -G Ninja $(CMAKE_FLAGS) $(2) >/dev/null

.PHONY: all build setup demo test bench-crash bench-report bench-tools screenshots fuzz asan lint install uninstall clean help
all: build

help:
	@echo 'make setup    install what the build needs (apt-get or brew)'
	@echo 'make          build everything into $(BUILD)/'
	@echo 'make demo     a simulated call, from the tunnel to what was asked for being done'
	@echo 'make test     unit tests and end-to-end tests of the executables'
	@echo 'make eval-extract    how well EXTRACT_MODEL finds requests in calls (share/doc/extraction.md)'
	@echo 'make bench-crash     what is lost when a bridge is killed, and by upgrades (twenty minutes)'
	@echo 'make soak            calls come and go for SOAK_SECONDS=$(SOAK_SECONDS), some with faults'
	@echo 'make leaks           memory lost in a hundred calls, under valgrind'
	@echo 'make tsan     the tests under ThreadSanitizer'
	@echo 'make fuzz            each fuzz target for FUZZ_SECONDS=$(FUZZ_SECONDS) (FUZZ=-runs=2000000: so often)'
	@echo 'make bench-report    that pa-report takes no two seconds for ten thousand calls'
	@echo 'make bench-tools     how soon the short tools are done, pa-extract for a thousand logs'
	@echo 'make screenshots     pictures of the pages, in $(BUILD)/screenshots (needs Chromium)'
	@echo 'make asan     the tests under AddressSanitizer and UBSanitizer'
	@echo 'make check-clang     the tests of what clang++ has built'
	@echo 'make bench    the bridge measured beside a minimal relay (ARGS=quick: five minutes)'
	@echo 'make bench-conversation  how well calls are held: interruptions, first words, endings'
	@echo 'make lint     clang-format, clang-tidy, shellcheck, man pages'
	@echo 'make deb      a Debian package in $(BUILD)/; make check-deb installs, runs and purges it in a fresh Debian 12'
	@echo 'make check-trixie    builds and tests in a fresh Debian 13 (root, debootstrap)'
	@echo 'make check-manifests the Kubernetes manifests against the schemas of the API (kubectl, node, npm)'
	@echo 'make uninstall       takes away what make install put there'
	@echo 'make install  PREFIX=$(PREFIX) DESTDIR='

setup:
	@sh share/setup.sh

# Installs only if something is missing: says nothing and does nothing on a machine that has all.
.PHONY: ready
ready:
	@sh share/setup.sh --if-missing

$(BUILD)/build.ninja: | ready
	@$(call configure,$(BUILD),)

build: ready $(BUILD)/build.ninja
	@ninja -C $(BUILD) -j $(JOBS)

demo: build
	@PATH="$(CURDIR)/$(BUILD)/tools:$$PATH" sh share/demo/demo.sh $(DEMO_DIR)

test: build
	@$(BUILD)/tests/unit_tests
	@PATH="$(CURDIR)/$(BUILD)/tools:$$PATH" sh tests/cli/run.sh

fuzz:
	@sh share/setup.sh --if-missing --fuzz
	@$(call configure,$(BUILD)-fuzz,-DPA_FUZZ=ON -DCMAKE_CXX_COMPILER=clang++)
	@ninja -C $(BUILD)-fuzz -j $(JOBS)
	@sh tests/fuzz/run.sh $(BUILD)-fuzz/tests/fuzz $(FUZZ)

bench-crash: build
	@cd tests/cli && PATH="$(CURDIR)/$(BUILD)/tools:$$PATH" sh crash_bench.sh

bench-report: build
	@cd tests/cli && PATH="$(CURDIR)/$(BUILD)/tools:$$PATH" sh report_bench.sh

bench-tools: build
	@cd tests/cli && PATH="$(CURDIR)/$(BUILD)/tools:$$PATH" sh tools_bench.sh

screenshots: build
	@cd tests/cli && PATH="$(CURDIR)/$(BUILD)/tools:$$PATH" sh report_shots.sh "$(abspath $(BUILD))/screenshots"
	@cd tests/cli && PATH="$(CURDIR)/$(BUILD)/tools:$$PATH" sh live_shots.sh "$(abspath $(BUILD))/screenshots"

# Asks the model that is configured, and costs what about 180 short questions cost.
.PHONY: eval-extract
eval-extract: build
	@$(BUILD)/tests/eval/eval_extract $(EVAL_FLAGS)

asan: ready
	@$(call configure,$(BUILD)-asan,-DPA_SANITIZE=address$(comma)undefined -DCMAKE_BUILD_TYPE=Debug)
	@ninja -C $(BUILD)-asan -j $(JOBS)
	@$(BUILD)-asan/tests/unit_tests
	@PATH="$(CURDIR)/$(BUILD)-asan/tools:$$PATH" sh tests/cli/run.sh

# What another compiler makes of it.
.PHONY: check-clang
check-clang: ready
	@sh share/setup.sh --if-missing --clang
	@$(call configure,$(BUILD)-clang,-DCMAKE_CXX_COMPILER=clang++)
	@ninja -C $(BUILD)-clang -j $(JOBS)
	@$(BUILD)-clang/tests/unit_tests
	@PATH="$(CURDIR)/$(BUILD)-clang/tools:$$PATH" sh tests/cli/run.sh

# The bridge beside a minimal relay under the same load. ARGS: see tests/bench/bench.pl.
ARGS ?= full
.PHONY: bench
bench: build
	@ninja -C $(BUILD) -j $(JOBS) bench_load bench_relay
	@perl tests/bench/bench.pl $(BUILD) $(ARGS)

# Interruptions, first words, goodbyes, lost sessions: each figure with its bound.
.PHONY: bench-conversation
bench-conversation: build
	@ninja -C $(BUILD) -j $(JOBS) bench_conversation
	@$(BUILD)/tests/bench/bench_conversation; figures=$$?; \
	PATH="$(CURDIR)/$(BUILD)/tools:$$PATH" sh tests/bench/conversation.sh && exit $$figures

# Instructions per frame, held against tests/bench/budget.txt (KEEP=keep writes it anew).
.PHONY: bench-budget
bench-budget: build
	@ninja -C $(BUILD) -j $(JOBS) bench_load
	@perl tests/bench/bench.pl $(BUILD) budget $(KEEP)

# Data races. What libraries do that were not built for it is left out by tests/tsan.supp.
# (Ten times slower, two cores carry no hundred calls with their simulators: PA_CALLS.)
.PHONY: tsan
tsan: ready
	@$(call configure,$(BUILD)-tsan,-DPA_SANITIZE=thread -DCMAKE_BUILD_TYPE=Debug)
	@ninja -C $(BUILD)-tsan -j $(JOBS)
	@TSAN_OPTIONS="suppressions=$(CURDIR)/tests/tsan.supp halt_on_error=1" $(BUILD)-tsan/tests/unit_tests
	@TSAN_OPTIONS="suppressions=$(CURDIR)/tests/tsan.supp halt_on_error=1" PA_CALLS=40 PATH="$(CURDIR)/$(BUILD)-tsan/tools:$$PATH" sh tests/cli/run.sh

# Memory that is lost in a hundred calls (needs valgrind).
.PHONY: leaks
leaks: build
	@cd tests/cli && PATH="$(CURDIR)/$(BUILD)/tools:$$PATH" sh leaks.sh

# Calls come and go for SOAK_SECONDS, some with faults.
SOAK_SECONDS ?= 600
SOAK_CALLS ?= 200
.PHONY: soak
soak: build
	@cd tests/cli && PATH="$(CURDIR)/$(BUILD)/tools:$$PATH" sh soak.sh $(SOAK_SECONDS) $(SOAK_CALLS)

lint: build
	@sh tests/lint.sh $(BUILD)

install: build
	@DESTDIR="$(DESTDIR)" cmake --install $(BUILD) --prefix "$(PREFIX)"

# The folders that are left empty go too.
uninstall:
	@sed 's|^|$(DESTDIR)|' $(BUILD)/install_manifest.txt | tr '\n' '\0' | xargs -0 rm -f
	@sed 's|^|$(DESTDIR)|; s|/[^/]*$$||' $(BUILD)/install_manifest.txt | grep -E '/phone-agent(/|$$)' | sort -ru | \
	    while read -r folder; do rmdir "$$folder" 2>/dev/null || true; done
	@[ -n "$(DESTDIR)" ] || rmdir "$(PREFIX)/share/phone-agent" 2>/dev/null || true

# A Debian package in $(BUILD), for the release it is built on.
.PHONY: deb check-deb check-trixie check-manifests
deb: build
	@cd $(BUILD) && cpack -G DEB >cpack.log || { cat cpack.log; exit 1; }
	@ls $(abspath $(BUILD))/phone-agent_*.deb

# In fresh Debians by debootstrap, as root. MIRROR: where from, else as this machine's apt.
check-deb: deb
	@sh tests/packaging/deb.sh "$$(ls -t $(abspath $(BUILD))/phone-agent_*.deb | head -n 1)"

check-trixie:
	@JOBS=$(JOBS) sh tests/packaging/trixie.sh

check-manifests:
	@sh tests/packaging/manifests.sh

clean:
	@rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-clang
