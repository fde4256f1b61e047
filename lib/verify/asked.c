/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/judge.h"

#include <arpa/inet.h>

#include "base/der.h"

/*
 * What the caller wants of the certificate by name: an identity that it talks to
 * (RFC 9525; RFC 5280, 7), and one use of its key.
 */

static const char *const forms[] = {
	[EGOV__GN_EMAIL] = "email:", [EGOV__GN_DNS] = "dns:", [EGOV__GN_IP] = "ip:"
};
#define FORMS (sizeof(forms) / sizeof(forms[0]))

static enum egov_status read_address(struct egov__asked *asked, const char *text,
                                     struct egov_error *err)
{
	if (inet_pton(AF_INET, text, asked->address) == 1)
		asked->name = (struct egov_slice){ asked->address, 4 };
	else if (inet_pton(AF_INET6, text, asked->address) == 1)
		asked->name = (struct egov_slice){ asked->address, 16 };
	else
		return egov_error_set(err, EGOV_E_USAGE, NULL, "name ip:%s is no IPv4 or IPv6 address",
		                      text);
	return EGOV_OK;
}

static bool is_ascii(struct egov_slice text)
{
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] >= 0x80)
			return false;
	return true;
}

static enum egov_status read_text(struct egov__asked *asked, const char *text,
                                  struct egov_error *err)
{
	const struct egov__general_name wanted = { asked->name_tag, egov__slice_text(text) };

	if (!is_ascii(wanted.value))
		return egov_error_set(err, EGOV_E_USAGE, "RFC 9525, 2",
		                      "name %s%s has letters beyond ASCII: an internationalized domain "
		                      "is compared as its A-labels, \"xn--...\", and a local part beyond "
		                      "ASCII is not compared", forms[asked->name_tag], text);
	if (!egov__name_form_wanted(&wanted))
		return egov_error_set(err, EGOV_E_USAGE, NULL,
		                      asked->name_tag == EGOV__GN_DNS
		                      ? EGOV__N("name %s%s is no host name without a wildcard")
		                      : EGOV__N("name %s%s is no mailbox"),
		                      forms[asked->name_tag], text);
	asked->name = wanted.value;
	return EGOV_OK;
}

static enum egov_status read_name(struct egov__asked *asked, const char *name,
                                  struct egov_error *err)
{
	for (uint8_t tag = 0; tag < FORMS; tag++)
		if (forms[tag] != NULL && strncmp(name, forms[tag], strlen(forms[tag])) == 0) {
			const char *text = name + strlen(forms[tag]);

			asked->name_tag = tag;
			return tag == EGOV__GN_IP ? read_address(asked, text, err)
			                          : read_text(asked, text, err);
		}
	return egov_error_set(err, EGOV_E_USAGE, NULL,
	                      "name %s begins with none of \"dns:\", \"ip:\", \"email:\"", name);
}

static enum egov_status read_eku(struct egov__asked *asked, const char *text,
                                 struct egov_error *err)
{
	struct egov_buf oid = EGOV__BUF(sizeof(asked->oid));
	enum egov_status rc = egov__der_oid_parse(text, &oid, NULL);

	if (rc == EGOV_OK)
		rc = egov__buf_check(&oid, NULL);
	if (rc == EGOV_OK) {
		memcpy(asked->oid, oid.data, oid.size);
		asked->eku = (struct egov_slice){ asked->oid, oid.size };
	} else if (rc != EGOV_E_NOMEM) {
		rc = egov_error_set(err, EGOV_E_USAGE, NULL, "extended key usage %s is no dotted OID",
		                    text);
	} else {
		rc = egov_error_nomem(err);
	}
	egov__buf_clear(&oid);
	return rc;
}

enum egov_status egov__asked_read(struct egov__asked *asked, const char *name, const char *eku,
                                  struct egov_error *err)
{
	enum egov_status rc = name == NULL ? EGOV_OK : read_name(asked, name, err);

	return rc != EGOV_OK || eku == NULL ? rc : read_eku(asked, eku, err);
}

/* --- the name -------------------------------------------------------------------- */

