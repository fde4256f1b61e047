/* SPDX-License-Identifier: Apache-2.0 */
#include "help_issue.h"
#include "made.h"

#include <egovca/lint.h>

#include "lint/lint.h"
#include "x509/algid.h"

/* The rules of RFC 5280 and of what goes with it: one part of a clean object is changed, and
 * just the rules that speak of it must find that. */

struct row {
	enum { PART, EXT, DROP, ALL } how;      /* ALL: the last part, and no other extension */
	int what;                               /* a part or the type of an extension */
	bool critical;
	bool ca;                                /* in the certificate of a CA */
	const char *hex, *wanted;
};

static const struct row certificates[] = {
	{ PART, MADE_TIMES, false, false, "3000", "pkix-form" },
	{ PART, MADE_SERIAL, false, false, "02020005", "pkix-der" },
	{ PART, MADE_VERSION, false, false, "", "pkix-version" },
	{ PART, MADE_VERSION, false, false, "a003020101", "pkix-version" },
	{ PART, MADE_VERSION, false, false, "a003020105", "pkix-version" },
	{ PART, MADE_SERIAL, false, false, "0201ff", "pkix-serial" },
	{ PART, MADE_SERIAL, false, false, "020100", "pkix-serial" },
	{ PART, MADE_SERIAL, false, false, "021501ffffffffffffffffffffffffffffffffffffffff",
	  "pkix-serial" },
	{ PART, MADE_SERIAL, false, false, "02147fffffffffffffffffffffffffffffffffffffff", "" },
	{ PART, MADE_TIMES, false, false, "301c170b323630313031303030305a170d3239303130313030303030305a",
	  "pkix-time-form" },
	{ PART, MADE_TIMES, false, false,
	  "3022170d3236303130313030303030305a18113239303130313030303030302b30383030",
	  "pkix-time-form" },
	{ PART, MADE_TIMES, false, false,
	  "3020180f32303236303130313030303030305a170d3239303130313030303030305a",
	  "pkix-time-type" },
	{ PART, MADE_TIMES, false, false,
	  "3020170d3236303130313030303030305a180f32303530303130313030303030305a",
	  "" },
	{ PART, MADE_TIMES, false, false,
	  "301e170d3239303130313030303030305a170d3236303130313030303030305a",
	  "pkix-time-order" },
	{ PART, MADE_UNIQUE_IDS, false, false, "81020041", "pkix-unique-id" },
	{ PART, MADE_ALGORITHM, false, false, "300c06082a8648ce3d0403020500",
	  "pkix-sigalg-parameters" },
	{ PART, MADE_ALGORITHM, false, false, "300a06082a8648ce3d040302", "" },
	{ PART, MADE_ALGORITHM, false, false, "300b06092a864886f70d01010b",
	  "pkix-sigalg-parameters" },
	{ PART, MADE_ALGORITHM, false, false, "300d06092a864886f70d01010b0500", "" },
	{ PART, MADE_ALGORITHM, false, false, "300c06082a811ccf550183750500", "" },
	{ PART, MADE_ALGORITHM, false, false, "300d06082a811ccf55018375020105",
	  "pkix-sigalg-parameters" },
	{ PART, MADE_KEY, false, false,
	  "3025300d06092a864886f70d01010105000314003011020a00c5111111111111111102030100"
	  "01",
	  "" },
	{ PART, MADE_KEY, false, false,
	  "3023300b06092a864886f70d0101010314003011020a00c511111111111111110203010001",
	  "pkix-key-parameters" },
	{ PART, MADE_KEY, false, false,
	  "3023300d06092a864886f70d0101010500031200300f020a00c511111111111111110201ff",
	  "pkix-key-value" },
	{ PART, MADE_KEY, false, false, "301c300d06092a864886f70d0101010500030b0030080201850203010001",
	  "pkix-key-value" },
	{ PART, MADE_KEY, false, false,
	  "3059301306072a8648ce3d020106082a8648ce3d030107034200046b17d1f2e12c4247f8bce6"
	  "e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162b"
	  "ce33576b315ececbb6406837bf51f5",
	  "" },
	{ PART, MADE_KEY, false, false,
	  "3059301306072a8648ce3d020106082a811ccf5501822d034200046b17d1f2e12c4247f8bce6"
	  "e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162b"
	  "ce33576b315ececbb6406837bf51f5",
	  "pkix-key-value" },
	{ PART, MADE_KEY, false, false,
	  "3059301306072a8648ce3d020106082a8648ce3d030107034200076b17d1f2e12c4247f8bce6"
	  "e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162b"
	  "ce33576b315ececbb6406837bf51f5",
	  "pkix-key-value" },
	{ PART, MADE_KEY, false, false,
	  "3051300b06072a8648ce3d02013000034200046b17d1f2e12c4247f8bce6e563a440f277037d"
	  "812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececb"
	  "b6406837bf51f5",
	  "pkix-key-parameters" },
	{ PART, MADE_ISSUER, false, false, "3000", "pkix-issuer" },
	{ PART, MADE_SUBJECT, false, false, "3000", "pkix-subject" },
	{ PART, MADE_SUBJECT, false, true, "3000", "pkix-subject" },
	{ PART, MADE_SUBJECT, false, false, "30023100", "pkix-name-form" },
	{ PART, MADE_ISSUER, false, false, "30023100", "pkix-name-form" },
	{ PART, MADE_SUBJECT, false, false,
	  "3025310b300906035504061302434e310a3008060355040a160141310a300806035504030c01"
	  "41",
	  "pkix-name-types" },
	{ PART, MADE_SUBJECT, false, false, "3019310b300906035504060c02434e310a300806035504030c0141",
	  "pkix-name-types" },
	{ PART, MADE_SUBJECT, false, false,
	  "3025310b300906035504061302434e310a300806035504050c0131310a300806035504030c01"
	  "41",
	  "pkix-name-types" },
	{ PART, MADE_SUBJECT, false, false,
	  "3025310b300906035504061302434e310a30080603550405130131310a300806035504030c01"
	  "41",
	  "" },
	{ PART, MADE_ISSUER, false, false, "3019310b300906035504060c02434e310a300806035504030c0141",
	  "pkix-name-types" },
	{ PART, MADE_SUBJECT, false, false,
	  "3026310b300906035504061302434e310b3009060355040a1e020041310a300806035504030c"
	  "0141",
	  "pkix-name-old" },
	{ PART, MADE_SUBJECT, false, false,
	  "3025310b300906035504061302434e310a3008060355040a140141310a300806035504030c01"
	  "41",
	  "pkix-name-old" },
	{ PART, MADE_SUBJECT, false, false, "301a310b300906035504061302434e310b300906035504030c026107",
	  "pkix-name-text" },
	{ PART, MADE_SUBJECT, false, false, "301a310b300906035504061302434e310b300906035504030c0261ff",
	  "pkix-name-text" },
	{ PART, MADE_SUBJECT, false, false, "301b310b300906035504061302434e310c300a06035504031303614062",
	  "pkix-name-text" },
	{ PART, MADE_SUBJECT, false, false, "3018310b300906035504061302434e3109300706035504030c00",
	  "pkix-name-length" },
	{ PART, MADE_SUBJECT, false, false,
	  "3059310b300906035504061302434e314a304806035504030c41616161616161616161616161"
	  "6161616161616161616161616161616161616161616161616161616161616161616161616161"
	  "616161616161616161616161616161",
	  "pkix-name-length" },
	{ PART, MADE_SUBJECT, false, false,
	  "3058310b300906035504061302434e3149304706035504030c40616161616161616161616161"
	  "6161616161616161616161616161616161616161616161616161616161616161616161616161"
	  "6161616161616161616161616161",
	  "" },
	{ PART, MADE_SUBJECT, false, false, "301a310c300a0603550406130343484e310a300806035504030c0141",
	  "pkix-name-length" },
	{ PART, MADE_SUBJECT, false, false, "3018310a30080603550406130143310a300806035504030c0141",
	  "pkix-name-length" },
	{ PART, MADE_SUBJECT, false, false,
	  "3065310b300906035504061302434e314a304806035504040c41616161616161616161616161"
	  "6161616161616161616161616161616161616161616161616161616161616161616161616161"
	  "616161616161616161616161616161310a300806035504030c0141",
	  "" },
	{ PART, MADE_SUBJECT, false, false,
	  "302531173015060a0992268993f22c64011916076578616d706c65310a300806035504030c01"
	  "41",
	  "" },
	{ PART, MADE_SUBJECT, false, false,
	  "302631183016060a0992268993f22c6401191608657861206d706c65310a300806035504030c"
	  "0141",
	  "pkix-name-domain" },
	{ PART, MADE_SUBJECT, false, false,
	  "3030310b300906035504061302434e310a300806035504030c01413115301306092a864886f7"
	  "0d01090116066140622e636e",
	  "pkix-email" },
	{ ALL, MADE_UNIQUE_IDS, false, false, "a3023000",
	  "pkix-ext-empty pkix-aki pkix-ski-holder" },
	{ ALL, MADE_UNIQUE_IDS, false, false,
	  "a3223020300d0603551d0e0406040431323334300f0603551d2304083006800431323334",
	  "" },
	{ ALL, MADE_UNIQUE_IDS, false, false,
	  "a3253023300f0603551d230408300680043132333430100603551d0e01010004060404313233"
	  "34",
	  "pkix-ext-der" },
	{ ALL, MADE_UNIQUE_IDS, false, false,
	  "a331302f300d0603551d0e0406040431323334300f0603551d2304083006800431323334300d"
	  "0603551d0e0406040431323334",
	  "pkix-ext-once" },
	{ EXT, EGOV__OID_KEY_USAGE, true, false, "03020700", "pkix-ext-form" },
	{ EXT, EGOV__OID_KEY_USAGE, true, false, "030200c0", "pkix-ext-form" },
	{ EXT, EGOV__OID_SAN, false, false, "3000", "pkix-ext-form" },
	{ EXT, EGOV__OID_SAN, false, false, "3007820561ff2e636e",
	  "pkix-ext-form pkix-altname-dns" },
	{ EXT, EGOV__OID_BASIC_CONSTRAINTS, false, false, "3003010100", "pkix-ext-form" },
	{ EXT, EGOV__OID_BASIC_CONSTRAINTS, false, false, "3000", "" },
	{ EXT, EGOV__OID_POLICIES, false, false, "300c300406022a03300406022a03",
	  "pkix-ext-form" },
	{ EXT, EGOV__OID_DIRECTORY_ATTRIBUTES, false, false, "3000", "pkix-ext-form" },
	{ EXT, EGOV__OID_DIRECTORY_ATTRIBUTES, false, false, "300b300906022a033103020105", "" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, true, "300aa00830068204612e636e", "" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, false, true, "300aa00830068204612e636e",
	  "pkix-critical" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, true, "3000", "pkix-ext-form" },
	{ EXT, EGOV__OID_POLICY_CONSTRAINTS, false, true, "3003800100", "pkix-critical" },
	{ EXT, EGOV__OID_POLICY_CONSTRAINTS, true, true, "3003800100", "" },
	{ EXT, EGOV__OID_INHIBIT_ANY_POLICY, false, true, "020100", "pkix-critical" },
	{ EXT, EGOV__OID_INHIBIT_ANY_POLICY, true, true, "020100", "" },
	{ EXT, EGOV__OID_BASIC_CONSTRAINTS, false, true, "30030101ff", "pkix-critical" },
	{ EXT, EGOV__OID_AKI, true, false, "3006800431323334", "pkix-not-critical" },
	{ EXT, EGOV__OID_SKI, true, false, "040431323334", "pkix-not-critical" },
	{ EXT, EGOV__OID_SIA, true, false, "301a301806082b06010505073005860c687474703a2f2f612e636e2f",
	  "pkix-not-critical" },
	{ EXT, EGOV__OID_SIA, false, false, "301a301806082b06010505073005860c687474703a2f2f612e636e2f",
	  "" },
	{ EXT, EGOV__OID_FRESHEST_CRL, true, false, "30143012a010a00e860c687474703a2f2f612e636e2f",
	  "pkix-not-critical" },
	{ EXT, EGOV__OID_KEY_USAGE, false, false, "030206c0", "pkix-should-critical" },
	{ EXT, EGOV__OID_CRL_DP, true, false, "30143012a010a00e860c687474703a2f2f612e636e2f",
	  "pkix-should-not-critical" },
	{ EXT, EGOV__OID_SAN, true, false, "30068204612e636e", "pkix-should-not-critical" },
	{ EXT, EGOV__OID_ISSUER_ALT_NAME, true, false, "30068204612e636e",
	  "pkix-should-not-critical" },
	{ DROP, EGOV__OID_AKI, false, false, "", "pkix-aki" },
	{ EXT, EGOV__OID_AKI, false, false, "3000", "pkix-aki-key" },
	{ EXT, EGOV__OID_AKI, false, false, "3009800431323334820105", "pkix-aki-pair" },
	{ EXT, EGOV__OID_AKI, false, false,
	  "3028800431323334a11da41b3019310b300906035504061302434e310a300806035504030c01"
	  "41820105",
	  "" },
	{ DROP, EGOV__OID_SKI, false, true, "", "pkix-ski" },
	{ DROP, EGOV__OID_SKI, false, false, "", "pkix-ski-holder" },
	{ DROP, EGOV__OID_KEY_USAGE, false, true, "", "pkix-usage" },
	{ DROP, EGOV__OID_KEY_USAGE, false, false, "", "" },
	{ EXT, EGOV__OID_KEY_USAGE, true, false, "03020204", "pkix-usage-no-ca" },
	{ EXT, EGOV__OID_KEY_USAGE, true, true, "03020780", "pkix-usage-of-ca" },
	{ EXT, EGOV__OID_KEY_USAGE, true, false, "03020009", "" },
	{ EXT, EGOV__OID_KEY_USAGE, true, false, "03020001", "pkix-usage-only" },
	{ EXT, EGOV__OID_KEY_USAGE, true, false, "0303068040", "pkix-usage-bits" },
	{ EXT, EGOV__OID_BASIC_CONSTRAINTS, false, false, "3003020100", "pkix-path-length" },
	{ EXT, EGOV__OID_BASIC_CONSTRAINTS, true, true, "30060101ff020100", "" },
	{ EXT, EGOV__OID_EKU, false, false, "300a06082b06010505070303", "" },
	{ EXT, EGOV__OID_EKU, false, false, "301406082b0601050507030106082b06010505070302", "" },
	{ EXT, EGOV__OID_EKU, true, false, "30060604551d2500", "pkix-eku-any" },
	{ EXT, EGOV__OID_EKU, false, false, "30060604551d2500", "" },
	{ EXT, EGOV__OID_CRL_DP, false, false, "30183016a010a00e860c687474703a2f2f612e636e2f81020640",
	  "pkix-crldp-reasons" },
	{ EXT, EGOV__OID_CRL_DP, false, false,
	  "302c3016a010a00e860c687474703a2f2f612e636e2f810206403012a010a00e860c68747470"
	  "3a2f2f622e636e2f",
	  "" },
	{ EXT, EGOV__OID_SCT_LIST, false, false, "04020000", "pkix-sct-empty" },
	{ EXT, EGOV__OID_SCT_LIST, false, false, "0406000461626364", "" },
	{ EXT, EGOV__OID_SAN, false, false, "30028200", "pkix-altname-empty" },
	{ EXT, EGOV__OID_SAN, false, false, "30028100", "pkix-altname-empty" },
	{ EXT, EGOV__OID_SAN, false, false, "30028600", "pkix-altname-empty" },
	{ EXT, EGOV__OID_SAN, false, false, "300e820c612e6578616d706c652e636e", "" },
	{ EXT, EGOV__OID_SAN, false, false, "300e820c2a2e6578616d706c652e636e", "" },
	{ EXT, EGOV__OID_SAN, false, false, "30078205612e2e636e", "pkix-altname-dns" },
	{ EXT, EGOV__OID_SAN, false, false, "3003820120", "pkix-altname-dns" },
	{ EXT, EGOV__OID_SAN, false, false, "30088206615f622e636e", "pkix-altname-dns" },
	{ EXT, EGOV__OID_SAN, false, false, "300782052d612e636e", "pkix-altname-dns" },
	{ EXT, EGOV__OID_SAN, false, false, "30078205612d2e636e", "pkix-altname-dns" },
	{ EXT, EGOV__OID_SAN, false, false, "30088206612e2a2e636e", "pkix-altname-dns" },
	{ EXT, EGOV__OID_SAN, false, false, "300382012a", "pkix-altname-dns" },
	{ EXT, EGOV__OID_SAN, false, false,
	  "3045824361616161616161616161616161616161616161616161616161616161616161616161"
	  "6161616161616161616161616161616161616161616161616161616161612e636e",
	  "pkix-altname-dns" },
	{ EXT, EGOV__OID_SAN, false, false,
	  "3044824261616161616161616161616161616161616161616161616161616161616161616161"
	  "61616161616161616161616161616161616161616161616161616161612e636e",
	  "" },
	{ EXT, EGOV__OID_SAN, false, false,
	  "308201018281fe61616161616161616161616161616161616161616161616161616161616161"
	  "616161616161616161616161616161616161616161616161616161616161612e616161616161"
	  "6161616161616161616161616161616161616161616161616161616161616161616161616161"
	  "6161616161616161616161616161616161612e61616161616161616161616161616161616161"
	  "6161616161616161616161616161616161616161616161616161616161616161616161616161"
	  "61616161612e6161616161616161616161616161616161616161616161616161616161616161"
	  "6161616161616161616161616161616161616161616161616161616161612e636e",
	  "pkix-altname-dns" },
	{ EXT, EGOV__OID_SAN, false, false, "3010820e786e2d2d666971323238632e636e", "" },
	{ EXT, EGOV__OID_SAN, false, false, "300a8208786e2d2d612e636e", "pkix-altname-dns" },
	{ EXT, EGOV__OID_SAN, false, false, "30148212786e2d2d39393939393939393939392e636e",
	  "pkix-altname-dns" },
	{ EXT, EGOV__OID_SAN, false, false, "300582032e636e", "pkix-altname-dns" },
	{ EXT, EGOV__OID_SAN, false, false, "30078205612e636e2e", "pkix-altname-dns" },
	{ EXT, EGOV__OID_SAN, false, false, "300881066140622e636e", "" },
	{ EXT, EGOV__OID_SAN, false, false, "300c810a612e622b6340622e636e", "" },
	{ EXT, EGOV__OID_SAN, false, false, "300c810a226120622240622e636e", "" },
	{ EXT, EGOV__OID_SAN, false, false, "300e810c61405b31302e302e302e315d", "" },
	{ EXT, EGOV__OID_SAN, false, false, "3003810161", "pkix-altname-email" },
	{ EXT, EGOV__OID_SAN, false, false, "3007810540622e636e", "pkix-altname-email" },
	{ EXT, EGOV__OID_SAN, false, false, "300b8109612e2e6240622e636e", "pkix-altname-email" },
	{ EXT, EGOV__OID_SAN, false, false, "300c810a41203c6140622e636e3e",
	  "pkix-altname-email" },
	{ EXT, EGOV__OID_SAN, false, false, "300a81086140625f632e636e", "pkix-altname-email" },
	{ EXT, EGOV__OID_SAN, false, false,
	  "3048814661616161616161616161616161616161616161616161616161616161616161616161"
	  "6161616161616161616161616161616161616161616161616161616161616140622e636e",
	  "pkix-altname-email" },
	{ EXT, EGOV__OID_SAN, false, false, "3007860575726e3a61", "" },
	{ EXT, EGOV__OID_SAN, false, false, "300f860d687474703a2f2f612e636e2f78", "" },
	{ EXT, EGOV__OID_SAN, false, false, "30138611687474703a2f2f31302e302e302e312f78", "" },
	{ EXT, EGOV__OID_SAN, false, false, "3010860e687474703a2f2f5b3a3a315d2f78", "" },
	{ EXT, EGOV__OID_SAN, false, false, "3011860f687474703a2f2f2a2e612e636e2f78", "" },
	{ EXT, EGOV__OID_SAN, false, false, "30148612687474703a2f2f7540612e636e3a38302f78", "" },
	{ EXT, EGOV__OID_SAN, false, false, "300a86087777772e612e636e", "pkix-altname-uri" },
	{ EXT, EGOV__OID_SAN, false, false, "30078605687474703a", "pkix-altname-uri" },
	{ EXT, EGOV__OID_SAN, false, false, "3006860431613a62", "pkix-altname-uri" },
	{ EXT, EGOV__OID_SAN, false, false, "3010860e687474703a2f2f612e636e2f2062",
	  "pkix-altname-uri" },
	{ EXT, EGOV__OID_SAN, false, false, "300c860a687474703a2f2f612f78",
	  "pkix-altname-uri-host" },
	{ EXT, EGOV__OID_SAN, false, false, "300c860a687474703a2f2f2a2f78",
	  "pkix-altname-uri-host" },
	{ EXT, EGOV__OID_SAN, false, false, "3011860f687474703a2f2f612e2a2e636e2f78",
	  "pkix-altname-uri-host" },
	{ EXT, EGOV__OID_SAN, false, false, "300e860c6c6461703a2f2f2f434e3d61",
	  "pkix-altname-uri-host" },
	{ EXT, EGOV__OID_SAN, false, false, "300687040a000001", "" },
	{ EXT, EGOV__OID_SAN, false, false, "3012871000000000000000000000000000000000", "" },
	{ EXT, EGOV__OID_SAN, false, false, "300787050a000001ff", "pkix-altname-ip" },
	{ EXT, EGOV__OID_ISSUER_ALT_NAME, false, false, "3003810161", "pkix-altname-email" },
	{ EXT, EGOV__OID_SAN, false, false, "3004a4023000", "pkix-altname-empty" },
	{ EXT, EGOV__OID_CRL_DP, false, false, "30123010a00ea00c860a7777772e612e636e2f78",
	  "pkix-address pkix-crldp-address" },
	{ EXT, EGOV__OID_AIA, false, false, "3013301106082b060105050730028605687474703a",
	  "pkix-address pkix-aia-address" },
	{ EXT, EGOV__OID_CRL_DP, false, false,
	  "3082011630820112a082010ea082010a86820106687474703a2f2f6161616161616161616161"
	  "6161616161616161616161616161616161616161616161616161616161616161616161616161"
	  "6161616161616161616161616161616161616161616161616161616161616161616161616161"
	  "6161616161616161616161616161616161616161616161616161616161616161616161616161"
	  "6161616161616161616161616161616161616161616161616161616161616161616161616161"
	  "6161616161616161616161616161616161616161616161616161616161616161616161616161"
	  "6161616161616161616161616161616161616161616161616161616161616161616161616161"
	  "6161616161616161616161616161612f",
	  "pkix-address" },
	{ EXT, EGOV__OID_CRL_DP, false, false,
	  "30233021a01fa01da41b3019310b300906035504061302434e310a300806035504030c0141",
	  "pkix-crldp-address" },
	{ EXT, EGOV__OID_CRL_DP, false, false, "30183016a014a01286106c6461703a2f2f612e636e2f434e3d61",
	  "" },
	{ EXT, EGOV__OID_AIA, false, false, "3019301706082b06010505073002860b6674703a2f2f612e636e2f",
	  "pkix-aia-address" },
	{ EXT, EGOV__OID_AIA, false, false, "301a301806082b06010505073001860c687474703a2f2f612e636e2f",
	  "" },
	{ EXT, EGOV__OID_POLICIES, false, false, "301330110604551d20003009300706022a03020105",
	  "pkix-policy-any" },
	{ EXT, EGOV__OID_POLICIES, false, false, "3011300f06022a033009300706022a03020105", "" },
	{ EXT, EGOV__OID_POLICIES, false, false,
	  "302430220604551d2000301a301806082b06010505070201160c687474703a2f2f612e636e2f",
	  "" },
	{ EXT, EGOV__OID_POLICIES, false, false,
	  "301e301c06022a033016301406082b0601050507020116087777772e612e636e",
	  "pkix-policy-cps" },
	{ EXT, EGOV__OID_POLICIES, false, false,
	  "3022302006022a03301a301806082b060105050702010c0c687474703a2f2f612e636e2f",
	  "pkix-policy-cps" },
	{ EXT, EGOV__OID_POLICIES, false, false,
	  "3019301706022a033011300f06082b0601050507020230030c0161",
	  "" },
	{ EXT, EGOV__OID_POLICIES, false, false,
	  "3081e63081e306022a033081dc3081d906082b060105050702023081cc0c81c9616161616161"
	  "6161616161616161616161616161616161616161616161616161616161616161616161616161"
	  "6161616161616161616161616161616161616161616161616161616161616161616161616161"
	  "6161616161616161616161616161616161616161616161616161616161616161616161616161"
	  "6161616161616161616161616161616161616161616161616161616161616161616161616161"
	  "6161616161616161616161616161616161616161616161616161616161616161616161616161"
	  "6161616161",
	  "pkix-policy-notice" },
	{ EXT, EGOV__OID_POLICIES, false, false,
	  "3081e53081e206022a033081db3081d806082b060105050702023081cb0c81c8616161616161"
	  "6161616161616161616161616161616161616161616161616161616161616161616161616161"
	  "6161616161616161616161616161616161616161616161616161616161616161616161616161"
	  "6161616161616161616161616161616161616161616161616161616161616161616161616161"
	  "6161616161616161616161616161616161616161616161616161616161616161616161616161"
	  "6161616161616161616161616161616161616161616161616161616161616161616161616161"
	  "61616161",
	  "" },
	{ EXT, EGOV__OID_POLICIES, false, false,
	  "3019301706022a033011300f06082b060105050702023003160161",
	  "pkix-policy-notice pkix-policy-notice-utf8" },
	{ EXT, EGOV__OID_POLICIES, false, false, "3017301506022a03300f300d06082b06010505070202020105",
	  "pkix-policy-notice" },
	{ EXT, EGOV__OID_POLICIES, false, false,
	  "3019301706022a033011300f06082b060105050702023003020105",
	  "pkix-policy-notice" },
	{ EXT, EGOV__OID_POLICIES, false, false,
	  "3019301706022a033011300f06082b0601050507020230030c01ff",
	  "pkix-policy-notice" },
	{ EXT, EGOV__OID_POLICIES, false, false,
	  "3019301706022a033011300f06082b0601050507020230031a0161",
	  "pkix-policy-notice-utf8" },
	{ EXT, EGOV__OID_POLICIES, false, false,
	  "301a301806022a033012301006082b0601050507020230041e020061",
	  "pkix-policy-notice-utf8" },
	{ EXT, EGOV__OID_POLICIES, false, false,
	  "3019301706022a033011300f06082b0601050507020230030c0107",
	  "pkix-policy-notice-control" },
	{ EXT, EGOV__OID_POLICIES, false, false,
	  "3020301e06022a033018301606082b06010505070202300a30080c01613003020105",
	  "pkix-policy-notice-ref" },
	{ EXT, EGOV__OID_POLICY_MAPPINGS, true, true, "300c300a06048837010106022a03", "" },
	{ EXT, EGOV__OID_POLICY_MAPPINGS, false, true, "300c300a06048837010106022a03",
	  "pkix-should-critical" },
	{ EXT, EGOV__OID_POLICY_MAPPINGS, true, true, "300c300a06022a03060488370101",
	  "pkix-mapping-policy" },
	{ EXT, EGOV__OID_POLICY_MAPPINGS, true, true, "300e300c0604883701010604551d2000",
	  "pkix-mapping-any" },
	{ EXT, EGOV__OID_POLICY_MAPPINGS, true, true, "300e300c0604551d2000060488370101",
	  "pkix-mapping-any pkix-mapping-policy" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, false, "300aa00830068204612e636e",
	  "pkix-nc-ca" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, true, "3008a006300488022a03", "pkix-nc-form" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, true, "3006a00430028200", "" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, true, "300ba009300782052e612e636e",
	  "pkix-nc-dot" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, true, "3009a00730058203612062", "pkix-nc-host" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, true, "300aa00830068604612e636e", "" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, true, "300ba009300786052e612e636e", "" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, true, "300ea00c300a860831302e302e302e31",
	  "pkix-nc-host" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, true, "3011a00f300d860b687474703a2f2f612e636e",
	  "pkix-nc-host" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, true, "300ea00c300a87080a000000ff000000", "" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, true, "300ea00c300a87080a000001ff000000",
	  "pkix-nc-range" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, true, "300aa008300687040a000001",
	  "pkix-ext-form" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, true, "300aa00830068104612e636e", "" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, true, "3009a10730058203612062", "pkix-nc-host" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, true, "300da00b30098204612e636e800101",
	  "pkix-ext-form" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, true, "300da00b30098204612e636e810101",
	  "pkix-ext-form" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, true,
	  "300ca00a300881066140622e636e", "" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, true,
	  "300aa00830068104622e636e", "" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, true,
	  "300ba009300781052e622e636e", "" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, true,
	  "3006a00430028100", "" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, true,
	  "3007a005300381012e", "pkix-nc-mail" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, true,
	  "3009a00730058103612062", "pkix-nc-mail" },
	{ EXT, EGOV__OID_NAME_CONSTRAINTS, true, true,
	  "300fa00d300b8109612e2e6240632e636e", "pkix-nc-mail" },
	{ EXT, EGOV__OID_CRL_DP, false, false,
	  "30333031a010a00e860c687474703a2f2f612e636e2fa21da41b3019310b3009060355040613"
	  "02434e310a300806035504030c0141", "" },
	{ EXT, EGOV__OID_CRL_DP, false, false,
	  "30243022a010a00e860c687474703a2f2f612e636e2fa20e860c687474703a2f2f612e636e2f", "pkix-crldp-issuer" },
	{ EXT, EGOV__OID_CRL_DP, false, false,
	  "30433012a010a00e860c687474703a2f2f612e636e2f302da00ca10a300806035504030c0178"
	  "a21da41b3019310b300906035504061302434e310a300806035504030c0141", "" },
	{ EXT, EGOV__OID_CRL_DP, false, false,
	  "30603012a010a00e860c687474703a2f2f612e636e2f304aa00ca10a300806035504030c0178"
	  "a23aa41b3019310b300906035504061302434e310a300806035504030c0141a41b3019310b30"
	  "0906035504061302434e310a3008060355040a0c0141", "pkix-crldp-issuer" },
};

