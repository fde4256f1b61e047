/* SPDX-License-Identifier: Apache-2.0 */
#include "help_nasty.h"

#include "base/fileio.h"

void help_nasty(const char *words, const char *rv)
{
	(void)setenv("NASTY", words, 1);
	if (rv == NULL)
		(void)unsetenv("NASTY_RV");
	else
		(void)setenv("NASTY_RV", rv, 1);
}

long help_nasty_count(const char *name)
{
	const char *text = getenv(name);

	return text == NULL ? 0 : strtol(text, NULL, 10);
}

void help_nasty_uri(const char *dir, const char *label, char *uri, size_t room)
{
	char *pin = egov__path_join(dir, "pin");

	help_write(pin, egov__slice_text("12345678\n"));
	(void)snprintf(uri, room, "pkcs11:token=nasty;object=%s?module-path=" NASTY_MODULE
	               "&pin-source=%s", label, pin);
	free(pin);
}
