/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NEXT_H
#define NEXT_H

#include <dlfcn.h>
#include <stddef.h>

/* The next definition of a function that a preloaded file defines too; a void pointer is
 * one of a function (POSIX). */
#define NEXT(name)                                                                                 \
	static __typeof__(&name) next;                                                             \
	if (next == NULL)                                                                          \
		*(void **)&next = dlsym(RTLD_NEXT, #name)

#endif