static const struct row lists[] = {
	{ PART, MADE_VERSION, false, false, "", "pkix-crl-version" },
	{ PART, MADE_VERSION, false, false, "020100", "pkix-crl-version" },
	{ PART, MADE_TIMES, false, false, "170d3236303630313030303030305a", "pkix-crl-next" },
	{ PART, MADE_TIMES, false, false, "170d3236303630313030303030305a170d3236303530313030303030305a",
	  "pkix-time-order" },
	{ PART, MADE_ENTRIES, false, false, "3000", "pkix-crl-empty" },
	{ PART, MADE_ENTRIES, false, false, "", "" },
	{ PART, MADE_ISSUER, false, false, "3000", "pkix-issuer" },
	{ PART, MADE_ENTRIES, false, false,
	  "30223020020105170d3236303530313030303030305a300c300a0603551d1504030a0105",
	  "" },
	{ PART, MADE_ENTRIES, false, false,
	  "30223020020105170d3236303530313030303030305a300c300a0603551d1504030a0107",
	  "pkix-crl-entry" },
	{ PART, MADE_ENTRIES, false, false, "30123010020105170b323630353031303030305a",
	  "pkix-crl-entry" },
	{ PART, MADE_ENTRIES, false, false, "30163014020105170d3236303530313030303030305a3000",
	  "pkix-crl-entry" },
	{ PART, MADE_ENTRIES, false, false,
	  "302e302c020105170d3236303530313030303030305a301830160603551d18040f170d323630"
	  "3530313030303030305a",
	  "pkix-crl-entry" },
	{ PART, MADE_ENTRIES, false, false,
	  "3030302e020105170d3236303530313030303030305a301a30180603551d180411180f323032"
	  "36303530313030303030305a",
	  "" },
	{ PART, MADE_ENTRIES, false, false, "30163014020105180f32303236303530313030303030305a",
	  "pkix-crl-entry-time" },
	{ PART, MADE_ENTRIES, false, false,
	  "30253023020105170d3236303530313030303030305a300f300d0603551d150101ff04030a01"
	  "01",
	  "pkix-crl-entry-critical" },
	{ PART, MADE_ENTRIES, false, false,
	  "3041303f020105170d3236303530313030303030305a302b30290603551d1d0101ff041f301d"
	  "a41b3019310b300906035504061302434e310a300806035504030c0141",
	  "pkix-crl-entry-issuer" },
	{ PART, MADE_ENTRIES, false, false,
	  "303e303c020105170d3236303530313030303030305a302830260603551d1d041f301da41b30"
	  "19310b300906035504061302434e310a300806035504030c0141",
	  "pkix-crl-entry-issuer" },
	{ PART, MADE_ENTRIES, false, false,
	  "30223020020105170d3236303530313030303030305a300c300a0603551d1504030a0100",
	  "pkix-crl-unspecified" },
	{ PART, MADE_ENTRIES, false, false,
	  "30223020020105170d3236303530313030303030305a300c300a0603551d1504030a0108",
	  "pkix-crl-remove" },
	{ PART, MADE_ENTRIES, false, false, "30143012020105170d3236303630323030303030305a",
	  "pkix-crl-dates" },
	{ DROP, EGOV__OID_CRL_NUMBER, false, false, "", "pkix-crl-number" },
	{ DROP, EGOV__OID_AKI, false, false, "", "pkix-aki" },
	{ EXT, EGOV__OID_CRL_NUMBER, true, false, "020105", "pkix-crl-critical" },
	{ EXT, EGOV__OID_CRL_NUMBER, false, false, "0201ff", "pkix-ext-form" },
	{ EXT, EGOV__OID_CRL_NUMBER, false, false, "0215010000000000000000000000000000000000000000",
	  "pkix-ext-form" },
	{ EXT, EGOV__OID_DELTA_CRL, true, false, "020105", "" },
	{ EXT, EGOV__OID_DELTA_CRL, false, false, "020105", "pkix-crl-critical" },
	{ EXT, EGOV__OID_DELTA_CRL, true, false, "020107", "pkix-crl-delta-base" },
	{ EXT, EGOV__OID_DELTA_CRL, true, false, "02020100", "pkix-crl-delta-base" },
	{ EXT, EGOV__OID_IDP, true, false, "3012a010a00e860c687474703a2f2f612e636e2f", "" },
	{ EXT, EGOV__OID_IDP, false, false, "3012a010a00e860c687474703a2f2f612e636e2f",
	  "pkix-crl-critical" },
	{ EXT, EGOV__OID_IDP, true, false, "3000", "pkix-crl-idp-empty" },
	{ EXT, EGOV__OID_IDP, true, false, "30038101ff", "" },
	{ EXT, EGOV__OID_IDP, true, false, "30068101ff8201ff", "pkix-crl-idp-scope" },
	{ EXT, EGOV__OID_FRESHEST_CRL, false, false, "30143012a010a00e860c687474703a2f2f612e636e2f",
	  "" },
	{ EXT, EGOV__OID_FRESHEST_CRL, true, false, "30143012a010a00e860c687474703a2f2f612e636e2f",
	  "pkix-not-critical" },
	{ EXT, EGOV__OID_ISSUER_ALT_NAME, false, false, "3003810161", "pkix-altname-email" },
};

