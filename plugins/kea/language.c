/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Kea's two languages: JSON, and in its strings the expressions of tests.  Names and bytes that come from a policy stand in
 * tests as hexadecimal alone, and in JSON's strings escaped.
 */
#include <errno.h>
#include <string.h>

#include "kea.h"

void kea_refuse(struct kea_writer *writer, struct location where, const char *id, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	diagnostics_addv(writer->findings, PXEBOOT_ERROR, id, where, format, arguments);
	va_end(arguments);
	writer->error = -EBADMSG;
}

/* ---- Tests ---- */

void kea_add_hex(struct text *test, const void *bytes, size_t length)
{
	text_add(test, "0x");
	for (size_t i = 0; i < length; i++)
		text_addf(test, "%02x", ((const unsigned char *)bytes)[i]);
}

void kea_or(struct text *test, const char *format, ...)
{
	va_list arguments;

	if (test->length > 0)
		text_add(test, " or ");
	va_start(arguments, format);
	text_addv(test, format, arguments);
	va_end(arguments);
}

void kea_or_begins(struct text *test, const char *what, unsigned from, const void *bytes, size_t length)
{
	kea_or(test, "substring(%s,%u,%zu) == ", what, from, length);
	kea_add_hex(test, bytes, length);
}

/* ---- JSON ---- */

static void add_string(struct text *out, const char *string)
{
	text_add_char(out, '"');
	for (const unsigned char *c = (const unsigned char *)string; *c != '\0'; c++) {
		if (*c < 0x20 || *c == 0x7f)
			text_addf(out, "\\u%04x", *c);
		else if (*c == '"' || *c == '\\')
			text_addf(out, "\\%c", *c);
		else
			text_add_char(out, (char)*c);
	}
	text_add_char(out, '"');
}

/* In option 67 as well: the firmware may look there alone.  Its bytes, as a comma would end a text. */
static void add_http_options(struct text *out, const char *file)
{
	text_add(out, ",\n  \"option-data\": [ { \"code\": 60, \"data\": \"HTTPClient\", \"always-send\": true },\n"
		 "    { \"code\": 67, \"csv-format\": false, \"always-send\": true, \"data\": \"");
	for (; *file != '\0'; file++)
		text_addf(out, "%02x", (unsigned char)*file);
	text_add(out, "\" } ]");
}

static void add_raspberry_options(struct text *out)
{
	static const char menu[] = BOOT_RASPBERRY_MENU;

	text_add(out, ",\n  \"option-data\": [ { \"code\": 60, \"data\": \"PXEClient\", \"always-send\": true },\n"
		 "    { \"code\": 43, \"csv-format\": false, \"always-send\": true, \"data\": \"");
	for (size_t i = 0; i < sizeof(menu) - 1; i++)
		text_addf(out, "%02x", (unsigned char)menu[i]);
	text_add(out, "\" } ]");
}

static void add_answer(struct kea_writer *writer, const struct kea_answer *answer)
{
	if (!boot_name_fits(writer->policy, answer->file, "kea.file-name", writer->findings)) {
		writer->error = -EBADMSG;
		return;
	}
	text_addf(writer->out, ",\n  \"next-server\": \"%s\", \"boot-file-name\": ", writer->address);
	add_string(writer->out, answer->file);
	if (answer->http)
		add_http_options(writer->out, answer->file);
}

void kea_class(struct kea_writer *writer, const char *name, struct text *test, struct kea_answer answer)
{
	if (test->error != 0)
		writer->error = test->error;
	if (test->length == 0)
		return;
	text_add(writer->out, writer->n_classes++ > 0 ? ",\n" : "");
	if (writer->heading != NULL)
		text_addf(writer->out, "\n# %s\n", writer->heading);
	writer->heading = NULL;
	text_addf(writer->out, "{ \"name\": \"pxeboot-%s\",\n  \"test\": ", name);
	add_string(writer->out, test->bytes);
	if (answer.file != NULL)
		add_answer(writer, &answer);
	if (answer.raspberry_pi)
		add_raspberry_options(writer->out);
	text_add(writer->out, " }");
	text_free(test);
}
