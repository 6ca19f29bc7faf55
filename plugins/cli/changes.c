/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Changed facts.
 */
#include "changes.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* Options have '-' where facts have '_'. */
static int fact_of(const char *at, size_t length)
{
	char name[32];

	if (length >= sizeof(name))
		return -ENOENT;
	for (size_t i = 0; i < length; i++)
		name[i] = at[i] == '-' ? '_' : at[i];
	name[length] = '\0';
	return pxeboot_fact_by_name(name);
}

/* The fact that "fact=value" begins with, or a negative number. */
static int fact_at(const char *at)
{
	size_t length = strcspn(at, "=,");

	return at[length] == '=' ? fact_of(at, length) : -ENOENT;
}

/* Where the value ends: at a comma behind which another fact begins. */
static const char *end_of_value(const char *value)
{
	const char *comma = strchr(value, ',');

	while (comma && fact_at(comma + 1) < 0)
		comma = strchr(comma + 1, ',');
	return comma ? comma : value + strlen(value);
}

/* Option 60 tells the architecture, too: "PXEClient:Arch:00007:UNDI:003016". */
static int follow_arch(struct pxeboot_client *client)
{
	static const char *const heads[] = { "PXEClient:Arch:", "HTTPClient:Arch:" };
	const struct pxeboot_arch_code *code;
	CLEANUP_TEXT struct text text = TEXT_INIT;
	const char *numbers, *class, *tail = NULL;

	if (pxeboot_client_get(client, PXEBOOT_FACT_VENDOR_CLASS, &class) < 0 ||
	    pxeboot_client_get(client, PXEBOOT_FACT_ARCH, &numbers) < 0 || !isdigit((unsigned char)*numbers))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(heads); i++)
		if (strncmp(class, heads[i], strlen(heads[i])) == 0)
			tail = class + strlen(heads[i]);
	code = pxeboot_arch_code_get((uint16_t)atoi(numbers));
	if (!tail || !code || strspn(tail, "0123456789") != 5)
		return 0;
	text_addf(&text, "%s%05u%s", heads[code->http], code->code, tail + 5);
	return text.error ? text.error : pxeboot_client_set(client, PXEBOOT_FACT_VENDOR_CLASS, text.bytes, NULL);
}

static int set_fact(const struct session *session, struct pxeboot_client *client, int fact, const char *value,
		    bool *ret_arch)
{
	int r = pxeboot_client_set(client, fact, value, NULL);

	if (r == -EBADMSG)
		return session_usage(session, "--diff: '%s' is no %s", value, pxeboot_fact_name(fact));
	if (r < 0)
		return session_failure(session, "%s", strerror(-r));
	*ret_arch |= fact == PXEBOOT_FACT_ARCH;
	return -1;
}

int changes_apply(const struct session *session, const char *list, struct pxeboot_client *client)
{
	bool arch = false, class = false;
	int r = -1;

	while (r < 0) {
		int fact = fact_at(list);

		if (fact < 0)
			return session_usage(session, "--diff takes FACT=VALUE, not '%s'", list);
		const char *value = list + strcspn(list, "=") + 1, *end = end_of_value(value);
		CLEANUP_FREE char *copy = strndup(value, (size_t)(end - value));

		if (!copy)
			return session_failure(session, "%s", strerror(ENOMEM));
		class |= fact == PXEBOOT_FACT_VENDOR_CLASS;
		r = set_fact(session, client, fact, copy, &arch);
		if (!*end)
			break;
		list = end + 1;
	}
	if (r < 0 && arch && !class && follow_arch(client) < 0)
		return session_failure(session, "%s", strerror(ENOMEM));
	return r;
}
