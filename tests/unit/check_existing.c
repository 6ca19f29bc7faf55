/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An existing dnsmasq configuration: what is refused, how words are read, and what one client is answered.  The real
 * dnsmasq is held against the same model by tests/servers/check_model_random.c.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/macro.h"
#include "dnsmasq/existing.h"
#include "dnsmasq/model_words.h"
#include "testing.h"

#define RANGE "dhcp-range=10.77.1.0,10.77.1.250,255.255.0.0,1h\n"
#define PROXY "dhcp-range=10.77.0.0,proxy,255.255.0.0\n"

static struct pxeboot_diagnostics *findings;

static int read_text(const char *text, struct model **ret_model)
{
	pxeboot_diagnostics_free(findings);
	ck_assert_int_eq(pxeboot_diagnostics_new(&findings), 0);
	return model_read_bytes("test.conf", text, strlen(text), findings, ret_model);
}

static struct model *model_of(const char *text)
{
	struct model *model = NULL;
	int r = read_text(text, &model);

	for (size_t i = 0; r < 0 && i < pxeboot_diagnostics_count(findings); i++)
		fprintf(stderr, "%s\n", pxeboot_diagnostics_get(findings, i)->text);
	ck_assert_int_eq(r, 0);
	return model;
}

/* ---- What dnsmasq does not start with ---- */

static const char *const refused[] = {
	"no-such-option",
	"dhcp-boot",				/* a value is missing */
	"dhcp-no-override=yes",			/* it takes none */
	"port=1\nport=2",			/* it may stand once */
	"dhcp-boot=\"open",
	"dhcp-boot=tag:a",
	"dhcp-boot=tag:,file",			/* dnsmasq crashes */
	"dhcp-match=93,7",			/* no tag */
	"dhcp-match=set:a,set:b,93,7",
	"dhcp-match=set:a,option:no-such",
	"dhcp-match=set:a,encap:175,1",
	"dhcp-match=set:a,option:router,x",
	"dhcp-option=option:router,1.2.3",
	"dhcp-option=option:hostname,x",	/* dnsmasq's own */
	"dhcp-option=tag:a",
	"dhcp-userclass=set:a",
	"dhcp-userclass=set:a,b,c",
	"dhcp-mac=set:a,xx:yy",
	"dhcp-mac=set:a",
	"dhcp-host=52:54:zz",
	"dhcp-host=10.0.0.1\ndhcp-host=10.0.0.1",
	"dhcp-host=-name",
	"dhcp-host=[no]",
	"dhcp-range=10.0.0.1",
	"dhcp-range=10.0.0.1,elsewhere",
	"dhcp-range=10.0.0.1,10.1.0.1,255.255.255.0",
	"dhcp-range=set:a,set:b,10.0.0.1,10.0.0.9",
	"dhcp-range=10.0.0.1,10.0.0.9,255.255.255.0,10.0.0.255,1h,1h",
	"tag-if=tag:a",
	"tag-if=set:a,net:b",
	"tag-if=set:",
	"dhcp-name-match=set:a,*",
	"pxe-service=x86PC",
	"pxe-service=no-such,label",
	"pxe-service=x86PC,",			/* dnsmasq crashes */
	"pxe-prompt=tag:a",
	"dhcp-ignore=tag:",
};

START_TEST(refuses)
{
	struct model *untouched = (struct model *)&findings, *model = untouched;
	CLEANUP_FREE char *text = NULL;

	ck_assert_int_gt(asprintf(&text, "# one\n%s\n", refused[_i]), 0);
	ck_assert_msg(read_text(text, &model) == -EBADMSG, "%s", refused[_i]);
	ck_assert_ptr_eq(model, untouched);
	ck_assert_msg(has_finding(findings, "dnsmasq.syntax", strchr(refused[_i], '\n') != NULL ? 3 : 2), "%s", refused[_i]);
}
END_TEST