/* Each rule that something was found by. */
static struct egov_buf seen = EGOV__BUF(65536);

static void note_seen(const char *id)
{
	egov__buf_text(&seen, " ");
	egov__buf_text(&seen, id);
	egov__buf_text(&seen, " ");
}

static void judge(struct egov_slice der, const struct egov_lint_options *options,
                  const char *wanted, const char *what)
{
	struct egov_report *report = egov_report_new();
	struct egov_buf ids = EGOV__BUF(4096);
	struct egov_error err = { 0 };
	bool error = false;
	enum egov_status rc = egov_lint(der, options, report, &err);

	for (size_t r = 0; r < egov_report_records(report); r++) {
		const char *id = egov_report_find(report, r, "id");

		if (id == NULL)
			continue;
		error = error || strcmp(egov_report_find(report, r, "severity"), "error") == 0;
		if (ids.size > 0)
			egov__buf_text(&ids, " ");
		egov__buf_text(&ids, id);
		note_seen(id);
	}
	if (strcmp(egov__buf_string(&ids), wanted) != 0)
		fail_msg("%s: found \"%s\", wanted \"%s\": %s", what, egov__buf_string(&ids), wanted,
		         err.text);
	assert_int_equal(rc, error ? EGOV_E_POLICY : EGOV_OK);
	egov_report_free(report);
	egov__buf_clear(&ids);
}

