# SPDX-License-Identifier: MIT
# make [DEV=1] [SAN=address,undefined] [CC=clang] [PREFIX=...] [DESTDIR=...]; "make help" lists the targets.
NAME    = rootlock
VERSION = 1.0.0
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
comma  := ,
B       = build$(if $(SAN),/san-$(subst $(comma),-,$(SAN)))$(if $(filter clang%,$(CC)),/clang)
VENV    = build/venv
PY      = $(VENV)/bin/python
PKGS    = ncursesw libcurl jansson expat libcrypto libqrencode liboath
try     = $(shell printf 'int main(void){return 0;}' | $(CC) -Werror $(1) -xc - -o /dev/null 2>/dev/null && echo '$(1)')
tryall  = $(foreach f,$(1),$(call try,$(f)))

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes \
        -Wmissing-prototypes -Wold-style-definition -Wwrite-strings -Wcast-qual -Wpointer-arith \
        -Wundef -Wvla -Wformat=2 -Wnull-dereference -Wimplicit-fallthrough -Wswitch-enum \
        $(call tryall,-Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wjump-misses-init) $(if $(DEV),-Werror)
HARD := -fstack-protector-strong -fPIE -ffunction-sections -fdata-sections \
        $(call tryall,-fstack-clash-protection -fcf-protection -ftrivial-auto-var-init=zero)