/* What could matter and is not modelled. */
static const char *const unknown[] = {
	"conf-script=/bin/true", "read-ethers", "dhcp-relay=10.0.0.1,10.0.0.2", "shared-network=eth0,10.0.0.1",
	"conf-file=other.conf", "conf-dir=/etc/dnsmasq.d", "dhcp-hostsfile=/no/such", "dhcp-match=set:a,vi-encap:343,x",
	"dhcp-boot=\001",
};

START_TEST(says_what_is_not_modelled)
{
	struct model *model = model_of(unknown[_i]);

	ck_assert_msg(has_finding(findings, "dnsmasq.unknown", 1), "%s", unknown[_i]);
	ck_assert_ptr_nonnull(model_unknown(model));
	ck_assert_uint_eq(model_unknown(model)->line, 1);
	model_free(model);
	model = model_of("log-dhcp\nserver=1.1.1.1\nserver=8.8.8.8\n");
	ck_assert_ptr_null(model_unknown(model));
	ck_assert_uint_eq(pxeboot_diagnostics_count(findings), 1);
	ck_assert_str_eq(pxeboot_diagnostics_get(findings, 0)->id, "dnsmasq.not-modelled");
	ck_assert_ptr_nonnull(strstr(pxeboot_diagnostics_get(findings, 0)->text, "log-dhcp"));
	ck_assert_ptr_nonnull(strstr(pxeboot_diagnostics_get(findings, 0)->text, "server"));
	model_free(model);
}
END_TEST

/* ---- Words ---- */

static const struct {
	const char *line, *text;		/* NULL: refused */
} lines[] = {
	{ "  a = b  # c", "a = b" }, { "a#b", "a#b" }, { "a #b", "a" }, { "#a", "" }, { "a\tb", "a b" }, { "\"a b\"", "a b" },
	{ "\"# a\"", "# a" }, { "a\"b\"c", "abc" }, { "\"\\\"\\\\\"", "\"\\" }, { "\"\\q\"", "\\q" }, { "\"a\"\"b", "a\"b" },
	{ "\"a", NULL }, { "a\"", NULL }, { "", "" }, { "a\r", "a" },
};

START_TEST(takes_quotes_and_comments)
{
	char line[64], *text = NULL;
	const char *wrong;

	snprintf(line, sizeof(line), "%s", lines[_i].line);
	wrong = words_prepare(line, &text);
	ck_assert_msg((wrong != NULL) == (lines[_i].text == NULL), "%s", lines[_i].line);
	if (wrong != NULL) {
		ck_assert_ptr_null(text);
		return;
	}
	words_reveal(text);
	ck_assert_str_eq(text, lines[_i].text);
}
END_TEST

/* ---- Answers ---- */

#define FIRMWARE(code) "\135\002" code "\074\011PXEClient"
#define IPXE FIRMWARE("\000\000") "\115\004iPXE\257\003\023\001\001"
#define WANTS "\067\004\074\102\103\053"	/* 60, 66, 67, 43 */
#define BYTES(text) text, sizeof(text) - 1

