/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sets of tags.  A set is full at MODEL_TAGS_MAX: more is nothing that a configuration needs, and the answer says that it
 * is unknown.
 */
#include <string.h>

#include "model_data.h"

void model_tags_add(struct model_tags *tags, const char *name)
{
	if (tags->count < tags->size)
		tags->names[tags->count] = name;
	tags->count++;
}

void model_tags_add_all(struct model_tags *tags, const struct model_tag *list)
{
	for (; list != NULL; list = list->next)
		model_tags_add(tags, list->name);
}

static size_t known(const struct model_tags *tags)
{
	return tags->count < tags->size ? tags->count : tags->size;
}

/* tag-if alone takes a star at the end of a name. */
static bool has(const struct model_tags *tags, const char *name, bool star)
{
	size_t length = strlen(name);
	bool prefix = star && length > 0 && name[length - 1] == '*';

	for (size_t i = 0; i < known(tags); i++)
		if (prefix ? strncmp(tags->names[i], name, length - 1) == 0 : strcmp(tags->names[i], name) == 0)
			return true;
	return false;
}

static bool is_negated(const char *name)
{
	return name[0] == '!' || name[0] == '#';
}

static bool meet(const struct model_tags *tags, const struct model_tag *needs, bool star)
{
	for (; needs != NULL; needs = needs->next)
		if (is_negated(needs->name) ? has(tags, needs->name + 1, star) : !has(tags, needs->name, star))
			return false;
	return true;
}

bool model_tags_meet(const struct model_tags *tags, const struct model_tag *needs, bool empty)
{
	return needs == NULL ? empty : meet(tags, needs, false);
}

void model_tags_run(const struct model *model, struct model_tags *tags)
{
	for (const struct model_tag_if *rule = model->tag_ifs; rule != NULL; rule = rule->next)
		if (meet(tags, rule->needs, true))
			model_tags_add_all(tags, rule->sets);
}
