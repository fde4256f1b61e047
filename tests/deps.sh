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
# shellcheck disable=SC2086 # a list of words
$run apt-get install -y -q --no-install-recommends $missing