static void make_ca(struct made *made)
{
	made_ext_hex(made, EGOV__OID_BASIC_CONSTRAINTS, true, "30 03 01 01 ff");
	made_ext_hex(made, EGOV__OID_KEY_USAGE, true, "03 02 01 06");
}

static void change(struct made *made, const struct row *row)
{
	if (row->ca)
		make_ca(made);
	if (row->how == DROP)
		made_ext_drop(made, (enum egov__oid)row->what);
	else if (row->how == EXT)
		made_ext_hex(made, (enum egov__oid)row->what, row->critical, row->hex);
	else
		made_set_hex(made, (enum made_part)row->what, row->hex);
	while (row->how == ALL && made->ext_count > 0)
		made_ext_drop(made, made->ext[0].type);
}

static void each_row(const struct row *rows, size_t count, void (*make)(struct made *made))
{
	const struct egov_lint_options options = { .rules = "rfc5280" };

	for (size_t i = 0; i < count; i++) {
		struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
		char what[200];
		struct made made;

		make(&made);
		change(&made, &rows[i]);
		made_signed(&made, &der);
		(void)snprintf(what, sizeof(what), "row %zu, %.150s", i, rows[i].hex);
		judge(egov_buf_slice(&der), &options, rows[i].wanted, what);
		egov__buf_clear(&der);
		made_clear(&made);
	}
}

