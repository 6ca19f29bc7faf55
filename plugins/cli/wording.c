/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Words for people.
 */
#include "wording.h"

#include <errno.h>
#include <string.h>

#define MAX_VALUES 3			/* of a term that many values can match */

static void add_quoted(struct text *out, const char *string)
{
	text_add_char(out, '\'');
	text_add_escaped(out, string);
	text_add_char(out, '\'');
}

/* ---- Clients ------------------------------------------------------------------------------------------------------- */

struct shown_fact {
	int fact;
	const char *before;
	bool quoted;			/* a client words it freely */
};

static void add_fact(struct text *out, size_t start, const struct pxeboot_client *client, const struct shown_fact *shown)
{
	const char *value;
	int r = pxeboot_client_get(client, shown->fact, &value);

	if (r == -ENODATA)
		return;
	text_addf(out, "%s%s", out->length > start ? ", " : "", shown->before);
	if (r == -EBADMSG)
		text_addf(out, "malformed %s", pxeboot_fact_name(shown->fact));
	else if (shown->quoted)
		add_quoted(out, value);
	else
		text_add_escaped(out, value);
}

static bool add_facts(struct text *out, const struct pxeboot_client *client, const struct shown_fact *facts,
		      size_t n_facts)
{
	size_t start = out->length;

	for (size_t i = 0; i < n_facts; i++)
		add_fact(out, start, client, &facts[i]);
	return out->length > start;
}

void wording_add_machine(struct text *out, const struct pxeboot_client *client)
{
	static const struct shown_fact facts[] = {
		{ PXEBOOT_FACT_MAC, "", false }, { PXEBOOT_FACT_UUID, "uuid ", false },
		{ PXEBOOT_FACT_SERIAL, "serial ", true }, { PXEBOOT_FACT_MANUFACTURER, "made by ", true },
		{ PXEBOOT_FACT_PRODUCT, "product ", true }, { PXEBOOT_FACT_ADDRESS, "address ", false },
		{ PXEBOOT_FACT_RELAY, "relay ", false },
	};

	if (!add_facts(out, client, facts, ARRAY_SIZE(facts)))
		text_add(out, "any machine: no MAC address, UUID or the like is given");
}

bool wording_add_identity(struct text *out, const struct pxeboot_client *client)
{
	static const struct shown_fact facts[] = {
		{ PXEBOOT_FACT_MAC, "", false }, { PXEBOOT_FACT_UUID, "uuid ", false },
		{ PXEBOOT_FACT_SERIAL, "serial ", true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
		if (add_facts(out, client, &facts[i], 1))
			return true;
	return false;
}

void wording_add_no_host(struct text *out, const struct pxeboot_client *client)
{
	static const struct {
		int fact;
		const char *name;
	} keys[] = {
		{ PXEBOOT_FACT_MAC, "MAC address" }, { PXEBOOT_FACT_UUID, "UUID" },
		{ PXEBOOT_FACT_SERIAL, "serial number" },
	};
	const char *text;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (pxeboot_client_get(client, keys[i].fact, &text) == 0 && *text)
			text_addf(out, "%s%s", n++ ? " or " : "none has its ", keys[i].name);
	if (!n)
		text_add(out, "it gives no MAC address, UUID or serial number");
}

void wording_add_question(struct text *out, const struct pxeboot_client *client, int arch)
{
	static const struct shown_fact number = { PXEBOOT_FACT_ARCH, "93 = ", false };
	static const struct shown_fact vendor_class = { PXEBOOT_FACT_VENDOR_CLASS, "60 = ", true };
	static const struct shown_fact user_class = { PXEBOOT_FACT_USER_CLASS, "77 = ", true };
	const struct pxeboot_arch_info *info = pxeboot_arch_get(arch);
	const char *text;

	text_addf(out, "%s%s (", pxeboot_client_is_ipxe(client) ? "iPXE on " : "",
		  info ? info->name : "no architecture that can be served");
	if (pxeboot_client_get(client, number.fact, &text) == -ENODATA)
		text_add(out, "no 93");
	else
		add_fact(out, out->length, client, &number);
	text_add(out, ")");
	if (!pxeboot_client_is_ipxe(client))		/* whose vendor class says nothing more */
		add_fact(out, 0, client, &vendor_class);
	add_fact(out, 0, client, &user_class);
}

/* ---- Rules --------------------------------------------------------------------------------------------------------- */

static void add_place(struct text *out, const char *file, unsigned line)
{
	text_add(out, " (");
	text_add_escaped(out, file);
	text_addf(out, ":%u)", line);
}

void wording_add_rule(struct text *out, const struct pxeboot_rule *rule)
{
	text_addf(out, "%s %s", rule->kind, rule->name);
	add_place(out, rule->file, rule->line);
}

/* The files of a policy are one and those in policy.d/ beside it. */
static const char *short_path(const char *file)
{
	static const char directory[] = "policy.d/";
	const char *slash = strrchr(file, '/');
	size_t length = slash ? (size_t)(slash - file) + 1 : 0, tail = sizeof(directory) - 1;

	if (length >= tail && strncmp(file + length - tail, directory, tail) == 0)
		length -= tail;
	return file + length;
}

void wording_add_name(struct text *out, const struct pxeboot_rule *rule)
{
	text_add(out, rule->name);
	add_place(out, short_path(rule->file), rule->line);
}

/* The two terms that compare how a fact begins. */
static bool is_prefix(const struct pxeboot_term *term)
{
	return strcmp(term->name, "mac") == 0 || strcmp(term->name, "vendor_class") == 0;
}

static bool is_free_text(const struct pxeboot_term *term)
{
	return strcmp(term->name, "vendor_class") == 0 || strcmp(term->name, "manufacturer") == 0 ||
	       strcmp(term->name, "product") == 0;
}

static void add_expected(struct text *out, const struct pxeboot_term *term)
{
	size_t shown = term->n_values > MAX_VALUES ? MAX_VALUES - 1 : term->n_values;

	for (size_t i = 0; i < shown; i++) {
		text_add(out, i == 0 ? "" : i + 1 < term->n_values ? ", " : " or ");
		if (is_free_text(term))
			add_quoted(out, term->values[i]);
		else
			text_add_escaped(out, term->values[i]);
		text_add(out, is_prefix(term) ? "..." : "");
	}
	if (shown < term->n_values)
		text_addf(out, " or one of %zu more", term->n_values - shown);
}

void wording_add_reason(struct text *out, const struct pxeboot_loss *loss)
{
	if (loss->why) {
		text_add(out, loss->why);
		return;
	}
	text_addf(out, "%s: expected ", loss->term->name);
	add_expected(out, loss->term);
	if (loss->got_error) {
		text_add(out, loss->got_error == -EBADMSG ? ", malformed" : ", not given");
	} else {
		text_add(out, ", is ");
		if (is_free_text(loss->term))
			add_quoted(out, loss->got);
		else
			text_add_escaped(out, *loss->got ? loss->got : "empty");
	}
	if (loss->n_failed > 1)
		text_addf(out, "; %zu more", loss->n_failed - 1);
}
