/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Clients: the architecture tables, facts from text, and what can be asked about a client.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "client/client.h"
#include "fixture.h"

/* ---- Architectures -------------------------------------------------------------------------------------------- */

static const struct {
	const char *name;		/* NULL: served nothing */
	bool http;
} codes[PXEBOOT_ARCH_CODE_COUNT] = {
	[0] = { "bios", false },
	[6] = { "ia32-uefi", false },
	[7] = { "x64-uefi", false },
	[9] = { "x64-uefi", false },
	[10] = { "arm32-uefi", false },
	[11] = { "arm64-uefi", false },
	[15] = { "ia32-uefi", true },
	[16] = { "x64-uefi", true },
	[17] = { "x64-uefi", true },
	[18] = { "arm32-uefi", true },
	[19] = { "arm64-uefi", true },
	[20] = { "bios", true },
	[23] = { NULL, true },
	[24] = { NULL, true },
	[25] = { "riscv32-uefi", false },
	[26] = { "riscv32-uefi", true },
	[27] = { "riscv64-uefi", false },
	[28] = { "riscv64-uefi", true },
	[30] = { NULL, true },
	[38] = { NULL, true },
	[39] = { "loong64-uefi", false },
	[40] = { "loong64-uefi", true },
};

START_TEST(test_code)
{
	const struct pxeboot_arch_code *code = pxeboot_arch_code_get((uint16_t)_i);
	char text[8];

	ck_assert_ptr_nonnull(code);
	ck_assert_uint_eq(code->code, _i);
	ck_assert_ptr_nonnull(code->label);
	ck_assert(code->http == codes[_i].http);
	ck_assert_int_eq(code->arch, codes[_i].name ? pxeboot_arch_by_name(codes[_i].name) : PXEBOOT_ARCH_NONE);
	snprintf(text, sizeof(text), "%d", _i);
	set(client, PXEBOOT_FACT_ARCH, text);
	ck_assert_int_eq(pxeboot_client_arch(client), code->arch);
}
END_TEST

START_TEST(test_no_code)
{
	ck_assert_ptr_null(pxeboot_arch_code_get(PXEBOOT_ARCH_CODE_COUNT));
	ck_assert_ptr_null(pxeboot_arch_code_get(UINT16_MAX));
	set(client, PXEBOOT_FACT_ARCH, "42,65535");
	ck_assert_int_eq(pxeboot_client_arch(client), PXEBOOT_ARCH_NONE);
}
END_TEST

static const struct {
	int arch;
	const char *name, *loader, *code;
	uint16_t machine;
	const char *buildarch;
} archs[] = {
	{ PXEBOOT_ARCH_X64_UEFI, "x64-uefi", "snponly.efi", "7", 0x8664, "x86_64" },
	{ PXEBOOT_ARCH_ARM64_UEFI, "arm64-uefi", "ipxe-arm64.efi", "11", 0xaa64, "arm64" },
	{ PXEBOOT_ARCH_RISCV64_UEFI, "riscv64-uefi", "ipxe-riscv64.efi", "27", 0x5064, "riscv64" },
	{ PXEBOOT_ARCH_LOONG64_UEFI, "loong64-uefi", "ipxe-loong64.efi", "39", 0x6264, "loong64" },
	{ PXEBOOT_ARCH_IA32_UEFI, "ia32-uefi", "ipxe-i386.efi", "6", 0x014c, "i386" },
	{ PXEBOOT_ARCH_ARM32_UEFI, "arm32-uefi", "ipxe-arm32.efi", "10", 0x01c2, "arm32" },
	{ PXEBOOT_ARCH_RISCV32_UEFI, "riscv32-uefi", "ipxe-riscv32.efi", "25", 0x5032, "riscv32" },
	{ PXEBOOT_ARCH_BIOS, "bios", "undionly.kpxe", "0", 0, NULL },
};

