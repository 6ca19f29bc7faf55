/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The language of dnsmasq's configuration: lines, quoted fields, hexadecimal matches.  A field is quoted or refused,
 * never passed through.
 */
#include <errno.h>
#include <string.h>

#include "dnsmasq.h"

void dnsmasq_refuse(struct dnsmasq_writer *writer, struct location where, const char *id, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	diagnostics_addv(writer->findings, PXEBOOT_ERROR, id, where, format, arguments);
	va_end(arguments);
	writer->error = -EBADMSG;
}

void dnsmasq_line(struct dnsmasq_writer *writer, const char *format, ...)
{
	size_t before = writer->out->length;
	va_list arguments;

	va_start(arguments, format);
	text_addv(writer->out, format, arguments);
	va_end(arguments);
	text_add_char(writer->out, '\n');
	if (writer->out->length - before > DNSMASQ_LINE_MAX)
		dnsmasq_refuse(writer, (struct location){ NULL, 0 }, "dnsmasq.line",
			       "dnsmasq: a line of %zu bytes, expected at most %d", writer->out->length - before,
			       DNSMASQ_LINE_MAX);
}

void dnsmasq_heading(struct dnsmasq_writer *writer, const char *words)
{
	text_addf(writer->out, "\n# %s\n", words);
}

static bool is_plain(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c != '\0' && strchr("/._-:", c) != NULL);
}

bool dnsmasq_quote(struct dnsmasq_writer *writer, struct text *field, const char *what, const char *value)
{
	CLEANUP_TEXT struct text shown = TEXT_INIT;
	bool plain = value[0] != '\0';

	for (const unsigned char *c = (const unsigned char *)value; *c != '\0'; c++) {
		if (*c < 0x20 || *c == 0x7f) {
			text_add_escaped(&shown, value);
			dnsmasq_refuse(writer, (struct location){ NULL, 0 }, "dnsmasq.quote",
				       "%s: dnsmasq's configuration can't hold control characters, got '%s'", what,
				       text_string(&shown));
			return false;
		}
		plain = plain && is_plain(*c);
	}
	if (plain) {
		text_add(field, value);
		return true;
	}
	text_add_char(field, '"');
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			text_add_char(field, '\\');
		text_add_char(field, *value);
	}
	text_add_char(field, '"');
	return true;
}

void dnsmasq_add_hex(struct text *text, const void *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		text_addf(text, i == 0 ? "%02x" : ":%02x", ((const unsigned char *)bytes)[i]);
}

void dnsmasq_boot(struct dnsmasq_writer *writer, const char *tags, const char *file)
{
	CLEANUP_TEXT struct text field = TEXT_INIT;

	if (file == NULL)
		return;
	if (!boot_name_fits(writer->policy, file, "dnsmasq.file-name", writer->findings)) {
		writer->error = -EBADMSG;
		return;
	}
	if (dnsmasq_quote(writer, &field, "boot file name", file))
		dnsmasq_line(writer, "dhcp-boot=%s%s%s,,%s", tags, tags == NULL || *tags == '\0' ? "" : ",", text_string(&field),
			     writer->address);
}
