/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The own build of iPXE: what ipxe.build may say, over the files of a policy, and what follows from it.  Bad input first.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/macro.h"
#include "base/text.h"
#include "testing.h"

#define HEAD "server: { address = \"10.0.0.1\"; root = \"/srv\"; http = \"http://10.0.0.1:8080\"; };\n" \
	     "profiles: { disk: { action = \"disk\"; }; }; boot = \"disk\";\n"
#define SUM "0123456789abcdefABCDEF00112233445566778899aabbccddeeff0123456789"
#define BUILD(rest) "ipxe: { build: { user_class = \"iPXE-lab\";\n " rest " }; };"

/* One manifest in policy.d/ beside a policy; NULL: none. */
static int load_with(const char *policy, const char *manifest, struct pxeboot_diagnostics *diagnostics, struct pxeboot_policy **ret)
{
	char directory[] = "/tmp/pxeboot-test.XXXXXX", main[48], folder[48], drop_in[80];
	int r;

	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(main, sizeof(main), "%s/pxeboot.conf", directory);
	snprintf(folder, sizeof(folder), "%s/policy.d", directory);
	snprintf(drop_in, sizeof(drop_in), "%s/ipxe-build.conf", folder);
	ck_assert_int_eq(mkdir(folder, 0755), 0);
	ck_assert_int_eq(file_write(main, policy, strlen(policy), 0644), 1);
	if (manifest)
		ck_assert_int_eq(file_write(drop_in, manifest, strlen(manifest), 0644), 1);
	r = pxeboot_policy_load(main, diagnostics, ret);
	unlink(drop_in);
	unlink(main);
	rmdir(folder);
	rmdir(directory);
	return r;
}

/* ---- What is refused ---------------------------------------------------------------------------------------------- */