START_TEST(test_arch)
{
	const struct pxeboot_arch_info *info = pxeboot_arch_get(_i);

	ck_assert_int_eq(archs[_i].arch, _i);
	ck_assert_int_eq(info->arch, _i);
	ck_assert_int_eq(pxeboot_arch_by_name(archs[_i].name), _i);
	ck_assert_str_eq(info->name, archs[_i].name);
	ck_assert_str_eq(info->loader, archs[_i].loader);
	ck_assert_uint_eq(info->pe_machine, archs[_i].machine);
	ck_assert(info->uefi == (_i != PXEBOOT_ARCH_BIOS));
	ck_assert_str_eq(info->ipxe_platform, info->uefi ? "efi" : "pcbios");
	ck_assert_pstr_eq(info->ipxe_buildarch, archs[_i].buildarch);
	set(client, PXEBOOT_FACT_ARCH, archs[_i].name);
	assert_fact(client, PXEBOOT_FACT_ARCH, 0, archs[_i].code);
	ck_assert_int_eq(pxeboot_client_arch(client), _i);
}
END_TEST

START_TEST(test_no_arch)
{
	ck_assert_ptr_null(pxeboot_arch_get(PXEBOOT_ARCH_NONE));
	ck_assert_ptr_null(pxeboot_arch_get(PXEBOOT_ARCH_COUNT));
	ck_assert_int_eq(pxeboot_arch_by_name(""), PXEBOOT_ARCH_NONE);
	ck_assert_int_eq(pxeboot_arch_by_name("BIOS"), PXEBOOT_ARCH_NONE);
	ck_assert_int_eq(pxeboot_arch_by_name("x64"), PXEBOOT_ARCH_NONE);
	ck_assert_int_eq(pxeboot_client_arch(client), PXEBOOT_ARCH_NONE);
}
END_TEST

/* ---- Facts from text ------------------------------------------------------------------------------------------ */

#define TEN "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static const char absent_fact[] = "absent";

