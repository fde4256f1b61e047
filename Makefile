# SPDX-License-Identifier: Apache-2.0
# GNU make.  ./configure is optional; its only product is config.mk.

prefix = /usr/local
exec_prefix = $(prefix)
bindir = $(exec_prefix)/bin
libdir = $(exec_prefix)/lib
includedir = $(prefix)/include
datarootdir = $(prefix)/share
datadir = $(datarootdir)
mandir = $(datarootdir)/man
localedir = $(datarootdir)/locale
sysconfdir = $(prefix)/etc
localstatedir = $(prefix)/var
# Where a CA home is looked for when neither --home nor EGOVCA_HOME names one.
statedir = $(localstatedir)/lib/egovca
moduledir = $(libdir)/egovca

CC = cc
AR = ar
CFLAGS = -O2 -g
O = build$(if $(SANITIZE),-sanitized)
-include config.mk

SOMAJOR = 0
VERSION = $(shell sed -n 's/^.define EGOV_VERSION "\(.*\)"/\1/p' include/egovca/version.h)

# The architecture, lowest layer first: an #include may point left only.
LAYERS = base asn1 crypto key x509 request profile cert delivery crl ocsp cms lint verify seal archive store \
         record sign publish home ca
# Which folders may include a foreign header, or one that opens a door inside.
FENCES = openssl/:crypto ini.h:base jansson.h:record p11-kit/:key,softtoken \
         sqlite3.h:store libpq-fe.h:store \
         x509/tbs_build.h:x509,request,cert,crl,record \
         zlib.h:archive \
         key/sdf.h:key dlfcn.h:key,archive,publish curl/:publish ldap.h:publish \
         key/signer_ca.h:key,sign record/stage_door.h:record,sign
# Beside the layers: the software token's own module may include these only.
SOFTTOKEN_LAYERS = base asn1 crypto

# The one list of Debian packages: build, tests, tools; a fresh machine has git, make and a network.
DEB_BUILD = gcc libc6-dev pkg-config libssl-dev libp11-kit-dev libsqlite3-dev zlib1g-dev libinih-dev \
            libjansson-dev libcurl4-openssl-dev libldap-dev gettext
DEB_TEST = libcmocka-dev libtasn1-6-dev libtasn1-bin openssl opensc gnutls-bin softhsm2 mandoc sqlite3 clang \
           libclang-rt-14-dev llvm g++ autoconf xz-utils libgcrypt20-dev shellcheck locales jq \
           python3 python3-cryptography slapd ldap-utils
DEB_PACKAGES = $(DEB_BUILD) $(DEB_TEST)

PKGS = libcrypto p11-kit-1 sqlite3 inih jansson
# Asked for once, and only by a goal that compiles or links.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(PKGS)))$(PKG_CFLAGS)
PKG_LIBS = $(eval PKG_LIBS := $$(shell pkg-config --libs $(PKGS)))$(PKG_LIBS)
BARE_LIBS = $(eval BARE_LIBS := $$(shell pkg-config --libs libcrypto sqlite3))$(BARE_LIBS)
EMPTY_LIBS = $(eval EMPTY_LIBS := $$(shell pkg-config --libs libcrypto))$(EMPTY_LIBS)
TASN1_LIBS = $(eval TASN1_LIBS := $$(shell pkg-config --libs libtasn1))$(TASN1_LIBS)
GCRYPT_LIBS = $(eval GCRYPT_LIBS := $$(shell pkg-config --libs libgcrypt))$(GCRYPT_LIBS)
CMOCKA_LIBS = $(eval CMOCKA_LIBS := $$(shell pkg-config --libs cmocka libgcrypt))$(CMOCKA_LIBS)

WARN = -Wall -Wextra -Wshadow -Wundef -Wvla -Wformat=2 -Wcast-qual -Wwrite-strings \
       -Wstrict-prototypes -Wmissing-prototypes -Wconversion -Wsign-compare -Wpointer-arith \
       $(if $(DEVELOPER),-Werror)
