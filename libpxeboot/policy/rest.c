/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The mark of all that the policy says beside its hosts: whoever has seen a policy with the same one need only look at those.
 * It is taken from what was parsed, so that no setting can be forgotten.  Lines do not count: none is told in
 * what is written for a host.
 */
#include <string.h>

#include "base/mark.h"
#include "policy/load.h"

static uint64_t add(uint64_t mark, const config_setting_t *setting)
{
	int type = config_setting_type(setting), n = config_setting_length(setting);

	mark = mark_number(mark_string(mark, config_setting_name(setting)), (uint64_t)type);
	switch (type) {
	case CONFIG_TYPE_STRING:
		return mark_string(mark, config_setting_get_string(setting));
	case CONFIG_TYPE_INT:
		return mark_number(mark, (uint64_t)config_setting_get_int(setting));
	case CONFIG_TYPE_INT64:
		return mark_number(mark, (uint64_t)config_setting_get_int64(setting));
	case CONFIG_TYPE_BOOL:
		return mark_number(mark, (uint64_t)config_setting_get_bool(setting));
	}
	/* Fractions are no value that the schema knows. */
	mark = mark_number(mark, (uint64_t)n);
	for (int i = 0; i < n; i++)
		mark = add(mark, config_setting_get_elem(setting, (unsigned)i));
	return mark;
}

static uint64_t add_answers(uint64_t mark, const struct profile *profile)
{
	for (size_t i = 0; i < profile->n_answers; i++)
		mark = mark_string(mark, profile->answers[i].text);
	return mark;
}

static uint64_t add_picture(uint64_t mark, const struct pxeboot_theme *look)
{
	mark = mark_number(mark, look->picture_is_ours);
	return mark_bytes(mark, look->picture_bytes, look->picture_bytes ? look->picture_length : 0);
}

int load_mark_rest(struct load *load)
{
	struct pxeboot_policy *policy = load->policy;
	uint64_t mark = MARK_INIT;

	for (size_t i = 0; i < load->n_sources; i++) {
		const config_setting_t *root = config_root_setting(&load->sources[i]->tree.config);

		for (int j = 0; j < config_setting_length(root); j++) {
			const config_setting_t *setting = config_setting_get_elem(root, (unsigned)j);

			if (strcmp(config_setting_name(setting), "hosts") != 0)
				mark = mark_number(add(mark, setting), load->sources[i]->wins);
		}
	}
	for (size_t i = 0; i < policy->n_items; i++)
		if (policy->items[i].profile)
			mark = add_answers(mark, policy->items[i].profile);
	for (size_t i = 0; i < policy->n_themes; i++)
		mark = add_picture(mark, &policy->themes[i].look);
	policy->rest = mark;
	return 0;
}