static const struct {
	int fact;
	const char *from, *to;		/* @to NULL: malformed */
} texts[] = {
	{ PXEBOOT_FACT_MAC, "52:54:00:12:34", NULL },
	{ PXEBOOT_FACT_MAC, "06-52:54:00:12:34:56", NULL },	/* how dnsmasq writes what is no Ethernet */
	{ PXEBOOT_FACT_MAC, "52-54-00-12-34-AB", "52:54:00:12:34:ab" },
	{ PXEBOOT_FACT_ARCH, "65536", NULL },
	{ PXEBOOT_FACT_ARCH, "-1", NULL },
	{ PXEBOOT_FACT_ARCH, "7,", NULL },
	{ PXEBOOT_FACT_ARCH, ",7", NULL },
	{ PXEBOOT_FACT_ARCH, "7, 9", NULL },
	{ PXEBOOT_FACT_ARCH, "x64", NULL },
	{ PXEBOOT_FACT_ARCH, "an-architecture-with-a-very-long-name", NULL },
	{ PXEBOOT_FACT_ARCH, "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16", NULL },
	{ PXEBOOT_FACT_ARCH, "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15", "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15" },
	{ PXEBOOT_FACT_ARCH, "x64-uefi,00009,0x10,65535", "7,9,16,65535" },
	{ PXEBOOT_FACT_VENDOR_CLASS, HUNDRED HUNDRED TEN TEN TEN TEN TEN "012345", NULL },
	{ PXEBOOT_FACT_VENDOR_CLASS, HUNDRED HUNDRED TEN TEN TEN TEN TEN "01234",
	  HUNDRED HUNDRED TEN TEN TEN TEN TEN "01234" },
	{ PXEBOOT_FACT_VENDOR_CLASS, "\x1b$(\xff", "\x1b$(\xff" },
	{ PXEBOOT_FACT_USER_CLASS, "iPXE,,one", "iPXE,,one" },
	{ PXEBOOT_FACT_FEATURES, "http,png", NULL },
	{ PXEBOOT_FACT_FEATURES, "HTTP", NULL },
	{ PXEBOOT_FACT_FEATURES, "http,", NULL },
	{ PXEBOOT_FACT_FEATURES, "htt", NULL },
	{ PXEBOOT_FACT_FEATURES, "nfs,menu,http,menu", "http,menu,nfs" },
	{ PXEBOOT_FACT_IPXE_VERSION, "1.21", NULL },
	{ PXEBOOT_FACT_IPXE_VERSION, "1.21.", NULL },
	{ PXEBOOT_FACT_IPXE_VERSION, "1.21.1.1", NULL },
	{ PXEBOOT_FACT_IPXE_VERSION, "1.256.1", NULL },
	{ PXEBOOT_FACT_IPXE_VERSION, "1.0021.1", NULL },
	{ PXEBOOT_FACT_IPXE_VERSION, "1.21.1+", NULL },
	{ PXEBOOT_FACT_IPXE_VERSION, "1.21.1", "1.21.1" },
	{ PXEBOOT_FACT_UUID, "00112233445566778899aabbccddeeff", NULL },
	{ PXEBOOT_FACT_UUID, "00000000-0000-0000-0000-000000000000", absent_fact },
	{ PXEBOOT_FACT_UUID, "00112233-4455-6677-8899-AABBCCDDEEFF", "00112233-4455-6677-8899-aabbccddeeff" },
	{ PXEBOOT_FACT_SERIAL, HUNDRED HUNDRED HUNDRED, NULL },
	{ PXEBOOT_FACT_SERIAL, "S/N 0815", "S/N 0815" },
	{ PXEBOOT_FACT_MANUFACTURER, HUNDRED HUNDRED HUNDRED, NULL },
	{ PXEBOOT_FACT_MANUFACTURER, "QEMU", "QEMU" },
	{ PXEBOOT_FACT_PRODUCT, HUNDRED HUNDRED HUNDRED, NULL },
	{ PXEBOOT_FACT_PRODUCT, "Standard PC (Q35 + ICH9, 2009)", "Standard PC (Q35 + ICH9, 2009)" },
	{ PXEBOOT_FACT_ADDRESS, "10.77.0", NULL },
	{ PXEBOOT_FACT_ADDRESS, "fd00::1", NULL },
	{ PXEBOOT_FACT_ADDRESS, "0.0.0.0", absent_fact },
	{ PXEBOOT_FACT_ADDRESS, "10.77.0.199", "10.77.0.199" },
	{ PXEBOOT_FACT_RELAY, "010.77.0.1", NULL },
	{ PXEBOOT_FACT_RELAY, "0.0.0.0", absent_fact },
	{ PXEBOOT_FACT_RELAY, "10.77.4.1", "10.77.4.1" },
	{ PXEBOOT_FACT_CLIENT_ID, "01:", NULL },
	{ PXEBOOT_FACT_CLIENT_ID, "01:5", NULL },
	{ PXEBOOT_FACT_CLIENT_ID, "0152", NULL },
	{ PXEBOOT_FACT_CLIENT_ID, "01:g2", NULL },
	{ PXEBOOT_FACT_CLIENT_ID, "01-52", NULL },
	{ PXEBOOT_FACT_CLIENT_ID, "01:52:AB", "01:52:ab" },
	{ PXEBOOT_FACT_CIRCUIT_ID, "x", NULL },
	{ PXEBOOT_FACT_CIRCUIT_ID, "ff", "ff" },
	{ PXEBOOT_FACT_REMOTE_ID, "::", NULL },
	{ PXEBOOT_FACT_REMOTE_ID, "00:FF", "00:ff" },
	{ PXEBOOT_FACT_UNDI, "3", NULL },
	{ PXEBOOT_FACT_UNDI, "3.16.0", NULL },
	{ PXEBOOT_FACT_UNDI, "3.016", "3.16" },
};

START_TEST(test_text)
{
	bool malformed = texts[_i].to == NULL, absent = texts[_i].to == absent_fact;
	int fact = texts[_i].fact;

	ck_assert_msg(pxeboot_client_set(client, fact, texts[_i].from, diagnostics) == (malformed ? -EBADMSG : 0),
		      "%s '%s'", pxeboot_fact_name(fact), texts[_i].from);
	assert_fact(client, fact, malformed ? -EBADMSG : absent ? -ENODATA : 0, texts[_i].to);
	ck_assert_uint_eq(pxeboot_diagnostics_count(diagnostics), malformed);
	/* Nobody needs to listen, a canonical text is its own canonical text, and anything can be made empty. */
	ck_assert_int_eq(pxeboot_client_set(client, fact, texts[_i].from, NULL), malformed ? -EBADMSG : 0);
	if (!malformed && !absent) {
		set(client, fact, texts[_i].to);
		assert_fact(client, fact, 0, texts[_i].to);
	}
	set(client, fact, "");
	assert_fact(client, fact, 0, "");
}
END_TEST