SAN = $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer)
HARDEN = -fstack-protector-strong $(if $(SANITIZE),,-D_FORTIFY_SOURCE=2)
LINK_HARDEN = -Wl,-z,relro,-z,now $(if $(SANITIZE),,-Wl,-z,defs)
ALL_CFLAGS = -std=c11 -fPIC -fvisibility=hidden -fno-common -D_GNU_SOURCE=1 $(WARN) $(HARDEN) \
             $(SAN) $(CPPFLAGS) $(CFLAGS)

PROFILES := $(sort $(wildcard examples/profiles/*.conf))
LIB_SRCS := $(sort $(filter-out lib/softtoken/%,$(wildcard lib/*/*.c)))
LIB_GEN := $(if $(PROFILES),$(O)/gen/lib/profile/builtin_profiles.c)
LIB_OBJS := $(LIB_SRCS:%.c=$(O)/%.o) $(LIB_GEN:%.c=%.o)
TOKEN_SRCS := $(sort $(wildcard lib/softtoken/*.c))
TOKEN_OBJS := $(TOKEN_SRCS:%.c=$(O)/%.o)
TOKEN_LIB_OBJS := $(filter $(foreach l,$(SOFTTOKEN_LAYERS),$(O)/lib/$(l)/% $(O)/gen/lib/$(l)/%),$(LIB_OBJS))
FRONT_SRCS := $(sort $(wildcard tools/tool_*.c))
TOOL_SRCS := $(sort $(wildcard tools/egov_*.c))
TOOL_PART_SRCS := $(sort $(filter-out $(FRONT_SRCS) $(TOOL_SRCS),$(wildcard tools/*.c)))
UNIT_SRCS := $(sort $(wildcard tests/unit/test_*.c))
HELP_SRCS := $(sort $(filter-out $(UNIT_SRCS),$(wildcard tests/unit/*.c)))
SDF_SRC := tests/module/sdf.c
MODULE_SRCS := $(sort $(filter-out $(SDF_SRC),$(wildcard tests/module/*.c)))
FUZZ_SRCS := $(sort $(wildcard tests/fuzz/fuzz_*.c))
# Programs of their own, with nothing of the library in them; all others are one program.
BENCH_ALONE_SRCS := tests/bench/bare.c tests/bench/empty.c
BENCH_SRCS := $(filter-out $(BENCH_ALONE_SRCS),$(sort $(wildcard tests/bench/*.c)))
# A second reader and writer of DER, by libtasn1 from ASN.1 modules.
ASN1_SRCS := $(sort $(wildcard tests/asn1/*.c))
ASN1_GEN := $(patsubst %.asn,$(O)/gen/%_tab.c,$(sort $(wildcard tests/asn1/*.asn)))
INTEROP_SRCS := $(sort $(wildcard tests/interop/*.c))
FAILURE_SRCS := tests/fault/failures.c
# Makes calls fail: in "failures", and in every unit test where that is asked for.
FAIL_SRCS := $(foreach f,border units unit_branch unit_ends unit_keep unit_store unit_ways fail border_end, \
  tests/fault/$(f).c)

FRONT_OBJS := $(FRONT_SRCS:%.c=$(O)/%.o)
TOOL_PART_OBJS := $(TOOL_PART_SRCS:%.c=$(O)/%.o)
HELP_OBJS := $(HELP_SRCS:%.c=$(O)/%.o)
# Not under the sanitizer of threads, which must have these functions itself.
INJECTED := $(if $(findstring thread,$(SANITIZE)),,yes)
FAIL_OBJS := $(if $(INJECTED),$(FAIL_SRCS:%.c=$(O)/%.o))
WRAP = $(1:%=-Wl,--wrap=%)
FAIL_WRAPS := $(if $(SANITIZE),$(call WRAP,malloc calloc realloc reallocarray strdup strndup))
UNIT_WRAPS := $(call WRAP,_cmocka_run_group_tests _assert_int_equal _assert_memory_equal _assert_string_equal \
  help_assert_ok help_assert_fails egov_buf_new egov_buf_slice egov_report_find egov_report_new \
  egov_verifier_new egov__body_new egov__body_text egov__buf_extend egov__buf_string egov__name_new \
  egov__path_join egov__proven_new egov__ready_new egov__secret_new egov__slice_copy egov__text_dup)
ASN1_OBJS := $(ASN1_SRCS:%.c=$(O)/%.o) $(ASN1_GEN:%.c=%.o)
BENCH_OBJS := $(BENCH_SRCS:%.c=$(O)/%.o)
OBJS := $(LIB_OBJS) $(TOKEN_OBJS) $(FRONT_OBJS) $(TOOL_PART_OBJS) $(TOOL_SRCS:%.c=$(O)/%.o) \
        $(UNIT_SRCS:%.c=$(O)/%.o) $(MODULE_SRCS:%.c=$(O)/%.o) $(SDF_SRC:%.c=$(O)/%.o) $(HELP_OBJS) \
        $(FUZZ_SRCS:%.c=$(O)/%.o) $(O)/tests/fuzz/replay_main.o $(O)/tests/centre/centre.o \
        $(O)/tests/witness/witness.o \
        $(ASN1_OBJS) $(BENCH_OBJS) $(BENCH_ALONE_SRCS:%.c=$(O)/%.o) \
        $(INTEROP_SRCS:%.c=$(O)/%.o) $(FAILURE_SRCS:%.c=$(O)/%.o) $(FAIL_OBJS)
TOOLS := $(TOOL_SRCS:tools/egov_%.c=$(O)/egov-%)
UNITS := $(UNIT_SRCS:%.c=$(O)/%)
# PKCS #11 modules, and the library of a device (GM/T 0018), that misbehave on demand, for tests.
MODULES := $(MODULE_SRCS:tests/module/%.c=$(O)/%-p11.so) $(O)/fake-sdf.so
# A key-management centre for tests.
CENTRE := $(O)/test-centre
# A second opinion on signatures, by libgcrypt.
WITNESS := $(O)/test-witness
# What tests preload to kill a program at a chosen step, or to set its clock ahead.
FAULTS := $(O)/ahead.so $(O)/crash.so $(O)/powerlog.so $(O)/powercut $(if $(INJECTED),$(O)/failures)
BENCH := $(O)/tests/bench/bench $(BENCH_ALONE_SRCS:%.c=$(O)/%)
REPLAYS := $(FUZZ_SRCS:tests/fuzz/fuzz_%.c=$(O)/tests/fuzz/replay_%)
FUZZERS := $(FUZZ_SRCS:tests/fuzz/fuzz_%.c=$(O)/tests/fuzz/fuzz_%)
CONFORMANCE := $(O)/tests/interop/conformance
LIBA := $(O)/libegovca.a
TASN1 := $(O)/tests/asn1.a
LIBSO := $(O)/libegovca.so.$(SOMAJOR)
TOKEN := $(if $(TOKEN_SRCS),$(O)/egov-softtoken.so)
CATALOGUES := $(patsubst po/%.po,$(O)/locale/%/LC_MESSAGES/egovca.mo,$(sort $(wildcard po/*.po)))
PC := $(O)/egovca.pc
COMPLETION := $(O)/completion.bash

all: $(LIBA) $(LIBSO) $(TOKEN) $(TOOLS) $(PC) $(COMPLETION) $(CATALOGUES)

# "make V=1" shows the commands, "make -s" nothing.
silent := $(findstring s,$(filter-out --%,$(firstword -$(MAKEFLAGS))))
say = $(if $(V)$(silent),,@echo '  $(1) $@' && )

# --- library and module -----------------------------------------------------

$(LIBA): $(LIB_OBJS)
	$(call say,AR  )rm -f $@ && $(AR) rcs $@ $^

$(LIBSO): $(LIB_OBJS) lib/libegovca.map
	$(call say,LD  )$(CC) -shared $(SAN) $(LINK_HARDEN) $(LDFLAGS) -Wl,-soname,$(@F) \
	  -Wl,--version-script=lib/libegovca.map -o $@ $(LIB_OBJS) $(PKG_LIBS)
	@ln -sf $(@F) $(O)/libegovca.so

# An archive between, so that only what the module uses comes in, and only libcrypto with it.
# Its C_ functions are its own (-Bsymbolic), also beside p11-kit's in one process; what it made of
# OpenSSL once stays with it when it is closed (-z nodelete).
$(O)/egov-softtoken.so: $(TOKEN_OBJS) $(TOKEN_LIB_OBJS) lib/softtoken/softtoken.map
	@rm -f $(O)/softtoken.a && $(AR) rcs $(O)/softtoken.a $(TOKEN_LIB_OBJS)
	$(call say,LD  )$(CC) -shared $(SAN) $(LINK_HARDEN) $(LDFLAGS) -Wl,-soname,$(@F) -Wl,-Bsymbolic \
	  -Wl,-z,nodelete -Wl,--version-script=lib/softtoken/softtoken.map -o $@ $(TOKEN_OBJS) $(O)/softtoken.a \
	  -Wl,--as-needed $(PKG_LIBS)
	@chmod go-w $@

$(PC): egovca.pc.in include/egovca/version.h $(O)/flags
	$(call say,SED )sed -e 's|@prefix@|$(prefix)|' -e 's|@libdir@|$(libdir)|' -e 's|@includedir@|$(includedir)|' \
	  -e 's|@version@|$(VERSION)|' -e 's|@private@|$(PKGS)|' $< > $@

$(COMPLETION): tools/completion.bash.in $(TOOL_SRCS) $(O)/flags
	$(call say,SED )sed -e 's|@statedir@|$(statedir)|' -e 's|@programs@|$(notdir $(TOOLS))|' $< > $@

$(O)/gen/tests/%_tab.c: tests/%.asn
	@mkdir -p $(@D)
	$(call say,ASN1)asn1Parser -o $@ $< 2> $@.said || { cat $@.said >&2; exit 1; }  # it says Done. there

$(O)/gen/lib/profile/builtin_profiles.c: lib/profile/builtin.sh $(PROFILES)
	@mkdir -p $(@D)
	$(call say,GEN )sh lib/profile/builtin.sh $(PROFILES) > $@

$(O)/locale/%/LC_MESSAGES/egovca.mo: po/%.po
	@mkdir -p $(@D)
	$(call say,MSG )msgfmt --check -o $@ $<

# --- programs -----------------------------------------------------------------

# A program has in it what it uses of the library and starts without the rest, which needs more
# libraries to be loaded and bound; check-symbols sees that it uses nothing but what is exported.
$(O)/front.a: $(FRONT_OBJS)
	$(call say,AR  )rm -f $@ && $(AR) rcs $@ $^
$(O)/egov-%: $(O)/tools/egov_%.o $(TOOL_PART_OBJS) $(O)/front.a $(LIBA)
	$(call say,LD  )$(CC) $(SAN) $(LINK_HARDEN) $(LDFLAGS) -o $@ $< $(filter $(O)/tools/$*_%.o,$(TOOL_PART_OBJS)) \
	  $(O)/front.a $(LIBA) -Wl,--as-needed $(PKG_LIBS)

# --- tests ----------------------------------------------------------------------

$(TASN1): $(ASN1_OBJS)
	$(call say,AR  )rm -f $@ && $(AR) rcs $@ $^
# The programs' front end is tested as a unit too.
$(O)/tests/unit/test_tool: $(FRONT_OBJS)
$(O)/tests/unit/test_tool: MORE_OBJS = $(FRONT_OBJS)
# So is the arithmetic of "make bench".
$(O)/tests/unit/test_measure: $(O)/tests/bench/measure.o
$(O)/tests/unit/test_measure: MORE_OBJS = $(O)/tests/bench/measure.o
# First the tests' own code, then what makes calls fail, then whose calls fail.
$(O)/tests/unit/test_%: $(O)/tests/unit/test_%.o $(HELP_OBJS) $(FAIL_OBJS) $(TASN1) $(LIBA) $(TOKEN)
	$(call say,LD  )$(CC) $(SAN) $(LDFLAGS) -o $@ $< $(HELP_OBJS) $(FAIL_OBJS) $(MORE_OBJS) $(TASN1) $(LIBA) \
	  $(CMOCKA_LIBS) $(TASN1_LIBS) $(PKG_LIBS) -ldl -lpthread $(if $(INJECTED),$(FAIL_WRAPS) $(UNIT_WRAPS))
$(O)/%-p11.so: $(O)/tests/module/%.o $(LIBA)
	$(call say,LD  )$(CC) -shared $(SAN) $(LDFLAGS) -Wl,--exclude-libs,ALL -o $@ $^ $(PKG_LIBS)
	@chmod go-w $@
$(CONFORMANCE): $(INTEROP_SRCS:%.c=$(O)/%.o) $(LIBA)
	$(call say,LD  )$(CC) $(SAN) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)
$(O)/fake-sdf.so: $(SDF_SRC:%.c=$(O)/%.o) $(LIBA)
	$(call say,LD  )$(CC) -shared $(SAN) $(LDFLAGS) -Wl,--exclude-libs,ALL -o $@ $^ $(PKG_LIBS)
	@chmod go-w $@
$(CENTRE): $(O)/tests/centre/centre.o $(LIBA)
	$(call say,LD  )$(CC) $(SAN) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)
$(WITNESS): $(O)/tests/witness/witness.o
	$(call say,LD  )$(CC) $(SAN) $(LDFLAGS) -o $@ $< $(GCRYPT_LIBS)
# Preloaded into programs with and without the sanitizers: it has none itself.
$(filter %.so,$(FAULTS)): $(O)/%.so: tests/fault/%.c tests/fault/next.h tests/fault/power.h $(O)/flags
	$(call say,LD  )$(CC) -shared -fPIC -std=c11 -D_GNU_SOURCE=1 $(WARN) $(CFLAGS) -o $@ $< -ldl
# Their own allocator, open() and the like take the place of others; under the sanitizers the allocator wraps instead.
$(patsubst %,$(O)/tests/fault/%.o,fail units unit_branch unit_store): \
  HARDEN = -fvisibility=default $(if $(SANITIZE),-DSANITIZED)
$(O)/failures: $(FAILURE_SRCS:%.c=$(O)/%.o) $(O)/tests/fault/fail.o $(LIBA)
	$(call say,LD  )$(CC) $(SAN) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -ldl -lpthread $(FAIL_WRAPS)
$(O)/powercut: tests/fault/powercut.c tests/fault/power.h $(O)/flags
	$(call say,LD  )$(CC) -std=c11 -D_GNU_SOURCE=1 $(WARN) $(CFLAGS) -o $@ $<
$(O)/tests/bench/bench: $(BENCH_OBJS) $(LIBA)
	$(call say,LD  )$(CC) $(SAN) $(LDFLAGS) -o $@ $(BENCH_OBJS) $(LIBA) $(PKG_LIBS) -lpthread -lm
$(O)/tests/bench/bare: $(O)/tests/bench/bare.o
	$(call say,LD  )$(CC) $(SAN) $(LINK_HARDEN) $(LDFLAGS) -o $@ $< $(BARE_LIBS) -ldl
$(O)/tests/bench/empty: $(O)/tests/bench/empty.o
	$(call say,LD  )$(CC) $(SAN) $(LINK_HARDEN) $(LDFLAGS) -o $@ $< $(EMPTY_LIBS)
$(O)/tests/fuzz/replay_%: $(O)/tests/fuzz/fuzz_%.o $(O)/tests/fuzz/replay_main.o $(TASN1) $(LIBA)
	$(call say,LD  )$(CC) $(SAN) $(LDFLAGS) -o $@ $(filter %.o,$^) $(TASN1) $(LIBA) $(TASN1_LIBS) $(PKG_LIBS)
# Built by "make fuzz CC=clang SANITIZE=address,undefined,fuzzer-no-link".
$(O)/tests/fuzz/fuzz_%: $(O)/tests/fuzz/fuzz_%.o $(TASN1) $(LIBA)
	$(call say,LD  )$(CC) $(SAN) -fsanitize=fuzzer $(LDFLAGS) -o $@ $(filter %.o,$^) $(TASN1) $(LIBA) \
	  $(TASN1_LIBS) $(PKG_LIBS)
# The token's decoders are in no library.
$(O)/tests/fuzz/replay_softtoken_store $(O)/tests/fuzz/fuzz_softtoken_store: \
  $(O)/lib/softtoken/store.o $(O)/lib/softtoken/keys.o $(O)/lib/softtoken/object.o

# --- compiling ----------------------------------------------------------------

$(O)/lib/%.o $(O)/gen/lib/%.o: INC = -Iinclude -Ilib $(PKG_CFLAGS)
$(O)/lib/%.o: INC += -include base/banned.h
$(O)/tools/%.o: INC = -Iinclude -include lib/base/banned.h -DEGOV_LOCALEDIR='"$(localedir)"' \
                      -DEGOV_STATEDIR='"$(statedir)"'
$(O)/tests/%.o: INC = -Iinclude -Ilib -Itests -Itests/unit $(PKG_CFLAGS) -DEGOV_TEST_BUILD='"$(abspath $(O))"' \
                      -DEGOV_TEST_SOURCE='"$(CURDIR)"'
$(filter-out $(ASN1_GEN:%.c=%.o) $(LIB_GEN:%.c=%.o),$(OBJS)): $(O)/%.o: %.c $(O)/flags
	@mkdir -p $(@D)
	$(call say,CC  )$(CC) $(INC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
# asn1Parser asks "#if HAVE_CONFIG_H" of a macro that nobody defines.
$(ASN1_GEN:%.c=%.o): WARN += -Wno-undef
$(ASN1_GEN:%.c=%.o): INC = $(PKG_CFLAGS)
$(ASN1_GEN:%.c=%.o) $(LIB_GEN:%.c=%.o): %.o: %.c $(O)/flags
	$(call say,CC  )$(CC) $(INC) $(ALL_CFLAGS) -c -o $@ $<

FLAGS = $(CC) $(ALL_CFLAGS) $(prefix) $(libdir) $(includedir) $(localedir) $(statedir)
$(O)/flags: FORCE
	@mkdir -p $(O); echo '$(FLAGS)' | cmp -s - $@ || echo '$(FLAGS)' > $@

# --- the two commands of the README --------------------------------------------

quickstart:
	$(if $(filter no,$(DEPS)),,+$(MAKE) --no-print-directory deps)
	+$(MAKE) --no-print-directory run-quickstart DEPS=no
check:
	$(if $(filter no,$(DEPS)),,+$(MAKE) --no-print-directory deps)
	+$(MAKE) --no-print-directory run-check DEPS=no

bench:
	$(if $(filter no,$(DEPS)),,+$(MAKE) --no-print-directory deps)
	+$(MAKE) --no-print-directory run-bench DEPS=no

deps:
	@DEB_PACKAGES='$(DEB_PACKAGES)' sh tests/deps.sh

run-quickstart: all
	sh examples/quickstart.sh $(O)

# Where material that others made lies; tests say so when they skip it.
CORPORA = ../shared/corpora
# The names of the tests to run, all of them without one: make check T="der cert".
T =
T_PROGRAMS = $(filter $(T:%=$(O)/tests/unit/test_%) $(T:%=$(O)/tests/fuzz/replay_%),$(UNITS) $(REPLAYS)) \
  $(if $(filter unit_failures,$(T)),$(UNITS))
run-check: all $(MODULES) $(FAULTS) $(CONFORMANCE) $(CENTRE) $(WITNESS) \
  $(if $(T),$(T_PROGRAMS),$(UNITS) $(REPLAYS) check-static)
	@O='$(O)' CORPORA='$(abspath $(CORPORA))' SANITIZE='$(SANITIZE)' CC='$(CC)' sh tests/run.sh $(T)
# Suites that others made: a line a set, then each wrong case; the known ones are committed.
SETS =
conformance:
	$(if $(filter no,$(DEPS)),,+$(MAKE) --no-print-directory deps)
	+@$(MAKE) --no-print-directory run-conformance DEPS=no
run-conformance: $(CONFORMANCE)
	@$(CONFORMANCE) $(CORPORA) tests/interop/conformance.expected $(SETS)
# Every kill, every power cut, every call that fails, and the long tests: two hours.  What each
# says is shown at once; one that fails leaves the others to run, and stands in the end.
LONG = failures unit_failures powercut stress crash kills kills_records flips token_dies sdf agreement_all
check-long:
	$(if $(filter no,$(DEPS)),,+$(MAKE) --no-print-directory deps)
	+CRASH_POINTS=all LIMIT=14400 PROGRESS=yes $(MAKE) --no-print-directory run-check DEPS=no T='$(LONG)'
	+$(MAKE) --no-print-directory check-ahead DEPS=no

# All tests, on a machine whose clock is so many days ahead: one that passes today passes then.
AHEAD ?= 4000
check-ahead:
	$(if $(filter no,$(DEPS)),,+$(MAKE) --no-print-directory deps)
	+AHEAD=$(AHEAD) $(MAKE) --no-print-directory run-check DEPS=no
check-static: check-layers check-headers check-symbols check-man check-style check-po
units: $(UNITS) $(MODULES) $(FAULTS) $(BENCH) $(CONFORMANCE) $(CENTRE) $(WITNESS)

# What the library costs beside what it cannot do without; never part of check.
run-bench: all $(BENCH)
	@O='$(abspath $(O))' sh tests/bench/run.sh $(T)

check-layers:
	@LAYERS='$(LAYERS)' FENCES='$(FENCES)' SOFTTOKEN_LAYERS='$(SOFTTOKEN_LAYERS)' sh tests/check_layers.sh
check-headers:
	@CC='$(CC)' O='$(O)' PKG_CFLAGS='$(PKG_CFLAGS)' sh tests/check_headers.sh
check-symbols: $(LIBSO) $(TOKEN) $(TOOLS)
	@O='$(O)' LIBSO='$(LIBSO)' TOKEN='$(TOKEN)' sh tests/check_symbols.sh
check-man: $(TOOLS)
	@O='$(O)' TOOLS='$(TOOLS)' sh tests/check_man.sh
check-style:
	@sh tests/check_style.sh

# The rules in a page are the table of the program; check-man compares.
.PHONY: man-rules
man-rules: $(O)/egov-lint
	@sh tests/man_rules.sh $(O)/egov-lint man/egov-lint.1 > $(O)/rules.1 && cp $(O)/rules.1 man/egov-lint.1

.PHONY: man-kinds
man-kinds: $(O)/egov-record
	@sh tests/man_kinds.sh $(O)/egov-record man/egov-record.5 > $(O)/kinds.5 && cp $(O)/kinds.5 man/egov-record.5

# What the headers promise, as tests/abi keeps it; "make abi" after a change that is meant.
.PHONY: abi check-abi
check-static: check-abi
check-abi abi:
	@SONAME='$(notdir $(LIBSO))' VERSION='$(VERSION)' sh tests/check_abi.sh $(if $(filter abi,$@),--update)

fuzz: $(FUZZERS)

# --- translations ---------------------------------------------------------------

# "make po" after messages have changed, then complete po/*.po.
POT := $(O)/egovca.pot
pot: $(POT)
$(POT): po/pot.sh $(wildcard lib/*/*.[ch] tools/*.[ch])
	@mkdir -p $(@D)
	$(call say,POT )sh po/pot.sh $@
po: $(POT)
	for p in po/*.po; do msgmerge --quiet --update --backup=none --sort-by-file --add-location=file $$p $(POT); done
check-po: $(POT)
	@O='$(O)' POT='$(POT)' sh tests/check_po.sh

# --- install and dist ------------------------------------------------------------

INSTALL = install
docdir = $(datarootdir)/doc/egovca
completiondir = $(datadir)/bash-completion/completions
EXAMPLES := examples/issue.c examples/verify.c $(sort $(wildcard examples/egovca-*))
PAGES := $(sort $(wildcard man/*.[135]))
# Everything that "make install" puts anywhere, below DESTDIR.
INSTALLED = $(TOOLS:$(O)/%=$(bindir)/%) $(TOOLS:$(O)/%=$(completiondir)/%) \
  $(libdir)/$(notdir $(LIBA)) $(libdir)/$(notdir $(LIBSO)) $(libdir)/libegovca.so \
  $(libdir)/pkgconfig/$(notdir $(PC)) $(TOKEN:$(O)/%=$(moduledir)/%) \
  $(patsubst include/%,$(includedir)/%,$(wildcard include/egovca/*.h)) \
  $(PROFILES:examples/%=$(datadir)/egovca/%) $(EXAMPLES:examples/%=$(docdir)/examples/%) \
  $(foreach p,$(PAGES),$(mandir)/man$(subst .,,$(suffix $p))/$(notdir $p)) \
  $(CATALOGUES:$(O)/locale/%=$(localedir)/%)
# Folders that nobody else puts anything into.
INSTALLED_FOLDERS = $(includedir)/egovca $(moduledir) $(datadir)/egovca/profiles $(datadir)/egovca \
  $(docdir)/examples $(docdir)
install: all
	$(INSTALL) -d $(DESTDIR)$(bindir) $(DESTDIR)$(libdir)/pkgconfig $(DESTDIR)$(moduledir) \
	  $(DESTDIR)$(includedir)/egovca $(DESTDIR)$(datadir)/egovca/profiles \
	  $(DESTDIR)$(mandir)/man1 $(DESTDIR)$(mandir)/man3 $(DESTDIR)$(mandir)/man5 \
	  $(DESTDIR)$(docdir)/examples $(DESTDIR)$(completiondir)
	$(INSTALL) -m 644 $(LIBA) $(DESTDIR)$(libdir)
	$(INSTALL) -m 755 $(LIBSO) $(DESTDIR)$(libdir)
	ln -sf $(notdir $(LIBSO)) $(DESTDIR)$(libdir)/libegovca.so
	$(INSTALL) -m 644 $(PC) $(DESTDIR)$(libdir)/pkgconfig
	$(if $(TOKEN),$(INSTALL) -m 755 $(TOKEN) $(DESTDIR)$(moduledir))
	$(INSTALL) -m 644 include/egovca/*.h $(DESTDIR)$(includedir)/egovca
	$(if $(PROFILES),$(INSTALL) -m 644 $(PROFILES) $(DESTDIR)$(datadir)/egovca/profiles)
	$(INSTALL) -m 644 $(EXAMPLES) $(DESTDIR)$(docdir)/examples
	for p in $(PAGES); do $(INSTALL) -m 644 $$p $(DESTDIR)$(mandir)/man$${p##*.} || exit 1; done
	$(if $(TOOLS),$(INSTALL) -m 755 $(TOOLS) $(DESTDIR)$(bindir))
	for t in $(notdir $(TOOLS)); do \
	  $(INSTALL) -m 644 $(COMPLETION) $(DESTDIR)$(completiondir)/$$t || exit 1; done
	for m in $(CATALOGUES:$(O)/locale/%=%); do \
	  $(INSTALL) -D -m 644 $(O)/locale/$$m $(DESTDIR)$(localedir)/$$m || exit 1; done

# What install puts there, and nothing else: no CA home, no configuration.
.PHONY: uninstall
uninstall:
	rm -f $(addprefix $(DESTDIR),$(INSTALLED))
	for d in $(addprefix $(DESTDIR),$(INSTALLED_FOLDERS)); do \
	  [ ! -d $$d ] || rmdir $$d 2>/dev/null || echo "$$d is not empty: it stays"; done

dist:
	@mkdir -p $(O)
	git archive --format=tar --prefix=egovca-$(VERSION)/ HEAD | gzip -9n > $(O)/egovca-$(VERSION).tar.gz
	@echo $(O)/egovca-$(VERSION).tar.gz

clean:
	rm -rf build build-sanitized build-fuzz

.PHONY: all quickstart check bench deps run-quickstart run-check run-bench check-long check-ahead conformance \
  run-conformance check-static units check-layers check-headers check-symbols check-man check-style check-po \
  fuzz pot po install dist clean FORCE
.SECONDARY: $(OBJS) $(LIB_GEN)
.DELETE_ON_ERROR:
-include $(OBJS:.o=.d)
