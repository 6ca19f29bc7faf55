/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any text as a scalar or a name, and through every quoting function of the library: a scalar that is taken is the same when
 * it is written down and read again, and what is quoted keeps to its target's rules.
 */
#include <errno.h>
#include <string.h>

#include "base/scalar.h"
#include "given.h"
#include "render/filter.h"
#include "render/quote.h"

#define TRIED_MAX 4096

static void try_addresses(const char *text)
{
	uint8_t mac[MAC_LENGTH], mac_again[MAC_LENGTH], uuid[UUID_LENGTH], uuid_again[UUID_LENGTH], ip6[IP6_LENGTH];
	char shown[40];
	uint32_t ip4, ip4_again;
	size_t length;

	if (scalar_mac(text, mac) == 0) {
		scalar_format_mac(mac, ':', shown);
		fuzz_require(scalar_mac(shown, mac_again) == 0 && memcmp(mac, mac_again, sizeof(mac)) == 0);
	}
	if (scalar_mac_prefix(text, mac, &length) == 0)
		fuzz_require(length >= 1 && length <= MAC_LENGTH);
	if (scalar_uuid(text, uuid) == 0) {
		scalar_format_uuid(uuid, shown);
		fuzz_require(scalar_uuid(shown, uuid_again) == 0 && memcmp(uuid, uuid_again, sizeof(uuid)) == 0);
	}
	if (scalar_ip4(text, &ip4) == 0) {
		scalar_format_ip4(ip4, shown);
		fuzz_require(scalar_ip4(shown, &ip4_again) == 0 && ip4 == ip4_again);
	}
	fuzz_require(scalar_ip6(text, ip6) < 0 || strchr(text, ':'));
}

static void try_numbers(const char *text)
{
	char shown[SCALAR_U64_SIZE];
	struct ip4_prefix prefix;
	uint32_t number, again;

	if (scalar_u32(text, 0, UINT32_MAX, &number) == 0) {
		scalar_format_u64(number, shown);
		fuzz_require(scalar_u32(shown, 0, UINT32_MAX, &again) == 0 && number == again);
	}
	if (scalar_ip4_prefix(text, &prefix) == 0)
		fuzz_require(prefix.length <= 32 && ip4_prefix_has(&prefix, prefix.address));
}

static void try_names(const char *text)
{
	struct pxeboot_program program;

	fuzz_require(!scalar_is_name(text) || (strlen(text) <= 64 && !strpbrk(text, " /.\"'$`\\\n")));
	fuzz_require(!scalar_is_file_path(text) || (text[0] != '/' && strlen(text) < 1024 && !strstr(text, "//")));
	if (scalar_is_file_path(text))
		fuzz_require(strcmp(text, "..") != 0 && strncmp(text, "../", 3) != 0 && !strstr(text, "/../"));
	fuzz_require(pxeboot_arch_by_name(text) < PXEBOOT_ARCH_COUNT && pxeboot_fact_by_name(text) < PXEBOOT_FACT_COUNT);
	pxeboot_program_by_name(text, &program);
	(void)pxeboot_policy_get(given_policy(), text);
}

static void try_escape(const char *text)
{
	CLEANUP_TEXT struct text out = TEXT_INIT;
	size_t step;

	text_add_escaped(&out, text);
	for (const char *at = out.bytes; at && *at; at += step) {
		step = text_printable_length(at);
		fuzz_require(step > 0 && *at != '\'');
		if (*at == '\\')
			step = 2;
	}
}

/* iPXE splits before it expands: quoted text adds no line, no comment, no operator and no word. */
static void try_quote(const char *text, bool one_word)
{
	CLEANUP_TEXT struct text out = TEXT_INIT, plain = TEXT_INIT, script = TEXT_INIT;
	struct pxeboot_lint_options options = { .target = PXEBOOT_LINT_D12 };
	struct pxeboot_diagnostics *findings = NULL;
	unsigned symbols = 0;
	int r = quote_add(&out, text, one_word, &symbols);

	fuzz_require(r == 0 || r == -EBADMSG || r == -E2BIG);
	if (r == 0 && quote_add_plain(&plain, text, one_word))
		fuzz_require(strcmp(plain.bytes ? plain.bytes : "", out.bytes ? out.bytes : "") == 0);
	if (r < 0 || strpbrk(text, "\x01\x02"))
		return;
	fuzz_require(!out.bytes || !strpbrk(out.bytes, one_word ? "\r\n \t" : "\r\n"));
	text_add(&script, "#!ipxe\n");
	quote_add_symbols(&script, symbols);
	text_addf(&script, "echo x%s\n", out.bytes ? out.bytes : "");
	fuzz_require(pxeboot_diagnostics_new(&findings) == 0);
	(void)pxeboot_lint("quoted", script.bytes, script.length, &options, findings);
	fuzz_require(given_errors(findings) == 0);
	pxeboot_diagnostics_free(findings);
}

/* Values with control characters come to no filter. */
static void try_filters(const char *text)
{
	static const char *const names[] = { "json", "yaml", "xml", "sh", "uri", "raw", "sh|json", "uri|xml", "nothing", "sh|" };

	for (const char *at = text; *at; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			return;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		CLEANUP_TEXT struct text out = TEXT_INIT;
		int r = filter_add(&out, (struct slice){ names[i], strlen(names[i]) }, text);

		fuzz_require(r == 0 || r == -ENOENT);
		if (out.bytes)
			given_require_shown(out.bytes);
		if (r == 0 && strcmp(names[i], "xml") == 0)
			fuzz_require(!out.bytes || !strpbrk(out.bytes, "<>\"'"));
		if (r == 0 && strcmp(names[i], "uri") == 0)
			fuzz_require(!out.bytes || !strpbrk(out.bytes, " \"'<>\\`$&?#"));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char *text = length <= TRIED_MAX ? strndup((const char *)bytes, length) : NULL;

	if (!text)
		return 0;
	try_addresses(text);
	try_numbers(text);
	try_names(text);
	try_escape(text);
	try_quote(text, false);
	try_quote(text, true);
	try_filters(text);
	free(text);
	return 0;
}
