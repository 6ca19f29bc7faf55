/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Messages, to syslog.  What clients can cause is limited: no more than LOG_CLIENT_LINES a second.
 */
#ifndef FASTCGI_LOG_H
#define FASTCGI_LOG_H

#include <pthread.h>
#include <stdint.h>

#include "base/text.h"

#define LOG_CLIENT_LINES 10

struct log {
	pthread_mutex_t lock;
	int64_t second;			/* in which @lines were said */
	unsigned lines, left_out;
};

void log_init(struct log *log);
/* User text in it must have been escaped. */
void log_say(struct log *log, int priority, const char *format, ...) PRINTF_LIKE(3, 4);
/* A message a line. */
void log_lines(struct log *log, int priority, const char *text);
/* The same as log_say(), for what a client caused at @now. */
void log_client(struct log *log, int64_t now, int priority, const char *format, ...) PRINTF_LIKE(4, 5);

#endif
