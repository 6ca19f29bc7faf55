/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the strings of a policy may look like.  Every string passes one of these before anything else sees it, so that
 * no control character, broken UTF-8 or stray path reaches a script, a configuration or a terminal.
 */
#ifndef POLICY_VALUE_H
#define POLICY_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macro.h"
#include "policy/policy.h"

enum value_kind {
	VALUE_TEXT,		/* printable UTF-8; may be empty */
	VALUE_NAME,
	VALUE_ADDRESS,
	VALUE_ABSOLUTE,		/* path of a file or directory of this system */
	VALUE_HTTP,		/* of the web server, nothing behind it but a path */
	VALUE_INTERFACE,
	VALUE_RANGE,
	VALUE_ADDRESS6,
	VALUE_HTTP6,
	VALUE_RANGE6,
	VALUE_FILE_NAME,	/* one component */
	VALUE_FILE,		/* path in the boot root */
	VALUE_FILE_OR_URL,
	VALUE_ISO,
	VALUE_CHAIN,
	VALUE_SAN,
	VALUE_INITIATOR,
	VALUE_ANSWERS,
	VALUE_ACTION,
	VALUE_TFTP,
	VALUE_DHCP,
	VALUE_REPLACE,
	VALUE_MENUS,
	VALUE_USER_CLASS,
	VALUE_COLOUR,
	VALUE_KEY,
	VALUE_MAC,
	VALUE_MAC_PREFIX,
	VALUE_UUID,
	VALUE_SERIAL,
	VALUE_ARCH,
	VALUE_FIRMWARE,
	VALUE_SUBNET,
	VALUE_FEATURE,		/* of an own build of iPXE */
	VALUE_SHA256,
	VALUE_MATCH,		/* what a fact is compared with: printable, not empty, no longer than one */
};
#define VALUE_KINDS (VALUE_MATCH + 1)

bool value_is(enum value_kind kind, const char *string);
/* What to tell somebody whose value is not: "a MAC address like 52:54:00:12:34:56". */
const char *value_expected(enum value_kind kind);

/* What somebody may have meant whose value is none of the kind's names; NULL where none is near, or it has no names. */
const char *value_nearest(enum value_kind kind, const char *string);

/* Decoders of values that passed; -EINVAL where they would not have. */
int value_range(const char *string, uint32_t *ret_first, uint32_t *ret_last) MUST_USE;
int value_colour(const char *string, struct pxeboot_colour *ret_colour) MUST_USE;
int value_action(const char *string, enum action *ret_action) MUST_USE;
const char *value_action_name(enum action action);
bool value_is_url(const char *string);
bool value_is_http(const char *string);
/* Of this server, so that no interface has to be named with it; in hexadecimal alone. */
bool value_is_address6(const char *string);
/* As value_is_http(), and its host may be [ADDRESS], but no IPv4 address. */
bool value_is_http6(const char *string);
bool value_is_range6(const char *string);
bool value_is_interface(const char *string);

#endif
