/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lint: scripts that an own build runs.  Its version says which commands there can be, its features which of them it has.
 */
#include "testing.h"

#include <errno.h>

#include "base/text.h"
#include "proof/lint_commands.h"

#define X "#!ipxe\n"
#define FEATURE(name) (1u << PXEBOOT_BUILD_##name)
#define ALL ((1u << PXEBOOT_BUILD_FEATURE_COUNT) - 1)
#define LINT(name) PXEBOOT_LINT_##name

/* ---- Versions ----------------------------------------------------------------------------------------------------- */

static const struct {
	const char *version;
	unsigned features;
	enum pxeboot_lint_target target;
} versions[] = {
	{ "", 0, LINT(HEAD) },
	{ "two", 0, LINT(HEAD) },
	{ "2", 0, LINT(HEAD) },
	{ "2.0", 0, LINT(HEAD) },
	{ "2.-1.0", 0, LINT(HEAD) },
	{ "-2.0.0", 0, LINT(HEAD) },
	{ NULL, 0, LINT(HEAD) },
	{ "1.0.0+git-20190125.36a4c85-5.1", ALL, LINT(D12) },
	{ "1.20.1", ALL, LINT(1_21_1) },
	{ "1.21.1", 0, LINT(1_21_1) },
	{ "1.21.1", FEATURE(SHIM), LINT(1_21_1) },
	{ "1.21.1+ (g988d2)", 0, LINT(1_21_1) },
	{ "1.21.1+ (g988d2)", FEATURE(SHIM), LINT(D13) },
	{ "1.21.1+git20220113.fbbdc3926+dfsg-1", 0, LINT(1_21_1) },
	{ "1.21.1+git20250501.dad20602+dfsg-1", 0, LINT(D13) },
	{ "1.21.1+ (g20250501a)", 0, LINT(1_21_1) },
	{ "1.21.1+ (g2025050122)", 0, LINT(1_21_1) },
	{ "2.0.0", 0, LINT(2_0_0) },
	{ "2.0.0+ (gdf4eec)", 0, LINT(2_0_0) },
	{ "2.0.1", 0, LINT(HEAD) },
	{ "2.1.0", 0, LINT(HEAD) },
	{ "3.0.0", 0, LINT(HEAD) },
};

START_TEST(test_version)
{
	const struct pxeboot_build build = { .version = versions[_i].version, .features = versions[_i].features };

	ck_assert_msg(pxeboot_lint_target_of(&build) == versions[_i].target, "%s: %s",
		      versions[_i].version ? versions[_i].version : "(none)",
		      pxeboot_lint_target_name(pxeboot_lint_target_of(&build)));
}
END_TEST

/* ---- Commands ----------------------------------------------------------------------------------------------------- */

static const struct {
	const char *id;			/* NULL: nothing is told */
	const char *script;
	enum pxeboot_lint_target target;
	enum pxeboot_lint_platform platform;
	unsigned features;
} rows[] = {
	/* Without the feature the command is not there, whatever the builds of that version have as they come. */
	{ "lint.unsupported-command", "colour --rgb 0 7\n", LINT(2_0_0), LINT(UEFI), 0 },
	{ "lint.unsupported-command", "cpair 7\n", LINT(D13), LINT(ANY), ALL & ~FEATURE(CONSOLE) },
	{ "lint.unsupported-command", "params\nparam a b\n", LINT(HEAD), LINT(UEFI), ALL & ~FEATURE(PARAM) },
	{ "lint.unsupported-command", "reboot\n", LINT(D12), LINT(ANY), ALL & ~FEATURE(REBOOT) },
	{ "lint.unsupported-command", "poweroff\n", LINT(2_0_0), LINT(BIOS), ALL & ~FEATURE(POWEROFF) },
	{ "lint.unsupported-command", "imgtrust\n", LINT(HEAD), LINT(ANY), ALL & ~FEATURE(IMGTRUST) },
	{ "lint.unsupported-command", "certstat\n", LINT(HEAD), LINT(UEFI), ALL & ~FEATURE(CERT) },
	{ "lint.unsupported-command", "vcreate --tag 5 net0\n", LINT(D13), LINT(ANY), ALL & ~FEATURE(VLAN) },
	{ "lint.unsupported-command", "time dhcp ||\ntime dhcp\n", LINT(HEAD), LINT(ANY), ALL & ~FEATURE(TIME) },
	{ "lint.unsupported-command", "sha256sum kernel\n", LINT(2_0_0), LINT(UEFI), ALL & ~FEATURE(DIGEST) },
	{ "lint.unsupported-command", "shim x.efi\n", LINT(D13), LINT(UEFI), ALL & ~FEATURE(SHIM) },
	/* A feature is no newer version. */
	{ "lint.unsupported-command", "shim x.efi\n", LINT(1_21_1), LINT(UEFI), ALL },
	{ "lint.unsupported-command", "sha256sum kernel\n", LINT(D13), LINT(UEFI), ALL },
	{ "lint.unsupported-option", "params --method POST\n", LINT(2_0_0), LINT(UEFI), ALL },
	/* What no feature switches is as it comes; no package is meant. */
	{ "lint.off-by-default", "usbscan x ||\nnstat\n", LINT(D13), LINT(ANY), ALL },
	{ "lint.off-by-default", "pciscan x ||\nimgmem 0 1\n", LINT(HEAD), LINT(BIOS), ALL },
	{ "lint.unknown-command", "colourr 7\n", LINT(HEAD), LINT(BIOS), ALL },

	{ NULL, "colour --rgb 0 7\ncpair 7\nparams\nparam a b\ncertstat\n", LINT(2_0_0), LINT(BIOS), ALL },
	{ NULL, "imgtrust\nimgverify a b ||\nmd5sum a\ntime sleep 1\n", LINT(D12), LINT(BIOS), ALL },
	{ NULL, "nslookup a b ||\nping a ||\nntp a ||\nvcreate --tag 5 net0\nvdestroy net0-5\n", LINT(1_21_1), LINT(UEFI), ALL },
	{ NULL, "form\nshim x.efi\nusbscan x ||\n", LINT(HEAD), LINT(UEFI), FEATURE(SHIM) },
	{ NULL, "colour --rgb 0 7 ||\nimgtrust ||\nreboot || exit\n", LINT(HEAD), LINT(BIOS), 0 },
};

