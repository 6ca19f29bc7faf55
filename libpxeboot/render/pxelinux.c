/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxelinux.cfg/default, and the files of hosts.
 */
#include "render/pxelinux.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "render/render.h"
#include "render/script.h"
#include "render/template.h"
#include "render/variables.h"

void pxelinux_add(struct pxelinux_file *file, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	text_addv(&file->body, format, arguments);
	va_end(arguments);
}

static bool is_told(const struct pxelinux_file *file, const char *id, struct location where, const char *text)
{
	const struct pxeboot_diagnostic *finding;

	for (size_t i = 0; (finding = pxeboot_diagnostics_get(file->diagnostics, i)); i++)
		if (finding->line == where.line && !strcmp(finding->id, id) && !strcmp(finding->text, text))
			return true;
	return false;
}

void pxelinux_report(struct pxelinux_file *file, const char *id, struct location where, const char *format, ...)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	va_list arguments;

	va_start(arguments, format);
	text_addv(&text, format, arguments);
	va_end(arguments);
	if (text.error)
		file->error = text.error;
	else if (file->diagnostics && !is_told(file, id, where, text.bytes))
		diagnostics_add(file->diagnostics, PXEBOOT_WARNING, id, where, "%s", text.bytes);
}

/* ---- Values ------------------------------------------------------------------------------------------------------- */

static void add_answers(struct pxelinux_file *file, const struct profile *profile, const char *name, struct text *out)
{
	CLEANUP_TEXT struct text folder = TEXT_INIT;

	render_answers_folder(&folder, file->host, file->group);
	if (folder.error)
		file->error = folder.error;
	else
		variable_add_answers(out, file->policy->base, folder.bytes, profile, name);
	file->differs = true;
}

static int add_defined(struct pxelinux_file *file, struct slice name, struct text *out)
{
	const struct variable *vars = file->host ? file->host->vars : file->group ? file->group->vars : NULL;
	size_t n_vars = file->host ? file->host->n_vars : file->group ? file->group->n_vars : 0;

	file->differs |= n_vars > 0;
	return variable_for_host(file->policy, name, file->host, vars, n_vars, out);
}

static bool is_fact(struct slice name)
{
	static const char *const facts[] = { "name", "mac", "uuid", "serial", "ip", "manufacturer", "product", "token",
					     "done" };

	for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
		if (slice_is(name, facts[i]))
			return true;
	return false;
}

/* A fact that is not known is told even where the policy has a default for it: other loaders would know it. */
static unsigned add_variable(struct pxelinux_file *file, const struct chunk *chunk, const struct profile *profile,
			     struct text *out)
{
	bool folder = slice_is(chunk->text, "answers-dir");
	bool fact = is_fact(chunk->text);

	file->differs |= fact;
	if (slice_is(chunk->text, "arch")) {
		text_add(out, pxeboot_arch_get(file->arch)->name);
		return 0;
	}
	if (profile && profile->n_answers && (folder || slice_is(chunk->text, "answers"))) {
		add_answers(file, profile, folder ? NULL : profile->answers[0].name, out);
		return 0;
	}
	if (add_defined(file, chunk->text, out) == 0)
		return 0;
	if (chunk->has_default)
		text_add_bytes(out, chunk->fallback.at, chunk->fallback.length);
	else
		text_add_char(out, '-');
	return !fact ? 0 : chunk->has_default ? TEXT_DEFAULT : TEXT_UNKNOWN;
}

unsigned pxelinux_resolve(struct pxelinux_file *file, const char *string, const struct profile *profile, struct text *out)
{
	struct template template = template_of(profile, string);
	unsigned met = 0;
	struct chunk chunk;

	while (template_next(&template, &chunk) > 0) {
		if (chunk.kind == CHUNK_VARIABLE) {
			met |= add_variable(file, &chunk, profile, out);
		} else if (chunk.kind == CHUNK_PASS) {
			met |= TEXT_PASSES;
			text_add(out, "${");
		} else {
			text_add_bytes(out, chunk.text.at, chunk.text.length);
		}
	}
	text_add(out, "");
	if (out->error)
		file->error = out->error;
	return met;
}

