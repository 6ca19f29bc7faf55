/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as one of the files that `pxeboot check --system` reads of a machine.  The first byte says as which.  Whatever they
 * are, every look has an end, and what is said of them may be shown.
 */
#include <string.h>
#include <sys/stat.h>

#include "doctor/doctor.h"
#include "given.h"

#define BYTES_MAX 8192

/* A machine where both servers run. */
static const struct file {
	const char *name, *bytes;
} files[] = {
	{ "etc/dnsmasq.conf", "dhcp-range=10.77.0.10,10.77.0.20\nenable-tftp\ntftp-root=/srv\nconf-dir=/etc/dnsmasq.d,*.conf\n" },
	{ "etc/dnsmasq.d/own.conf", "dhcp-script=/usr/libexec/hook\n" },
	{ "etc/default/tftpd-hpa", "TFTP_USERNAME=\"tftp\"\nTFTP_DIRECTORY=\"/srv\"\nTFTP_OPTIONS=\"--secure --map-file /etc/map\"\n" },
	{ "etc/map", "rg \\\\ /\n" },
	{ "etc/passwd", "root:x:0:0::/root:/bin/sh\ntftp:x:100:100::/srv:/bin/false\n" },
	{ "var/lib/dpkg/status", "Package: dnsmasq\nStatus: install ok installed\nVersion: 2.90-4~deb12u1\n\n" },
	{ "proc/net/fib_trie", "  |-- 10.77.0.1\n     /32 host LOCAL\n" },
	{ "proc/net/udp", "  sl  local_address\n 1: 00000000:0045 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 77 2 0 0\n" },
	{ "proc/7/stat", "7 (dnsmasq) S 1 7 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 100 0 0\n" },
	{ "proc/7/cmdline", "/usr/sbin/dnsmasq\0-k\0" },
	{ "proc/8/stat", "8 (in.tftpd) S 1 8 8 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 100 0 0\n" },
	{ "proc/8/cmdline", "/usr/sbin/in.tftpd\0--listen\0--secure\0/srv\0" },
	{ "proc/stat", "cpu 1\nbtime 1700000000\n" },
	{ "sys/kernel/security/apparmor/profiles", "dnsmasq (enforce)\nin.tftpd (enforce)\n" },
	{ "etc/apparmor.d/usr.sbin.dnsmasq", "profile dnsmasq {\n  /srv/** r,\n}\n" },
	{ "etc/pxeboot/hook.conf", "root = \"/srv\";\nstate = \"/var/lib/pxeboot\";\n" },
};
static char root[GIVEN_PATH];

static void make_parents(const char *name)
{
	char path[512];
	size_t begin;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	begin = strlen(root) + 1;
	for (char *slash = path + begin; (slash = strchr(slash, '/')); *slash++ = '/') {
		*slash = '\0';
		mkdir(path, 0755);
	}
}

/* NULs are part of command lines: they are as long as their last word. */
static void put(const struct file *file)
{
	const char *end = file->bytes + strlen(file->bytes);

	if (strstr(file->name, "cmdline"))
		for (end++; *end; end += strlen(end) + 1)
			;
	given_put(root, file->name, file->bytes, (size_t)(end - file->bytes));
}

static void clean_up(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf -- '%s'", root);
	(void)!system(command);
}

static void prepare(void)
{
	given_folder(root);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		make_parents(files[i].name);
		put(&files[i]);
	}
	fuzz_require(atexit(clean_up) == 0);
}

static void looked(void *context, const char *what, const char *text, enum plugin_verdict verdict)
{
	given_require_shown(what);
	given_require_shown(text);
	++*(size_t *)context;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	size_t lines = 0;
	const struct plugin_machine machine = { .root = root, .policy = given_policy(), .looked = looked, .context = &lines };
	struct pxeboot_diagnostics *findings = NULL;
	const struct file *file;
	int r;

	/* A name with ".." leads out of the folder, to files of the machine that fuzzes. */
	if (length < 1 || length > BYTES_MAX || memmem(bytes, length, "..", 2))
		return 0;
	if (!*root)
		prepare();
	file = &files[(uint8_t)(bytes[0] - 'a') % ARRAY_SIZE(files)];
	given_put(root, file->name, bytes + 1, length - 1);
	fuzz_require(pxeboot_diagnostics_new(&findings) == 0);
	r = plugin_doctor.look(&machine, findings);
	fuzz_require(r == 0 && lines > 0);
	given_errors(findings);
	pxeboot_diagnostics_free(findings);
	put(file);
	return 0;
}
