/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The settings that stand once, as a flat list of paths and texts with the schema's defaults among them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/load.h"

struct scalars {
	struct load *load;
	size_t capacity;
	int error;
};

static void add_scalar(struct scalars *scalars, const char *path, const char *value, size_t length,
		       struct location where)
{
	struct policy_private *private = scalars->load->policy->private;
	CLEANUP_FREE char *text = strndup(value, length);
	struct scalar scalar = { arena_string(&private->arena, path), text ? arena_string(&private->arena, text) : NULL,
				 where };

	if (!scalars->error)
		scalars->error = scalar.path && scalar.value ?
			array_grow(&private->scalars, private->n_scalars, &scalars->capacity, sizeof(scalar)) : -ENOMEM;
	if (!scalars->error)
		private->scalars[private->n_scalars++] = scalar;
}

static void add_element(struct scalars *scalars, const char *path, unsigned number, const char *value, size_t length,
			struct location where)
{
	CLEANUP_TEXT struct text element = TEXT_INIT;

	text_addf(&element, "%s.%u", path, number);
	if (element.error)
		scalars->error = element.error;
	else
		add_scalar(scalars, element.bytes, value, length, where);
}

static void add_setting(struct scalars *scalars, const struct setting *setting)
{
	for (unsigned i = 0; i < load_count(setting->at); i++) {
		const config_setting_t *element = load_element(setting->at, i);
		const char *value = load_string(element);

		if (value && setting->key->type == SCHEMA_STRING)
			add_scalar(scalars, setting->path, value, strlen(value), load_location(element));
		else if (value)
			add_element(scalars, setting->path, i, value, strlen(value), load_location(element));
	}
}

static void add_flag(struct scalars *scalars, const struct setting *setting)
{
	const char *value = load_flag(setting->at) ? "true" : "false";

	add_scalar(scalars, setting->path, value, strlen(value), load_location(setting->at));
}

static void add_number(struct scalars *scalars, const struct setting *setting)
{
	char value[24];

	if (load_is_bad(setting->at))
		return;
	snprintf(value, sizeof(value), "%lld", config_setting_get_int64(setting->at));
	add_scalar(scalars, setting->path, value, strlen(value), load_location(setting->at));
}

static void add_fallback(void *context, const char *path, const struct schema_key *key)
{
	struct scalars *scalars = context;
	const char *at = key->fallback;
	struct location where = { BUILT_IN, 0 };

	if (!at || load_setting(scalars->load, path))
		return;
	if (key->type == SCHEMA_STRING) {
		add_scalar(scalars, path, at, strlen(at), where);
		return;
	}
	for (unsigned i = 0; *at; i++) {
		size_t length = strcspn(at, ",");

		add_element(scalars, path, i, at, length, where);
		at += length + (at[length] == ',');
	}
}

/* The own build names itself in one place or in the other; whoever asks for it should not have to know in which. */
static void add_user_class(struct scalars *scalars)
{
	const struct scalar *built = load_scalar(scalars->load, "ipxe.build.user_class");

	if (built && !load_setting(scalars->load, "ipxe.user_class"))
		add_scalar(scalars, "ipxe.user_class", built->value, strlen(built->value), built->where);
}

int load_scalars(struct load *load)
{
	struct scalars scalars = { .load = load };

	for (size_t i = 0; i < load->n_settings; i++) {
		enum schema_type type = load->settings[i].key->type;

		if (type == SCHEMA_STRING || type == SCHEMA_STRINGS)
			add_setting(&scalars, &load->settings[i]);
		else if (type == SCHEMA_BOOLEAN)
			add_flag(&scalars, &load->settings[i]);
		else if (type == SCHEMA_INTEGER)
			add_number(&scalars, &load->settings[i]);
	}
	add_user_class(&scalars);
	int r = schema_visit(&schema_root, add_fallback, &scalars);

	return r ? r : scalars.error;
}

static const struct scalar *find(const struct policy_private *private, const char *path, const char *rest)
{
	size_t length = strlen(path);

	for (size_t i = 0; i < private->n_scalars; i++) {
		const char *other = private->scalars[i].path;

		if (!strncmp(other, path, length) && !strcmp(other + length, rest))
			return &private->scalars[i];
	}
	return NULL;
}

/* Of a list the first one. */
static const struct scalar *find_first(const struct pxeboot_policy *policy, const char *path)
{
	const struct scalar *scalar = find(policy->private, path, "");

	return scalar ? scalar : find(policy->private, path, ".0");
}

const char *pxeboot_policy_get(const struct pxeboot_policy *policy, const char *path)
{
	const struct scalar *scalar = policy && path ? find_first(policy, path) : NULL;

	return scalar ? scalar->value : NULL;
}

int pxeboot_policy_where(const struct pxeboot_policy *policy, const char *path, const char **ret_file,
			 unsigned *ret_line)
{
	const struct scalar *scalar = policy && path ? find_first(policy, path) : NULL;

	if (!scalar || !scalar->where.line)
		return -ENOENT;
	*ret_file = scalar->where.file;
	*ret_line = scalar->where.line;
	return 0;
}