static void certificates_of_every_fault(void **state)
{
	(void)state;
	each_row(certificates, sizeof(certificates) / sizeof(certificates[0]), made_cert);
}

static void lists_of_every_fault(void **state)
{
	(void)state;
	each_row(lists, sizeof(lists) / sizeof(lists[0]), made_crl);
}

/* What two changes make, or what a single one does in a key. */
static void more_than_one_change(void **state)
{
	static const char rsa[] =
		"30 23 30 0d 06 09 2a864886f70d010101 05 00 03 12 00 30 0f 02 09 00c511111111111111 02 02 0101";
	static const char p256[] =
		"30 59 30 13 06 07 2a8648ce3d0201 06 08 2a8648ce3d030107 03 42 00 04"
		"6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
		"4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
	static const struct {
		const char *key;
		bool ca;
		const char *usage, *eku, *wanted;
	} cases[] = {
		{ p256, false, "03 02 07 80", "30 0a 06 08 2b06010505070303", "" },
		{ p256, false, "03 02 05 20", NULL, "pkix-key-usage" },
		{ p256, false, "03 02 03 08", NULL, "" },
		{ p256, false, "03 02 03 08", "30 0a 06 08 2b06010505070303", "pkix-eku" },
		{ p256, false, "03 02 03 08",
		  "30 14 06 08 2b06010505070303 06 08 2b06010505070301", "" },
		{ rsa, false, "03 02 05 20", NULL, "" },
		{ rsa, false, "03 02 03 08", NULL, "pkix-key-usage" },
		{ rsa, true, "03 02 01 06", NULL, "" },
		{ rsa, true, "03 02 01 26", NULL, "pkix-key-ca-enciphers" },
		/* the encryption half of a pair */
		{ NULL, false, "03 02 03 38", NULL, "" },
	};
	const struct egov_lint_options options = { .rules = "rfc5280" };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
		struct made made;

		made_cert(&made);
		if (cases[i].ca)
			make_ca(&made);
		if (cases[i].key != NULL)
			made_set_hex(&made, MADE_KEY, cases[i].key);
		made_ext_hex(&made, EGOV__OID_KEY_USAGE, true, cases[i].usage);
		if (cases[i].eku != NULL)
			made_ext_hex(&made, EGOV__OID_EKU, false, cases[i].eku);
		made_signed(&made, &der);
		judge(egov_buf_slice(&der), &options, cases[i].wanted, cases[i].usage);
		egov__buf_clear(&der);
		made_clear(&made);
	}
}

/* E-mail in the subject, repeated in subjectAltName; a critical one beside no subject; a
 * precertificate with timestamps; a delta CRL that points to another. */
