/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A client from what dnsmasq tells its dhcp-script.  The values are the client's own bytes, cut by dnsmasq at the first
 * NUL and at the first '='; options 93, 94, 97 and 175 are not among them.  Nothing that a client can send makes this
 * fail: what does not parse is a malformed fact and a warning.
 */
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "client/fact.h"

#define MAX_CLASS_INDEX 256		/* an option has 255 bytes, and dnsmasq joins none */
#define TAG_PREFIX "pxeboot-"		/* then the name of an architecture */

/* Lends the value; NULL when the variable is not there. */
static const char *get(const char *const *environment, const char *name)
{
	size_t length = strlen(name);

	for (; environment && *environment; environment++)
		if (!strncmp(*environment, name, length) && (*environment)[length] == '=')
			return *environment + length + 1;
	return NULL;
}

/* Sets a fact from its text form; malformed is not an error here. */
static int put_text(struct pxeboot_client *client, int fact, const char *text, struct pxeboot_diagnostics *diagnostics)
{
	int error = text ? fact_set(client, fact, text, PXEBOOT_WARNING, diagnostics) : 0;

	return error == -EBADMSG ? 0 : error;
}

/* dnsmasq hands the relay agent's identifiers over as raw bytes. */
static int put_raw(struct pxeboot_client *client, int fact, const char *bytes)
{
	size_t length = bytes ? strnlen(bytes, FACT_MAX_TEXT + 1) : 0;

	if (!bytes)
		return 0;
	if (length <= FACT_MAX_TEXT)
		return fact_put_hex(client, fact, (const uint8_t *)bytes, length);
	fact_clear(client, fact, FACT_MALFORMED);
	return 0;
}

/* The number that a variable's name ends in, before its value; MAX_CLASS_INDEX for anything else. */
static unsigned class_index(const char *digits)
{
	unsigned index = 0;

	if (digits[0] == '0')
		return digits[1] == '=' ? 0 : MAX_CLASS_INDEX;
	for (; *digits >= '0' && *digits <= '9' && index < MAX_CLASS_INDEX; digits++)
		index = 10 * index + (unsigned)(*digits - '0');
	return *digits == '=' && index > 0 && index < MAX_CLASS_INDEX ? index : MAX_CLASS_INDEX;
}

/* Lends the values by their numbers, in one pass: an event of dnsmasq is the hook's whole life. */
static void find_user_classes(const char *const *environment, const char *ret_classes[MAX_CLASS_INDEX])
{
	static const char name[] = "DNSMASQ_USER_CLASS";
	unsigned index;

	for (; environment && *environment; environment++) {
		if (strncmp(*environment, name, sizeof(name) - 1) != 0)
			continue;
		index = class_index(*environment + sizeof(name) - 1);
		if (index < MAX_CLASS_INDEX && !ret_classes[index])
			ret_classes[index] = strchr(*environment, '=') + 1;
	}
}

/* dnsmasq splits classes at length bytes and at NULs, and counts the empty ones that it leaves out. */
static int put_user_classes(struct pxeboot_client *client, const char *const *environment)
{
	CLEANUP_TEXT struct text joined = TEXT_INIT;
	const char *classes[MAX_CLASS_INDEX] = { NULL }, *first;
	unsigned i, n = 0;
	int error;

	find_user_classes(environment, classes);
	for (i = 0; i < MAX_CLASS_INDEX && n <= CLIENT_MAX_CLASSES; i++) {
		if (!classes[i])
			continue;
		text_add(&joined, n++ ? "," : "");
		text_add(&joined, classes[i]);
	}
	first = classes[0];
	if (!n || joined.error)
		return joined.error;
	error = fact_put_user_classes(client, joined.bytes, n, first, first ? strlen(first) : 0);
	return error == -EBADMSG ? 0 : error;
}

/* The architecture that one tag names, PXEBOOT_ARCH_NONE for any other tag. */
static int tag_arch(const char *tag, size_t length)
{
	size_t prefix = strlen(TAG_PREFIX);
	char name[32];

	if (length <= prefix || memcmp(tag, TAG_PREFIX, prefix) || length - prefix >= sizeof(name))
		return PXEBOOT_ARCH_NONE;
	memcpy(name, tag + prefix, length - prefix);
	name[length - prefix] = '\0';
	return pxeboot_arch_by_name(name);
}

/* dnsmasq itself sees option 93, and the rules that we write there leave what they saw in tags. */
static int put_tagged_archs(struct pxeboot_client *client, const char *tags, struct pxeboot_diagnostics *diagnostics)
{
	CLEANUP_TEXT struct text names = TEXT_INIT;
	unsigned seen = 0;
	size_t length;
	int arch;

	for (; *tags; tags += length + (tags[length] == ' ')) {
		length = strcspn(tags, " ");
		arch = tag_arch(tags, length);
		seen |= arch == PXEBOOT_ARCH_NONE ? 0 : 1u << arch;
	}
	for (arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++)
		if (seen & 1u << arch)
			text_addf(&names, "%s%s", names.length ? "," : "", pxeboot_arch_get(arch)->name);
	if (!seen || names.error)
		return names.error;
	return put_text(client, PXEBOOT_FACT_ARCH, names.bytes, diagnostics);
}

static int put_environment(struct pxeboot_client *client, const char *const *environment,
			   struct pxeboot_diagnostics *diagnostics)
{
	static const struct {
		int fact;
		const char *name;
		bool raw;
	} variables[] = {
		{ PXEBOOT_FACT_VENDOR_CLASS, "DNSMASQ_VENDOR_CLASS", false },
		{ PXEBOOT_FACT_CLIENT_ID, "DNSMASQ_CLIENT_ID", false },
		{ PXEBOOT_FACT_RELAY, "DNSMASQ_RELAY_ADDRESS", false },
		{ PXEBOOT_FACT_CIRCUIT_ID, "DNSMASQ_CIRCUIT_ID", true },
		{ PXEBOOT_FACT_REMOTE_ID, "DNSMASQ_REMOTE_ID", true },
	};
	const char *value, *tags = get(environment, "DNSMASQ_TAGS");
	int error = put_user_classes(client, environment);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(variables) && !error; i++) {
		value = get(environment, variables[i].name);
		error = variables[i].raw ? put_raw(client, variables[i].fact, value) :
					   put_text(client, variables[i].fact, value, diagnostics);
	}
	if (!error && tags && client->facts[PXEBOOT_FACT_ARCH].state == FACT_ABSENT)
		error = put_tagged_archs(client, tags, diagnostics);
	return error;
}

int pxeboot_client_from_dnsmasq(const char *mac, const char *address, const char *const *environment,
				struct pxeboot_diagnostics *diagnostics, struct pxeboot_client **ret_client)
{
	struct pxeboot_client *client;
	int error;

	if (get(environment, "DNSMASQ_DATA_MISSING"))
		return -ENODATA;
	error = pxeboot_client_new(&client);
	if (error)
		return error;
	error = put_environment(client, environment, diagnostics);
	if (!error)
		error = put_text(client, PXEBOOT_FACT_MAC, mac, diagnostics);
	if (!error)
		error = put_text(client, PXEBOOT_FACT_ADDRESS, address, diagnostics);
	if (error) {
		pxeboot_client_unref(client);
		return error;
	}
	*ret_client = client;
	return 0;
}
