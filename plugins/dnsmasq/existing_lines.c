/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is wrong with the lines of an existing configuration, whoever asks: tags that lead nowhere, modes that do not go
 * together; and, after the walk, lines that nobody came to.
 */
#include <stdio.h>
#include <string.h>

#include "existing.h"

#define TAG_IFS_MAX 2			/* one after the other: what is further away is hardly about an architecture */

/* ---- Where tags come from and go to ---- */

static bool names(const struct model_tag *list, const char *tag)
{
	for (; list != NULL; list = list->next) {
		const char *name = list->name[0] == '!' || list->name[0] == '#' ? list->name + 1 : list->name;
		size_t length = strlen(name);

		if (strcmp(name, tag) == 0 ||
		    (length > 0 && name[length - 1] == '*' && strncmp(name, tag, length - 1) == 0))
			return true;
	}
	return false;
}

/* Walks a list of lines for the tag. */
#define ANY_NAMES(type, first, member) \
	for (const struct type *line = (first); line != NULL; line = line->next) \
		if (names(line->member, tag)) \
			return true

bool existing_answers_by_tag(const struct model *model, const char *tag)
{
	ANY_NAMES(model_boot, model->boots, needs);
	ANY_NAMES(model_service, model->services, needs);
	ANY_NAMES(model_option, model->options, needs);
	ANY_NAMES(model_tag_if, model->tag_ifs, needs);
	ANY_NAMES(model_host, model->hosts, needs);
	ANY_NAMES(model_range, model->ranges, needs);
	ANY_NAMES(model_ignore, model->ignores, needs);
	return false;
}

bool existing_uses_tag(const struct model *model, const char *tag)
{
	ANY_NAMES(model_user, model->users, needs);
	return existing_answers_by_tag(model, tag);
}

#define ANY_SETS(type, first) \
	for (const struct type *line = (first); line != NULL; line = line->next) \
		if (line->tag != NULL && strcmp(line->tag, tag) == 0) \
			return true

static bool is_set_by_host(const struct model *model, const char *tag)
{
	ANY_NAMES(model_host, model->hosts, sets);
	return false;
}

/* By whatever else there is. */
static bool is_set_by_others(const struct model *model, const char *tag)
{
	static const char *const own[] = { "known", "known-othernet", "bootp", "cpewan-id" };

	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		if (strcmp(own[i], tag) == 0)
			return true;
	ANY_SETS(model_match, model->matches);
	ANY_SETS(model_class, model->classes);
	ANY_SETS(model_mac, model->macs);
	ANY_SETS(model_name, model->names);
	ANY_SETS(model_range, model->ranges);
	ANY_NAMES(model_tag_if, model->tag_ifs, sets);
	for (const struct model_interface *line = model->interfaces; line != NULL; line = line->next)
		if (strcmp(line->name, tag) == 0)
			return true;
	return false;
}

static bool is_set(const struct model *model, const char *tag)
{
	return is_set_by_host(model, tag) || is_set_by_others(model, tag);
}

/* By a line that looks for more than one machine: not for a whole MAC, a UUID, a client identifier. */
static bool is_set_for_many(const struct model *model, const char *tag)
{
	for (const struct model_match *line = model->matches; line != NULL; line = line->next)
		if (line->option != 61 && line->option != 97 && strcmp(line->tag, tag) == 0)
			return true;
	for (const struct model_mac *line = model->macs; line != NULL; line = line->next)
		if (line->wild != 0 && strcmp(line->tag, tag) == 0)
			return true;
	ANY_SETS(model_class, model->classes);
	ANY_SETS(model_range, model->ranges);
	ANY_NAMES(model_tag_if, model->tag_ifs, sets);
	return false;
}

bool existing_is_host_tag(const struct model *model, const char *tag)
{
	return is_set(model, tag) && strncmp(tag, "known", strlen("known")) != 0 && !is_set_for_many(model, tag);
}