START_TEST(test_bad_calls)
{
	const char *text = "untouched";

	ck_assert_int_eq(pxeboot_client_set(client, -1, "x", diagnostics), -EINVAL);
	ck_assert_int_eq(pxeboot_client_set(client, PXEBOOT_FACT_COUNT, "x", diagnostics), -EINVAL);
	ck_assert_int_eq(pxeboot_client_set(client, PXEBOOT_FACT_MAC, NULL, diagnostics), -EINVAL);
	ck_assert_int_eq(pxeboot_client_get(client, -1, &text), -EINVAL);
	ck_assert_int_eq(pxeboot_client_get(client, PXEBOOT_FACT_COUNT, &text), -EINVAL);
	ck_assert_str_eq(text, "untouched");
	ck_assert_ptr_null(pxeboot_client_unref(NULL));
}
END_TEST

START_TEST(test_messages_are_escaped_and_short)
{
	char *long_text = calloc(1, 100001);
	const struct pxeboot_diagnostic *finding;

	ck_assert_ptr_nonnull(long_text);
	memset(long_text, '\x1b', 100000);
	ck_assert_int_eq(pxeboot_client_set(client, PXEBOOT_FACT_SERIAL, long_text, diagnostics), -EBADMSG);
	ck_assert_int_eq(pxeboot_client_set(client, PXEBOOT_FACT_USER_CLASS, long_text, diagnostics), -EBADMSG);
	free(long_text);
	finding = pxeboot_diagnostics_get(diagnostics, 0);
	ck_assert_str_eq(finding->id, "client.fact");
	ck_assert(strlen(finding->text) < 1000);
	ck_assert_ptr_null(strchr(finding->text, '\x1b'));
}
END_TEST

START_TEST(test_fact_names)
{
	int fact;

	for (fact = 0; fact < PXEBOOT_FACT_COUNT; fact++)
		ck_assert_int_eq(pxeboot_fact_by_name(pxeboot_fact_name(fact)), fact);
	ck_assert_str_eq(pxeboot_fact_name(PXEBOOT_FACT_ADDRESS), "ip");
	ck_assert_ptr_null(pxeboot_fact_name(-1));
	ck_assert_ptr_null(pxeboot_fact_name(PXEBOOT_FACT_COUNT));
	ck_assert_int_eq(pxeboot_fact_by_name("address"), -ENOENT);
	ck_assert_int_eq(pxeboot_fact_by_name(""), -ENOENT);
}
END_TEST

/* ---- Architecture from the vendor class ------------------------------------------------------------------------ */

static const struct {
	const char *vendor_class, *arch;	/* NULL: none */
} vendor_classes[] = {
	{ "PXEClient", NULL },
	{ "PXEClient:Arch:", NULL },
	{ "PXEClient:Arch:0007", NULL },
	{ "PXEClient:Arch:0000b", NULL },
	{ "PXEClient:Arch:00016", NULL },		/* of the other transport */
	{ "HTTPClient:Arch:00007", NULL },
	{ "PXEClient:Arch:65536", NULL },
	{ "PXEClient:Arch:+0007", NULL },
	{ "pxeclient:arch:00007", NULL },
	{ "xPXEClient:Arch:00007", NULL },
	{ "HTTPSClient:Arch:00016", NULL },
	{ "PXEClient:Arch:00000:UNDI:002001", "0" },
	{ "PXEClient:Arch:00010:UNDI:003016", "10" },	/* decimal: ARM, not x86-64 HTTP */
	{ "HTTPClient:Arch:00016:UNDI:003001", "16" },
	{ "PXEClient:Arch:65535", "65535" },
	{ "PXEClient:Arch:00007x", "7" },		/* servers compare the prefix */
	{ "PXEClient:Arch:000079", "7" },
};

START_TEST(test_vendor_class)
{
	set(client, PXEBOOT_FACT_VENDOR_CLASS, vendor_classes[_i].vendor_class);
	assert_fact(client, PXEBOOT_FACT_ARCH, vendor_classes[_i].arch ? 0 : -ENODATA, vendor_classes[_i].arch);
	ck_assert(client->archs_from_vendor_class == (vendor_classes[_i].arch != NULL));
	set(client, PXEBOOT_FACT_VENDOR_CLASS, "PXEClient:Arch:00011");
	assert_fact(client, PXEBOOT_FACT_ARCH, 0, "11");
	set(client, PXEBOOT_FACT_VENDOR_CLASS, "");
	assert_fact(client, PXEBOOT_FACT_ARCH, -ENODATA, NULL);
}
END_TEST

