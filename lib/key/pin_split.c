/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/fileio.h"
#include "base/report.h"
#include "crypto/random.h"
#include "crypto/sm2.h"
#include "crypto/envelope.h"
#include "key/decrypter.h"
#include "key/pin.h"
#include "key/pin_share.h"

/* A PIN that nobody ever sees: 20 characters of 32, 100 bits. */
static enum egov_status make_pin(struct egov_secret **out, struct egov_error *err)
{
	static const char letters[] = "23456789abcdefghijkmnpqrstuvwxyz";
	uint8_t text[20];
	enum egov_status rc = egov__random(text, sizeof(text), err);

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)letters[text[i] & 31];
	if (rc == EGOV_OK) {
		*out = egov__secret_new(EGOV__SLICE(text));
		if (*out == NULL)
			rc = egov_error_nomem(err);
	}
	egov__cleanse(text, sizeof(text));
	return rc;
}

/* The line itself, or sealed to the custodian's key: mode 0600 either way. */
static enum egov_status write_share(const struct egov_pin_split_options *o, size_t i,
                                    const struct egov_secret *share, struct egov_report *report,
                                    struct egov_error *err)
{
	struct egov_buf file = EGOV__BUF(4096), bytes = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_slice point;
	const char *path;
	enum egov_status rc = EGOV_OK;

	egov__buf_printf(&file, "%s%zu", o->prefix, i + 1);
	if (o->custodians == NULL) {
		egov__buf_slice(&bytes, egov__secret_slice(share));
		egov__buf_byte(&bytes, '\n');
	} else {
		rc = egov__sm2_spki_point(o->custodians[i], &point, err);
		if (rc == EGOV_OK)
			rc = egov__envelope_seal(point, egov__secret_slice(share), &bytes, err);
	}
	path = egov__buf_string(&file);
	if (rc == EGOV_OK)
		rc = path == NULL ? egov_error_nomem(err) : egov__buf_check(&bytes, err);
	if (rc == EGOV_OK)
		rc = egov__file_replace(path, egov_buf_slice(&bytes), 0600, err);
	if (rc == EGOV_OK) {
		egov__report_record(report);
		egov__report_add(report, "share", "%zu", i + 1);
		egov__report_add(report, "file", "%s", path);
		egov__report_add(report, "sealed", "%s", o->custodians == NULL ? "no" : "yes");
	}
	egov__buf_clear(&file);
	egov__buf_clear(&bytes);
	return rc;
}

enum egov_status egov_pin_split(const struct egov_pin_split_options *options,
                                struct egov_report *report, struct egov_error *err)
{
	struct egov_secret *shares[EGOV__PIN_SHARES] = { NULL }, *pin = NULL;
	enum egov_status rc =
		options->pin_file == NULL
			? make_pin(&pin, err)
			: egov__pin_file_get(options->pin_file, egov__text("PIN of the user"), &pin, err);

	if (rc == EGOV_OK)
		rc = egov__pin_split(egov__secret_slice(pin), options->count, shares, err);
	for (size_t i = 0; rc == EGOV_OK && i < options->count; i++)
		rc = write_share(options, i, shares[i], report, err);
	for (size_t i = 0; i < EGOV__PIN_SHARES; i++)
		egov__secret_free(shares[i]);
	egov__secret_free(pin);
	return rc == EGOV_OK ? egov__report_check(report, err) : rc;
}

static enum egov_status decrypt(const void *state, struct egov_slice cipher, struct egov_buf *plain,
                                struct egov_error *err)
{
	return egov__decrypter_decrypt(state, cipher, plain, err);
}

enum egov_status egov_pin_open(const char *key, const struct egov_key_options *options,
                               struct egov_slice sealed, const char *file, struct egov_error *err)
{
	struct egov__envelope_key custodian = { .decrypt = decrypt };
	struct egov__decrypter *decrypter = NULL;
	struct egov_buf share = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc = egov__decrypter_open(key, options, &decrypter, err);

	if (rc != EGOV_OK)
		return rc;
	custodian.point = egov__decrypter_point(decrypter);
	custodian.state = decrypter;
	rc = egov__envelope_open(&custodian, sealed, &share, err);
	egov__buf_byte(&share, '\n');
	if (rc == EGOV_OK)
		rc = egov__buf_check(&share, err);
	if (rc == EGOV_OK)
		rc = egov__file_replace(file, egov_buf_slice(&share), 0600, err);
	egov__decrypter_close(decrypter);
	egov__buf_clear(&share);
	return rc;
}
