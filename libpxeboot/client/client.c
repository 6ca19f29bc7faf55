/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A client's life, what can be asked about it, and when two are equal.
 */
#include "client/client.h"

#include <errno.h>
#include <string.h>

#include "client/fact.h"

int pxeboot_client_new(struct pxeboot_client **ret_client)
{
	struct pxeboot_client *client = malloc(sizeof(*client));

	if (!client)
		return -ENOMEM;
	*client = (struct pxeboot_client){ .references = 1 };
	*ret_client = client;
	return 0;
}

struct pxeboot_client *pxeboot_client_ref(struct pxeboot_client *client)
{
	client->references++;
	return client;
}

struct pxeboot_client *pxeboot_client_unref(struct pxeboot_client *client)
{
	int fact;

	if (!client || --client->references)
		return NULL;
	for (fact = 0; fact < PXEBOOT_FACT_COUNT; fact++)
		fact_clear(client, fact, FACT_ABSENT);
	free(client);
	return NULL;
}

int pxeboot_client_get(const struct pxeboot_client *client, int fact, const char **ret_text)
{
	if (fact < 0 || fact >= PXEBOOT_FACT_COUNT)
		return -EINVAL;
	switch (client->facts[fact].state) {
	case FACT_ABSENT:
		return -ENODATA;
	case FACT_MALFORMED:
		return -EBADMSG;
	case FACT_EMPTY:
		*ret_text = "";
		return 0;
	case FACT_THERE:
		*ret_text = client->facts[fact].text;
		return 0;
	}
	return -EINVAL;
}

bool client_has(const struct pxeboot_client *client, int fact)
{
	return client->facts[fact].state == FACT_THERE;
}

bool client_asks_ipv6(const struct pxeboot_client *client)
{
	return client_has(client, PXEBOOT_FACT_FAMILY) && !strcmp(client->facts[PXEBOOT_FACT_FAMILY].text, "ipv6");
}

bool pxeboot_client_is_ipxe(const struct pxeboot_client *client)
{
	/* Both facts come out of option 175; one without features, or malformed, was sent by an iPXE all the same. */
	return client->facts[PXEBOOT_FACT_FEATURES].state != FACT_ABSENT ||
	       client->facts[PXEBOOT_FACT_IPXE_VERSION].state != FACT_ABSENT ||
	       client_has_user_class(client, "iPXE");
}

int pxeboot_client_arch(const struct pxeboot_client *client)
{
	const struct pxeboot_arch_code *code;
	int best = PXEBOOT_ARCH_NONE;
	size_t i;

	for (i = 0; i < client->n_archs; i++) {
		code = pxeboot_arch_code_get(client->archs[i]);
		if (!code || code->arch == PXEBOOT_ARCH_NONE)
			continue;
		if (best == PXEBOOT_ARCH_NONE || code->arch < best)
			best = code->arch;
	}
	return best;
}

const char *pxeboot_rpi_prefix(size_t index)
{
	/* The Raspberry Pi's own number ranges (IEEE OUI). */
	static const char *const prefixes[] = {
		"b8:27:eb", "dc:a6:32", "e4:5f:01", "28:cd:c1", "d8:3a:dd", "2c:cf:67", "88:a2:9e",
	};

	return index < ARRAY_SIZE(prefixes) ? prefixes[index] : NULL;
}

bool client_is_rpi(const struct pxeboot_client *client)
{
	const char *prefix;

	if (!client_has(client, PXEBOOT_FACT_MAC))
		return false;
	for (size_t i = 0; (prefix = pxeboot_rpi_prefix(i)); i++)
		if (!strncmp(client->facts[PXEBOOT_FACT_MAC].text, prefix, strlen(prefix)))
			return true;
	return false;
}

bool pxeboot_client_is_rpi_rom(const struct pxeboot_client *client)
{
	/* The same machine under UEFI says so, and then it is an ordinary client. */
	return pxeboot_client_arch(client) == PXEBOOT_ARCH_BIOS && client_is_rpi(client) &&
	       !pxeboot_client_is_ipxe(client);
}

static bool values_equal(const struct fact_value *a, const struct fact_value *b)
{
	return a->state == b->state && (a->state != FACT_THERE || !strcmp(a->text, b->text));
}

bool pxeboot_client_equal(const struct pxeboot_client *a, const struct pxeboot_client *b)
{
	int fact;

	/* Every decoded form follows from the text, but for the numbers that stand before a fault. */
	for (fact = 0; fact < PXEBOOT_FACT_COUNT; fact++)
		if (!values_equal(&a->facts[fact], &b->facts[fact]))
			return false;
	return a->n_archs == b->n_archs && !memcmp(a->archs, b->archs, a->n_archs * sizeof(*a->archs)) &&
	       pxeboot_client_is_ipxe(a) == pxeboot_client_is_ipxe(b);
}
