#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The stages on the way to a signature cannot be passed by: what is not of the next stage does
# not compile, and the doors are shut for the folders that have no business there.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"

CC=${CC:-cc}
LC_ALL=C
export LC_ALL

# compiles: the snippet on standard input, as a file of the library would be.
compiles() {
	{
		for header in lint/lint.h record/record.h sign/sign.h publish/publish.h x509/tbs.h; do
			echo "#include \"$header\""
		done
		cat
	} >snippet.c
	$CC -std=c11 -D_GNU_SOURCE=1 -Wall -Wextra -Werror -Wno-unused-parameter -c -o snippet.o \
		-I"$SRC/include" -I"$SRC/lib" snippet.c >"$out" 2>"$err"
}

# takes WHAT: the right way compiles, so that what fails below fails for its reason.
takes() {
	compiles || die_showing "$1: does not compile"
}

# refuses WHAT REASON: it does not compile, and the compiler says why.
refuses() {
	if compiles; then
		die "$1: compiles"
	fi
	grep -qE "$2" "$err" || die_showing "$1: fails for another reason than $2"
}

other='incompatible[- ]pointer'
unknown='incomplete type|undefined type|unknown type|undeclared|implicit declaration'

takes 'the whole way' <<'E'
enum egov_status f(struct egov_record *r, struct egov_tbs *tbs, struct egov_signer *s,
                   const struct egov__lint_context *c, const struct egov__intent_facts *facts);
enum egov_status f(struct egov_record *r, struct egov_tbs *tbs, struct egov_signer *s,
                   const struct egov__lint_context *c, const struct egov__intent_facts *facts)
{
	struct egov_cleared *cleared = NULL;
	struct egov_intent *intent = NULL;
	struct egov_signed *made = NULL;
	struct egov_recorded *recorded = NULL;

	if (egov__lint_clear(tbs, c, NULL, &cleared, NULL) != EGOV_OK
	    || egov__record_intent(r, cleared, facts, &intent, NULL) != EGOV_OK
	    || egov__sign(intent, s, &made, NULL) != EGOV_OK
	    || egov__record_result(r, made, &recorded, NULL) != EGOV_OK)
		return EGOV_E_USAGE;
	return egov__publish_file(recorded, "path", false, NULL);
}
E

# --- a stage left out ---

refuses 'an intent from bytes that lint has not seen' "$other" <<'E'
enum egov_status f(struct egov_record *r, struct egov_tbs *tbs,
                   const struct egov__intent_facts *facts, struct egov_intent **out);
enum egov_status f(struct egov_record *r, struct egov_tbs *tbs,
                   const struct egov__intent_facts *facts, struct egov_intent **out)
{
	return egov__record_intent(r, tbs, facts, out, NULL);
}
E
refuses 'a signature on bytes that were never an intent' "$other" <<'E'
enum egov_status f(struct egov_tbs *tbs, struct egov_signer *s, struct egov_signed **out);
enum egov_status f(struct egov_tbs *tbs, struct egov_signer *s, struct egov_signed **out)
{
	return egov__sign(tbs, s, out, NULL);
}
E
refuses 'a signature on bytes that are cleared but not on disk' "$other" <<'E'
enum egov_status f(struct egov_cleared *cleared, struct egov_signer *s, struct egov_signed **out);
enum egov_status f(struct egov_cleared *cleared, struct egov_signer *s, struct egov_signed **out)
{
	return egov__sign(cleared, s, out, NULL);
}
E
refuses 'a result that was never signed' "$other" <<'E'
enum egov_status f(struct egov_record *r, struct egov_intent *intent, struct egov_recorded **out);
enum egov_status f(struct egov_record *r, struct egov_intent *intent, struct egov_recorded **out)
{
	return egov__record_result(r, intent, out, NULL);
}
E
refuses 'publishing what is signed but not on record' "$other" <<'E'
enum egov_status f(struct egov_signed *made);
enum egov_status f(struct egov_signed *made)
{
	return egov__publish_file(made, "path", false, NULL);
}
E
refuses 'publishing bytes' "$other" <<'E'
enum egov_status f(struct egov_buf *der);
enum egov_status f(struct egov_buf *der)
{
	return egov__publish_file(der, "path", false, NULL);
}
E

# --- a stage made by hand ---

for stage in tbs cleared intent signed recorded; do
	refuses "struct egov_$stage on the stack" "$unknown" <<E
void f(void);
void f(void)
{
	struct egov_$stage made = { 0 };

	(void)made;
}
E
	refuses "a field of struct egov_$stage" "$unknown" <<E
void f(struct egov_$stage *made);
void f(struct egov_$stage *made)
{
	*made = *made;
}
E
done

# --- a door that these headers do not open ---

for door in 'egov__tbs_new(EGOV_OBJECT_CRL, 0, 0, 0, 0)' 'egov__signer_sign_ca(0, 0, 0, 0)' \
	'egov__intent_spend(0, 0)' 'egov__signed_new(0, 0, 0, 0)'; do
	refuses "$door" "$unknown" <<E
int f(void);
int f(void)
{
	return (int)$door;
}
E
done

# A status that nobody looks at is no way round either.
refuses 'a refusal that nobody looks at' 'unused[- ]result|warn_unused_result' <<'E'
void f(struct egov_intent *intent, struct egov_signer *s, struct egov_signed **out);
void f(struct egov_intent *intent, struct egov_signer *s, struct egov_signed **out)
{
	egov__sign(intent, s, out, NULL);
}
E

# --- the doors themselves: check-layers shuts them for every other folder ---

mkdir tree
cp -R "$SRC/Makefile" "$SRC/lib" "$SRC/include" "$SRC/tools" tree
mkdir tree/tests
cp "$SRC/tests/check_layers.sh" tree/tests
layers() {
	make -s -C tree check-layers O="$PWD/none" DEPS=no >"$out" 2>"$err"
}
layers || die_showing 'the tree does not keep to its layers'

# shut HEADER FOLDER...: including it there is an error.
shut() {
	door=$1
	shift
	for folder; do
		printf '/* SPDX-License-Identifier: Apache-2.0 */\n#include "%s"\n' "$door" \
			>"tree/lib/$folder/planted.c"
		if layers; then
			die "$door: open for lib/$folder"
		fi
		grep -q "$folder must not include $door" "$err" ||
			die_showing "$door: lib/$folder fails for another reason"
		rm "tree/lib/$folder/planted.c"
	done
}

shut key/signer_ca.h record publish home ca cert crl verify
shut record/stage_door.h publish home ca
shut x509/tbs_build.h lint verify sign publish home ca

# Only the one door uses the key of the CA.
[ "$(grep -rlE '#include "key/signer_ca.h"' "$SRC/lib" | grep -v '/lib/key/')" = "$SRC/lib/sign/sign.c" ] ||
	die 'somebody else includes key/signer_ca.h'