START_TEST(test_command)
{
	const struct pxeboot_build build = { .user_class = "iPXE-own", .features = rows[_i].features, .features_known = true };
	const struct pxeboot_lint_options options = {
		.target = rows[_i].target, .platform = rows[_i].platform, .build = &build,
	};
	const struct pxeboot_diagnostic *finding;
	CLEANUP_TEXT struct text script = TEXT_INIT;
	struct pxeboot_diagnostics *list;
	int r;

	text_addf(&script, X "%s", rows[_i].script);
	ck_assert_int_eq(pxeboot_diagnostics_new(&list), 0);
	r = pxeboot_lint("own.ipxe", script.bytes, script.length, &options, list);
	finding = pxeboot_diagnostics_get(list, 0);
	if (rows[_i].id) {
		ck_assert_msg(finding && strcmp(finding->id, rows[_i].id) == 0, "%s: %s", rows[_i].script, finding ? finding->text : "");
		ck_assert_msg(!strstr(finding->text, "Debian"), "%s", finding->text);
		ck_assert_int_eq(r, finding->severity == PXEBOOT_ERROR ? -EBADMSG : 0);
	} else {
		ck_assert_msg(!finding && r == 0, "%s: %s", rows[_i].script, finding ? finding->text : "");
	}
	pxeboot_diagnostics_free(list);
}
END_TEST

/* Where nobody says what it can do, it is a build as any. */
START_TEST(test_unknown_features)
{
	const struct pxeboot_build build = { .user_class = "iPXE-own" };
	const struct pxeboot_lint_options options = { .target = LINT(2_0_0), .platform = LINT(UEFI), .build = &build };

	ck_assert_int_eq(pxeboot_lint("own.ipxe", X "colour 7\n", sizeof(X "colour 7\n") - 1, &options, NULL), 0);
}
END_TEST

/* A command that is in some builds alone is either switched by a feature or by none that a policy knows. */
START_TEST(test_names)
{
	static const char *const features[] = { "imgtrust", "nslookup", "ntp", "param", "ping", "poweroff", "reboot", "shim", "time" };

	for (size_t i = 0; i < ARRAY_SIZE(features); i++) {
		const struct lint_command *command = lint_command_find(features[i], strlen(features[i]));

		ck_assert_ptr_nonnull(command);
		ck_assert_str_eq(pxeboot_build_feature_name((unsigned)lint_command_feature(command)), features[i]);
	}
	ck_assert_int_eq(lint_command_feature(lint_command_find("chain", 5)), -1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lint_build");
	TCase *builds = tcase_create("builds");

	tcase_add_loop_test(builds, test_version, 0, ARRAY_SIZE(versions));
	tcase_add_loop_test(builds, test_command, 0, ARRAY_SIZE(rows));
	tcase_add_test(builds, test_unknown_features);
	tcase_add_test(builds, test_names);
	suite_add_tcase(suite, builds);
	return run_suite(suite);
}
