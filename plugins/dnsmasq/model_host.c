/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dhcp-host: words in any order, each known by its looks.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "model_read.h"

static const char *take_client_id(struct model_reader *reader, struct model_host *host, char *word)
{
	uint8_t bytes[MODEL_LINE_MAX] = { 0 };
	bool hex = strchr(word, ':') != NULL;
	int length;

	if (word[0] == '*') {
		host->no_client_id = true;
		return NULL;
	}
	if (!hex)
		words_reveal(word);
	length = hex ? words_hex(word, bytes, INT_MAX, NULL, NULL) : (int)strlen(word);
	if (length < 0)
		return "bad hexadecimal digits";
	if (hex && strchr(word, '*') != NULL)
		model_skip(reader, "a client identifier with a star");
	host->has_client_id = true;
	host->client_id_length = (unsigned)length;
	host->client_id = (const uint8_t *)model_copy(reader->model, hex ? (const char *)bytes : word, (size_t)length);
	return NULL;
}

static const char *take_mac(struct model_reader *reader, struct model_host *host, const char *word)
{
	struct model_mac *mac = MODEL_NEW(reader->model, model_mac);

	if (mac == NULL)
		return NULL;
	mac->length = words_hex(word, mac->bytes, MODEL_MAC_MAX, &mac->wild, &mac->type);
	if (mac->length < 0)
		return "bad hexadecimal digits in a MAC";
	mac->next = host->macs;
	host->macs = mac;
	return NULL;
}

static const char *take_tag(struct model_reader *reader, struct model_tag **list, const char *name)
{
	struct model_tag *tag = model_new_tag(reader, name, *list);

	if (tag == NULL)
		return MODEL_NO_TAG;
	*list = tag;
	return NULL;
}

static const char *take_with_colon(struct model_reader *reader, struct model_host *host, char *word)
{
	size_t length = strlen(word);

	if ((word[0] == 'i' || word[0] == 'I') && (word[1] == 'd' || word[1] == 'D') && word[2] == ':')
		return take_client_id(reader, host, word + 3);
	if (words_begin(word, "set:") || words_begin(word, "net:"))
		return take_tag(reader, &host->sets, word + 4);
	if (words_begin(word, "tag:"))
		return take_tag(reader, &host->needs, word + 4);
	if (word[0] == '[' && word[length - 1] == ']') {
		word[length - 1] = '\0';
		words_split_at(word, '/');
		return words_address6(word + 1) ? NULL : "bad IPv6 address";
	}
	return take_mac(reader, host, word);
}

static const char *take_address(struct model_reader *reader, struct model_host *host, uint32_t address)
{
	for (const struct model_host *other = reader->model->hosts; other != NULL; other = other->next)
		if (other->has_address && other->address == address)
			return "another dhcp-host has this address";
	host->has_address = true;
	host->address = address;
	return NULL;
}

/* A lease time: digits, and perhaps one letter. */
static bool is_time(const char *word)
{
	size_t length = strlen(word);

	if (length > 1 && strchr("wWdDhHmMsS", word[length - 1]) != NULL)
		length--;
	for (size_t i = 0; i < length; i++)
		if (!isdigit((unsigned char)word[i]) && word[i] != ' ')
			return false;
	return true;
}

/* The first part of a host's name: letters and digits, '-' and '_' further on.  dnsmasq takes an empty one, too, where a
 * domain follows. */
static bool is_name(const char *name)
{
	size_t length = strcspn(name, ".");

	if (length == 0 && name[0] == '.' && name[1] != '\0')
		return true;
	if (length == 0 || length > 63 || !isalnum((unsigned char)name[0]))
		return false;
	for (size_t i = 1; i < length; i++)
		if (!isalnum((unsigned char)name[i]) && name[i] != '-' && name[i] != '_')
			return false;
	return true;
}

static const char *take_name(struct model_reader *reader, struct model_host *host, char *word)
{
	char *name = model_copy(reader->model, word, strlen(word));

	if (name == NULL)
		return NULL;
	words_reveal(name);
	for (const char *at = name; *at != '\0'; at++)
		if ((unsigned char)*at >= 0x80) {
			model_skip(reader, "a name that is not ASCII");
			return NULL;
		}
	if (!is_name(name))
		return "bad host name";
	name[strcspn(name, ".")] = '\0';
	host->name = name;
	return NULL;
}

static const char *take_word(struct model_reader *reader, struct model_host *host, char *word)
{
	uint32_t address;

	if (strchr(word, ':') != NULL)
		return take_with_colon(reader, host, word);
	if (strchr(word, '.') != NULL && words_address(word, &address))
		return take_address(reader, host, address);
	if (is_time(word) || strcmp(word, "infinite") == 0)
		return NULL;
	if (strcmp(word, "ignore") == 0)
		host->ignored = true;
	else
		return take_name(reader, host, word);
	return NULL;
}

const char *model_parse_host(struct model_reader *reader, char *argument)
{
	struct model_host *host = MODEL_NEW(reader->model, model_host);
	const char *wrong = NULL;
	char *rest;

	if (host == NULL)
		return NULL;
	host->where = reader->where;
	for (; argument != NULL && wrong == NULL; argument = rest) {
		rest = words_split(argument);
		wrong = take_word(reader, host, argument);
	}
	if (wrong != NULL)
		return wrong;
	for (const struct model_mac *mac = host->macs; mac != NULL; mac = mac->next)
		reader->model->starred_hosts = reader->model->starred_hosts || mac->wild != 0;
	reader->model->tagged_hosts = reader->model->tagged_hosts || host->needs != NULL;
	host->next = reader->model->hosts;
	reader->model->hosts = host;
	return NULL;
}
