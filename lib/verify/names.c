/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/judge.h"

#include <arpa/inet.h>

#include "base/der.h"
#include "x509/name.h"

static const char clause[] = "RFC 5280, 4.2.1.10";

/* What one nameConstraints limits: bit n stands for form n of GeneralName. */
struct limits {
	struct egov__judgement *j;
	struct egov_slice value;
	unsigned permitted, excluded;
	size_t names;                   /* that were judged under it */
};

/* One name under them. */
struct trial {
	struct limits *limits;
	const struct egov_cert *cert;
	const struct egov__general_name *name;
	uint8_t form;
	bool inside;
};

static enum egov_status see_base(void *user, bool excluded, const struct egov__general_name *base,
                                 struct egov_error *err)
{
	struct limits *limits = user;

	*(excluded ? &limits->excluded : &limits->permitted) |= 1u << base->tag;
	if (base->tag == EGOV__GN_DNS && base->value.size > 0 && base->value.data[0] == '.'
	    && !egov__tolerates(limits->j, EGOV_TOLERATE_NAME_FORMS))
		return egov_error_set(err, EGOV_E_SYNTAX, clause,
		                      "constraint of dNSName that begins with a dot");
	return egov__name_form_base(base, err);
}

/* Says which name of which certificate, and what is wrong with it. */
static enum egov_status refuse(const struct trial *trial, const char *problem,
                               struct egov_error *err)
{
	struct egov_buf text = EGOV__BUF(4 * EGOV__MAX_OBJECT);
	const struct egov__general_name *name = trial->name;
	struct egov__label label;
	enum egov_status rc;

	if (name->tag == EGOV__GN_SMTP_UTF8)
		egov__buf_text(&text, "SmtpUTF8Mailbox");
	else
		egov__general_name_print(name, &text);
	rc = egov_error_set(err, EGOV_E_UNTRUSTED, clause, "name %.*s of %s %s",
	                    text.size < 200 ? (int)text.size : 200,
	                    text.size == 0 ? "" : (const char *)text.data,
	                    egov__label(trial->cert, &label), problem);
	egov__buf_clear(&text);
	return rc;
}

static enum egov_status see_subtree(void *user, bool excluded,
                                    const struct egov__general_name *base, struct egov_error *err)
{
	struct trial *trial = user;
	enum egov__fit fit = EGOV__FIT_OUTSIDE;
	enum egov_status rc = egov__spend(trial->limits->j, 1 + base->value.size / 32, err);

	if (rc != EGOV_OK || base->tag != trial->form || (!excluded && trial->inside))
		return rc;
	rc = egov__spend(trial->limits->j, 1 + trial->name->value.size / 32, err);
	if (rc == EGOV_OK)
		rc = egov__name_form_fit(trial->name, base, &fit, err);
	if (rc != EGOV_OK)
		return rc;
	if (excluded && fit != EGOV__FIT_OUTSIDE)
		return refuse(trial, egov__text("lies in a subtree that its nameConstraints exclude"),
		              err);
	trial->inside |= !excluded && fit == EGOV__FIT_INSIDE;
	return EGOV_OK;
}

static enum egov_status judge_name(struct limits *limits, const struct egov_cert *cert,
                                   const struct egov__general_name *name, struct egov_error *err)
{
	struct trial trial = { limits, cert, name,
		               name->tag == EGOV__GN_SMTP_UTF8 ? EGOV__GN_EMAIL : name->tag, false };
	const unsigned form = 1u << trial.form;
	struct egov_error cause = { 0 };
	enum egov_status rc;

	if (((limits->permitted | limits->excluded) & form) == 0)
		return EGOV_OK;
	limits->names++;
	rc = egov__name_form_check(name, &cause);
	if (rc == EGOV_E_NOMEM)
		return egov_error_nomem(err);
	if (rc != EGOV_OK)
		return refuse(&trial, cause.text, err);
	rc = egov__ext_name_constraints(limits->value, see_subtree, &trial, err);
	if (rc == EGOV_OK && (limits->permitted & form) != 0 && !trial.inside)
		return refuse(&trial, egov__text("lies in no subtree that its nameConstraints permit"),
		              err);
	return rc;
}

/* --- the names of a certificate --------------------------------------------------- */

struct named {
	struct limits *limits;
	const struct egov_cert *cert;
	bool leaf;
	unsigned forms;                 /* that its subjectAltName has */
	bool alternatives;              /* it has one */
};

/* SmtpUTF8Mailbox (RFC 9598, 3) is an otherName that subtrees of rfc822Name
 * limit as well: its text, or nothing. */
static struct egov_slice smtp_utf8(struct egov_slice other)
{
	static const uint8_t id[] = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x08, 0x09 };
	struct egov_slice oid, wrapped, text;

	if (egov__der_oid(&other, "", &oid, NULL) != EGOV_OK
	    || !egov__slice_equal(oid, EGOV__SLICE(id))
	    || egov__der_only(other, EGOV__CONTEXT_CONS, "", &wrapped, NULL) != EGOV_OK
	    || egov__der_only(wrapped, EGOV__UTF8_STRING, "", &text, NULL) != EGOV_OK)
		return EGOV__NO_SLICE;
	return text;
}

static enum egov_status see_name(void *user, const struct egov__general_name *name,
                                 struct egov_error *err)
{
	struct named *named = user;
	struct egov__general_name mailbox = { EGOV__GN_SMTP_UTF8, EGOV__NO_SLICE };
	enum egov_status rc = egov__spend(named->limits->j, 1 + name->value.size / 32, err);

