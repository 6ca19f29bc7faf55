/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one table of iPXE's commands.  Versions, options and argument counts are those that iPXE's own binaries print;
 * the builds are upstream's defaults (config/general.h and what each platform switches off) and Debian's packages as
 * they run.
 */
#include "proof/lint_commands.h"

#include <string.h>

#include "base/macro.h"

/* ---- Builds -------------------------------------------------------------------------------------------------- */

#define BIOS(target) (1u << (2 * PXEBOOT_LINT_##target))
#define UEFI(target) (2u << (2 * PXEBOOT_LINT_##target))
#define BOTH(target) (BIOS(target) | UEFI(target))

enum {
	NOWHERE = 0,
	ALWAYS = BOTH(D12) | BOTH(1_21_1) | BOTH(D13) | BOTH(2_0_0) | BOTH(HEAD),
	NEW_UEFI = UEFI(2_0_0) | UEFI(HEAD),
	NEW_BOTH = BOTH(2_0_0) | BOTH(HEAD),

	/* By the name of the switch in config/general.h. */
	ARCHIVE_CMD = UEFI(D13) | NEW_UEFI,		/* linked where gzip or zlib is: not on x86 */
	CERT_CMD = BOTH(D13) | NEW_UEFI,
	CONSOLE_CMD = BOTH(D13) | NEW_UEFI,
	DIGEST_CMD = NEW_UEFI,
	FDT_CMD = UEFI(D13) | NEW_UEFI,
	NTP_CMD = NEW_UEFI,
	PARAM_CMD = NEW_UEFI,
	PCI_CMD = NEW_UEFI,
	PING_CMD = BOTH(D13),
	POWEROFF_CMD = BOTH(D13) | NEW_BOTH,
	USB_CMD = NEW_UEFI,
	VLAN_CMD = BOTH(D13) | NEW_UEFI,
};

static const struct {
	const char *name, *label;
	bool package;
} targets[] = {
	[PXEBOOT_LINT_D12] = { "d12", "Debian 12's iPXE", true },
	[PXEBOOT_LINT_1_21_1] = { "1.21.1", "iPXE 1.21.1", false },
	[PXEBOOT_LINT_D13] = { "d13", "Debian 13's iPXE", true },
	[PXEBOOT_LINT_2_0_0] = { "2.0.0", "iPXE 2.0.0", false },
	[PXEBOOT_LINT_HEAD] = { "head", "iPXE", false },
};

static const char *const platforms[] = {
	[PXEBOOT_LINT_ANY] = "any",
	[PXEBOOT_LINT_BIOS] = "bios",
	[PXEBOOT_LINT_UEFI] = "uefi",
};

const char *pxeboot_lint_target_name(int target)
{
	return target >= 0 && (size_t)target < ARRAY_SIZE(targets) ? targets[target].name : NULL;
}

const char *pxeboot_lint_platform_name(int platform)
{
	return platform >= 0 && (size_t)platform < ARRAY_SIZE(platforms) ? platforms[platform] : NULL;
}

bool lint_target_is_package(enum pxeboot_lint_target target)
{
	return targets[target].package;
}

const char *lint_target_label(enum pxeboot_lint_target target)
{
	return targets[target].label;
}

/* ---- Options ------------------------------------------------------------------------------------------------- */

#define FLAG(name, letter) { name, letter, VALUE_NONE, PXEBOOT_LINT_D12 }
#define TEXT(name, letter) { name, letter, VALUE_TEXT, PXEBOOT_LINT_D12 }
#define NUMBER(name, letter) { name, letter, VALUE_NUMBER, PXEBOOT_LINT_D12 }
#define KEY { "key", 'k', VALUE_KEY, PXEBOOT_LINT_D12 }
#define FLAG_SINCE(name, letter, target) { name, letter, VALUE_NONE, PXEBOOT_LINT_##target }
#define TEXT_SINCE(name, letter, target) { name, letter, VALUE_TEXT, PXEBOOT_LINT_##target }
#define NUMBER_SINCE(name, letter, target) { name, letter, VALUE_NUMBER, PXEBOOT_LINT_##target }
#define OPTIONS(name, ...) static const struct lint_option name##_options[] = { __VA_ARGS__ { NULL, 0, VALUE_NONE, 0 } }

