/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One client for each class of the universe: with facts of its atoms, as plain as they can be.
 */
#include <stdio.h>
#include <string.h>

#include "proof/universe.h"
#include "proof/walk.h"

const struct atom *universe_atom(const struct universe *universe, const struct leaf *leaf, enum dimension dimension)
{
	/* The last one is the rest, and the plainest. */
	return &universe->atoms.list[box_last(&universe->atoms, leaf->box, dimension)];
}

static int set(struct pxeboot_client *client, int fact, const char *text)
{
	return text ? pxeboot_client_set(client, fact, text, NULL) : 0;
}

static int set_identity(const struct universe *universe, const struct leaf *leaf, struct pxeboot_client *client)
{
	const struct host *host = leaf->host < 0 ? NULL : &universe->policy->hosts[leaf->host];
	const struct atom *atom = universe_atom(universe, leaf, BY_MAC);
	char mac[3 * MAC_LENGTH];
	int r;

	scalar_format_mac(atom->mac, ':', mac);
	if (host && leaf->mac < host->n_macs)
		return set(client, PXEBOOT_FACT_MAC, host->mac_texts[leaf->mac]);
	r = set(client, PXEBOOT_FACT_MAC, mac);
	if (r == 0 && host)
		r = set(client, PXEBOOT_FACT_UUID, host->uuid_text);
	return r == 0 && host ? set(client, PXEBOOT_FACT_SERIAL, host->serial) : r;
}

/* The usual vendor class, where rules can't tell it from others. */
static int set_vendor_class(const struct universe *universe, const struct leaf *leaf, const struct atom *arch,
			    struct pxeboot_client *client)
{
	const struct atom *atom = universe_atom(universe, leaf, BY_VENDOR_CLASS);
	const struct pxeboot_arch_code *code = arch->code < 0 ? NULL : pxeboot_arch_code_get((uint16_t)arch->code);
	char usual[WALK_VENDOR_CLASS];

	if (universe->atoms.door == DOOR_SCRIPT) {
		walk_vendor_class(code ? code->arch : PXEBOOT_ARCH_NONE, usual);
		return set(client, PXEBOOT_FACT_VENDOR_CLASS, usual);
	}
	if (!atom->other)
		return set(client, PXEBOOT_FACT_VENDOR_CLASS, atom->value.text);
	if (!code)
		return 0;
	snprintf(usual, sizeof(usual), "%sClient:Arch:%05u:UNDI:003016", code->http ? "HTTP" : "PXE", code->code);
	for (size_t i = universe->atoms.first[BY_VENDOR_CLASS]; i + 1 < universe->atoms.first[BY_VENDOR_CLASS + 1]; i++) {
		const char *prefix = universe->atoms.list[i].value.text;

		if (!strncmp(usual, prefix, strlen(prefix)))
			return 0;
	}
	return set(client, PXEBOOT_FACT_VENDOR_CLASS, usual);
}

static int set_facts(const struct universe *universe, const struct client_class *class, struct pxeboot_client *client)
{
	const struct leaf *leaf = &universe->leaves[class->leaf];
	const struct atom *arch = &universe->atoms.list[class->atom];
	uint32_t address = universe_atom(universe, leaf, BY_SUBNET)->address;
	char text[16];
	int r = set_identity(universe, leaf, client);

	snprintf(text, sizeof(text), "%d", arch->code);
	if (r == 0 && arch->code >= 0)
		r = set(client, PXEBOOT_FACT_ARCH, text);
	if (r == 0)
		r = set_vendor_class(universe, leaf, arch, client);
	scalar_format_ip4(address, text);
	if (r == 0 && address)
		r = set(client, PXEBOOT_FACT_ADDRESS, text);
	if (r == 0)
		r = set(client, PXEBOOT_FACT_MANUFACTURER, universe_atom(universe, leaf, BY_MANUFACTURER)->value.text);
	if (r == 0)
		r = set(client, PXEBOOT_FACT_PRODUCT, universe_atom(universe, leaf, BY_PRODUCT)->value.text);
	if (r == 0 && class->kind != KIND_FIRMWARE)
		r = set(client, PXEBOOT_FACT_USER_CLASS,
			class->kind == KIND_OWN ? universe->policy->user_class : "iPXE");
	return r;
}

int universe_client(const struct universe *universe, size_t index, struct pxeboot_client **ret_client,
		    double *ret_clients)
{
	const struct client_class *class = &universe->classes[index];
	const struct leaf *leaf = &universe->leaves[class->leaf];
	struct pxeboot_client *client;
	int r = pxeboot_client_new(&client);

	if (r < 0)
		return r;
	r = set_facts(universe, class, client);
	if (r < 0) {
		pxeboot_client_unref(client);
		return r;
	}
	*ret_client = client;
	*ret_clients = universe->atoms.list[class->atom].clients * leaf->hosts * leaf->clients;
	return 0;
}