static void pairs_of_extensions(void **state)
{
	static const struct {
		bool crl;
		const char *subject;
		enum egov__oid types[2];
		bool critical[2];
		const char *hex[2], *wanted;
	} cases[] = {
		{ false, "30 2b 31 0b 30 09 06 03 550406 13 02 434e 31 1c 30 1a 06 09 2a864886f70d010901 16 0d "
		         "6140622e6578616d706c652e63",
		  { EGOV__OID_SAN, EGOV__OID_UNKNOWN }, { false, false },
		  { "30 0f 81 0d 4140622e6578616d706c652e63", NULL }, "" },
		{ false, "30 00", { EGOV__OID_SAN, EGOV__OID_UNKNOWN }, { true, false },
		  { "30 06 82 04 612e636e", NULL }, "" },
		{ false, "30 00", { EGOV__OID_SAN, EGOV__OID_UNKNOWN }, { false, false },
		  { "30 06 82 04 612e636e", NULL }, "pkix-subject" },
		{ false, NULL, { EGOV__OID_SCT_LIST, EGOV__OID_CT_POISON }, { false, true },
		  { "04 06 0004 61626364", "05 00" }, "pkix-sct-poison" },
		{ true, NULL, { EGOV__OID_DELTA_CRL, EGOV__OID_FRESHEST_CRL }, { true, false },
		  { "02 01 05", "30 11 30 0f a0 0d a0 0b 86 09 6c6461703a2f2f612f" },
		  "pkix-crl-delta-freshest" },
	};
	const struct egov_lint_options options = { .rules = "rfc5280" };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
		struct made made;

		if (cases[i].crl)
			made_crl(&made);
		else
			made_cert(&made);
		if (cases[i].subject != NULL)
			made_set_hex(&made, MADE_SUBJECT, cases[i].subject);
		for (size_t k = 0; k < 2; k++)
			if (cases[i].hex[k] != NULL)
				made_ext_hex(&made, cases[i].types[k], cases[i].critical[k],
				             cases[i].hex[k]);
		made_signed(&made, &der);
		judge(egov_buf_slice(&der), &options, cases[i].wanted, cases[i].hex[0]);
		egov__buf_clear(&der);
		made_clear(&made);
	}
}

/* Beside its issuer: another name, another key, another certificate of the CA. */
static void the_issuer_is_compared(void **state)
{
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT), ca = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_lint_options options = { .rules = "rfc5280" };
	struct egov_cert *issuer = NULL;
	struct egov_error err = { 0 };
	struct made made, above;

	(void)state;
	made_cert(&above);
	make_ca(&above);
	made_set(&above, MADE_SUBJECT, egov_buf_slice(&above.part[MADE_ISSUER]));
	made_ext_hex(&above, EGOV__OID_SKI, false, "04 04 31323334");
	made_signed(&above, &ca);
	assert_ok(egov_cert_decode(egov_buf_slice(&ca), &issuer, &err), &err);
	options.issuer = issuer;
	made_cert(&made);
	made_ext_hex(&made, EGOV__OID_AKI, false, "30 06 80 04 31323334");
	made_signed(&made, &der);
	judge(egov_buf_slice(&der), &options, "", "issued by it");
	egov_buf_reset(&der);
	made_ext_hex(&made, EGOV__OID_AKI, false, "30 06 80 04 31323335");
	made_signed(&made, &der);
	judge(egov_buf_slice(&der), &options, "pkix-aki-issuer", "another key");
	egov_buf_reset(&der);
	made_ext_hex(&made, EGOV__OID_AKI, false,
	             "30 2b 80 04 31323334 a1 20 a4 1e 30 1c 31 0b 30 09 06 03 550406 13 02 434e 31 0d 30 0b 06 "
	             "03 55040a 0c 04 41414141 82 01 05");
	made_signed(&made, &der);
	judge(egov_buf_slice(&der), &options, "pkix-aki-issuer", "another certificate");
	egov_buf_reset(&der);
	made_ext_hex(&made, EGOV__OID_AKI, false, "30 06 80 04 31323334");
	made_set_hex(&made, MADE_ISSUER, "30 0d 31 0b 30 09 06 03 550406 13 02 434e");
	made_signed(&made, &der);
	judge(egov_buf_slice(&der), &options, "pkix-issuer-name", "another name");
	egov_cert_free(issuer);
	made_clear(&made);
	made_clear(&above);
	egov__buf_clear(&der);
	egov__buf_clear(&ca);
}

/* More than is read: attributes of a name, extensions. */
static void more_than_there_is_room_for(void **state)
{
	static const uint8_t ou[] = { 0x31, 0x0a, 0x30, 0x08, 0x06, 0x03, 0x55,
		                      0x04, 0x0b, 0x0c, 0x01, 0x41 };
	const struct egov_lint_options options = { .rules = "rfc5280" };
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT), part = EGOV__BUF(EGOV__MAX_OBJECT);
	struct made made;
	size_t mark, list;

	(void)state;
	made_cert(&made);
	mark = egov__der_open(&part, EGOV__SEQUENCE);
	for (size_t i = 0; i < 65; i++)
		egov__buf_slice(&part, EGOV__SLICE(ou));
	egov__der_close(&part, mark);
	made_set(&made, MADE_SUBJECT, egov_buf_slice(&part));
	made_signed(&made, &der);
	judge(egov_buf_slice(&der), &options, "pkix-name-form", "65 attributes");
	made_clear(&made);
	egov_buf_reset(&der);
	egov_buf_reset(&part);
	made_cert(&made);
	mark = egov__der_open(&part, EGOV__CONTEXT_CONS | 3);
	list = egov__der_open(&part, EGOV__SEQUENCE);
	for (uint8_t i = 0; i < 129; i++) {
		const uint8_t ext[] = { 0x30, 0x08, 0x06, 0x03, 0x2a, i & 0x7f, i >> 7, 0x04, 0x01, 0x05 };

		egov__buf_slice(&part, EGOV__SLICE(ext));
	}
	egov__der_close(&part, list);
	egov__der_close(&part, mark);
	while (made.ext_count > 0)
		made_ext_drop(&made, made.ext[0].type);
	made_set(&made, MADE_UNIQUE_IDS, egov_buf_slice(&part));
	made_signed(&made, &der);
	judge(egov_buf_slice(&der), &options, "pkix-ext-der pkix-aki pkix-ski-holder",
	      "129 extensions");
	made_clear(&made);
	egov__buf_clear(&der);
	egov__buf_clear(&part);
}

/* The outer algorithm is another one than the inner. */
static void algorithms_differ(void **state)
{
	const struct egov_lint_options options = { .rules = "rfc5280" };
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	struct made made;
	size_t mark;

	(void)state;
	made_cert(&made);
	mark = egov__der_open(&der, EGOV__SEQUENCE);
	made_tbs(&made, &der);
	egov__buf_slice(&der, egov__algid_sm2_sm3(EGOV__SIGALG_NULL));
	egov__der_put_bit_octets(&der, egov__slice_text("x"));
	egov__der_close(&der, mark);
	judge(egov_buf_slice(&der), &options, "pkix-sigalg-same", "NULL outside alone");
	egov__buf_clear(&der);
	made_clear(&made);
}

/* --- requests ------------------------------------------------------------------------ */

/* The parts of CertificationRequestInfo behind the version, but for the key. */
static const struct {
	const char *version, *attributes, *wanted;
	bool signed_wrongly;
} requests[] = {
	{ "02 01 00", "a0 00", "", false },
	{ "02 01 01", "a0 00", "pkix-csr-version", false },
	{ "02 01 00", "", "pkix-csr-attributes", false },
	{ "02 01 00", "a0 00", "pkix-csr-signature", true },
	/* an attribute without SET, without value; extensionRequest of an extension twice */
	{ "02 01 00", "a0 10 30 0e 06 09 2a864886f70d010907 13 01 61", "pkix-csr-attribute-form", false },
	{ "02 01 00", "a0 0f 30 0d 06 09 2a864886f70d010907 31 00", "pkix-csr-attribute-form pkix-csr-attribute-single",
	  false },
	{ "02 01 00", "a0 12 30 10 06 09 2a864886f70d010907 31 03 13 01 61", "", false },
	{ "02 01 00", "a0 15 30 13 06 09 2a864886f70d010907 31 06 13 01 61 13 01 62",
	  "pkix-csr-attribute-single", false },
	{ "02 01 00",
	  "a0 24 30 10 06 09 2a864886f70d010907 31 03 13 01 61 30 10 06 09 2a864886f70d010907 31 03 13 01 62",
	  "pkix-csr-attribute-single", false },
	{ "02 01 00",
	  "a0 2b 30 29 06 09 2a864886f70d01090e 31 1c 30 1a 30 0b 06 03 551d0f 04 04 03020780 30 0b 06 03 551d0f "
	  "04 04 03020780",
	  "pkix-csr-attribute-single", false },
};

