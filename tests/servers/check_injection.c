/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hostile classes in the policy and from the client, through the real dnsmasq, kea-dhcp4 and dhcpd: each is compared byte by
 * byte, and its neighbour is not it.  Hostile names to the real in.tftpd, with the map that we write: none leads out of the
 * boot root.  Prints TAP, and what was tried for tests/injection.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "base/macro.h"
#include "base/text.h"
#include "lab.h"
#include "plugin.h"
#include "tap.h"
#include "tftp_client.h"

#define OWN_CLASS "iPXE-#;||&&$(x)<>%{}*?~|!"

/* ---- Classes ---------------------------------------------------------------------------------------------------- */

static const char *const classes[] = {
	"$(touch CANARY)", "`touch CANARY`", "'; touch CANARY; '", "\"; option domain-name \"x", "x # y", "x || y && z", "x\\", "\\x41\\n",
	"%s%n", "<?include \"/etc/passwd\"?>", "] } , { \"x\": [", "option[60].hex == ''", "a,b:c*", "set:pxeboot-bios,tag:x", "--help",
	"../../etc/passwd", "two  blanks ", "K\xc3\xb6ln", "x\xe2\x80\xaey", "$HOME $$ $1", "{x;}", "it's",
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA;$(x)",
};

/* As libconfig has it. */
static void add_quoted(struct text *out, const char *string)
{
	for (; *string != '\0'; string++) {
		if (*string == '"' || *string == '\\')
			text_add_char(out, '\\');
		text_add_char(out, *string);
	}
}

static char *policy_of(const char *dhcp)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	char *bytes;

	text_addf(&text, "server: { address = \"" LAB_SERVER "\"; root = \"/tmp\"; dhcp = { %s }; };\n", dhcp);
	text_add(&text, "ipxe = { user_class = \"" OWN_CLASS "\"; };\n"
			"profiles: { disk: { action = \"disk\"; }; };\nboot = \"disk\";\ngroups: (\n");
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		text_addf(&text, "%s\t{ name = \"g%zu\"; boot = \"disk\"; loader = \"l%zu.efi\"; match = { arch = \"x64-uefi\"; vendor_class = \"",
			  i > 0 ? ",\n" : "", i, i);
		add_quoted(&text, classes[i]);
		text_add(&text, "\"; }; }");
	}
	text_add(&text, " );\n");
	if (text_take(&text, &bytes, NULL) < 0)
		abort();
	return bytes;
}

static bool is_told(struct asker *asker, const char *vendor, const char *user, const char *file)
{
	const struct ask ask = {
		.arch = ASK_BYTES(0, 7), .vendor = { vendor, strlen(vendor), true },
		.user = { user, user != NULL ? strlen(user) : 0, user != NULL },
	};
	struct answer got, decided;

	ask_server(asker, &ask, &got);
	ask_decide(asker, &ask, &decided);
	if (got.there && strcmp(got.file, file) == 0 && strcmp(decided.file, file) == 0)
		return true;
	printf("# got '%s', decided '%s', expected '%s'\n", got.there ? got.file : "no answer", decided.file, file);
	return false;
}

static void check_classes(struct asker *asker, const char *server)
{
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		CLEANUP_TEXT struct text shown = TEXT_INIT;
		char file[16], other[256];

		snprintf(file, sizeof(file), "l%zu.efi", i);
		snprintf(other, sizeof(other), "%s", classes[i]);
		other[strlen(other) - 1] ^= 1;
		text_add_escaped(&shown, classes[i]);
		tap_ok(is_told(asker, classes[i], NULL, file) && is_told(asker, other, NULL, "snponly.efi"), "%s knows the vendor class '%s'",
		       server, shown.bytes);
	}
	tap_ok(is_told(asker, "PXEClient", OWN_CLASS, "boot.ipxe") && is_told(asker, "PXEClient", "iPXE-#", "snponly.efi"),
	       "%s knows the own build by its user class", server);
	printf("# matrix vendor class of clients | %s | %zu | 0 | %zu\n", server, ARRAY_SIZE(classes), ARRAY_SIZE(classes));
	printf("# matrix user class of clients | %s | 1 | 0 | 1\n", server);
}

