/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Machines to adopt.  Whatever is wrong with one of them refuses all, after all has been told.
 */
#include "adoption.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/scalar.h"
#include "base/text.h"
#include "named.h"

#define LINE_MAX_BYTES 1024

/* "subject: problem, expected …, got '…'" */
static int refuse(struct pxeboot_diagnostics *diagnostics, const char *id, struct location where, const char *problem,
		  const char *got)
{
	CLEANUP_TEXT struct text shown = TEXT_INIT;

	text_add_escaped(&shown, got);
	if (shown.error)
		return shown.error;
	diagnostics_add(diagnostics, PXEBOOT_ERROR, id, where, "%s, got '%s'", problem, text_string(&shown));
	return -EBADMSG;
}

/* ---- Reading ------------------------------------------------------------------------------------------------------- */

static int check_words(const char *mac, const char *name, const char *boot, struct location where,
		       struct pxeboot_diagnostics *diagnostics)
{
	uint8_t bytes[MAC_LENGTH];
	int r = 0;

	if (scalar_mac(mac, bytes) < 0)
		r = refuse(diagnostics, "adopt.mac", where,
			   "machine: is no MAC address, expected one such as 52:54:00:12:34:56", mac);
	if (!scalar_is_name(name))
		r = refuse(diagnostics, "adopt.name", where,
			   "name: is none, expected a letter, then letters, digits, '-', '_'", name);
	if (!scalar_is_name(boot))
		r = refuse(diagnostics, "adopt.profile", where,
			   "profile: is none, expected the name of a profile or menu", boot);
	return r;
}

static void free_one(struct adoption *adoption)
{
	free(adoption->mac);
	free(adoption->name);
	free(adoption->boot);
}

int adoptions_add(struct adoptions *adoptions, const char *mac, const char *name, const char *boot,
		  struct location where, struct pxeboot_diagnostics *diagnostics)
{
	struct adoption one = { .where = where }, *list;
	uint8_t bytes[MAC_LENGTH];
	int r = check_words(mac, name, boot, where, diagnostics);

	if (r < 0)
		return r;
	if (adoptions->count == ADOPTIONS_MAX)
		return -E2BIG;
	list = reallocarray(adoptions->list, adoptions->count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	adoptions->list = list;
	one.mac = malloc((size_t)3 * MAC_LENGTH);
	one.name = strdup(name);
	one.boot = strdup(boot);
	if (!one.mac || !one.name || !one.boot || scalar_mac(mac, bytes) < 0) {
		free_one(&one);
		return -ENOMEM;
	}
	scalar_format_mac(bytes, ':', one.mac);
	list[adoptions->count++] = one;
	return 0;
}

/* One line; blank ones and those that begin with '#' say nothing. */
static int read_line(struct adoptions *adoptions, char *line, struct location where,
		     struct pxeboot_diagnostics *diagnostics)
{
	static const char blanks[] = " \t\r\n";
	char *next, *words[4] = { NULL };
	size_t n = 0;

	for (char *word = strtok_r(line, blanks, &next); word && *word != '#' && n < ARRAY_SIZE(words);
	     word = strtok_r(NULL, blanks, &next))
		words[n++] = word;
	if (n == 0)
		return 0;
	if (n != 3)
		return refuse(diagnostics, "adopt.line", where, "line: has not three words, expected MAC NAME PROFILE",
			      words[n - 1]);
	return adoptions_add(adoptions, words[0], words[1], words[2], where, diagnostics);
}

static int read_stream(struct adoptions *adoptions, FILE *stream, const char *path,
		       struct pxeboot_diagnostics *diagnostics)
{
	struct location where = { path, 0 };
	char line[LINE_MAX_BYTES];
	int r, worst = 0;

	while (fgets(line, sizeof(line), stream)) {
		where.line++;
		if (!strchr(line, '\n') && !feof(stream))
			return refuse(diagnostics, "adopt.line", where,
				      "line: is too long or holds a NUL byte, expected MAC NAME PROFILE", "");
		r = read_line(adoptions, line, where, diagnostics);
		if (r < 0 && r != -EBADMSG)
			return r;
		worst = r < 0 ? r : worst;
	}
	return ferror(stream) ? -EIO : worst;
}

int adoptions_read(struct adoptions *adoptions, const char *path, struct pxeboot_diagnostics *diagnostics)
{
	bool is_input = strcmp(path, "-") == 0;
	FILE *stream = is_input ? stdin : fopen(path, "re");
	int r = stream ? read_stream(adoptions, stream, path, diagnostics) : -errno;

	if (stream && !is_input)
		fclose(stream);
	return r;
}

void adoptions_free(struct adoptions *adoptions)
{
	for (size_t i = 0; i < adoptions->count; i++)
		free_one(&adoptions->list[i]);
	free(adoptions->list);
}

/* ---- Checking ------------------------------------------------------------------------------------------------------ */

static int by_mac(const void *a, const void *b)
{
	return strcmp((*(const struct adoption *const *)a)->mac, (*(const struct adoption *const *)b)->mac);
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(const struct adoption *const *)a)->name, (*(const struct adoption *const *)b)->name);
}

