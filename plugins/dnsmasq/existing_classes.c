/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The clients at power-on that no line can tell apart: one machine for each set of lines that look at machines, in each
 * network, behind each kind of relay, with each program that asks.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "existing.h"

#define UNKNOWN_CODE 1000		/* no number that anybody has given out */
#define IPXE "iPXE"

bool existing_add(struct existing *existing, void *list, size_t *count, size_t size, const void *element)
{
	void **at = list, *grown = *at;

	/* In steps of powers of two. */
	if ((*count & (*count - 1)) == 0)
		grown = reallocarray(*at, *count == 0 ? 1 : 2 * *count, size);
	if (grown == NULL) {
		existing->error = -ENOMEM;
		return false;
	}
	*at = grown;
	memcpy((char *)grown + *count * size, element, size);
	++*count;
	return true;
}

const char *existing_keep(struct existing *existing, const char *text)
{
	const char *copy;

	for (size_t i = 0; i < existing->n_files; i++)
		if (strcmp(existing->files[i], text) == 0)
			return existing->files[i];
	copy = model_copy(existing->model, text, strlen(text));
	if (copy == NULL || !existing_add(existing, &existing->files, &existing->n_files, sizeof(copy), &copy))
		existing->error = -ENOMEM;
	return copy;
}

/* "01:52:54"; NULL when there are none, or more than an option holds. */
const char *existing_hex(struct existing *existing, const uint8_t *bytes, size_t length)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	for (size_t i = 0; i < length; i++)
		text_addf(&text, "%s%02x", i > 0 ? ":" : "", bytes[i]);
	if (text.error < 0 || length == 0 || length > 255)
		return NULL;
	return existing_keep(existing, text.bytes);
}

/* ---- Networks ---- */

/* Without a mask: the smallest network of 256 addresses or more that holds the range. */
static uint32_t mask_of(const struct model_range *range)
{
	uint32_t netmask = 0xffffff00u;

	if (range->has_netmask)
		return range->netmask;
	while ((range->first & netmask) != (range->last & netmask))
		netmask <<= 1;
	return netmask;
}

static bool is_given(const struct model *model, uint32_t address)
{
	for (const struct model_range *range = model->ranges; range != NULL; range = range->next)
		if (!range->is_static && !range->is_proxy && address >= range->first && address <= range->last)
			return true;
	return false;
}

static void collect_networks(struct existing *existing)
{
	for (const struct model_range *range = existing->model->ranges; range != NULL; range = range->next) {
		uint32_t netmask = mask_of(range);
		struct existing_network network = { (range->first & netmask) + 1, netmask };
		bool known = false;

		for (size_t i = 0; i < existing->n_networks; i++)
			known = known || (existing->networks[i].netmask == netmask &&
					  (existing->networks[i].local & netmask) == (range->first & netmask));
		for (int tries = 0; is_given(existing->model, network.local) && tries < 65536; tries++)
			if (((++network.local) & netmask) != (range->first & netmask))
				network.local = (range->first & netmask) + 1;
		if (!known)
			existing_add(existing, &existing->networks, &existing->n_networks, sizeof(network), &network);
	}
}

/* ---- Programs ---- */

static bool is_ipxe(const char *user_class)
{
	return user_class != NULL && (strncmp(user_class, IPXE, strlen(IPXE)) == 0 ||
				      (*user_class != '\0' && strncmp(user_class + 1, IPXE, strlen(IPXE)) == 0));
}

/* What clients say of themselves; iPXE never says that it boots over HTTP, and always which architecture it is. */
static void add_asker(struct existing *existing, int code, const char *vendor_class, const char *user_class)
{
	struct existing_asker asker = { code, vendor_class, user_class };
	const struct pxeboot_arch_code *known = code >= 0 ? pxeboot_arch_code_get((uint16_t)code) : NULL;

	if (is_ipxe(user_class) && (known == NULL || known->http || known->arch == PXEBOOT_ARCH_NONE))
		return;
	existing_add(existing, &existing->askers, &existing->n_askers, sizeof(asker), &asker);
}

static const char *usual_class(struct existing *existing, int code)
{
	const struct pxeboot_arch_code *known = pxeboot_arch_code_get((uint16_t)code);
	char text[64];

	snprintf(text, sizeof(text), "%s:Arch:%05d:UNDI:003016", known != NULL && known->http ? "HTTPClient" : "PXEClient",
		 code);
	return existing_keep(existing, text);
}

static void add_usual_askers(struct existing *existing, const char *user_class)
{
	for (int code = 0; code < PXEBOOT_ARCH_CODE_COUNT; code++)
		add_asker(existing, code, usual_class(existing, code), user_class);
	add_asker(existing, UNKNOWN_CODE, usual_class(existing, UNKNOWN_CODE), user_class);
	add_asker(existing, -1, "PXEClient", user_class);
}

