/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fuzz target: one event of dnsmasq, as the hook and the Lua module take it.  The input is split at NULs: the arguments, an
 * empty string, then the variables.  Nothing that a client can send makes it fail, reaches another machine's one-shot boot, or
 * makes a file anywhere but a link of an address in clients/.
 */
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "base/file.h"
#include "base/scalar.h"
#include "dnsmasq/event.h"
#include "dnsmasq/hook_link.h"
#include "fuzz.h"

#define MAX_STRINGS 64
#define ADDRESSES_MAX 4096
#define ORPHAN "once/52-54-00-12-34-56.ipxe"	/* a host's, which has the second address 52:54:00:12:34:57 */

static char root[64], state[80];
static struct life *life;

static void put(const char *name, const char *text)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	fuzz_require(file_make_parents(path) == 0 && file_write(path, text, strlen(text), 0644) >= 0);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	return remove(path);
}

static void clean_up(void)
{
	life_free(life);
	nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* One root and one store for all inputs: what one leaves behind is what the next one finds. */
static void prepare(void)
{
	struct life_conf conf = { .root = root, .state = state, .user_class = "iPXE-own",
		.own_archs = PXEBOOT_ARCHS_ALL, .is_served_by_dhcp = true };

	setlogmask(LOG_MASK(LOG_EMERG));
	snprintf(root, sizeof(root), "%s/pxeboot-fuzz-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	fuzz_require(mkdtemp(root) != NULL);
	snprintf(state, sizeof(state), "%s/state", root);
	put("hosts/52-54-00-12-34-56.ipxe", "#!ipxe\nset var-machine 52-54-00-12-34-56\n");
	put("hosts/52-54-00-12-34-57.ipxe", "#!ipxe\nset var-machine 52-54-00-12-34-56\n");
	put("arch/x64-uefi/x", "");
	put("arch/bios/x", "");
	put("clients/10.77.0.1", "");
	put("boot.ipxe", "");
	fuzz_require(life_new(&conf, &life) == 0 && atexit(clean_up) == 0);
}

/* How many there are; those that must be addresses are. */
static unsigned count(const char *name, int addresses)
{
	char path[128];
	unsigned n = 0;
	uint32_t address;
	DIR *folder;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	folder = opendir(path);
	fuzz_require(folder != NULL);
	for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		if (entry->d_name[0] == '.')
			continue;
		n++;
		fuzz_require(!addresses || scalar_ip4(entry->d_name, &address) == 0);
		if (addresses && n > ADDRESSES_MAX)
			unlinkat(dirfd(folder), entry->d_name, 0);
	}
	closedir(folder);
	return n;
}

/* Splits @copy at its NULs into @argv and, behind the first empty string, @environment. */
static int split(char *copy, size_t length, char *argv[MAX_STRINGS + 2], char *environment[MAX_STRINGS + 1])
{
	size_t at = 0;
	int argc = 1, n = 0;

	argv[0] = copy + length;	/* "" */
	for (; argc <= MAX_STRINGS && at < length && copy[at] != '\0'; at += strlen(copy + at) + 1)
		argv[argc++] = copy + at;
	argv[argc] = NULL;
	for (at++; n < MAX_STRINGS && at < length; at += strlen(copy + at) + 1)
		environment[n++] = copy + at;
	environment[n] = NULL;
	return argc;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char *argv[MAX_STRINGS + 2], *environment[MAX_STRINGS + 1], *copy = calloc(1, length + 1);
	unsigned files, hosts;
	int argc, r;

	if (!copy)
		return 0;
	if (!life)
		prepare();
	if (length)
		memcpy(copy, bytes, length);
	put(ORPHAN, "#!ipxe\n# one-shot boot, round 7: install\n");
	files = count("", 0);
	hosts = count("hosts", 0);
	argc = split(copy, length, argv, environment);
	r = dnsmasq_event(life, argc, argv, environment, 1800000000);
	fuzz_require(r == 0 || r == 1 || r == -EINVAL || r == -EACCES || r == -E2BIG);
	hook_link(root, argc, argv, environment);
	fuzz_require(count("once", 0) <= 1 && count("hosts", 0) == hosts);
	/* The store's directory comes with the first machine. */
	fuzz_require(count("", 0) <= files + 1);
	count("clients", 1);
	free(copy);
	return 0;
}