static const struct {
	const char *more, *manifest;	/* of the policy, from its third line on; in policy.d/ */
	const char *id;
	unsigned line;
	const char *words;
} mistakes[] = {
	/* The user class. */
	{ "", "ipxe: { build: { version = \"2.0.0\"; }; };", "policy.missing", 1, "ipxe.build.user_class: missing" },
	{ "", "ipxe: { build: { }; };", "policy.missing", 1, "begins with iPXE" },
	{ "", "ipxe: { build: { user_class = \"lab\"; }; };", "policy.value", 1, "begins with iPXE" },
	{ "ipxe: { user_class = \"iPXE-old\"; };", "ipxe: { build: {\n user_class = \"iPXE-lab\"; }; };", "policy.conflict", 2,
	  "expected the same as ipxe.user_class, got 'iPXE-lab'; also at " },
	{ "ipxe: { build = { user_class = \"iPXE-lab\"; }; };", "ipxe: { build: { user_class = \"iPXE-lab\"; }; };",
	  "policy.duplicate", 1, "set twice, expected one place; also at " },
	/* Names that somebody mistyped. */
	{ "", BUILD("features = [ \"htps\" ];"), "policy.value", 2, "got 'htps'; did you mean 'https'?" },
	{ "", BUILD("features = [ \"https\", \"HTTPS\" ];"), "policy.value", 2, "ipxe.build.features[1]: wrong value" },
	{ "", BUILD("features = \"\";"), "policy.value", 2, "ipxe.build.features" },
	{ "", BUILD("features = true;"), "policy.type", 2, "ipxe.build.features" },
	{ "", BUILD("arch = \"x64_uefi\";"), "policy.value", 2, "got 'x64_uefi'; did you mean 'x64-uefi'?" },
	{ "", BUILD("arch = [ ];"), "policy.range", 2, "expected 1 at least, got '0'" },
	{ "", BUILD("file = ( );"), "policy.unknown-key", 2, "did you mean 'files'?" },
	/* Text. */
	{ "", BUILD("version = \"\\x1b[2J\";"), "policy.value", 2, "got '\\x1b[2J'" },
	{ "", BUILD("source = \"a\\nb\";"), "policy.value", 2, "got 'a\\nb'" },
	{ "", BUILD("version = 2;"), "policy.type", 2, "ipxe.build.version" },
	/* Files. */
	{ "", BUILD("files = ( );"), "policy.range", 2, "expected 1 at least, got '0'" },
	{ "", BUILD("files = [ ];"), "policy.range", 2, "ipxe.build.files" },
	{ "", BUILD("files = { };"), "policy.type", 2, "ipxe.build.files" },
	{ "", BUILD("files = ( \"undionly.kpxe\" );"), "policy.type", 2, "ipxe.build.files[0]" },
	{ "", BUILD("files = ( { file = \"a\"; } );"), "policy.missing", 2, "ipxe.build.files[0].arch: missing" },
	{ "", BUILD("files = ( { arch = \"bios\"; } );"), "policy.missing", 2, "ipxe.build.files[0].file: missing" },
	{ "", BUILD("files = ( { arch = \"bois\"; file = \"a\"; } );"), "policy.value", 2, "did you mean 'bios'?" },
	{ "", BUILD("files = ( { arch = \"bios\"; file = \"../a\"; } );"), "policy.value", 2, "got '../a'" },
	{ "", BUILD("files = ( { arch = \"bios\"; file = \"/a\"; } );"), "policy.value", 2, "files[0].file" },
	{ "", BUILD("files = ( { arch = \"bios\"; file = \"a/../../b\"; } );"), "policy.value", 2, "files[0].file" },
	{ "", BUILD("files = ( { arch = \"bios\"; file = \"\"; } );"), "policy.value", 2, "files[0].file" },
	{ "", BUILD("files = ( { arch = \"bios\"; file = \"http://x/a\"; } );"), "policy.value", 2, "files[0].file" },
	{ "", BUILD("files = ( { arch = \"bios\"; file = \"a\"; sha256 = \"12\"; } );"), "policy.value", 2, "64 hexadecimal digits" },
	{ "", BUILD("files = ( { arch = \"bios\"; file = \"a\"; sha256 = \"" SUM "0\"; } );"), "policy.value", 2, "64 hexadecimal" },
	{ "", BUILD("files = ( { arch = \"bios\"; file = \"a\"; sha256 = \"g" SUM "\"; } );"), "policy.value", 2, "64 hexadecimal" },
	{ "", BUILD("files = ( { arch = \"bios\"; file = \"a\"; sha256 = \"\"; } );"), "policy.value", 2, "64 hexadecimal" },
	{ "", BUILD("files = ( { arch = \"bios\"; file = \"a\"; size = 0; } );"), "policy.range", 2, "got '0'" },
	{ "", BUILD("files = ( { arch = \"bios\"; file = \"a\"; size = -1; } );"), "policy.range", 2, "got '-1'" },
	{ "", BUILD("files = ( { arch = \"bios\"; file = \"a\"; size = 5000000000; } );"), "policy.range", 2, "integer too big" },
	/* libconfig alone would take this for 4096. */
	{ "", BUILD("files = ( { arch = \"bios\"; file = \"a\"; size = 18446744073709555712L; } );"), "policy.range", 2,
	  "expected 9223372036854775807 at most" },
	{ "", BUILD("files = ( { arch = \"bios\"; file = \"a\"; size = 0x8000000000000000L; } );"), "policy.range", 2, "integer too big" },
	{ "", BUILD("files = ( { arch = \"bios\"; file = \"a\"; size = \"1\"; } );"), "policy.type", 2, "files[0].size" },
	{ "", BUILD("files = ( { arch = \"bios\"; file = \"a\"; signed = 1; } );"), "policy.type", 2, "files[0].signed" },
	{ "", BUILD("files = ( { arch = \"bios\"; file = \"a\"; },\n { arch = \"bios\"; file = \"b\"; } );"), "policy.duplicate", 3,
	  "architecture has two binaries, expected each once, got 'bios'; also at " },
	{ "", BUILD("files = ( { arch = \"bios\"; file = \"a\"; },\n { arch = \"x64-uefi\"; file = \"a\"; } );"), "policy.duplicate", 3,
	  "one binary for two architectures, expected each once, got 'a'; also at " },
	{ "", BUILD("files = ( { arch = \"bios\"; file = \"a\"; },\n { arch = \"x64-uefi\"; file = \"b\"; },\n"
		    "{ arch = \"bios\"; file = \"b\"; } );"), "policy.duplicate", 4, "architecture has two binaries" },
	{ "ipxe: { build = { files = ( { arch = \"bios\"; file = \"a\"; } ); }; };",
	  BUILD("files = ( { arch = \"bios\"; file = \"b\"; } );"), "policy.duplicate", 2, "/pxeboot.conf:3" },
	{ "", BUILD("files = ( { arch = \"bios\"; file = \"a\"; } );\n arch = \"bios\";"), "policy.conflict", 3,
	  "expected either arch or files; also at " },
	{ "ipxe: { build = { arch = \"bios\"; }; };", BUILD("files = ( { arch = \"bios\"; file = \"a\"; } );"), "policy.conflict", 3,
	  "ipxe.build.arch" },
};

