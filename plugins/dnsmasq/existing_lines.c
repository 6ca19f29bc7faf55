/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is wrong with the lines of an existing configuration, whoever asks: tags that lead nowhere, values that never
 * match, names that say another architecture than the number, modes that do not go together.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "existing.h"

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

bool existing_uses_tag(const struct model *model, const char *tag)
{
	ANY_NAMES(model_boot, model->boots, needs);
	ANY_NAMES(model_service, model->services, needs);
	ANY_NAMES(model_option, model->options, needs);
	ANY_NAMES(model_tag_if, model->tag_ifs, needs);
	ANY_NAMES(model_host, model->hosts, needs);
	ANY_NAMES(model_range, model->ranges, needs);
	ANY_NAMES(model_ignore, model->ignores, needs);
	ANY_NAMES(model_user, model->users, needs);
	return false;
}

#define ANY_SETS(type, first) \
	for (const struct type *line = (first); line != NULL; line = line->next) \
		if (line->tag != NULL && strcmp(line->tag, tag) == 0) \
			return true

static bool is_set(const struct model *model, const char *tag)
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
	ANY_NAMES(model_host, model->hosts, sets);
	ANY_NAMES(model_tag_if, model->tag_ifs, sets);
	for (const struct model_interface *line = model->interfaces; line != NULL; line = line->next)
		if (strcmp(line->name, tag) == 0)
			return true;
	return false;
}

/* A name in quotes, for a message. */
static void add_name(struct text *text, const char *name)
{
	text_add_char(text, '\'');
	text_add_escaped(text, name);
	text_add_char(text, '\'');
}

static void tell(struct existing *existing, enum pxeboot_severity severity, const char *id, struct location where,
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
	if (!existing_uses_tag(existing->model, tag))
		tell(existing, PXEBOOT_ERROR, "dnsmasq.tag-unused", where, before, tag,
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
			tell(existing, PXEBOOT_WARNING, "dnsmasq.tag-unset", where, before, name,
			     negated ? ", so every client passes; set it, or take it out" :
				       ", so the line never counts; set it, or take the line out");
	}
}

