/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The reply of a server that gives addresses: which dhcp-boot wins, which options go along, what a PXE menu holds.
 */
#include <string.h>

#include "model_ask.h"

const struct model_boot *ask_boot(const struct model_ask *ask, const struct model_tags *tags)
{
	for (int pass = 0; pass < 2; pass++)
		for (const struct model_boot *boot = ask->model->boots; boot != NULL; boot = boot->next)
			if (model_tags_meet(tags, boot->needs, pass > 0))
				return boot;
	return NULL;
}

/* ---- dhcp-option ---- */

struct options {
	const struct model_ask *ask;
	const struct model_tags *plain, *all;	/* without and with the range's tag */
	bool ranged;				/* it has one */
};

static bool is_plain(const struct model_option *option, unsigned code)
{
	return option->code == code && !option->encapsulated && !option->for_vendor;
}

/* Did the option hold before the range was known, and does it still? */
static bool holds_first(const struct options *options, const struct model_option *option)
{
	return model_tags_meet(options->plain, option->needs, false) &&
	       (!options->ranged || model_tags_meet(options->all, option->needs, false));
}

/* The option that is sent under @code: the newest that held without the range's tag, else with it, else an untagged. */
static const struct model_option *find_option(const struct options *options, unsigned code)
{
	const struct model_option *first = options->ask->model->options, *option;

	for (option = first; option != NULL; option = option->next)
		if (is_plain(option, code) && holds_first(options, option))
			return option;
	for (option = first; option != NULL && options->ranged; option = option->next)
		if (is_plain(option, code) && model_tags_meet(options->all, option->needs, false))
			return option;
	for (option = first; option != NULL; option = option->next)
		if (is_plain(option, code) && option->needs == NULL)
			return option;
	return NULL;
}

static bool is_sent(const struct model_ask *ask, const struct model_option *option)
{
	return option != NULL && (option->forced || ask_wants(ask, option->code));
}

static struct model_bytes as_sent(const struct model_option *option)
{
	/* Every copy has a NUL behind it; names are sent with it. */
	return (struct model_bytes){ option->value.bytes != NULL ? option->value.bytes : (const uint8_t *)"",
				     option->value.length + (option->value.is_text && option->value.length < 255) };
}

/* ---- The file ---- */

void ask_set_field(struct model_answer *answer, const char *file)
{
	size_t length = strnlen(file, MODEL_FILE_MAX);

	memcpy(answer->field, file, length);
	answer->field[length] = '\0';
}

static void copy_name(struct model_answer *answer, const void *name, size_t length)
{
	size_t n = strnlen(name, length < sizeof(answer->server_name) - 1 ? length : sizeof(answer->server_name) - 1);

	memcpy(answer->server_name, name, n);
	answer->server_name[n] = '\0';
}

static bool goes_to_option(const struct model_ask *ask, unsigned code)
{
	return !ask->model->no_override && ask_option(ask, OPTION_WANTED, 0) != NULL && ask_wants(ask, code);
}

static void give_rule(struct model_answer *answer, const char *rule, struct location where, const char *condition)
{
	answer->rule = rule;
	answer->where = where;
	answer->condition = condition;
}

static void use_boot(struct model_ask *ask, const struct model_boot *boot)
{
	struct model_answer *answer = ask->answer;
	const char *file = boot->file, *name = boot->server_name;

	give_rule(answer, "dhcp-boot", boot->where, boot->condition);
	if (name != NULL && !goes_to_option(ask, OPTION_TFTP_SERVER))
		copy_name(answer, name, strlen(name));
	else if (name != NULL)
		answer->tftp_server = (struct model_bytes){ (const uint8_t *)name, strlen(name) + 1 };
	if (file != NULL && goes_to_option(ask, OPTION_BOOT_FILE))
		answer->named[answer->n_named++] = (struct model_bytes){ (const uint8_t *)file, strlen(file) + 1 };
	else if (file != NULL)
		ask_set_field(answer, file);
	if (boot->next_server != 0)
		answer->next_server = boot->next_server;
	answer->next_server_name = boot->next_server == 0 ? boot->next_server_name : NULL;
}

/* Without a dhcp-boot options fill the fields of the client that does not ask for them as options. */
static bool fills_field(const struct model_ask *ask, const struct model_option *option)
{
	return option != NULL && !option->forced &&
	       (ask_option(ask, OPTION_WANTED, 0) == NULL || !ask_wants(ask, option->code));
}