/* Text that a line looks for; NULL when no fact can hold it. */
static const char *looked_for(struct existing *existing, const uint8_t *bytes, unsigned length, uint32_t wild)
{
	char text[256];

	if (length == 0 || length >= sizeof(text))
		return NULL;
	for (unsigned i = 0; i < length; i++) {
		bool open = length - 1 - i < 32 && (wild >> (length - 1 - i) & 1);

		text[i] = open ? '\004' : (char)bytes[i];
		if (text[i] == '\0')
			return NULL;
	}
	text[length] = '\0';
	return existing_keep(existing, text);
}

static void add_user_class(struct existing *existing, const char ***classes, size_t *count, const char *class)
{
	for (size_t i = 0; class != NULL && i < *count; i++)
		if ((*classes)[i] != NULL && strcmp((*classes)[i], class) == 0)
			return;
	if (class != NULL)
		existing_add(existing, classes, count, sizeof(class), &class);
}

/* Has a line an eye on whether option 93 is there at all? */
static bool asks_for_numbers(const struct model *model)
{
	for (const struct model_match *match = model->matches; match != NULL; match = match->next)
		if (match->option == 93 && match->value.length == 0)
			return true;
	return false;
}

/* A vendor class that none of the usual ones holds; @alone: none of those without option 93. */
static void add_vendor_class(struct existing *existing, const char *class, bool alone)
{
	size_t count = existing->n_askers;

	for (size_t i = 0; class != NULL && i < count; i++)
		if ((!alone || existing->askers[i].code < 0) && existing->askers[i].vendor_class != NULL &&
		    strstr(existing->askers[i].vendor_class, class) != NULL)
			return;
	if (class != NULL)
		add_asker(existing, -1, class, NULL);
}

/* A line that tells one iPXE from all others knows an own build, and its files are taken for that. */
static void choose_own_class(struct existing *existing, const char *const *users, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strncmp(users[i], IPXE, strlen(IPXE)) == 0 && users[i][strlen(IPXE)] != '\0')
			existing->own_class = users[i];
}

static void collect_askers(struct existing *existing)
{
	const struct model *model = existing->model;
	bool alone = asks_for_numbers(model);
	const char **users = NULL;
	size_t count = 0;

	add_user_class(existing, &users, &count, IPXE);
	for (const struct model_class *class = model->classes; class != NULL; class = class->next)
		if (class->kind == MODEL_CLASS_USER)
			add_user_class(existing, &users, &count, looked_for(existing, class->bytes, class->length, 0));
	for (const struct model_match *match = model->matches; match != NULL; match = match->next)
		if (match->option == 77)
			add_user_class(existing, &users, &count,
				       looked_for(existing, match->value.bytes, match->value.length, match->value.wild));
	choose_own_class(existing, users, count);
	add_usual_askers(existing, NULL);
	for (size_t i = 0; i < count; i++)
		add_usual_askers(existing, users[i]);
	for (const struct model_class *class = model->classes; class != NULL; class = class->next)
		if (class->kind == MODEL_CLASS_VENDOR)
			add_vendor_class(existing, looked_for(existing, class->bytes, class->length, 0), alone);
	for (const struct model_match *match = model->matches; match != NULL; match = match->next)
		if (match->option == 60)
			add_vendor_class(existing,
					 looked_for(existing, match->value.bytes, match->value.length, match->value.wild), alone);
	free(users);
}

/* ---- Relay agents ---- */

static void collect_agents(struct existing *existing)
{
	struct existing_agent agent = { NULL, NULL };

	existing_add(existing, &existing->agents, &existing->n_agents, sizeof(agent), &agent);
	for (const struct model_class *class = existing->model->classes; class != NULL; class = class->next) {
		if (class->kind != MODEL_CLASS_CIRCUIT && class->kind != MODEL_CLASS_REMOTE)
			continue;
		agent = (struct existing_agent){ NULL, NULL };
		*(class->kind == MODEL_CLASS_CIRCUIT ? &agent.circuit_id : &agent.remote_id) =
			existing_hex(existing, class->bytes, class->length);
		if (agent.circuit_id != NULL || agent.remote_id != NULL)
			existing_add(existing, &existing->agents, &existing->n_agents, sizeof(agent), &agent);
	}
}

void existing_collect(struct existing *existing)
{
	collect_networks(existing);
	existing_collect_machines(existing);
	collect_askers(existing);
	collect_agents(existing);
}

/* Options that the classes above differ in. */
bool existing_is_walked(unsigned option)
{
	return option == 60 || option == 77 || option == 93;
}

