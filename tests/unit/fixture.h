/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One fresh client and one list of findings for every test of a file, and what is asked of them.
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <check.h>

#include "pxeboot.h"

static struct pxeboot_diagnostics *diagnostics;
static struct pxeboot_client *client;

static void setup(void)
{
	ck_assert_int_eq(pxeboot_diagnostics_new(&diagnostics), 0);
	ck_assert_int_eq(pxeboot_client_new(&client), 0);
}

static void teardown(void)
{
	pxeboot_client_unref(client);
	pxeboot_diagnostics_free(diagnostics);
}

/* The fact reads so; on failure the out-parameter keeps its value. */
static void assert_fact(const struct pxeboot_client *which, int fact, int error, const char *expected)
{
	const char *text = "untouched";

	ck_assert_msg(pxeboot_client_get(which, fact, &text) == error, "%s", pxeboot_fact_name(fact));
	ck_assert_str_eq(text, error ? "untouched" : expected);
}

static void set(struct pxeboot_client *which, int fact, const char *text)
{
	ck_assert_msg(!pxeboot_client_set(which, fact, text, diagnostics), "%s '%s'", pxeboot_fact_name(fact), text);
}

#endif
