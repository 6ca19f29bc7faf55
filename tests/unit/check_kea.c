/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plugins/kea: what Kea can't be told, and what it is told.  That its answers are decide()'s is held against the real Kea by
 * tests/servers/check_kea_random.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "plugin.h"
#include "testing.h"

#define HEAD "server: { address = \"10.77.0.1\"; root = \"/srv\"; "
#define BODY "profiles: { disk: { action = \"disk\"; }; };\nboot = \"disk\";\n"
#define KEA "dhcp = { server = \"kea\"; }; };\n"
#define LONG "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"

static bool found(const struct pxeboot_diagnostics *findings, const char *id)
{
	const struct pxeboot_diagnostic *finding;

	for (size_t i = 0; (finding = pxeboot_diagnostics_get(findings, i)); i++)
		if (!strcmp(finding->id, id))
			return true;
	return false;
}

static const struct {
	const char *policy, *id;
	int result;
} refused[] = {
	{ HEAD "dhcp = { proxy = \"10.77.0.0\"; }; };\n" BODY, "kea.proxy", -EBADMSG },
	{ HEAD "dhcp = { server = \"kea\"; range = \"10.77.0.100,10.77.0.200\"; }; };\n" BODY
	  "groups: ( { name = \"g\"; match = { subnet = \"10.77.0.0/16\"; }; boot = \"disk\"; } );", "kea.subnet", -EBADMSG },
	{ HEAD "dhcp = { server = \"kea\"; range = \"10.77.0.100,10.77.0.200\"; }; };\n" BODY
	  "groups: ( { name = \"g\"; match = { subnet = \"10.77.0.0/16\"; arch = \"bios\"; }; loader = \"l\"; boot = \"disk\"; } );",
	  "kea.subnet", -EBADMSG },
	{ HEAD KEA BODY "loaders: { bios = \"" LONG "/undionly.kpxe\"; };", "kea.file-name", -EBADMSG },
	{ HEAD "http = \"http://10.77.0.1/" LONG "\"; " KEA BODY, "kea.file-name", -EBADMSG },
};

START_TEST(test_refused)
{
	struct pxeboot_policy *policy = policy_of(refused[_i].policy);
	struct pxeboot_diagnostics *findings;
	CLEANUP_TEXT struct text text = TEXT_INIT;

	ck_assert_int_eq(pxeboot_diagnostics_new(&findings), 0);
	ck_assert_int_eq(plugin_kea.output->write(policy, &text, findings), refused[_i].result);
	ck_assert_msg(found(findings, refused[_i].id), "%s", refused[_i].id);
	pxeboot_diagnostics_free(findings);
	pxeboot_policy_unref(policy);
}
END_TEST

/* Only where Kea is to serve is there something to say of it, and a file of it. */
START_TEST(test_serial)
{
	static const char *const heads[] = { HEAD KEA, HEAD "};\n" };
	struct pxeboot_diagnostics *findings;
	struct pxeboot_policy *policy;
	char text[512];

	snprintf(text, sizeof(text), "%s%shosts: ( { name = \"h\"; serial = \"S1\"; loader = \"l.efi\"; } );\n", heads[_i], BODY);
	policy = policy_of(text);
	ck_assert_int_eq(pxeboot_diagnostics_new(&findings), 0);
	ck_assert_int_eq(plugin_kea.check(policy, findings), 0);
	ck_assert_int_eq(found(findings, "kea.serial"), _i == 0);
	ck_assert_int_eq(plugin_kea.output->path(policy) != NULL, _i == 0);
	ck_assert_int_eq(plugin_dnsmasq.output->path(policy) != NULL, true);	/* for its TFTP */
	pxeboot_diagnostics_free(findings);
	pxeboot_policy_unref(policy);
}
END_TEST

static char *written(const char *text)
{
	struct pxeboot_policy *policy = policy_of(text);
	struct text out = TEXT_INIT;
	char *bytes = NULL;

	ck_assert_int_eq(plugin_kea.output->write(policy, &out, NULL), 0);
	ck_assert_int_eq(text_take(&out, &bytes, NULL), 0);
	pxeboot_policy_unref(policy);
	return bytes;
}

