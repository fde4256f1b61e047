/* SPDX-License-Identifier: Apache-2.0 */
#include "fail.h"

/* Linked before the code whose calls fail. */
void fail_border_end(void)
{
}