static const struct {
	const char *configuration;
	const char *options;
	size_t length;
	const char *file;		/* NULL: none */
	unsigned line;
} answers[] = {
	{ "dhcp-boot=a\n", BYTES(FIRMWARE("\000\007")), NULL, 0 },		/* no range */
	{ RANGE "dhcp-boot=a\ndhcp-boot=b\n", BYTES(""), "b", 3 },
	{ RANGE "dhcp-boot=a\ndhcp-boot=tag:!x,b\ndhcp-boot=c\n", BYTES(""), "b", 3 },
	{ RANGE "dhcp-match=set:x,93,7\ndhcp-boot=tag:x,a\ndhcp-boot=b\n", BYTES(FIRMWARE("\000\007")), "a", 3 },
	{ RANGE "dhcp-match=set:x,93,7\ndhcp-boot=tag:x,a\ndhcp-boot=b\n", BYTES(FIRMWARE("\000\011")), "b", 4 },
	{ RANGE "dhcp-match=set:x,93,7\ndhcp-boot=tag:x,a\n", BYTES("\135\004\000\000\000\007"), "a", 3 },
	{ RANGE "dhcp-match=set:x,93,00:07\ndhcp-boot=tag:x,a\n", BYTES("\135\004\000\000\000\007"), NULL, 0 },
	{ RANGE "dhcp-match=set:x,93,7b\ndhcp-boot=tag:x,a\n", BYTES("\135\002\007\000"), "a", 3 },
	{ RANGE "dhcp-match=set:x,77,*:50\ndhcp-boot=tag:x,a\n", BYTES(IPXE), "a", 3 },
	{ RANGE "dhcp-match=set:x,60,Client\ndhcp-boot=tag:x,a\n", BYTES(IPXE), "a", 3 },
	{ RANGE "dhcp-match=set:x,60,\"Client\"\ndhcp-boot=tag:x,a\n", BYTES(IPXE), "a", 3 },
	{ RANGE "dhcp-match=set:x,175\ndhcp-boot=tag:x,a\n", BYTES(FIRMWARE("\000\007")), NULL, 0 },
	{ RANGE "dhcp-userclass=set:x,PX\ndhcp-boot=tag:x,a\n", BYTES(IPXE), "a", 3 },
	{ RANGE "dhcp-match=set:x,77,04:69\ndhcp-boot=tag:x,a\n", BYTES("\115\005\004iPXE"), "a", 3 },
	{ RANGE "dhcp-boot=tag:known,a\ndhcp-host=52:54:00:*:*:*\n", BYTES(""), "a", 2 },
	{ RANGE "dhcp-boot=tag:known,a\ndhcp-host=52:54:00:12:34:57\n", BYTES(""), NULL, 0 },
	{ RANGE "dhcp-host=52:54:00:12:34:56,set:x\ndhcp-host=52:54:00:12:34:56,set:y\ndhcp-boot=tag:x,a\ndhcp-boot=tag:y,b\n",
	  BYTES(""), "b", 5 },
	{ RANGE "dhcp-host=52:54:00:12:34:56,ignore\ndhcp-boot=a\n", BYTES(""), NULL, 0 },
	{ RANGE "dhcp-ignore=tag:!known\ndhcp-boot=a\n", BYTES(""), NULL, 0 },
	{ RANGE "tag-if=set:z,tag:y\ntag-if=set:y,tag:!x\ndhcp-boot=tag:z,a\n", BYTES(""), NULL, 0 },
	{ RANGE "tag-if=set:y,tag:!x\ntag-if=set:z,tag:y\ndhcp-boot=tag:z,a\n", BYTES(""), "a", 4 },
	{ RANGE "dhcp-mac=set:x,52:54:*:*:*:*\ntag-if=set:y,tag:x*\ndhcp-boot=tag:y,a\n", BYTES(""), "a", 4 },
	{ "dhcp-range=set:r,10.77.1.0,10.77.1.9,255.255.0.0\ndhcp-boot=tag:r,a\n", BYTES(""), "a", 2 },
	{ "dhcp-range=10.9.1.0,10.9.1.9,255.255.0.0\ndhcp-boot=a\n", BYTES(""), NULL, 0 },
	{ RANGE "dhcp-boot=a\n", BYTES(WANTS), "a", 2 },
	{ RANGE "dhcp-option=67,a\n", BYTES(WANTS), "a", 2 },
	{ RANGE "dhcp-option=67,a\n", BYTES("\067\001\001"), "a", 2 },		/* in the field, for who does not ask */
	{ RANGE "dhcp-option=tag:!x,67,a\ndhcp-option=67,b\n", BYTES(WANTS), "a", 2 },
	{ RANGE "dhcp-option=encap:175,67,a\n", BYTES(WANTS), NULL, 0 },
	{ PROXY "dhcp-boot=a\n", BYTES(FIRMWARE("\000\000")), NULL, 0 },
	{ PROXY "pxe-prompt=x,0\ndhcp-boot=a\n", BYTES(FIRMWARE("\000\000")), "a", 3 },
	{ PROXY "pxe-prompt=x,0\ndhcp-boot=a\n", BYTES("\074\011PXEClient"), NULL, 0 },
	{ PROXY "pxe-service=7,x,a\ndhcp-boot=b\n", BYTES(FIRMWARE("\000\007")), NULL, 0 },	/* on port 4011 */
};

