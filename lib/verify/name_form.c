/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/judge.h"

#include "base/der.h"
#include "base/text.h"
#include "x509/name.h"

/*
 * Names and the subtrees that constrain them, one form after another (RFC 5280,
 * 4.2.1.10).  Syntax is checked first: what is compared here is well-formed.
 */

static const char clause[] = "RFC 5280, 4.2.1.10";

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

static bool same_host(struct egov_slice a, struct egov_slice b)
{
	if (a.size != b.size)
		return false;
	for (size_t i = 0; i < a.size; i++)
		if (lower(a.data[i]) != lower(b.data[i]))
			return false;
	return true;
}

static struct egov_slice from(struct egov_slice s, size_t start)
{
	return start == 0 ? s : (struct egov_slice){ s.data + start, s.size - start };
}

static struct egov_slice until(struct egov_slice s, size_t end)
{
	return (struct egov_slice){ s.data, end };
}

/* The place of the first of these characters, or the size. */
static size_t find(struct egov_slice s, const char *characters)
{
	size_t i = 0;

	while (i < s.size && (s.data[i] == 0 || strchr(characters, s.data[i]) == NULL))
		i++;
	return i;
}

static bool starts_with(struct egov_slice s, char c)
{
	return s.size > 0 && s.data[0] == c;
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_label(struct egov_slice label)
{
	if (label.size == 0 || label.size > 63 || starts_with(label, '-')
	    || label.data[label.size - 1] == '-')
		return false;
	for (size_t i = 0; i < label.size; i++)
		if (!is_digit(label.data[i]) && label.data[i] != '-'
		    && (lower(label.data[i]) < 'a' || lower(label.data[i]) > 'z'))
			return false;
	return true;
}

/* The preferred name syntax (RFC 1034, 3.5; RFC 1123, 2.1): no empty label, no
 * underscore, no dot at the end. */
static bool is_host(struct egov_slice host)
{
	if (host.size == 0 || host.size > 253)
		return false;
	for (;;) {
		const size_t dot = find(host, ".");

		if (!is_label(until(host, dot)))
			return false;
		if (dot == host.size)
			return true;
		host = from(host, dot + 1);
	}
}

/* Two labels at least, and what resolvers take for an address is none: the last
 * label begins with a digit. */
static bool is_full_host(struct egov_slice host)
{
	size_t last = 0;

	for (size_t i = 0; i < host.size; i++)
		if (host.data[i] == '.')
			last = i + 1;
	return is_host(host) && last > 0 && !is_digit(host.data[last]);
}

/* Equal to domain, or below it; all is below the empty one. */
static bool is_within(struct egov_slice host, struct egov_slice domain)
{
	if (domain.size == 0)
		return true;
	if (host.size > domain.size && host.data[host.size - domain.size - 1] != '.')
		return false;
	return host.size >= domain.size
	       && same_host(from(host, host.size - domain.size), domain);
}

static bool is_below(struct egov_slice host, struct egov_slice domain)
{
	return host.size > domain.size && is_within(host, domain);
}

/* --- dNSName -------------------------------------------------------------------- */

static bool is_wildcard(struct egov_slice name)
{
	return name.size > 2 && name.data[0] == '*' && name.data[1] == '.';
}

bool egov__name_form_host(struct egov_slice text)
{
	return is_full_host(is_wildcard(text) ? from(text, 2) : text);
}

/* A wildcard stands for one label.  A subtree that begins with a dot holds what
 * is below the domain, not the domain; standards do not say, all verifiers do. */
static enum egov__fit fit_dns(struct egov_slice name, struct egov_slice base)
{
	const bool below = starts_with(base, '.');
	const struct egov_slice domain = below ? from(base, 1) : base;
	const struct egov_slice parent = from(domain, domain.size == 0 ? 0
	                                              : find(domain, ".") == domain.size
	                                              ? domain.size : find(domain, ".") + 1);

	if (!is_wildcard(name))
		return (below ? is_below : is_within)(name, domain) ? EGOV__FIT_INSIDE
		                                                    : EGOV__FIT_OUTSIDE;
	if (is_within(from(name, 2), domain))
		return EGOV__FIT_INSIDE;
	return !below && same_host(from(name, 2), parent) ? EGOV__FIT_OVERLAPS : EGOV__FIT_OUTSIDE;
}

/* --- rfc822Name ------------------------------------------------------------------ */

/* Where the host begins; 0 where there is no mailbox.  A quoted local part is
 * not taken: its "@" has been used to show one host and mean another. */
static size_t mailbox_host(struct egov_slice name, bool utf8)
{
	const size_t at = find(name, "@");

	if (at == 0 || at == name.size || (utf8 && !egov__utf8_check(name, NULL))
	    || find(name, "\"\\()<>[]:;,") < at || !is_host(from(name, at + 1)))
		return 0;
	for (size_t i = 0; i < at; i++)
		if (name.data[i] <= ' ' || name.data[i] == 0x7f || (!utf8 && name.data[i] >= 0x80))
			return 0;
	return at + 1;
}

static bool is_email_base(struct egov_slice base)
{
	if (find(base, "@") < base.size)
		return mailbox_host(base, false) > 0;
	return is_host(starts_with(base, '.') ? from(base, 1) : base);
}

/* A mailbox of UTF-8 is not what a subtree of one ASCII mailbox permits (RFC
 * 9598, 6), but excluded where it reads the same. */
static enum egov__fit fit_email(struct egov_slice name, struct egov_slice base, bool utf8)
{
	const size_t at = mailbox_host(name, utf8), base_at = mailbox_host(base, false);
	const struct egov_slice host = from(name, at);
	bool fits;

	if (base_at > 0) {
		fits = egov__slice_equal(until(name, at), until(base, base_at))
		       && same_host(host, from(base, base_at));
		return !fits ? EGOV__FIT_OUTSIDE : utf8 ? EGOV__FIT_OVERLAPS : EGOV__FIT_INSIDE;
	}
	fits = starts_with(base, '.') ? is_below(host, from(base, 1)) : same_host(host, base);
	return fits ? EGOV__FIT_INSIDE : EGOV__FIT_OUTSIDE;
}

/* --- uniformResourceIdentifier ----------------------------------------------------- */

static bool is_port(struct egov_slice port)
{
	for (size_t i = 0; i < port.size; i++)
		if (!is_digit(port.data[i]))
			return false;
	return true;
}

/* The host of the authority; empty where there is none, or not a domain name. */
static struct egov_slice uri_host(struct egov_slice uri)
{
	const size_t colon = find(uri, ":");
	struct egov_slice host;
	size_t at;

	if (colon == 0 || uri.size - colon < 3 || memcmp(uri.data + colon, "://", 3) != 0)
		return EGOV__NO_SLICE;
	host = from(uri, colon + 3);
	host = until(host, find(host, "/?#\\"));
	while ((at = find(host, "@")) < host.size)
		host = from(host, at + 1);
	at = find(host, ":");
	if (at < host.size && !is_port(from(host, at + 1)))
		return EGOV__NO_SLICE;
	host = until(host, at);
	return is_full_host(host) ? host : EGOV__NO_SLICE;
}

static enum egov__fit fit_uri(struct egov_slice uri, struct egov_slice base)
{
	const struct egov_slice host = uri_host(uri);
	const bool fits = starts_with(base, '.') ? is_below(host, from(base, 1))
	                                         : same_host(host, base);

	return fits ? EGOV__FIT_INSIDE : EGOV__FIT_OUTSIDE;
}

/* --- iPAddress ------------------------------------------------------------------- */

static enum egov__fit fit_ip(struct egov_slice ip, struct egov_slice base)
{
	if (base.size != 2 * ip.size)
		return EGOV__FIT_OUTSIDE;
	for (size_t i = 0; i < ip.size; i++)
		if (((ip.data[i] ^ base.data[i]) & base.data[ip.size + i]) != 0)
			return EGOV__FIT_OUTSIDE;
	return EGOV__FIT_INSIDE;
}

/* --- directoryName --------------------------------------------------------------- */

/* The base is the beginning of the name, RDN by RDN (RFC 5280, 7.1). */
static enum egov_status fit_directory(struct egov_slice name, struct egov_slice base,
                                      enum egov__fit *fit, struct egov_error *err)
{
	struct egov_buf n = EGOV__BUF(EGOV__MAX_CANONICAL), b = EGOV__BUF(EGOV__MAX_CANONICAL);
	enum egov_status rc = egov__name_canonical(name, &n, err);

	if (rc == EGOV_OK)
		rc = egov__name_canonical(base, &b, err);
	if (rc == EGOV_OK)
		*fit = b.size <= n.size && (b.size == 0 || memcmp(n.data, b.data, b.size) == 0)
		       ? EGOV__FIT_INSIDE : EGOV__FIT_OUTSIDE;
	egov__buf_clear(&n);
	egov__buf_clear(&b);
	return rc;
}

/* --- all forms ------------------------------------------------------------------- */

static enum egov_status malformed(const char *what, struct egov_slice text, struct egov_error *err)
{
	return egov_error_set(err, EGOV_E_SYNTAX, clause, "%s \"%.*s\" is malformed",
	                      egov__text(what),
	                      text.size < 120 ? (int)text.size : 120,
	                      text.size == 0 ? "" : (const char *)text.data);
}

enum egov_status egov__name_form_base(const struct egov__general_name *base, struct egov_error *err)
{
	const struct egov_slice value = base->value;
	const struct egov_slice host = starts_with(value, '.') ? from(value, 1) : value;

	if (base->tag == EGOV__GN_DNS && value.size > 0 && !is_host(host))
		return malformed("dNSName", value, err);
	if (base->tag == EGOV__GN_URI && !is_host(host))
		return malformed("uniformResourceIdentifier", value, err);
	if (base->tag == EGOV__GN_EMAIL && !is_email_base(value))
		return malformed("rfc822Name", value, err);
	if (base->tag == EGOV__GN_DIRECTORY)
		return egov__name_check(value, err);
	return EGOV_OK;
}

/* Letters, digits and "+-.", then a colon and more (RFC 3986, 3.1). */
static bool is_absolute(struct egov_slice uri)
{
	const size_t colon = find(uri, ":");

	for (size_t i = 0; i < colon; i++)
		if (lower(uri.data[i]) < 'a' || lower(uri.data[i]) > 'z')
			if (i == 0 || (!is_digit(uri.data[i]) && strchr("+-.", uri.data[i]) == NULL))
				return false;
	return colon > 0 && colon + 1 < uri.size;
}

/* What resolvers take for an address: all of the last label is digits. */
static bool is_number(struct egov_slice host)
{
	size_t digits = 0;

	while (digits < host.size && is_digit(host.data[host.size - 1 - digits]))
		digits++;
	return digits == host.size || (digits > 0 && host.data[host.size - 1 - digits] == '.');
}

/* The host behind the last "@", whatever stands before it. */
static bool is_mailbox(struct egov_slice text)
{
	size_t at = text.size;

	while (at > 0 && text.data[at - 1] != '@')
		at--;
	return at > 1 && is_host(from(text, at));
}

enum egov_status egov__name_form_alternative(const struct egov__general_name *name,
                                             struct egov_error *err)
{
	const struct egov_slice value = name->value;
	const struct egov_slice host = is_wildcard(value) ? from(value, 2) : value;

	if (name->tag == EGOV__GN_DNS && (!is_host(host) || is_number(host)))
		return malformed("dNSName", value, err);
	if (name->tag == EGOV__GN_URI && !is_absolute(value))
		return malformed("uniformResourceIdentifier", value, err);
	if (name->tag == EGOV__GN_EMAIL && !is_mailbox(value))
		return malformed("rfc822Name", value, err);
	if (name->tag == EGOV__GN_IP)
		return egov__name_form_check(name, err);
	return EGOV_OK;
}

enum egov_status egov__name_form_check(const struct egov__general_name *name, struct egov_error *err)
{
	const struct egov_slice value = name->value;

	switch (name->tag) {
	case EGOV__GN_DNS:
		return is_host(is_wildcard(value) ? from(value, 2) : value)
		       ? EGOV_OK : malformed("dNSName", value, err);
	case EGOV__GN_URI:
		return uri_host(value).size > 0
		       ? EGOV_OK : malformed(EGOV__N("host of uniformResourceIdentifier"), value, err);
	case EGOV__GN_EMAIL:
		return mailbox_host(value, false) > 0 ? EGOV_OK : malformed("rfc822Name", value, err);
	case EGOV__GN_SMTP_UTF8:
		return mailbox_host(value, true) > 0
		       ? EGOV_OK : malformed("SmtpUTF8Mailbox", value, err);
	case EGOV__GN_IP:
		if (value.size == 4 || value.size == 16)
			return EGOV_OK;
		return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 4.2.1.6",
		                      "iPAddress of %zu octets, want 4 or 16", value.size);
	case EGOV__GN_DIRECTORY:
		return egov__name_check(value, err);
	default:
		return egov_error_set(err, EGOV_E_UNSUPPORTED, clause,
		                      "a form of name whose constraints are not evaluated here");
	}
}