START_TEST(mistakes_are_told_once)
{
	CLEANUP_TEXT struct text policy = TEXT_INIT;
	const struct pxeboot_diagnostic *finding;
	struct pxeboot_diagnostics *list;
	struct pxeboot_policy *const untouched = (struct pxeboot_policy *)&list, *loaded = untouched;

	text_addf(&policy, HEAD "%s\n", mistakes[_i].more);
	ck_assert_int_eq(pxeboot_diagnostics_new(&list), 0);
	ck_assert_int_eq(load_with(policy.bytes, mistakes[_i].manifest, list, &loaded), -EBADMSG);
	ck_assert_ptr_eq(loaded, untouched);
	ck_assert_msg(pxeboot_diagnostics_count(list) == 1, "%s: %zu findings", mistakes[_i].manifest, pxeboot_diagnostics_count(list));
	finding = pxeboot_diagnostics_get(list, 0);
	ck_assert_msg(strcmp(finding->id, mistakes[_i].id) == 0 && finding->line == mistakes[_i].line &&
		      strstr(finding->text, mistakes[_i].words), "%s: got %s at %u: %s", mistakes[_i].manifest, finding->id,
		      finding->line, finding->text);
	pxeboot_diagnostics_free(list);
}
END_TEST

/* ---- What is shown ------------------------------------------------------------------------------------------------ */

static struct pxeboot_policy *policy_with(const char *more, const char *manifest)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	struct pxeboot_policy *policy;

	text_addf(&text, HEAD "%s\n", more);
	ck_assert_int_eq(load_with(text.bytes, manifest, NULL, &policy), 0);
	return policy;
}

#define BIT(arch) (1u << PXEBOOT_ARCH_##arch)

START_TEST(a_manifest_is_shown)
{
	struct pxeboot_policy *policy = policy_with("ipxe: { replace = \"text-only\"; };",
		"ipxe: { build: {\n user_class = \"iPXE-lab\"; version = \"2.0.0\"; source = \"git 1a2b\";\n"
		" features = [ \"png\", \"https\" ];\n files = ( { arch = \"bios\"; file = \"undionly.kpxe\"; size = 103000; "
		"sha256 = \"" SUM "\"; signed = false; },\n"
		" { arch = \"x64-uefi\"; file = \"efi/own.efi\"; size = 5000000000L; signed = true; } ); }; };");
	struct pxeboot_build_file file, *const untouched = &file;
	struct pxeboot_build build;

	ck_assert_int_eq(pxeboot_policy_build(policy, &build), 0);
	ck_assert_ptr_nonnull(strstr(build.file, "/policy.d/ipxe-build.conf"));
	ck_assert_uint_eq(build.line, 2);
	ck_assert_str_eq(build.user_class, "iPXE-lab");
	ck_assert_str_eq(build.version, "2.0.0");
	ck_assert_str_eq(build.source, "git 1a2b");
	ck_assert_uint_eq(build.features, 1u << PXEBOOT_BUILD_PNG | 1u << PXEBOOT_BUILD_HTTPS);
	ck_assert(build.features_known);
	ck_assert_uint_eq(build.archs, BIT(BIOS) | BIT(X64_UEFI));
	ck_assert_uint_eq(build.n_files, 2);
	ck_assert_int_eq(pxeboot_policy_build_file(policy, 0, &file), 0);
	ck_assert_int_eq(file.arch, PXEBOOT_ARCH_BIOS);
	ck_assert_str_eq(file.path, "undionly.kpxe");
	ck_assert_uint_eq(file.size, 103000);
	ck_assert_str_eq(file.sha256, "0123456789abcdefabcdef00112233445566778899aabbccddeeff0123456789");
	ck_assert(!file.is_signed);
	ck_assert_uint_eq(file.line, 4);
	ck_assert_int_eq(pxeboot_policy_build_file(policy, 1, &file), 0);
	ck_assert_uint_eq(file.size, 5000000000);
	ck_assert_ptr_null(file.sha256);
	ck_assert(file.is_signed);
	ck_assert_int_eq(pxeboot_policy_build_file(policy, 2, untouched), -ENOENT);
	ck_assert_uint_eq(file.line, 5);
	ck_assert_str_eq(pxeboot_policy_get(policy, "ipxe.user_class"), "iPXE-lab");
	ck_assert_str_eq(pxeboot_policy_get(policy, "ipxe.replace"), "text-only");
	pxeboot_policy_unref(policy);
}
END_TEST

