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
PKGS    = ncursesw formw menuw panelw libcurl jansson expat libcrypto libqrencode liboath
try     = $(shell printf 'int main(void){return 0;}' | $(CC) -Werror $(1) -xc - -o /dev/null 2>/dev/null && echo '$(1)')
tryall  = $(foreach f,$(1),$(call try,$(f)))

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes \
        -Wmissing-prototypes -Wold-style-definition -Wwrite-strings -Wcast-qual -Wpointer-arith \
        -Wundef -Wvla -Wformat=2 -Wnull-dereference -Wimplicit-fallthrough -Wswitch-enum \
        $(call tryall,-Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wjump-misses-init) $(if $(DEV),-Werror)
HARD := -fstack-protector-strong -fPIE \
        $(call tryall,-fstack-clash-protection -fcf-protection -ftrivial-auto-var-init=zero)
OPT   = $(if $(SAN),-O1 -g -fno-omit-frame-pointer -fsanitize=$(SAN),-O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
LINK := -pie $(call tryall,-Wl$(comma)-z$(comma)relro -Wl$(comma)-z$(comma)now -Wl$(comma)-z$(comma)noexecstack -Wl$(comma)--as-needed)

ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -DROOTLOCK_VERSION='"$(VERSION)"' $(if $(DEV),-DROOTLOCK_DEV=1) \
             -Iinclude -Iscreens $(OPT) $(WARN) $(HARD) $(PKG_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LDLIBS     := $(shell pkg-config --libs $(PKGS) 2>/dev/null)

LIB   := $(patsubst %.c,$(B)/%.o,$(filter-out src/main.c,$(wildcard src/*/*.c)) $(wildcard screens/*.c))
UNIT  := $(patsubst tests/unit/%.c,$(B)/tests/unit/%,$(filter tests/unit/test_%,$(wildcard tests/unit/*.c)))
FUZZ  := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))

# Debian packages: what the program needs, and what its tests need besides.
DEPS_BUILD = gcc make pkg-config libncurses-dev libcurl4-openssl-dev libjansson-dev libexpat1-dev libssl-dev \
             libqrencode-dev liboath-dev ca-certificates python3 python3-venv
DEPS_TEST  = $(DEPS_BUILD) libcmocka-dev tmux mandoc zbar-tools oathtool xterm xvfb xfonts-base imagemagick \
             clang clang-format clang-tidy cppcheck libclang-rt-14-dev universal-ctags awscli strace zsh fish

all: $(B)/$(NAME)          ## build the program
$(B)/$(NAME): $(B)/src/main.o $(LIB)
$(UNIT): $(B)/tests/unit/%: $(B)/tests/unit/%.o $(LIB)
$(UNIT): LDLIBS += -lcmocka
$(B)/$(NAME) $(UNIT):
	@echo "  LD   $@"; $(CC) $(OPT) $(LINK) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(B)/%.o: %.c Makefile
	@mkdir -p $(@D); echo "  CC   $<"; $(CC) $(ALL_CFLAGS) -c -o $@ $<

clean:                     ## remove everything that was built
	rm -rf build build-*
help:                      ## list the targets
	@sed -n 's/^\([a-z][a-z-]*\):.*## /\1\t/p' Makefile
.PHONY: all clean help
-include $(shell find $(B) -name '*.d' 2>/dev/null)