void existing_tell_unwalked(struct existing *existing)
{
	for (const struct model_match *match = existing->model->matches; match != NULL; match = match->next)
		if (!existing_is_walked(match->option) && !(match->option == 175 && match->value.length == 0))
			diagnostics_add(existing->findings, PXEBOOT_WARNING, "dnsmasq.unknown", match->where,
					"dhcp-match: clients that send option %u so are not looked at", match->option);
	for (const struct model_class *class = existing->model->classes; class != NULL; class = class->next)
		if (class->kind == MODEL_CLASS_SUBSCRIBER)
			diagnostics_add(existing->findings, PXEBOOT_WARNING, "dnsmasq.unknown", class->where,
					"dhcp-subscrid: such clients are not looked at");
	/* A Pi-hole's are for the names of leases alone. */
	for (const struct model_name *name = existing->model->names; name != NULL; name = name->next)
		if (existing_answers_by_tag(existing->model, name->tag))
			diagnostics_add(existing->findings, PXEBOOT_WARNING, "dnsmasq.unknown", name->where,
					"dhcp-name-match: clients that send a name are not looked at");
}

/* ---- One client ---- */

static int set(struct pxeboot_client *client, int fact, const char *text)
{
	return text != NULL ? pxeboot_client_set(client, fact, text, NULL) : 0;
}

static int set_asker(struct pxeboot_client *client, const struct existing_asker *asker)
{
	char code[16];
	int r = set(client, PXEBOOT_FACT_VENDOR_CLASS, asker->vendor_class);

	snprintf(code, sizeof(code), "%d", asker->code);
	if (r == 0 && asker->code >= 0)
		r = set(client, PXEBOOT_FACT_ARCH, code);
	if (r == 0)
		r = set(client, PXEBOOT_FACT_USER_CLASS, asker->user_class);
	return r < 0 || !is_ipxe(asker->user_class) ? r : set(client, PXEBOOT_FACT_FEATURES, "http,menu,dns");
}

static int set_machine(struct pxeboot_client *client, const struct existing_machine *machine)
{
	char mac[3 * MAC_LENGTH];
	int r;

	scalar_format_mac(machine->mac, ':', mac);
	r = set(client, PXEBOOT_FACT_MAC, mac);
	return r < 0 ? r : set(client, PXEBOOT_FACT_CLIENT_ID, machine->client_id);
}

static int set_place(const struct existing *existing, struct pxeboot_client *client, size_t network,
		     const struct existing_agent *agent)
{
	char relay[16];
	int r = 0;

	scalar_format_ip4(existing->networks[network].local, relay);
	if (network > 0)
		r = set(client, PXEBOOT_FACT_RELAY, relay);
	if (r == 0)
		r = set(client, PXEBOOT_FACT_CIRCUIT_ID, agent->circuit_id);
	return r < 0 ? r : set(client, PXEBOOT_FACT_REMOTE_ID, agent->remote_id);
}

int existing_client(const void *context, size_t index, struct pxeboot_client **ret_client, double *ret_clients)
{
	const struct existing *existing = *(struct existing *const *)context;
	size_t asker = index % existing->n_askers, rest = index / existing->n_askers;
	size_t agent = rest % existing->n_agents, network = rest / existing->n_agents % existing->n_networks;
	size_t machine = rest / existing->n_agents / existing->n_networks;
	struct pxeboot_client *client;
	int r;

	if (index >= EXISTING_CLASSES_MAX || machine >= existing->n_machines)
		return -ENOENT;
	r = pxeboot_client_new(&client);
	if (r < 0)
		return r;
	r = set_machine(client, &existing->machines[machine]);
	if (r == 0)
		r = set_asker(client, &existing->askers[asker]);
	if (r == 0)
		r = set_place(existing, client, network, &existing->agents[agent]);
	if (r < 0) {
		pxeboot_client_unref(client);
		return r;
	}
	*ret_client = client;
	*ret_clients = existing->machines[machine].clients;
	return 0;
}

struct pxeboot_client *existing_usual(const struct existing *existing, int code, int second, const char *user_class)
{
	struct existing_asker asker = { code, NULL, user_class };
	char vendor_class[64], both[32];
	struct pxeboot_client *client;
	const struct pxeboot_arch_code *known = pxeboot_arch_code_get((uint16_t)code);

	if (pxeboot_client_new(&client) < 0)
		return NULL;
	snprintf(vendor_class, sizeof(vendor_class), "%s:Arch:%05d:UNDI:003016",
		 known != NULL && known->http ? "HTTPClient" : "PXEClient", code);
	snprintf(both, sizeof(both), "%d,%d", code, second);
	asker.vendor_class = vendor_class;
	if (set_machine(client, &existing->machines[0]) < 0 || set_asker(client, &asker) < 0 ||
	    (second >= 0 && set(client, PXEBOOT_FACT_ARCH, both) < 0))
		return pxeboot_client_unref(client);
	return client;
}
