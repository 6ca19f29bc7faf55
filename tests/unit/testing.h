/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What unit tests share: policies from text, clients from facts, findings by id.
 */
#ifndef TESTING_H
#define TESTING_H

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "pxeboot.h"

/* Loads policy text from a file of its own; findings go to @diagnostics. */
static inline int load_text(const char *text, struct pxeboot_diagnostics *diagnostics, struct pxeboot_policy **ret)
{
	char directory[] = "/tmp/pxeboot-test.XXXXXX", path[64];
	int r;

	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/pxeboot.conf", directory);
	ck_assert_int_eq(file_write(path, text, strlen(text), 0644), 1);
	r = pxeboot_policy_load(path, diagnostics, ret);
	unlink(path);
	rmdir(directory);
	return r;
}

/* A policy that must load; says why when it doesn't. */
static inline struct pxeboot_policy *policy_of(const char *text)
{
	struct pxeboot_diagnostics *diagnostics;
	struct pxeboot_policy *policy = NULL;
	int r;

	ck_assert_int_eq(pxeboot_diagnostics_new(&diagnostics), 0);
	r = load_text(text, diagnostics, &policy);
	if (r < 0)
		for (size_t i = 0; i < pxeboot_diagnostics_count(diagnostics); i++)
			fprintf(stderr, "%u: %s\n", pxeboot_diagnostics_get(diagnostics, i)->line,
				pxeboot_diagnostics_get(diagnostics, i)->text);
	ck_assert_int_eq(r, 0);
	pxeboot_diagnostics_free(diagnostics);
	return policy;
}

/* "mac=52:54:00:12:34:56 arch=7": blanks part facts, a value may not hold one. */
static inline struct pxeboot_client *client_of(const char *facts)
{
	char *copy = strdup(facts), *save = NULL;
	struct pxeboot_client *client;

	ck_assert_int_eq(pxeboot_client_new(&client), 0);
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		char *value = strchr(word, '=');

		*value++ = '\0';
		ck_assert_msg(pxeboot_client_set(client, pxeboot_fact_by_name(word), value, NULL) == 0, "%s=%s", word,
			      value);
	}
	free(copy);
	return client;
}

static inline bool has_finding(const struct pxeboot_diagnostics *diagnostics, const char *id, unsigned line)
{
	const struct pxeboot_diagnostic *diagnostic;

	for (size_t i = 0; (diagnostic = pxeboot_diagnostics_get(diagnostics, i)); i++)
		if (strcmp(diagnostic->id, id) == 0 && (!line || diagnostic->line == line))
			return true;
	return false;
}

/* The end of every test program: one suite, TAP on standard output when Meson asks for it. */
static inline int run_suite(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
