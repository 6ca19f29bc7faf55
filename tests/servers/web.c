/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "web.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

#define SAMPLE_MAX 65536

/* ---- The servers' configurations -------------------------------------------------------------------------------- */

/* The sample is a file of its own, which this one includes; '@' is the lab's directory. */
static const struct sample {
	const char *program, *name, *around;
	const char *options[4];		/* before the name of the file */
} samples[] = {
	{ WEB_NGINX, "nginx.conf",
	  "daemon off;\nuser root;\nworker_processes 2;\npid @/nginx.pid;\nerror_log stderr;\nevents { worker_connections 1024; }\n"
	  "http {\n	access_log off;\n	client_body_temp_path @/nginx-body;\n	proxy_temp_path @/nginx-proxy;\n"
	  "	fastcgi_temp_path @/nginx-fastcgi;\n	uwsgi_temp_path @/nginx-uwsgi;\n	scgi_temp_path @/nginx-scgi;\n"
	  "	keepalive_requests 100000;\n	include @/sample;\n}\n", { "-c" } },
	{ WEB_LIGHTTPD, "lighttpd.conf", "include \"@/sample\"\n", { "-D", "-f" } },
	{ WEB_APACHE, "apache.conf",
	  "ServerRoot @\nServerName lab\nPidFile @/apache.pid\nErrorLog @/apache.log\nUser www-data\nGroup www-data\n"
	  "LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so\n"
	  "LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so\n"
	  "LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so\n"
	  "LoadModule proxy_fcgi_module /usr/lib/apache2/modules/mod_proxy_fcgi.so\nInclude @/sample\n", { "-X", "-f" } },
};

static const struct sample *sample_of(const char *program)
{
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++)
		if (!strcmp(samples[i].program, program))
			return &samples[i];
	abort();
}

/* Writes @text to the lab's file @name with @directory wherever @old stands. */
static void write_with(const struct lab *lab, const char *name, const char *text)
{
	static const struct { const char *old, *new; } places[] = {
		{ "/srv/pxeboot", "/root" }, { "/run/pxeboot/fastcgi.sock", "/socket" }, { "@", "" },
	};
	CLEANUP_TEXT struct text out = TEXT_INIT;

	while (*text) {
		size_t i = 0;

		while (i < ARRAY_SIZE(places) && strncmp(text, places[i].old, strlen(places[i].old)))
			i++;
		if (i < ARRAY_SIZE(places)) {
			text_addf(&out, "%s%s", lab->directory, places[i].new);
			text += strlen(places[i].old);
		} else {
			text_add_char(&out, *text++);
		}
	}
	lab_write(lab, name, out.bytes);
}

static void write_sample(const struct lab *lab, const struct sample *sample)
{
	CLEANUP_FREE char *path = NULL;
	CLEANUP_FREE char *text = NULL;

	if (asprintf(&path, "%s/%s", getenv("PXEBOOT_CONF"), sample->name) < 0 || file_read(path, SAMPLE_MAX, &text, NULL) < 0) {
		printf("Bail out! %s\n", sample->name);
		exit(1);
	}
	write_with(lab, "sample", text);
	write_with(lab, "server.conf", sample->around);
}

/* ---- Starting and stopping -------------------------------------------------------------------------------------- */

/* Any answer will do. */
static bool waits_for(const struct web *web, pid_t *pid, const char *target, int not_status)
{
	struct http http = { .fd = -1 };
	struct http_reply reply;

	lab_client_side(&web->lab);
	for (int i = 0; i < 500 && waitpid(*pid, NULL, WNOHANG) == 0; i++) {
		if (http_ask(&http, "GET", target, &reply)) {
			int status = reply.status;

			free(reply.head);
			if (status != not_status && status != 503) {
				http_close(&http);
				return true;
			}
		}
		usleep(10000);
	}
	http_close(&http);
	lab_stop(pid);
	return false;
}

bool web_start_server(struct web *web, const char *program)
{
	const struct sample *sample = sample_of(program);
	CLEANUP_FREE char *path = lab_path(&web->lab, "server.conf");
	const char *argv[8] = { program };
	size_t n = 1;

	write_sample(&web->lab, sample);
	while (sample->options[n - 1]) {
		argv[n] = sample->options[n - 1];
		n++;
	}
	argv[n] = path;
	web->server = lab_start(&web->lab, argv, "server.log");
	return waits_for(web, &web->server, "/hello", 0);
}

bool web_start_fastcgi(struct web *web, const char *threads)
{
	CLEANUP_FREE char *policy = lab_path(&web->lab, "pxeboot.conf");
	CLEANUP_FREE char *path = lab_path(&web->lab, "socket");
	const char *const argv[] = { getenv("PXEBOOT_FASTCGI"), "--stderr", "--config", policy, "--listen", path, "--threads",
				     threads, NULL };
	mode_t mask = umask(0);		/* Apache is another user */

	web->fastcgi = lab_start(&web->lab, argv, "fastcgi.log");
	umask(mask);
	return waits_for(web, &web->fastcgi, "/live/nothing", 502);
}

int web_stop_fastcgi(struct web *web)
{
	int status = -1;

	if (web->fastcgi <= 0)
		return -1;
	kill(web->fastcgi, SIGTERM);
	for (int i = 0; i < 800; i++) {
		if (waitpid(web->fastcgi, &status, WNOHANG) == web->fastcgi) {
			web->fastcgi = 0;
			return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
		}
		usleep(10000);
	}
	web_kill_fastcgi(web);
	return -1;
}

void web_kill_fastcgi(struct web *web)
{
	kill(web->fastcgi, SIGKILL);
	waitpid(web->fastcgi, NULL, 0);
	web->fastcgi = 0;
}

/* ---- Asking --------------------------------------------------------------------------------------------------------- */

long web_milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int web_ask_on(struct http *http, const char *method, const char *target, const char *words, bool *ret_has)
{
	struct http_reply reply;

	if (!http_ask(http, method, target, &reply))
		return 0;
	if (words)
		*ret_has = strstr(reply.head, words) != NULL;
	free(reply.head);
	return reply.status;
}

int web_ask(const char *method, const char *target, const char *words, bool *ret_has)
{
	struct http http = { .fd = -1 };
	int status = web_ask_on(&http, method, target, words, ret_has);

	http_close(&http);
	return status;
}

bool web_boots(const char *target, const char *profile)
{
	char words[64];
	bool has = false;

	snprintf(words, sizeof(words), "${base}/profiles/%s.ipxe ", profile);
	return web_ask("GET", target, words, &has) == 200 && has;
}

/* ---- Files ------------------------------------------------------------------------------------------------------ */

void web_write_policy(const struct web *web, const char *text)
{
	CLEANUP_TEXT struct text all = TEXT_INIT;

	text_addf(&all, WEB_SERVER, web->lab.directory, web->lab.directory);
	text_add(&all, text);
	lab_write(&web->lab, "pxeboot.conf", all.bytes);
}

char *web_log(const struct web *web)
{
	CLEANUP_FREE char *path = lab_path(&web->lab, "fastcgi.log");
	char *said = NULL;

	return file_read(path, 1 << 24, &said, NULL) < 0 ? strdup("") : said;
}

bool web_has_said(const struct web *web, const char *words, unsigned seconds)
{
	for (unsigned i = 0; i <= 50 * seconds; i++) {
		CLEANUP_FREE char *said = web_log(web);

		if (strstr(said, words))
			return true;
		usleep(20000);
	}
	return false;
}
