/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One predicate for each kind of string, and the table that names them.  Whole strings only; no locale.
 */
#include <errno.h>
#include <string.h>

#include "base/scalar.h"
#include "policy/nearest.h"
#include "policy/value.h"

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define MAX_TARGET 1023
#define MAX_MATCH 255		/* bytes: no fact of a client is longer */

/* Length of the UTF-8 character at @at, whose first byte is above 0x7f; 0 when it is none: too long a form, a
 * surrogate, above U+10FFFF (RFC 3629), or one of the C1 controls, which terminals obey as they obey ESC. */
static size_t utf8_length(const unsigned char *at)
{
	static const struct { unsigned char first, last; size_t length; unsigned char low, high; } forms[] = {
		{ 0xc2, 0xc2, 2, 0xa0, 0xbf }, { 0xc3, 0xdf, 2, 0x80, 0xbf }, { 0xe0, 0xe0, 3, 0xa0, 0xbf },
		{ 0xe1, 0xec, 3, 0x80, 0xbf }, { 0xed, 0xed, 3, 0x80, 0x9f }, { 0xee, 0xef, 3, 0x80, 0xbf },
		{ 0xf0, 0xf0, 4, 0x90, 0xbf }, { 0xf1, 0xf3, 4, 0x80, 0xbf }, { 0xf4, 0xf4, 4, 0x80, 0x8f },
	};

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		if (*at < forms[i].first || *at > forms[i].last)
			continue;
		if (at[1] < forms[i].low || at[1] > forms[i].high)
			return 0;
		for (size_t k = 2; k < forms[i].length; k++)
			if ((at[k] & 0xc0) != 0x80)
				return 0;
		return forms[i].length;
	}
	return 0;
}

static bool is_text(const char *string)
{
	const unsigned char *at = (const unsigned char *)string;

	while (*at) {
		size_t length = *at < 0x80 ? 1 : utf8_length(at);

		if (*at < 0x20 || *at == 0x7f || !length)
			return false;
		at += length;
	}
	return true;
}

/* What is compared is no template: scripts would take a "${" for a variable, and one without a value for nothing at all,
 * which anybody can type. */
static bool is_match(const char *string)
{
	return *string && is_text(string) && strlen(string) <= MAX_MATCH && !strstr(string, "${");
}

/* Printable ASCII that no tokeniser, shell or log takes apart. */
static bool is_plain(const char *string)
{
	size_t length = strlen(string);

	for (size_t i = 0; i < length; i++)
		if (string[i] <= ' ' || string[i] > '~' || strchr("\"'\\`", string[i]))
			return false;
	return length && length <= MAX_TARGET;
}

static bool is_address(const char *string)
{
	uint32_t address;

	return scalar_ip4(string, &address) == 0;
}

static bool is_absolute(const char *string)
{
	return *string == '/' && scalar_is_file_path(string + 1);
}

static const char *after(const char *string, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(string, prefix, length) ? NULL : string + length;
}

static bool is_range(const char *string)
{
	uint32_t first, last;

	return value_range(string, &first, &last) == 0;
}

static bool is_file_name(const char *string)
{
	return scalar_is_file_component(string, strlen(string));
}

/* "${", "$${", "}" and ":-" are for the renderer to resolve; here they only have to be closed. */
static bool templates_closed(const char *string)
{
	for (const char *at = strstr(string, "${"); at; at = strstr(at, "${")) {
		at = strchr(at, '}');
		if (!at)
			return false;
	}
	return true;
}

static bool has_parent_component(const char *path)
{
	for (const char *at = path; at; at = strchr(at, '/')) {
		at += *at == '/';
		if (at[0] == '.' && at[1] == '.' && (at[2] == '/' || !at[2]))
			return true;
	}
	return false;
}

static bool has_scheme(const char *string)
{
	size_t length = strspn(string, LETTERS DIGITS "+.-");

	return length && after(string + length, "://") && string[length + 3];
}

static bool is_template_path(const char *string)
{
	return *string != '/' && !has_parent_component(string);
}

static bool is_chain(const char *string)
{
	return is_plain(string) && templates_closed(string) && (has_scheme(string) || is_template_path(string));
}

bool value_is_url(const char *string)
{
	return has_scheme(string);
}

static bool is_url_of(const char *string, const char *const *schemes)
{
	for (; *schemes; schemes++) {
		const char *rest = after(string, *schemes);

		if (rest && *rest)
			return is_plain(string) && templates_closed(string);
	}
	return false;
}

/* A file in the boot root, by its plain path or by one with templates. */
static bool is_file_or_template(const char *string)
{
	if (scalar_is_file_path(string))
		return true;
	return strstr(string, "${") && !has_scheme(string) && is_chain(string);
}

static bool is_file_or_url(const char *string)
{
	static const char *const schemes[] = { "http://", "https://", "tftp://", NULL };

	return is_file_or_template(string) || is_url_of(string, schemes);
}

