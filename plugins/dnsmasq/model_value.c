/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dhcp-option and dhcp-match: which option, and what the value is taken for.  dnsmasq goes by the looks of the value
 * first and by what it knows of the option second; both must be done in its way, or a match means something else.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "model_read.h"

enum {
	SIZE = 0xff,			/* bytes of a number */
	ADDRESSES = 0x100,
	NAME = 0x200,			/* text, whatever it looks like */
	INTERNAL = 0x400,		/* only dhcp-match may name it */
	TIME = 0x800,
	DOMAINS = 0x1000,
};

struct known_option {
	const char *name;
	unsigned code, type;
};

static const struct known_option known_options[] = {
	{ "netmask", 1, ADDRESSES }, { "time-offset", 2, 4 }, { "router", 3, ADDRESSES },
	{ "dns-server", 6, ADDRESSES }, { "log-server", 7, ADDRESSES }, { "lpr-server", 9, ADDRESSES },
	{ "hostname", 12, INTERNAL | NAME }, { "boot-file-size", 13, 2 }, { "domain-name", 15, NAME },
	{ "swap-server", 16, ADDRESSES }, { "root-path", 17, NAME }, { "extension-path", 18, NAME },
	{ "ip-forward-enable", 19, 1 }, { "non-local-source-routing", 20, 1 }, { "policy-filter", 21, ADDRESSES },
	{ "max-datagram-reassembly", 22, 2 }, { "default-ttl", 23, 1 }, { "mtu", 26, 2 },
	{ "all-subnets-local", 27, 1 }, { "broadcast", 28, INTERNAL | ADDRESSES }, { "router-discovery", 31, 1 },
	{ "router-solicitation", 32, ADDRESSES }, { "static-route", 33, ADDRESSES },
	{ "trailer-encapsulation", 34, 1 }, { "arp-timeout", 35, 4 }, { "ethernet-encap", 36, 1 },
	{ "tcp-ttl", 37, 1 }, { "tcp-keepalive", 38, 4 }, { "nis-domain", 40, NAME },
	{ "nis-server", 41, ADDRESSES }, { "ntp-server", 42, ADDRESSES }, { "vendor-encap", 43, INTERNAL },
	{ "netbios-ns", 44, ADDRESSES }, { "netbios-dd", 45, ADDRESSES }, { "netbios-nodetype", 46, 1 },
	{ "netbios-scope", 47, 0 }, { "x-windows-fs", 48, ADDRESSES }, { "x-windows-dm", 49, ADDRESSES },
	{ "requested-address", 50, INTERNAL | ADDRESSES }, { "lease-time", 51, INTERNAL | TIME },
	{ "option-overload", 52, INTERNAL }, { "message-type", 53, INTERNAL },
	{ "server-identifier", 54, INTERNAL | ADDRESSES }, { "parameter-request", 55, INTERNAL },
	{ "message", 56, INTERNAL }, { "max-message-size", 57, INTERNAL }, { "T1", 58, TIME }, { "T2", 59, TIME },
	{ "vendor-class", 60, 0 }, { "client-id", 61, INTERNAL }, { "nis+-domain", 64, NAME },
	{ "nis+-server", 65, ADDRESSES }, { "tftp-server", 66, NAME }, { "bootfile-name", 67, NAME },
	{ "mobile-ip-home", 68, ADDRESSES }, { "smtp-server", 69, ADDRESSES }, { "pop3-server", 70, ADDRESSES },
	{ "nntp-server", 71, ADDRESSES }, { "irc-server", 74, ADDRESSES }, { "user-class", 77, 0 },
	{ "rapid-commit", 80, 0 }, { "FQDN", 81, INTERNAL }, { "agent-id", 82, INTERNAL }, { "client-arch", 93, 2 },
	{ "client-interface-id", 94, 0 }, { "client-machine-id", 97, 0 }, { "posix-timezone", 100, NAME },
	{ "tzdb-timezone", 101, NAME }, { "ipv6-only", 108, 4 }, { "subnet-select", 118, INTERNAL },
	{ "domain-search", 119, DOMAINS }, { "sip-server", 120, 0 }, { "classless-static-route", 121, 0 },
	{ "vendor-id-encap", 125, 0 }, { "tftp-server-address", 150, ADDRESSES },
	{ "server-ip-address", 255, ADDRESSES },
};

