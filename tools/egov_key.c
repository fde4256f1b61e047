/* SPDX-License-Identifier: Apache-2.0 */
#include "key_verbs.h"

#define MODULE_MAP                                                                                \
	TOOL_OPTION(struct key_options, module_map, "module-map", "FILE",                         \
	            N_("mechanism mappings of modules, before the built-in ones"))

static const struct tool_option init_token_options[] = {
	TOOL_REQUIRED(struct key_options, module, "module", "LIB",
	              N_("the PKCS #11 module, by its absolute path")),
	TOOL_REQUIRED(struct key_options, label, "label", "LABEL", N_("the name of the new token")),
	TOOL_REQUIRED(struct key_options, so_pin_file, "so-pin-file", "FILE",
	              N_("the security officer's PIN is in FILE")),
	TOOL_REQUIRED(struct key_options, pin_file, "pin-file", "FILE", N_("the user's PIN is in FILE")),
	TOOL_OPTIONS_END
};
static const struct tool_option generate_options[] = {
	TOOL_CHOICE(struct key_options, algorithm, "algorithm", "NAME", "sm2", N_("sm2, the default")),
	TOOL_OPTION(struct key_options, decrypt, "decrypt", NULL,
	            N_("the key may also open what is encrypted to it")),
	MODULE_MAP,
	TOOL_OPTIONS_END
};
static const struct tool_option import_options[] = {
	TOOL_REQUIRED(struct key_options, signing_key, "signing-key", "URI",
	              N_("the holder's own signing key")),
	MODULE_MAP,
	TOOL_REQUIRED(struct key_options, passphrase_file, "passphrase-file", "FILE",
	              N_("the passphrase of the key that comes out is in FILE")),
	TOOL_REQUIRED(struct key_options, key_out, "key-out", "FILE",
	              N_("where the encryption key goes, encrypted PKCS#8")),
	TOOL_OPTION(struct key_options, certificate, "certificate", "FILE",
	            N_("the encryption certificate, which the key must fit")),
	TOOL_OPTION(struct key_options, sign_certificate, "sign-certificate", "FILE",
	            N_("the signing certificate, which must be the same holder's")),
	TOOL_OPTION(struct key_options, centre, "centre", "FILE",
	            N_("certificate of the centre that must have signed the delivery")),
	TOOL_OPTIONS_END
};
static const struct tool_option options[] = { MODULE_MAP, TOOL_OPTIONS_END };

static const struct tool_option split_options[] = {
	TOOL_REQUIRED(struct key_options, prefix, "prefix", "PATH",
	              N_("the shares are the files PATH1, PATH2, ...")),
	TOOL_OPTION(struct key_options, shares, "shares", "NUMBER",
	            N_("how many shares, in the clear")),
	TOOL_OPTION(struct key_options, custodians, "custodian", "CERT",
	            N_("seal a share to the key of this certificate; one for each share")),
	TOOL_OPTION(struct key_options, pin_file, "pin-file", "FILE",
	            N_("the PIN; without it a new one that nobody sees")),
	TOOL_OPTIONS_END
};
static const struct tool_option open_options[] = {
	TOOL_REQUIRED(struct key_options, key, "key", "URI", N_("the custodian's key")),
	TOOL_REQUIRED(struct key_options, share_out, "share-out", "FILE", N_("the share")),
	MODULE_MAP,
	TOOL_OPTIONS_END
};
static const struct tool_option destroy_options[] = {
	TOOL_OPTION(struct key_options, reason, "reason", "TEXT",
	            N_("why a key goes that is still needed")),
	TOOL_OPTION(struct key_options, second, "second", "NAME",
	            N_("the second person, in a home for tests")),
	TOOL_OPTIONS_END
};

static const struct tool_command commands[] = {
	{ .name = "init-token", .help = N_("Makes a token in a free slot of a module."),
	  .options = init_token_options, .shared = TOOL_QUIET, .run = key_init_token },
	{ .name = "generate", .help = N_("Makes a key pair in a token, and tests it."),
	  .options = generate_options, .shared = TOOL_JSON, .operands = "URI", .min = 1, .max = 1,
	  .run = key_generate },
	{ .name = "list", .help = N_("Lists the private keys that a URI matches."),
	  .options = options, .shared = TOOL_JSON, .operands = "URI", .min = 1, .max = 1,
	  .run = key_list },
	{ .name = "info", .help = N_("Says what is known of a key, its token and its module."),
	  .options = options, .shared = TOOL_JSON, .operands = "URI", .min = 1, .max = 1,
	  .run = key_info },
	{ .name = "pubkey", .help = N_("Writes the public key, PEM or DER."), .options = options,
	  .shared = TOOL_DER | TOOL_OUT | TOOL_JSON, .operands = "URI", .min = 1, .max = 1, .run = key_pubkey },
	{ .name = "selftest", .help = N_("Signs and verifies a message made for this."),
	  .options = options, .shared = TOOL_JSON, .operands = "URI", .min = 1, .max = 1,
	  .run = key_selftest },
	{ .name = "states", .help = N_("Says how far the keys of a CA are in their lives."),
	  .shared = TOOL_HOME | TOOL_JSON, .run = key_states },
	{ .name = "import",
	  .help = N_("Opens the encryption key that a key-management centre sent, with the signing key."),
	  .options = import_options, .shared = TOOL_JSON, .operands = "FILE", .min = 1, .max = 1,
	  .run = key_import },
	{ .name = "split-pin", .help = N_("Splits a PIN into shares for several custodians."),
	  .options = split_options, .shared = TOOL_JSON, .run = key_split_pin },
	{ .name = "open-share", .help = N_("Opens a share that was sealed to a custodian."),
	  .options = open_options, .operands = "FILE", .min = 1, .max = 1, .run = key_open_share },
	{ .name = "destroy", .help = N_("Destroys the key of a generation of a CA."),
	  .options = destroy_options, .shared = TOOL_HOME | TOOL_JSON | TOOL_ACTOR | TOOL_SIGN,
	  .operands = "GENERATION", .min = 1, .max = 1, .run = key_destroy },
	TOOL_COMMANDS_END
};

struct egov_key_options key_opening(const struct tool *tool)
{
	const struct key_options *o = tool->options;

	return (struct egov_key_options){ .purpose = EGOV_KEY_OTHER,
		                          .module_map = o->module_map,
		                          .decrypts = o->decrypt,
		                          .pin = tool_pin };
}

int key_end(struct tool *tool, enum egov_status rc, struct egov_report *report,
            struct egov_error *err)
{
	if (rc == EGOV_OK)
		rc = tool_print(tool, report, err);
	egov_report_free(report);
	return rc == EGOV_OK ? TOOL_YES : tool_fail(err, NULL);
}

int main(int argc, char **argv)
{
	static const struct tool_program program = {
		.name = "egov-key",
		.help = N_("Makes tokens and keys, and tells about them."),
		.commands = commands,
		.options_size = sizeof(struct key_options),
		.opens_keys = true,
	};

	return tool_main(&program, argc, argv);
}
