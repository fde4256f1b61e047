/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

/* Included on the command line of every compilation of lib and tools. Each of
 * these has been the cause of a known class of defects; the replacement is
 * named in the identifier that the compiler then fails to find. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef strcpy
#define strcpy(d, s) use_egov__text_copy_not_strcpy
#undef strcat
#define strcat(d, s) use_egov_buf_not_strcat
#undef strncpy
#define strncpy(d, s, n) use_egov__text_copy_not_strncpy
#undef strncat
#define strncat(d, s, n) use_egov_buf_not_strncat
#undef sprintf
#define sprintf(...) use_snprintf_not_sprintf
#undef vsprintf
#define vsprintf(...) use_vsnprintf_not_vsprintf
#undef strtok
#define strtok(s, d) use_strcspn_not_strtok
#undef gmtime
#define gmtime(t) use_egov_time_format_not_gmtime
#undef localtime
#define localtime(t) use_egov_time_format_not_localtime
#undef ctime
#define ctime(t) use_egov_time_format_not_ctime
#undef asctime
#define asctime(t) use_egov_time_format_not_asctime
#undef mktemp
#define mktemp(t) use_egov__file_replace_not_mktemp
#undef atoi
#define atoi(s) use_egov__number_parse_not_atoi
#undef atol
#define atol(s) use_egov__number_parse_not_atol
#undef alloca
#define alloca(n) use_malloc_not_alloca

#endif