static void put_request(struct egov_buf *der, const struct help_key *key, size_t i)
{
	struct egov_buf *version = help_hex_buf(requests[i].version);
	struct egov_buf *attributes = help_hex_buf(requests[i].attributes);
	struct egov_buf info = EGOV__BUF(4096), name = EGOV__BUF(1024), signature = EGOV__BUF(256);
	size_t mark = egov__der_open(&info, EGOV__SEQUENCE);

	made_name(&name, "A", "B");
	egov__buf_slice(&info, egov_buf_slice(version));
	egov__buf_slice(&info, egov_buf_slice(&name));
	egov__buf_slice(&info, EGOV__SLICE(key->spki));
	egov__buf_slice(&info, egov_buf_slice(attributes));
	egov__der_close(&info, mark);
	help_sign_message(key, requests[i].signed_wrongly ? egov_buf_slice(&name)
	                                                   : egov_buf_slice(&info),
	                  &signature);
	mark = egov__der_open(der, EGOV__SEQUENCE);
	egov__buf_slice(der, egov_buf_slice(&info));
	egov__buf_slice(der, egov__algid_sm2_sm3(EGOV__SIGALG_ABSENT));
	egov__der_put_bit_octets(der, egov_buf_slice(&signature));
	egov__der_close(der, mark);
	egov__buf_clear(&signature);
	egov_buf_free(version);
	egov_buf_free(attributes);
	egov__buf_clear(&info);
	egov__buf_clear(&name);
}

static void requests_of_every_fault(void **state)
{
	const struct egov_lint_options options = { .rules = "rfc5280" };
	struct help_key key;

	(void)state;
	help_key_make(&key);
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);

		put_request(&der, &key, i);
		judge(egov_buf_slice(&der), &options, requests[i].wanted, requests[i].attributes);
		egov__buf_clear(&der);
	}
	help_key_clear(&key);
}

/* --- OCSP responses --------------------------------------------------------------------- */

