/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Asks for a decision with its reasons, and prints it for people.
 */
#include "explanation.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static void keep_lost(void *context, const struct pxeboot_rule *rule, const char *why)
{
	struct explanation *explanation = context;
	struct lost_rule *lost = reallocarray(explanation->lost, explanation->n_lost + 1, sizeof(*lost));
	char *copy = strdup(why);

	if (lost)
		explanation->lost = lost;
	if (!lost || !copy) {
		free(copy);
		explanation->error = -ENOMEM;
		return;
	}
	lost[explanation->n_lost++] = (struct lost_rule){ *rule, copy };
}

void explanation_make(struct explanation *explanation, const struct pxeboot_policy *policy,
		      const struct pxeboot_client *client, enum pxeboot_stage stage)
{
	const struct pxeboot_decision *decision = &explanation->decision;

	*explanation = (struct explanation){ .client = client };
	pxeboot_explain(policy, client, stage, NULL, keep_lost, explanation, &explanation->decision);
	if (decision->kind != PXEBOOT_DECISION_MENU && decision->kind != PXEBOOT_DECISION_PROFILE)
		return;
	if (asprintf(&explanation->path_storage, "%s/%s.ipxe",
		     decision->kind == PXEBOOT_DECISION_MENU ? "menus" : "profiles", decision->boot) < 0)
		explanation->error = -ENOMEM;
	else
		explanation->path = explanation->path_storage;
}

void explanation_free(struct explanation *explanation)
{
	for (size_t i = 0; i < explanation->n_lost; i++)
		free(explanation->lost[i].why);
	free(explanation->lost);
	free(explanation->path_storage);
	*explanation = (struct explanation){ 0 };
}

static void add_fact(struct text *line, const struct pxeboot_client *client, enum pxeboot_fact fact)
{
	const char *value;
	int r = pxeboot_client_get(client, fact, &value);

	if (r == -ENODATA)
		return;
	text_addf(line, "%s%s=", line->length ? " " : "", pxeboot_fact_name(fact));
	if (r == -EBADMSG) {
		text_add(line, "(malformed)");
	} else {
		text_add_char(line, '\'');
		text_add_escaped(line, value);
		text_add_char(line, '\'');
	}
}

static void print_client(const struct pxeboot_client *client, int arch)
{
	static const enum pxeboot_fact shown[] = {
		PXEBOOT_FACT_MAC, PXEBOOT_FACT_ARCH, PXEBOOT_FACT_VENDOR_CLASS, PXEBOOT_FACT_USER_CLASS,
		PXEBOOT_FACT_UUID, PXEBOOT_FACT_SERIAL, PXEBOOT_FACT_MANUFACTURER, PXEBOOT_FACT_PRODUCT,
		PXEBOOT_FACT_ADDRESS, PXEBOOT_FACT_RELAY,
	};
	CLEANUP_TEXT struct text line = TEXT_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(shown); i++)
		add_fact(&line, client, shown[i]);
	printf("client   %s\n", line.bytes ? line.bytes : "(nothing is known of it)");
	if (arch != PXEBOOT_ARCH_NONE)
		printf("is       %s\n", pxeboot_arch_get(arch)->name);
}

static void print_rule(const char *head, const struct pxeboot_rule *rule)
{
	printf("%-8s %s %s", head, rule->kind, rule->name);
	if (rule->line)
		printf(" (%s:%u)", rule->file, rule->line);
	else
		printf(" %s", rule->file);
}

void explanation_print(const struct explanation *explanation)
{
	const struct pxeboot_decision *decision = &explanation->decision;

	print_client(explanation->client, decision->arch);
	printf("stage    %s\n", pxeboot_stage_name(decision->stage));
	if (decision->kind == PXEBOOT_DECISION_NONE) {
		printf("gets     nothing: %s\n", decision->reason);
		return;
	}
	printf("gets     %s: %s\n", pxeboot_decision_kind_name(decision->kind),
	       decision->file ? decision->file : explanation->path);
	if (decision->source.kind) {
		print_rule("because", &decision->source);
		putchar('\n');
	}
	print_rule("rule", &decision->rule);
	printf(": boots %s\n", decision->boot);
	for (size_t i = 0; i < explanation->n_lost; i++) {
		print_rule("lost", &explanation->lost[i].rule);
		printf(": %s\n", explanation->lost[i].why);
	}
}
