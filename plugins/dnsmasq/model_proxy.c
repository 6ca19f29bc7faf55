/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PXE beside somebody else's DHCP server, and the menus that PXE clients are offered: dhcp-range=…,proxy, pxe-service,
 * pxe-prompt.
 */
#include <stdio.h>
#include <string.h>

#include "model_ask.h"

static struct model_item item_of(const struct model_ask *ask, const struct model_service *service)
{
	return (struct model_item){
		.type = service->type, .label = service->label, .file = service->file,
		.condition = service->condition,
		.server = service->server != 0 || service->server_name != NULL ? service->server : ask->question->local,
		.where = service->where,
	};
}

void ask_menu(struct model_ask *ask, const struct model_tags *tags)
{
	struct model_answer *answer = ask->answer;

	answer->menu = true;
	for (const struct model_service *service = ask->model->services; service != NULL; service = service->next)
		if (service->arch == ask->arch && model_tags_meet(tags, service->needs, true) &&
		    answer->n_items < MODEL_ITEMS_MAX)
			answer->items[answer->n_items++] = item_of(ask, service);
}

const struct model_service *ask_only_service(const struct model_ask *ask, const struct model_tags *tags)
{
	const struct model_service *found = NULL;

	for (const struct model_service *service = ask->model->services; service != NULL && ask->arch >= 6;
	     service = service->next) {
		if (service->arch != ask->arch || service->file == NULL || !model_tags_meet(tags, service->needs, true))
			continue;
		if (found != NULL)
			return NULL;
		found = service;
	}
	return found;
}

/* A name without a dot gets the layer that is asked for behind it. */
static void set_service(struct model_ask *ask, const struct model_service *service, unsigned layer)
{
	struct model_answer *answer = ask->answer;
	char layered[MODEL_FILE_MAX + 16];

	snprintf(layered, sizeof(layered), "%.*s.%u", MODEL_FILE_MAX, service->file, layer);
	ask_set_field(answer, strchr(service->file, '.') != NULL ? service->file : layered);
	answer->next_server = service->server != 0 ? service->server : ask->question->local;
	answer->next_server_name = service->server_name;
	if (service->server_name != NULL)
		answer->next_server = 0;
	answer->rule = "pxe-service";
	answer->where = service->where;
	answer->condition = service->condition;
}

/* ---- The choice of an entry ---- */

/* Sub-option 71 of option 43: type and layer. */
static const uint8_t *chosen(const struct model_ask *ask)
{
	const struct model_bytes *option = ask_option(ask, OPTION_VENDOR, 1);

	for (size_t at = 0; option != NULL && option->length - at >= 2;) {
		size_t length = option->bytes[at + 1];

		if (option->bytes[at] == 255)
			break;
		if (option->bytes[at] == 0) {
			at++;
			continue;
		}
		if (length > option->length - at - 2)
			break;
		if (option->bytes[at] == 71 && length >= 4)
			return option->bytes + at + 2;
		at += length + 2;
	}
	return NULL;
}

/* Somebody's own network: the address that the client has already. */
static bool knows_address(const struct model_ask *ask, const struct model_tags *tags)
{
	for (size_t i = 0; i < ask->n_ranges; i++)
		if (model_tags_meet(tags, ask->ranges[i]->needs, true) &&
		    (ask->question->address & ask->netmasks[i]) == (ask->ranges[i]->first & ask->netmasks[i]))
			return true;
	return false;
}

static void give_entry(struct model_ask *ask, const struct model_tags *tags, const uint8_t *entry)
{
	const struct model_service *service = ask->model->services;
	unsigned type = (unsigned)entry[0] << 8 | entry[1], layer = (unsigned)entry[2] << 8 | entry[3];

	if (ask->ignored) {
		ask_silence(ask, "dhcp-ignore");
		return;
	}
	while (service != NULL && service->type != type)
		service = service->next;
	if ((layer & 0x8000) || service == NULL || service->file == NULL || !knows_address(ask, tags)) {
		ask_silence(ask, "no such entry of the PXE menu");
		return;
	}
	ask->answer->boot_server = true;
	ask->answer->vendor_class = (struct model_bytes){ (const uint8_t *)ask->pxe, strlen(ask->pxe) };
	set_service(ask, service, layer);
}

/* ---- The proxy ---- */

static const struct model_range *proxy_of(const struct model_ask *ask, const struct model_tags *tags)
{
	for (size_t i = 0; i < ask->n_ranges; i++)
		if (ask->ranges[i]->is_proxy && model_tags_meet(tags, ask->ranges[i]->needs, true))
			return ask->ranges[i];
	return NULL;
}

static void use_boot(struct model_ask *ask, const struct model_boot *boot)
{
	struct model_answer *answer = ask->answer;

	if (boot->next_server != 0 || boot->next_server_name != NULL)
		answer->next_server = boot->next_server;
	answer->next_server_name = boot->next_server == 0 ? boot->next_server_name : NULL;
	if (boot->file != NULL)
		ask_set_field(answer, boot->file);
	answer->rule = "dhcp-boot";
	answer->where = boot->where;
	answer->condition = boot->condition;
}

/* The server's address goes along as its name, too. */
static void set_only_service(struct model_ask *ask, const struct model_service *only)
{
	set_service(ask, only, 0);
	if (only->server_name == NULL)
		scalar_format_ip4(ask->answer->next_server, ask->answer->server_name);
}

static void give_proxy(struct model_ask *ask, const struct model_range *range)
{
	struct model_answer *answer = ask->answer;
	const struct model_service *only;
	const struct model_boot *boot;
	struct model_tags tags;

	ask_tags(ask, range, answer->tags, &tags);
	answer->n_tags = tags.count < MODEL_TAGS_MAX ? tags.count : MODEL_TAGS_MAX;
	answer->range = range->tag;
	answer->proxy = true;
	if (ask->ignored) {
		ask_silence(ask, "dhcp-ignore");
		return;
	}
	/* UEFI is sent to port 4011, to the server itself. */
	answer->next_server = ask->arch >= 6 ? ask->question->local : 0;
	only = ask_only_service(ask, &tags);
	boot = ask_boot(ask, &tags);
	if (only != NULL && ask->question->boot_service)
		set_only_service(ask, only);
	else if (only == NULL && boot != NULL)
		use_boot(ask, boot);
	answer->vendor_class = (struct model_bytes){ (const uint8_t *)ask->pxe, strlen(ask->pxe) };
	if ((ask->question->boot_service && only == NULL) || ask->arch < 6)
		ask_menu(ask, &tags);
}

bool ask_proxy(struct model_ask *ask)
{
	const struct model_question *question = ask->question;
	const char *names[MODEL_TAGS_MAX];
	const struct model_range *range;
	const uint8_t *entry = question->type != 1 ? chosen(ask) : NULL;
	struct model_tags tags;

	if (ask->pxe == NULL)
		return false;
	ask_tags(ask, NULL, names, &tags);
	if (entry != NULL) {
		give_entry(ask, &tags, entry);
		return true;
	}
	range = proxy_of(ask, &tags);
	if (ask->arch < 0 || range == NULL || (question->type != 1 && !(question->boot_service && question->type == 3)))
		return false;
	give_proxy(ask, range);
	return true;
}