/* ---- Files -------------------------------------------------------------------------------------------------------- */

static bool waits(const struct profile *profile)
{
	return profile->payload == PAYLOAD_ACTION && profile->action == ACTION_DISCOVER;
}

/* Tried again for ever: after a failure PXELINUX waits at its prompt, for as long as TIMEOUT says. */
static void add_direct(struct pxelinux_file *file, const struct profile *profile)
{
	const char *cannot;

	if (waits(profile))
		pxelinux_add(file, "SAY This machine waits to be assigned. On the server:\n"
				   "SAY pxeboot adopt MAC NAME PROFILE\n"
				   "SAY Restarting in 60 seconds to ask again; Enter restarts now.\n");
	pxelinux_add(file, "DEFAULT %s\nPROMPT %d\nTIMEOUT %d\nLABEL %s\n", profile->name, waits(profile),
		     waits(profile) ? 600 : 50, profile->name);
	cannot = pxelinux_add_profile(file, profile);
	if (!cannot)
		return;
	text_free(&file->body);
	pxelinux_add(file, "SAY PXELINUX can't %s: profile %s. Type exit to go on with the next device.\nPROMPT 1\n"
			   "LABEL exit\n  LOCALBOOT -1\n", cannot, profile->name);
}

/* With passwords nobody may write a command instead. */
static void add_frame(const struct pxelinux_file *file, struct text *out)
{
	text_addf(out, "UI %s\n", file->has_themes ? "vesamenu.c32" : "menu.c32");
	if (file->has_passwords)
		text_add(out, "NOESCAPE 1\nALLOWOPTIONS 0\n");
}

static void add_item(struct pxelinux_file *file, const struct item *item)
{
	if (item->menu)
		pxelinux_add_menus(file, item->menu);
	else
		add_direct(file, item->profile);
}

static int finish(struct pxelinux_file *file, const struct item *item, const char *what, const char *name,
		  struct location where, struct text *out)
{
	if (file->error || file->body.error)
		return file->error ? file->error : file->body.error;
	script_add_origin(out, what, name, where);
	if (item->menu)
		add_frame(file, out);
	text_add_bytes(out, file->body.bytes, file->body.length);
	return out->error;
}

void pxelinux_shared_path(struct text *out, const struct item *item)
{
	text_addf(out, "pxelinux.cfg/%s/%s", item->menu ? "menus" : "profiles", item->name);
}

int pxelinux_render_shared(const struct pxeboot_policy *policy, const struct item *item, struct text *out)
{
	struct pxelinux_file file = { .policy = policy, .arch = PXEBOOT_ARCH_BIOS };
	struct location where = item->menu ? item->menu->where : item->profile->where;
	int r;

	add_item(&file, item);
	r = finish(&file, item, item->menu ? "menu" : "profile", item->name, where, out);
	text_free(&file.body);
	return r ? r : !file.differs;
}

/* PXELINUX writes the bytes as they came: most firmware sends the first three fields with the last byte first. */
void pxelinux_uuid_path(struct text *out, const struct host *host, bool swapped)
{
	static const unsigned char order[UUID_LENGTH] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	uint8_t uuid[UUID_LENGTH];
	char text[37];

	for (size_t i = 0; i < UUID_LENGTH; i++)
		uuid[i] = host->uuid[swapped ? order[i] : i];
	scalar_format_uuid(uuid, text);
	text_addf(out, "pxelinux.cfg/%s", text);
}

int pxelinux_render_host(const struct pxeboot_policy *policy, const struct host *host,
			 struct pxeboot_diagnostics *diagnostics, struct text *out)
{
	struct pxelinux_file file = {
		.policy = policy, .arch = PXEBOOT_ARCH_BIOS, .diagnostics = diagnostics, .host = host,
	};
	const struct item *item = &policy->items[host->boot];
	int r;

