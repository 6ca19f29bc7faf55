/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plugins/own_build, plugins/digest: which file of an own build some bytes are, and what the proof is told of a boot root's
 * programs.
 */
#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "boot_file.h"
#include "own_build.h"

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define MILLION "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"

#define POLICY(files) "server: { address = \"10.77.0.1\"; root = \"/srv\"; };\n" \
	"profiles: { d: { action = \"disk\"; }; }; boot = \"d\";\n" \
	"ipxe: { build: { user_class = \"iPXE-own\"; features = [ \"console\" ]; files = ( " files " ); }; };\n"
#define BIOS_ROW(rest) "{ arch = \"bios\"; file = \"own/undionly.kpxe\"; " rest " }"

static char folder[] = "/tmp/check_own_build.XXXXXX";

/* FIPS 180's examples: three bytes, none, a million. */
START_TEST(test_digest)
{
	char *million = malloc(1000000), got[DIGEST_SIZE];

	ck_assert_ptr_nonnull(million);
	memset(million, 'a', 1000000);
	ck_assert_int_eq(digest_of_bytes("abc", 3, got), 0);
	ck_assert_str_eq(got, ABC);
	ck_assert_int_eq(digest_of_bytes("", 0, got), 0);
	ck_assert_str_eq(got, NOTHING);
	ck_assert_int_eq(digest_of_bytes(million, 1000000, got), 0);
	ck_assert_str_eq(got, MILLION);
	free(million);
}
END_TEST

/* A file with these bytes, open; the caller closes it. */
static int file_of(const char *name, const void *bytes, size_t length)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	ck_assert_int_eq(file_make_parents(path), 0);
	ck_assert_int_ge(file_write(path, bytes, length, 0644), 0);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* From its beginning, wherever it was read before, and in several pieces. */
START_TEST(test_digest_of_file)
{
	char *million = malloc(1000000), got[DIGEST_SIZE] = "as it was";
	int fd;

	ck_assert_ptr_nonnull(million);
	memset(million, 'a', 1000000);
	fd = file_of("million", million, 1000000);
	ck_assert_int_eq(lseek(fd, 500000, SEEK_SET), 500000);
	ck_assert_int_eq(digest_of_file(fd, got), 0);
	ck_assert_str_eq(got, MILLION);
	close(fd);
	snprintf(got, sizeof(got), "as it was");
	ck_assert_int_eq(digest_of_file(fd, got), -EBADF);
	ck_assert_str_eq(got, "as it was");
	free(million);
}
END_TEST

static const struct {
	const char *policy;
	int found;
} rows[] = {
	{ POLICY(BIOS_ROW("size = 4; sha256 = \"" ABC "\";")), -ENOENT },
	{ POLICY(BIOS_ROW("size = 3; sha256 = \"" NOTHING "\";")), -ENOENT },
	{ POLICY(BIOS_ROW("sha256 = \"" NOTHING "\";")), -ENOENT },
	{ POLICY(BIOS_ROW("size = 3;")), -ENODATA },
	{ POLICY(BIOS_ROW("")), -ENODATA },
	{ POLICY(BIOS_ROW("size = 3; sha256 = \"" ABC "\";")), 0 },
	{ POLICY(BIOS_ROW("sha256 = \"" ABC "\";")), 0 },
	/* Whatever stands before it. */
	{ POLICY("{ arch = \"x64-uefi\"; file = \"x.efi\"; size = 3; sha256 = \"" NOTHING "\"; }, "
		 BIOS_ROW("size = 3; sha256 = \"BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD\";")), 0 },
};