/* iPXE boots an image as a disk over HTTP only: it needs ranges. */
static bool is_iso(const char *string)
{
	static const char *const schemes[] = { "http://", "https://", NULL };

	return is_file_or_template(string) || is_url_of(string, schemes);
}

static bool is_san(const char *string)
{
	return is_plain(string) && templates_closed(string);
}

static bool is_answers(const char *string)
{
	const char *slash = strrchr(string, '/');

	return is_text(string) && is_file_name(slash ? slash + 1 : string) && strlen(string) <= MAX_TARGET;
}

static const char *const action_names[] = {
	[ACTION_DISK] = "disk", [ACTION_EXIT] = "exit", [ACTION_SHELL] = "shell",
	[ACTION_REBOOT] = "reboot", [ACTION_POWEROFF] = "poweroff", [ACTION_CONFIG] = "config",
	[ACTION_DISCOVER] = "discover",
};

const char *value_action_name(enum action action)
{
	return action_names[action];
}

int value_action(const char *string, enum action *ret_action)
{
	for (size_t i = ACTION_DISK; i < ARRAY_SIZE(action_names); i++) {
		if (strcmp(string, action_names[i]))
			continue;
		*ret_action = (enum action)i;
		return 0;
	}
	return -EINVAL;
}

static bool is_action(const char *string)
{
	enum action action;

	return value_action(string, &action) == 0;
}

static bool is_tftp(const char *string)
{
	return !strcmp(string, "dnsmasq") || !strcmp(string, "tftp-hpa") || !strcmp(string, "none");
}

static bool is_dhcp(const char *string)
{
	return !strcmp(string, "dnsmasq") || !strcmp(string, "kea") || !strcmp(string, "isc-dhcpd") || !strcmp(string, "none");
}

static bool is_replace(const char *string)
{
	return !strcmp(string, "text-only") || !strcmp(string, "none");
}

static bool is_menus(const char *string)
{
	return !strcmp(string, "grub") || !strcmp(string, "pxelinux");
}

/* A comma stands between two of them where clients are described. */
static bool is_user_class(const char *string)
{
	return after(string, "iPXE") && is_plain(string) && !strchr(string, ',') && strlen(string) <= 64;
}

/* "#rrggbb" at the beginning; the rest, or NULL. */
static const char *after_rgb(const char *string, uint32_t *ret_rgb)
{
	char number[9] = "0x";

	if (!string || *string != '#' || strspn(string + 1, DIGITS "abcdefABCDEF") < 6)
		return NULL;
	memcpy(number + 2, string + 1, 6);
	return scalar_u32(number, 0, 0xffffff, ret_rgb) ? NULL : string + 7;
}

int value_colour(const char *string, struct pxeboot_colour *ret_colour)
{
	struct pxeboot_colour colour = { .set = true };
	const char *at = after_rgb(string, &colour.foreground);

	if (at && *at) {
		colour.has_background = true;
		at = after_rgb(after(at, " on "), &colour.background);
	}
	if (!at || *at)
		return -EINVAL;
	*ret_colour = colour;
	return 0;
}

static bool is_colour(const char *string)
{
	struct pxeboot_colour colour;

	return value_colour(string, &colour) == 0;
}

static bool is_key(const char *string)
{
	return *string && strchr(LETTERS DIGITS, *string) && !string[1];
}

static bool is_mac(const char *string)
{
	uint8_t mac[MAC_LENGTH];

	return scalar_mac(string, mac) == 0;
}

static bool is_mac_prefix(const char *string)
{
	uint8_t mac[MAC_LENGTH];
	size_t length;

	return scalar_mac_prefix(string, mac, &length) == 0;
}

/* All zeros is what firmware without an identity sends: it would match every such machine. */
static bool is_uuid(const char *string)
{
	static const uint8_t none[UUID_LENGTH];
	uint8_t uuid[UUID_LENGTH];

	return scalar_uuid(string, uuid) == 0 && memcmp(uuid, none, sizeof(uuid));
}

static bool is_arch(const char *string)
{
	return pxeboot_arch_by_name(string) != PXEBOOT_ARCH_NONE;
}

static bool is_firmware(const char *string)
{
	return !strcmp(string, "bios") || !strcmp(string, "uefi");
}

static bool is_subnet(const char *string)
{
	struct ip4_prefix prefix;

	return scalar_ip4_prefix(string, &prefix) == 0;
}

static bool is_feature(const char *string)
{
	return build_feature_by_name(string) >= 0;
}

static bool is_sha256(const char *string)
{
	return strspn(string, DIGITS "abcdefABCDEF") == 64 && !string[64];
}