START_TEST(test_order_of_setting)
{
	static const char *const given[] = { "7", "", "nonsense" };
	static const int errors[] = { 0, 0, -EBADMSG };
	struct pxeboot_client *other;

	ck_assert_int_eq(pxeboot_client_new(&other), 0);
	ck_assert_int_eq(pxeboot_client_set(client, PXEBOOT_FACT_ARCH, given[_i], NULL), errors[_i]);
	set(client, PXEBOOT_FACT_VENDOR_CLASS, "PXEClient:Arch:00011");
	set(other, PXEBOOT_FACT_VENDOR_CLASS, "PXEClient:Arch:00011");
	ck_assert_int_eq(pxeboot_client_set(other, PXEBOOT_FACT_ARCH, given[_i], NULL), errors[_i]);
	assert_fact(client, PXEBOOT_FACT_ARCH, errors[_i], given[_i]);
	/* An empty architecture says nothing. */
	ck_assert_int_eq(client->archs_from_vendor_class, !given[_i][0]);
	ck_assert_int_eq(pxeboot_client_arch(client), given[_i][0] == '7' ? PXEBOOT_ARCH_X64_UEFI :
			 given[_i][0] ? PXEBOOT_ARCH_NONE : PXEBOOT_ARCH_ARM64_UEFI);
	ck_assert(pxeboot_client_equal(client, other));
	pxeboot_client_unref(other);
}
END_TEST

START_TEST(test_preference)
{
	static const struct {
		const char *list;
		int arch;
	} lists[] = {
		{ "0,7", PXEBOOT_ARCH_X64_UEFI },
		{ "6,9", PXEBOOT_ARCH_X64_UEFI },
		{ "0,6", PXEBOOT_ARCH_IA32_UEFI },
		{ "11,7", PXEBOOT_ARCH_X64_UEFI },
		{ "2,20", PXEBOOT_ARCH_BIOS },
		{ "2,41,999", PXEBOOT_ARCH_NONE },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		set(client, PXEBOOT_FACT_ARCH, lists[i].list);
		ck_assert_int_eq(pxeboot_client_arch(client), lists[i].arch);
	}
}
END_TEST

START_TEST(test_a_malformed_list_leaves_nothing_of_the_old)
{
	set(client, PXEBOOT_FACT_ARCH, "7,9");
	ck_assert_int_eq(pxeboot_client_set(client, PXEBOOT_FACT_ARCH, "7,x", NULL), -EBADMSG);
	ck_assert_uint_eq(client->n_archs, 0);
	ck_assert_int_eq(pxeboot_client_arch(client), PXEBOOT_ARCH_NONE);
}
END_TEST

START_TEST(test_raspberry_pi)
{
	static const char *const macs[] = {
		"b8:27:eb:00:00:01", "dc:a6:32:00:00:01", "e4:5f:01:00:00:01", "28:cd:c1:00:00:01",
		"d8:3a:dd:00:00:01", "2c:cf:67:00:00:01", "88:a2:9e:00:00:01",
	};
	size_t i;

	ck_assert(!pxeboot_client_is_rpi_rom(client));
	set(client, PXEBOOT_FACT_VENDOR_CLASS, "PXEClient:Arch:00000:UNDI:002001");
	ck_assert(!pxeboot_client_is_rpi_rom(client));
	for (i = 0; i < ARRAY_SIZE(macs); i++) {
		set(client, PXEBOOT_FACT_MAC, macs[i]);
		ck_assert_msg(pxeboot_client_is_rpi_rom(client), "%s", macs[i]);
	}
	set(client, PXEBOOT_FACT_ARCH, "11");
	ck_assert(!pxeboot_client_is_rpi_rom(client));
	set(client, PXEBOOT_FACT_ARCH, "0");
	set(client, PXEBOOT_FACT_USER_CLASS, "iPXE");
	ck_assert(!pxeboot_client_is_rpi_rom(client));
	set(client, PXEBOOT_FACT_USER_CLASS, "other");
	set(client, PXEBOOT_FACT_MAC, "52:54:00:12:34:56");
	ck_assert(!pxeboot_client_is_rpi_rom(client));
}
END_TEST

