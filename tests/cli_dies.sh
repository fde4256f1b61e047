# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# A device that dies at any of its calls: read after tests/cli_home.sh.  Each command that
# signs is cut off at its call 1, 2, ... with each code, once or from there on, in a copy of
# the home "root".  It connects once more and succeeds, or exits 4 with the device's own
# code; either way the records are whole, nothing half made is left, and it succeeds later.
# CRASH_POINTS=all tries every call with every code, not a sample of them.
# shellcheck disable=SC2034,SC2154 # names that the scripts read, and that cli_help.sh sets
# The script has command_of OPERATION (issue, publish: on the home "work"; init, request: of a
# home "made"), and says_code CODE, which looks for it in the message.

# dies VARIABLES "CODE..." OPERATION...: VARIABLES is how the device's ones begin, e.g. NASTY.
dies() {
	variables=$1 codes=$2
	shift 2
	for operation; do
		fresh_work
		rm -f calls
		expect 0 env "${variables}_LOG=$D/calls" sh -c "$(command_of "$operation")"
		calls=$(wc -l <calls)
		[ "$calls" -ge 6 ] || die "$operation: only $calls calls were seen"
		cured=0 refused=0 point=0
		for words in once stays; do
			for code in $codes; do
				call=1
				while [ "$call" -le "$calls" ]; do
					point=$((point + 1))
					! chosen || dies_at
					call=$((call + 1))
				done
			done
		done
		if [ "$cured" -eq 0 ] || [ "$refused" -eq 0 ]; then
			die "$operation: $cured cured, $refused refused: want some of both"
		fi
		echo "$operation: $calls calls, $cured cured, $refused refused"
	done
}

# The last calls, once, are where a signature is saved; a search that does not end well is
# easily passed over.
chosen() {
	[ "${CRASH_POINTS:-}" = all ] || [ $((point % 11)) -eq 1 ] || {
		[ "$point" -le "$calls" ] && {
			[ "$call" -gt $((calls - 4)) ] ||
				[ "$(sed -n "${call}p" calls)" = "$call C_FindObjectsFinal" ]
		}
	}
}

fresh_work() {
	rm -rf work work.pem made made.csr
	cp -r root work
}

dies_at() {
	point_text="$operation, call $call of $calls, $words, $code"
	fresh_work
	first=0
	env "$variables=$words" "${variables}_RV=$code" "${variables}_FAIL_AT=$call" \
		sh -c "$(command_of "$operation")" >"$out" 2>"$err" </dev/null || first=$?
	case $first in
	0)
		cured=$((cured + 1))
		[ ! -s "$err" ] || die_showing "$point_text: success, with a message"
		;;
	4)
		refused=$((refused + 1))
		ran=$point_text
		says_code "$code"
		[ "$(wc -l <"$err")" -eq 1 ] || die_showing "$point_text: want one line"
		;;
	*) die_showing "$point_text: exit $first" ;;
	esac
	whole
}

# The home is whole; what the command makes is there or not there, and comes the second time.
whole() {
	if [ "$operation" = init ] || [ "$operation" = request ]; then
		[ "$first" -eq 0 ] || [ ! -e made ] || die "$point_text: a home is left"
		[ "$first" -eq 0 ] || again
		expect 0 egov-record check --home made
		return
	fi
	expect 0 egov-record check --home work
	if [ "$operation" = issue ]; then
		[ "$first" -eq 0 ] || [ ! -e work.pem ] || die "$point_text: a certificate came out"
		[ "$first" -ne 0 ] || [ -s work.pem ] || die "$point_text: no certificate came out"
	fi
	[ "$first" -eq 0 ] || again
	expect 0 egov-record check --home work
}

again() {
	expect 0 sh -c "$(command_of "$operation")"
}
