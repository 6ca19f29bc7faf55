/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Puts decoded facts into a client and gives each its canonical text.
 */
#include "client/fact.h"

#include <errno.h>
#include <string.h>

#include "base/cursor.h"

void fact_clear(struct pxeboot_client *client, int fact, enum fact_state state)
{
	struct fact_value *value = &client->facts[fact];

	if (value->text != value->own)
		free(value->text);
	value->text = NULL;
	value->state = state;
	if (fact == PXEBOOT_FACT_ARCH) {
		client->n_archs = 0;
		client->archs_from_vendor_class = false;
	}
	if (fact == PXEBOOT_FACT_USER_CLASS) {
		free(client->user_class);
		client->user_class = NULL;
		client->user_class_length = 0;
	}
}

int fact_put(struct pxeboot_client *client, int fact, const void *text, size_t length)
{
	struct fact_value *value = &client->facts[fact];
	char *copy;

	if (!length) {
		fact_clear(client, fact, FACT_EMPTY);
		return 0;
	}
	copy = length < sizeof(value->own) ? value->own : malloc(length + 1);
	if (!copy)
		return -ENOMEM;
	memmove(copy, text, length);	/* it may be the fact's old text */
	copy[length] = '\0';
	fact_clear(client, fact, FACT_THERE);
	value->text = copy;
	return 0;
}

int fact_put_mac(struct pxeboot_client *client, const uint8_t mac[MAC_LENGTH])
{
	char text[3 * MAC_LENGTH];
	int error;

	scalar_format_mac(mac, ':', text);
	error = fact_put(client, PXEBOOT_FACT_MAC, text, strlen(text));
	if (!error)
		memcpy(client->mac, mac, MAC_LENGTH);
	return error;
}

int fact_put_uuid(struct pxeboot_client *client, const uint8_t uuid[UUID_LENGTH])
{
	static const uint8_t zeros[UUID_LENGTH];
	char text[37];
	int error;

	/* What firmware sends when the board has none: no identity. */
	if (!memcmp(uuid, zeros, UUID_LENGTH)) {
		fact_clear(client, PXEBOOT_FACT_UUID, FACT_ABSENT);
		return 0;
	}
	scalar_format_uuid(uuid, text);
	error = fact_put(client, PXEBOOT_FACT_UUID, text, strlen(text));
	if (!error)
		memcpy(client->uuid, uuid, UUID_LENGTH);
	return error;
}

int fact_put_address(struct pxeboot_client *client, int fact, uint32_t address)
{
	char text[16];
	int error;

	if (!address) {
		fact_clear(client, fact, FACT_ABSENT);
		return 0;
	}
	scalar_format_ip4(address, text);
	error = fact_put(client, fact, text, strlen(text));
	if (!error)
		*(fact == PXEBOOT_FACT_RELAY ? &client->relay : &client->address) = address;
	return error;
}

int fact_put_family(struct pxeboot_client *client, bool ipv6)
{
	return fact_put(client, PXEBOOT_FACT_FAMILY, ipv6 ? "ipv6" : "ipv4", 4);
}

int fact_put_hex(struct pxeboot_client *client, int fact, const uint8_t *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	char text[3 * FACT_MAX_TEXT], *at = text;
	size_t i;

	if (length > FACT_MAX_TEXT)
		return -EINVAL;
	for (i = 0; i < length; i++) {
		*at++ = digits[bytes[i] >> 4];
		*at++ = digits[bytes[i] & 15];
		*at++ = ':';
	}
	return fact_put(client, fact, text, length ? 3 * length - 1 : 0);
}

/* Writes the number behind what is there, a separator between them. */
static size_t add_number(char *text, size_t length, char separator, uint32_t number)
{
	if (length)
		text[length++] = separator;
	return length + scalar_format_u64(number, text + length);
}

int fact_put_dotted(struct pxeboot_client *client, int fact, const uint8_t *numbers, size_t n)
{
	char text[FACT_MAX_DOTTED * 4 + SCALAR_U64_SIZE];
	size_t i, length = 0;

	if (n > FACT_MAX_DOTTED)
		return -EINVAL;
	for (i = 0; i < n; i++)
		length = add_number(text, length, '.', numbers[i]);
	return fact_put(client, fact, text, length);
}

