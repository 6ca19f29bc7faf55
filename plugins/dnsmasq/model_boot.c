/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lines that give: dhcp-boot, pxe-service and pxe-prompt; and those that decide to whom: tag-if, dhcp-ignore.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "model_read.h"

const char *model_parse_boot(struct model_reader *reader, char *argument)
{
	struct model_boot *boot = MODEL_NEW(reader->model, model_boot);
	char *name, *server;

	if (boot == NULL)
		return NULL;
	if (model_take_tags(reader, &argument, &boot->needs) < 0)
		return MODEL_NO_TAG;
	if (argument == NULL)
		return "its file is missing";
	name = words_split(argument);
	server = words_split(name);
	boot->where = reader->where;
	boot->condition = model_condition(reader, boot->needs);
	boot->file = model_word(reader, argument);
	boot->server_name = model_word(reader, name);
	if (server != NULL) {
		words_reveal(server);
		if (!words_address(server, &boot->next_server))
			boot->next_server_name = model_word(reader, server);
	}
	boot->next = reader->model->boots;
	reader->model->boots = boot;
	return NULL;
}

/* ---- pxe-service ---- */

/* Its names of architectures: the index is the number. */
static const char *const archs[] = {
	"x86PC", "PC98", "IA64_EFI", "Alpha", "Arc_x86", "Intel_Lean_Client", "IA32_EFI", "x86-64_EFI", "Xscale_EFI",
	"BC_EFI", "ARM32_EFI", "ARM64_EFI",
};

static bool take_arch(char *word, int *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(archs); i++)
		if (strcasecmp(archs[i], word) == 0) {
			*ret = (int)i;
			return true;
		}
	return words_number(word, ret);
}

static void take_file(struct model_reader *reader, struct model_service *service, char *word)
{
	char *server = words_split(word);
	int type;

	if (words_number(word, &type)) {
		service->type = (unsigned)type;
	} else {
		service->type = reader->model->next_type++;
		service->file = model_word(reader, word);
	}
	if (server != NULL && !words_address(server, &service->server))
		service->server_name = model_word(reader, server);
}

const char *model_parse_service(struct model_reader *reader, char *argument)
{
	struct model_service *service = MODEL_NEW(reader->model, model_service);
	char *label, *file;

	if (service == NULL)
		return NULL;
	if (model_take_tags(reader, &argument, &service->needs) < 0)
		return MODEL_NO_TAG;
	label = words_split(argument);
	if (label == NULL || !take_arch(argument, &service->arch))
		return "expected ARCHITECTURE,LABEL[,FILE[,SERVER]]; an architecture is a number or one of dnsmasq's names";
	file = words_split(label);
	service->where = reader->where;
	service->condition = model_condition(reader, service->needs);
	service->label = model_word(reader, label);
	if (service->label == NULL)
		return "an empty label, which makes dnsmasq 2.90 crash";
	if (file != NULL)
		take_file(reader, service, file);
	*reader->model->services_end = service;
	reader->model->services_end = &service->next;
	reader->model->pxe = true;
	return NULL;
}

const char *model_parse_prompt(struct model_reader *reader, char *argument)
{
	struct model_option *option = MODEL_NEW(reader->model, model_option);

	if (option == NULL)
		return NULL;
	if (model_take_tags(reader, &argument, &option->needs) < 0)
		return MODEL_NO_TAG;
	if (argument == NULL)
		return "its text is missing";
	option->where = reader->where;
	option->code = 10;
	option->for_vendor = true;
	option->for_pxe = true;
	option->next = reader->model->options;
	reader->model->options = option;
	reader->model->pxe = true;
	return NULL;
}

const char *model_parse_vendors(struct model_reader *reader, char *argument)
{
	char *rest;

	for (; argument != NULL; argument = rest) {
		struct model_vendor *vendor = MODEL_NEW(reader->model, model_vendor);

		rest = words_split(argument);
		if (vendor == NULL)
			return NULL;
		*vendor = (struct model_vendor){ reader->model->vendors, reader->where, model_word(reader, argument) };
		if (vendor->name == NULL)
			return "an empty name, which makes dnsmasq 2.90 crash";
		reader->model->vendors = vendor;
	}
	return NULL;
}

/* ---- To whom ---- */

/* Tags alone, with or without "tag:". */
static const char *take_list(struct model_reader *reader, char *argument, struct model_tag **list)
{
	char *rest;

	for (; argument != NULL; argument = rest) {
		struct model_tag *tag;

		rest = words_split(argument);
		tag = model_new_tag(reader, words_is_tag(argument) ? argument + 4 : argument, *list);
		if (tag == NULL)
			return MODEL_NO_TAG;
		*list = tag;
	}
	return NULL;
}

/* dhcp-broadcast and its like. */
const char *model_parse_user(struct model_reader *reader, char *argument)
{
	struct model_user *user = MODEL_NEW(reader->model, model_user);
	const char *wrong;

	if (user == NULL)
		return NULL;
	user->where = reader->where;
	wrong = argument != NULL && *argument != '\0' ? take_list(reader, argument, &user->needs) : NULL;
	user->next = reader->model->users;
	reader->model->users = user;
	return wrong;
}

const char *model_parse_interface(struct model_reader *reader, char *argument)
{
	char *rest;

	for (; argument != NULL; argument = rest) {
		struct model_interface *interface = MODEL_NEW(reader->model, model_interface);

		rest = words_split(argument);
		if (interface == NULL || *argument == '\0')
			continue;
		*interface = (struct model_interface){ reader->model->interfaces, model_word(reader, argument) };
		reader->model->interfaces = interface;
	}
	return NULL;
}

const char *model_parse_ignore(struct model_reader *reader, char *argument)
{
	struct model_ignore *ignore = MODEL_NEW(reader->model, model_ignore);
	const char *wrong;

	if (ignore == NULL)
		return NULL;
	ignore->where = reader->where;
	wrong = take_list(reader, argument, &ignore->needs);
	if (wrong != NULL)
		return wrong;
	ignore->next = reader->model->ignores;
	reader->model->ignores = ignore;
	return NULL;
}

const char *model_parse_tag_if(struct model_reader *reader, char *argument)
{
	struct model_tag_if *rule = MODEL_NEW(reader->model, model_tag_if);
	char *rest;

	if (rule == NULL)
		return NULL;
	rule->where = reader->where;
	for (; argument != NULL; argument = rest) {
		struct model_tag **list = words_begin(argument, "set:") ? &rule->sets : &rule->needs, *tag;

		rest = words_split(argument);
		if (!words_begin(argument, "set:") && !words_begin(argument, "tag:"))
			return "expected set:TAG and tag:TAG alone";
		tag = model_new_tag(reader, argument + 4, *list);
		if (tag == NULL)
			return "a tag without a name";
		*list = tag;
	}
	if (rule->sets == NULL)
		return "it sets no tag";
	*reader->model->tag_ifs_end = rule;
	reader->model->tag_ifs_end = &rule->next;
	return NULL;
}
