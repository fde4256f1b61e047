/* SPDX-License-Identifier: Apache-2.0 */
#include "record/transfer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/der.h"
#include "base/pem.h"
#include "crypto/sm2.h"
#include "record/kinds.h"
#include "record/lodged.h"

static const char domain[] = "egovca transfer";

#define NAME_MAX_SIZE 20

/* --- reading --- */

static bool is_der(struct egov_slice in)
{
	struct egov_slice packet, content;

	return egov__der_read(&in, EGOV__SEQUENCE, "packet", &packet, NULL) == EGOV_OK
	       && egov__der_read(&packet, EGOV__SEQUENCE, "content", &content, NULL) == EGOV_OK
	       && egov__lodged_head(&content, domain, NULL) == EGOV_OK;
}

bool egov__transfer_is(struct egov_slice input)
{
	static const char begin[] = "-----BEGIN " EGOV__TRANSFER_LABEL "-----";
	const size_t size = sizeof(begin) - 1;

	if (!egov__pem_is(input))
		return is_der(input);
	for (size_t i = 0; i + size <= input.size; i++)
		if ((i == 0 || input.data[i - 1] == '\n') && memcmp(input.data + i, begin, size) == 0)
			return true;
	return false;
}

static bool is_name(struct egov_slice name)
{
	if (name.size < 2 || name.size > NAME_MAX_SIZE || memcmp(name.data, "ca", 2) != 0)
		return false;
	for (size_t i = 0; i < name.size; i++)
		if (!(name.data[i] >= 'a' && name.data[i] <= 'z')
		    && !(name.data[i] >= '0' && name.data[i] <= '9') && name.data[i] != '-')
			return false;
	return true;
}

static bool rises(struct egov_slice before, struct egov_slice after)
{
	const size_t size = before.size < after.size ? before.size : after.size;
	const int order = size == 0 ? 0 : memcmp(before.data, after.data, size);

	return order < 0 || (order == 0 && before.size < after.size);
}

enum egov_status egov__transfer_next(struct egov_slice *lists, struct egov__transfer_list *out,
                                     struct egov_error *err)
{
	struct egov_slice in = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_read(lists, EGOV__SEQUENCE, "list", &in, err);

	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__UTF8_STRING, "name", &out->name, err);
	if (rc == EGOV_OK && !is_name(out->name))
		rc = egov_error_set(err, EGOV_E_SYNTAX, NULL, "name: no name of a CA's list");
	if (rc == EGOV_OK)
		rc = egov__lodged_octets(&in, "list", 0, &out->der, err);
	return rc == EGOV_OK ? egov__der_end(in, "list", err) : rc;
}

static enum egov_status check_lists(struct egov_slice lists, struct egov_error *err)
{
	struct egov__transfer_list list = { .name = EGOV__NO_SLICE };
	enum egov_status rc = EGOV_OK;

	if (lists.size == 0)
		return egov_error_set(err, EGOV_E_SYNTAX, NULL, "lists: there is none");
	while (rc == EGOV_OK && lists.size > 0) {
		const struct egov_slice before = list.name;

		rc = egov__transfer_next(&lists, &list, err);
		if (rc == EGOV_OK && !rises(before, list.name))
			rc = egov_error_set(err, EGOV_E_SYNTAX, NULL, "lists: their names do not rise");
	}
	return rc;
}

static enum egov_status read_content(struct egov_slice in, struct egov__transfer *out,
                                     struct egov_error *err)
{
	enum egov_status rc = egov__lodged_head(&in, domain, err);

	if (rc == EGOV_OK)
		rc = egov__lodged_octets(&in, "issuer", 32, &out->issuer, err);
	if (rc == EGOV_OK)
		rc = egov__lodged_octets(&in, "journalKey", EGOV__SM2_SPKI, &out->journal_key, err);
	if (rc == EGOV_OK)
		rc = egov__lodged_octets(&in, "receiver", 32, &out->receiver, err);
	if (rc == EGOV_OK)
		rc = egov__der_uint(&in, "number", &out->number, err);
	if (rc == EGOV_OK && (out->number == 0 || out->number > INT64_MAX))
		rc = egov_error_set(err, EGOV_E_SYNTAX, NULL, "number: want one from 1");
	if (rc == EGOV_OK)
		rc = egov__lodged_octets(&in, "previous", 32, &out->previous, err);
	if (rc == EGOV_OK)
		rc = egov__lodged_time(&in, &out->time, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__SEQUENCE, "lists", &out->lists, err);
	if (rc == EGOV_OK)
		rc = check_lists(out->lists, err);
	return rc == EGOV_OK ? egov__der_end(in, "content", err) : rc;
}

