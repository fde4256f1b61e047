#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/unit/test_agreement.c, with every one of its 10,000 serials asked about at all 20 instants
# and by every form of list.
set -eu
AGREEMENT=all "$O/tests/unit/test_agreement"