static void ask(const struct model *model, const char *options, size_t length, struct model_answer *ret_answer)
{
	struct model_question question = {
		.mac = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 }, .type = 1, .local = 0x0a4d0001, .netmask = 0xffff0000,
	};

	for (size_t at = 0; at < length; at += (uint8_t)options[at + 1] + 2u)
		question.options[(uint8_t)options[at]] =
			(struct model_bytes){ (const uint8_t *)options + at + 2, (uint8_t)options[at + 1] };
	model_answer(model, &question, ret_answer);
}

START_TEST(answers_like_dnsmasq)
{
	struct model *model = model_of(answers[_i].configuration);
	struct model_answer answer;

	ask(model, answers[_i].options, answers[_i].length, &answer);
	ck_assert_pstr_eq(answer.file, answers[_i].file);
	ck_assert_uint_eq(answer.where.line, answers[_i].line);
	ck_assert(answer.file != NULL || answer.reason != NULL);
	model_free(model);
}
END_TEST

/* The name goes where it is asked for, and nowhere else. */
START_TEST(one_place_for_the_name)
{
	struct model *model = model_of(RANGE "dhcp-boot=a\n"), *plain = model_of(RANGE "dhcp-boot=a\ndhcp-no-override\n");
	struct model_answer answer;

	ask(model, BYTES(WANTS), &answer);
	ck_assert_uint_eq(answer.n_named, 1);
	ck_assert_uint_eq(answer.named[0].length, 2);	/* with its NUL */
	ck_assert_str_eq(answer.field, "");
	ask(plain, BYTES(WANTS), &answer);
	ck_assert_uint_eq(answer.n_named, 0);
	ck_assert_str_eq(answer.field, "a");
	model_free(model);
	model_free(plain);
	model = model_of(RANGE "dhcp-boot=a\ndhcp-option-force=67,b\n");
	ask(model, BYTES(WANTS), &answer);
	ck_assert_uint_eq(answer.n_named, 2);
	model_free(model);
}
END_TEST

/* ---- The proof ---- */

/* Many hosts are few classes, unless each has a tag that something asks for. */
START_TEST(many_hosts)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	struct pxeboot_proof proof;
	struct model *model;

	text_add(&text, RANGE "dhcp-match=set:bios,93,0\ndhcp-boot=tag:bios,pxelinux.0\n");
	for (unsigned i = 0; i < 2000; i++)
		text_addf(&text, "dhcp-host=52:54:00:00:%02x:%02x,set:node%u\n", i >> 8, i & 0xff, i);
	model = model_of(text.bytes);
	ck_assert_int_eq(existing_check(model, NULL, NULL, findings, &proof), 0);
	ck_assert_uint_eq(proof.classes, 2 * 53);
	ck_assert(!has_finding(findings, "chain.too-many", 0));
	model_free(model);
}
END_TEST

