/* SPDX-License-Identifier: Apache-2.0 */
#include "publish/ldap.h"

#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include <dlfcn.h>
#include <ldap.h>

#define OBJECT_CLASS "(objectClass=*)"

/* Programs that need no directory do not pay for the library's start. */
struct ldap_library {
	__typeof__(&ldap_initialize) initialize;
	__typeof__(&ldap_set_option) set;
	__typeof__(&ldap_start_tls_s) start_tls;
	__typeof__(&ldap_sasl_bind_s) bind;
	__typeof__(&ldap_modify_ext_s) modify;
	__typeof__(&ldap_add_ext_s) add;
	__typeof__(&ldap_search_ext_s) search;
	__typeof__(&ldap_first_entry) first;
	__typeof__(&ldap_get_values_len) values;
	__typeof__(&ldap_value_free_len) values_free;
	__typeof__(&ldap_msgfree) message_free;
	__typeof__(&ldap_unbind_ext_s) unbind;
	__typeof__(&ldap_err2string) text;
	__typeof__(&ldap_url_parse) url_parse;
	__typeof__(&ldap_free_urldesc) url_free;
};

/* A connection, and what it is to. */
struct session {
	struct ldap_library lib;
	LDAP *ldap;
	const char *url;
};

/* --- the library --- */

static enum egov_status load(struct ldap_library *lib, struct egov_error *err)
{
	static const char *const names[] = { "libldap-2.5.so.0", "libldap.so.2" };
	const struct {
		const char *name;
		void *function;
	} all[] = {
		{ "ldap_initialize", &lib->initialize },
		{ "ldap_set_option", &lib->set },
		{ "ldap_start_tls_s", &lib->start_tls },
		{ "ldap_sasl_bind_s", &lib->bind },
		{ "ldap_modify_ext_s", &lib->modify },
		{ "ldap_add_ext_s", &lib->add },
		{ "ldap_search_ext_s", &lib->search },
		{ "ldap_first_entry", &lib->first },
		{ "ldap_get_values_len", &lib->values },
		{ "ldap_value_free_len", &lib->values_free },
		{ "ldap_msgfree", &lib->message_free },
		{ "ldap_unbind_ext_s", &lib->unbind },
		{ "ldap_err2string", &lib->text },
		{ "ldap_url_parse", &lib->url_parse },
		{ "ldap_free_urldesc", &lib->url_free },
	};
	void *handle = NULL;
	bool whole = true;

	for (size_t i = 0; handle == NULL && i < sizeof(names) / sizeof(names[0]); i++)
		handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
	for (size_t i = 0; handle != NULL && i < sizeof(all) / sizeof(all[0]); i++) {
		void *const found = dlsym(handle, all[i].name);

		memcpy(all[i].function, &found, sizeof(found));
		whole &= found != NULL;
	}
	if (handle != NULL && whole)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_UNSUPPORTED, NULL,
	                      "libldap is needed for a directory, and cannot be loaded");
}

static enum egov_status failed(const struct session *s, const char *step, int code,
                               struct egov_error *err)
{
	const bool refused = code == LDAP_INVALID_CREDENTIALS || code == LDAP_INAPPROPRIATE_AUTH
	                     || code == LDAP_STRONG_AUTH_REQUIRED;

	if (code == LDAP_NO_MEMORY)
		return egov_error_nomem(err);
	return egov_error_set(err, refused ? EGOV_E_AUTH : EGOV_E_IO, NULL, "%s: %s: %s", s->url, step,
	                      s->lib.text(code));
}

/* --- a connection --- */

/* What the files and variables of the system say of servers does not count; of TLS, the
 * certificate must verify whatever they say. */