static void check_tags(struct existing *existing)
{
	const struct model *model = existing->model;

	for (const struct model_match *line = model->matches; line != NULL; line = line->next)
		check_unused(existing, line->tag, line->where, "dhcp-match");
	for (const struct model_class *line = model->classes; line != NULL; line = line->next)
		check_unused(existing, line->tag, line->where,
			     line->kind == MODEL_CLASS_USER ? "dhcp-userclass" : "dhcp-vendorclass");
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

/* ---- Names of architectures ---- */

/* Words that people name tags with, and the numbers of option 93 that they can mean. */
static const struct family {
	const char *word;
	uint16_t codes[8];
	size_t count;
} families[] = {
	{ "riscv", { 25, 26, 27, 28, 29, 30 }, 6 },
	{ "risc-v", { 25, 26, 27, 28, 29, 30 }, 6 },
	{ "loong", { 37, 38, 39, 40 }, 4 },
	{ "arm64", { 11, 19, 22, 24, 41 }, 5 },
	{ "aarch64", { 11, 19, 22, 24, 41 }, 5 },
	{ "arm32", { 10, 18, 21, 23 }, 4 },
	{ "armhf", { 10, 18, 21, 23 }, 4 },
	{ "ia32", { 6, 15 }, 2 },
	{ "i386", { 0, 6, 15, 20 }, 4 },
	{ "x86_64", { 0, 7, 9, 16, 17, 20 }, 6 },
	{ "x86-64", { 0, 7, 9, 16, 17, 20 }, 6 },
	{ "amd64", { 0, 7, 9, 16, 17, 20 }, 6 },
	{ "x64", { 0, 7, 9, 16, 17, 20 }, 6 },
	{ "bios", { 0, 20 }, 2 },
	{ "pcbios", { 0, 20 }, 2 },
	{ "s390", { 31, 32 }, 2 },
	{ "itanium", { 2 }, 1 },
	{ "ia64", { 2 }, 1 },
};

static const struct family *family_of(const char *tag)
{
	char lower[256];
	size_t i;

	for (i = 0; i < sizeof(lower) - 1 && tag[i] != '\0'; i++)
		lower[i] = (char)tolower((unsigned char)tag[i]);
	lower[i] = '\0';
	for (i = 0; i < ARRAY_SIZE(families); i++)
		if (strstr(lower, families[i].word) != NULL)
			return &families[i];
	return NULL;
}

static bool can_mean(const struct family *family, unsigned code)
{
	for (size_t i = 0; i < family->count; i++)
		if (family->codes[i] == code)
			return true;
	return false;
}

static void check_name(struct existing *existing, const char *tag, unsigned code, struct location where)
{
	const struct family *family = family_of(tag);
	const struct pxeboot_arch_code *known = pxeboot_arch_code_get((uint16_t)code);
	char after[160];

	if (family == NULL || can_mean(family, code))
		return;
	snprintf(after, sizeof(after), " says '%s', and number %u is %s; name the number that is meant", family->word, code,
		 known != NULL ? known->label : "given to nobody");
	tell(existing, PXEBOOT_WARNING, "dnsmasq.label", where, "dhcp-match: tag ", tag, after);
}

/* Number in "PXEClient:Arch:00007"; -1. */
static int code_in(const uint8_t *bytes, size_t length)
{
	const char *at = length > 0 ? memmem(bytes, length, "Arch:", 5) : NULL;
	size_t left = at != NULL ? length - (size_t)((const uint8_t *)at + 5 - bytes) : 0;
	int code = -1;

	for (size_t i = 0; i < 5 && i < left && isdigit((unsigned char)at[5 + i]); i++)
		code = (code < 0 ? 0 : code) * 10 + (at[5 + i] - '0');
	return left >= 5 ? code : -1;
}

static bool never_matches(const struct model_match *line)
{
	return line->option == 93 && line->value.length > 0 && (line->value.is_text || line->value.length != 2);
}

static void check_value(struct existing *existing, const struct model_match *line)
{
	const struct model_value *value = &line->value;

	if (line->option == 93 && !value->is_text && value->length == 2)
		check_name(existing, line->tag, (unsigned)value->bytes[0] << 8 | value->bytes[1], line->where);
	else if (never_matches(line))
		diagnostics_add(existing->findings, PXEBOOT_ERROR, "dnsmasq.never-matches", line->where,
				"dhcp-match: option 93 holds numbers of two bytes, and this is %s; write the number",
				value->is_text ? "text" : "of another length");
}

static void check_matches(struct existing *existing)
{
	for (const struct model_match *line = existing->model->matches; line != NULL; line = line->next)
		check_value(existing, line);
	for (const struct model_class *line = existing->model->classes; line != NULL; line = line->next) {
		int code = line->kind == MODEL_CLASS_VENDOR ? code_in(line->bytes, line->length) : -1;

		if (code >= 0)
			check_name(existing, line->tag, (unsigned)code, line->where);
	}
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
	check_matches(existing);
	check_modes(existing);
}

/* ---- What other numbers of the same machine get ---- */

static bool gets_file(struct existing *existing, int code, struct model_answer *ret_answer)
{
	struct pxeboot_client *client = existing_usual(existing, code, -1, NULL);

	if (client == NULL) {
		existing->error = -ENOMEM;
		return false;
	}
	existing_boot(existing, client, ret_answer);
	pxeboot_client_unref(client);
	return ret_answer->file != NULL;
}

/* Machines of one architecture send one number or the other. */
static void check_twins(struct existing *existing, int a, int b, enum pxeboot_severity severity)
{
	struct model_answer first, second;
	bool gets_first = gets_file(existing, a, &first), gets_second = gets_file(existing, b, &second);

	if (gets_first == gets_second || existing->error < 0)
		return;
	diagnostics_add(existing->findings, severity, "dnsmasq.twin", gets_first ? first.where : second.where,
			"option 93: number %d gets a file and number %d, which machines of the same architecture send, gets none; "
			"set the same tag for both", gets_first ? a : b, gets_first ? b : a);
}

/* Which architectures get nothing, and nobody says a word of them. */
static void note_unmentioned(struct existing *existing)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	struct model_answer answer;

	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
		bool served = false;

		for (uint16_t code = 0; code < PXEBOOT_ARCH_CODE_COUNT; code++)
			if (pxeboot_arch_code_get(code)->arch == arch && !pxeboot_arch_code_get(code)->http)
				served = gets_file(existing, code, &answer) || served;
		if (!served)
			text_addf(&text, "%s%s", text.length > 0 ? ", " : "", pxeboot_arch_get(arch)->name);
	}
	if (text.length > 0)
		diagnostics_add(existing->findings, PXEBOOT_NOTE, "dnsmasq.not-served", (struct location){ NULL, 0 },
				"these architectures get no boot file: %s", text.bytes);
}