START_TEST(test_references)
{
	set(client, PXEBOOT_FACT_SERIAL, "1");
	ck_assert_ptr_eq(pxeboot_client_ref(client), client);
	ck_assert_ptr_null(pxeboot_client_unref(client));
	assert_fact(client, PXEBOOT_FACT_SERIAL, 0, "1");
}
END_TEST

START_TEST(test_ipxe_from_text)
{
	ck_assert(!pxeboot_client_is_ipxe(client));
	set(client, PXEBOOT_FACT_USER_CLASS, "one,iPXE");
	ck_assert(!pxeboot_client_is_ipxe(client));
	set(client, PXEBOOT_FACT_USER_CLASS, "iPXE-own,one");
	ck_assert(pxeboot_client_is_ipxe(client));
	ck_assert(client_has_user_class(client, "iPXE-own"));
	ck_assert(!client_has_user_class(client, "iPXE-own,"));
	set(client, PXEBOOT_FACT_USER_CLASS, "");
	ck_assert(!pxeboot_client_is_ipxe(client));
	set(client, PXEBOOT_FACT_IPXE_VERSION, "1.21.1");
	ck_assert(pxeboot_client_is_ipxe(client));
}
END_TEST

START_TEST(test_ipxe_without_features)
{
	set(client, PXEBOOT_FACT_FEATURES, "");
	ck_assert(pxeboot_client_is_ipxe(client));
}
END_TEST

/* Short texts lie in the client itself, long ones don't: one after the other, the same one again, and out of itself. */
START_TEST(test_long_after_short)
{
	static const size_t lengths[] = { 1, 38, 39, 40, 255, 39, 38, 255, 254, 38, 255, 1 };
	const char *held;
	char text[256];

	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		memset(text, 'a' + (int)i, lengths[i]);
		text[lengths[i]] = '\0';
		set(client, PXEBOOT_FACT_SERIAL, text);
		set(client, PXEBOOT_FACT_PRODUCT, "next to it");
		assert_fact(client, PXEBOOT_FACT_SERIAL, 0, text);
		ck_assert_int_eq(pxeboot_client_get(client, PXEBOOT_FACT_SERIAL, &held), 0);
		set(client, PXEBOOT_FACT_SERIAL, held);
		assert_fact(client, PXEBOOT_FACT_SERIAL, 0, text);
		ck_assert_int_eq(pxeboot_client_get(client, PXEBOOT_FACT_SERIAL, &held), 0);
		set(client, PXEBOOT_FACT_SERIAL, held + lengths[i] / 2);
		assert_fact(client, PXEBOOT_FACT_SERIAL, 0, text + lengths[i] / 2);
	}
	assert_fact(client, PXEBOOT_FACT_PRODUCT, 0, "next to it");
	set(client, PXEBOOT_FACT_SERIAL, "");
	assert_fact(client, PXEBOOT_FACT_SERIAL, 0, "");
}
END_TEST

static TCase *fact_tests(void)
{
	TCase *tests = tcase_create("facts");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, test_text, 0, ARRAY_SIZE(texts));
	tcase_add_test(tests, test_bad_calls);
	tcase_add_test(tests, test_long_after_short);
	tcase_add_test(tests, test_messages_are_escaped_and_short);
	tcase_add_test(tests, test_fact_names);
	tcase_add_loop_test(tests, test_vendor_class, 0, ARRAY_SIZE(vendor_classes));
	tcase_add_loop_test(tests, test_order_of_setting, 0, 3);
	tcase_add_test(tests, test_preference);
	tcase_add_test(tests, test_a_malformed_list_leaves_nothing_of_the_old);
	tcase_add_test(tests, test_raspberry_pi);
	tcase_add_test(tests, test_references);
	tcase_add_test(tests, test_ipxe_from_text);
	tcase_add_test(tests, test_ipxe_without_features);
	return tests;
}

static TCase *arch_tests(void)
{
	TCase *tests = tcase_create("architectures");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, test_code, 0, PXEBOOT_ARCH_CODE_COUNT);
	tcase_add_test(tests, test_no_code);
	tcase_add_loop_test(tests, test_arch, 0, PXEBOOT_ARCH_COUNT);
	tcase_add_test(tests, test_no_arch);
	return tests;
}

int main(void)
{
	Suite *suite = suite_create("client");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, arch_tests());
	suite_add_tcase(suite, fact_tests());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
