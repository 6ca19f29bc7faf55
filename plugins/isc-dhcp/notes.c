/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who asks.  dhcpd has no variables that end with the packet: what `set` stores stays with the lease, in its file.  But
 * it has options of a space that belongs to nothing: they are never sent, and `config-option` reads them back.  So each
 * fact is found out once and noted there, for our rules and for the administrator's.
 */
#include <stdio.h>
#include <string.h>

#include "base/macro.h"
#include "isc.h"

/* The condition that bytes of an option are such. */
static void add_begins(struct text *condition, const char *option, size_t at, const char *begins)
{
	isc_add_or(condition);
	text_addf(condition, "substring(option %s, %zu, %zu) = ", option, at, strlen(begins));
	isc_add_string(condition, begins);
}

/* ---- iPXE ---- */

static void add_class(struct text *condition, const char *class)
{
	add_begins(condition, "user-class", 0, class);
	add_begins(condition, "user-class", 1, class);
}

/* Administrators define options of their own for 77, 93 and 175, under any name: built-in names, and for one that has
 * none its number, mean the same beside them. */
static void write_ipxe(struct isc_writer *writer)
{
	CLEANUP_TEXT struct text own = TEXT_INIT, any = TEXT_INIT;

	add_class(&any, "iPXE");
	isc_add_or(&any);
	text_add(&any, "(exists unknown-175 and not (substring(option unknown-175, 0, 1) = \"\"))");
	isc_heading(writer, "iPXE: the user class begins so, bare or after a length byte; or it sends option 175.");
	if (writer->user_class != NULL) {
		add_class(&own, writer->user_class);
		isc_line(writer, "if %s {\n\toption pxeboot.ipxe \"own\";\n}", text_string(&own));
	}
	isc_line(writer, "%sif %s {\n\toption pxeboot.ipxe \"%s\";\n}", writer->user_class != NULL ? "els" : "",
		 text_string(&any), writer->user_class != NULL ? "other" : "own");
	isc_line(writer, "else {\n\toption pxeboot.ipxe \"no\";\n}");
}

/* ---- Architectures ---- */

/* Any of the numbers that option 93 lists; as text they come byte by byte, "0:7:0:9". */
static void add_numbers(struct text *condition, const struct boot_pair *pair)
{
	const char *separator = "";

	text_add(condition, "config-option pxeboot.numbers ~= \"^([^:]+:[^:]+:)*0:(");
	for (uint16_t code = 0; code < PXEBOOT_ARCH_CODE_COUNT; code++)
		if (boot_pair_has(pair, code)) {
			text_addf(condition, "%s%x", separator, code);
			separator = "|";
		}
	text_add(condition, ")(:|$)\"");
}

static void add_digits(struct text *condition, const struct boot_pair *pair)
{
	char begins[32];

	for (uint16_t code = 0; code < PXEBOOT_ARCH_CODE_COUNT; code++) {
		if (!boot_pair_has(pair, code))
			continue;
		snprintf(begins, sizeof(begins), "%s:Arch:%05u", pair->http ? "HTTPClient" : "PXEClient", code);
		add_begins(condition, "vendor-class-identifier", 0, begins);
	}
}

/* The first pair that matches is noted. */
static void write_pairs(struct isc_writer *writer, void (*add)(struct text *condition, const struct boot_pair *pair),
			const char *more)
{
	for (size_t i = 0; i < writer->n_pairs; i++) {
		const struct boot_pair *pair = &writer->pairs[i];
		CLEANUP_TEXT struct text condition = TEXT_INIT;

		add(&condition, pair);
		isc_line(writer, "\t%sif %s {\n\t\toption pxeboot.arch \"%s\";%s%s\n\t}", i == 0 ? "" : "els",
			 text_string(&condition), pxeboot_arch_get(pair->arch)->name,
			 pair->http ? " option pxeboot.http \"yes\";" : "", more);
	}
}

/* Whoever names an architecture boots from the network: by any number in option 93, or digits that mean something. */
static void write_architectures(struct isc_writer *writer)
{
	isc_heading(writer, "The architecture: of the numbers in option 93 the first in this order; without them, what option\n"
		    "# 60 says (PXEClient:Arch:00007).");
	isc_line(writer, "if exists pxe-system-type and not (substring(option pxe-system-type, 0, 1) = \"\") {");
	isc_line(writer, "\toption pxeboot.numbers = binary-to-ascii(16, 8, \":\", substring(option pxe-system-type, 0, 32));");
	isc_line(writer, "\tif config-option pxeboot.numbers ~= \":\" {\n\t\toption pxeboot.boots \"yes\";\n\t}");
	write_pairs(writer, add_numbers, "");
	isc_line(writer, "} else {");
	write_pairs(writer, add_digits, " option pxeboot.boots \"yes\";");
	isc_line(writer, "}");
}

static void write_raspberry(struct isc_writer *writer)
{
	CLEANUP_TEXT struct text condition = TEXT_INIT;
	const char *prefix;

	if (pxeboot_policy_loader(writer->policy, PXEBOOT_ARCH_BIOS) == NULL && !writer->raspberry_pi)
		return;
	for (size_t i = 0; (prefix = pxeboot_rpi_prefix(i)) != NULL; i++) {
		isc_add_or(&condition);
		text_addf(&condition, "substring(hardware, 0, 4) = 01:%s", prefix);
	}
	isc_heading(writer, "A Raspberry Pi's boot ROM claims to be BIOS and isn't.");
	isc_line(writer, ISC_A_PACKET "\n\tif %s {\n\t\toption pxeboot.pi \"yes\";\n\t}\n}",
		 text_string(&condition));
}

static void write_space(struct isc_writer *writer)
{
	static const char *const notes[] = { "ipxe", "numbers", "arch", "http", "boots", "pi", "loader" };

	isc_heading(writer, "What the rules below note of a client; nothing of it is sent.");
	isc_line(writer, "option space pxeboot;");
	for (size_t i = 0; i < ARRAY_SIZE(notes); i++)
		isc_line(writer, "option pxeboot.%s code %zu = text;", notes[i], i + 1);
}

void isc_write_notes(struct isc_writer *writer)
{
	write_space(writer);
	write_ipxe(writer);
	write_architectures(writer);
	write_raspberry(writer);
}
