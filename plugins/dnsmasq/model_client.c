/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lines that look at a client: classes, relay agents' words, MACs, names.
 */
#include <errno.h>
#include <string.h>

#include "model_read.h"

/* Relay agents' words may be hexadecimal: digits and colons alone, both of them. */
static bool is_hex(const char *word)
{
	return word[strspn(word, "0123456789abcdefABCDEF:")] == '\0' && strpbrk(word, "0123456789abcdefABCDEF") != NULL &&
	       strchr(word, ':') != NULL;
}

static const char *store_class(struct model_reader *reader, struct model_class *class, char *word)
{
	uint8_t bytes[MODEL_LINE_MAX];
	bool hex = class->kind >= MODEL_CLASS_CIRCUIT && is_hex(word);
	int length;

	words_reveal(word);
	length = hex ? words_hex(word, bytes, (int)strlen(word), NULL, NULL) : (int)strlen(word);
	if (length < 0)
		return "bad hexadecimal digits";
	class->length = (unsigned)length;
	class->bytes = (const uint8_t *)model_copy(reader->model, hex ? (const char *)bytes : word, (size_t)length);
	class->next = reader->model->classes;
	reader->model->classes = class;
	return NULL;
}

static const char *parse_class(struct model_reader *reader, char *argument, enum model_class_kind kind)
{
	char *word = words_split(argument), *rest = words_split(word);
	struct model_class *class = MODEL_NEW(reader->model, model_class);

	if (class == NULL)
		return NULL;
	class->where = reader->where;
	class->kind = kind;
	class->tag = model_set_name(reader, argument);
	if (word == NULL)
		return "expected set:TAG,CLASS";
	if (class->tag == NULL)
		return MODEL_NO_TAG;
	if (rest != NULL && (kind != MODEL_CLASS_VENDOR || !words_begin(word, "enterprise:")))
		return "expected set:TAG,CLASS; a class with a comma goes in quotes";
	return store_class(reader, class, rest != NULL ? rest : word);
}

const char *model_parse_vendor_class(struct model_reader *reader, char *argument)
{
	return parse_class(reader, argument, MODEL_CLASS_VENDOR);
}

const char *model_parse_user_class(struct model_reader *reader, char *argument)
{
	return parse_class(reader, argument, MODEL_CLASS_USER);
}

const char *model_parse_circuit(struct model_reader *reader, char *argument)
{
	return parse_class(reader, argument, MODEL_CLASS_CIRCUIT);
}

const char *model_parse_remote(struct model_reader *reader, char *argument)
{
	return parse_class(reader, argument, MODEL_CLASS_REMOTE);
}

const char *model_parse_subscriber(struct model_reader *reader, char *argument)
{
	return parse_class(reader, argument, MODEL_CLASS_SUBSCRIBER);
}

const char *model_parse_mac(struct model_reader *reader, char *argument)
{
	char *word = words_split(argument);
	struct model_mac *mac = MODEL_NEW(reader->model, model_mac);

	if (mac == NULL)
		return NULL;
	if (word == NULL)
		return "expected set:TAG,MAC";
	mac->where = reader->where;
	mac->tag = model_set_name(reader, argument);
	if (mac->tag == NULL)
		return MODEL_NO_TAG;
	words_reveal(word);
	mac->length = words_hex(word, mac->bytes, MODEL_MAC_MAX, &mac->wild, &mac->type);
	if (mac->length < 0)
		return "bad MAC";
	mac->next = reader->model->macs;
	reader->model->macs = mac;
	return NULL;
}

const char *model_parse_name_match(struct model_reader *reader, char *argument)
{
	char *word = words_split(argument);
	struct model_name *name = MODEL_NEW(reader->model, model_name);
	size_t length = word != NULL ? strlen(word) : 0;

	if (name == NULL)
		return NULL;
	if (length == 0)
		return "expected set:TAG,NAME";
	name->is_prefix = word[length - 1] == '*';
	if (name->is_prefix)
		word[length - 1] = '\0';
	name->where = reader->where;
	name->tag = model_set_name(reader, argument);
	name->name = model_word(reader, word);
	if (name->tag == NULL)
		return MODEL_NO_TAG;
	if (name->name == NULL)
		return "a star alone, which makes dnsmasq 2.90 crash";
	name->next = reader->model->names;
	reader->model->names = name;
	return NULL;
}
