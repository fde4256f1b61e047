/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOFTTOKEN_PIN_H
#define SOFTTOKEN_PIN_H

#include "softtoken/cryptoki.h"
#include "base/buf.h"

#define EGOV__SOFTPIN_MIN 6
#define EGOV__SOFTPIN_MAX 64

/* CKR_PIN_LEN_RANGE for a new PIN that is too short or too long. */
CK_RV egov__softpin_check(struct egov_slice pin);

#endif
