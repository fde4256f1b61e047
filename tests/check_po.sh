#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every catalogue in po/ translates every message of the sources, and nothing is fuzzy.  O and POT come from
# the Makefile.
set -u

LC_ALL=C.UTF-8
export LC_ALL
failed=0 catalogues=0
mkdir -p "$O" || exit 1

for po in po/*.po; do
	[ -f "$po" ] || continue
	catalogues=$((catalogues + 1))
	merged=$O/check_po.po
	msgmerge --quiet --no-fuzzy-matching --output-file="$merged" "$po" "$POT" || exit 1
	counts=$(msgfmt --check --statistics --output-file=/dev/null "$merged" 2>&1) || failed=1
	case $counts in
	*fuzzy* | *untranslated* | *error*) failed=1 ;;
	esac
	if [ "$failed" -ne 0 ]; then
		echo "check-po: $po: $counts" >&2
		{
			msgattrib --untranslated --no-obsolete --no-wrap "$merged"
			msgattrib --only-fuzzy --no-obsolete --no-wrap "$merged"
		} | grep '^msgid "..*"' | sed "s|^|check-po: $po: |" >&2
	fi
done
[ "$catalogues" -gt 0 ] || { echo "check-po: there is no catalogue" >&2; exit 1; }
[ "$failed" -ne 0 ] || echo "check-po: $catalogues catalogue(s) complete"
exit "$failed"
