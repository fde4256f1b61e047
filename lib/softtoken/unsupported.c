/* SPDX-License-Identifier: Apache-2.0 */
#include "softtoken/module.h"

/* What this token cannot do: it says so, but first that it is not initialised or that the
 * session is none. */
static CK_RV not_supported(CK_SESSION_HANDLE handle)
{
	struct egov__softsession *session;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	egov__softmodule_leave();
	return CKR_FUNCTION_NOT_SUPPORTED;
}

CK_RV C_GetOperationState(CK_SESSION_HANDLE handle, unsigned char *operation_state,
                          CK_ULONG *operation_state_len)
{
	(void)operation_state;
	(void)operation_state_len;
	return not_supported(handle);
}

CK_RV C_SetOperationState(CK_SESSION_HANDLE handle, unsigned char *operation_state,
                          CK_ULONG operation_state_len, CK_OBJECT_HANDLE encryption_key,
                          CK_OBJECT_HANDLE authentication_key)
{
	(void)operation_state;
	(void)operation_state_len;
	(void)encryption_key;
	(void)authentication_key;
	return not_supported(handle);
}

CK_RV C_CopyObject(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *templ,
                   CK_ULONG count, CK_OBJECT_HANDLE *new_object)
{
	(void)object;
	(void)templ;
	(void)count;
	(void)new_object;
	return not_supported(handle);
}

CK_RV C_EncryptInit(CK_SESSION_HANDLE handle, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	(void)mechanism;
	(void)key;
	return not_supported(handle);
}

CK_RV C_Encrypt(CK_SESSION_HANDLE handle, unsigned char *data, CK_ULONG data_len,
                unsigned char *encrypted_data, CK_ULONG *encrypted_data_len)
{
	(void)data;
	(void)data_len;
	(void)encrypted_data;
	(void)encrypted_data_len;
	return not_supported(handle);
}

CK_RV C_EncryptUpdate(CK_SESSION_HANDLE handle, unsigned char *part, CK_ULONG part_len,
                      unsigned char *encrypted_part, CK_ULONG *encrypted_part_len)
{
	(void)part;
	(void)part_len;
	(void)encrypted_part;
	(void)encrypted_part_len;
	return not_supported(handle);
}

CK_RV C_EncryptFinal(CK_SESSION_HANDLE handle, unsigned char *last_encrypted_part,
                     CK_ULONG *last_encrypted_part_len)
{
	(void)last_encrypted_part;
	(void)last_encrypted_part_len;
	return not_supported(handle);
}

CK_RV C_DecryptUpdate(CK_SESSION_HANDLE handle, unsigned char *encrypted_part,
                      CK_ULONG encrypted_part_len, unsigned char *part, CK_ULONG *part_len)
{
	(void)encrypted_part;
	(void)encrypted_part_len;
	(void)part;
	(void)part_len;
	return not_supported(handle);
}

CK_RV C_DecryptFinal(CK_SESSION_HANDLE handle, unsigned char *last_part,
                     CK_ULONG *last_part_len)
{
	(void)last_part;
	(void)last_part_len;
	return not_supported(handle);
}

CK_RV C_DigestKey(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE key)
{
	(void)key;
	return not_supported(handle);
}

CK_RV C_SignRecoverInit(CK_SESSION_HANDLE handle, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	(void)mechanism;
	(void)key;
	return not_supported(handle);
}

CK_RV C_SignRecover(CK_SESSION_HANDLE handle, unsigned char *data, CK_ULONG data_len,
                    unsigned char *signature, CK_ULONG *signature_len)
{
	(void)data;
	(void)data_len;
	(void)signature;
	(void)signature_len;
	return not_supported(handle);
}

CK_RV C_VerifyRecoverInit(CK_SESSION_HANDLE handle, CK_MECHANISM *mechanism,
                          CK_OBJECT_HANDLE key)
{
	(void)mechanism;
	(void)key;
	return not_supported(handle);
}

CK_RV C_VerifyRecover(CK_SESSION_HANDLE handle, unsigned char *signature,
                      CK_ULONG signature_len, unsigned char *data, CK_ULONG *data_len)
{
	(void)signature;
	(void)signature_len;
	(void)data;
	(void)data_len;
	return not_supported(handle);
}

CK_RV C_DigestEncryptUpdate(CK_SESSION_HANDLE handle, unsigned char *part, CK_ULONG part_len,
                            unsigned char *encrypted_part, CK_ULONG *encrypted_part_len)
{
	(void)part;
	(void)part_len;
	(void)encrypted_part;
	(void)encrypted_part_len;
	return not_supported(handle);
}

CK_RV C_DecryptDigestUpdate(CK_SESSION_HANDLE handle, unsigned char *encrypted_part,
                            CK_ULONG encrypted_part_len, unsigned char *part,
                            CK_ULONG *part_len)
{
	(void)encrypted_part;
	(void)encrypted_part_len;
	(void)part;
	(void)part_len;
	return not_supported(handle);
}

CK_RV C_SignEncryptUpdate(CK_SESSION_HANDLE handle, unsigned char *part, CK_ULONG part_len,
                          unsigned char *encrypted_part, CK_ULONG *encrypted_part_len)
{
	(void)part;
	(void)part_len;
	(void)encrypted_part;
	(void)encrypted_part_len;
	return not_supported(handle);
}

CK_RV C_DecryptVerifyUpdate(CK_SESSION_HANDLE handle, unsigned char *encrypted_part,
                            CK_ULONG encrypted_part_len, unsigned char *part,
                            CK_ULONG *part_len)
{
	(void)encrypted_part;
	(void)encrypted_part_len;
	(void)part;
	(void)part_len;
	return not_supported(handle);
}

CK_RV C_GenerateKey(CK_SESSION_HANDLE handle, CK_MECHANISM *mechanism, CK_ATTRIBUTE *templ,
                    CK_ULONG count, CK_OBJECT_HANDLE *key)
{
	(void)mechanism;
	(void)templ;
	(void)count;
	(void)key;
	return not_supported(handle);
}

CK_RV C_WrapKey(CK_SESSION_HANDLE handle, CK_MECHANISM *mechanism,
                CK_OBJECT_HANDLE wrapping_key, CK_OBJECT_HANDLE key, unsigned char *wrapped_key,
                CK_ULONG *wrapped_key_len)
{
	(void)mechanism;
	(void)wrapping_key;
	(void)key;
	(void)wrapped_key;
	(void)wrapped_key_len;
	return not_supported(handle);
}

CK_RV C_UnwrapKey(CK_SESSION_HANDLE handle, CK_MECHANISM *mechanism,
                  CK_OBJECT_HANDLE unwrapping_key, unsigned char *wrapped_key,
                  CK_ULONG wrapped_key_len, CK_ATTRIBUTE *templ, CK_ULONG attribute_count,
                  CK_OBJECT_HANDLE *key)
{
	(void)mechanism;
	(void)unwrapping_key;
	(void)wrapped_key;
	(void)wrapped_key_len;
	(void)templ;
	(void)attribute_count;
	(void)key;
	return not_supported(handle);
}

CK_RV C_DeriveKey(CK_SESSION_HANDLE handle, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE base_key,
                  CK_ATTRIBUTE *templ, CK_ULONG attribute_count, CK_OBJECT_HANDLE *key)
{
	(void)mechanism;
	(void)base_key;
	(void)templ;
	(void)attribute_count;
	(void)key;
	return not_supported(handle);
}