static const struct {
	const char *more, *manifest;
	const char *user_class;		/* NULL: there is no own build */
	unsigned archs;
	bool features_known;
} forms[] = {
	{ "", NULL, NULL, 0, false },
	{ "ipxe: { replace = \"text-only\"; };", NULL, NULL, 0, false },
	{ "ipxe: { user_class = \"iPXE-a\"; };", NULL, "iPXE-a", PXEBOOT_ARCHS_ALL, false },
	{ "ipxe = { build = { user_class = \"iPXE-a\"; }; };", NULL, "iPXE-a", PXEBOOT_ARCHS_ALL, false },
	{ "ipxe = { build = { user_class = \"iPXE-a\"; features = [ ]; }; };", NULL, "iPXE-a", PXEBOOT_ARCHS_ALL, true },
	{ "ipxe = { build = { user_class = \"iPXE-a\"; features = \"png\"; arch = \"bios\"; }; };", NULL, "iPXE-a", BIT(BIOS), true },
	{ "ipxe = { build = { user_class = \"iPXE-a\"; arch = [ \"bios\", \"x64-uefi\", \"bios\" ]; }; };", NULL, "iPXE-a",
	  BIT(BIOS) | BIT(X64_UEFI), false },
	/* Over files, half of it here and half there; the same user class is no contradiction. */
	{ "ipxe: { user_class = \"iPXE-a\"; };", "ipxe: { build: { user_class = \"iPXE-a\"; arch = \"bios\"; }; };", "iPXE-a", BIT(BIOS),
	  false },
	{ "ipxe: { user_class = \"iPXE-a\"; };", "ipxe: { build: { features = \"png\"; arch = \"bios\"; }; };", "iPXE-a", BIT(BIOS), true },
	{ "ipxe: { build = { arch = \"bios\"; }; };", "ipxe: { build: { user_class = \"iPXE-a\"; }; };", "iPXE-a", BIT(BIOS), false },
	{ "ipxe: { build = { files = ( { arch = \"bios\"; file = \"a\"; } ); }; };",
	  "ipxe: { build: { user_class = \"iPXE-a\"; files = ( { arch = \"x64-uefi\"; file = \"b\"; } ); }; };", "iPXE-a",
	  BIT(BIOS) | BIT(X64_UEFI), false },
};

START_TEST(short_forms_mean_the_same)
{
	struct pxeboot_policy *policy = policy_with(forms[_i].more, forms[_i].manifest);
	const char *class = pxeboot_policy_get(policy, "ipxe.user_class");
	struct pxeboot_build build;

	ck_assert_int_eq(pxeboot_policy_build(policy, &build), forms[_i].user_class ? 0 : -ENOENT);
	ck_assert((class == NULL) == (forms[_i].user_class == NULL));
	if (class) {
		ck_assert_str_eq(class, forms[_i].user_class);
		ck_assert_str_eq(build.user_class, class);
		ck_assert_uint_eq(build.archs, forms[_i].archs);
		ck_assert(build.features_known == forms[_i].features_known);
	}
	pxeboot_policy_unref(policy);
}
END_TEST

