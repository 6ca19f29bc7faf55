/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The real web servers with the sample configurations of conf/, and pxeboot-fastcgi behind them, on the servers' side
 * of a lab.  Where a sample says /srv/pxeboot and /run/pxeboot/fastcgi.sock, the lab's directory has root/ and
 * socket.
 */
#ifndef SERVERS_WEB_H
#define SERVERS_WEB_H

#include "http_client.h"
#include "lab.h"

#define WEB_SERVER "server: { address = \"" LAB_SERVER "\"; root = \"%s/root\"; http = \"http://" LAB_SERVER ":8080\";\n" \
		   "	live = \"http://" LAB_SERVER ":8080/live\"; state = \"%s/state\"; };\n"

struct web {
	struct lab lab;
	pid_t server, fastcgi;		/* 0: not running */
};

#define WEB_NGINX "/usr/sbin/nginx"
#define WEB_LIGHTTPD "/usr/sbin/lighttpd"
#define WEB_APACHE "/usr/sbin/apache2"

/* Each waits until it answers; false when it ends or does not.  @program: one of the above. */
bool web_start_server(struct web *web, const char *program);
bool web_start_fastcgi(struct web *web, const char *threads);
/* The exit code with which it ended by SIGTERM, or -1. */
int web_stop_fastcgi(struct web *web);
void web_kill_fastcgi(struct web *web);

long web_milliseconds(void);
/* Asks from the clients' side.  The status, 0 without an answer; unless @words is NULL, whether headers or body have them. */
int web_ask(const char *method, const char *target, const char *words, bool *ret_has);
/* The same on a connection that is kept. */
int web_ask_on(struct http *http, const char *method, const char *target, const char *words, bool *ret_has);
/* Is the answer a script that goes to this profile? */
bool web_boots(const char *target, const char *profile);

/* Writes the policy: WEB_SERVER, and @text. */
void web_write_policy(const struct web *web, const char *text);
/* What pxeboot-fastcgi has said; the caller frees it. */
char *web_log(const struct web *web);
/* Is this in what it has said, now or within @seconds? */
bool web_has_said(const struct web *web, const char *words, unsigned seconds);

#endif
