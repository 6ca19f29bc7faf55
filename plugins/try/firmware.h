/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The machines that the lab can build: one row for each firmware.
 */
#ifndef TRY_FIRMWARE_H
#define TRY_FIRMWARE_H

#include <stdbool.h>

struct firmware {
	const char *name;
	const char *program, *package;		/* QEMU, and the Debian package that has it */
	const char *machine;			/* QEMU's -machine */
	const char *code, *variables;		/* flash images; NULL where QEMU brings its own, or there are settings */
	const char *flash_package;
	bool below_sbi;				/* OpenSBI has to start it */
	const char *nic;			/* the network card that this firmware boots from by itself */
	const char *disk;			/* how a disk is attached, as most of these machines have it */
	bool disguise;				/* its card's ROM is an iPXE, unlike most real ones */
	bool http_boot;				/* it can be told to ask over HTTP */
	bool text_screen;			/* the text of the screen can be read at 0xb8000 */
	bool secure;				/* Secure Boot is on */
	const char *settings;			/* of U-Boot (see u_boot.h); NULL: it is another */
	const char *const *more;		/* screen, keyboard and so on: further arguments, NULL-terminated */
};

/* Lends the row; NULL past the end. */
const struct firmware *firmware_get(unsigned index);
const struct firmware *firmware_by_name(const char *name);
/* The same machine with Secure Boot on, by the keys that machines are sold with (Microsoft's); NULL where Debian has no such
 * firmware. */
const struct firmware *firmware_with_secure_boot(const struct firmware *firmware);

#endif
