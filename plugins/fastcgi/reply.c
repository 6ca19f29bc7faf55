/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Replies as CGI wants them (RFC 3875, section 6). */
#include "reply.h"

#include <stdarg.h>

static const struct {
	int status;
	const char *words;
} statuses[] = {
	{ 200, "OK" },
	{ 400, "Bad Request" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 500, "Internal Server Error" },
	{ 503, "Service Unavailable" },
};

static const char *words_of(int status)
{
	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++)
		if (statuses[i].status == status)
			return statuses[i].words;
	return "Unknown";
}

void reply_fail(struct reply *reply, int status, const char *format, ...)
{
	va_list arguments;

	text_free(&reply->body);
	reply->body = (struct text)TEXT_INIT;
	reply->status = status;
	va_start(arguments, format);
	text_addv(&reply->body, format, arguments);
	va_end(arguments);
	text_add_char(&reply->body, '\n');
}

/* Answers change with the policy and with each boot: nobody may keep them. */
int reply_write(const struct reply *reply, bool head_only, struct text *out)
{
	text_addf(out, "Status: %d %s\r\n", reply->status, words_of(reply->status));
	if (reply->allow)
		text_addf(out, "Allow: %s\r\n", reply->allow);
	text_addf(out, "Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n"
		       "X-Content-Type-Options: nosniff\r\nContent-Length: %zu\r\n\r\n", reply->body.length);
	if (!head_only && reply->body.length)
		text_add_bytes(out, reply->body.bytes, reply->body.length);
	return reply->body.error ? reply->body.error : out->error;
}

void reply_free(struct reply *reply)
{
	text_free(&reply->body);
	*reply = (struct reply){ .body = TEXT_INIT };
}
