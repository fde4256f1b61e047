#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the profiles that ship with the library as C, from the files
# NAME.test.conf and NAME.production.conf that are its arguments.
set -eu

cat <<'END'
/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/profile.h"

const struct egov__builtin_profile egov__builtin_profiles[] = {
END
for file in "$@"; do
	base=${file##*/}
	case $base in
	*.test.conf) test=true ;;
	*.production.conf) test=false ;;
	*)
		echo "builtin.sh: $file: want NAME.test.conf or NAME.production.conf" >&2
		exit 1
		;;
	esac
	printf '\t{ "%s", %s,\n' "${base%%.*}" "$test"
	sed -e 's/[\\"]/\\&/g' -e 's/^/\t  "/' -e 's/$/\\n"/' "$file"
	printf '\t},\n'
done
cat <<'END'
	{ NULL, false, NULL },
};
END