OPTIONS(no, );
OPTIONS(boot, TEXT("name", 'n'), NUMBER("timeout", 't'), FLAG_SINCE("quiet", 'q', HEAD), FLAG("autofree", 'a'),
	FLAG("replace", 'r'), );
OPTIONS(fetch, TEXT("name", 'n'), NUMBER("timeout", 't'), FLAG_SINCE("quiet", 'q', HEAD), FLAG("autofree", 'a'), );
OPTIONS(extract, TEXT("name", 'n'), FLAG("keep", 'k'), NUMBER("timeout", 't'), FLAG_SINCE("quiet", 'q', HEAD), );
OPTIONS(imgmem, TEXT("name", 'n'), );
OPTIONS(imgset, FLAG("keep", 'k'), NUMBER("timeout", 't'), FLAG("quiet", 'q'), );
OPTIONS(imgtrust, FLAG("allow", 'a'), FLAG("permanent", 'p'), );
OPTIONS(imgverify, TEXT("signer", 's'), FLAG("keep", 'k'), NUMBER("timeout", 't'), FLAG_SINCE("quiet", 'q', HEAD), );
OPTIONS(shim, NUMBER("timeout", 't'), FLAG_SINCE("quiet", 'q', HEAD), FLAG("require-loader", 'l'),
	FLAG("allow-pxe", 'p'), FLAG("allow-sbat", 's'), );
OPTIONS(fdt, NUMBER("timeout", 't'), FLAG_SINCE("quiet", 'q', HEAD), );
OPTIONS(cert, TEXT("subject", 's'), );
OPTIONS(certstore, TEXT("subject", 's'), FLAG("keep", 'k'), );
OPTIONS(digest, TEXT_SINCE("set", 's', 2_0_0), );
OPTIONS(menu, TEXT("name", 'n'), FLAG("delete", 'd'), );
OPTIONS(item, TEXT("menu", 'm'), TEXT_SINCE("form", 'f', D13), KEY, FLAG("default", 'd'),
	FLAG_SINCE("secret", 's', D13), FLAG("gap", 'g'), );
OPTIONS(choose, TEXT("menu", 'm'), TEXT("default", 'd'), NUMBER("timeout", 't'), NUMBER_SINCE("retimeout", 'r', D13),
	FLAG("keep", 'k'), );
OPTIONS(present, TEXT("form", 'f'), FLAG("keep", 'k'), );
OPTIONS(prompt, KEY, NUMBER("timeout", 't'), );
OPTIONS(console, NUMBER("x", 'x'), NUMBER("y", 'y'), NUMBER("left", 'l'), NUMBER("right", 'r'), NUMBER("top", 't'),
	NUMBER("bottom", 'b'), NUMBER("depth", 'd'), TEXT("picture", 'p'), FLAG("keep", 'k'), );
OPTIONS(colour, NUMBER("basic", 'b'), NUMBER("rgb", 'r'), );
OPTIONS(cpair, NUMBER("foreground", 'f'), NUMBER("background", 'b'), );
OPTIONS(cpuid, FLAG("ext", 'e'), FLAG("amd", 'a'), FLAG("ecx", 'c'), );
OPTIONS(dhcp, TEXT("configurator", 'c'), NUMBER_SINCE("timeout", 't', 1_21_1), );
OPTIONS(timeout, NUMBER("timeout", 't'), );
OPTIONS(read, NUMBER_SINCE("timeout", 't', D13), );
OPTIONS(echo, FLAG("n", 'n'), );
OPTIONS(fcels, TEXT("port", 'p'), TEXT("id", 'i'), );
OPTIONS(lotest, NUMBER("mtu", 'm'), FLAG("broadcast", 'b'), );
OPTIONS(param, TEXT("params", 'p'), FLAG_SINCE("header", 'H', D13), );
OPTIONS(params, TEXT("name", 'n'), TEXT_SINCE("method", 'm', HEAD), FLAG("delete", 'd'), );
OPTIONS(ping, NUMBER("size", 's'), NUMBER("timeout", 't'), NUMBER("count", 'c'), FLAG("quiet", 'q'), );
OPTIONS(reboot, FLAG("warm", 'w'), FLAG_SINCE("setup", 's', D13), );
OPTIONS(sanboot, NUMBER("drive", 'd'), FLAG("no-describe", 'n'), FLAG("keep", 'k'), TEXT("filename", 'f'),
	TEXT_SINCE("extra", 'e', D13), TEXT_SINCE("label", 'l', D13), TEXT_SINCE("uuid", 'u', D13), );