static const struct {
	bool (*is)(const char *string);
	const char *expected;
} kinds[] = {
	[VALUE_TEXT] = { is_text, "printable UTF-8 text" },
	[VALUE_NAME] = { scalar_is_name, "a name: a letter, then letters, digits, '-' and '_', 64 at most" },
	[VALUE_ADDRESS] = { is_address, "an IPv4 address" },
	[VALUE_ABSOLUTE] = { is_absolute,
		"an absolute path of letters, digits, '.', '_', '-', '+' and ',' without '..'" },
	[VALUE_HTTP] = { value_is_http, "a URL http://HOST[:PORT][/PATH] without '/' at its end" },
	[VALUE_INTERFACE] = { value_is_interface, "a network interface" },
	[VALUE_RANGE] = { is_range, "FIRST,LAST[,NETMASK][,LEASE] with FIRST not above LAST" },
	[VALUE_ADDRESS6] = { value_is_address6, "an IPv6 address like 2001:db8::1, not of one link alone" },
	[VALUE_HTTP6] = { value_is_http6, "a URL http://[ADDRESS][:PORT][/PATH], or with a name in place of [ADDRESS], "
		"without '/' at its end" },
	[VALUE_RANGE6] = { value_is_range6, "FIRST,LAST[,constructor:INTERFACE][,BITS][,LEASE with a unit] of IPv6 addresses with the same "
		"64 to 127 BITS at their beginning, FIRST not above LAST" },
	[VALUE_FILE_NAME] = { is_file_name, "a file name of letters, digits, '.', '_', '-', '+' and ','" },
	[VALUE_FILE] = { scalar_is_file_path,
		"a path in the boot root, of letters, digits, '.', '_', '-', '+' and ',' without '..'" },
	[VALUE_FILE_OR_URL] = { is_file_or_url, "a path in the boot root or an http, https or tftp URL" },
	[VALUE_ISO] = { is_iso, "a path in the boot root or an http or https URL" },
	[VALUE_CHAIN] = { is_chain, "a path in the boot root or a URL, in printable ASCII without blanks and quotes" },
	[VALUE_SAN] = { is_san, "a SAN URI, in printable ASCII without blanks and quotes" },
	[VALUE_INITIATOR] = { is_san, "the name of an iSCSI initiator, in printable ASCII without blanks and quotes" },
	[VALUE_ANSWERS] = { is_answers,
		"the path of a file whose name has letters, digits, '.', '_', '-', '+' and ','" },
	[VALUE_ACTION] = { is_action, "disk, exit, shell, reboot, poweroff, config or discover" },
	[VALUE_TFTP] = { is_tftp, "dnsmasq, tftp-hpa or none" },
	[VALUE_REPLACE] = { is_replace, "text-only or none" },
	[VALUE_DHCP] = { is_dhcp, "dnsmasq, kea, isc-dhcpd or none" },
	[VALUE_MENUS] = { is_menus, "grub or pxelinux" },
	[VALUE_USER_CLASS] = { is_user_class, "a user class that begins with iPXE, without blanks, quotes and commas" },
	[VALUE_COLOUR] = { is_colour, "#rrggbb or '#rrggbb on #rrggbb'" },
	[VALUE_KEY] = { is_key, "one letter or digit" },
	[VALUE_MAC] = { is_mac, "a MAC address like 52:54:00:12:34:56" },
	[VALUE_MAC_PREFIX] = { is_mac_prefix, "the first bytes of a MAC address like 52:54:00" },
	[VALUE_UUID] = { is_uuid, "a UUID that is not all zeros" },
	[VALUE_SERIAL] = { is_file_name, "a serial number of letters, digits, '.', '_', '-', '+' and ','" },
	[VALUE_ARCH] = { is_arch, "an architecture: bios, ia32-uefi, x64-uefi, arm32-uefi, arm64-uefi, riscv32-uefi, "
		"riscv64-uefi or loong64-uefi" },
	[VALUE_FIRMWARE] = { is_firmware, "bios or uefi" },
	[VALUE_SUBNET] = { is_subnet, "a subnet A.B.C.D/N whose host bits are zero" },
	[VALUE_FEATURE] = { is_feature, "the name of an option in ipxe-src/options.h, in lower case, such as https" },
	[VALUE_SHA256] = { is_sha256, "64 hexadecimal digits" },
	[VALUE_MATCH] = { is_match, "printable UTF-8 text without '${', not empty, 255 bytes at most" },
};

bool value_is(enum value_kind kind, const char *string)
{
	return kinds[kind].is(string);
}

const char *value_expected(enum value_kind kind)
{
	return kinds[kind].expected;
}

static const char *arch_name(unsigned arch)
{
	const struct pxeboot_arch_info *info = pxeboot_arch_get((int)arch);

	return info ? info->name : NULL;
}

const char *value_nearest(enum value_kind kind, const char *string)
{
	const char *(*name_of)(unsigned) = kind == VALUE_ARCH ? arch_name :
					   kind == VALUE_FEATURE ? pxeboot_build_feature_name : NULL;
	const char *nearest = NULL, *name;
	unsigned best = NEAREST_LIMIT;

	for (unsigned i = 0; name_of && (name = name_of(i)); i++)
		if (nearest_is_nearer(string, name, &best))
			nearest = name;
	return nearest;
}