START_TEST(features_have_names)
{
	ck_assert_str_eq(pxeboot_build_feature_name(PXEBOOT_BUILD_FRAMEBUFFER), "framebuffer");
	ck_assert_ptr_null(pxeboot_build_feature_name(PXEBOOT_BUILD_FEATURE_COUNT));
	ck_assert_ptr_null(pxeboot_build_feature_name(~0u));
	ck_assert_int_eq(pxeboot_policy_build(NULL, NULL), -EINVAL);
	ck_assert_int_eq(pxeboot_policy_build_file(NULL, 0, NULL), -EINVAL);
}
END_TEST

/* ---- What is decided ---------------------------------------------------------------------------------------------- */

#define LAB(rest) "ipxe: { build = { user_class = \"iPXE-lab\"; " rest " }; };\n"
#define FILES "files = ( { arch = \"bios\"; file = \"undionly.kpxe\"; }, { arch = \"x64-uefi\"; file = \"snponly.efi\"; } );"

static const struct {
	const char *more, *facts;
	enum pxeboot_stage stage;
	const char *file;		/* NULL: the boot script */
} asked[] = {
	{ LAB(""), "arch=7 user_class=iPXE", PXEBOOT_STAGE_IPXE_FOREIGN, "snponly.efi" },
	{ LAB("arch = \"bios\";"), "arch=7 user_class=iPXE", PXEBOOT_STAGE_IPXE, NULL },
	{ LAB("arch = \"bios\";"), "arch=0 user_class=iPXE", PXEBOOT_STAGE_IPXE_FOREIGN, "undionly.kpxe" },
	{ LAB("arch = \"bios\";"), "arch=0 features=menu", PXEBOOT_STAGE_IPXE_FOREIGN, "undionly.kpxe" },
	{ LAB("arch = \"bios\";"), "arch=0 user_class=iPXE-lab", PXEBOOT_STAGE_IPXE, NULL },
	/* One that names itself as ours does is ours, wherever it runs. */
	{ LAB("arch = \"bios\";"), "arch=7 user_class=iPXE-lab", PXEBOOT_STAGE_IPXE, NULL },
	{ LAB("arch = \"bios\";"), "arch=7", PXEBOOT_STAGE_FIRMWARE, "snponly.efi" },
	{ LAB(FILES), "arch=11 user_class=iPXE", PXEBOOT_STAGE_IPXE, NULL },
	{ LAB(FILES), "arch=9 user_class=iPXE", PXEBOOT_STAGE_IPXE_FOREIGN, "snponly.efi" },
	/* Of several the one that counts, and that is one that is served. */
	{ LAB("arch = \"bios\";"), "arch=0,7 user_class=iPXE", PXEBOOT_STAGE_IPXE, NULL },
	{ LAB("arch = \"x64-uefi\";"), "arch=0,7 user_class=iPXE", PXEBOOT_STAGE_IPXE_FOREIGN, "snponly.efi" },
	{ LAB("arch = \"ia32-uefi\";"), "arch=6 user_class=iPXE", PXEBOOT_STAGE_IPXE_FOREIGN, NULL },	/* not served */
	{ LAB("arch = \"ia32-uefi\";"), "arch=6,0 user_class=iPXE", PXEBOOT_STAGE_IPXE, NULL },
	{ LAB("arch = \"x64-uefi\";"), "arch=16 user_class=iPXE", PXEBOOT_STAGE_IPXE_FOREIGN, NULL },
	/* Whoever says no architecture. */
	{ LAB(""), "user_class=iPXE", PXEBOOT_STAGE_IPXE_FOREIGN, NULL },
	{ LAB("arch = \"bios\";"), "user_class=iPXE", PXEBOOT_STAGE_IPXE, NULL },
	{ LAB("arch = \"bios\";"), "arch=4 user_class=iPXE", PXEBOOT_STAGE_IPXE, NULL },
	/* By its vendor class alone. */
	{ LAB("arch = \"bios\";"), "vendor_class=PXEClient:Arch:00000:UNDI:002001 user_class=iPXE", PXEBOOT_STAGE_IPXE_FOREIGN,
	  "undionly.kpxe" },
	/* A host's own loader may be anything: what it is replaced by is the build of its architecture, and only where one is. */
	{ LAB("arch = \"bios\";") "hosts: ( { name = \"h\"; mac = \"52:54:00:00:00:01\"; loader = \"stock.kpxe\"; } );\n",
	  "mac=52:54:00:00:00:01 arch=0 user_class=iPXE", PXEBOOT_STAGE_IPXE_FOREIGN, "undionly.kpxe" },
	{ LAB("arch = \"bios\";") "hosts: ( { name = \"h\"; mac = \"52:54:00:00:00:01\"; loader = \"stock.efi\"; } );\n",
	  "mac=52:54:00:00:00:01 arch=7 user_class=iPXE", PXEBOOT_STAGE_IPXE, NULL },
};

