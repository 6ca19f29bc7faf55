/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the dnsmasq plugin writes, refuses and warns of; dnsmasq itself is asked for its opinion where it is installed.
 * No root is needed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/macro.h"
#include "base/text.h"
#include "plugin.h"
#include "tap.h"

#define HEAD "server: { address = \"10.77.0.1\"; root = \"/srv/pxeboot\"; "
#define RANGE "dhcp = { range = \"10.77.1.0,10.77.1.99,1h\"; }; "
#define ONE_NAME "one_name = \"netboot.0\"; "
#define HPA "tftp = \"tftp-hpa\"; "
#define TAIL "profiles: { disk: { label = \"Disk\"; action = \"disk\"; }; };\nboot = \"disk\";\n"
#define OWN "ipxe: { user_class = \"iPXE-pxeboot\"; };\n"
#define LONG_NAME "a/very-long-directory-name-that-goes-on-and-on/another-very-long-directory-name-" \
	"that-goes-on-and-on/and-a-loader-of-a-long-name.efi"

static char directory[64];

static char *path_of(const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", directory, name) < 0)
		abort();
	return path;
}

static void put(const char *name, const char *text)
{
	CLEANUP_FREE char *path = path_of(name);

	if (file_write(path, text, strlen(text), 0644) < 0)
		abort();
}

static struct pxeboot_diagnostics *new_findings(void)
{
	struct pxeboot_diagnostics *findings;

	if (pxeboot_diagnostics_new(&findings) < 0)
		abort();
	return findings;
}

static void print(const struct pxeboot_diagnostics *findings)
{
	const struct pxeboot_diagnostic *finding;

	for (size_t i = 0; (finding = pxeboot_diagnostics_get(findings, i)) != NULL; i++)
		printf("# %s: %s [%s]\n", pxeboot_severity_name(finding->severity), finding->text, finding->id);
}

static struct pxeboot_policy *load(const char *text)
{
	CLEANUP_FREE char *path = path_of("pxeboot.conf");
	struct pxeboot_diagnostics *findings = new_findings();
	struct pxeboot_policy *policy = NULL;

	put("pxeboot.conf", text);
	if (pxeboot_policy_load(path, findings, &policy) < 0) {
		print(findings);
		printf("Bail out! the policy of the test is refused\n");
		exit(1);
	}
	pxeboot_diagnostics_free(findings);
	return policy;
}

static char *written(const char *policy_text)
{
	struct pxeboot_policy *policy = load(policy_text);
	struct text text = TEXT_INIT;
	char *bytes;

	if (plugin_dnsmasq.output->write(policy, &text, NULL) < 0 || text_take(&text, &bytes, NULL) < 0)
		bytes = strdup("");
	pxeboot_policy_unref(policy);
	return bytes;
}

/* ---- Findings ---- */

