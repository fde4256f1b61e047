/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ISSUE_RENEW_H
#define ISSUE_RENEW_H

#include "tool.h"

/* What egov-issue takes for certificates that follow others, and for what killed
 * runs left. */
struct issue_renewal {
	const char *renew, *rekey, *extend;     /* serial */
	const char *consent, *serial;
	bool consent_text, resume;
};

/* What it takes for all certificates. */
struct issue_asked {
	const char *profile, *application, *request, *validity;
};

/* Whether it is one of these; *run then did it, and says how it ended. */
bool issue_renewal(struct tool *tool, const struct issue_renewal *renewal,
                   const struct issue_asked *asked, int *ended);

/* The certificate, and the report as tool_hand_out says. */
enum egov_status issue_hand_out(struct tool *tool, struct egov_slice der,
                                struct egov_report *report, struct egov_error *err);

#define ISSUE_RENEWAL_OPTIONS(type, member)                                                       \
	TOOL_OPTION(type, member.renew, "renew", "SERIAL",                                        \
	            N_("follow this certificate: same key, a new period")),                       \
	TOOL_OPTION(type, member.rekey, "rekey", "SERIAL",                                        \
	            N_("follow this certificate: the key of --request")),                         \
	TOOL_OPTION(type, member.extend, "extend", "SERIAL",                                      \
	            N_("follow this certificate: same key and start, a later end")),              \
	TOOL_OPTION(type, member.consent, "consent", "FILE",                                      \
	            N_("the holder's signature, DER, over what --consent-text prints")),          \
	TOOL_OPTION(type, member.consent_text, "consent-text", NULL,                              \
	            N_("print what the holder has to sign, and end")),                            \
	TOOL_OPTION(type, member.resume, "resume", NULL,                                          \
	            N_("finish what runs that were killed left")),                                \
	TOOL_OPTION(type, member.serial, "serial", "HEX", N_("with --resume: this one alone"))

#endif
