/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From a question to an answer, in the order in which dnsmasq learns things: each step sees the tags of those before it.
 */
#include <string.h>

#include "model_ask.h"

void ask_tags(const struct model_ask *ask, const struct model_range *range, const char **names, struct model_tags *ret)
{
	size_t known = ask->tags.count < ask->tags.size ? ask->tags.count : ask->tags.size;

	*ret = (struct model_tags){ names, known, MODEL_TAGS_MAX };
	memcpy(names, ask->tags.names, known * sizeof(*names));
	if (range != NULL && range->tag != NULL)
		model_tags_add(ret, range->tag);
	model_tags_run(ask->model, ret);
}

void ask_silence(struct model_ask *ask, const char *reason)
{
	ask->answer->silent = true;
	ask->answer->reason = reason;
}

/* The vendor name, among those that count as PXE, that the class begins with. */
static const char *pxe_vendor(const struct model_ask *ask)
{
	const struct model_bytes *class = ask_option(ask, OPTION_CLASS, 0);
	const struct model_vendor *vendor = ask->model->vendors;
	const char *usual = "PXEClient";

	if (!ask->model->pxe || class == NULL)
		return NULL;
	for (const char *name = vendor != NULL ? vendor->name : usual; name != NULL;) {
		if (class->length >= strlen(name) && memcmp(class->bytes, name, strlen(name)) == 0)
			return name;
		vendor = vendor != NULL ? vendor->next : NULL;
		name = vendor != NULL ? vendor->name : NULL;
	}
	return NULL;
}

static void note_pxe(struct model_ask *ask)
{
	const struct model_bytes *arch = ask_option(ask, OPTION_ARCH, 2);

	ask->pxe = pxe_vendor(ask);
	ask->arch = ask->pxe != NULL && arch != NULL ? arch->bytes[0] << 8 | arch->bytes[1] : -1;
}

static bool is_ignored(const struct model_ask *ask)
{
	const char *names[MODEL_TAGS_MAX];
	struct model_tags tags;

	ask_tags(ask, NULL, names, &tags);
	for (const struct model_ignore *ignore = ask->model->ignores; ignore != NULL; ignore = ignore->next)
		if (model_tags_meet(&tags, ignore->needs, false))
			return true;
	return false;
}

/* Everything that sets a tag, up to the range. */
static bool learn(struct model_ask *ask)
{
	if (ask->question->interface != NULL)
		model_tags_add(&ask->tags, ask->question->interface);
	ask_relay_agent(ask);
	ask_macs(ask);
	if (!ask_network(ask)) {
		ask_silence(ask, "no dhcp-range is of its network");
		return false;
	}
	ask_matches(ask);
	ask_classes(ask);
	ask_host(ask);
	ask_names(ask);
	ask_host_by_name(ask);
	ask->ignored = is_ignored(ask);
	note_pxe(ask);
	return true;
}

static void give(struct model_ask *ask)
{
	const struct model_range *range;

	if (ask_proxy(ask))
		return;
	if (ask->question->boot_service || ask->ranges[0]->is_proxy) {
		ask_silence(ask, "a proxy answers PXE clients alone, and only with a pxe-service or a pxe-prompt");
		return;
	}
	if (ask->ignored || (ask->host != NULL && ask->host->ignored)) {
		ask_silence(ask, ask->ignored ? "dhcp-ignore" : "its dhcp-host says ignore");
		return;
	}
	range = ask_range(ask);
	if (range != NULL)
		ask_reply(ask, range);
}

/* What the client takes: the option before the field. */
static void name_file(struct model_answer *answer)
{
	if (answer->n_named > 0 && answer->named[0].length > 0 && answer->named[0].bytes[0] != '\0')
		answer->file = (const char *)answer->named[0].bytes;
	else if (answer->field[0] != '\0')
		answer->file = answer->field;
	if (answer->file == NULL && answer->reason == NULL)
		answer->reason = answer->rule != NULL ? "the line names no file" : "no line gives it a file";
}

void model_answer(const struct model *model, const struct model_question *question, struct model_answer *ret_answer)
{
	const char *names[MODEL_TAGS_MAX];
	struct model_ask ask = {
		.model = model, .question = question, .answer = ret_answer,
		.tags = { names, 0, MODEL_TAGS_MAX }, .arch = -1,
	};

	memset(ret_answer, 0, sizeof(*ret_answer));
	ret_answer->unknown = model->unknown.file != NULL;
	if (learn(&ask))
		give(&ask);
	if (ask.tags.count > MODEL_TAGS_MAX)
		ret_answer->unknown = true;
	name_file(ret_answer);
}
