/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages go to syslog; how many a client may cause is counted by the second. */
#include "log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <syslog.h>

void log_init(struct log *log)
{
	*log = (struct log){ .second = 0 };
	pthread_mutex_init(&log->lock, NULL);
}

void log_say(struct log *log, int priority, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsyslog(priority, format, arguments);
	va_end(arguments);
}

void log_lines(struct log *log, int priority, const char *text)
{
	for (size_t length; *text; text += length + (text[length] == '\n')) {
		length = strcspn(text, "\n");
		log_say(log, priority, "%.*s", (int)length, text);
	}
}

/* Also says how many lines were left out before. */
static bool may_say(struct log *log, int64_t now)
{
	unsigned left_out = 0;
	bool may;

	pthread_mutex_lock(&log->lock);
	if (log->second != now) {
		left_out = log->left_out;
		log->second = now;
		log->lines = log->left_out = 0;
	}
	may = log->lines < LOG_CLIENT_LINES;
	if (may)
		log->lines++;
	else
		log->left_out++;
	pthread_mutex_unlock(&log->lock);
	if (left_out)
		log_say(log, LOG_WARNING, "%u messages were left out", left_out);
	return may;
}

void log_client(struct log *log, int64_t now, int priority, const char *format, ...)
{
	va_list arguments;

	if (!may_say(log, now))
		return;
	va_start(arguments, format);
	vsyslog(priority, format, arguments);
	va_end(arguments);
}
