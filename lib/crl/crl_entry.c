/* SPDX-License-Identifier: Apache-2.0 */
#include "crl/crl.h"

#include <string.h>

#include "base/der.h"

/* Entries of lists, which there may be millions of: written by hand. */

static uint8_t *put_octets(uint8_t *to, const uint8_t *octets, size_t size)
{
	memcpy(to, octets, size);
	return to + size;
}

static uint8_t *put_digits(uint8_t *to, int value)
{
	*to++ = (uint8_t)('0' + value / 10);
	*to++ = (uint8_t)('0' + value % 10);
	return to;
}

/* As egov__der_put_time and egov__der_put_generalized_time have it. */
static uint8_t *put_time(uint8_t *to, egov_time t, bool generalized)
{
	struct egov__date d;

	egov__time_split(t, &d);
	generalized = generalized || d.year < 1950 || d.year >= 2050;
	*to++ = generalized ? EGOV__GENERALIZED_TIME : EGOV__UTC_TIME;
	*to++ = generalized ? 15 : 13;
	if (generalized)
		to = put_digits(to, d.year / 100);
	to = put_digits(to, d.year % 100);
	to = put_digits(to, d.month);
	to = put_digits(to, d.day);
	to = put_digits(to, d.hour);
	to = put_digits(to, d.minute);
	to = put_digits(to, d.second);
	*to++ = 'Z';
	return to;
}

/* reasonCode 0 is left out (GM/T 0015, table C.5). */
static uint8_t *put_extensions(uint8_t *to, const struct egov__crl_entry *e)
{
	static const uint8_t reason[] = { EGOV__SEQUENCE, 10, EGOV__OID, 3, 0x55, 0x1d, 0x15,
		                          EGOV__OCTET_STRING, 3, EGOV__ENUMERATED, 1 };
	static const uint8_t invalidity[] = { EGOV__SEQUENCE, 24, EGOV__OID, 3, 0x55, 0x1d, 0x18,
		                              EGOV__OCTET_STRING, 17 };
	uint8_t *const start = to;

	if (e->reason <= 0 && e->invalidity_date == EGOV_TIME_NONE)
		return to;
	to += 2;
	if (e->reason > 0) {
		to = put_octets(to, reason, sizeof(reason));
		*to++ = (uint8_t)e->reason;
	}
	if (e->invalidity_date != EGOV_TIME_NONE) {
		to = put_octets(to, invalidity, sizeof(invalidity));
		to = put_time(to, e->invalidity_date, true);
	}
	start[0] = EGOV__SEQUENCE;
	start[1] = (uint8_t)(to - start - 2);
	return to;
}

enum egov_status egov__crl_serial_check(struct egov_slice serial, struct egov_error *err)
{
	if (egov__der_integer_check(serial, "", NULL) == EGOV_OK && serial.data[0] < 0x80
	    && serial.size <= EGOV__CRL_SERIAL)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_CORRUPT, "RFC 5280, 4.1.2.2",
	                      "the list of the revoked holds a serial that none of ours is");
}

static enum egov_status check(const struct egov__crl_entry *e, bool delta, struct egov_error *err)
{
	/* 8 removes from a delta list alone (RFC 5280, 5.3.1). */
	if (e->reason < -1 || (e->reason == 8 && !delta)
	    || (e->reason >= 0 && egov_reason_name(e->reason) == NULL))
		return egov_error_set(err, EGOV_E_CORRUPT, "RFC 5280, 5.3.1",
		                      "reason %d cannot stand in a complete CRL", e->reason);
	if (e->certificate_issuer.size > 0)
		return egov_error_set(err, EGOV_E_UNSUPPORTED, "GM/T 0015, table C.5",
		                      "indirect CRLs are not made");
	return egov__crl_serial_check(e->serial, err);
}

enum egov_status egov__crl_entry_encode(const struct egov__crl_entry *e, bool delta,
                                        uint8_t out[EGOV__CRL_ENTRY], size_t *size,
                                        struct egov_error *err)
{
	uint8_t *to = out + 2;
	const enum egov_status rc = check(e, delta, err);

	if (rc != EGOV_OK)
		return rc;
	*to++ = EGOV__INTEGER;
	*to++ = (uint8_t)e->serial.size;
	to = put_octets(to, e->serial.data, e->serial.size);
	to = put_time(to, e->revoked_at, false);
	to = put_extensions(to, e);
	out[0] = EGOV__SEQUENCE;
	out[1] = (uint8_t)(to - out - 2);
	*size = (size_t)(to - out);
	return EGOV_OK;
}

bool egov__crl_entry_serial(struct egov_slice der, struct egov_slice *serial)
{
	const uint8_t *const p = der.data;

	if (der.size < 5 || der.size > EGOV__CRL_ENTRY || p[0] != EGOV__SEQUENCE
	    || p[1] != der.size - 2 || p[2] != EGOV__INTEGER || p[3] == 0 || p[3] > der.size - 4)
		return false;
	*serial = (struct egov_slice){ p + 4, p[3] };
	return true;
}