static const struct known_option *find_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(known_options); i++)
		if (strcasecmp(known_options[i].name, name) == 0)
			return &known_options[i];
	return NULL;
}

static unsigned type_of(unsigned code)
{
	for (size_t i = 0; i < ARRAY_SIZE(known_options); i++)
		if (known_options[i].code == code)
			return known_options[i].type;
	return 0;
}

/* ---- What a value looks like ---- */

struct looks {
	unsigned addresses, pairs, dots;
	bool digits, address, hex, number;
	char unit;			/* of a number: b, s, i; or NUL */
};

static void look_at(struct looks *looks, const char *value, const char *at, bool match)
{
	char c = *at;

	switch (c) {
	case ',':
		looks->addresses++;
		looks->number = looks->hex = false;
		return;
	case ':':
		looks->pairs++;
		looks->number = looks->address = false;
		return;
	case '/':
		looks->number = looks->hex = false;
		looks->address = looks->address && at != value;
		return;
	case '.':
		looks->dots++;
		looks->number = looks->hex = false;
		return;
	case '-':
		looks->hex = looks->address = false;
		return;
	case ' ':
		looks->number = looks->hex = false;
		return;
	}
	if (c >= '0' && c <= '9') {
		looks->digits = true;
		return;
	}
	looks->address = false;
	if (at[1] == '\0' && looks->number && strchr("bsi", c) != NULL)
		looks->unit = c;
	else
		looks->number = false;
	if (strchr("ABCDEFabcdef", c) == NULL && !(c == '*' && match))
		looks->hex = false;
}

/* Looks at the whole; the unit of a number is cut off. */
static struct looks look(char *value, bool match)
{
	struct looks looks = { .addresses = 1, .pairs = 1, .address = true, .hex = true, .number = true };
	char *at;

	for (at = value; *at != '\0'; at++)
		look_at(&looks, value, at, match);
	if (looks.unit != '\0')
		at[-1] = '\0';
	looks.number = looks.number && looks.digits;
	looks.address = looks.address && looks.digits;
	return looks;
}

static void apply_type(struct looks *looks, unsigned type)
{
	if (type & ADDRESSES)
		looks->number = looks->hex = false;
	else if (type & (NAME | DOMAINS))
		looks->address = looks->number = looks->hex = false;
}

/* ---- Bytes of each kind ---- */

static void put_bytes(struct model_reader *reader, struct model_value *value, const void *bytes, unsigned length)
{
	value->bytes = (const uint8_t *)model_copy(reader->model, bytes, length);
	value->length = length;
}

static void put_number(struct model_reader *reader, struct model_value *value, uint32_t number, unsigned length)
{
	uint8_t bytes[SIZE + 1] = { 0 };

	for (unsigned i = 0; i < length && i < 4; i++)
		bytes[length - 1 - i] = (uint8_t)(number >> (8 * i));
	put_bytes(reader, value, bytes, length);
}

static unsigned number_length(const struct looks *looks, uint32_t number, unsigned type)
{
	if (looks->unit != '\0')
		return looks->unit == 'b' ? 1 : looks->unit == 's' ? 2 : 4;
	if (type & SIZE)
		return type & SIZE;
	return number > 0xffff ? 4 : number > 0xff ? 2 : 1;
}

static const char *put_hex(struct model_reader *reader, struct model_value *value, const char *text, unsigned pairs)
{
	uint8_t bytes[MODEL_LINE_MAX] = { 0 };

	words_hex(text, bytes, (int)pairs, &value->wild, NULL);
	value->is_hex = true;
	put_bytes(reader, value, bytes, pairs);
	return NULL;
}

/* An address, or the first bytes of "10.0.0.0/8" with the 8 in front. */
static unsigned add_address(uint8_t *to, uint32_t address, const char *length)
{
	uint32_t order = htonl(address);
	int bits = length != NULL ? atoi(length) : 32;
	unsigned n = bits > 24 ? 4 : bits > 16 ? 3 : bits > 8 ? 2 : bits > 0 ? 1 : 0;

	if (length != NULL)
		*to++ = (uint8_t)bits;
	memcpy(to, &order, n);
	return n + (length != NULL);
}