enum egov_status egov__name_form_fit(const struct egov__general_name *name,
                                     const struct egov__general_name *base, enum egov__fit *fit,
                                     struct egov_error *err)
{
	switch (name->tag) {
	case EGOV__GN_DNS:
		*fit = fit_dns(name->value, base->value);
		return EGOV_OK;
	case EGOV__GN_URI:
		*fit = fit_uri(name->value, base->value);
		return EGOV_OK;
	case EGOV__GN_EMAIL:
	case EGOV__GN_SMTP_UTF8:
		*fit = fit_email(name->value, base->value, name->tag == EGOV__GN_SMTP_UTF8);
		return EGOV_OK;
	case EGOV__GN_IP:
		*fit = fit_ip(name->value, base->value);
		return EGOV_OK;
	default:
		return fit_directory(name->value, base->value, fit, err);
	}
}

/* The local part letter by letter, the host without regard to case (RFC 5280, 7.5). */
static bool same_mailbox(struct egov_slice a, struct egov_slice b)
{
	const size_t host = mailbox_host(a, false);

	return host > 0 && host == mailbox_host(b, false)
	       && egov__slice_equal(until(a, host), until(b, host))
	       && same_host(from(a, host), from(b, host));
}

bool egov__name_form_matches(const struct egov__general_name *name,
                             const struct egov__general_name *wanted)
{
	const size_t dot = find(wanted->value, ".");

	if (name->tag != wanted->tag)
		return false;
	if (name->tag == EGOV__GN_EMAIL)
		return same_mailbox(name->value, wanted->value);
	if (name->tag != EGOV__GN_DNS)
		return egov__slice_equal(name->value, wanted->value);
	if (is_host(name->value))
		return same_host(name->value, wanted->value);
	return is_wildcard(name->value) && is_full_host(from(name->value, 2))
	       && dot < wanted->value.size
	       && same_host(from(name->value, 2), from(wanted->value, dot + 1));
}

bool egov__name_form_wanted(const struct egov__general_name *wanted)
{
	if (wanted->tag == EGOV__GN_EMAIL)
		return mailbox_host(wanted->value, false) > 0;
	if (wanted->tag != EGOV__GN_DNS)
		return true;
	return is_full_host(wanted->value)
	       || (is_host(wanted->value) && find(wanted->value, ".") == wanted->value.size);
}
