/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The classes of clients.  Option 93 comes before option 60, which counts only where that is missing.  An iPXE that is not
 * the own build gets the file that its architecture's firmware gets, which replaces it: so the class for any iPXE stands
 * behind the architectures that have an own build, and before those that have none.
 */
#include <stdio.h>
#include <string.h>

#include "comware.h"

static size_t group_of(const struct comware_writer *writer, const char *file, bool http)
{
	size_t i;

	for (i = 0; i < writer->n_classes; i++)
		if (strcmp(writer->classes[i].file, file) == 0 && writer->classes[i].http == http)
			break;
	return i;
}

static void add(struct comware_writer *writer, struct comware_class class)
{
	class.group = group_of(writer, class.file, class.http);
	writer->classes[writer->n_classes++] = class;
}

static void add_pairs(struct comware_writer *writer, bool has_build, enum comware_kind kind)
{
	for (size_t i = 0; i < writer->n_pairs; i++) {
		const struct boot_pair *pair = &writer->pairs[i];
		const char *file = pair->served ? boot_loader(writer->policy, pair, &writer->error) : NULL;

		if (file != NULL && boot_arch_has_build(writer->policy, pair->arch) == has_build)
			add(writer, (struct comware_class){ .kind = kind, .pair = pair, .file = file, .http = pair->http });
	}
}

void comware_collect(struct comware_writer *writer)
{
	const struct comware_class any = { .kind = COMWARE_IPXE, .begins = "iPXE", .file = writer->script.bytes };

	writer->n_pairs = boot_pairs(writer->policy, false, writer->pairs);
	if (writer->user_class != NULL)
		add(writer, (struct comware_class){ .kind = COMWARE_USER_CLASS, .begins = writer->user_class,
			.file = writer->script.bytes });
	add_pairs(writer, true, COMWARE_NUMBERS);
	add_pairs(writer, true, COMWARE_DIGITS);
	add(writer, any);
	add_pairs(writer, false, COMWARE_NUMBERS);
	add_pairs(writer, false, COMWARE_DIGITS);
}

void comware_class_name(const struct comware_class *class, char ret[48])
{
	static const char *const names[] = {
		[COMWARE_USER_CLASS] = "own", [COMWARE_IPXE] = "ipxe", [COMWARE_NUMBERS] = "", [COMWARE_DIGITS] = "60-",
	};
	char pair[BOOT_PAIR_NAME] = "";

	if (class->pair != NULL)
		boot_pair_name(class->pair, pair);
	snprintf(ret, 48, "pxeboot-%s%s", names[class->kind], pair);
}

/* ---- Rules ---- */

/* Without an offset some releases want the whole option to be so, others its beginning. */
static void add_rule(struct text *out, unsigned *rule, unsigned option, const void *bytes, size_t length, unsigned offset)
{
	text_addf(out, " if-match rule %u option %u hex ", ++*rule, option);
	for (size_t i = 0; i < length; i++)
		text_addf(out, "%02x", ((const uint8_t *)bytes)[i]);
	text_addf(out, " offset %u length %zu\n", offset, length);
}

static void add_user_class(struct text *out, unsigned *rule, const char *begins)
{
	for (unsigned offset = 0; offset <= 1; offset++)
		add_rule(out, rule, 77, begins, strlen(begins), offset);
}

static void add_numbers(struct text *out, unsigned *rule, uint16_t code)
{
	const uint8_t bytes[2] = { (uint8_t)(code >> 8), (uint8_t)code };

	for (unsigned i = 0; i < COMWARE_LIST; i++)
		add_rule(out, rule, 93, bytes, sizeof(bytes), 2 * i);
}

static void add_digits(struct text *out, unsigned *rule, uint16_t code, bool http)
{
	char begins[32];

	snprintf(begins, sizeof(begins), "%s:Arch:%05u", http ? "HTTPClient" : "PXEClient", code);
	add_rule(out, rule, 60, begins, strlen(begins), 0);
}

static void add_pair(struct text *out, unsigned *rule, const struct comware_class *class)
{
	for (uint16_t code = 0; code < PXEBOOT_ARCH_CODE_COUNT; code++)
		if (boot_pair_has(class->pair, code) && class->kind == COMWARE_NUMBERS)
			add_numbers(out, rule, code);
		else if (boot_pair_has(class->pair, code))
			add_digits(out, rule, code, class->pair->http);
}

void comware_write_class(struct comware_writer *writer, const struct comware_class *class)
{
	unsigned rule = 0;
	char name[48];

	comware_class_name(class, name);
	text_addf(writer->out, "dhcp class %s\n", name);
	switch (class->kind) {
	case COMWARE_USER_CLASS:
		add_user_class(writer->out, &rule, class->begins);
		break;
	case COMWARE_IPXE:
		add_user_class(writer->out, &rule, class->begins);
		text_addf(writer->out, " if-match rule %u option 175\n", ++rule);
		break;
	case COMWARE_NUMBERS:
	case COMWARE_DIGITS:
		add_pair(writer->out, &rule, class);
		break;
	}
	text_add(writer->out, " quit\n");
}
