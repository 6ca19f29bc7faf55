/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as an answer file's template, with any name of a machine and a file, and any fact.  The first byte picks the
 * kind of file; three lines follow: machine, PROFILE/FILE, product; the rest is the template.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "render/render.h"
#include "render/variables.h"

#define TOKEN "52540000000100112233445566778899aabbccddeeff"

static const char *const names[] = { "a.preseed", "ks.cfg", "a.json", "a.xml", "user-data" };

/* Finds its end in @text, which begins behind it then. */
static char *take_line(char **text)
{
	char *line = *text, *end = strchr(line, '\n');

	*text = end ? end + 1 : line + strlen(line);
	if (end)
		*end = '\0';
	return line;
}

/* Columns are bytes; the place behind a line's last byte can be meant. */
static void require_place(const struct pxeboot_diagnostic *finding, const char *text)
{
	for (unsigned line = 1; line < finding->line; line++) {
		text = strchr(text, '\n');
		fuzz_require(text != NULL);
		text++;
	}
	fuzz_require(finding->column >= 1 && finding->column <= strcspn(text, "\n") + 1);
}

static void require_findings(const struct pxeboot_diagnostics *findings, int r, const char *text)
{
	const struct pxeboot_diagnostic *finding;
	size_t errors = 0;

	fuzz_require(r == 0 || r == -EBADMSG);
	for (size_t i = 0; (finding = pxeboot_diagnostics_get(findings, i)); i++) {
		require_place(finding, text);
		for (const char *at = finding->text; *at; at++)
			fuzz_require((unsigned char)*at >= 0x20 && *at != 0x7f);
		errors += finding->severity == PXEBOOT_ERROR;
	}
	fuzz_require((r < 0) == (errors > 0));
}

/* As any kind of file. */
static void render(const char *name, const struct pxeboot_client *client, const char *text)
{
	const struct answer_file file = { name, name, "template", text };
	const struct profile profile = { .name = "p", .answers = (struct answer_file *)&file, .n_answers = 1 };
	const struct pxeboot_policy policy = {
		.address = "10.77.0.1", .base = "tftp://10.77.0.1", .done_at = "tftp://10.77.0.1/done",
	};
	const struct machine machine = { .client = client, .token = TOKEN, .profile = &profile };
	struct pxeboot_diagnostics *findings;
	CLEANUP_TEXT struct text out = TEXT_INIT;

	fuzz_require(pxeboot_diagnostics_new(&findings) == 0);
	require_findings(findings, render_answers(&policy, &machine, &file, findings, &out), text);
	pxeboot_diagnostics_free(findings);
}

static struct pxeboot_policy *load(int template)
{
	char text[512], path[64];
	struct pxeboot_policy *policy = NULL;
	int fd = memfd_create("policy", 0);
	int length = snprintf(text, sizeof(text),
		"server: { address = \"10.77.0.1\"; root = \"/srv/pxeboot\"; live = \"http://10.77.0.1/live\"; };\n"
		"profiles: { p: { kernel = \"k\"; answers = \"/proc/self/fd/%d\"; private = true; }; };\n"
		"hosts: ( { name = \"n\"; mac = \"52:54:00:00:00:01\"; } );\nboot = \"p\";\n", template);

	fuzz_require(fd >= 0 && write(fd, text, (size_t)length) == length);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	(void)pxeboot_policy_load(path, NULL, &policy);
	close(fd);
	return policy;
}

/* Private files go to the token alone. */
static void ask(const char *machine, const char *path, const struct pxeboot_client *client, const char *text)
{
	const struct pxeboot_progress progress = { "p", TOKEN };
	int template = memfd_create("template", 0);
	struct pxeboot_policy *policy;
	char *answer = NULL;

	fuzz_require(template >= 0 && write(template, text, strlen(text)) == (ssize_t)strlen(text));
	policy = load(template);
	if (policy) {
		fuzz_require(pxeboot_answers(policy, machine, path, client, NULL, NULL, &answer, NULL) < 0 && !answer);
		fuzz_require((pxeboot_answers(policy, machine, path, client, &progress, NULL, &answer, NULL) == 0) == (answer != NULL));
	}
	free(answer);
	pxeboot_policy_unref(policy);
	close(template);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char *copy, *rest, *machine, *path, *product;
	struct pxeboot_client *client = NULL;

	if (length == 0)
		return 0;
	copy = strndup((const char *)bytes + 1, length - 1);
	fuzz_require(copy != NULL);
	fuzz_require(pxeboot_client_new(&client) == 0);
	rest = copy;
	machine = take_line(&rest);
	path = take_line(&rest);
	product = take_line(&rest);
	(void)pxeboot_client_set(client, PXEBOOT_FACT_PRODUCT, product, NULL);
	render(names[bytes[0] % (sizeof(names) / sizeof(names[0]))], client, rest);
	ask(machine, path, client, rest);
	pxeboot_client_unref(client);
	free(copy);
	return 0;
}