static bool needs(const struct model *model, const struct model_tag *list, const char *tag, bool not_for_hosts)
{
	bool found = false;

	for (; list != NULL; list = list->next) {
		if (not_for_hosts && existing_is_host_tag(model, list->name))
			return false;
		found = found || strcmp(list->name, tag) == 0;
	}
	return found;
}

/* Does a file, or another setting, wait for the tag, at last?  Files of single hosts are theirs alone. */
static bool leads(const struct model *model, const char *tag, unsigned depth)
{
	for (const struct model_boot *line = model->boots; line != NULL; line = line->next)
		if (needs(model, line->needs, tag, true))
			return true;
	for (const struct model_service *line = model->services; line != NULL; line = line->next)
		if (needs(model, line->needs, tag, true))
			return true;
	for (const struct model_option *line = model->options; line != NULL; line = line->next)
		if (needs(model, line->needs, tag, true))
			return true;
	for (const struct model_tag_if *line = model->tag_ifs; line != NULL && depth > 0; line = line->next)
		if (needs(model, line->needs, tag, false))
			for (const struct model_tag *set = line->sets; set != NULL; set = set->next)
				if (strcmp(set->name, tag) != 0 && leads(model, set->name, depth - 1))
					return true;
	return false;
}

bool existing_leads_somewhere(const struct model *model, const char *tag)
{
	return leads(model, tag, TAG_IFS_MAX);
}

/* A name in quotes, for a message. */
static void add_name(struct text *text, const char *name)
{
	text_add_char(text, '\'');
	text_add_escaped(text, name);
	text_add_char(text, '\'');
}

void existing_tell(struct existing *existing, enum pxeboot_severity severity, const char *id, struct location where,
		   const char *before, const char *name, const char *after)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	text_add(&text, before);
	add_name(&text, name);
	text_add(&text, after);
	if (text.error < 0)
		existing->error = text.error;
	else
		diagnostics_add(existing->findings, severity, id, where, "%s", text.bytes);
}

static void check_unused(struct existing *existing, const char *tag, struct location where, const char *keyword)
{
	char before[64];

	snprintf(before, sizeof(before), "%s: no line uses tag ", keyword);
	/* A script is told of all tags. */
	if (!existing_uses_tag(existing->model, tag) && !existing->model->scripted)
		existing_tell(existing, PXEBOOT_ERROR, "dnsmasq.tag-unused", where, before, tag,
		     ", so these clients get what everybody gets; give them a dhcp-boot, or take the line out");
}

static void check_unset(struct existing *existing, const struct model_tag *tags, struct location where,
			const char *keyword)
{
	char before[64];

	snprintf(before, sizeof(before), "%s: no line sets tag ", keyword);
	for (; tags != NULL; tags = tags->next) {
		bool negated = tags->name[0] == '!' || tags->name[0] == '#';
		const char *name = negated ? tags->name + 1 : tags->name;
		size_t length = strlen(name);

		if (!is_set(existing->model, name) && (length == 0 || name[length - 1] != '*'))
			existing_tell(existing, PXEBOOT_WARNING, "dnsmasq.tag-unset", where, before, name,
			     negated ? ", so every client passes; set it, or take it out" :
				       ", so the line never counts; set it, or take the line out");
	}
}

static const char *const class_keywords[] = {
	[MODEL_CLASS_VENDOR] = "dhcp-vendorclass", [MODEL_CLASS_USER] = "dhcp-userclass",
	[MODEL_CLASS_CIRCUIT] = "dhcp-circuitid", [MODEL_CLASS_REMOTE] = "dhcp-remoteid",
	[MODEL_CLASS_SUBSCRIBER] = "dhcp-subscrid",
};