START_TEST(only_where_there_is_a_build)
{
	struct pxeboot_policy *policy = policy_with(asked[_i].more, NULL);
	struct pxeboot_client *client = client_of(asked[_i].facts);
	const char *file = asked[_i].file ? asked[_i].file : "http://10.0.0.1:8080/boot.ipxe";
	enum pxeboot_stage stage = pxeboot_stage_of(policy, client);
	struct pxeboot_decision decision;

	pxeboot_decide(policy, client, stage, NULL, &decision);
	ck_assert_msg(stage == asked[_i].stage, "%s %s: at stage %s", asked[_i].more, asked[_i].facts, pxeboot_stage_name(stage));
	ck_assert_msg(decision.file && strcmp(decision.file, file) == 0, "%s %s: given %s", asked[_i].more, asked[_i].facts, decision.file);
	pxeboot_client_unref(client);
	pxeboot_policy_unref(policy);
}
END_TEST

/* ---- What is proved ----------------------------------------------------------------------------------------------- */

#define HOST(loader) "hosts: ( { name = \"h\"; mac = \"52:54:00:00:00:01\"; loader = \"" loader "\"; } );\n"
#define GROUP(loader) "groups: ( { name = \"g\"; match = { mac = \"52:54:00\"; arch = \"x64-uefi\"; }; boot = \"disk\"; " \
		      "loader = \"" loader "\"; } );\n"

/* Every way of a machine with this policy, by the names of files alone. */
static const struct {
	const char *more, *facts;
	const char *way;		/* files, blanks between them, and the verdict */
} walked[] = {
	{ LAB(FILES), "arch=7", "snponly.efi http://10.0.0.1:8080/boot.ipxe ok" },
	{ LAB(FILES), "arch=7 user_class=iPXE", "snponly.efi http://10.0.0.1:8080/boot.ipxe ok" },
	{ LAB(FILES), "arch=11", "ipxe-arm64.efi http://10.0.0.1:8080/boot.ipxe ok" },
	{ LAB(FILES), "arch=11 user_class=iPXE", "http://10.0.0.1:8080/boot.ipxe ok" },
	/* A stock loader is replaced by the build, once, and stays where there is none. */
	{ LAB(FILES) HOST("stock/ipxe.efi"), "mac=52:54:00:00:00:01 arch=7",
	  "stock/ipxe.efi snponly.efi http://10.0.0.1:8080/boot.ipxe ok" },
	{ LAB("arch = \"bios\";") HOST("stock/ipxe.efi"), "mac=52:54:00:00:00:01 arch=7", "stock/ipxe.efi http://10.0.0.1:8080/boot.ipxe ok" },
	{ LAB(FILES) GROUP("stock/ipxe.efi"), "mac=52:54:00:00:00:01 arch=7",
	  "stock/ipxe.efi snponly.efi http://10.0.0.1:8080/groups/g.ipxe ok" },
	{ LAB("arch = \"bios\";") GROUP("stock/ipxe.efi"), "mac=52:54:00:00:00:01 arch=7",
	  "stock/ipxe.efi http://10.0.0.1:8080/groups/g.ipxe ok" },
	/* One of our own is not. */
	{ LAB("files = ( { arch = \"x64-uefi\"; file = \"own/ipxe.efi\"; } );") HOST("own/ipxe.efi"), "mac=52:54:00:00:00:01 arch=7",
	  "own/ipxe.efi http://10.0.0.1:8080/boot.ipxe ok" },
	/* A loader that the build's files do not name is none of them, and comes back to itself. */
	{ LAB("files = ( { arch = \"x64-uefi\"; file = \"own/ipxe.efi\"; } );"), "arch=7", "snponly.efi snponly.efi loop" },
	{ LAB("files = ( { arch = \"x64-uefi\"; file = \"own/ipxe.efi\"; } );") "loaders: { x64-uefi = \"own/ipxe.efi\"; };\n", "arch=7",
	  "own/ipxe.efi http://10.0.0.1:8080/boot.ipxe ok" },
	/* Firmware's first loader is no iPXE at all. */
	{ LAB(FILES) "loaders: { x64-uefi = \"shimx64.efi\"; };\n", "arch=7", "shimx64.efi ok" },
	{ LAB(FILES), "arch=16", "http://10.0.0.1:8080/snponly.efi http://10.0.0.1:8080/boot.ipxe ok" },
};

