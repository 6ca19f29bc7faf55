/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a person wants to see afterwards (see lab.h): the screen, the ends of the logs, everything in a directory.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "lab.h"

#define SCREEN_PICTURE SCRATCH "/screen.png"
#define SCREEN_TEXT SCRATCH "/screen.txt"
#define SCREEN_MEMORY SCRATCH "/screen.memory"
#define TEXT_ADDRESS 0xb8000ul
#define TEXT_COLUMNS 80ul
#define TEXT_ROWS 25
#define PICTURE_MAX (32u << 20)
#define LOG_MAX (16u << 20)
#define LOG_LINES 6

/* What the scratch directory may hold; after a failure, the end of those with a title is shown. */
static const struct {
	const char *name, *title;
} files[] = {
	{ "machine.log", "QEMU" },
	{ "dnsmasq.log", "dnsmasq" },
	{ "dhcpd.log", "dhcpd" },
	{ "kea.log", "Kea" },
	{ "other.log", "the other DHCP server" },
	{ "relay.log", "the relay" },
	{ "tftpd.log", "in.tftpd" },
	{ "syslog.log", "syslog (in.tftpd, the hook)" },
	{ "nginx.log", "nginx" },
	{ "run-1.log", "the first --run" },
	{ "run-2.log", "the second --run" },
	{ "run-3.log", "the third --run" },
	{ "run-4.log", "the fourth --run" },
	{ "screen.txt", "the screen" },
	{ "console.txt", "the serial console" },
	{ "serial.log", NULL },
	{ "screen.png", NULL },
	{ "dnsmasq.conf", NULL },
	{ "dhcpd.conf", NULL },
	{ "dhcpd-rules.conf", NULL },
	{ "kea-dhcp4.conf", NULL },
	{ "kea-classes.json", NULL },
	{ "tftpd.map", NULL },
	{ "nginx.conf", NULL },
	{ "hook.conf", NULL },
	{ "capture.pcap", NULL },
};

/* The text screen of a PC: two bytes a character, of which the first is the character. */
static void write_text_screen(struct lab *lab)
{
	struct text CLEANUP_TEXT text = TEXT_INIT;
	char CLEANUP_FREE *cells = NULL;
	size_t length;

	if (monitor_save_memory(&lab->monitor, TEXT_ADDRESS, 2 * TEXT_COLUMNS * TEXT_ROWS, SCREEN_MEMORY) < 0 ||
	    file_read(SCREEN_MEMORY, 2 * TEXT_COLUMNS * TEXT_ROWS, &cells, &length) < 0 ||
	    length < 2 * TEXT_COLUMNS * TEXT_ROWS)
		return;
	for (size_t row = 0; row < TEXT_ROWS; row++) {
		const char *line = cells + 2 * TEXT_COLUMNS * row;
		size_t width = TEXT_COLUMNS;

		while (width && (line[2 * width - 2] == ' ' || line[2 * width - 2] == '\0'))
			width--;
		for (size_t column = 0; column < width; column++) {
			char c = line[2 * column];

			text_add_char(&text, c >= ' ' && c <= '~' ? c : ' ');
		}
		if (width)
			text_add_char(&text, '\n');
	}
	if (text.error == 0 && text.length)
		(void)!file_write(SCREEN_TEXT, text.bytes, text.length, 0644);
}

/* Is it a picture of a PC's text screen, 720 by 400?  The header of a PNG has the size at its 16th byte. */
static bool is_text_screen(const char *picture, size_t length)
{
	return length >= 24 && memcmp(picture + 16, "\0\0\x02\xd0\0\0\x01\x90", 8) == 0;
}

int report_screenshot(struct lab *lab)
{
	char CLEANUP_FREE *picture = NULL;
	size_t length;
	int r = monitor_screenshot(&lab->monitor, SCREEN_PICTURE);

	if (r == 0)
		r = file_read(SCREEN_PICTURE, PICTURE_MAX, &picture, &length);
	if (r)
		return r;
	if (lab->options->firmware->text_screen && is_text_screen(picture, length))
		write_text_screen(lab);
	if (!lab->options->screenshot)
		return 0;
	r = file_write(lab->options->screenshot, picture, length, 0644);
	if (r < 0)
		return r;
	lab->shot = true;
	return 0;
}

/* Shows the last lines of a log, escaped. */
static void show_tail(struct lab *lab, const char *name, char *bytes, size_t length)
{
	char *line = bytes + length;
	unsigned n = 0;

	while (line > bytes && (line[-1] == '\n' || line[-1] == '\r'))
		*--line = '\0';
	for (; line > bytes && n < LOG_LINES; line--)
		if (line[-1] == '\n' && ++n == LOG_LINES)
			break;
	lines_remark(&lab->story.lines, "\nThe last of %s:", name);
	for (char *end; line && *line; line = end) {
		struct text CLEANUP_TEXT escaped = TEXT_INIT;

		end = strchr(line, '\n');
		if (end)
			*end++ = '\0';
		text_add_escaped(&escaped, line);
		lines_remark(&lab->story.lines, "    %s", escaped.bytes ? escaped.bytes : "");
	}
}

void report_failure(struct lab *lab)
{
	if (lab->monitor.socket >= 0 && lab->machine && report_screenshot(lab) == 0 && lab->shot)
		lines_remark(&lab->story.lines, "The screen as it is now: %s", lab->options->screenshot);
	if (lab->console_text)
		fflush(lab->console_text);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		struct text CLEANUP_TEXT path = TEXT_INIT;
		char CLEANUP_FREE *bytes = NULL;
		size_t length;

		text_addf(&path, SCRATCH "/%s", files[i].name);
		if (files[i].title && path.error == 0 && file_read(path.bytes, LOG_MAX, &bytes, &length) == 0 && length)
			show_tail(lab, files[i].title, bytes, length);
	}
}

static int keep_one(const char *directory, const char *name)
{
	struct text CLEANUP_TEXT from = TEXT_INIT, to = TEXT_INIT;
	char CLEANUP_FREE *bytes = NULL;
	size_t length;
	int r;

	text_addf(&from, SCRATCH "/%s", name);
	text_addf(&to, "%s/%s", directory, name);
	if (from.error || to.error)
		return -ENOMEM;
	r = file_read(from.bytes, LOG_MAX, &bytes, &length);
	if (r < 0)
		return 0;		/* this boot had none */
	r = file_make_parents(to.bytes);
	return r < 0 ? r : file_write(to.bytes, bytes, length, 0644);
}

void report_keep(const struct lab *lab)
{
	if (!lab->options->keep)
		return;
	if (lab->console_text)
		fflush(lab->console_text);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		int r = keep_one(lab->options->keep, files[i].name);

		if (r < 0) {
			lab_fail(r, "can't keep %s: %s", files[i].name, strerror(-r));
			return;
		}
	}
}