	add_item(&file, item);
	if (file.differs) {
		r = finish(&file, item, "host", host->name, host_origin(host), out);
	} else {
		script_add_origin(out, "host", host->name, host_origin(host));
		text_add(out, "INCLUDE ");
		pxelinux_shared_path(out, item);
		text_add_char(out, '\n');
		r = file.error ? file.error : out->error;
	}
	text_free(&file.body);
	return r;
}

/* ---- Machines that no host names ---------------------------------------------------------------------------------- */

enum match { MATCH_YES, MATCH_NO, MATCH_UNKNOWN };

/* PXELINUX runs on BIOS, U-Boot on ARM; more they can't know of their machine. */
static enum match match(const struct group *group, int arch)
{
	bool unknown = false;

	for (size_t i = 0; i < group->n_terms; i++) {
		const struct group_term *term = &group->terms[i];
		unsigned archs = 0;

		for (size_t j = 0; j < term->n_values; j++)
			archs |= term->values[j].archs;
		if (term->kind != TERM_ARCH && term->kind != TERM_FIRMWARE)
			unknown = true;
		else if (!(archs & ARCH_BIT(arch)))
			return MATCH_NO;
	}
	return unknown ? MATCH_UNKNOWN : MATCH_YES;
}

const struct group *pxelinux_find_group(struct pxelinux_file *file)
{
	const struct pxeboot_policy *policy = file->policy;

	for (size_t i = 0; i < policy->n_groups; i++) {
		const struct group *group = &policy->groups[i];
		enum match matches = match(group, file->arch);

		if (group->tested == PXEBOOT_WHERE_NOWHERE)
			continue;
		if (matches == MATCH_YES)
			return group;
		if (matches == MATCH_UNKNOWN)
			pxelinux_report(file, "pxelinux.group", group->where, "groups.%s: PXELINUX can't test this group; "
					"there the machine falls under the next rule", group->name);
	}
	return NULL;
}

/* It takes a UUID for none when its seventh byte on the wire is what a missing one would have there. */
static bool is_found(const struct host *host)
{
	return host->n_macs || (host->has_uuid && host->uuid[7] >= 0x10 && host->uuid[7] < 0xf0);
}

static void check_hosts(struct pxelinux_file *file)
{
	const struct pxeboot_policy *policy = file->policy;
	const struct host *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < policy->n_hosts; i++) {
		const struct host *host = &policy->hosts[i];

		if (is_found(host))
			continue;
		first = first ? first : host;
		n++;
	}
	if (first)
		pxelinux_report(file, "pxelinux.host", first->where, "hosts.%s: PXELINUX looks for no serial number, and not "
				"for this UUID: without a MAC address the machine falls under the next rule; %zu host%s", first->name,
				n, n == 1 ? "" : "s");
}

/* It looks for its configuration beside itself. */
static void check_loader(struct pxelinux_file *file)
{
	const struct served *served = &file->policy->served[PXEBOOT_ARCH_BIOS];
	const char *name = served->loader ? render_file_name(served->loader) : "";

	if (strstr(name, "pxelinux.0") && name != served->loader)
		pxelinux_report(file, "pxelinux.loader", served->where, "loaders.bios: PXELINUX looks for pxelinux.cfg/ "
				"and all files beside itself, expected it at the top of the boot root, got '%s'",
				served->loader);
}

int pxelinux_render_default(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics,
			    struct text *out)
{
	struct pxelinux_file file = { .policy = policy, .arch = PXEBOOT_ARCH_BIOS, .diagnostics = diagnostics };
	const struct item *item;
	int r;

	check_loader(&file);
	check_hosts(&file);
	file.group = pxelinux_find_group(&file);
	item = &policy->items[file.group ? file.group->boot : policy->unknown];
	add_item(&file, item);
	r = finish(&file, item, "PXELINUX's configuration,", "for machines without one of their own",
		   file.group ? file.group->where : policy->unknown_where, out);
	text_free(&file.body);
	return r;
}