static const char *put_addresses(struct model_reader *reader, struct model_value *value, char *text)
{
	uint8_t bytes[5 * MODEL_LINE_MAX];
	unsigned at = 0;
	char *rest;

	for (; text != NULL; text = rest) {
		uint32_t address;
		char *length;

		rest = words_split(text);
		length = words_split_at(text, '/');
		if (!words_address(text, &address))
			return "bad IPv4 address";
		at += add_address(bytes + at, address, length);
	}
	put_bytes(reader, value, bytes, at);
	return NULL;
}

static const char *put_text(struct model_reader *reader, struct model_value *value, char *text)
{
	words_reveal(text);
	value->is_text = true;
	put_bytes(reader, value, text, (unsigned)strlen(text));
	return NULL;
}

static uint32_t seconds(char *text)
{
	size_t length = strlen(text);
	const char *unit = length > 0 ? strchr("sSmMhHdDwW", text[length - 1]) : NULL;
	static const uint32_t factors[] = { 1, 60, 60 * 60, 24 * 60 * 60, 7 * 24 * 60 * 60 };

	return (uint32_t)atoi(text) * (unit != NULL ? factors[(unit - "sSmMhHdDwW") / 2] : 1);
}

static const char *take_value(struct model_reader *reader, struct model_value *value, char *text, unsigned type,
			      bool match)
{
	struct looks looks = look(text, match);

	if ((type & ADDRESSES) && (!looks.address || looks.dots == 0))
		return "bad IP address";
	apply_type(&looks, type);
	/* What only dnsmasq itself deals in has no length that it would take. */
	if (looks.number && (type & INTERNAL) && !(type & TIME) && looks.unit == '\0')
		return "its value is too long";
	if (looks.digits && (type & TIME))
		put_number(reader, value, seconds(text), 4);
	else if (looks.hex && looks.pairs > 1)
		return put_hex(reader, value, text, looks.pairs);
	else if (looks.number)
		put_number(reader, value, (uint32_t)atoi(text), number_length(&looks, (uint32_t)atoi(text), type));
	else if (looks.address)
		return put_addresses(reader, value, text);
	else if (!(type & ADDRESSES))
		return put_text(reader, value, text);
	return NULL;
}

/* ---- The line ---- */

struct heading {
	struct model_tag *tags;
	const char *vendor;
	unsigned code, type;
	bool for_vendor, encapsulated, enterprise, v6, found, match;
};

static const char *take_code(struct heading *heading, const char *word)
{
	const struct known_option *known;

	if (words_all_digits(word)) {
		heading->code = (unsigned)atoi(word);
		heading->found = true;
		return NULL;
	}
	if (words_begin(word, "option6:")) {
		heading->v6 = heading->found = true;
		return NULL;
	}
	known = find_name(word + strlen("option:"));
	if (known == NULL || ((known->type & INTERNAL) && !heading->match))
		return "no such option";
	heading->code = known->code;
	heading->type = known->type;
	heading->found = true;
	return NULL;
}

static const char *take_prefix(struct model_reader *reader, struct heading *heading, char *word)
{
	struct model_tag *tag;

	if (words_begin(word, "vendor:")) {
		heading->vendor = model_word(reader, word + 7);
		heading->for_vendor = true;
		return heading->encapsulated || heading->match ? "vendor: is out of place" : NULL;
	}
	if (words_begin(word, "encap:")) {
		heading->encapsulated = true;
		return heading->for_vendor || heading->match ? "encap: is out of place" : NULL;
	}
	if (words_begin(word, "vi-encap:")) {
		heading->enterprise = true;
		heading->found = heading->match;
		return NULL;
	}
	if (words_is_tag(word) || words_begin(word, "set:"))
		word += 4;
	tag = model_new_tag(reader, word, heading->tags);
	if (tag == NULL)
		return MODEL_NO_TAG;
	heading->tags = tag;
	return NULL;
}

