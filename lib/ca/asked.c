/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/asked.h"

#include "base/der.h"
#include "base/fileio.h"
#include "base/text.h"
#include "ca/serial.h"
#include "crypto/sm3.h"

static const char art24[] = "Order No. 4, Art. 24";

enum egov_status egov__asked_who(const char *requested_by, struct egov_error *err)
{
	const struct egov_slice who = egov__slice_text(requested_by == NULL ? "" : requested_by);
	size_t characters = 0;

	if (who.size == 0 || !egov__utf8_check(who, &characters) || characters > 200
	    || egov__utf8_has_control(who))
		return egov_error_set(err, EGOV_E_USAGE, art24,
		                      "requested-by: want who asked, 1 to 200 characters");
	return EGOV_OK;
}

enum egov_status egov__asked_serial(struct egov_home *home, const struct egov__asked *asked,
                                    struct egov_buf *serial, struct egov_error *err)
{
	struct egov_store *store = egov__record_store(egov__home_record(home));
	struct egov__certificate_row row;
	struct egov_cert *cert = NULL;
	bool found = false;
	enum egov_status rc;

	if (asked->serial != NULL)
		return egov__serial_parse(asked->serial, serial, err);
	rc = egov_cert_decode(asked->certificate, &cert, err);
	if (rc != EGOV_OK)
		return rc;
	egov__buf_slice(serial, egov_cert_serial(cert));
	rc = egov__store_certificate_get(store, egov_cert_serial(cert), &row, &found, err);
	if (rc == EGOV_OK && (!found || !egov__slice_equal(row.der, egov_cert_der(cert))))
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL,
		                    "the certificate was not issued by this CA");
	egov_cert_free(cert);
	return rc;
}

enum egov_status egov__asked_evidence(const struct egov__asked *asked, struct egov_buf **evidence,
                                      struct egov_error *err)
{
	enum egov_status rc = egov__file_read(asked->evidence, EGOV__MAX_FILE, evidence, err);

	if (rc == EGOV_OK && egov_buf_slice(*evidence).size == 0)
		rc = egov_error_set(err, EGOV_E_POLICY, art24, "%s: empty evidence",
		                    asked->evidence);
	return rc;
}

enum egov_status egov__asked_facts(struct egov_slice serial, const char *requested_by,
                                   struct egov_slice evidence, struct egov_buf *facts,
                                   struct egov_error *err)
{
	struct egov_buf who = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_slice parts[2] = { EGOV__NO_SLICE, evidence };
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc;

	egov__der_put(&who, EGOV__UTF8_STRING, egov__slice_text(requested_by));
	parts[0] = egov_buf_slice(&who);
	rc = egov__buf_check(&who, err);
	if (rc == EGOV_OK)
		rc = egov__sm3(parts, 2, digest, err);
	if (rc == EGOV_OK) {
		egov__fact_hex_add(facts, EGOV__KEY_SERIAL, serial);
		egov__fact_hex_add(facts, EGOV__KEY_REQUEST_SM3, EGOV__SLICE(digest));
	}
	egov__buf_clear(&who);
	return rc;
}