struct meeting {
	struct egov__general_name wanted;
	bool met;
	struct egov_buf others;         /* of its form, for the message */
};

static enum egov_status see_name(void *user, const struct egov__general_name *name,
                                 struct egov_error *err)
{
	struct meeting *meeting = user;

	(void)err;
	meeting->met |= egov__name_form_matches(name, &meeting->wanted);
	if (name->tag == meeting->wanted.tag) {
		egov__buf_text(&meeting->others, meeting->others.size > 0 ? ", " : "");
		egov__general_name_print(name, &meeting->others);
	}
	return EGOV_OK;
}

static enum egov_status judge_names(const struct egov__link *link, struct meeting *meeting,
                                    struct egov__note *note, struct egov_error *err)
{
	const char *const asked = link->j->options->name;
	struct egov_error cause = { 0 };
	struct egov__ext ext;
	enum egov_status rc;

	if (!egov__cert_ext(link->cert, EGOV__OID_SAN, &ext))
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 9525, 2",
		                      "not for %s: it has no subjectAltName, and commonName does not "
		                      "count", asked);
	rc = egov__ext_general_names(ext.value, see_name, meeting, &cause);
	if (rc != EGOV_OK)
		return egov__check_malformed(EGOV__OID_SAN, rc, &cause, err);
	if (meeting->met) {
		egov__note_say(note, "for %s, by its subjectAltName", asked);
		return EGOV_OK;
	}
	if (meeting->others.size == 0)
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
		                      "not for %s: its subjectAltName has no name of that form", asked);
	return egov_error_set(err, EGOV_E_UNTRUSTED, NULL, "not for %s: its subjectAltName has %s",
	                      asked, egov__buf_string(&meeting->others));
}

enum egov_status egov__check_name(const struct egov__link *link, struct egov__note *note,
                                  struct egov_error *err)
{
	const struct egov__asked *asked = &link->j->asked;
	struct meeting meeting = { { asked->name_tag, asked->name }, false,
		                   EGOV__BUF(4 * EGOV__MAX_OBJECT) };
	enum egov_status rc;

	if (asked->name_tag == 0) {
		egov__note_skip(note, "no name asked for");
		return EGOV_OK;
	}
	rc = judge_names(link, &meeting, note, err);
	egov__buf_clear(&meeting.others);
	return rc;
}

/* --- the use ----------------------------------------------------------------------- */

struct uses {
	struct egov_slice wanted;
	bool named, any;
};

static enum egov_status see_use(void *user, struct egov_slice oid, struct egov_error *err)
{
	struct uses *uses = user;

	(void)err;
	uses->named |= egov__slice_equal(oid, uses->wanted);
	uses->any |= egov__oid_find(oid) == EGOV__OID_EKU_ANY;
	return EGOV_OK;
}

/* The certificate itself must name the use (RFC 5280, 4.2.1.12 leaves that to the
 * application); a CA above that limits uses must allow it. */
enum egov_status egov__check_eku(const struct egov__link *link, struct egov__note *note,
                                 struct egov_error *err)
{
	struct uses uses = { .wanted = link->j->asked.eku };
	struct egov_error cause = { 0 };
	struct egov__ext ext;
	bool present;
	enum egov_status rc = EGOV_OK;

	if (uses.wanted.size == 0) {
		egov__note_skip(note, "no extended key usage asked for");
		return EGOV_OK;
	}
	present = egov__cert_ext(link->cert, EGOV__OID_EKU, &ext);
	if (present)
		rc = egov__ext_eku(ext.value, see_use, &uses, &cause);
	if (rc != EGOV_OK)
		return egov__check_malformed(EGOV__OID_EKU, rc, &cause, err);
	if (!uses.named && (link->i == 0 || (present && !uses.any)))
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
		                      present ? EGOV__N("its extKeyUsage has no %s")
		                              : EGOV__N("it has no extKeyUsage, so no %s"),
		                      link->j->options->eku);
	egov__note_say(note, "extended key usage %s allowed", link->j->options->eku);
	return EGOV_OK;
}