/* Takes everything up to the option; what follows it, or NULL, goes to @ret_value. */
static const char *take_heading(struct model_reader *reader, struct heading *heading, char *word, char **ret_value)
{
	const char *wrong = NULL;
	char *rest = NULL;

	for (; word != NULL && wrong == NULL && !heading->found; word = rest) {
		rest = words_split(word);
		if (words_all_digits(word) || words_begin(word, "option:") || words_begin(word, "option6:"))
			wrong = take_code(heading, word);
		else
			wrong = take_prefix(reader, heading, word);
	}
	if (wrong == NULL && !heading->found)
		wrong = "expected the number of an option, or option:NAME";
	if (heading->type == 0 && !heading->for_vendor && !heading->encapsulated && !heading->enterprise)
		heading->type = type_of(heading->code);
	*ret_value = rest;
	return wrong;
}

static const char *check_length(const struct heading *heading, const struct model_value *value)
{
	unsigned most = heading->for_vendor || heading->encapsulated ? 253 : heading->enterprise ? 250 : 255;

	return value->length > most ? "its value is too long" : NULL;
}

/* dnsmasq 2.90 copies such a value into a field of the reply without a look at whether it is there. */
static void check_crash(struct model_reader *reader, const struct heading *heading, const struct model_value *value,
			bool forced)
{
	if ((heading->code == 66 || heading->code == 67) && value->bytes == NULL && !forced && !heading->for_vendor &&
	    !heading->encapsulated && !heading->enterprise)
		diagnostics_add(reader->diagnostics, PXEBOOT_ERROR, "dnsmasq.crash", reader->where,
				"%s: option %u without a value: dnsmasq 2.90 crashes when a client does not ask for it",
				reader->keyword, heading->code);
}

static const char *add_option(struct model_reader *reader, const struct heading *heading,
			      const struct model_value *value, bool forced)
{
	struct model_option *option = MODEL_NEW(reader->model, model_option);

	if (option == NULL)
		return NULL;
	check_crash(reader, heading, value, forced);
	*option = (struct model_option){
		.next = reader->model->options, .where = reader->where, .needs = heading->tags,
		.condition = model_condition(reader, heading->tags),
		.code = heading->code, .forced = forced,
		.encapsulated = heading->encapsulated || heading->enterprise,
		.for_vendor = heading->for_vendor, .vendor = heading->vendor, .value = *value,
	};
	reader->model->options = option;
	return NULL;
}

static const char *parse_option(struct model_reader *reader, char *argument, bool forced)
{
	struct heading heading = { .match = false };
	struct model_value value = { .length = 0 };
	char *text;
	const char *wrong = take_heading(reader, &heading, argument, &text);

	if (wrong == NULL && heading.v6)
		return NULL;
	if (wrong == NULL && text != NULL)
		wrong = take_value(reader, &value, text, heading.type, false);
	if (wrong == NULL)
		wrong = check_length(&heading, &value);
	return wrong != NULL ? wrong : add_option(reader, &heading, &value, forced);
}

const char *model_parse_option(struct model_reader *reader, char *argument)
{
	return parse_option(reader, argument, false);
}

const char *model_parse_option_force(struct model_reader *reader, char *argument)
{
	return parse_option(reader, argument, true);
}

static const char *add_match(struct model_reader *reader, const struct heading *heading,
			     const struct model_value *value)
{
	struct model_match *match;

	if (heading->tags == NULL || heading->tags->next != NULL)
		return "expected exactly one set:TAG";
	if (heading->v6)
		return NULL;
	if (heading->enterprise || heading->code == 119 || heading->code == 120) {
		model_skip(reader, "this kind of dhcp-match");
		return NULL;
	}
	match = MODEL_NEW(reader->model, model_match);
	if (match == NULL)
		return NULL;
	*match = (struct model_match){
		reader->model->matches, reader->where, heading->tags->name, heading->code, *value,
	};
	reader->model->matches = match;
	return NULL;
}

const char *model_parse_match(struct model_reader *reader, char *argument)
{
	struct heading heading = { .match = true };
	struct model_value value = { .length = 0 };
	char *text;
	const char *wrong = take_heading(reader, &heading, argument, &text);

	if (wrong == NULL && text != NULL && !heading.v6)
		wrong = take_value(reader, &value, text, heading.type, true);
	if (wrong == NULL)
		wrong = check_length(&heading, &value);
	return wrong != NULL ? wrong : add_match(reader, &heading, &value);
}
