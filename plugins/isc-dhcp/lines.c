/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The language of dhcpd.conf: lines, strings, what hands out a file.
 */
#include <errno.h>
#include <string.h>

#include "isc.h"

void isc_line(struct isc_writer *writer, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	text_addv(writer->out, format, arguments);
	va_end(arguments);
	text_add_char(writer->out, '\n');
}

void isc_heading(struct isc_writer *writer, const char *words)
{
	text_addf(writer->out, "\n# %s\n", words);
}

/* Three octal digits stand for any byte. */
void isc_add_string(struct text *text, const char *value)
{
	text_add_char(text, '"');
	for (const unsigned char *c = (const unsigned char *)value; *c != '\0'; c++)
		if (*c >= 0x20 && *c < 0x7f && *c != '"' && *c != '\\')
			text_add_char(text, (char)*c);
		else
			text_addf(text, "\\%03o", *c);
	text_add_char(text, '"');
}

void isc_add_hex(struct text *text, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		text_addf(text, i == 0 ? "%02x" : ":%02x", bytes[i]);
}

void isc_add_or(struct text *condition)
{
	if (condition->length > 0)
		text_add(condition, "\n    or ");
}

void isc_boot(struct isc_writer *writer, const char *indent, const char *file)
{
	CLEANUP_TEXT struct text quoted = TEXT_INIT;

	if (!boot_name_fits(writer->policy, file, "isc.file-name", writer->findings)) {
		writer->error = -EBADMSG;
		return;
	}
	isc_add_string(&quoted, file);
	isc_line(writer, "%sfilename %s;", indent, text_string(&quoted));
	isc_line(writer, "%snext-server %s;", indent, writer->address);
}

void isc_boot_both(struct isc_writer *writer, const char *path, const char *url)
{
	if (url != NULL) {
		isc_line(writer, "\t\tif config-option pxeboot.http = \"yes\" {");
		isc_boot(writer, "\t\t\t", url);
		isc_line(writer, "\t\t\toption vendor-class-identifier \"HTTPClient\";\n\t\t}");
	}
	if (path != NULL) {
		isc_line(writer, "\t\t%s {", url != NULL ? "else" : "if not (config-option pxeboot.http = \"yes\")");
		isc_boot(writer, "\t\t\t", path);
		isc_line(writer, "\t\t}");
	}
}
