#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages of $DEB_PACKAGES that are missing, and only those.
set -eu

missing=
for package in $DEB_PACKAGES; do
	state=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
	[ "$state" = 'install ok installed' ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "deps: installing$missing"
run=
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null 2>&1; then
		echo "deps: neither root nor sudo; install by hand:$missing" >&2
		exit 1
	fi
	run=sudo
fi
export DEBIAN_FRONTEND=noninteractive
$run apt-get update -q
# Tests start what they need themselves: a package that is a server is not to start one, now by
# its installation, or later because it has been configured.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
	trap '$run rm -f $policy' EXIT
	trap 'exit 1' HUP INT TERM
	printf '#!/bin/sh\nexit 101\n' | $run tee $policy >/dev/null
	$run chmod 755 $policy
fi
case " $missing " in
*' slapd '*) echo 'slapd slapd/no_configuration boolean true' | $run debconf-set-selections ;;
esac
# shellcheck disable=SC2086 # a list of words
$run env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
