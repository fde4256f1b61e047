/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include "base/buf.h"
#include "base/time.h"

/*
 * Configuration text: "[section]" and "key = value" lines, UTF-8, comments
 * after # or ; at the start of a line, or after a blank and ;.  A value goes
 * on in the indented lines below it, joined without anything between.  A
 * duplicate section or key is an error, and so is every section and key that
 * nobody asked for: typing slips do not become defaults.  No includes, no expansion.  A
 * line has at most 198 octets.
 */
struct egov__conf;

/* name stands for the text in messages: "name:12: ...". */
EGOV_MUST_CHECK enum egov_status egov__conf_parse(struct egov_slice text, const char *name,
                                                  struct egov__conf **out, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__conf_load(const char *path, struct egov__conf **out,
                                                 struct egov_error *err);
void egov__conf_free(struct egov__conf *conf);

/* Every getter marks its section and key as known.  Lent text; NULL where it is absent. */
const char *egov__conf_get(struct egov__conf *conf, const char *section, const char *key);

/* The same; absent or empty is EGOV_E_SYNTAX with the section and key. */
EGOV_MUST_CHECK enum egov_status egov__conf_require(struct egov__conf *conf, const char *section,
                                                    const char *key, const char **value,
                                                    struct egov_error *err);

/* Absent: *value keeps what the caller put there. */
EGOV_MUST_CHECK enum egov_status egov__conf_boolean(struct egov__conf *conf, const char *section,
                                                    const char *key, bool *value,
                                                    struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__conf_number(struct egov__conf *conf, const char *section,
                                                   const char *key, uint64_t min, uint64_t max,
                                                   uint64_t *value, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__conf_duration(struct egov__conf *conf, const char *section,
                                                     const char *key, struct egov_duration *value,
                                                     struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__conf_time(struct egov__conf *conf, const char *section,
                                                 const char *key, egov_time *value,
                                                 struct egov_error *err);

/* One of two words, which must be there; the second: *is_second. */
EGOV_MUST_CHECK enum egov_status egov__conf_choice(struct egov__conf *conf, const char *section,
                                                   const char *key, const char *const words[2],
                                                   bool *is_second, struct egov_error *err);

/* The hex of an SM3 digest, which must be there. */
#define EGOV__CONF_DIGEST 32
EGOV_MUST_CHECK enum egov_status egov__conf_digest(struct egov__conf *conf, const char *section,
                                                   const char *key,
                                                   uint8_t digest[EGOV__CONF_DIGEST],
                                                   struct egov_error *err);

/* Marks the section as known. */
bool egov__conf_has_section(struct egov__conf *conf, const char *section);

/* Section i in the order of the text, NULL past the last. */
const char *egov__conf_section(const struct egov__conf *conf, size_t i);

/* EGOV_E_SYNTAX with the line of the first section or key that no getter asked for. */
EGOV_MUST_CHECK enum egov_status egov__conf_check_unknown(const struct egov__conf *conf,
                                                          struct egov_error *err);

/* An error about a value: "name:line: [section] key: ..." before it; the line of
 * the section where the key is absent, none where both are. */
enum egov_status egov__conf_error(const struct egov__conf *conf, const char *section,
                                  const char *key, struct egov_error *err, enum egov_status status,
                                  const char *clause, const char *fmt, ...) EGOV__PRINTF(7, 8);

/* The same prefix for an error that a lower call has already set. */
enum egov_status egov__conf_prefix(const struct egov__conf *conf, const char *section,
                                   const char *key, struct egov_error *err, enum egov_status rc);

/* Whether the text can say this value: UTF-8 without control characters other
 * than tabs, without a blank at either end, and without a ';' at its beginning or
 * after a blank. */
bool egov__conf_can_hold(const char *value);

/* "key = value" as a line or lines that egov__conf_parse reads back; a value that
 * it cannot hold makes out fail. */
void egov__conf_put(struct egov_buf *out, const char *key, const char *value);

#endif
