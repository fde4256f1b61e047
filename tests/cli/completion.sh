#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Bash completes every option of every program and command as --help lists it, and the values that are
# known: fixed words, files, folders, the profiles of a home.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"

cat >driver <<END
. '$O/completion.bash'
# The line's words as bash splits them, the last one being typed.
COMP_WORDS=("\$@") COMP_CWORD=\$((\$# - 1))
_egov
[ \${#COMPREPLY[@]} -eq 0 ] || printf '%s\n' "\${COMPREPLY[@]}"
END
expect 0 bash -n "$O/completion.bash"

# offers WORD... : [WANTED...] in any order, for the words that were typed
offers() {
	typed=$*
	typed=${typed%% : *}
	line=
	while [ "$1" != : ]; do
		line="$line '$1'"
		shift
	done
	shift
	eval "expect 0 bash --norc driver $line"
	LC_ALL=C sort "$out" >got
	for word; do echo "$word"; done | LC_ALL=C sort >wanted
	cmp -s got wanted || { diff wanted got; die "completion of: $typed"; }
	[ ! -s "$err" ] || die_showing "completion of $typed: says something"
}

# --- every option, as --help lists it

options_of() {
	expect 0 "$@" --help
	sed -n 's/^  \(--[a-z0-9-]*\).*/\1/p' "$out"
}
for program in "$O"/egov-*; do
	case $program in
	*.so | *.so.* | *.pc | *.pot | *.bash) continue ;;
	esac
	program=${program##*/}
	complete=$(bash --norc -c ". '$O/completion.bash'; complete -p $program") || die "$program is not completed"
	[ "$complete" = "complete -F _egov $program" ] || die "$complete"
	expect 0 "$program" --help
	commands=$(sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' "$out")
	if [ -z "$commands" ]; then
		# shellcheck disable=SC2046 # words
		offers "$program" -- : $(options_of "$program")
		continue
	fi
	# shellcheck disable=SC2086 # words
	offers "$program" '' : $commands --help --version
	for command in $commands; do
		# shellcheck disable=SC2046 # words
		offers "$program" "$command" -- : $(options_of "$program" "$command")
	done
done

# --- what was typed counts

offers egov-apply s : submit show
offers egov-apply nonsense '' :
offers egov-issue --pro : --profile
offers egov-issue --profile x --pro :
offers egov-verify --trust a --trust-i : --trust-id
offers egov-crl publish --if : --if-due
offers egov-crl publish --if-due --if :
offers egov-crl publish --actor '' :
# shellcheck disable=SC2046 # words
offers egov-crl publish '' : $(options_of egov-crl publish)

# --- fixed words, which the programs know

offers egov-revoke --reason key : keyCompromise
offers egov-revoke --reason = key : keyCompromise
offers egov-revoke --reason = : unspecified keyCompromise cACompromise affiliationChanged superseded \
	cessationOfOperation privilegeWithdrawn aACompromise
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"
token root-ca root-journal
custodian
root root

# words_are: what was completed is what the last message wanted.
words_are() {
	sed -n 's/.*: want \(.*\) ([^()]*)$/\1/p; t; s/.*: want //p' "$err" |
		sed 's/,//g; s/ or / /g' | tr ' ' '\n' | LC_ALL=C sort >named
	LC_ALL=C sort words >got
	same got named
}
words() {
	expect 0 bash --norc driver "$@" ''
	cp "$out" words
	[ -s words ] || die "$*: no words"
}
words egov-revoke --reason
: >evidence
expect 2 egov-revoke --home root --serial 40 --reason no --requested-by x --evidence evidence
words_are
words egov-apply list --state
expect 2 egov-apply list --home root --state no
words_are
words egov-operator add --roles
: >operator.pem
expect 2 egov-operator add --home root --actor 甲 --roles no --certificate operator.pem 乙
words_are
words egov-verify --purpose
while read -r word; do
	got=0
	egov-verify --trust root/publish/cert/ca.pem --purpose "$word" \
		root/publish/cert/ca.pem >/dev/null 2>&1 || got=$?
	[ "$got" -le 1 ] || die "egov-verify --purpose $word: exit code $got"
done <words
words egov-key generate --algorithm
expect 0 egov-key generate --algorithm "$(cat words)" "$(uri another)"

# --- files and folders

mkdir -p folder/inner home/profiles
: >zone.pem
: >'two words.pem'
: >home/profiles/agency.conf
: >home/profiles/agency-sign.conf
: >home/profiles/other.txt
offers egov-verify --trust zo : zone.pem
offers egov-verify --trust = zo : zone.pem
offers egov-verify tw : 'two words.pem'
offers egov-verify --json -- zo : zone.pem
offers egov-verify --json -- --js :
offers egov-crl show fo : folder
offers egov-key init-token --module zo : zone.pem
offers egov-init --home fold : folder
offers egov-init --home zo :
offers egov-key list pk :
offers egov-issue --home home --profile '' : agency agency-sign
offers egov-issue --home = home --profile agency- : agency-sign
EGOVCA_HOME=home
export EGOVCA_HOME
offers egov-issue --profile '' : agency agency-sign
offers egov-issue --home folder --profile '' :

# --- nobody sees --describe but completion

expect 2 egov-crl --describe=no
expect 2 egov-crl nonsense --describe