static void check_tags(struct existing *existing)
{
	const struct model *model = existing->model;

	for (const struct model_match *line = model->matches; line != NULL; line = line->next)
		check_unused(existing, line->tag, line->where, "dhcp-match");
	for (const struct model_class *line = model->classes; line != NULL; line = line->next)
		check_unused(existing, line->tag, line->where, class_keywords[line->kind]);
	for (const struct model_boot *line = model->boots; line != NULL; line = line->next)
		check_unset(existing, line->needs, line->where, "dhcp-boot");
	for (const struct model_service *line = model->services; line != NULL; line = line->next)
		check_unset(existing, line->needs, line->where, "pxe-service");
	for (const struct model_tag_if *line = model->tag_ifs; line != NULL; line = line->next)
		check_unset(existing, line->needs, line->where, "tag-if");
	for (const struct model_option *line = model->options; line != NULL; line = line->next)
		if (line->code == 60 || line->code == 66 || line->code == 67)
			check_unset(existing, line->needs, line->where, "dhcp-option");
}

/* ---- Modes ---- */

static const struct model_range *find_range(const struct model *model, bool is_proxy)
{
	for (const struct model_range *range = model->ranges; range != NULL; range = range->next)
		if (range->is_proxy == is_proxy)
			return range;
	return NULL;
}

static void check_modes(struct existing *existing)
{
	const struct model *model = existing->model;
	const struct model_range *proxy = find_range(model, true), *own = find_range(model, false);

	if (proxy != NULL && !model->pxe)
		diagnostics_add(existing->findings, PXEBOOT_ERROR, "dnsmasq.proxy-silent", proxy->where,
				"dhcp-range: a proxy without pxe-service or pxe-prompt answers nobody; add "
				"pxe-prompt=\"Network boot\",0");
	if (model->services != NULL && proxy == NULL && own != NULL)
		diagnostics_add(existing->findings, PXEBOOT_WARNING, "dnsmasq.service", model->services->where,
				"pxe-service: outside of proxy mode it gives iPXE and some UEFI a PXE menu instead of their "
				"file; use dhcp-boot");
}

void existing_check_lines(struct existing *existing)
{
	check_tags(existing);
	existing_check_names(existing);
	check_modes(existing);
}

/* ---- After the walk ---- */

/* Tags that the walk can't have set: its classes do not differ in what sets them. */
static bool is_beyond(const struct model *model, const struct model_tag *tags)
{
	for (; tags != NULL; tags = tags->next) {
		if (tags->name[0] == '!' || tags->name[0] == '#')
			continue;
		if (!is_set(model, tags->name))
			return true;
		for (const struct model_match *match = model->matches; match != NULL; match = match->next)
			if (strcmp(match->tag, tags->name) == 0 &&
			    ((!existing_is_walked(match->option) && match->option != 175) || existing_never_matches(match)))
				return true;
		for (const struct model_class *class = model->classes; class != NULL; class = class->next)
			if (strcmp(class->tag, tags->name) == 0 && class->kind == MODEL_CLASS_SUBSCRIBER)
				return true;
		for (const struct model_name *name = model->names; name != NULL; name = name->next)
			if (strcmp(name->tag, tags->name) == 0)
				return true;
		for (const struct model_interface *line = model->interfaces; line != NULL; line = line->next)
			if (strcmp(line->name, tags->name) == 0)
				return true;
	}
	return false;
}

static bool is_in(const struct location *const *list, size_t count, const struct location *where)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == where)
			return true;
	return false;
}

void existing_check_after(struct existing *existing)
{
	for (const struct model_boot *boot = existing->model->boots; boot != NULL && existing->n_won > 0; boot = boot->next)
		if (!is_in(existing->won, existing->n_won, &boot->where) && !is_beyond(existing->model, boot->needs))
			existing_tell(existing, PXEBOOT_WARNING, "dnsmasq.shadowed", boot->where, "dhcp-boot: ",
			     boot->file != NULL ? boot->file : "",
			     existing->model->services != NULL ?
			     " is given to nobody: a pxe-service, or another dhcp-boot, wins for every client" :
			     " is given to nobody: other lines win for every client; of lines with tags the last one wins");
	for (size_t i = 0; i < existing->n_homeless; i++)
		diagnostics_add(existing->findings, PXEBOOT_ERROR, "dnsmasq.proxy-address", *existing->homeless[i],
				"dhcp-boot: beside a proxy BIOS needs the server's address, and gets 0.0.0.0; write "
				"dhcp-boot=…,FILE,,ADDRESS");
}
