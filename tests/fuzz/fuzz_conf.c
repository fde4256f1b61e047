/* SPDX-License-Identifier: Apache-2.0 */
/* Configuration text, and the same octets as a value that is written to one. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void read_all(struct egov__conf *conf)
{
	struct egov_duration duration = { 0 };
	struct egov_error err = { 0 };
	const char *section, *value = NULL;
	uint64_t number = 0;
	egov_time t = 0;
	bool boolean = false;

	for (size_t i = 0; (section = egov__conf_section(conf, i)) != NULL; i++) {
		must(egov__conf_has_section(conf, section));
		if (egov__conf_require(conf, section, "name", &value, NULL) == EGOV_OK)
			must(*value != 0 && egov__utf8_check(egov__slice_text(value), NULL));
		(void)!egov__conf_boolean(conf, section, "yes", &boolean, NULL);
		(void)!egov__conf_number(conf, section, "number", 1, 9, &number, NULL);
		(void)!egov__conf_duration(conf, section, "period", &duration, NULL);
		(void)!egov__conf_time(conf, section, "time", &t, NULL);
	}
	must(egov__conf_check_unknown(conf, &err) == err.status);
}

/* A value that the text can hold comes back from it, and nothing else with it. */
static void write_value(const char *value)
{
	struct egov_buf text = EGOV__BUF(4u << 20);
	struct egov__conf *conf = NULL;
	const char *back = NULL;

	egov__buf_text(&text, "[s]\n");
	egov__conf_put(&text, "key", value);
	must(!text.failed || !egov__conf_can_hold(value) || strlen(value) > 100);
	if (!text.failed) {
		must(egov__conf_parse(egov_buf_slice(&text), "", &conf, NULL) == EGOV_OK);
		back = egov__conf_get(conf, "s", "key");
		must(back != NULL && strcmp(back, value) == 0);
		must(egov__conf_check_unknown(conf, NULL) == EGOV_OK);
	}
	egov__conf_free(conf);
	egov__buf_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct egov_slice in = { data, size };
	struct egov__conf *conf = NULL;
	struct egov_error err = { 0 };
	char *value;

	must(egov__conf_parse(in, "fuzz", &conf, &err) == err.status);
	if (conf != NULL)
		read_all(conf);
	egov__conf_free(conf);
	value = size > EGOV__MAX_OBJECT / 2 ? NULL : egov__slice_copy(in);
	if (value != NULL)
		write_value(value);
	free(value);
	return 0;
}