/* How the chain of a client with one number, or two, ends, and which line began it. */
static enum pxeboot_verdict walk_usual(struct existing *existing, int a, int b, struct location *ret_where)
{
	const struct pxeboot_chooser chooser = {
		.context = &existing, .choose = existing_choose, .look = existing_look, .look_context = existing,
	};
	struct pxeboot_client *client = existing_usual(existing, a, b, NULL);
	enum pxeboot_verdict verdict = PXEBOOT_VERDICT_UNKNOWN;
	struct pxeboot_walk *walk;

	if (client == NULL || pxeboot_walk_new(&chooser, client, &walk) < 0) {
		existing->error = -ENOMEM;
	} else {
		verdict = walk->verdict;
		*ret_where = (struct location){ walk->steps[0].answer.rule.file, walk->steps[0].answer.rule.line };
		pxeboot_walk_free(walk);
	}
	pxeboot_client_unref(client);
	return verdict;
}

/* A client may list several numbers, each of them served: whichever wins must be one that it can run. */
static bool note_list(struct existing *existing, int a, int b)
{
	struct location where;

	if (walk_usual(existing, a, -1, &where) != PXEBOOT_VERDICT_BOOTS ||
	    walk_usual(existing, b, -1, &where) != PXEBOOT_VERDICT_BOOTS ||
	    walk_usual(existing, a, b, &where) == PXEBOOT_VERDICT_BOOTS)
		return false;
	diagnostics_add(existing->findings, PXEBOOT_NOTE, "dnsmasq.list", where,
			"option 93: a client that lists both %d and %d would get this file, which is not for it; no boot ROM is "
			"known to list two", a, b);
	return true;
}

static void note_lists(struct existing *existing)
{
	static const int usual[] = { 0, 6, 7, 9, 11 };

	for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
		for (size_t j = i + 1; j < ARRAY_SIZE(usual); j++)
			if (note_list(existing, usual[i], usual[j]))
				return;
}

void existing_check_numbers(struct existing *existing)
{
	check_twins(existing, 7, 9, PXEBOOT_ERROR);
	check_twins(existing, 16, 17, PXEBOOT_NOTE);
	note_unmentioned(existing);
	note_lists(existing);
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
			    ((!existing_is_walked(match->option) && match->option != 175) || never_matches(match)))
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
			tell(existing, PXEBOOT_WARNING, "dnsmasq.shadowed", boot->where, "dhcp-boot: ",
			     boot->file != NULL ? boot->file : "",
			     " is given to nobody: other lines win for every client; of lines with tags the last one wins");
	for (size_t i = 0; i < existing->n_homeless; i++)
		diagnostics_add(existing->findings, PXEBOOT_ERROR, "dnsmasq.proxy-address", *existing->homeless[i],
				"dhcp-boot: beside a proxy BIOS needs the server's address, and gets 0.0.0.0; write "
				"dhcp-boot=…,FILE,,ADDRESS");
}