static uint32_t address_of(const struct model_option *option)
{
	const uint8_t *bytes = option->value.bytes;

	return option->value.length < 4 ? 0 : (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
					      (uint32_t)bytes[2] << 8 | bytes[3];
}

static void send_file(struct model_ask *ask, const struct model_option *option, bool by_boot)
{
	struct model_answer *answer = ask->answer;

	if (!by_boot && fills_field(ask, option)) {
		ask_set_field(answer, (const char *)as_sent(option).bytes);
		give_rule(answer, "dhcp-option", option->where, option->condition);
	} else if (is_sent(ask, option)) {
		if (answer->n_named == 0)
			give_rule(answer, "dhcp-option", option->where, option->condition);
		answer->named[answer->n_named++] = as_sent(option);
	}
}

static void send_server(struct model_ask *ask, const struct model_option *option, bool by_boot)
{
	if (!by_boot && fills_field(ask, option))
		copy_name(ask->answer, as_sent(option).bytes, as_sent(option).length);
	else if (is_sent(ask, option) && ask->answer->tftp_server.bytes == NULL)
		ask->answer->tftp_server = as_sent(option);
}

static void send_options(struct model_ask *ask, const struct options *options, bool by_boot)
{
	const struct model_option *next = find_option(options, OPTION_NEXT_SERVER);
	const struct model_option *address = find_option(options, OPTION_TFTP_ADDRESS);

	send_file(ask, find_option(options, OPTION_BOOT_FILE), by_boot);
	send_server(ask, find_option(options, OPTION_TFTP_SERVER), by_boot);
	if (!by_boot && next != NULL)
		ask->answer->next_server = address_of(next);
	if (is_sent(ask, address))
		ask->answer->tftp_address = (struct model_bytes){ address->value.bytes, address->value.length };
}

/* ---- Option 43 and what goes along ---- */

/* Is @vendor somewhere in the class? */
static bool shows(const struct model_bytes *class, const char *vendor)
{
	size_t length = vendor != NULL ? strlen(vendor) : 0;

	for (size_t at = 0; length <= class->length && at <= class->length - length; at++)
		if (memcmp(class->bytes + at, vendor != NULL ? vendor : "", length) == 0)
			return true;
	return false;
}

static bool shows_pxe(const struct model_ask *ask, const struct model_bytes *class)
{
	const struct model_vendor *vendor = ask->model->vendors;

	if (vendor == NULL)
		return shows(class, "PXEClient");
	for (; vendor != NULL; vendor = vendor->next)
		if (shows(class, vendor->name))
			return true;
	return false;
}

struct encapsulated {
	bool any, forced;
};

static struct encapsulated for_vendor(const struct model_ask *ask, const struct model_tags *tags,
				      const struct model_bytes *class)
{
	struct encapsulated found = { false, false };

	for (const struct model_option *option = ask->model->options; option != NULL && class != NULL; option = option->next)
		if (option->for_vendor && model_tags_meet(tags, option->needs, true) &&
		    (option->for_pxe ? shows_pxe(ask, class) : shows(class, option->vendor))) {
			found.any = true;
			found.forced = found.forced || option->forced;
		}
	return found;
}

static void send_vendor(struct model_ask *ask, const struct options *options)
{
	const struct model_option *own = find_option(options, OPTION_CLASS);
	const struct model_bytes *class = ask_option(ask, OPTION_CLASS, 1);
	struct model_answer *answer = ask->answer;
	struct encapsulated inside;

	if (ask->arch >= 0) {
		answer->vendor_class = (struct model_bytes){ (const uint8_t *)ask->pxe, strlen(ask->pxe) };
		inside = for_vendor(ask, options->all, class);
		answer->menu = (inside.forced || ask_wants(ask, OPTION_VENDOR)) &&
			       ask_only_service(ask, options->all) == NULL;
		if (answer->menu)
			ask_menu(ask, options->all);
		return;
	}
	if (is_sent(ask, own)) {
		answer->vendor_class = (struct model_bytes){ own->value.bytes, own->value.length };
		if (own->value.bytes == NULL)
			answer->vendor_class = (struct model_bytes){ (const uint8_t *)"", 0 };
		return;
	}
	inside = for_vendor(ask, options->all, class);
	if (inside.any && (inside.forced || ask_wants(ask, OPTION_VENDOR)))
		answer->vendor_class = *class;
}

void ask_reply(struct model_ask *ask, const struct model_range *range)
{
	const char *plain_names[MODEL_TAGS_MAX];
	struct model_tags plain, all;
	struct options options = { ask, &plain, &all, range->tag != NULL };
	const struct model_boot *boot;

	ask_tags(ask, NULL, plain_names, &plain);
	ask_tags(ask, range, ask->answer->tags, &all);
	ask->answer->n_tags = all.count < MODEL_TAGS_MAX ? all.count : MODEL_TAGS_MAX;
	ask->answer->range = range->tag;
	ask->answer->next_server = ask->question->local;
	boot = ask_boot(ask, &all);
	if (boot != NULL)
		use_boot(ask, boot);
	send_options(ask, &options, boot != NULL);
	send_vendor(ask, &options);
}
