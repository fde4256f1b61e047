/* SPDX-License-Identifier: Apache-2.0 */
#include "fail.h"

/* Linked behind a test's own code, before the code whose calls fail. */
void fail_border(void)
{
}