static const struct {
	const char *what, *id, *policy;
	int severity;			/* enum pxeboot_severity */
	unsigned line;
	bool refused;			/* nothing is written */
} findings_of[] = {
	{ "a loader that DHCP can't carry", "dnsmasq.file-name",
	  HEAD "};\nloaders: { x64-uefi = \"" LONG_NAME "\"; };\n" TAIL, PXEBOOT_ERROR, 2, true },
	{ "a group's loader that DHCP can't carry", "dnsmasq.file-name", HEAD "};\ngroups: (\n"
	  " { name = \"g\"; match = { arch = \"bios\"; }; boot = \"disk\"; loader = \"" LONG_NAME "\"; } );\n" TAIL,
	  PXEBOOT_ERROR, 3, true },
	{ "a vendor class of one byte", "dnsmasq.vendor-class",
	  HEAD "};\ngroups: (\n { name = \"g\"; match = { vendor_class = \"P\"; }; boot = \"disk\"; } );\n" TAIL,
	  PXEBOOT_ERROR, 3, true },
	{ "a subnet without a range", "dnsmasq.no-range",
	  HEAD RANGE "};\ngroups: ( { name = \"g\"; match = { subnet = \"10.78.0.0/16\"; }; "
	  "boot = \"disk\"; } );\n" TAIL,
	  PXEBOOT_WARNING, 2, false },
	{ "a host known by its serial number only", "dnsmasq.serial",
	  HEAD "};\nhosts: ( { name = \"h\"; serial = \"X1\"; boot = \"disk\"; loader = \"own.efi\"; } );\n" TAIL,
	  PXEBOOT_WARNING, 2, false },
	{ "one name, dnsmasq's TFTP", "one-name.tftp", HEAD RANGE ONE_NAME "};\n" OWN TAIL, PXEBOOT_ERROR, 1, false },
	{ "one name, no TFTP", "one-name.tftp", HEAD RANGE ONE_NAME "tftp = \"none\"; };\n" OWN TAIL,
	  PXEBOOT_ERROR, 1, false },
	{ "one name, proxy", "one-name.proxy", HEAD HPA ONE_NAME "dhcp = { proxy = \"10.77.0.0\"; }; };\n" OWN TAIL,
	  PXEBOOT_ERROR, 1, false },
	{ "one name, somebody else's leases", "one-name.leases", HEAD HPA ONE_NAME "};\n" OWN TAIL,
	  PXEBOOT_WARNING, 1, false },
	{ "one name, several architectures", "one-name.first-boot", HEAD HPA RANGE ONE_NAME "};\n" OWN TAIL,
	  PXEBOOT_WARNING, 1, false },
	{ "one name, a host's loader", "one-name.loader", HEAD HPA RANGE ONE_NAME "};\n" OWN
	  "hosts: ( { name = \"h\"; mac = \"52:54:00:00:00:01\"; boot = \"disk\"; loader = \"own.efi\"; } );\n" TAIL,
	  PXEBOOT_WARNING, 3, false },
};

static unsigned count(const struct pxeboot_diagnostics *findings, const char *id, int severity, unsigned line)
{
	const struct pxeboot_diagnostic *finding;
	unsigned n = 0;

	for (size_t i = 0; (finding = pxeboot_diagnostics_get(findings, i)) != NULL; i++)
		n += strcmp(finding->id, id) == 0 && (int)finding->severity == severity && finding->line == line;
	return n;
}

static void check_findings(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(findings_of); i++) {
		struct pxeboot_policy *policy = load(findings_of[i].policy);
		struct pxeboot_diagnostics *findings = new_findings();
		struct text out = TEXT_INIT;

		plugin_dnsmasq.check(policy, findings);
		if (!tap_ok(count(findings, findings_of[i].id, findings_of[i].severity, findings_of[i].line) == 1,
			    "check says %s: %s", findings_of[i].id, findings_of[i].what))
			print(findings);
		tap_ok((plugin_dnsmasq.output->write(policy, &out, NULL) < 0) == findings_of[i].refused, "%s",
		       findings_of[i].refused ? "nothing is written" : "it is written");
		text_free(&out);
		pxeboot_diagnostics_free(findings);
		pxeboot_policy_unref(policy);
	}
}

static void check_quiet(void)
{
	static const char *const policies[] = {
		HEAD "};\n" TAIL, HEAD RANGE "};\n" OWN TAIL, HEAD "dhcp = { proxy = \"10.77.0.0\"; }; };\n" TAIL,
		HEAD HPA RANGE ONE_NAME "serve = [ \"bios\" ]; };\n" OWN TAIL,
	};

	put("hook.conf", "root = \"/srv/pxeboot\";\n");
	for (size_t i = 0; i < ARRAY_SIZE(policies); i++) {
		struct pxeboot_policy *policy = load(policies[i]);
		struct pxeboot_diagnostics *findings = new_findings();

		if (!tap_ok(plugin_dnsmasq.check(policy, findings) == 0 && pxeboot_diagnostics_count(findings) == 0,
			    "check says nothing of a policy without fault (%zu)", i))
			print(findings);
		pxeboot_diagnostics_free(findings);
		pxeboot_policy_unref(policy);
	}
}

