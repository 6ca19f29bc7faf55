/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The letters are few, so that expressions match names.
 */
#include "map_random.h"

#include <stdbool.h>
#include <string.h>

/* splitmix64 */
unsigned random_below(struct random *random, unsigned limit)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (unsigned)((z ^ (z >> 31)) % limit);
}

static bool chance(struct random *random, unsigned percent)
{
	return random_below(random, 100) < percent;
}

static const char *pick(struct random *random, const char *const *words, size_t count)
{
	return words[random_below(random, (unsigned)count)];
}

#define PICK(random, ...) pick(random, (const char *const[]){ __VA_ARGS__ }, \
			       sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

/* ---- Expressions ---- */

static void add_expression(struct random *random, unsigned depth, struct text *out);

static void add_atom(struct random *random, unsigned depth, struct text *out)
{
	unsigned kind = random_below(random, depth > 0 ? 100 : 80);

	if (kind < 45)
		text_add(out, PICK(random, "a", "b", "c", "A", "B", "/", "-", "0", "1", "boot", "pxe", "efi"));
	else if (kind < 55)
		text_add(out, PICK(random, ".", ".*", ".+", "[^/]*"));
	else if (kind < 65)
		text_add(out, PICK(random, "[ab]", "[^a]", "[a-c]", "[A-Z]", "[]/]", "[[:alpha:]]", "[^[:space:]]",
				   "[0-9a-f]", "[[:upper:]]", "[\\\\/]", "[\xc3\xbc]"));
	else if (kind < 77)
		text_add(out, PICK(random, "\\.", "\\ ", "\\#", "\\\\", "\\/", "\xff", "\xc3\xbc", "\\w", "\\W", "\\<",
				   "\\>", "\\b", "\\B", "\\s", "^", "$"));
	else if (kind < 80)
		text_add(out, PICK(random, "\\1", "\\2", "()", "(|a)", "|", "a{,2}", "(a|b)", "(.)", "(/)", "([a-z]+)",
				   chance(random, 10) ? "[" : "{"));
	else {
		text_add_char(out, '(');
		add_expression(random, depth - 1, out);
		text_add_char(out, ')');
	}
}

static void add_expression(struct random *random, unsigned depth, struct text *out)
{
	unsigned count = 1 + random_below(random, 1 + random_below(random, 3));

	for (unsigned i = 0; i < count; i++) {
		add_atom(random, depth, out);
		if (chance(random, 25))
			text_add(out, PICK(random, "*", "+", "?", "{2}", "{1,3}", "{0,1}", "{2,}"));
		if (i + 1 < count && chance(random, 10))
			text_add_char(out, '|');
	}
}

static void add_whole_expression(struct random *random, struct text *out)
{
	if (chance(random, 25))
		text_add_char(out, '^');
	add_expression(random, 2, out);
	if (chance(random, 15))
		text_add_char(out, '$');
}

/* ---- Lines ---- */

static void add_operations(struct random *random, struct text *out)
{
	text_add(out, PICK(random, "r", "r", "r", "r", "r", "r", "r", "rg", "rg", "rg", "re", "rs", "rge", "a", "e", "s",
			   "~a", "~e", "~s", "gr", "ra", "rgs", "as"));
	if (chance(random, 20))
		text_add_char(out, 'i');
	if (chance(random, 15))
		text_add(out, PICK(random, "G", "P", "4", "6", "G4", "P6", "GP", "PG", "46", "GG"));
	if (chance(random, 3))
		text_add(out, PICK(random, "x", "E", "rr", "gg", "j", "~r", "~"));
}

static void add_pattern(struct random *random, struct text *out)
{
	unsigned count = random_below(random, 5);

	for (unsigned i = 0; i < count; i++)
		text_add(out, PICK(random, "a", "b", "c", "A", "/", "x", "dir/", "\\0", "\\1", "\\2", "\\3", "\\9", "\\i",
				   "\\U", "\\L", "\\E", "\\\\", "\\ ", "\\#", "\\q", "\\/", "\xff", "\xc3\xbc", "Mixed",
				   "&", "$1", "%s"));
	if (chance(random, 2))
		text_add(out, PICK(random, "\\", "\\x"));
}

static const char *blank(struct random *random)
{
	return PICK(random, " ", " ", " ", "\t", "  ", " \t ", "\v");
}

static void add_rule(struct random *random, struct text *out)
{
	if (chance(random, 10))
		text_add(out, blank(random));
	add_operations(random, out);
	text_add(out, blank(random));
	add_whole_expression(random, out);
	if (chance(random, 85)) {
		text_add(out, blank(random));
		add_pattern(random, out);
	}
	if (chance(random, 8))
		text_add(out, PICK(random, " # a comment", "#", "\t", " more words", " \\"));
}

void random_map(struct random *random, struct text *out)
{
	unsigned count = chance(random, 3) ? 200 + random_below(random, 900) : 1 + random_below(random, 8);

	for (unsigned i = 0; i < count; i++) {
		if (chance(random, 5))
			text_add(out, PICK(random, "# a comment", "", "   ", "#"));
		else
			add_rule(random, out);
		if (i + 1 < count || chance(random, 80))
			text_add(out, chance(random, 5) ? "\r\n" : "\n");
	}
}

void random_name(struct random *random, struct text *out)
{
	unsigned count = 1 + random_below(random, 10);

	if (chance(random, 15)) {
		text_add(out, PICK(random, "undionly.kpxe", "/pxelinux.cfg/01-52-54-00-12-34-56", "\\boot\\x64\\wdsnbp.com",
				   "EFI/BOOT/BOOTX64.EFI\xff", "//boot//grub.cfg", "%s%n", "boot.ipxe remapped to x"));
		return;
	}
	for (unsigned i = 0; i < count; i++)
		text_add(out, PICK(random, "a", "b", "c", "A", "B", "/", "-", "0", "1", ".", "\\", " ", "#", "boot", "pxe",
				   "efi", "\xff", "\xc3\xbc", "aa", "abab", "\n", "\t", "..", "//"));
}
