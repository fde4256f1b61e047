/* SPDX-License-Identifier: Apache-2.0 */
#include "softtoken/keys.h"

#include "crypto/kdf.h"
#include "crypto/random.h"

#define SALT 16

/* Where the parts of a wrap begin. */
enum { WRAP_IV = SALT, WRAP_KEY = WRAP_IV + EGOV__SM4_IV, WRAP_MAC = WRAP_KEY + EGOV__SOFTSTORE_MASTER };

static const char *const wrap_info[] = { "egov-softtoken so", "egov-softtoken user" };

static enum egov_status expand(struct egov_slice key, const char *info, struct egov__softkeys *keys,
                               struct egov_error *err)
{
	uint8_t both[sizeof(keys->enc) + sizeof(keys->mac)];
	enum egov_status rc = egov__hkdf_sm3(key, EGOV__NO_SLICE, egov__slice_text(info), both,
	                                     sizeof(both), err);

	if (rc == EGOV_OK) {
		memcpy(keys->enc, both, sizeof(keys->enc));
		memcpy(keys->mac, both + sizeof(keys->enc), sizeof(keys->mac));
	}
	egov__cleanse(both, sizeof(both));
	return rc;
}

enum egov_status egov__softkeys_master(const struct egov_secret *master,
                                       struct egov__softkeys *keys, struct egov_error *err)
{
	return expand(egov__secret_slice(master), "egov-softtoken store", keys, err);
}

enum egov_status egov__softkeys_mac(const struct egov__softkeys *keys,
                                    const struct egov_slice *parts, size_t count,
                                    uint8_t mac[EGOV__SM3_SIZE], struct egov_error *err)
{
	return egov__hmac_sm3(EGOV__SLICE(keys->mac), parts, count, mac, err);
}

enum egov_status egov__softkeys_check(const struct egov__softkeys *keys,
                                      const struct egov_slice *parts, size_t count,
                                      struct egov_slice mac, struct egov_error *err)
{
	uint8_t wanted[EGOV__SM3_SIZE];
	unsigned differ = 0;
	enum egov_status rc = egov__softkeys_mac(keys, parts, count, wanted, err);

	if (rc != EGOV_OK)
		return rc;
	for (size_t i = 0; i < sizeof(wanted); i++)
		differ |= (unsigned)(wanted[i] ^ mac.data[i]);
	return mac.size == sizeof(wanted) && differ == 0 ? EGOV_OK : EGOV_E_AUTH;
}

/* 32 octets of PBKDF2, then HKDF: more of PBKDF2 would cost the owner only. */
static enum egov_status pin_keys(const struct egov__softstore *store, enum egov__softrole role,
                                 struct egov_slice pin, struct egov__softkeys *keys,
                                 struct egov_error *err)
{
	const struct egov_slice salt = { store->wrap[role], SALT };
	uint8_t key[32];
	enum egov_status rc = egov__pbkdf2_sm3(pin, salt, store->iterations, key, sizeof(key), err);

	if (rc == EGOV_OK)
		rc = expand(EGOV__SLICE(key), wrap_info[role], keys, err);
	egov__cleanse(key, sizeof(key));
	return rc;
}

/* The MAC of a wrap covers the serial, so no wrap fits another token. */
static void wrap_parts(const struct egov__softstore *store, enum egov__softrole role,
                       struct egov_slice parts[2])
{
	parts[0] = EGOV__SLICE(store->serial);
	parts[1] = (struct egov_slice){ store->wrap[role], WRAP_MAC };
}

enum egov_status egov__softstore_wrap(struct egov__softstore *store, enum egov__softrole role,
                                      struct egov_slice pin, const struct egov_secret *master,
                                      struct egov_error *err)
{
	uint8_t *wrap = store->wrap[role];
	struct egov__softkeys keys;
	struct egov_slice parts[2];
	enum egov_status rc = egov__random(wrap, WRAP_KEY, err);

	if (rc == EGOV_OK)
		rc = pin_keys(store, role, pin, &keys, err);
	if (rc != EGOV_OK)
		return rc;
	wrap_parts(store, role, parts);
	rc = egov__sm4_ctr(keys.enc, wrap + WRAP_IV, egov__secret_slice(master), wrap + WRAP_KEY, err);
	if (rc == EGOV_OK)
		rc = egov__softkeys_mac(&keys, parts, 2, wrap + WRAP_MAC, err);
	store->has_wrap[role] = rc == EGOV_OK;
	egov__cleanse(&keys, sizeof(keys));
	return rc;
}

enum egov_status egov__softstore_unwrap(const struct egov__softstore *store,
                                        enum egov__softrole role, struct egov_slice pin,
                                        struct egov_secret **master, struct egov_error *err)
{
	const uint8_t *wrap = store->wrap[role];
	const struct egov_slice mac = { wrap + WRAP_MAC, EGOV__SM3_SIZE };
	const struct egov_slice sealed = { wrap + WRAP_KEY, EGOV__SOFTSTORE_MASTER };
	uint8_t key[EGOV__SOFTSTORE_MASTER];
	struct egov__softkeys keys;
	struct egov_slice parts[2];
	enum egov_status rc;

	if (!store->has_wrap[role])
		return egov_error_set(err, EGOV_E_NOTFOUND, NULL, "the PIN is not set yet");
	rc = pin_keys(store, role, pin, &keys, err);
	if (rc != EGOV_OK)
		return rc;
	wrap_parts(store, role, parts);
	rc = egov__softkeys_check(&keys, parts, 2, mac, err);
	if (rc == EGOV_E_AUTH)
		rc = egov_error_set(err, EGOV_E_AUTH, NULL, "wrong PIN");
	if (rc == EGOV_OK)
		rc = egov__sm4_ctr(keys.enc, wrap + WRAP_IV, sealed, key, err);
	if (rc == EGOV_OK) {
		*master = egov__secret_new(EGOV__SLICE(key));
		if (*master == NULL)
			rc = egov_error_nomem(err);
	}
	egov__cleanse(key, sizeof(key));
	egov__cleanse(&keys, sizeof(keys));
	return rc;
}