/* ---- Text ---- */

static bool has_line(const char *text, const char *line)
{
	size_t length = strlen(line);

	for (; text != NULL; text = strchr(text, '\n'), text = text != NULL ? text + 1 : NULL)
		if (strncmp(text, line, length) == 0 && text[length] == '\n')
			return true;
	return false;
}

/* Our file takes nothing over that the policy does not ask for. */
static void check_only_asked(void)
{
	static const char *const never[] = {
		"\nport=", "\ndhcp-script", "\ninterface=", "\ndhcp-range", "\nenable-tftp", "\ndhcp-host",
	};
	CLEANUP_FREE char *text = written(HEAD "tftp = \"none\"; };\n" TAIL);
	CLEANUP_FREE char *more = written(HEAD "dhcp = { range = \"10.0.0.1,10.0.0.9\"; interface = \"eth0\"; }; };\n" TAIL);
	CLEANUP_FREE char *ranges = written(HEAD
		"dhcp = { range = [ \"10.0.0.1,10.0.0.9\", \"10.1.0.1,10.1.0.9,1h\" ]; }; };\n"
		"groups: ( { name = \"g\"; match = { subnet = \"10.1.0.0/24\"; }; boot = \"disk\"; } );\n" TAIL);
	CLEANUP_FREE char *proxy = written(HEAD "dhcp = { proxy = \"10.77.0.0\"; }; };\n" TAIL);

	for (size_t i = 0; i < ARRAY_SIZE(never); i++)
		tap_ok(strstr(text, never[i]) == NULL, "not asked, not written:%s", never[i] + 1);
	tap_ok(has_line(more, "interface=eth0") && has_line(more, "enable-tftp") &&
	       has_line(more, "tftp-root=/srv/pxeboot") && has_line(more, "dhcp-range=10.0.0.1,10.0.0.9"),
	       "asked and written");
	tap_ok(has_line(ranges, "dhcp-range=set:pxeboot-range-0,10.0.0.1,10.0.0.9") &&
	       has_line(ranges, "dhcp-range=set:pxeboot-range-1,10.1.0.1,10.1.0.9,1h"), "ranges have tags for groups that ask");
	tap_ok(has_line(proxy, "dhcp-range=10.77.0.0,proxy") && strstr(proxy, "\npxe-service=") != NULL, "proxy mode");
	tap_ok(strstr(more, "\npxe-service=") == NULL, "no pxe-service outside proxy mode");
}

/* Every boot line says where the server is, and is for iPXE or excludes it. */
static void check_boot_lines(void)
{
	CLEANUP_FREE char *text = written(HEAD RANGE "http = \"http://10.77.0.1\"; };\n" OWN
		"hosts: ( { name = \"h\"; mac = \"52:54:00:00:00:01\"; boot = \"disk\"; loader = \"own.efi\"; } );\n"
		"groups: ( { name = \"g\"; match = { mac = \"52:54:00\"; }; boot = \"disk\"; } );\n" TAIL);
	unsigned lines = 0, wrong = 0;

	for (char *at = text, *end; (at = strstr(at, "\ndhcp-boot=")) != NULL; at = end) {
		end = strchr(at + 1, '\n');
		*end = '\0';
		lines++;
		wrong += strstr(at, ",,10.77.0.1") == NULL ||
			 (strstr(at, "tag:pxeboot-ipxe") == NULL) == (strstr(at, "tag:!pxeboot-ipxe") == NULL);
		*end = '\n';
	}
	tap_ok(lines > 8 && wrong == 0, "%u boot lines, %u without the server or without a word on iPXE", lines, wrong);
}

