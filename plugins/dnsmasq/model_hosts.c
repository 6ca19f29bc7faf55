/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which dhcp-host a client is: by its client identifier, its MAC, its name, and last by a MAC with stars.  Lines that
 * need tags come first.
 */
#include <string.h>
#include <strings.h>

#include "model_ask.h"

struct search {
	const struct model_ask *ask;
	struct model_tags tags;
	const char *names[MODEL_TAGS_MAX];
	const struct model_bytes *client_id;
	const char *name;		/* or NULL */
	bool anywhere;			/* whatever network its address belongs to */
	bool untagged;			/* lines without tag: count too */
};

static bool is_here(const struct search *search, const struct model_host *host)
{
	const struct model_ask *ask = search->ask;

	if (search->anywhere || !host->has_address)
		return true;
	for (size_t i = 0; i < ask->n_ranges; i++)
		if ((host->address & ask->netmasks[i]) == (ask->ranges[i]->first & ask->netmasks[i]))
			return true;
	return false;
}

static bool counts(const struct search *search, const struct model_host *host)
{
	return is_here(search, host) && model_tags_meet(&search->tags, host->needs, search->untagged);
}

static bool has_id(const struct model_host *host, const uint8_t *id, size_t length)
{
	return host->client_id_length == length && memcmp(host->client_id, id, length) == 0;
}

/* Some clients put a zero in front of theirs. */
static bool is_id(const struct model_host *host, const struct model_bytes *id)
{
	return host->has_client_id && (has_id(host, id->bytes, id->length) ||
				       (id->bytes[0] == 0 && has_id(host, id->bytes + 1, id->length - 1)));
}

/* How many bytes of one of its MACs are compared and equal; 0: none fits. */
static int fits(const struct model_host *host, const uint8_t *mac, bool stars)
{
	int best = 0, exact;

	for (const struct model_mac *own = host->macs; own != NULL; own = own->next)
		if ((own->wild != 0) == stars && own->length == MAC_LENGTH && (own->type == 0 || own->type == 1) &&
		    ask_compare(own->bytes, mac, MAC_LENGTH, own->wild, &exact) && exact + 1 > best)
			best = exact + 1;
	return best;
}

static const struct model_host *find_pass(const struct search *search)
{
	const struct model_host *hosts = search->ask->model->hosts, *found = NULL;
	const uint8_t *mac = search->ask->question->mac;
	int best = 0;

	for (const struct model_host *host = hosts; search->client_id != NULL && host != NULL; host = host->next)
		if (is_id(host, search->client_id) && counts(search, host))
			return host;
	for (const struct model_host *host = hosts; host != NULL; host = host->next)
		if (fits(host, mac, false) > 0 && counts(search, host))
			return host;
	for (const struct model_host *host = hosts; search->name != NULL && host != NULL; host = host->next)
		if (host->name != NULL && strcasecmp(host->name, search->name) == 0 && counts(search, host))
			return host;
	for (const struct model_host *host = hosts; search->ask->model->starred_hosts && host != NULL; host = host->next)
		if (fits(host, mac, true) > best && counts(search, host)) {
			best = fits(host, mac, true);
			found = host;
		}
	return found;
}

static const struct model_host *find(struct search *search)
{
	const struct model_host *host;

	ask_tags(search->ask, NULL, search->names, &search->tags);
	search->untagged = false;
	host = search->ask->model->tagged_hosts ? find_pass(search) : NULL;
	search->untagged = true;
	return host != NULL ? host : find_pass(search);
}

void ask_host(struct model_ask *ask)
{
	struct search search = { .ask = ask };

	if (!ask->model->ignore_client_id)
		search.client_id = ask_option(ask, OPTION_CLIENT_ID, 1);
	ask->host = find(&search);
	if (ask->host != NULL) {
		model_tags_add(&ask->tags, "known");
		return;
	}
	search.anywhere = true;
	if (find(&search) != NULL)
		model_tags_add(&ask->tags, "known-othernet");
}

/* A name alone makes a client that host only where the line has neither a client identifier nor a MAC. */
void ask_host_by_name(struct model_ask *ask)
{
	struct search search = { .ask = ask };
	const struct model_host *host;
	char name[256];

	if (ask->host == NULL && ask_name(ask, name, false)) {
		search.name = name;
		host = find(&search);
		if (host != NULL && !host->has_client_id && host->macs == NULL) {
			ask->host = host;
			model_tags_add(&ask->tags, "known");
		}
	}
	if (ask->host != NULL)
		model_tags_add_all(&ask->tags, ask->host->sets);
}