static int set_options(struct session *s, const struct egov__ldap *to)
{
	const struct timeval limit = { (time_t)to->seconds, 0 };
	const int version = LDAP_VERSION3, demand = LDAP_OPT_X_TLS_DEMAND, here = 0;
	int code = s->lib.set(s->ldap, LDAP_OPT_PROTOCOL_VERSION, &version);

	if (code == LDAP_SUCCESS)
		code = s->lib.set(s->ldap, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
	if (code == LDAP_SUCCESS)
		code = s->lib.set(s->ldap, LDAP_OPT_NETWORK_TIMEOUT, &limit);
	if (code == LDAP_SUCCESS)
		code = s->lib.set(s->ldap, LDAP_OPT_TIMEOUT, &limit);
	if (code == LDAP_SUCCESS)
		code = s->lib.set(s->ldap, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand);
	if (code == LDAP_SUCCESS && to->ca_file != NULL)
		code = s->lib.set(s->ldap, LDAP_OPT_X_TLS_CACERTFILE, to->ca_file);
	if (code == LDAP_SUCCESS && (to->start_tls || strncmp(to->url, "ldaps:", 6) == 0))
		code = s->lib.set(s->ldap, LDAP_OPT_X_TLS_NEWCTX, &here);
	return code;
}

static int bind_to(struct session *s, const struct egov__ldap *to)
{
	const struct egov_slice password = egov__secret_slice(to->password);
	struct berval credentials = { password.size, (char *)(uintptr_t)password.data };

	return s->lib.bind(s->ldap, to->bind_dn, LDAP_SASL_SIMPLE, &credentials, NULL, NULL, NULL);
}

static enum egov_status start(struct session *s, const struct egov__ldap *to,
                              struct egov_error *err)
{
	int code = s->lib.initialize(&s->ldap, to->url);

	if (code != LDAP_SUCCESS)
		return failed(s, "address", code, err);
	code = set_options(s, to);
	if (code != LDAP_SUCCESS)
		return failed(s, "options", code, err);
	if (to->start_tls)
		code = s->lib.start_tls(s->ldap, NULL, NULL);
	if (code != LDAP_SUCCESS)
		return failed(s, "StartTLS", code, err);
	if (to->bind_dn != NULL)
		code = bind_to(s, to);
	return code == LDAP_SUCCESS ? EGOV_OK : failed(s, "bind", code, err);
}

static enum egov_status open_session(struct session *s, const struct egov__ldap *to,
                                     struct egov_error *err)
{
	enum egov_status rc = load(&s->lib, err);

	s->url = to->url;
	return rc == EGOV_OK ? start(s, to, err) : rc;
}

/* It stays loaded: what TLS made for it may be in use still. */
static void close_session(struct session *s)
{
	if (s->ldap != NULL)
		(void)s->lib.unbind(s->ldap, NULL, NULL);
}

/* --- writing --- */

const char *egov__ldap_attribute(bool only_ca, bool delta)
{
	return delta     ? "deltaRevocationList;binary"
	       : only_ca ? "authorityRevocationList;binary"
	                 : "certificateRevocationList;binary";
}

static enum egov_status name_entry(const struct egov__ldap *to, const char *name,
                                   struct egov_buf *dn, struct egov_error *err)
{
	egov__buf_printf(dn, "cn=%s,%s", name, to->base);
	(void)egov__buf_string(dn);
	return egov__buf_check(dn, err);
}

/* A modification of one attribute with one value; the library takes texts that it does not
 * change by pointers that could. */
struct change {
	LDAPMod mod;
	struct berval value, *values[2];
};

static void change_to(struct change *change, int operation, const char *attribute,
                      struct egov_slice value)
{
	change->value = (struct berval){ value.size, (char *)(uintptr_t)value.data };
	change->values[0] = &change->value;
	change->values[1] = NULL;
	change->mod = (LDAPMod){ .mod_op = operation | LDAP_MOD_BVALUES,
		                 .mod_type = (char *)(uintptr_t)attribute };
	change->mod.mod_vals.modv_bvals = change->values;
}

static int add_entry(struct session *s, const char *dn, const struct egov__ldap_place *place,
                     struct egov_slice der)
{
	struct change class, name, list;
	LDAPMod *all[] = { &class.mod, &name.mod, &list.mod, NULL };

	change_to(&class, LDAP_MOD_ADD, "objectClass", egov__slice_text("cRLDistributionPoint"));
	change_to(&name, LDAP_MOD_ADD, "cn", egov__slice_text(place->name));
	change_to(&list, LDAP_MOD_ADD, place->attribute, der);
	return s->lib.add(s->ldap, dn, all, NULL, NULL);
}

static int put(struct session *s, const char *dn, const struct egov__ldap_place *place,
               struct egov_slice der)
{
	struct change list;
	LDAPMod *all[] = { &list.mod, NULL };
	int code;

	change_to(&list, LDAP_MOD_REPLACE, place->attribute, der);
	code = s->lib.modify(s->ldap, dn, all, NULL, NULL);
	return code == LDAP_NO_SUCH_OBJECT ? add_entry(s, dn, place, der) : code;
}

enum egov_status egov__ldap_publish(const struct egov__ldap *to,
                                    const struct egov__ldap_place *place,
                                    const struct egov_recorded *recorded, struct egov_error *err)
{
	const struct egov__source source = egov__recorded_source(recorded);
	struct session s = { .ldap = NULL };
	struct egov_buf dn = EGOV__BUF(4096), der = EGOV__BUF(EGOV__MAX_CRL);
	int code;
	enum egov_status rc;

	if (egov__recorded_kind(recorded) != EGOV_OBJECT_CRL || source.size == 0)
		return egov_error_set(err, EGOV_E_USAGE, NULL,
		                      "%s: published before it was on record", to->url);
	/* A value goes there as a whole. */
	rc = egov__source_append(&source, &der, err);
	if (rc == EGOV_OK)
		rc = name_entry(to, place->name, &dn, err);
	if (rc == EGOV_OK)
		rc = open_session(&s, to, err);
	if (rc == EGOV_OK) {
		code = put(&s, egov__buf_string(&dn), place, egov_buf_slice(&der));
		if (code != LDAP_SUCCESS)
			rc = failed(&s, egov__buf_string(&dn), code, err);
	}
	close_session(&s);
	egov__buf_clear(&dn);
	egov__buf_clear(&der);
	return rc;
}

/* --- reading --- */

static enum egov_status take_value(struct session *s, LDAPMessage *answer, const char *attribute,
                                   struct egov_buf *out, struct egov_error *err)
{
	LDAPMessage *entry = s->lib.first(s->ldap, answer);
	struct berval **values =
		entry == NULL ? NULL : s->lib.values(s->ldap, entry, attribute);
	enum egov_status rc;

	if (values == NULL || values[0] == NULL || values[1] != NULL)
		rc = egov_error_set(err, EGOV_E_IO, NULL, "%s: %s: want one value", s->url, attribute);
	else {
		egov__buf_append(out, values[0]->bv_val, values[0]->bv_len);
		rc = egov__buf_check(out, err);
	}
	if (values != NULL)
		s->lib.values_free(values);
	return rc;
}

/* What of an entry. */
struct question {
	const char *dn, *attribute, *filter;
	int scope;
};

static enum egov_status ask(const struct egov__ldap *from, const struct question *question,
                            size_t max, struct egov_buf **out, struct egov_error *err)
{
	char *attributes[] = { (char *)(uintptr_t)question->attribute, NULL };
	struct timeval limit = { (time_t)from->seconds, 0 };
	struct session s = { .ldap = NULL };
	struct egov_buf *bytes = egov_buf_new(max);
	LDAPMessage *answer = NULL;
	int code;
	enum egov_status rc = bytes == NULL ? egov_error_nomem(err) : open_session(&s, from, err);

	if (rc == EGOV_OK) {
		code = s.lib.search(s.ldap, question->dn, question->scope, question->filter, attributes,
		                    0, NULL, NULL, &limit, 2, &answer);
		rc = code == LDAP_SUCCESS ? take_value(&s, answer, question->attribute, bytes, err)
		                          : failed(&s, question->dn, code, err);
	}
	if (answer != NULL)
		(void)s.lib.message_free(answer);
	close_session(&s);
	if (rc == EGOV_OK) {
		*out = bytes;
		bytes = NULL;
	}
	egov_buf_free(bytes);
	return rc;
}

enum egov_status egov__ldap_read(const struct egov__ldap *from,
                                 const struct egov__ldap_place *place, size_t max,
                                 struct egov_buf **out, struct egov_error *err)
{
	struct egov__ldap anonymous = *from;
	struct question question = { NULL, place->attribute, OBJECT_CLASS, LDAP_SCOPE_BASE };
	struct egov_buf dn = EGOV__BUF(4096);
	enum egov_status rc = name_entry(from, place->name, &dn, err);

	anonymous.bind_dn = NULL;
	question.dn = egov__buf_string(&dn);
	if (rc == EGOV_OK)
		rc = ask(&anonymous, &question, max, out, err);
	egov__buf_clear(&dn);
	return rc;
}

/* An address that names no attribute is one of a list. */
static enum egov_status ask_address(const LDAPURLDesc *parts, unsigned seconds, size_t max,
                                    struct egov_buf **out, struct egov_error *err)
{
	const bool listed = parts->lud_attrs != NULL && parts->lud_attrs[0] != NULL;
	const struct question question = {
		.dn = parts->lud_dn == NULL ? "" : parts->lud_dn,
		.attribute = listed ? parts->lud_attrs[0] : egov__ldap_attribute(false, false),
		.filter = parts->lud_filter == NULL ? OBJECT_CLASS : parts->lud_filter,
		.scope = parts->lud_scope == LDAP_SCOPE_DEFAULT ? LDAP_SCOPE_BASE : parts->lud_scope,
	};
	struct egov_buf server = EGOV__BUF(1024);
	struct egov__ldap from = { .seconds = seconds };
	const bool six = parts->lud_host != NULL && strchr(parts->lud_host, ':') != NULL;
	enum egov_status rc;

	egov__buf_printf(&server, six ? "%s://[%s]:%d" : "%s://%s:%d", parts->lud_scheme,
	                 parts->lud_host == NULL ? "" : parts->lud_host, parts->lud_port);
	from.url = egov__buf_string(&server);
	rc = egov__buf_check(&server, err);
	if (rc == EGOV_OK)
		rc = ask(&from, &question, max, out, err);
	egov__buf_clear(&server);
	return rc;
}

enum egov_status egov__ldap_fetch(const char *url, size_t max, unsigned seconds,
                                  struct egov_buf **out, struct egov_error *err)
{
	struct ldap_library lib;
	LDAPURLDesc *parts = NULL;
	enum egov_status rc = load(&lib, err);

	if (rc != EGOV_OK)
		return rc;
	if (lib.url_parse(url, &parts) != LDAP_URL_SUCCESS || parts->lud_host == NULL
	    || parts->lud_host[0] == 0)
		rc = egov_error_set(err, EGOV_E_IO, "RFC 4516, 2", "%s: no address of an entry", url);
	else
		rc = ask_address(parts, seconds, max, out, err);
	if (parts != NULL)
		lib.url_free(parts);
	return rc;
}
