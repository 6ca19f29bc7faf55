/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How facts get into a client.  Every door (packet, environment, text) decodes in its own way and ends here, so that
 * equal facts have equal text.  Each function replaces what was there; on -ENOMEM the old value stays.
 */
#ifndef CLIENT_FACT_H
#define CLIENT_FACT_H

#include "base/diagnostics.h"
#include "base/macro.h"
#include "client/client.h"

#define FACT_MAX_TEXT 255		/* bytes of a fact that comes in one DHCP option */
#define FACT_MAX_DOTTED 3

/* Makes the fact absent, empty or malformed and drops its decoded form. */
void fact_clear(struct pxeboot_client *client, int fact, enum fact_state state);
/* Copies the text; an empty one makes the fact empty. */
int fact_put(struct pxeboot_client *client, int fact, const void *text, size_t length) MUST_USE;

int fact_put_mac(struct pxeboot_client *client, const uint8_t mac[MAC_LENGTH]) MUST_USE;
/* In the order of the text form. */
int fact_put_uuid(struct pxeboot_client *client, const uint8_t uuid[UUID_LENGTH]) MUST_USE;
/* PXEBOOT_FACT_ADDRESS or PXEBOOT_FACT_RELAY. */
int fact_put_address(struct pxeboot_client *client, int fact, uint32_t address) MUST_USE;
/* It asks by DHCPv6, or by DHCPv4; the other facts may be put before or after. */
int fact_put_family(struct pxeboot_client *client, bool ipv6) MUST_USE;
/* "01:52:54"; any fact whose text is hexadecimal pairs, up to FACT_MAX_TEXT. */
int fact_put_hex(struct pxeboot_client *client, int fact, const uint8_t *bytes, size_t length) MUST_USE;
/* "1.21.1"; up to FACT_MAX_DOTTED numbers. */
int fact_put_dotted(struct pxeboot_client *client, int fact, const uint8_t *numbers, size_t n) MUST_USE;

/* Takes up to CLIENT_MAX_ARCHS numbers.  @state is FACT_THERE, or FACT_MALFORMED for numbers that stand before a
 * fault. */
int fact_put_archs(struct pxeboot_client *client, const uint16_t *archs, size_t n, enum fact_state state) MUST_USE;
/* DHCPv4's option 93 and DHCPv6's 61, as they came: a list of 16-bit numbers (RFC 4578, section 2.1; RFC 5970, section 3.3).
 * -EBADMSG for more than CLIENT_MAX_ARCHS or an odd byte; the whole numbers are kept. */
int fact_put_arch_option(struct pxeboot_client *client, const uint8_t *bytes, size_t length) MUST_USE;
/* DHCPv4's option 94 and DHCPv6's 62, three bytes: type 1 is UNDI, then its version (RFC 4578, section 2.2; RFC 5970,
 * section 3.4). */
int fact_put_undi_option(struct pxeboot_client *client, const uint8_t *bytes, size_t length) MUST_USE;
/* Takes the architecture from the vendor class as long as nothing better has given one.  To be called whenever the
 * vendor class has changed; whether before or after the architecture makes no difference. */
int fact_derive_archs(struct pxeboot_client *client) MUST_USE;

/* Option 77 as it came: RFC 3004 when the whole of it splits into parts that are not empty, else one raw class.
 * -EBADMSG for more than CLIENT_MAX_CLASSES; the bytes are then kept for prefixes. */
int fact_put_user_class_option(struct pxeboot_client *client, const uint8_t *bytes, size_t length) MUST_USE;
/* Option 15 of DHCPv6 as it came; likewise. */
int fact_put_user_class_option6(struct pxeboot_client *client, const uint8_t *bytes, size_t length) MUST_USE;
/* @count classes joined by ',' whose framing somebody took off; @first is looked at for prefixes and may be NULL.
 * -EBADMSG above the limits; @first is then kept all the same. */
int fact_put_user_classes(struct pxeboot_client *client, const char *joined, size_t count, const char *first,
			  size_t first_length) MUST_USE;

/* Features as bits of the table in feature.c, and the names of that table; -ENOENT for a name that is not in it. */
int fact_put_features(struct pxeboot_client *client, uint32_t features) MUST_USE;
int feature_by_name(const char *name, size_t length) MUST_USE;
int feature_by_code(uint8_t code) MUST_USE;

/* pxeboot_client_set() with the severity of what is said about a malformed text. */
int fact_set(struct pxeboot_client *client, int fact, const char *text, enum pxeboot_severity severity,
	     struct pxeboot_diagnostics *diagnostics);

#endif