OPT   = $(if $(SAN),-O1 -g -fno-omit-frame-pointer -fsanitize=$(SAN) -fno-sanitize-recover=undefined,-O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
LINK := -pie $(call tryall,-Wl$(comma)-z$(comma)relro -Wl$(comma)-z$(comma)now -Wl$(comma)-z$(comma)noexecstack -Wl$(comma)--as-needed \
        -Wl$(comma)--gc-sections) # what only tests call stays out of the program

ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -DROOTLOCK_VERSION='"$(VERSION)"' $(if $(DEV),-DROOTLOCK_DEV=1) \
             -Iinclude -Iscreens $(OPT) $(WARN) $(HARD) $(PKG_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LDLIBS     := $(shell pkg-config --libs $(PKGS) 2>/dev/null)

LIB   := $(patsubst %.c,$(B)/%.o,$(filter-out src/main.c,$(wildcard src/*/*.c)) $(wildcard screens/*.c))
UNIT  := $(patsubst tests/unit/%.c,$(B)/tests/unit/%,$(filter tests/unit/test_%,$(wildcard tests/unit/*.c)))
TOOLS := $(patsubst tests/unit/%.c,$(B)/tests/unit/%,$(filter-out tests/unit/test_%,$(wildcard tests/unit/*.c)))
FUZZ  := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))

# Debian packages: what the program needs, and what its tests need besides.
DEPS_BUILD = gcc make pkg-config libncurses-dev libcurl4-openssl-dev libjansson-dev libexpat1-dev libssl-dev \
             libqrencode-dev liboath-dev ca-certificates python3 python3-venv
DEPS_TEST  = $(DEPS_BUILD) libcmocka-dev tmux mandoc zbar-tools oathtool xterm xvfb xfonts-base imagemagick \
             clang clang-format clang-tidy cppcheck libclang-rt-14-dev universal-ctags awscli strace zsh fish

all: $(B)/$(NAME)          ## build the program
SAN_REPORT := $(if $(findstring address,$(SAN)),$(B)/tests/lint/sanitizer.o)
$(B)/$(NAME): $(B)/src/main.o $(LIB) $(SAN_REPORT)
$(B)/tests/lint/sanitizer.o: CPPFLAGS += -DSAN_LOG='"$(abspath $(B))/sanitizer"'
$(UNIT): $(B)/tests/unit/%: $(B)/tests/unit/%.o $(LIB)
$(UNIT): LDLIBS += -lcmocka
$(B)/$(NAME)-test: $(B)/tests/screens/main.o $(LIB) $(SAN_REPORT)
$(B)/$(NAME) $(B)/$(NAME)-test $(UNIT):
	@echo "  LD   $@"; $(CC) $(OPT) $(LINK) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(B)/%.o: %.c Makefile
	@mkdir -p $(@D); echo "  CC   $<"; $(CC) $(ALL_CFLAGS) -c -o $@ $<

# ---- what a fresh Debian machine needs ----
# $(call debian,packages): install those that are missing; asks sudo when not root.
debian = missing=$$(for p in $(1); do dpkg -s $$p >/dev/null 2>&1 || echo $$p; done); \
         [ -z "$$missing" ] || { echo "Installing: "$$missing; \
         sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); $$sudo apt-get update -qq && \
         $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; }

deps:                      ## install the Debian packages that the program needs
	@$(call debian,$(DEPS_BUILD))
deps-test:                 ## install the Debian packages that the tests need besides
	@$(call debian,$(DEPS_TEST))

$(VENV)/.done: tests/requirements.txt
	python3 -m venv $(VENV)
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r tests/requirements.txt
	@touch $@
venv: $(VENV)/.done        ## make the Python environment of the practice account

demo: deps                 ## build, start a practice account, open the wizard on it
	@$(MAKE) --no-print-directory -s all venv
	@PYTHONPATH=tests $(PY) tests/demo.py $(B)/$(NAME)
check: deps-test           ## run all tests; the last line counts them
	@$(MAKE) --no-print-directory -s venv
	@$(MAKE) --no-print-directory -s -j2 all units tools
	@PYTHONPATH=tests $(PY) tests/check.py --build $(B)

units: $(UNIT)
tools: $(TOOLS) $(B)/$(NAME)-test
$(TOOLS): $(B)/tests/unit/%: $(B)/tests/unit/%.o $(LIB)
	@echo "  LD   $@"; $(CC) $(OPT) $(LINK) $(LDFLAGS) -o $@ $^ $(LDLIBS)
check-unit: units          ## run the unit tests only
	@PYTHONPATH=tests python3 tests/check.py --build $(B) --only unit
asan:                      ## unit and end-to-end tests under ASan and UBSan
	@$(MAKE) --no-print-directory -s SAN=address,undefined all units tools
	@PYTHONPATH=tests $(PY) tests/check.py --build build/san-address-undefined --only unit,e2e

bench: deps-test           ## measure speed beside the AWS CLI and boto3 (BENCH=full: more runs)
	@$(MAKE) --no-print-directory -s venv
	@$(MAKE) --no-print-directory -s -j2 all $(BENCH_TOOLS)
	@$(PY) tests/bench/bench.py --build $(B)
BENCH_TOOLS := $(patsubst %.c,$(B)/%,$(wildcard tests/bench/*.c))
$(BENCH_TOOLS): %: %.o
	@echo "  LD   $@"; $(CC) $(OPT) $(LINK) $(LDFLAGS) -o $@ $^

golden: $(B)/$(NAME)-test venv ## write the golden screens anew, after looking at each (GOLDEN="trail": one)
	@PYTHONPATH=tests $(PY) tests/screens/play.py --build $(B) $(GOLDEN)

# ---- rules of the house ----
werror:                    ## compile everything with warnings as errors
	@$(MAKE) --no-print-directory -s -j2 DEV=1 B=build/dev all build/dev/$(NAME)-test
layers:                    ## who may include what (architecture, section 3)
	@sh tests/lint/layers.sh
headers:                   ## each header compiles alone
	@for h in include/*.h; do echo "#include \"$${h#include/}\"" | \
	$(CC) -std=c11 -D_GNU_SOURCE -Iinclude -Iscreens $(PKG_CFLAGS) -Werror -fsyntax-only -xc - || exit 1; done
hooks: $(B)/$(NAME) $(B)/$(NAME)-test ## the hooks of the tests are not in the program
	@sh tests/lint/hooks.sh $(B)
lint:                      ## the manual pages and scripts
	@if ls man/*.[15] >/dev/null 2>&1; then mandoc -Tlint -Wwarning man/*.[15]; fi

# ---- fuzzing: make fuzz [RUNS=n]; one target: make fuzz FUZZ=fuzz_xml ----
RUNS ?= 20000
FUZZ_SAN = fuzzer-no-link,address,undefined
fuzz:                      ## run every fuzz target, bounded by RUNS
	@$(MAKE) --no-print-directory -s -j2 CC=clang SAN=$(FUZZ_SAN) FUZZ="$(FUZZ)" fuzzers
	@d=build/san-$(subst $(comma),-,$(FUZZ_SAN))/clang/tests/fuzz; for f in $(FUZZ); do echo "  FUZZ $$f"; \
	mkdir -p build/fuzz/corpus/$$f; $$d/$$f -runs=$(RUNS) -artifact_prefix=build/fuzz/ build/fuzz/corpus/$$f \
	tests/fuzz/corpus/$${f#fuzz_} >build/fuzz/$$f.log 2>&1 || { tail -30 build/fuzz/$$f.log; exit 1; }; done
fuzzers: $(FUZZ:%=$(B)/tests/fuzz/%)
$(FUZZ:%=$(B)/tests/fuzz/%): %: %.o $(LIB)
	@echo "  LD   $@"; $(CC) $(OPT) -fsanitize=fuzzer $(LINK) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(FUZZ:%=$(B)/tests/fuzz/%.o): CPPFLAGS += -Itests/fuzz

install: all               ## install to PREFIX (DESTDIR in front)
	install -D -m 755 $(B)/$(NAME) $(DESTDIR)$(BINDIR)/$(NAME)
	install -D -m 644 man/rootlock.1 $(DESTDIR)$(MANDIR)/man1/rootlock.1
	install -D -m 644 man/rootlock-answers.5 $(DESTDIR)$(MANDIR)/man5/rootlock-answers.5
uninstall:                 ## remove what install put there
	rm -f $(DESTDIR)$(BINDIR)/$(NAME) $(DESTDIR)$(MANDIR)/man1/rootlock.1 $(DESTDIR)$(MANDIR)/man5/rootlock-answers.5
clean:                     ## remove everything that was built
	rm -rf build build-*
help:                      ## list the targets
	@sed -n 's/^\([a-z][a-z-]*\):.*## /\1\t/p' Makefile
.PHONY: all deps deps-test venv demo check golden bench units tools check-unit asan werror layers headers hooks lint fuzz fuzzers install uninstall clean help
-include $(shell find $(B) -name '*.d' 2>/dev/null)