/* All of them, sorted; the caller frees the list. */
static const struct adoption **sorted(const struct adoptions *adoptions, int (*compare)(const void *a, const void *b))
{
	const struct adoption **list = calloc(adoptions->count, sizeof(*list));

	for (size_t i = 0; list && i < adoptions->count; i++)
		list[i] = &adoptions->list[i];
	if (list)
		qsort(list, adoptions->count, sizeof(*list), compare);	/* glibc's is stable */
	return list;
}

static int refuse_taken(struct pxeboot_diagnostics *diagnostics, const char *id, const struct adoption *one,
			const char *got, const struct pxeboot_host *host)
{
	CLEANUP_TEXT struct text problem = TEXT_INIT;

	text_addf(&problem, "%s: is taken by host '%s' at ", id + strlen("adopt."), host->name);
	text_add_escaped(&problem, host->file);
	text_addf(&problem, ":%u, expected a new one", host->line);
	return problem.error ? problem.error : refuse(diagnostics, id, one->where, problem.bytes, got);
}

static int check_names(const struct adoptions *adoptions, const struct pxeboot_policy *policy,
		       struct pxeboot_diagnostics *diagnostics)
{
	const struct adoption **list = sorted(adoptions, by_name), **found;
	struct pxeboot_host host;
	int r = list ? 0 : -ENOMEM;

	for (size_t i = 1; list && i < adoptions->count; i++)
		if (strcmp(list[i - 1]->name, list[i]->name) == 0)
			r = refuse(diagnostics, "adopt.name", list[i]->where,
				   "name: is there twice, expected a new one", list[i]->name);
	for (size_t i = 0; list && pxeboot_policy_host(policy, i, &host) == 0; i++) {
		struct adoption wanted = { .name = (char *)(uintptr_t)host.name }, *key = &wanted;

		found = bsearch(&key, list, adoptions->count, sizeof(*list), by_name);
		if (found)
			r = refuse_taken(diagnostics, "adopt.name", *found, host.name, &host);
	}
	free(list);
	return r;
}

static int check_mac(const struct adoption *one, const struct pxeboot_policy *policy,
		     struct pxeboot_diagnostics *diagnostics)
{
	struct pxeboot_client *client;
	struct pxeboot_host host;
	size_t index;
	int r = pxeboot_client_new(&client);

	if (r < 0)
		return r;
	r = pxeboot_client_set(client, PXEBOOT_FACT_MAC, one->mac, NULL);
	if (r == 0 && pxeboot_policy_host_of(policy, client, &index) == 0 &&
	    pxeboot_policy_host(policy, index, &host) == 0)
		r = refuse_taken(diagnostics, "adopt.mac", one, one->mac, &host);
	pxeboot_client_unref(client);
	return r;
}

static int check_macs(const struct adoptions *adoptions, const struct pxeboot_policy *policy,
		      struct pxeboot_diagnostics *diagnostics)
{
	const struct adoption **list = sorted(adoptions, by_mac);
	int r = list ? 0 : -ENOMEM, one;

	for (size_t i = 1; list && i < adoptions->count; i++)
		if (strcmp(list[i - 1]->mac, list[i]->mac) == 0)
			r = refuse(diagnostics, "adopt.mac", list[i]->where, "mac: is there twice, expected a new one",
				   list[i]->mac);
	for (size_t i = 0; list && i < adoptions->count; i++) {
		one = check_mac(list[i], policy, diagnostics);
		r = one < 0 ? one : r;
	}
	free(list);
	return r;
}

int adoptions_check(const struct adoptions *adoptions, const struct pxeboot_policy *policy,
		    struct pxeboot_diagnostics *diagnostics)
{
	int macs = adoptions->count ? check_macs(adoptions, policy, diagnostics) : 0;
	int names = adoptions->count ? check_names(adoptions, policy, diagnostics) : 0, r = macs < 0 ? macs : names;

	for (size_t i = 0; i < adoptions->count; i++)
		if (!named_item(policy, adoptions->list[i].boot, NULL))
			r = refuse(diagnostics, "adopt.profile", adoptions->list[i].where,
				   "profile: is not in the policy, expected the name of a profile or menu",
				   adoptions->list[i].boot);
	return r;
}
