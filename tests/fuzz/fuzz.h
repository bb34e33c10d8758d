/* SPDX-License-Identifier: MIT */
/*
 * What the fuzz targets share.  A target is one .c file with one
 * LLVMFuzzerTestOneInput(); seeds are in corpus/NAME/.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "buf.h"
#include "err.h"

int	LLVMFuzzerInitialize(int *argc, char ***argv);
int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The invariant that the target is for. */
#define must(cond) \
	do { \
		if (!(cond)) { \
			fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #cond); \
			abort(); \
		} \
	} while (0)

/* The allocator has to be in place before OpenSSL is used for the first time. */
#define FUZZ_INSTALL \
	int LLVMFuzzerInitialize(int *argc, char ***argv) \
	{ \
		(void)argc; \
		(void)argv; \
		must(alloc_install()); \
		return 0; \
	}

#endif