	named->forms |= 1u << name->tag;
	if (rc == EGOV_OK)
		rc = judge_name(named->limits, named->cert, name, err);
	if (rc != EGOV_OK || name->tag != EGOV__GN_OTHER)
		return rc;
	mailbox.value = smtp_utf8(name->value);
	return mailbox.value.size == 0 ? rc
	                               : judge_name(named->limits, named->cert, &mailbox, err);
}

static bool is_ip(struct egov_slice text, uint8_t ip[16], size_t *size)
{
	char copy[INET6_ADDRSTRLEN];

	if (text.size >= sizeof(copy))
		return false;
	memcpy(copy, text.data, text.size);
	copy[text.size] = 0;
	*size = inet_pton(AF_INET, copy, ip) == 1 ? 4 : 16;
	return *size == 4 || inet_pton(AF_INET6, copy, ip) == 1;
}

/* Programs of old take the common name for a host or an address where the
 * subjectAltName has none: then it must keep what limits these. */
static enum egov_status judge_common_name(const struct named *named, struct egov_slice text,
                                          struct egov_error *err)
{
	struct egov__general_name name = { EGOV__GN_DNS, text };
	uint8_t ip[16];
	size_t size;

	if (is_ip(text, ip, &size))
		name = (struct egov__general_name){ EGOV__GN_IP, { ip, size } };
	else if (!egov__name_form_host(text))
		return EGOV_OK;
	return (named->forms >> name.tag & 1) != 0
	       ? EGOV_OK : judge_name(named->limits, named->cert, &name, err);
}

static enum egov_status judge_attribute(const struct named *named,
                                        const struct egov__name_item *item, struct egov_error *err)
{
	const bool email = item->type == EGOV__OID_EMAIL && !named->alternatives;
	struct egov_buf text = EGOV__BUF(4 * EGOV__MAX_OBJECT);
	struct egov__general_name name = { EGOV__GN_EMAIL, EGOV__NO_SLICE };
	enum egov_status rc;

	if (!email && (!named->leaf || item->type != EGOV__OID_COMMON_NAME))
		return EGOV_OK;
	(void)egov__name_item_text(item, &text);
	rc = egov__buf_check(&text, err);
	name.value = egov_buf_slice(&text);
	if (rc == EGOV_OK && email)
		rc = judge_name(named->limits, named->cert, &name, err);
	else if (rc == EGOV_OK && text.size > 0)
		rc = judge_common_name(named, name.value, err);
	egov__buf_clear(&text);
	return rc;
}

/* Names that stand in the subject where there is no subjectAltName for them. */
static enum egov_status judge_attributes(const struct named *named, struct egov_slice subject,
                                         struct egov_error *err)
{
	struct egov__name_cursor cursor;
	struct egov__name_item item;
	bool more = true;
	enum egov_status rc = egov__name_begin(subject, &cursor, err);

	while (rc == EGOV_OK && more) {
		rc = egov__name_next(&cursor, &item, &more, err);
		if (rc == EGOV_OK && more)
			rc = judge_attribute(named, &item, err);
	}
	return rc;
}

static enum egov_status judge_alternatives(struct named *named, struct egov_slice value,
                                           struct egov_error *err)
{
	struct egov_error cause = { 0 };
	enum egov_status rc = egov__ext_general_names(value, see_name, named, &cause);

	if (rc == EGOV_OK)
		return rc;
	if (rc != EGOV_E_UNTRUSTED)
		return egov__check_malformed(EGOV__OID_SAN, rc, &cause, err);
	return egov_error_set(err, rc, cause.clause, "%s", cause.text);
}

static enum egov_status judge_cert(struct limits *limits, const struct egov_cert *cert, bool leaf,
                                   struct egov_error *err)
{
	const struct egov_slice subject = egov__cert_fields(cert)->subject;
	const struct egov__general_name name = { EGOV__GN_DIRECTORY, subject };
	struct named named = { .limits = limits, .cert = cert, .leaf = leaf };
	struct egov__ext san;
	enum egov_status rc = EGOV_OK;

	if (subject.size > 2)           /* not an empty SEQUENCE */
		rc = judge_name(limits, cert, &name, err);
	named.alternatives = egov__cert_ext(cert, EGOV__OID_SAN, &san);
	if (rc == EGOV_OK && named.alternatives)
		rc = judge_alternatives(&named, san.value, err);
	return rc != EGOV_OK ? rc : judge_attributes(&named, subject, err);
}

enum egov_status egov__check_names(const struct egov__link *link, struct egov__note *note,
                                   struct egov_error *err)
{
	struct limits limits = { .j = link->j };
	struct egov__basic_constraints basic;
	struct egov_error cause = { 0 };
	struct egov__ext ext;
	enum egov_status rc = egov__check_basic(link->cert, &basic, err);

	if (rc != EGOV_OK)
		return rc;
	if (!egov__cert_ext(link->cert, EGOV__OID_NAME_CONSTRAINTS, &ext)) {
		egov__note_say(note, "no nameConstraints");
		return EGOV_OK;
	}
	if (!basic.ca)
		return egov_error_set(err, EGOV_E_UNTRUSTED, clause,
		                      "nameConstraints in a certificate that is no CA's");
	limits.value = ext.value;
	rc = egov__ext_name_constraints(ext.value, see_base, &limits, &cause);
	if (rc != EGOV_OK)
		return egov__check_malformed(EGOV__OID_NAME_CONSTRAINTS, rc, &cause, err);
	/* A CA may issue to itself what its own constraints do not fit (key rollover). */
	for (size_t k = 0; rc == EGOV_OK && k < link->i; k++)
		if (k == 0 || !egov__is_self_issued(link->path->certs[k]))
			rc = judge_cert(&limits, link->path->certs[k], k == 0, err);
	if (rc == EGOV_OK)
		egov__note_say(note, "nameConstraints permit the %zu names below that they limit",
		               limits.names);
	return rc;
}
