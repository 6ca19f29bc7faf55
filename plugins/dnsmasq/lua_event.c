/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Only functions of Lua that neither call metamethods nor allocate are used on what was handed in: a value that is a string is
 * read where it is, and a key is never converted.  Strings end at their first NUL, as dnsmasq's own do, and values of
 * variables before their first '=', where dnsmasq cuts them for a script.
 */
#include "lua_event.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"

#define NAME_MAX_LENGTH 32
#define FIELDS_MAX 1000			/* of a table: more is none of dnsmasq's */
#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789_"

struct draft {
	struct text bytes;
	unsigned n_arguments, n_variables;
};

/* ---- Reading values ---- */

/* The string at a place of the stack; NULL when something else is there, or an empty one. */
static const char *string_at(lua_State *lua, int index)
{
	const char *string = lua_type(lua, index) == LUA_TSTRING ? lua_tolstring(lua, index, NULL) : NULL;

	return string != NULL && string[0] != '\0' ? string : NULL;
}

/* A field by its name, found without making a string of the name.  It stays on the stack when it is found. */
static const char *push_field(lua_State *lua, int table, const char *name)
{
	lua_pushnil(lua);
	for (unsigned i = 0; i < FIELDS_MAX && lua_next(lua, table) != 0; i++) {
		const char *key = string_at(lua, -2);

		if (key != NULL && strcmp(key, name) == 0)
			return string_at(lua, -1);
		lua_pop(lua, 1);
	}
	return NULL;
}

/* ---- Arguments ---- */

/* With a NUL.  A client's bytes are few; what a script of the administrator's makes up may be of any size. */
static void add_limited(struct text *text, const char *bytes, size_t length)
{
	if (length >= EVENT_BYTES_MAX || text->length >= EVENT_BYTES_MAX - length) {
		text->error = -E2BIG;
		return;
	}
	text_add_bytes(text, bytes, length);
	text_add_char(text, '\0');
}

static void add_argument(struct draft *draft, const char *argument)
{
	add_limited(&draft->bytes, argument, strlen(argument));
	draft->n_arguments++;
}

static bool add_argument_field(struct draft *draft, lua_State *lua, int table, const char *name)
{
	int top = lua_gettop(lua);
	const char *value = push_field(lua, table, name);

	if (value != NULL)
		add_argument(draft, value);
	lua_settop(lua, top);
	return value != NULL;
}

static bool has_field(lua_State *lua, int table, const char *name)
{
	int top = lua_gettop(lua);
	bool there = push_field(lua, table, name) != NULL;

	lua_settop(lua, top);
	return there;
}

/* ---- Variables ---- */

/* Those that are arguments are no variables. */
static bool is_variable(const char *name)
{
	static const char *const others[] = { "mac_address", "ip_address", "hostname" };
	size_t length = strlen(name);

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (strcmp(name, others[i]) == 0)
			return false;
	return length <= NAME_MAX_LENGTH && strspn(name, NAME_CHARACTERS) == length;
}

static void add_name(struct text *bytes, const char *name)
{
	text_add(bytes, "DNSMASQ_");
	for (; *name != '\0'; name++)
		text_add_char(bytes, *name >= 'a' && *name <= 'z' ? (char)(*name - 'a' + 'A') : *name);
	text_add_char(bytes, '=');
}

/* dnsmasq's numbers are whole seconds, and a data_missing that says no by 0. */
static void add_number(struct draft *draft, const char *name, double number)
{
	bool is_flag = strcmp(name, "data_missing") == 0;

	if (!(number >= 0 && number < 1e15) || (is_flag && number == 0))
		return;
	add_name(&draft->bytes, name);
	text_addf(&draft->bytes, "%.0f", number);
	text_add_char(&draft->bytes, '\0');
	draft->n_variables++;
}

static void add_string(struct draft *draft, const char *name, const char *value)
{
	add_name(&draft->bytes, name);
	add_limited(&draft->bytes, value, strcspn(value, "="));
	draft->n_variables++;
}

static int add_variables(struct draft *draft, lua_State *lua, int table)
{
	unsigned fields = 0;

	lua_pushnil(lua);
	while (lua_next(lua, table) != 0) {
		const char *name = string_at(lua, -2);
		const char *value = string_at(lua, -1);

		if (++fields > FIELDS_MAX || draft->n_variables >= EVENT_VARIABLES_MAX)
			return -E2BIG;
		if (name != NULL && is_variable(name) && value != NULL)
			add_string(draft, name, value);
		else if (name != NULL && is_variable(name) && lua_type(lua, -1) == LUA_TNUMBER)
			add_number(draft, name, lua_tonumberx(lua, -1, NULL));
		lua_pop(lua, 1);
	}
	return 0;
}

/* ---- Events ---- */

static int finish(const struct draft *draft, struct event **ret_event)
{
	struct event *event;

	if (draft->bytes.error != 0)
		return draft->bytes.error;
	event = malloc(sizeof(*event) + draft->bytes.length);
	if (event == NULL)
		return -ENOMEM;
	*event = (struct event){
		.n_arguments = draft->n_arguments,
		.n_variables = draft->n_variables,
		.length = draft->bytes.length,
	};
	memcpy(event->bytes, draft->bytes.bytes, draft->bytes.length);
	*ret_event = event;
	return 0;
}

static int draft_lease(struct draft *draft, lua_State *lua, const char *action, int table)
{
	add_argument(draft, "pxeboot-dnsmasq-hook");
	add_argument(draft, action);
	if (!add_argument_field(draft, lua, table, "mac_address") ||
	    !add_argument_field(draft, lua, table, "ip_address"))
		return -EINVAL;
	/* The name that a lease had is said once more when it goes; a script gets it as a variable only. */
	if (!has_field(lua, table, "old_hostname"))
		add_argument_field(draft, lua, table, "hostname");
	return add_variables(draft, lua, table);
}

static int draft_tftp(struct draft *draft, lua_State *lua, const char *action, int table)
{
	add_argument(draft, "pxeboot-dnsmasq-hook");
	add_argument(draft, action);
	if (!add_argument_field(draft, lua, table, "file_size") ||
	    !add_argument_field(draft, lua, table, "destination_address") ||
	    !add_argument_field(draft, lua, table, "file_name"))
		return -EINVAL;
	return 0;
}

static int make(lua_State *lua, const char *action, int table,
		int (*write)(struct draft *, lua_State *, const char *, int), struct event **ret_event)
{
	struct draft draft = { TEXT_INIT, 0, 0 };
	int top = lua_gettop(lua);
	int r = write(&draft, lua, action, table);

	if (r == 0)
		r = finish(&draft, ret_event);
	lua_settop(lua, top);
	text_free(&draft.bytes);
	return r;
}

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

int lua_event_lease(lua_State *lua, int action, int table, struct event **ret_event)
{
	static const char *const actions[] = { "add", "old", "del", NULL };
	const char *word = string_at(lua, action);

	if (word == NULL || !is_one_of(word, actions) || lua_type(lua, table) != LUA_TTABLE)
		return -EINVAL;
	return make(lua, word, table, draft_lease, ret_event);
}

int lua_event_tftp(lua_State *lua, int action, int table, struct event **ret_event)
{
	const char *word = string_at(lua, action);

	if (word == NULL || strcmp(word, "tftp") != 0 || lua_type(lua, table) != LUA_TTABLE)
		return -EINVAL;
	return make(lua, word, table, draft_tftp, ret_event);
}
