/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Does a client have what a term asks for?  A fact that is absent, empty or malformed matches nothing.
 */
#include <errno.h>
#include <string.h>

#include "policy/policy.h"

const char *term_name(enum term_kind kind)
{
	static const char *const names[] = {
		[TERM_ARCH] = "arch", [TERM_FIRMWARE] = "firmware", [TERM_MAC] = "mac", [TERM_SUBNET] = "subnet",
		[TERM_VENDOR_CLASS] = "vendor_class", [TERM_MANUFACTURER] = "manufacturer", [TERM_PRODUCT] = "product",
	};

	return names[kind];
}

static const char *fact_text(const struct pxeboot_client *client, int fact)
{
	return client_has(client, fact) ? client->facts[fact].text : NULL;
}

static bool mac_begins(const struct pxeboot_client *client, const struct group_value *value)
{
	return client_has(client, PXEBOOT_FACT_MAC) && !memcmp(client->mac, value->mac, value->mac_length);
}

static bool text_begins(const char *text, const char *prefix)
{
	return text && !strncmp(text, prefix, strlen(prefix));
}

static bool text_equals(const char *text, const char *other)
{
	return text && !strcmp(text, other);
}

/* Over IPv6 a machine has another address, and its vendor class stands where dnsmasq can't look for it. */
static bool is_told(const struct pxeboot_client *client, enum term_kind kind)
{
	return (kind != TERM_SUBNET && kind != TERM_VENDOR_CLASS) || !client_asks_ipv6(client);
}

static bool value_matches(enum term_kind kind, const struct group_value *value, const struct pxeboot_client *client,
			  int arch)
{
	switch (kind) {
	case TERM_ARCH:
	case TERM_FIRMWARE:
		return arch != PXEBOOT_ARCH_NONE && (value->archs & ARCH_BIT(arch));
	case TERM_MAC:
		return mac_begins(client, value);
	case TERM_SUBNET:
		return client_has(client, PXEBOOT_FACT_ADDRESS) && ip4_prefix_has(&value->prefix, client->address);
	case TERM_VENDOR_CLASS:
		return text_begins(fact_text(client, PXEBOOT_FACT_VENDOR_CLASS), value->text);
	case TERM_MANUFACTURER:
		return text_equals(fact_text(client, PXEBOOT_FACT_MANUFACTURER), value->text);
	case TERM_PRODUCT:
		return text_equals(fact_text(client, PXEBOOT_FACT_PRODUCT), value->text);
	}
	return false;
}

bool term_matches(const struct group_term *term, const struct pxeboot_client *client, int arch)
{
	for (size_t i = 0; is_told(client, term->kind) && i < term->n_values; i++)
		if (value_matches(term->kind, &term->values[i], client, arch))
			return true;
	return false;
}

bool group_matches(const struct group *group, const struct pxeboot_client *client, int arch)
{
	if (group->tested == PXEBOOT_WHERE_NOWHERE)
		return false;
	for (size_t i = 0; i < group->n_terms; i++)
		if (!term_matches(&group->terms[i], client, arch))
			return false;
	return true;
}

/* What a term looks at. */
static int term_fact(enum term_kind kind)
{
	static const int facts[] = {
		[TERM_ARCH] = PXEBOOT_FACT_ARCH, [TERM_FIRMWARE] = PXEBOOT_FACT_ARCH, [TERM_MAC] = PXEBOOT_FACT_MAC,
		[TERM_SUBNET] = PXEBOOT_FACT_ADDRESS, [TERM_VENDOR_CLASS] = PXEBOOT_FACT_VENDOR_CLASS,
		[TERM_MANUFACTURER] = PXEBOOT_FACT_MANUFACTURER, [TERM_PRODUCT] = PXEBOOT_FACT_PRODUCT,
	};

	return facts[kind];
}

int term_got(enum term_kind kind, const struct pxeboot_client *client, int arch, const char **ret_text)
{
	const struct pxeboot_arch_info *info = pxeboot_arch_get(arch);

	if (info && kind == TERM_ARCH)
		*ret_text = info->name;
	else if (info && kind == TERM_FIRMWARE)
		*ret_text = info->uefi ? "uefi" : "bios";
	else
		return is_told(client, kind) ? pxeboot_client_get(client, term_fact(kind), ret_text) : -ENODATA;
	return 0;
}
