/* SPDX-License-Identifier: Apache-2.0 */
#include "help_issue.h"

#include "base/fileio.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"
#include "request/request.h"

void help_key_make(struct help_key *key)
{
	struct egov_error err = { 0 };

	memset(key, 0, sizeof(*key));
	assert_ok(egov__sm2_generate(&key->d, key->point, &err), &err);
	egov__sm2_point_spki(key->point, key->spki);
	assert_ok(egov__key_identifier(EGOV__SLICE(key->spki), key->key_id, &err), &err);
}

void help_key_clear(struct help_key *key)
{
	egov__secret_free(key->d);
	key->d = NULL;
}

void help_sign_message(const struct help_key *key, struct egov_slice message,
                       struct egov_buf *signature)
{
	uint8_t e[EGOV__SM2_E], raw[EGOV__SM2_RAW_SIGNATURE];
	struct egov_error err = { 0 };

	assert_ok(egov__sm2_e(EGOV__SLICE(key->point), egov__slice_text(EGOV__SM2_DEFAULT_ID),
	                      message, e, &err),
	          &err);
	assert_ok(egov__sm2_sign_e(key->d, key->point, e, raw, &err), &err);
	assert_ok(egov__sm2_signature_der(raw, signature, &err), &err);
}

void help_sign(const struct help_key *key, const struct egov_tbs *tbs, struct egov_buf *der)
{
	struct egov_buf signature = EGOV__BUF(128);
	struct egov_error err = { 0 };

	help_sign_message(key, egov__tbs_der(tbs), &signature);
	assert_ok(egov__signed_assemble(tbs, egov_buf_slice(&signature), der, &err), &err);
	egov__buf_clear(&signature);
}

static char *profile_path(const char *name)
{
	char *path;

	assert_true(asprintf(&path, "%s/examples/profiles/%s.test.conf", EGOV_TEST_SOURCE, name)
	            >= 0);
	return path;
}

struct egov_profile *help_profile(const char *name)
{
	struct egov_profile *profile = NULL;
	struct egov_error err = { 0 };
	char *path = profile_path(name);

	assert_ok(egov_profile_load(path, &profile, &err), &err);
	free(path);
	return profile;
}

struct egov_profile *help_profile_changed(const char *name, const char *old, const char *new)
{
	struct egov_profile *profile = NULL;
	struct egov_error err = { 0 };
	char *path = profile_path(name), *text, *changed;
	struct egov_buf *file = help_read(path);

	text = egov__slice_copy(egov_buf_slice(file));
	assert_non_null(text);
	changed = help_changed(text, old, new);
	assert_ok(egov__profile_parse(egov__slice_text(changed), path, &profile, &err), &err);
	egov_buf_free(file);
	free(changed);
	free(text);
	free(path);
	return profile;
}

/* A request of the key; what it asks for as subject is nobody's concern. */
static struct egov_request *make_request(const struct help_key *key)
{
	static const uint8_t subject[] = { 0x30, 0x0d, 0x31, 0x0b, 0x30, 0x09, 0x06, 0x03,
		                           0x55, 0x04, 0x06, 0x13, 0x02, 'C',  'N' };
	struct egov_request *request = NULL;
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_error err = { 0 };
	struct egov_tbs *tbs = NULL;

	assert_ok(egov__request_build(EGOV__SLICE(subject), EGOV__SLICE(key->spki),
	                              EGOV__SIGALG_ABSENT, &tbs, &err),
	          &err);
	help_sign(key, tbs, &der);
	assert_ok(egov_request_decode(egov_buf_slice(&der), EGOV__NO_SLICE, &request, &err), &err);
	egov__tbs_free(tbs);
	egov__buf_clear(&der);
	return request;
}

static void put_file(const char *dir, const char *name, const char *text)
{
	char *path = egov__path_join(dir, name);

	assert_non_null(path);
	help_write(path, egov__slice_text(text));
	free(path);
}

/* The example of the manual page that goes with the profile, its key replaced. */
static char *application_text(const struct egov_profile *profile, const uint8_t digest[32])
{
	const char *const name = egov_profile_name(profile);
	const bool internal = egov__profile_kind(profile) != EGOV__PROFILE_SIGNING
	                      && egov__profile_kind(profile) != EGOV__PROFILE_DEVICE;
	char *text = help_example("egov-application.5",
	                          internal                       ? "sub-ca.application"
	                          : strcmp(name, "agency-sign") == 0 ? "agency.application"
	                                                             : "civil-servant.application");
	struct egov_buf hex = EGOV__BUF(128), line = EGOV__BUF(128);
	char *named, *keyed;

	egov__buf_hex(&hex, (struct egov_slice){ digest, 32 });
	keyed = help_changed(text,
	                     "1ab21d8355cfa17f8e61194831e81a8f\n"
	                     "    22bec8c728fefb747ed035eb5082aa2b",
	                     egov__buf_string(&hex));
	egov__buf_printf(&line, "profile = %s\n", name);
	named = internal ? help_changed(keyed, "profile = sub-ca\n", egov__buf_string(&line))
	        : strcmp(name, "device") == 0
	                ? help_changed(keyed, "profile = civil-servant-sign\n", egov__buf_string(&line))
	                : egov__text_dup(keyed);
	egov__buf_clear(&hex);
	egov__buf_clear(&line);
	free(text);
	free(keyed);
	return named;
}

static struct egov_application *load_application(const struct egov_profile *profile,
                                                 const uint8_t digest[32])
{
	static const char *const evidence[] = { "身份核验单.txt", "材料审查单.txt", "服务协议.txt",
		                                "密钥仪式记录.txt" };
	char *dir = help_dir(), *notice = help_example("egov-application.5", "notice");
	char *text = application_text(profile, digest), *path;
	struct egov_application *application = NULL;
	struct egov_error err = { 0 };

	for (size_t i = 0; i < sizeof(evidence) / sizeof(evidence[0]); i++)
		put_file(dir, evidence[i], evidence[i]);
	put_file(dir, "告知书.txt", notice);
	put_file(dir, "application", text);
	path = egov__path_join(dir, "application");
	assert_ok(egov_application_load(path, &application, &err), &err);
	help_dir_remove(dir);
	free(path);
	free(notice);
	free(text);
	return application;
}

struct egov_judged *help_judge(const struct egov_profile *profile, const struct help_key *key)
{
	struct egov_request *request = make_request(key);
	const struct egov_slice spki = EGOV__SLICE(key->spki);
	struct egov_application *application = NULL;
	struct egov_judged *judged = NULL;
	struct egov_error err = { 0 };
	uint8_t digest[32];

	assert_ok(egov__sm3(&spki, 1, digest, &err), &err);
	if (egov__profile_kind(profile) == EGOV__PROFILE_ROOT_CA)
		assert_ok(egov__application_own("C=CN, O=示例电子认证中心, CN=示例根CA",
		                                egov_profile_name(profile), digest, &application,
		                                &err),
		          &err);
	else
		application = load_application(profile, digest);
	assert_ok(egov__profile_judge(profile, application, request, &judged, &err), &err);
	egov_application_free(application);
	egov_request_free(request);
	return judged;
}