OPTIONS(sanhook, NUMBER("drive", 'd'), FLAG("no-describe", 'n'), );
OPTIONS(sanunhook, NUMBER("drive", 'd'), );
OPTIONS(show, FLAG_SINCE("quiet", 'q', HEAD), );
OPTIONS(vcreate, NUMBER("tag", 't'), NUMBER("priority", 'p'), );

/* ---- Commands ------------------------------------------------------------------------------------------------ */

#define D12 PXEBOOT_LINT_D12
#define D13 PXEBOOT_LINT_D13
#define V2 PXEBOOT_LINT_2_0_0
#define HEAD PXEBOOT_LINT_HEAD
#define ANY 255		/* as many as a command can have */
#define FIRST 1		/* argument is a number */
#define SECOND 2

enum {
	TXT = COMMAND_TEXT,
	FAIL = COMMAND_CAN_FAIL,
	TEST = COMMAND_CAN_FAIL | COMMAND_TEST,
	WAIT = COMMAND_WAITS,
	RUN = COMMAND_UNSEEN,
	NET = COMMAND_DHCP,
	SET = COMMAND_SETTING,
};

/* In order of name.  Where a command was in no build that could be asked, its counts are wide. */
const struct lint_command lint_commands[] = {
	/* name       since builds        min  max numbers        what it does       options */
	{ "autoboot", D12, ALWAYS,          0, ANY, 0,              RUN | NET,         no_options },
	{ "boot", D12, ALWAYS,              0, ANY, 0,              FAIL | RUN,        boot_options },
	{ "certfree", D12, CERT_CMD,        0, 0, 0,                0,                 cert_options },
	{ "certstat", D12, CERT_CMD,        0, 0, 0,                0,                 cert_options },
	{ "certstore", D12, CERT_CMD,       0, 1, 0,                0,                 certstore_options },
	{ "chain", D12, ALWAYS,             0, ANY, 0,              FAIL | RUN,        boot_options },
	{ "choose", D12, ALWAYS,            1, 1, 0,                FAIL | WAIT | SET, choose_options },
	{ "clear", D12, ALWAYS,             1, 1, 0,                SET,               no_options },
	{ "colour", D12, CONSOLE_CMD,       1, 1, FIRST,            0,                 colour_options },
	{ "config", D12, ALWAYS,            0, 1, 0,                WAIT,              no_options },
	{ "console", D12, CONSOLE_CMD,      0, 0, 0,                FAIL,              console_options },
	{ "cpair", D12, CONSOLE_CMD,        1, 1, FIRST,            0,                 cpair_options },
	{ "cpuid", D12, ALWAYS,             1, 1, FIRST,            TEST,              cpuid_options },
	{ "dhcp", D12, ALWAYS,              0, ANY, 0,              FAIL | NET,        dhcp_options },
	{ "echo", D12, ALWAYS,              0, ANY, 0,              TXT,               echo_options },
	{ "exit", D12, ALWAYS,              0, 1, FIRST,            0,                 no_options },
	{ "fcels", D12, ALWAYS,             0, ANY, 0,              0,                 fcels_options },
	{ "fcstat", D12, ALWAYS,            0, ANY, 0,              0,                 no_options },
	{ "fdt", D13, FDT_CMD,              0, 1, 0,                0,                 fdt_options },
	{ "form", D13, ALWAYS,              0, ANY, 0,              TXT,               menu_options },
	{ "gdbstub", D12, NOWHERE,          1, ANY, 0,              0,                 no_options },
	{ "goto", D12, ALWAYS,              1, 1, 0,                0,                 no_options },
	{ "help", D12, ALWAYS,              0, ANY, 0,              0,                 no_options },
	{ "ibstat", D12, ALWAYS,            0, ANY, 0,              0,                 no_options },
	{ "ifclose", D12, ALWAYS,           0, ANY, 0,              0,                 no_options },
	{ "ifconf", D12, ALWAYS,            0, ANY, 0,              FAIL | NET,        dhcp_options },
	{ "iflinkwait", D13, ALWAYS,        0, ANY, 0,              FAIL,              timeout_options },
	{ "ifopen", D12, ALWAYS,            0, ANY, 0,              0,                 no_options },
	{ "ifstat", D12, ALWAYS,            0, ANY, 0,              0,                 no_options },
	{ "imgargs", D12, ALWAYS,           1, ANY, 0,              0,                 fetch_options },
	{ "imgdecrypt", D13, NOWHERE,       2, 2, 0,                FAIL,              extract_options },
	{ "imgexec", D12, ALWAYS,           0, ANY, 0,              FAIL | RUN,        boot_options },
	{ "imgextract", D13, ARCHIVE_CMD,   1, 1, 0,                FAIL,              extract_options },
	{ "imgfetch", D12, ALWAYS,          1, ANY, 0,              FAIL,              fetch_options },
	{ "imgfree", D12, ALWAYS,           0, ANY, 0,              0,                 no_options },
	{ "imgload", D12, ALWAYS,           1, ANY, 0,              FAIL,              fetch_options },
	{ "imgmem", D13, NOWHERE,           2, 2, FIRST | SECOND,   0,                 imgmem_options },
	{ "imgselect", D12, ALWAYS,         1, ANY, 0,              FAIL,              fetch_options },
	{ "imgset", HEAD, ALWAYS,           2, 2, 0,                FAIL | SET,        imgset_options },
	{ "imgstat", D12, ALWAYS,           0, ANY, 0,              0,                 no_options },
	{ "imgtrust", D12, NOWHERE,         0, 0, 0,                0,                 imgtrust_options },
	{ "imgverify", D12, NOWHERE,        2, 2, 0,                FAIL,              imgverify_options },
	{ "inc", D12, ALWAYS,               1, 2, SECOND,           SET,               no_options },
	{ "initrd", D12, ALWAYS,            1, ANY, 0,              FAIL,              fetch_options },
	{ "ipstat", D12, NOWHERE,           0, 0, 0,                0,                 no_options },
	{ "iseq", D12, ALWAYS,              2, 2, 0,                TEST,              no_options },
	{ "isset", D12, ALWAYS,             1, 1, 0,                TEST,              no_options },
	{ "item", D12, ALWAYS,              0, ANY, 0,              TXT,               item_options },
	{ "iwlist", D12, ALWAYS,            0, ANY, 0,              0,                 no_options },
	{ "iwstat", D12, ALWAYS,            0, ANY, 0,              0,                 no_options },
	{ "kernel", D12, ALWAYS,            1, ANY, 0,              FAIL,              fetch_options },
	{ "login", D12, ALWAYS,             0, 0, 0,                WAIT,              no_options },
	{ "lotest", D12, NOWHERE,           2, 2, 0,                0,                 lotest_options },
	{ "md4sum", V2, NOWHERE,            1, ANY, 0,              0,                 digest_options },
	{ "md5sum", D12, DIGEST_CMD,        1, ANY, 0,              0,                 digest_options },
	{ "menu", D12, ALWAYS,              0, ANY, 0,              TXT,               menu_options },
	{ "module", D12, ALWAYS,            1, ANY, 0,              FAIL,              fetch_options },
	{ "nslookup", D12, NOWHERE,         2, 2, 0,                FAIL | SET,        no_options },
	{ "nstat", D12, NOWHERE,            0, 0, 0,                0,                 no_options },
	{ "ntp", D12, NTP_CMD,              1, 1, 0,                FAIL,              no_options },
	{ "param", D12, PARAM_CMD,          1, ANY, 0,              0,                 param_options },
	{ "params", D12, PARAM_CMD,         0, 0, 0,                0,                 params_options },
	{ "pciscan", D12, PCI_CMD,          1, 1, 0,                TEST | SET,        no_options },
	{ "ping", D12, PING_CMD,            1, 1, 0,                FAIL,              ping_options },
	{ "poweroff", D12, POWEROFF_CMD,    0, 0, 0,                0,                 no_options },
	{ "present", D13, ALWAYS,           0, 0, 0,                FAIL | WAIT,       present_options },
	{ "profstat", D12, NOWHERE,         0, 0, 0,                0,                 no_options },
	{ "prompt", D12, ALWAYS,            0, ANY, 0,              TXT | WAIT,        prompt_options },
	{ "pxebs", D12, ALWAYS,             2, 2, SECOND,           NET,               no_options },
	{ "read", D12, ALWAYS,              1, 1, 0,                WAIT | SET,        read_options },
	{ "reboot", D12, ALWAYS,            0, 0, 0,                0,                 reboot_options },
	{ "route", D12, ALWAYS,             0, 0, 0,                0,                 no_options },
	{ "sanboot", D12, ALWAYS,           0, ANY, 0,              FAIL,              sanboot_options },
	{ "sanhook", D12, ALWAYS,           1, ANY, 0,              FAIL,              sanhook_options },
	{ "sanunhook", D12, ALWAYS,         0, 0, 0,                0,                 sanunhook_options },
	{ "set", D12, ALWAYS,               1, ANY, 0,              SET,               no_options },
	{ "sha1sum", D12, DIGEST_CMD,       1, ANY, 0,              0,                 digest_options },
	{ "sha224sum", V2, DIGEST_CMD,      1, ANY, 0,              0,                 digest_options },
	{ "sha256sum", V2, DIGEST_CMD,      1, ANY, 0,              0,                 digest_options },
	{ "sha384sum", V2, DIGEST_CMD,      1, ANY, 0,              0,                 digest_options },
	{ "sha512sum", V2, DIGEST_CMD,      1, ANY, 0,              0,                 digest_options },
	{ "shell", D12, ALWAYS,             0, 0, 0,                WAIT | RUN,        no_options },
	{ "shim", D13, ALWAYS,              0, 1, 0,                0,                 shim_options },
	{ "show", D12, ALWAYS,              1, 1, 0,                SET,               show_options },
	{ "sleep", D12, ALWAYS,             1, 1, FIRST,            WAIT,              no_options },
	{ "startpxe", D12, NOWHERE,         0, ANY, 0,              0,                 no_options },
	{ "stoppxe", D12, NOWHERE,          0, ANY, 0,              0,                 no_options },
	{ "sync", D12, ALWAYS,              0, 0, 0,                0,                 timeout_options },
	{ "time", D12, NOWHERE,             1, ANY, 0,              RUN,               no_options },
	{ "usbscan", D13, USB_CMD,          1, 1, 0,                TEST | SET,        no_options },
	{ "vcreate", D12, VLAN_CMD,         1, 1, 0,                0,                 vcreate_options },
	{ "vdestroy", D12, VLAN_CMD,        1, 1, 0,                0,                 no_options },
};
const size_t lint_n_commands = ARRAY_SIZE(lint_commands);

const struct lint_command *lint_command_find(const char *name, size_t length)
{
	size_t low = 0, high = lint_n_commands;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strncmp(lint_commands[middle].name, name, length);

		if (order == 0 && strlen(lint_commands[middle].name) == length)
			return &lint_commands[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

bool lint_command_in(const struct lint_command *command, enum pxeboot_lint_target target,
		     enum pxeboot_lint_platform platform)
{
	static const unsigned bits[] = {
		[PXEBOOT_LINT_ANY] = 3, [PXEBOOT_LINT_BIOS] = 1, [PXEBOOT_LINT_UEFI] = 2,
	};

	return (command->builds & bits[platform] << (2 * target)) != 0;
}