START_TEST(test_find)
{
	struct pxeboot_policy *policy = policy_of(rows[_i].policy);
	struct pxeboot_build_file listed = { .path = "as it was" };
	int fd = file_of("abc", "abc", 3);

	ck_assert_int_eq(own_build_find(policy, fd, 3, &listed), rows[_i].found);
	ck_assert_str_eq(listed.path, rows[_i].found ? "as it was" : "own/undionly.kpxe");
	ck_assert_int_eq(own_build_at(policy, "undionly.kpxe", &listed), -ENOENT);
	ck_assert_int_eq(own_build_at(policy, "own/undionly.kpxe", &listed), 0);
	ck_assert_int_eq(listed.arch, PXEBOOT_ARCH_BIOS);
	close(fd);
	pxeboot_policy_unref(policy);
}
END_TEST

/* It is not even read. */
START_TEST(test_too_big)
{
	struct pxeboot_policy *policy = policy_of(POLICY(BIOS_ROW("sha256 = \"" ABC "\";")));
	struct pxeboot_build_file listed;

	ck_assert_int_eq(own_build_find(policy, -1, OWN_BUILD_MAX, &listed), -EBADF);
	ck_assert_int_eq(own_build_find(policy, -1, OWN_BUILD_MAX + 1, &listed), -ENOENT);
	pxeboot_policy_unref(policy);
}
END_TEST

START_TEST(test_features)
{
	CLEANUP_TEXT struct text none = TEXT_INIT, some = TEXT_INIT;

	own_build_add_features(0, &none);
	own_build_add_features(1u << PXEBOOT_BUILD_PNG | 1u << PXEBOOT_BUILD_HTTPS, &some);
	ck_assert_str_eq(none.bytes, "nothing");
	ck_assert_str_eq(some.bytes, "png, https");
}
END_TEST

/* A loader for BIOS says nothing of itself; with its hash in the policy all is known that the proof asks. */
START_TEST(test_look)
{
	struct boot_looker looker = { .user_class = "iPXE-own" };
	struct pxeboot_program program;
	CLEANUP_TEXT struct text text = TEXT_INIT;
	struct pxeboot_policy *policy;
	char sha256[DIGEST_SIZE];

	close(file_of("odd.0", "\xea\5 BIOS", 7));
	ck_assert_int_eq(digest_of_bytes("\xea\5 BIOS", 7, sha256), 0);
	text_addf(&text, POLICY(BIOS_ROW("size = 7; sha256 = \"%s\";")), sha256);
	policy = policy_of(text.bytes);
	ck_assert_int_eq(boot_root_open(folder, NULL, &looker.root), 0);
	ck_assert(boot_looker_look(&looker, "odd.0", &program));
	ck_assert_int_eq(program.kind, PXEBOOT_PROGRAM_UNKNOWN);
	boot_looker_close(&looker);

	looker = (struct boot_looker){ .user_class = "iPXE-own", .policy = policy };
	ck_assert_int_eq(boot_root_open(folder, NULL, &looker.root), 0);
	ck_assert(boot_looker_look(&looker, "odd.0", &program));
	ck_assert_int_eq(program.kind, PXEBOOT_PROGRAM_IPXE);
	ck_assert(program.has_script && !program.is_stock && !program.text_only && program.bios);
	boot_looker_close(&looker);
	pxeboot_policy_unref(policy);
}
END_TEST

static int test_all(void)
{
	Suite *suite = suite_create("own_build");
	TCase *bytes = tcase_create("bytes"), *lists = tcase_create("lists");

	tcase_add_test(bytes, test_digest);
	tcase_add_test(bytes, test_digest_of_file);
	suite_add_tcase(suite, bytes);
	tcase_add_loop_test(lists, test_find, 0, ARRAY_SIZE(rows));
	tcase_add_test(lists, test_too_big);
	tcase_add_test(lists, test_features);
	tcase_add_test(lists, test_look);
	suite_add_tcase(suite, lists);
	return run_suite(suite);
}

int main(void)
{
	static const char *const names[] = { "abc", "million", "odd.0" };
	int r;

	if (!mkdtemp(folder))
		return EXIT_FAILURE;
	r = test_all();
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
	return r;
}
