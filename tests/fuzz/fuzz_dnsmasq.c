/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as a dnsmasq configuration, and what stands before its first NUL as the options of a DHCP message: a
 * configuration is refused if and only if an error says why, the answer stays in its bounds, and the proof has an end.
 */
#include <errno.h>
#include <string.h>

#include "dnsmasq/existing.h"
#include "fuzz.h"

#define PROVED_MAX 1500			/* bytes; a proof of more takes its time */

static size_t check_findings(const struct pxeboot_diagnostics *diagnostics)
{
	const struct pxeboot_diagnostic *diagnostic;
	size_t errors = 0;

	for (size_t i = 0; (diagnostic = pxeboot_diagnostics_get(diagnostics, i)) != NULL; i++) {
		errors += diagnostic->severity == PXEBOOT_ERROR;
		for (const char *at = diagnostic->text; *at != '\0'; at++)
			fuzz_require(*at == '\n' || ((unsigned char)*at >= 0x20 && *at != 0x7f));
	}
	return errors;
}

static void take_options(struct model_question *question, const uint8_t *bytes, size_t length)
{
	for (size_t at = 0; length - at >= 2; at += bytes[at + 1] + 2u) {
		if (bytes[at + 1] > length - at - 2)
			return;
		question->options[bytes[at]] = (struct model_bytes){ bytes + at + 2, bytes[at + 1] };
	}
}

static void require_answer(const struct model_answer *answer)
{
	fuzz_require(answer->n_tags <= MODEL_TAGS_MAX && answer->n_items <= MODEL_ITEMS_MAX && answer->n_named <= 2);
	fuzz_require(memchr(answer->field, '\0', sizeof(answer->field)) != NULL);
	fuzz_require(memchr(answer->server_name, '\0', sizeof(answer->server_name)) != NULL);
	fuzz_require(!answer->silent || (answer->file == NULL && answer->reason != NULL));
	fuzz_require(answer->file == NULL || (answer->rule != NULL && answer->where.line > 0));
	for (size_t i = 0; i < answer->n_tags; i++)
		fuzz_require(answer->tags[i] != NULL);
}

static void ask(const struct model *model, const uint8_t *options, size_t length)
{
	static const struct { uint8_t type; bool boot_service; uint32_t relay; } kinds[] = {
		{ 1, false, 0 }, { 3, false, 0 }, { 3, true, 0 }, { 1, false, 0x0a000101 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct model_question question = {
			.mac = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 }, .type = kinds[i].type, .boot_service = kinds[i].boot_service,
			.interface = "eth0", .local = 0x0a000001, .netmask = 0xffffff00, .relay = kinds[i].relay,
			.address = 0x0a000002,
		};
		struct model_answer answer;

		take_options(&question, options, length);
		model_answer(model, &question, &answer);
		require_answer(&answer);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const uint8_t *nul = length > 0 ? memchr(bytes, 0, length) : NULL;
	size_t options = nul != NULL ? (size_t)(nul - bytes) : 0, skip = nul != NULL ? options + 1 : 0;
	struct pxeboot_diagnostics *diagnostics;
	struct pxeboot_proof proof;
	struct model *model = NULL;
	int r;

	if (pxeboot_diagnostics_new(&diagnostics) < 0)
		return 0;
	r = model_read_bytes("fuzz.conf", bytes + skip, length - skip, diagnostics, &model);
	fuzz_require(r == 0 || r == -EBADMSG || r == -ENOMEM);
	fuzz_require((r == 0) == (model != NULL));
	fuzz_require(r != -EBADMSG || check_findings(diagnostics) > 0);
	if (model != NULL) {
		ask(model, bytes, options);
		if (length - skip <= PROVED_MAX)
			fuzz_require(existing_check(model, NULL, NULL, diagnostics, &proof) == 0);
	}
	check_findings(diagnostics);
	model_free(model);
	pxeboot_diagnostics_free(diagnostics);
	return 0;
}