int fact_put_archs(struct pxeboot_client *client, const uint16_t *archs, size_t n, enum fact_state state)
{
	char text[CLIENT_MAX_ARCHS * 6 + SCALAR_U64_SIZE];
	size_t i, length = 0;
	int error;

	if (n > CLIENT_MAX_ARCHS)
		return -EINVAL;
	if (state == FACT_THERE) {
		for (i = 0; i < n; i++)
			length = add_number(text, length, ',', archs[i]);
		error = fact_put(client, PXEBOOT_FACT_ARCH, text, length);
		if (error)
			return error;
	} else {
		fact_clear(client, PXEBOOT_FACT_ARCH, state);
	}
	memcpy(client->archs, archs, n * sizeof(*archs));
	client->n_archs = n;
	return 0;
}

int fact_put_arch_option(struct pxeboot_client *client, const uint8_t *bytes, size_t length)
{
	struct cursor option = cursor_over(bytes, length);
	uint16_t archs[CLIENT_MAX_ARCHS];
	size_t n = 0;
	int error;

	while (n < CLIENT_MAX_ARCHS && !cursor_be16(&option, &archs[n]))
		n++;
	error = fact_put_archs(client, archs, n, cursor_left(&option) ? FACT_MALFORMED : FACT_THERE);
	if (error)
		return error;
	return cursor_left(&option) ? -EBADMSG : 0;
}

int fact_put_undi_option(struct pxeboot_client *client, const uint8_t *bytes, size_t length)
{
	return bytes[0] == 1 ? fact_put_dotted(client, PXEBOOT_FACT_UNDI, bytes + 1, 2) : -EBADMSG;
}

/* The number in "PXEClient:Arch:00007:UNDI:003016" (PXE specification 2.1, and UEFI's HTTPClient): five decimal digits,
 * whatever follows.  A number of the other transport is none: DHCP servers compare the whole prefix.  -ENODATA when the
 * vendor class names none. */
static int vendor_class_arch(const char *vendor_class, uint16_t *ret_arch)
{
	static const char *const prefixes[] = { "PXEClient:Arch:", "HTTPClient:Arch:" };
	const struct pxeboot_arch_code *code;
	char digits[6];
	uint32_t arch;
	size_t i, length;

	for (i = 0; i < ARRAY_SIZE(prefixes); i++) {
		length = strlen(prefixes[i]);
		if (!strncmp(vendor_class, prefixes[i], length))
			break;
	}
	if (i == ARRAY_SIZE(prefixes))
		return -ENODATA;
	vendor_class += length;
	if (strspn(vendor_class, "0123456789") < 5)
		return -ENODATA;
	memcpy(digits, vendor_class, 5);
	digits[5] = '\0';
	if (scalar_u32(digits, 0, UINT16_MAX, &arch))
		return -ENODATA;
	code = pxeboot_arch_code_get((uint16_t)arch);
	if (code && code->http != (i == 1))
		return -ENODATA;
	*ret_arch = (uint16_t)arch;
	return 0;
}

/* Option 93 wins, even a malformed one.  An empty one says nothing, as DHCP servers have it: then, as without one, the
 * vendor class counts.  The fact stays empty; where it was absent it gets the number's text.  Over DHCPv6 the vendor class
 * never counts: dnsmasq can't look into it there. */
int fact_derive_archs(struct pxeboot_client *client)
{
	const struct fact_value *vendor_class = &client->facts[PXEBOOT_FACT_VENDOR_CLASS];
	enum fact_state state = client->facts[PXEBOOT_FACT_ARCH].state;
	bool empty = state == FACT_EMPTY;
	uint16_t arch;
	int error = 0;

	if (state != FACT_ABSENT && !empty && !client->archs_from_vendor_class)
		return 0;
	fact_clear(client, PXEBOOT_FACT_ARCH, empty ? FACT_EMPTY : FACT_ABSENT);
	if (vendor_class->state != FACT_THERE || client_asks_ipv6(client) ||
	    vendor_class_arch(vendor_class->text, &arch))
		return 0;
	if (empty)
		client->archs[client->n_archs++] = arch;
	else
		error = fact_put_archs(client, &arch, 1, FACT_THERE);
	client->archs_from_vendor_class = !error;
	return error;
}