static void check_size(void)
{
	CLEANUP_TEXT struct text policy = TEXT_INIT;
	CLEANUP_FREE char *small = written(HEAD RANGE "};\n" TAIL);
	CLEANUP_FREE char *large = NULL;

	text_add(&policy, HEAD RANGE "};\nhosts: (");
	for (unsigned i = 0; i < 20000; i++)
		text_addf(&policy, "%s\n{ name = \"h%u\"; mac = \"52:54:00:%02x:%02x:%02x\"; boot = \"disk\"; }",
			  i > 0 ? "," : "", i, i >> 16, i >> 8 & 255, i & 255);
	text_add(&policy, ");\n" TAIL);
	large = written(policy.bytes);
	tap_ok(strcmp(small, large) == 0 && small[0] != '\0', "20,000 hosts make it no longer");
}

/* dnsmasq's lines are short. */
static void check_many_groups(void)
{
	static const char *const settings[] = { "};\n", "dhcp = { proxy = \"10.77.0.0\"; }; };\n" };

	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		CLEANUP_TEXT struct text policy = TEXT_INIT;
		CLEANUP_FREE char *candidate = path_of("candidate");
		CLEANUP_FREE char *text = NULL;

		text_addf(&policy, HEAD "%sgroups: (", settings[i]);
		for (unsigned group = 0; group < 300; group++)
			text_addf(&policy, "%s\n{ name = \"a-group-whose-name-is-as-long-as-names-may-be-in-a-policy-%u\"; "
				  "match = { mac = \"52:54:00:%02x:%02x\"; }; boot = \"disk\"; }", group > 0 ? "," : "", group,
				  group >> 8, group & 255);
		text_add(&policy, ");\n" OWN TAIL);
		text = written(policy.bytes);
		put("candidate", text);
		tap_ok(text[0] != '\0' && plugin_dnsmasq.output->verify(candidate, NULL) == 0, "300 groups with %.10s",
		       settings[i]);
	}
}

static void check_verify(void)
{
	static const struct {
		const char *text;
		bool good;
	} candidates[] = {
		{ "port=0\n", true },
		{ "dhcp-boot\n", false },
		{ "no-such-option=1\n", false },
		{ "dhcp-range=1.2.3\n", false },
	};
	CLEANUP_FREE char *path = path_of("candidate");

	if (access("/usr/sbin/dnsmasq", X_OK) < 0)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(candidates); i++) {
		struct pxeboot_diagnostics *findings = new_findings();
		int r;

		put("candidate", candidates[i].text);
		r = plugin_dnsmasq.output->verify(path, findings);
		tap_ok((r == 0) == candidates[i].good &&
		       (pxeboot_diagnostics_count(findings) == 0) == candidates[i].good,
		       "dnsmasq --test %s: %.*s", candidates[i].good ? "takes" : "refuses",
		       (int)strcspn(candidates[i].text, "\n"), candidates[i].text);
		pxeboot_diagnostics_free(findings);
	}
}

/* A comma in a name does not end the field. */
static void check_quoting(void)
{
	CLEANUP_FREE char *candidate = path_of("candidate");
	CLEANUP_FREE char *text = written(HEAD "};\nloaders: { x64-uefi = \"a,b/c+d.efi\"; };\n" TAIL);

	put("candidate", text);
	tap_ok(strstr(text, ",\"a,b/c+d.efi\",,10.77.0.1\n") != NULL &&
	       plugin_dnsmasq.output->verify(candidate, NULL) == 0, "a comma in a name");
}

static void remove_all(void)
{
	static const char *const names[] = { "pxeboot.conf", "candidate", "hook.conf" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		CLEANUP_FREE char *path = path_of(names[i]);

		unlink(path);
	}
	rmdir(directory);
}

int main(void)
{
	snprintf(directory, sizeof(directory), "/tmp/pxeboot-written-XXXXXX");
	if (mkdtemp(directory) == NULL)
		return 1;
	setenv("PXEBOOT_CONFIG", directory, 1);
	check_findings();
	check_quiet();
	check_only_asked();
	check_boot_lines();
	check_size();
	check_many_groups();
	check_verify();
	check_quoting();
	remove_all();
	return tap_end();
}
