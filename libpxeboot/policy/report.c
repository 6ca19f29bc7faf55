/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How faults are told and marked, and how settings are read: what every stage of loading uses.
 */
#include <stdint.h>
#include <string.h>

#include "policy/load.h"

/* libconfig gives each setting a pointer of ours.  It holds a number: that of an element in its list, because
 * config_setting_index() would search for it, or that of a member's key, because so would config_setting_get_member().
 * Twice that and two, so that 0 is none; and 1 more for a setting that failed. */
#define BAD 1u
#define NUMBER_SHIFT 1

static uintptr_t marks_of(const config_setting_t *setting)
{
	return (uintptr_t)setting->hook;
}

static const struct tree *tree_of(const config_setting_t *setting)
{
	/* The config_t is the first member. */
	return (const struct tree *)(const void *)setting->config;
}

static bool is_element(const config_setting_t *setting)
{
	return setting->parent && setting->parent->type != CONFIG_TYPE_GROUP;
}

/* libconfig looks one token ahead before it knows that a string in a list has ended, and notes the line of that token;
 * an element before it with the same line says that this one is there indeed. */
static unsigned setting_line(const config_setting_t *setting)
{
	const struct tree *tree = tree_of(setting);
	unsigned line = tree->line - 1 + setting->line;

	if (setting->type != CONFIG_TYPE_STRING || !is_element(setting))
		return line;
	int number = config_setting_index(setting);

	if (number > 0 && config_setting_get_elem(setting->parent, (unsigned)number - 1)->line == setting->line)
		return line;
	return source_string_line(tree->source, line);
}

struct load *load_of(const config_setting_t *setting)
{
	return tree_of(setting)->source->load;
}

struct location load_location(const config_setting_t *setting)
{
	return source_location(tree_of(setting)->source, setting_line(setting));
}

void load_mark_bad(config_setting_t *setting)
{
	config_setting_set_hook(setting, (void *)(marks_of(setting) | BAD));
}

bool load_is_bad(const config_setting_t *setting)
{
	return marks_of(setting) & BAD;
}

void load_number(config_setting_t *setting, unsigned number)
{
	config_setting_set_hook(setting, (void *)(((uintptr_t)number + 1) << NUMBER_SHIFT));
}

/* -1 where it has none. */
static int number_of(const config_setting_t *setting)
{
	return (int)(marks_of(setting) >> NUMBER_SHIFT) - 1;
}

int load_number_of(const config_setting_t *setting)
{
	int number = number_of(setting);

	return number < 0 ? config_setting_index(setting) : number;
}

/* "hosts[3].mac".  Names need no escaping: libconfig knows letters, digits, '*', '-' and '_' only. */
static void add_subject(struct text *text, const config_setting_t *setting)
{
	if (!setting->parent)
		return;
	add_subject(text, setting->parent);
	if (is_element(setting))
		text_addf(text, "[%d]", load_number_of(setting));
	else
		text_addf(text, "%s%s", setting->parent->parent ? "." : "", setting->name);
}

static void add_subject_of(struct text *text, const struct fault *fault)
{
	if (fault->subject)
		text_add(text, fault->subject);
	if (fault->at)
		add_subject(text, fault->at);
	if (fault->key)
		text_addf(text, "%s%s", text->length ? "." : "", fault->key);
	if (text->length)
		text_add(text, ": ");
}

static void add_quoted(struct text *text, const char *before, const char *string)
{
	if (!string)
		return;
	text_addf(text, "%s'", before);
	text_add_escaped(text, string);
	text_add_char(text, '\'');
}

void load_fault(struct load *load, const struct fault *fault)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	struct location where = fault->at && !fault->where.file ? load_location(fault->at) : fault->where;

	load->n_errors += fault->severity == PXEBOOT_ERROR;
	add_subject_of(&text, fault);
	text_addf(&text, "%s", fault->problem);
	if (fault->expected)
		text_addf(&text, ", expected %s", fault->expected);
	if (fault->got_what)
		text_addf(&text, ", got %s", fault->got_what);
	add_quoted(&text, ", got ", fault->got);
	if (fault->also.file) {
		text_add(&text, "; also at ");
		text_add_escaped(&text, fault->also.file);
		text_addf(&text, ":%u", fault->also.line);
	}
	if (fault->meant)
		text_addf(&text, "; did you mean '%s'?", fault->meant);
	diagnostics_add(load->diagnostics, fault->severity, fault->id, where, "%s",
			text_string(&text));
}

void load_unreadable(struct load *load, struct location where, const config_setting_t *at, const char *file, int error)
{
	CLEANUP_TEXT struct text problem = TEXT_INIT;
	const char *reason = strerrordesc_np(-error);

	text_addf(&problem, "cannot be read (%s)", reason ? reason : "unknown error");
	load_fault(load, &(struct fault) { .id = "policy.file", .where = where, .at = at,
		   .problem = text_string(&problem), .expected = "a file", .got = file });
}

bool load_may_be_unread(const struct load *load, const char *name)
{
	for (size_t i = 0; i < load->n_sources; i++)
		if (load->sources[i]->broken && source_mentions(load->sources[i], name))
			return true;
	return load->blind;
}

const config_setting_t *load_member(const config_setting_t *group, const char *name)
{
	return group->type == CONFIG_TYPE_GROUP ? config_setting_get_member(group, name) : NULL;
}

void load_members(const config_setting_t *group, const config_setting_t **ret_members, size_t n)
{
	unsigned length = (unsigned)config_setting_length(group);

	memset(ret_members, 0, n * sizeof(*ret_members));
	for (unsigned i = 0; i < length; i++) {
		const config_setting_t *member = config_setting_get_elem(group, i);
		int number = number_of(member);

		if (number >= 0 && (size_t)number < n)
			ret_members[number] = member;
	}
}

const char *load_string(const config_setting_t *setting)
{
	return setting && !load_is_bad(setting) ? config_setting_get_string(setting) : NULL;
}

const char *load_member_string(const config_setting_t *group, const char *name)
{
	return load_string(load_member(group, name));
}

int load_integer(const config_setting_t *setting)
{
	return load_is_bad(setting) ? 0 : (int)config_setting_get_int64(setting);
}

bool load_flag(const config_setting_t *setting)
{
	return setting && !load_is_bad(setting) && config_setting_get_bool(setting);
}

unsigned load_count(const config_setting_t *setting)
{
	if (!setting || load_is_bad(setting))
		return 0;
	return config_setting_is_aggregate(setting) ? (unsigned)config_setting_length(setting) : 1;
}

const config_setting_t *load_element(const config_setting_t *setting, unsigned number)
{
	return config_setting_is_aggregate(setting) ? config_setting_get_elem(setting, number) : setting;
}

const struct setting *load_setting(const struct load *load, const char *path)
{
	for (size_t i = 0; i < load->n_settings; i++)
		if (!strcmp(load->settings[i].path, path))
			return &load->settings[i];
	return NULL;
}

const struct scalar *load_scalar(const struct load *load, const char *path)
{
	const struct policy_private *private = load->policy->private;

	for (size_t i = 0; i < private->n_scalars; i++)
		if (!strcmp(private->scalars[i].path, path))
			return &private->scalars[i];
	return NULL;
}

const char *load_value(const struct load *load, const char *path)
{
	const struct scalar *scalar = load_scalar(load, path);

	return scalar ? scalar->value : NULL;
}

struct location load_place(const struct load *load, const char *path)
{
	const struct setting *setting = load_setting(load, path);

	return setting ? load_location(setting->at) : (struct location) { load->policy->path, 0 };
}
