/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The numbers of option 93: values that never match, tags that say another architecture, numbers of which one is served
 * and its twin is not, and what nobody mentions.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "existing.h"

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
	existing_tell(existing, PXEBOOT_WARNING, "dnsmasq.label", where, "dhcp-match: tag ", tag, after);
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

bool existing_never_matches(const struct model_match *line)
{
	return line->option == 93 && line->value.length > 0 && (line->value.is_text || line->value.length != 2);
}

static void check_value(struct existing *existing, const struct model_match *line)
{
	const struct model_value *value = &line->value;

	if (line->option == 93 && !value->is_text && value->length == 2)
		check_name(existing, line->tag, (unsigned)value->bytes[0] << 8 | value->bytes[1], line->where);
	else if (existing_never_matches(line))
		diagnostics_add(existing->findings, PXEBOOT_ERROR, "dnsmasq.never-matches", line->where,
				"dhcp-match: option 93 holds numbers of two bytes, and this is %s; write the number",
				value->is_text ? "text" : "of another length");
}

void existing_check_names(struct existing *existing)
{
	for (const struct model_match *line = existing->model->matches; line != NULL; line = line->next)
		check_value(existing, line);
	for (const struct model_class *line = existing->model->classes; line != NULL; line = line->next) {
		int code = line->kind == MODEL_CLASS_VENDOR ? code_in(line->bytes, line->length) : -1;

		if (code >= 0)
			check_name(existing, line->tag, (unsigned)code, line->where);
	}
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
	if (text.error < 0)
		existing->error = text.error;
	else if (text.length > 0)
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