static const struct {
	const char *hex, *wanted;
} responses[] = {
	{ "3081be0a0100a081b83081b506092b06010505073001010481a73081a430818fa21604146b6b6b6b6b6b"
	  "6b6b6b6b6b6b6b6b6b6b6b6b6b6b180f32303236303630313030303030305a30643062303a300906052b"
	  "0e03021a0500041461616161616161616161616161616161616161610414626262626262626262626262"
	  "62626262626262620201058000180f32303236303630313030303030305aa011180f3230323630363038"
	  "3030303030305a300a06082a811ccf55018375030400736967",
	  "" },
	{ "30030a0106",
	  "" },
	{ "30030a0104",
	  "pkix-ocsp-status" },
	{ "30030a0107",
	  "pkix-ocsp-status" },
	{ "30030a0100",
	  "pkix-ocsp-status" },
	{ "3081be0a0101a081b83081b506092b06010505073001010481a73081a430818fa21604146b6b6b6b6b6b"
	  "6b6b6b6b6b6b6b6b6b6b6b6b6b6b180f32303236303630313030303030305a30643062303a300906052b"
	  "0e03021a0500041461616161616161616161616161616161616161610414626262626262626262626262"
	  "62626262626262620201058000180f32303236303630313030303030305aa011180f3230323630363038"
	  "3030303030305a300a06082a811ccf55018375030400736967",
	  "pkix-ocsp-status" },
	{ "3081be0a0100a081b83081b506092b06010505073001020481a73081a430818fa21604146b6b6b6b6b6b"
	  "6b6b6b6b6b6b6b6b6b6b6b6b6b6b180f32303236303630313030303030305a30643062303a300906052b"
	  "0e03021a0500041461616161616161616161616161616161616161610414626262626262626262626262"
	  "62626262626262620201058000180f32303236303630313030303030305aa011180f3230323630363038"
	  "3030303030305a300a06082a811ccf55018375030400736967",
	  "pkix-ocsp-type" },
	{ "3081c30a0100a081bd3081ba06092b06010505073001010481ac3081a9308194a003020100a21604146b"
	  "6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b180f32303236303630313030303030305a30643062303a"
	  "300906052b0e03021a050004146161616161616161616161616161616161616161041462626262626262"
	  "626262626262626262626262620201058000180f32303236303630313030303030305aa011180f323032"
	  "36303630383030303030305a300a06082a811ccf55018375030400736967",
	  "pkix-ocsp-version" },
	{ "3081c30a0100a081bd3081ba06092b06010505073001010481ac3081a9308194a11b3019310b30090603"
	  "5504061302434e310a300806035504030c0141180f32303236303630313030303030305a30643062303a"
	  "300906052b0e03021a050004146161616161616161616161616161616161616161041462626262626262"
	  "626262626262626262626262620201058000180f32303236303630313030303030305aa011180f323032"
	  "36303630383030303030305a300a06082a811ccf55018375030400736967",
	  "" },
	{ "3081a90a0100a081a33081a006092b060105050730010104819230818f307ba1023000180f3230323630"
	  "3630313030303030305a30643062303a300906052b0e03021a0500041461616161616161616161616161"
	  "61616161616161041462626262626262626262626262626262626262620201058000180f323032363036"
	  "30313030303030305aa011180f32303236303630383030303030305a300a06082a811ccf550183750304"
	  "00736967",
	  "pkix-ocsp-responder" },
	{ "3081ca0a0100a081c43081c106092b06010505073001010481b33081b030819ba22204206b6b6b6b6b6b"
	  "6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b180f3230323630363031303030303030"
	  "5a30643062303a300906052b0e03021a0500041461616161616161616161616161616161616161610414"
	  "62626262626262626262626262626262626262620201058000180f32303236303630313030303030305a"
	  "a011180f32303236303630383030303030305a300a06082a811ccf55018375030400736967",
	  "pkix-ocsp-responder" },
	{ "30550a0100a050304e06092b06010505073001010441303f302ba21604146b6b6b6b6b6b6b6b6b6b6b6b"
	  "6b6b6b6b6b6b6b6b180f32303236303630313030303030305a3000300a06082a811ccf55018375030400"
	  "736967",
	  "pkix-ocsp-responses" },
	{ "305a0a0100a055305306092b0601050507300101044630443030a21604146b6b6b6b6b6b6b6b6b6b6b6b"
	  "6b6b6b6b6b6b6b6b180f32303236303630313030303030305a30053003020105300a06082a811ccf5501"
	  "8375030400736967",
	  "pkix-ocsp-responses" },
	{ "308201270a0100a08201203082011c06092b06010505073001010482010d308201093081f4a21604146b"
	  "6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b180f32303236303630313030303030305a3081c8306230"
	  "3a300906052b0e03021a0500041461616161616161616161616161616161616161610414626262626262"
	  "62626262626262626262626262620201058000180f32303236303630313030303030305aa011180f3230"
	  "3236303630383030303030305a3062303a300906052b0e03021a05000414616161616161616161616161"
	  "6161616161616161041462626262626262626262626262626262626262620201058200180f3230323630"
	  "3630313030303030305aa011180f32303236303630383030303030305a300a06082a811ccf5501837503"
	  "0400736967",
	  "" },
	{ "3081bc0a0100a081b63081b306092b06010505073001010481a53081a230818da21604146b6b6b6b6b6b"
	  "6b6b6b6b6b6b6b6b6b6b6b6b6b6b170d3236303630313030303030305a30643062303a300906052b0e03"
	  "021a05000414616161616161616161616161616161616161616104146262626262626262626262626262"
	  "6262626262620201058000180f32303236303630313030303030305aa011180f32303236303630383030"
	  "303030305a300a06082a811ccf55018375030400736967",
	  "pkix-ocsp-times" },
	{ "3081c00a0100a081ba3081b706092b06010505073001010481a93081a6308191a21604146b6b6b6b6b6b"
	  "6b6b6b6b6b6b6b6b6b6b6b6b6b6b180f32303236303630313030303030305a30663064303a300906052b"
	  "0e03021a0500041461616161616161616161616161616161616161610414626262626262626262626262"
	  "62626262626262620201058000181132303236303630313030303030302e355aa011180f323032363036"
	  "30383030303030305a300a06082a811ccf55018375030400736967",
	  "pkix-ocsp-times" },
	{ "3081b70a0100a081b13081ae06092b06010505073001010481a030819d308188a21604146b6b6b6b6b6b"
	  "6b6b6b6b6b6b6b6b6b6b6b6b6b6b180f32303236303630313030303030305a305d305b303a300906052b"
	  "0e03021a0500041461616161616161616161616161616161616161610414626262626262626262626262"
	  "62626262626262620201058000180f32303236303630313030303030305aa00a18083230323630363038"
	  "300a06082a811ccf55018375030400736967",
	  "pkix-ocsp-times" },
	{ "3081c40a0100a081be3081bb06092b06010505073001010481ad3081aa308195a21604146b6b6b6b6b6b"
	  "6b6b6b6b6b6b6b6b6b6b6b6b6b6b180f32303236303630313030303030305a306a3068303a300906052b"
	  "0e03021a0500041461616161616161616161616161616161616161610414626262626262626262626262"
	  "6262626262626262020105a106180432303236180f32303236303630313030303030305aa011180f3230"
	  "3236303630383030303030305a300a06082a811ccf55018375030400736967",
	  "pkix-ocsp-times" },
	{ "3081be0a0100a081b83081b506092b06010505073001010481a73081a430818fa21604146b6b6b6b6b6b"
	  "6b6b6b6b6b6b6b6b6b6b6b6b6b6b180f32303236303630313030303030305a30643062303a300906052b"
	  "0e03021a0500041461616161616161616161616161616161616161610414626262626262626262626262"
	  "62626262626262620201058000180f32303236303630313030303030305aa011180f3230323630353031"
	  "3030303030305a300a06082a811ccf55018375030400736967",
	  "pkix-ocsp-order" },
	{ "3081d40a0100a081ce3081cb06092b06010505073001010481bd3081ba3081a5a21604146b6b6b6b6b6b"
	  "6b6b6b6b6b6b6b6b6b6b6b6b6b6b180f32303236303630313030303030305a307a3078303a300906052b"
	  "0e03021a0500041461616161616161616161616161616161616161610414626262626262626262626262"
	  "6262626262626262020105a116180f32303236303530313030303030305aa0030a0101180f3230323630"
	  "3630313030303030305aa011180f32303236303630383030303030305a300a06082a811ccf5501837503"
	  "0400736967",
	  "" },
	{ "3081cf0a0100a081c93081c606092b06010505073001010481b83081b53081a0a21604146b6b6b6b6b6b"
	  "6b6b6b6b6b6b6b6b6b6b6b6b6b6b180f32303236303630313030303030305a30753073303a300906052b"
	  "0e03021a0500041461616161616161616161616161616161616161610414626262626262626262626262"
	  "6262626262626262020105a111180f32303236303530313030303030305a180f32303236303630313030"
	  "303030305aa011180f32303236303630383030303030305a300a06082a811ccf55018375030400736967",
	  "" },
	{ "3081d40a0100a081ce3081cb06092b06010505073001010481bd3081ba3081a5a21604146b6b6b6b6b6b"
	  "6b6b6b6b6b6b6b6b6b6b6b6b6b6b180f32303236303630313030303030305a307a3078303a300906052b"
	  "0e03021a0500041461616161616161616161616161616161616161610414626262626262626262626262"
	  "6262626262626262020105a116180f32303236303530313030303030305aa0030a0107180f3230323630"
	  "3630313030303030305aa011180f32303236303630383030303030305a300a06082a811ccf5501837503"
	  "0400736967",
	  "pkix-ocsp-reason" },
	{ "3081aa0a0100a081a43081a106092b0601050507300101048193308190307ca21604146b6b6b6b6b6b6b"
	  "6b6b6b6b6b6b6b6b6b6b6b6b6b180f32303236303630313030303030305a3051304f303a300906052b0e"
	  "03021a050004146161616161616161616161616161616161616161041462626262626262626262626262"
	  "626262626262620201058000180f32303236303630313030303030305a300a06082a811ccf5501837503"
	  "0400736967",
	  "pkix-ocsp-next" },
	{ "3081f30a0100a081ed3081ea06092b06010505073001010481dc3081d93081c4a21604146b6b6b6b6b6b"
	  "6b6b6b6b6b6b6b6b6b6b6b6b6b6b180f32303236303630313030303030305a30643062303a300906052b"
	  "0e03021a0500041461616161616161616161616161616161616161610414626262626262626262626262"
	  "62626262626262620201058000180f32303236303630313030303030305aa011180f3230323630363038"
	  "3030303030305aa1333031302f06092b0601050507300102042204206e6e6e6e6e6e6e6e6e6e6e6e6e6e"
	  "6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e300a06082a811ccf55018375030400736967",
	  "" },
	{ "3081d30a0100a081cd3081ca06092b06010505073001010481bc3081b93081a4a21604146b6b6b6b6b6b"
	  "6b6b6b6b6b6b6b6b6b6b6b6b6b6b180f32303236303630313030303030305a30643062303a300906052b"
	  "0e03021a0500041461616161616161616161616161616161616161610414626262626262626262626262"
	  "62626262626262620201058000180f32303236303630313030303030305aa011180f3230323630363038"
	  "3030303030305aa1133011300f06092b060105050730010204020400300a06082a811ccf550183750304"
	  "00736967",
	  "pkix-ocsp-nonce" },
	{ "3082015e0a0100a08201573082015306092b060105050730010104820144308201403082012aa2160414"
	  "6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b180f32303236303630313030303030305a3064306230"
	  "3a300906052b0e03021a0500041461616161616161616161616161616161616161610414626262626262"
	  "62626262626262626262626262620201058000180f32303236303630313030303030305aa011180f3230"
	  "3236303630383030303030305aa1819830819530819206092b06010505073001020481840481816e6e6e"
	  "6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e"
	  "6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e"
	  "6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e"
	  "300a06082a811ccf55018375030400736967",
	  "pkix-ocsp-nonce" },
	{ "308201280a0100a08201213082011d06092b06010505073001010482010e3082010a3081f5a21604146b"
	  "6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b180f32303236303630313030303030305a30643062303a"
	  "300906052b0e03021a050004146161616161616161616161616161616161616161041462626262626262"
	  "626262626262626262626262620201058000180f32303236303630313030303030305aa011180f323032"
	  "36303630383030303030305aa1643062302f06092b0601050507300102042204206e6e6e6e6e6e6e6e6e"
	  "6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e302f06092b0601050507300102042204206e6e"
	  "6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e300a06082a811ccf55018375"
	  "030400736967",
	  "pkix-ext-once" },
	{ "3081bf0a0100a081b93081b606092b06010505073001010481a83081a530818fa21604146b6b6b6b6b6b"
	  "6b6b6b6b6b6b6b6b6b6b6b6b6b6b180f32303236303630313030303030305a30643062303a300906052b"
	  "0e03021a0500041461616161616161616161616161616161616161610414626262626262626262626262"
	  "62626262626262620201058000180f32303236303630313030303030305aa011180f3230323630363038"
	  "3030303030305a300b06092a864886f70d01010b030400736967",
	  "pkix-sigalg-parameters" },
	{ "30070a0100a0023000",
	  "pkix-form" },
};

static void responses_of_every_fault(void **state)
{
	const struct egov_lint_options options = { .rules = "rfc5280" };

	(void)state;
	for (size_t i = 0; i < sizeof(responses) / sizeof(responses[0]); i++) {
		struct egov_buf *der = help_hex_buf(responses[i].hex);
		char what[32];

		(void)snprintf(what, sizeof(what), "response %zu", i);
		judge(egov_buf_slice(der), &options, responses[i].wanted, what);
		egov_buf_free(der);
	}
}

static void every_rule_was_broken(void **state)
{
	const struct egov__lint_rule_info *info;
	size_t missed = 0;

	(void)state;
	for (size_t i = 0; (info = egov__lint_rule(i)) != NULL; i++) {
		char id[64];

		(void)snprintf(id, sizeof(id), " %s ", info->id);
		if (strncmp(info->id, "pkix-", strlen("pkix-")) != 0
		    || strstr(egov__buf_string(&seen), id) != NULL)
			continue;
		print_error("no case breaks rule %s\n", info->id);
		missed++;
	}
	egov__buf_clear(&seen);
	assert_int_equal(missed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(certificates_of_every_fault), cmocka_unit_test(lists_of_every_fault),
		cmocka_unit_test(more_than_one_change),        cmocka_unit_test(pairs_of_extensions),
		cmocka_unit_test(more_than_there_is_room_for),
		cmocka_unit_test(the_issuer_is_compared),      cmocka_unit_test(algorithms_differ),
		cmocka_unit_test(requests_of_every_fault),     cmocka_unit_test(responses_of_every_fault),
		cmocka_unit_test(every_rule_was_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