START_TEST(once_and_never_again)
{
	struct pxeboot_policy *policy = policy_with(walked[_i].more, NULL);
	struct pxeboot_client *client = client_of(walked[_i].facts);
	CLEANUP_TEXT struct text way = TEXT_INIT;
	struct pxeboot_chooser chooser;
	struct pxeboot_walk *walk;

	pxeboot_policy_chooser(policy, &chooser);
	ck_assert_int_eq(pxeboot_walk_new(&chooser, client, &walk), 0);
	for (size_t i = 0; i < walk->n_steps; i++)
		text_addf(&way, "%s ", walk->steps[i].answer.file ? walk->steps[i].answer.file : "-");
	text_add(&way, pxeboot_verdict_name(walk->verdict));
	ck_assert_msg(strcmp(way.bytes, walked[_i].way) == 0, "%s %s: %s", walked[_i].more, walked[_i].facts, way.bytes);
	pxeboot_walk_free(walk);
	pxeboot_client_unref(client);
	pxeboot_policy_unref(policy);
}
END_TEST

/* Brute force: whatever a client says under whichever builds, what asks as ours gets a script, and what does not is given a
 * loader only where there is a build. */
START_TEST(no_set_of_architectures_makes_a_loop)
{
	static const char *const classes[] = { "user_class=iPXE-lab", "user_class=iPXE", "features=menu" };

	for (unsigned archs = 1; archs <= PXEBOOT_ARCHS_ALL; archs++) {
		CLEANUP_TEXT struct text more = TEXT_INIT;
		struct pxeboot_policy *policy;

		text_add(&more, HEAD "ipxe: { build = { user_class = \"iPXE-lab\"; arch = [ ");
		for (int arch = 0, n = 0; arch < PXEBOOT_ARCH_COUNT; arch++)
			if (archs & 1u << arch)
				text_addf(&more, "%s\"%s\"", n++ ? ", " : "", pxeboot_arch_get(arch)->name);
		text_add(&more, " ]; }; };\n");
		policy = policy_of(more.bytes);
		for (unsigned code = 0; code < PXEBOOT_ARCH_CODE_COUNT; code++)
			for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
				const struct pxeboot_arch_code *row = pxeboot_arch_code_get((uint16_t)code);
				struct pxeboot_decision decision;
				struct pxeboot_client *client;
				char facts[64];
				bool given;

				snprintf(facts, sizeof(facts), "arch=%u %s", code, classes[i]);
				client = client_of(facts);
				pxeboot_decide(policy, client, pxeboot_stage_of(policy, client), NULL, &decision);
				given = i > 0 && row->arch != PXEBOOT_ARCH_NONE && !row->http && archs & 1u << row->arch &&
					pxeboot_policy_loader(policy, row->arch);
				ck_assert_msg((decision.kind == PXEBOOT_DECISION_LOADER) == given && decision.file, "%s, builds %x", facts,
					      archs);
				pxeboot_client_unref(client);
			}
		pxeboot_policy_unref(policy);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("build");
	TCase *tests = tcase_create("build");

	tcase_add_loop_test(tests, mistakes_are_told_once, 0, ARRAY_SIZE(mistakes));
	tcase_add_test(tests, a_manifest_is_shown);
	tcase_add_loop_test(tests, short_forms_mean_the_same, 0, ARRAY_SIZE(forms));
	tcase_add_test(tests, features_have_names);
	tcase_add_loop_test(tests, only_where_there_is_a_build, 0, ARRAY_SIZE(asked));
	tcase_add_loop_test(tests, once_and_never_again, 0, ARRAY_SIZE(walked));
	tcase_add_test(tests, no_set_of_architectures_makes_a_loop);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