/* Each has its own place in what is written. */
static const struct {
	const char *policy, *wanted;
} rows[] = {
	{ HEAD KEA BODY, "{ \"name\": \"pxeboot-boot-bios\"" },
	{ HEAD KEA BODY, "\"next-server\": \"10.77.0.1\", \"boot-file-name\": \"undionly.kpxe\"" },
	{ HEAD KEA BODY, "substring(option[93].hex,30,2) == 0x0000" },
	{ HEAD "http = \"http://10.77.0.1\"; " KEA BODY, "{ \"code\": 60, \"data\": \"HTTPClient\", \"always-send\": true }" },
	/* A quote, a backslash and an apostrophe of somebody's stand in no string of a test. */
	{ HEAD KEA BODY "groups: ( { name = \"g\"; match = { vendor_class = \"X'y\\\"\\\\\"; }; boot = \"disk\"; } );",
	  "substring(option[60].hex,0,5) == 0x582779225c" },
	{ HEAD KEA BODY "hosts: ( { name = \"h\"; uuid = \"00112233-4455-6677-8899-aabbccddeeff\"; loader = \"l\"; } );",
	  "option[97].hex == 0x0033221100554477668899aabbccddeeff" },
	{ HEAD "tftp = \"tftp-hpa\"; one_name = \"x.0\"; " KEA BODY, "\"test\": \"member('ALL')\"" },
};

START_TEST(test_written)
{
	char *bytes = written(rows[_i].policy);

	ck_assert_msg(strstr(bytes, rows[_i].wanted) != NULL, "%s not in\n%s", rows[_i].wanted, bytes);
	free(bytes);
}
END_TEST

/* Hosts without a loader of their own don't show, however many there are. */
START_TEST(test_size)
{
	CLEANUP_TEXT struct text fleet = TEXT_INIT;
	char *none = written(HEAD KEA BODY), *many;

	text_add(&fleet, HEAD KEA BODY "hosts: (");
	for (unsigned i = 0; i < 1000; i++)
		text_addf(&fleet, "%s{ name = \"h%u\"; mac = \"52:54:00:00:%02x:%02x\"; }", i > 0 ? "," : "", i, i >> 8, i & 0xff);
	text_add(&fleet, ");");
	many = written(fleet.bytes);
	ck_assert_str_eq(none, many);
	free(none);
	free(many);
}
END_TEST

/* Kea's own opinion, where it is installed; also of more than a pipe holds. */
static const struct {
	const char *class;
	int result;
} candidates[] = {
	{ "{ \"name\": \"x\", \"test\": \"nonsense(\" }\n", -EBADMSG },
	{ "{ \"name\": \"x\" \n", -EBADMSG },
	{ "{ \"name\": \"x\", \"test\": \"member('ALL')\" }\n", 0 },
};

START_TEST(test_verify)
{
	char path[] = "/tmp/pxeboot-kea-XXXXXX";
	struct pxeboot_diagnostics *findings;
	CLEANUP_TEXT struct text text = TEXT_INIT;
	int fd = mkstemp(path), r;

	ck_assert_int_ge(fd, 0);
	close(fd);
	for (unsigned i = 0; i < 20000; i++)
		text_add(&text, "# A line of a comment.\n");
	text_add(&text, candidates[_i].class);
	ck_assert_int_ge(file_write(path, text.bytes, text.length, 0644), 0);
	ck_assert_int_eq(pxeboot_diagnostics_new(&findings), 0);
	r = plugin_kea.output->verify(path, findings);
	unlink(path);
	ck_assert_int_eq(r, candidates[_i].result);
	ck_assert_int_eq(found(findings, "kea.test"), candidates[_i].result != 0);
	pxeboot_diagnostics_free(findings);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kea");
	TCase *tests = tcase_create("writer");

	tcase_add_loop_test(tests, test_refused, 0, ARRAY_SIZE(refused));
	tcase_add_loop_test(tests, test_serial, 0, 2);
	tcase_add_loop_test(tests, test_written, 0, ARRAY_SIZE(rows));
	tcase_add_test(tests, test_size);
	if (access("/usr/sbin/kea-dhcp4", X_OK) == 0)
		tcase_add_loop_test(tests, test_verify, 0, ARRAY_SIZE(candidates));
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