enum egov_status egov__transfer_read(struct egov_slice der, struct egov__transfer *out,
                                     struct egov_error *err)
{
	struct egov__transfer read = { .number = 0 };
	struct egov_slice in = EGOV__NO_SLICE, content = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_only(der, EGOV__SEQUENCE, "transfer packet", &in, err);

	if (rc == EGOV_OK)
		rc = egov__lodged_sequence(&in, "content", &read.content, &content, err);
	if (rc == EGOV_OK)
		rc = read_content(content, &read, err);
	if (rc == EGOV_OK)
		rc = egov__lodged_octets(&in, "signature", 0, &read.signature, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(in, "transfer packet", err);
	if (rc == EGOV_OK)
		*out = read;
	return rc;
}

enum egov_status egov__transfer_verify(const struct egov__transfer *transfer,
                                       struct egov_error *err)
{
	const enum egov_status rc = egov__lodged_signed(transfer->journal_key, transfer->content,
	                                                transfer->signature, err);

	if (rc != EGOV_E_CORRUPT)
		return rc;
	return egov_error_set(err, rc, "Order No. 4, Art. 24",
	                      "the packet's signature is not that of the journal key in it");
}

/* --- writing --- */

void egov__transfer_add(struct egov_buf *out, const struct egov__transfer_list *list)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	egov__der_put(out, EGOV__UTF8_STRING, list->name);
	egov__der_put(out, EGOV__OCTET_STRING, list->der);
	egov__der_close(out, mark);
}

void egov__transfer_content(const struct egov__transfer *transfer, struct egov_buf *out)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	egov__der_put_uint(out, 1);
	egov__der_put(out, EGOV__UTF8_STRING, egov__slice_text(domain));
	egov__der_put(out, EGOV__OCTET_STRING, transfer->issuer);
	egov__der_put(out, EGOV__OCTET_STRING, transfer->journal_key);
	egov__der_put(out, EGOV__OCTET_STRING, transfer->receiver);
	egov__der_put_uint(out, transfer->number);
	egov__der_put(out, EGOV__OCTET_STRING, transfer->previous);
	egov__der_put_generalized_time(out, transfer->time);
	egov__der_put(out, EGOV__SEQUENCE, transfer->lists);
	egov__der_close(out, mark);
}

void egov__transfer_put(struct egov_slice content, struct egov_slice signature,
                        struct egov_buf *out)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	egov__buf_slice(out, content);
	egov__der_put(out, EGOV__OCTET_STRING, signature);
	egov__der_close(out, mark);
}

/* --- on record --- */

void egov__transfer_subject(const struct egov__transfer_row *row, char out[EGOV__TRANSFER_SUBJECT])
{
	const uint8_t *const d = row->digest;

	(void)snprintf(out, EGOV__TRANSFER_SUBJECT,
	               "transfer-%" PRIu64 "-%02x%02x%02x%02x%02x%02x%02x%02x", row->number, d[0],
	               d[1], d[2], d[3], d[4], d[5], d[6], d[7]);
}

enum egov_status egov__transfer_body(const struct egov__transfer_row *row,
                                     struct egov__body *body, struct egov_error *err)
{
	egov__body_number_add(body, EGOV__KEY_NUMBER, row->number);
	egov__body_hex_add(body, EGOV__KEY_SM3, EGOV__SLICE(row->digest));
	egov__body_hex_add(body, EGOV__KEY_KEY_SM3, EGOV__SLICE(row->sender));
	egov__body_hex_add(body, EGOV__KEY_RECEIVER, EGOV__SLICE(row->receiver));
	if (row->lost > 0)
		egov__body_number_add(body, EGOV__KEY_LOST, row->lost);
	return egov__body_check(body, err);
}
