/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What several targets are given beside their input: bytes as a file that nobody else sees, a policy with something of
 * everything, findings that may be shown.
 */
#ifndef GIVEN_H
#define GIVEN_H

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "pxeboot.h"

#define GIVEN_PATH 64

/* @path is where the file can be read while the descriptor, which the caller closes, is open. */
static inline int given_file(const void *bytes, size_t length, char path[GIVEN_PATH])
{
	int fd = memfd_create("given", MFD_CLOEXEC);

	/* It begins as one that everybody may write, which is not believed everywhere. */
	fuzz_require(fd >= 0 && fchmod(fd, 0600) == 0 && write(fd, bytes, length) == (ssize_t)length);
	snprintf(path, GIVEN_PATH, "/proc/self/fd/%d", fd);
	return fd;
}

/* The whole content of a file in @folder, which stands for one that others wrote. */
static inline void given_put(const char *folder, const char *name, const void *bytes, size_t length)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	fuzz_require(fd >= 0 && write(fd, bytes, length) == (ssize_t)length && close(fd) == 0);
}

/* In memory where the machine has that. */
static inline void given_folder(char path[GIVEN_PATH])
{
	snprintf(path, GIVEN_PATH, "%s/pxeboot-fuzz-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	fuzz_require(mkdtemp(path) != NULL);
}

static const char given_policy_text[] =
	"server: { address = \"10.77.0.1\"; root = \"/srv/pxeboot\"; http = \"http://10.77.0.1:8080\";"
	" live = \"http://10.77.0.1/live\"; dhcp = { range = \"10.77.0.100,10.77.0.200,12h\"; }; };\n"
	"ipxe = { user_class = \"iPXE-own\"; };\n"
	"loaders: { bios = \"undionly.kpxe\"; x64-uefi = \"snponly.efi\"; arm64-uefi = \"snponly-arm64.efi\"; };\n"
	"vars: { mirror = \"http://10.77.0.1/debian\"; };\n"
	"profiles: {\n"
	" install: { label = \"Install\"; kernel = \"debian/linux\"; initrd = [ \"debian/initrd.gz\" ];\n"
	"  args = \"url=${answers} host=${name} serial=${serial} uuid=${uuid} product=${product:-none} role=${role:-none}\"; };\n"
	" tool: { label = \"Tool\"; efi = \"tools/${manufacturer:-x}.efi\"; arch = [ \"x64-uefi\" ]; };\n"
	" next: { label = \"Next\"; chain = \"http://m.lab/b.ipxe?uuid=$${uuid}&serial=${serial}\"; };\n"
	" san: { label = \"Diskless\"; san = \"iscsi:10.77.0.1::::iqn.2026-11.lab:${name}\"; };\n"
	" disk: { label = \"Disk\"; action = \"disk\"; };\n"
	"};\n"
	"menus: { main: { title = \"Lab ${name} ${serial}\"; timeout = 10; default = \"disk\"; entries = (\n"
	"  { profile = \"install\"; key = \"i\"; }, { profile = \"tool\"; }, { profile = \"next\"; }, { profile = \"san\"; },\n"
	"  { profile = \"disk\"; } ); }; };\n"
	"hosts: (\n"
	" { name = \"one\"; mac = [ \"52:54:00:12:34:56\", \"52:54:00:12:34:57\" ]; boot = \"install\"; once = \"san\"; vars = { role = \"db\"; }; },\n"
	" { name = \"two\"; uuid = \"00112233-4455-6677-8899-aabbccddeeff\"; boot = \"main\"; default = \"next\"; },\n"
	" { name = \"three\"; serial = \"ABC123\"; boot = \"tool\"; loader = \"ipxe.efi\"; } );\n"
	"groups: (\n"
	" { name = \"arm\"; match = { arch = \"arm64-uefi\"; }; boot = \"next\"; },\n"
	" { name = \"rack\"; match = { mac = \"52:54:11\"; firmware = \"uefi\"; }; boot = \"san\"; },\n"
	" { name = \"subnet\"; match = { subnet = \"10.77.4.0/24\"; }; boot = \"disk\"; },\n"
	" { name = \"maker\"; match = { manufacturer = \"QEMU\"; product = \"Standard PC\"; }; boot = \"tool\"; } );\n"
	"boot = \"main\";\n";

/* The one of this text; the process keeps it. */
static inline struct pxeboot_policy *given_policy(void)
{
	static struct pxeboot_policy *policy;
	struct pxeboot_diagnostics *findings = NULL;
	const struct pxeboot_diagnostic *finding;
	char path[GIVEN_PATH];
	int fd;

	if (policy)
		return policy;
	fd = given_file(given_policy_text, sizeof(given_policy_text) - 1, path);
	fuzz_require(pxeboot_diagnostics_new(&findings) == 0);
	(void)pxeboot_policy_load(path, findings, &policy);
	for (size_t i = 0; !policy && (finding = pxeboot_diagnostics_get(findings, i)); i++)
		fprintf(stderr, "%u: %s\n", finding->line, finding->text);
	fuzz_require(policy != NULL);
	pxeboot_diagnostics_free(findings);
	close(fd);
	return policy;
}

/* Nothing in it can disturb a terminal or a log. */
static inline void given_require_shown(const char *text)
{
	for (; *text; text++)
		fuzz_require((unsigned char)*text >= 0x20 && *text != 0x7f);
}

/* Of the findings, how many are errors; all may be shown. */
static inline size_t given_errors(const struct pxeboot_diagnostics *findings)
{
	const struct pxeboot_diagnostic *finding;
	size_t errors = 0;

	for (size_t i = 0; (finding = pxeboot_diagnostics_get(findings, i)) != NULL; i++) {
		given_require_shown(finding->text);
		errors += finding->severity == PXEBOOT_ERROR;
	}
	return errors;
}

#endif