static const struct {
	const char *name, *dhcp;
	const struct plugin *plugin;
	bool (*start)(struct lab *lab, const char *configuration);
	size_t pid;
} servers[] = {
	{ "dnsmasq", "range = \"10.77.1.1,10.77.9.250\";", &plugin_dnsmasq, lab_start_dnsmasq, offsetof(struct lab, dnsmasq) },
	{ "kea", "server = \"kea\";", &plugin_kea, lab_start_kea, offsetof(struct lab, kea) },
	{ "isc-dhcpd", "server = \"isc-dhcpd\";", &plugin_isc_dhcp, lab_start_dhcpd, offsetof(struct lab, dhcpd) },
};

static void check_server(struct lab *lab, size_t i)
{
	CLEANUP_FREE char *text = policy_of(servers[i].dhcp);
	struct pxeboot_policy *policy = lab_policy(lab, text);
	CLEANUP_FREE char *written = lab_written(servers[i].plugin->output, policy);
	struct asker asker = { .policy = policy, .xid = 1000 };

	if (tap_ok(servers[i].start(lab, written), "%s starts", servers[i].name)) {
		lab_client_side(lab);
		asker.socket = dhcp_socket("cli0");
		check_classes(&asker, servers[i].name);
		close(asker.socket);
		lab_server_side(lab);
		lab_stop((pid_t *)((char *)lab + servers[i].pid));
	}
	pxeboot_policy_unref(policy);
}

/* ---- Names ------------------------------------------------------------------------------------------------------ */

#define LONG "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/"

static const struct {
	const char *name;
	bool comes;
} names[] = {
	{ "../secret", false }, { "..\\secret", false }, { "/../secret", false }, { "served/../../secret", false },
	{ "....//secret", false }, { "%2e%2e/secret", false }, { "\xff../secret", false }, { "..\xff/secret", false },
	{ "//../\\../secret", false }, { "$(cat ../secret)", false }, { "`id`", false }, { "-rf", false }, { "served\n", false },
	{ "served\r\nsecret", false }, { "\x1b[2J", false }, { "", false }, { LONG LONG LONG "../../../../secret", false },
	{ "\\served", true }, { "served\xff", true }, { "//served", true }, { "~root/secret", false }, { "*", false },
};

static void check_names(struct lab *lab)
{
	struct pxeboot_policy *policy = lab_policy(lab, "server: { address = \"" LAB_SERVER "\"; root = \"/tmp\"; tftp = \"tftp-hpa\";\n"
		"dhcp = { range = \"10.77.1.5,10.77.1.5\"; }; };\nprofiles: { disk: { action = \"disk\"; }; };\nboot = \"disk\";\n");
	CLEANUP_FREE char *written = lab_written(plugin_tftp_hpa.output, policy);
	CLEANUP_FREE char *root = lab_path(lab, "root");
	CLEANUP_FREE char *map = lab_path(lab, "map");

	lab_write(lab, "map", written);
	lab_write(lab, "root/served", "served");
	lab_write(lab, "secret", "secret");
	tap_ok(lab_start_tftpd(lab, root, map), "in.tftpd starts with our map");
	lab_client_side(lab);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		CLEANUP_TEXT struct text shown = TEXT_INIT;
		struct tftp_answer got;

		tftp_get(LAB_SERVER_IP, LAB_CLIENT_IP, names[i].name, &got);
		text_add_escaped(&shown, names[i].name);
		tap_ok(names[i].comes ? got.error == -1 && strcmp(got.bytes, "served") == 0 : got.error != -1, "'%.60s' %s",
		       shown.bytes != NULL ? shown.bytes : "", names[i].comes ? "is our file" : "is none");
	}
	printf("# matrix names of TFTP requests | tftp-hpa map | %zu | %zu | 3\n", ARRAY_SIZE(names), ARRAY_SIZE(names) - 3);
	lab_server_side(lab);
	lab_stop(&lab->tftpd);
	pxeboot_policy_unref(policy);
}

int main(void)
{
	static const char *const programs[] = {
		"/usr/sbin/dnsmasq", "dnsmasq-base", "/usr/sbin/kea-dhcp4", "kea-dhcp4-server", "/usr/sbin/dhcpd", "isc-dhcp-server",
		"/usr/sbin/in.tftpd", "tftpd-hpa", NULL,
	};
	struct lab lab;

	lab_begin(&lab, programs);
	for (size_t i = 0; i < ARRAY_SIZE(servers); i++)
		check_server(&lab, i);
	check_names(&lab);
	lab_end(&lab);
	return tap_end();
}
