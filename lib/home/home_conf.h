/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HOME_HOME_CONF_H
#define HOME_HOME_CONF_H

#include "base/conf.h"
#include "x509/algid.h"

/* What belongs to one generation of the CA's key. */
#define EGOV__HOME_KEYS 99
struct egov__home_key_conf {
	const char *uri;                /* NULL: no such key is known */
	const char *crl_url, *ca_issuers_url;   /* or NULL */
};

/* The longest address from which those of further lists are made. */
#define EGOV__HOME_LIST_URL 400

/* A line of egovca.conf(5) as text. */
struct egov__home_setting {
	const char *section, *key, *value;
};

/* A directory that lists are put into: [publish] ldap and what else begins so. */
struct egov__home_ldap {
	const char *url, *base;         /* url NULL: none */
	const char *public_url;         /* where it is read; NULL: url */
	const char *bind_dn, *password_file;    /* or NULL */
	const char *ca_file;            /* or NULL */
	bool start_tls;
	uint64_t limit;                 /* seconds for each step */
};

/* egovca.conf(5), read.  Texts live as long as the value. */
struct egov__home_conf {
	struct egov__conf *text;
	const char *agency;             /* or NULL */
	bool test;                      /* [ca] use = test */
	enum egov__sigalg_params params;
	struct egov_duration ca_resume; /* how long issuing that was interrupted can be finished */
	const char *ca_key, *journal_key;       /* URIs */
	const char *module_map;         /* or NULL */
	bool allow_software;
	uint64_t signature_limit;       /* of a generation of the CA's key; 0: none */
	uint64_t store_wait;            /* seconds */
	uint64_t appointers;            /* administrators who must sign an appointment */
	uint64_t checkpoint_entries;    /* a checkpoint is due after so many */
	struct egov_duration checkpoint_period; /* or this long after the last */
	struct egov_duration record_silence;    /* of the journal, before the clock is doubted */
	const char *crl_url;            /* or NULL */
	struct egov_duration crl_period;        /* a new list is due this long after the last */
	struct egov_duration crl_validity;      /* nextUpdate after thisUpdate */
	struct egov_duration crl_maximum;       /* bound of the CPS on crl_validity */
	struct egov_duration crl_retry;         /* how often a run comes that makes what is due */
	struct egov_duration decide_within, list_within;        /* the CPS on revocations */
	struct egov_duration import_maximum;    /* the same as crl_maximum of lists of others */
	struct egov_duration crl_lease; /* how long a machine may make lists before it says so again */
	bool crl_separate_ca;           /* certificates of CAs have a list of their own */
	uint64_t crl_shards;            /* lists that users' certificates are spread over; 0: one */
	bool crl_delta;                 /* delta lists are made between complete ones */
	struct egov_duration crl_delta_period, crl_delta_validity;
	bool crl_hold;                  /* certificates are suspended (GM/T 0034, 12.6) */
	uint64_t crl_release_people;    /* 2: who put it on hold does not release it */
	bool crl_accept_drop;           /* a list may have less than half of the last one's entries */
	const char *ocsp_url, *ca_issuers_url;  /* or NULL */
	const char *key_centre;         /* certificate of the key-management centre, or NULL */
	bool pem;                       /* each list also in PEM */
	const char *hook;               /* a program that brings lists elsewhere, or NULL */
	uint64_t hook_limit;            /* seconds for one list */
	struct egov__home_ldap ldap;
	bool read_back;                 /* lists are fetched again from their public address */
	const char *web_root;           /* relative to the home unless absolute */
	struct egov__home_key_conf keys[EGOV__HOME_KEYS + 1];   /* by generation, from 1 */
	char *derived[2 * EGOV__HOME_KEYS];     /* URLs that nobody wrote */
	size_t derived_count;
	const struct egov__home_setting *settings;      /* for egov__home_conf_write alone */
	size_t settings_count;
};

EGOV_MUST_CHECK enum egov_status egov__home_conf_load(const char *path,
                                                      struct egov__home_conf *conf,
                                                      struct egov_error *err);
void egov__home_conf_free(struct egov__home_conf *conf);

/* The age at which a list, a delta list or a complete one, has its successor even though the
 * runs have failed that may. */
EGOV_MUST_CHECK enum egov_status egov__home_conf_latest(const struct egov__home_conf *conf,
                                                        bool delta, egov_time *age,
                                                        struct egov_error *err);

/* The text of a new home's configuration; members that are NULL are left out, and
 * settings stand in the place of what would be written for their keys, or beside it. */
void egov__home_conf_write(const struct egov__home_conf *conf, struct egov_buf *out);

/* What settings may say, with the value that a home begins with or NULL; ends with
 * section NULL. */
extern const struct egov__home_setting egov__home_settings[];

/* An address that certificates can carry: http, https or ldap, visible ASCII. */
EGOV_MUST_CHECK enum egov_status egov__home_check_url(const char *url, struct egov_error *err);

#endif
