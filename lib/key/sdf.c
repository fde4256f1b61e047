/* SPDX-License-Identifier: Apache-2.0 */
#include "key/sdf.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "key/library.h"

static const struct {
	const char *name;
	size_t at;
} functions[] = {
	{ "SDF_OpenDevice", offsetof(struct egov__sdf, open_device) },
	{ "SDF_CloseDevice", offsetof(struct egov__sdf, close_device) },
	{ "SDF_OpenSession", offsetof(struct egov__sdf, open_session) },
	{ "SDF_CloseSession", offsetof(struct egov__sdf, close_session) },
	{ "SDF_GetDeviceInfo", offsetof(struct egov__sdf, device_info) },
	{ "SDF_GetPrivateKeyAccessRight", offsetof(struct egov__sdf, get_right) },
	{ "SDF_ReleasePrivateKeyAccessRight", offsetof(struct egov__sdf, release_right) },
	{ "SDF_ExportSignPublicKey_ECC", offsetof(struct egov__sdf, export_public) },
	{ "SDF_InternalSign_ECC", offsetof(struct egov__sdf, sign) },
};

enum egov_status egov__sdf_load(const char *path, struct egov__sdf *sdf, struct egov_error *err)
{
	struct egov__sdf loaded = { .handle = NULL };
	const char *reason;
	enum egov_status rc = egov__library_check("lib", path, err);

	if (rc != EGOV_OK)
		return rc;
	loaded.handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (loaded.handle == NULL) {
		reason = dlerror();
		return egov_error_set(err, EGOV_E_DEVICE, NULL, "lib %s: cannot load: %s", path,
		                      reason == NULL ? "?" : reason);
	}
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		/* POSIX: the address of a function fits into a pointer to an object. */
		void *found = dlsym(loaded.handle, functions[i].name);

		if (found == NULL) {
			egov__sdf_unload(&loaded);
			return egov_error_set(err, EGOV_E_DEVICE, "GM/T 0018, 6",
			                      "lib %s: it has no function %s", path,
			                      functions[i].name);
		}
		memcpy((uint8_t *)&loaded + functions[i].at, &found, sizeof(found));
	}
	*sdf = loaded;
	return EGOV_OK;
}

void egov__sdf_unload(struct egov__sdf *sdf)
{
	if (sdf->handle != NULL)
		(void)dlclose(sdf->handle);
	*sdf = (struct egov__sdf){ .handle = NULL };
}

/* GM/T 0018, annex A; makers add others behind. */
static const char *const names[] = {
	NULL,             "UNKNOWERR",   "NOTSUPPORT",   "COMMFAIL",        "HARDFAIL",
	"OPENDEVICE",     "OPENSESSION", "PARDENY",      "KEYNOTEXIST",     "ALGNOTSUPPORT",
	"ALGMODNOTSUPPORT", "PKOPERR",   "SKOPERR",      "SIGNERR",         "VERIFYERR",
	"SYMOPERR",       "STEPERR",     "FILESIZEERR",  "FILENOEXIST",     "FILEOFSERR",
	"KEYTYPEERR",     "KEYERR",      "ENCDATAERR",   "RANDERR",         "PRKRERR",
	"MACERR",         "FILEEXSITS",  "FILEWERR",     "NOBUFFER",        "INARGERR",
	"OUTARGERR",
};

static enum egov_status status_of(int code)
{
	switch (code) {
	case EGOV__SDR_NOTSUPPORT:
	case EGOV__SDR_ALGNOTSUPPORT:
	case EGOV__SDR_ALGMODNOTSUPPORT:
	case EGOV__SDR_KEYTYPEERR:
		return EGOV_E_UNSUPPORTED;
	case EGOV__SDR_PARDENY:
	case EGOV__SDR_PRKRERR:
		return EGOV_E_AUTH;
	case EGOV__SDR_KEYNOTEXIST:
		return EGOV_E_NOTFOUND;
	default:
		return EGOV_E_DEVICE;
	}
}

enum egov_status egov__sdf_error(struct egov_error *err, int code, const char *call)
{
	const unsigned number = (unsigned)code - EGOV__SDR_BASE;

	if (number > 0 && number < sizeof(names) / sizeof(names[0]))
		return egov_error_detail(err, status_of(code), code, NULL, "%s: SDR_%s (0x%08x)", call,
		                         names[number], (unsigned)code);
	return egov_error_detail(err, EGOV_E_DEVICE, code, NULL,
	                         "%s: a code of the device's maker (0x%08x)", call,
	                         (unsigned)code);
}
