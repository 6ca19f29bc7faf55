/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The allocator in front of the C library's own.  What the C library allocates inside of strdup(), fopen() and so on comes
 * through here, too, and belongs to whoever called it.
 */
#include "starve.h"

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

/* libconfig: until 1.7 its parser writes to what calloc() gave it without a look, since then it calls abort().  libpcap,
 * libgcc_s and the loader are not what is tested, and Check's own bookkeeping neither. */
static const char *const spared[] = { "libconfig.so", "libgcc_s.so", "ld-linux", "libcheck.so", "libpcap.so" };

/* Of the C library: when there is no memory for a state, glibc 2.36's loses its nodes or frees them twice. */
static const char spared_function[] = "regcomp";

static struct {
	size_t count, nth, failures, blocks;
	enum starve_length length;
	bool on;			/* counts; else it is out of the way */
} state;

/* Looking for who asks may allocate. */
static _Thread_local bool busy;

static bool is_of(const char *file, const char *name)
{
	const char *slash = strrchr(file, '/');

	return strncmp(slash ? slash + 1 : file, name, strlen(name)) == 0;
}

/* Does this code belong to what is spared: 1; to the C library, which allocates for others: -1; else 0. */
static int is_spared(void *address)
{
	Dl_info info;

	if (!dladdr(address, &info) || !info.dli_fname)
		return 0;
	for (size_t i = 0; i < sizeof(spared) / sizeof(*spared); i++)
		if (is_of(info.dli_fname, spared[i]))
			return 1;
	if (!is_of(info.dli_fname, "libc.so"))
		return 0;
	return info.dli_sname && strcmp(info.dli_sname, spared_function) == 0 ? 1 : -1;
}

/* Does who called with this return address ask for himself? */
static bool asks_for_spared(void *caller)
{
	void *frames[48];
	int n, i = 0, is = is_spared(caller);

	if (is >= 0)
		return is;
	n = backtrace(frames, sizeof(frames) / sizeof(*frames));
	while (i < n && frames[i] != caller)
		i++;
	while (i < n && is < 0)
		is = is_spared(frames[i++]);
	return is > 0;
}

/* Counts one allocation: must it fail? */
static bool fails(void *caller)
{
	bool failing;
	size_t count;

	if (!__atomic_load_n(&state.on, __ATOMIC_RELAXED) || busy)
		return false;
	count = __atomic_add_fetch(&state.count, 1, __ATOMIC_RELAXED);
	if (!state.nth || (state.length == STARVE_ONCE ? count != state.nth : count < state.nth))
		return false;
	busy = true;
	failing = !asks_for_spared(caller);
	busy = false;
	if (failing)
		__atomic_add_fetch(&state.failures, 1, __ATOMIC_RELAXED);
	return failing;
}

static void *given(void *block)
{
	if (block)
		__atomic_add_fetch(&state.blocks, 1, __ATOMIC_RELAXED);
	return block;
}

static void *none(void)
{
	errno = ENOMEM;
	return NULL;
}

/* ---- What programs call ------------------------------------------------------------------------------------------- */

void *malloc(size_t size)
{
	return fails(__builtin_return_address(0)) ? none() : given(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
	return fails(__builtin_return_address(0)) ? none() : given(__libc_calloc(count, size));
}

void *realloc(void *block, size_t size)
{
	void *bytes;

	if (block && !size) {
		free(block);
		return NULL;
	}
	if (fails(__builtin_return_address(0)))
		return none();
	bytes = __libc_realloc(block, size);
	return block ? bytes : given(bytes);
}

void *reallocarray(void *block, size_t count, size_t size)
{
	size_t all;
	void *bytes;

	if (__builtin_mul_overflow(count, size, &all) || fails(__builtin_return_address(0)))
		return none();
	bytes = __libc_realloc(block, all);
	return block ? bytes : given(bytes);
}

void *memalign(size_t alignment, size_t size)
{
	return fails(__builtin_return_address(0)) ? none() : given(__libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return fails(__builtin_return_address(0)) ? none() : given(__libc_memalign(alignment, size));
}

int posix_memalign(void **ret_block, size_t alignment, size_t size)
{
	void *block = fails(__builtin_return_address(0)) ? NULL : given(__libc_memalign(alignment, size));

	if (!block)
		return ENOMEM;
	*ret_block = block;
	return 0;
}

void free(void *block)
{
	if (block)
		__atomic_sub_fetch(&state.blocks, 1, __ATOMIC_RELAXED);
	__libc_free(block);
}

/* ---- What tests call ---------------------------------------------------------------------------------------------- */

/* The first look loads what it needs. */
static void look_once(void)
{
	void *frames[2];

	busy = true;
	backtrace(frames, 2);
	busy = false;
}

void starve(size_t nth, enum starve_length length)
{
	look_once();
	state.count = state.failures = 0;
	state.nth = nth;
	state.length = length;
	__atomic_store_n(&state.on, true, __ATOMIC_RELEASE);
}

size_t starve_end(void)
{
	__atomic_store_n(&state.on, false, __ATOMIC_RELEASE);
	return state.count;
}

size_t starve_failures(void)
{
	return state.failures;
}

size_t starve_blocks(void)
{
	return state.blocks;
}
