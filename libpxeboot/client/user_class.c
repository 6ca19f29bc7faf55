/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * User class, option 77.  RFC 3004 frames each class with a length byte; iPXE sends its four letters bare, and so do
 * others.  Both are common, so both are read, and what the class begins with is looked up in the bytes as they came,
 * because that is what DHCP servers compare.
 */
#include <errno.h>
#include <string.h>

#include "base/cursor.h"
#include "base/text.h"
#include "client/fact.h"

/* Keeps the bytes for prefixes.  To be called when the fact itself has been put, which drops the old ones. */
static int keep_bytes(struct pxeboot_client *client, const void *bytes, size_t length)
{
	uint8_t *copy;

	if (!length)
		return 0;
	copy = malloc(length);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, bytes, length);
	client->user_class = copy;
	client->user_class_length = length;
	return 0;
}

/* Does the whole option split into parts of RFC 3004, none of them empty? */
static bool is_framed(const uint8_t *bytes, size_t length)
{
	struct cursor option = cursor_over(bytes, length);
	uint8_t part;

	while (cursor_left(&option))
		if (cursor_u8(&option, &part) || !part || cursor_skip(&option, part))
			return false;
	return true;
}

/* Adds what stands between NULs, the empty left out, and counts it. */
static void add_classes(struct text *joined, const uint8_t *bytes, size_t length, size_t *count)
{
	size_t part;

	while (length) {
		part = strnlen((const char *)bytes, length);
		if (part) {
			text_add_bytes(joined, ",", *count ? 1 : 0);
			text_add_bytes(joined, bytes, part);
			++*count;
		}
		if (part == length)
			return;
		bytes += part + 1;
		length -= part + 1;
	}
}

/* DHCPv6 has two bytes of length before each (RFC 8415, section 21.15).  What stands before a fault is joined. */
int fact_put_user_class_option6(struct pxeboot_client *client, const uint8_t *bytes, size_t length)
{
	CLEANUP_TEXT struct text joined = TEXT_INIT;
	struct cursor option = cursor_over(bytes, length);
	const uint8_t *class = NULL, *first = NULL;
	size_t count = 0, first_length = 0;
	uint16_t part;

	while (!cursor_be16(&option, &part) && !cursor_bytes(&option, part, &class)) {
		if (!first) {
			first = class;
			first_length = part;
		}
		add_classes(&joined, class, part, &count);
	}
	if (joined.error)
		return joined.error;
	if (cursor_left(&option))
		count = CLIENT_MAX_CLASSES + 1;
	return fact_put_user_classes(client, joined.bytes ? joined.bytes : "", count, (const char *)first, first_length);
}

/* Joins the classes of the option; -EBADMSG when there are too many. */
static int join(const uint8_t *bytes, size_t length, struct text *joined)
{
	struct cursor option = cursor_over(bytes, length);
	const uint8_t *class;
	size_t count = 0;
	uint8_t part;

	if (!is_framed(bytes, length))
		add_classes(joined, bytes, length, &count);
	else
		while (!cursor_u8(&option, &part) && !cursor_bytes(&option, part, &class))
			add_classes(joined, class, part, &count);
	if (joined->error)
		return joined->error;
	return count > CLIENT_MAX_CLASSES ? -EBADMSG : 0;
}

int fact_put_user_class_option(struct pxeboot_client *client, const uint8_t *bytes, size_t length)
{
	CLEANUP_TEXT struct text joined = TEXT_INIT;
	int malformed = join(bytes, length, &joined);
	int error = 0;

	if (malformed && malformed != -EBADMSG)
		return malformed;
	if (malformed)
		fact_clear(client, PXEBOOT_FACT_USER_CLASS, FACT_MALFORMED);
	else
		error = fact_put(client, PXEBOOT_FACT_USER_CLASS, joined.bytes, joined.length);
	if (!error)
		error = keep_bytes(client, bytes, length);
	return error ? error : malformed;
}

int fact_put_user_classes(struct pxeboot_client *client, const char *joined, size_t count, const char *first,
			  size_t first_length)
{
	size_t length = strlen(joined);
	int malformed = length > CLIENT_MAX_OPTION || count > CLIENT_MAX_CLASSES ? -EBADMSG : 0;
	int error = 0;

	if (malformed)
		fact_clear(client, PXEBOOT_FACT_USER_CLASS, FACT_MALFORMED);
	else
		error = fact_put(client, PXEBOOT_FACT_USER_CLASS, joined, length);
	if (!error)
		error = keep_bytes(client, first, first_length);
	return error ? error : malformed;
}

static bool begins(const uint8_t *bytes, size_t length, const char *prefix)
{
	size_t n = strlen(prefix);

	return n <= length && !memcmp(bytes, prefix, n);
}

bool client_has_user_class(const struct pxeboot_client *client, const char *class)
{
	const uint8_t *bytes = client->user_class;
	size_t length = client->user_class_length;

	if (client_asks_ipv6(client))
		return length == strlen(class) && begins(bytes, length, class);
	return length && (begins(bytes, length, class) || begins(bytes + 1, length - 1, class));
}