/* Findings that a configuration as people have them must have, and must not have. */
static const struct {
	const char *what, *text, *id;
	unsigned line;				/* of the finding */
	bool found;
} proofs[] = {
	{ "HTTP Boot by a line for it", "dhcp-match=set:http,93,16\ndhcp-boot=tag:http,snponly.efi\n", "chain.http", 3, true },
	{ "HTTP Boot by its class", "dhcp-vendorclass=set:http,HTTPClient\ndhcp-boot=tag:http,snponly.efi\n", "chain.http", 3,
	  true },
	{ "option 60 for everybody", "dhcp-option-force=60,HTTPClient\ndhcp-boot=syslinux.efi\n", "chain.http", 3, true },
	{ "a URL without option 60", "dhcp-boot=http://10.77.0.1/snponly.efi\n", "chain.http", 2, true },
	{ "a name for everybody", "dhcp-boot=syslinux.efi\n", "chain.http", 2, false },
	{ "a name for all but some", "dhcp-match=set:ipxe,175\ndhcp-boot=tag:!ipxe,snponly.efi\ndhcp-boot=tag:ipxe,a.ipxe\n",
	  "chain.http", 3, false },

	{ "a name for everybody as an option", "dhcp-option=67,syslinux.efi\n", "chain.http", 2, false },
	{ "a name as an option for them", "dhcp-match=set:http,93,16\ndhcp-option=tag:http,67,syslinux.efi\n", "chain.http", 3,
	  true },

	{ "iPXE for Itanium", "dhcp-match=set:a,93,2\ndhcp-boot=tag:a,ipxe.efi\n", "chain.hole", 0, false },
	{ "iPXE and no script", "dhcp-match=set:a,93,7\ndhcp-match=set:i,175\ndhcp-boot=tag:a,tag:!i,ipxe.efi\n", "chain.hole", 4,
	  true },
	{ "names that choose a file", "dhcp-name-match=set:a,host\ndhcp-boot=tag:a,pxelinux.0\n", "dnsmasq.unknown", 2, true },
	{ "names that keep from one", "dhcp-name-match=set:a,host\ndhcp-boot=tag:!a,pxelinux.0\n", "dnsmasq.unknown", 2, true },
	{ "a Pi-hole's names", "dhcp-name-match=set:a,wpad\ndhcp-ignore-names=tag:a\n", "dnsmasq.unknown", 2, false },

	{ "iPXE for iPXE", "dhcp-match=set:bios,93,0\ndhcp-boot=tag:bios,undionly.kpxe\n", "chain.loop", 3, true },
	{ "a name that only holds it", "dhcp-match=set:bios,93,0\ndhcp-boot=tag:bios,my-netboot.xyz.kpxe\n", "chain.loop", 3,
	  true },
	{ "netboot.xyz", "dhcp-match=set:bios,93,0\ndhcp-boot=tag:bios,netboot.xyz.kpxe\n", "chain.loop", 3, false },
	{ "netboot.xyz in a folder", "dhcp-match=set:a,93,7\ndhcp-match=set:a,93,9\ndhcp-boot=tag:a,x/netboot.xyz.efi\n",
	  "chain.loop", 4, false },
	{ "netboot.xyz of another kind", "dhcp-match=set:a,93,7\ndhcp-boot=tag:a,netboot.xyz.kpxe\n", "chain.platform", 3, true },

	{ "too many relay agents", NULL, "chain.too-many", 0, true },
};

/* Each multiplies the classes. */
static void add_agents(struct text *text)
{
	for (unsigned i = 0; i < 50; i++)
		text_addf(text, "dhcp-circuitid=set:a,port%u\ndhcp-range=10.1.%u.10,10.1.%u.20,255.255.255.0\n", i, i, i);
	text_add(text, "dhcp-boot=tag:a,pxelinux.0\n");
}

START_TEST(proves)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	struct pxeboot_proof proof;
	struct model *model;

	text_add(&text, RANGE);
	if (proofs[_i].text != NULL)
		text_add(&text, proofs[_i].text);
	else
		add_agents(&text);
	model = model_of(text.bytes);
	ck_assert_int_eq(existing_check(model, NULL, NULL, findings, &proof), 0);
	ck_assert_msg(has_finding(findings, proofs[_i].id, proofs[_i].line) == proofs[_i].found, "%s", proofs[_i].what);
	ck_assert_uint_le(proof.classes, EXISTING_CLASSES_MAX);
	model_free(model);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("existing");
	TCase *tcase = tcase_create("existing");

	tcase_add_loop_test(tcase, refuses, 0, ARRAY_SIZE(refused));
	tcase_add_loop_test(tcase, says_what_is_not_modelled, 0, ARRAY_SIZE(unknown));
	tcase_add_loop_test(tcase, takes_quotes_and_comments, 0, ARRAY_SIZE(lines));
	tcase_add_loop_test(tcase, answers_like_dnsmasq, 0, ARRAY_SIZE(answers));
	tcase_add_test(tcase, one_place_for_the_name);
	tcase_add_test(tcase, many_hosts);
	tcase_set_timeout(tcase, 60);		/* a hundred thousand walks, on any machine */
	tcase_add_loop_test(tcase, proves, 0, ARRAY_SIZE(proofs));
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
