/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What an own build of iPXE can do: ipxe-src/options.h and the library have one list of names.
 */
#include <ctype.h>
#include <stdlib.h>

#include "testing.h"

#define PREFIX "#define OPTION_"

static int number_of(const char *name)
{
	const char *known;

	for (unsigned i = 0; (known = pxeboot_build_feature_name(i)); i++)
		if (!strcmp(known, name))
			return (int)i;
	return -1;
}

/* "#define OPTION_HTTPS 1" is "https". */
static bool take_name(const char *line, char name[static 32])
{
	size_t length = 0;

	if (strncmp(line, PREFIX, strlen(PREFIX)))
		return false;
	for (line += strlen(PREFIX); length < 31 && isalnum((unsigned char)*line); line++)
		name[length++] = (char)tolower((unsigned char)*line);
	name[length] = '\0';
	return true;
}

START_TEST(one_list)
{
	char path[4096], line[256], name[32];
	unsigned seen = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/../ipxe-src/options.h", getenv("PXEBOOT_TESTS"));
	ck_assert_msg((file = fopen(path, "re")) != NULL, "%s", path);
	while (fgets(line, sizeof(line), file)) {
		int number;

		if (!take_name(line, name))
			continue;
		ck_assert_msg((number = number_of(name)) >= 0, "the library does not know %s", name);
		ck_assert_msg(!(seen & 1u << number), "%s is there twice", name);
		seen |= 1u << number;
	}
	fclose(file);
	for (unsigned i = 0; pxeboot_build_feature_name(i); i++)
		ck_assert_msg(seen & 1u << i, "options.h has no %s", pxeboot_build_feature_name(i));
	ck_assert_ptr_null(pxeboot_build_feature_name(PXEBOOT_BUILD_FEATURE_COUNT));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("options");
	TCase *names = tcase_create("names");

	tcase_add_test(names, one_list);
	suite_add_tcase(suite, names);
	return run_suite(suite);
}
