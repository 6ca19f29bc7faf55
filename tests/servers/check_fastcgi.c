/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot-fastcgi behind the real nginx, and one request through lighttpd and Apache where they are there: what is
 * refused, a policy that changes under load, slow clients, ends of every kind.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "tap.h"
#include "web.h"

#define MAC "52:54:00:77:00:01"
#define NODE "/live/boot.ipxe?mac=" MAC
#define POLICY(boot) \
	"profiles: { one: { action = \"disk\"; }; two: { action = \"shell\"; }; };\n" \
	"hosts: ( { name = \"node\"; mac = \"" MAC "\"; uuid = \"00112233-4455-6677-8899-aabbccddeeff\"; boot = \"" boot "\"; },\n" \
	"	{ name = \"other\"; mac = \"52:54:00:77:00:02\"; boot = \"two\"; } );\n" \
	"boot = \"two\";\n"

static struct web web;

/* ---- What is refused -------------------------------------------------------------------------------------------- */

#define NOBODYS "5254007700010123456789abcdef0123456789abcdef"

static const struct {
	const char *method, *target;
	int status;
	const char *words;		/* in headers or body */
} rows[] = {
	{ "GET", "/live/", 404, "nothing" }, { "GET", "/live/boot.ipxe/", 404, "nothing" },
	{ "GET", "/live/boot", 404, "nothing" }, { "GET", "/live/boot.ipxe/x", 404, "nothing" },
	{ "GET", "/live/answers/default", 404, "nothing" }, { "GET", "/live/pxeboot.conf", 404, "nothing" },
	{ "GET", "/live/answers/default/..%2f..%2fpxeboot.conf", 404, NULL },
	{ "GET", "/live/answers/node/install/none.cfg", 404, NULL },
	{ "GET", "/live/answers/%00/x/y", 400, NULL },
	{ "GET", "/live/boot.ipxe?mac", 400, "without '='" }, { "GET", "/live/boot.ipxe?mac=%zz", 400, "hexadecimal" },
	{ "GET", "/live/boot.ipxe?mac=%00", 400, "NUL" }, { "GET", "/live/boot.ipxe?a=1&a=2", 400, "twice" },
	{ "GET", "/live/boot.ipxe?mac=" MAC "&mac=" MAC, 400, "twice" },
	{ "GET", "/live/boot.ipxe?a=\xc3\xa4", 400, "must be written" },
	{ "GET", "/live/boot.ipxe?mac=zz", 400, "mac: malformed, expected six hexadecimal pairs, got 'zz'" },
	{ "GET", "/live/boot.ipxe?mac=%0d%0aX:%20y", 400, "got '\\r\\nX: y'" },
	{ "GET", "/live/boot.ipxe?uuid=1", 400, "uuid: malformed" }, { "GET", "/live/boot.ipxe?arch=vax", 400, "arch: malformed" },
	{ "POST", "/live/boot.ipxe", 405, "\r\nAllow: GET, HEAD\r\n" }, { "PUT", "/live/boot.ipxe", 405, "\r\nAllow: GET, HEAD\r\n" },
	{ "DELETE", "/live/done/" NOBODYS, 405, "\r\nAllow: POST\r\n" }, { "GET", "/live/done/" NOBODYS, 405, "\r\nAllow: POST\r\n" },
	{ "HEAD", "/live/done/" NOBODYS, 405, "\r\nAllow: POST\r\n" },
	{ "POST", "/live/done/" NOBODYS, 404, "nobody's" }, { "POST", "/live/done/x", 404, "nobody's" },
	{ "POST", "/live/done/", 404, NULL }, { "POST", "/live/done/a/b", 404, "nothing" },
	{ "HEAD", NODE, 200, "\r\nCache-Control: no-store\r\n" }, { "GET", NODE, 200, "\r\nCache-Control: no-store\r\n" },
	{ "GET", NODE, 200, "\r\nContent-Type: text/plain" }, { "GET", NODE "&hello=world&x=", 200, "/profiles/one.ipxe" },
	{ "GET", "/live/boot.ipxe", 200, "/profiles/two.ipxe" },
	{ "GET", "/live/boot.ipxe?mac=&uuid=&serial=&manufacturer=&product=&arch=&ip=", 200, "/profiles/two.ipxe" },
	{ "GET", "/live/boot.ipxe?uuid=00112233-4455-6677-8899-AABBCCDDEEFF", 200, "/profiles/one.ipxe" },
	{ "GET", "/hello", 200, "world" },
};

static void check_refusals(void)
{
	struct http http = { .fd = -1 };
	bool good = true;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool has = true;
		int status = web_ask_on(&http, rows[i].method, rows[i].target, rows[i].words, &has);

		if (status == rows[i].status && has)
			continue;
		good = false;
		printf("# %s %s: %d%s\n", rows[i].method, rows[i].target, status, has ? "" : ", and other words");
	}
	http_close(&http);
	tap_ok(good, "%zu requests are answered as they deserve", ARRAY_SIZE(rows));
}

static unsigned count_lines(void)
{
	CLEANUP_FREE char *said = web_log(&web);
	unsigned lines = 0;

	for (const char *at = said; *at; at++)
		lines += *at == '\n';
	return lines;
}

/* What a client can make us say is escaped, and bounded: ten lines a second, and how many were left out. */
static void check_log(void)
{
	struct http http = { .fd = -1 };
	unsigned before, lines;
	time_t began;
	bool has;

	sleep(1);			/* what was refused before has used up its second */
	before = count_lines();
	began = time(NULL);
	for (int i = 0; i < 200; i++)
		web_ask_on(&http, "POST", "/live/done/" NOBODYS, NULL, &has);
	http_close(&http);
	lines = count_lines() - before;
	CLEANUP_FREE char *said = web_log(&web);

	tap_ok(strstr(said, "10.77.0.2 showed a token that is nobody's: '525400770001…'") && !strstr(said, NOBODYS) &&
	       lines <= 11 * ((unsigned)(time(NULL) - began) + 1), "wrong tokens are said, but not each: %u lines", lines);
	tap_ok(strstr(said, "10.77.0.2 was refused: the query has "), "and why others were refused");
}

/* ---- The policy changes under load ------------------------------------------------------------------------------ */

#define ASKERS 64

struct asker {
	pthread_t thread;
	struct http http;
	unsigned ones, twos, others;	/* replies */
	const bool *ends;
};

static void *ask_on(void *context)
{
	struct asker *asker = context;

	while (!__atomic_load_n(asker->ends, __ATOMIC_SEQ_CST)) {
		struct http_reply reply;

		if (!http_ask(&asker->http, "GET", NODE, &reply)) {
			asker->others++;
			usleep(10000);
			continue;
		}
		if (reply.status == 200 && strstr(reply.body, "/profiles/one.ipxe "))
			asker->ones++;
		else if (reply.status == 200 && strstr(reply.body, "/profiles/two.ipxe "))
			asker->twos++;
		else
			asker->others++;
		free(reply.head);
	}
	http_close(&asker->http);
	return NULL;
}

static void start_asking(struct asker *askers, const bool *ends)
{
	for (int i = 0; i < ASKERS; i++) {
		askers[i] = (struct asker){ .http = { .fd = -1 }, .ends = ends };
		if (pthread_create(&askers[i].thread, NULL, ask_on, &askers[i]))
			exit(1);
	}
}

static struct asker stop_asking(struct asker *askers, bool *ends)
{
	struct asker all = { .ones = 0 };

	__atomic_store_n(ends, true, __ATOMIC_SEQ_CST);
	for (int i = 0; i < ASKERS; i++) {
		pthread_join(askers[i].thread, NULL);
		all.ones += askers[i].ones;
		all.twos += askers[i].twos;
		all.others += askers[i].others;
	}
	return all;
}

static void check_reload(void)
{
	static struct asker askers[ASKERS];
	bool ends = false, said;
	struct asker all;

	start_asking(askers, &ends);
	web_write_policy(&web, POLICY("nothing"));
	said = web_has_said(&web, "pxeboot.conf:4: error: hosts[0].boot: unknown name", 5) &&
	       web_has_said(&web, "the one before stays in force", 5);
	tap_ok(said, "a wrong policy is told with file and line");
	tap_ok(web_boots(NODE, "one"), "and the one before stays");
	web_write_policy(&web, POLICY("two"));
	tap_ok(web_has_said(&web, "loaded anew", 5) && web_boots(NODE, "two"), "a good one is taken");
	all = stop_asking(askers, &ends);
	tap_ok(all.ones && all.twos && !all.others, "meanwhile %d connections got one or the other and nothing else: %u, %u, %u",
	       ASKERS, all.ones, all.twos, all.others);
	web_write_policy(&web, POLICY("one"));
	for (int i = 0; i < 100 && !web_boots(NODE, "one"); i++)
		usleep(50000);
}

/* ---- Slow ones -------------------------------------------------------------------------------------------------- */

#define SLOW 32

static void check_slow(void)
{
	static const char request[] = "GET " NODE " HTTP/1.1\r\nHost: lab\r\n\r\n";
	struct http slow[SLOW];
	struct http_reply reply;
	bool good = true;
	long start, longest = 0;

	for (int i = 0; i < SLOW; i++)
		slow[i] = (struct http){ .fd = -1 };
	for (size_t at = 0; request[at]; at++) {
		const char byte[] = { request[at], '\0' };

		for (int i = 0; i < SLOW; i++)
			good = http_send(&slow[i], byte) && good;
		start = web_milliseconds();
		good = web_boots(NODE, "one") && good;
		longest = web_milliseconds() - start > longest ? web_milliseconds() - start : longest;
	}
	for (int i = 0; i < SLOW; i++) {
		if (http_receive(&slow[i], true, &reply))
			free(reply.head);
		else
			good = false;
		http_close(&slow[i]);
	}
	tap_ok(good && longest < 1000, "%d slow clients hold nobody up: %ld ms", SLOW, longest);
}

/* Whoever may connect to the socket and says nothing: more of them than there is room for. */
static void check_silent(void)
{
	CLEANUP_FREE char *path = lab_path(&web.lab, "socket");
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int silent[600];
	long start = web_milliseconds();
	bool good = strlen(path) < sizeof(address.sun_path);

	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	for (size_t i = 0; i < ARRAY_SIZE(silent); i++) {
		silent[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		good = connect(silent[i], (struct sockaddr *)&address, sizeof(address)) == 0 && good;
	}
	start = web_milliseconds();
	tap_ok(good && web_boots(NODE, "one") && web_milliseconds() - start < 1000, "%zu silent connections hold nobody up: %ld ms",
	       ARRAY_SIZE(silent), web_milliseconds() - start);
	for (size_t i = 0; i < ARRAY_SIZE(silent); i++)
		close(silent[i]);
}

/* ---- Ends of every kind ----------------------------------------------------------------------------------------- */

static void check_ends(void)
{
	static struct asker askers[ASKERS];
	CLEANUP_FREE char *path = lab_path(&web.lab, "socket");
	bool ends = false, has = false;
	struct stat status;
	struct asker all;

	start_asking(askers, &ends);
	usleep(200000);
	web_kill_fastcgi(&web);
	tap_ok(web_ask("GET", NODE, NULL, &has) == 502 && web_ask("GET", "/hello", NULL, &has) == 200,
	       "when it is killed nginx says 502, and still has the files");
	tap_ok(web_start_fastcgi(&web, "8") && web_boots(NODE, "one"), "it starts where a killed one left its socket");
	all = stop_asking(askers, &ends);
	tap_ok(all.ones && !all.twos, "under load: %u answers, %u errors", all.ones, all.others);
	tap_ok(web_stop_fastcgi(&web) == 0 && lstat(path, &status) && errno == ENOENT, "SIGTERM ends it, socket and all");
	tap_ok(web_ask("GET", NODE, NULL, &has) == 502, "then nginx says 502");
}

/* What is somebody else's stays. */
static void check_second(void)
{
	CLEANUP_FREE char *policy = lab_path(&web.lab, "pxeboot.conf");
	CLEANUP_FREE char *file = lab_path(&web.lab, "root/hello");
	CLEANUP_FREE char *path = lab_path(&web.lab, "socket");
	const char *const places[] = { path, file };
	bool good = true, has = false;

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		const char *const argv[] = { getenv("PXEBOOT_FASTCGI"), "-c", policy, "-l", places[i], NULL };
		pid_t pid = lab_start(&web.lab, argv, "second.log");
		int status = 0;

		good = waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 3 && good;
	}
	tap_ok(good && web_boots(NODE, "one") && web_ask("GET", "/hello", "world", &has) == 200 && has,
	       "a second one is refused its place, and so is one at a file");
}

/* Asks while it ends: whoever was accepted is answered. */
static void check_end_under_load(void)
{
	static struct asker askers[ASKERS];
	bool ends = false;
	struct asker all;
	long start;
	int code;

	web_start_fastcgi(&web, "8");
	start_asking(askers, &ends);
	usleep(200000);
	start = web_milliseconds();
	code = web_stop_fastcgi(&web);
	start = web_milliseconds() - start;
	all = stop_asking(askers, &ends);
	tap_ok(code == 0 && start < 3000 && all.ones, "under load, too: %ld ms", start);
}

/* ---- Many at once ----------------------------------------------------------------------------------------------- */

/* One request on a connection that is kept: begin, four parameters, the ends of both streams. */
static const char record[] =
	"\1\1\0\1\0\10\0\0" "\0\1\1\0\0\0\0\0"
	"\1\4\0\1\0\114\0\0" "\16\3REQUEST_METHODGET" "\11\12PATH_INFO/boot.ipxe"
	"\14\0QUERY_STRING" "\13\11REMOTE_ADDR10.77.0.9"
	"\1\4\0\1\0\0\0\0" "\1\5\0\1\0\0\0\0";

/* Many more than one thread has room for where there are so many of them: nobody's request is thrown away unread. */
static void check_burst(void)
{
	CLEANUP_FREE char *path = lab_path(&web.lab, "socket");
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const struct timeval patience = { .tv_sec = 5 };
	unsigned answered = 0;
	bool good = web_start_fastcgi(&web, "64");
	char reply[8192];
	int many[250];

	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	for (size_t i = 0; i < ARRAY_SIZE(many); i++) {
		many[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		setsockopt(many[i], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
		if (!connect(many[i], (struct sockaddr *)&address, sizeof(address)))
			(void)!write(many[i], record, sizeof(record) - 1);
	}
	for (size_t i = 0; i < ARRAY_SIZE(many); i++) {
		ssize_t n = read(many[i], reply, sizeof(reply));

		answered += n > 0 && memmem(reply, (size_t)n, "/profiles/two.ipxe", 18) != NULL;
		close(many[i]);
	}
	good = web_stop_fastcgi(&web) == 0 && good;
	tap_ok(good && answered == ARRAY_SIZE(many), "of %zu requests at once %u are answered", ARRAY_SIZE(many), answered);
}

/* ---- Its socket ------------------------------------------------------------------------------------------------- */

/* As spawn-fcgi and systemd hand it over, who keep it: what ends and comes again finds it as it was. */
static void check_standard_input(void)
{
	CLEANUP_FREE char *policy = lab_path(&web.lab, "pxeboot.conf");
	CLEANUP_FREE char *path = lab_path(&web.lab, "socket");
	const char *const argv[] = { getenv("PXEBOOT_FASTCGI"), "--stderr", "-c", policy, NULL };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int own = dup(STDIN_FILENO), made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool good;

	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	good = bind(made, (struct sockaddr *)&address, sizeof(address)) == 0 && dup2(made, STDIN_FILENO) == 0;
	web.fastcgi = lab_start(&web.lab, argv, "fastcgi.log");
	good = waitpid(web.fastcgi, NULL, 0) == web.fastcgi && good;
	tap_ok(good && web_has_said(&web, "no socket that listens", 0), "a socket that does not listen is refused");
	good = listen(made, 64) == 0;
	for (int i = 0; i < 2; i++) {
		web.fastcgi = lab_start(&web.lab, argv, "fastcgi.log");
		good = web_boots(NODE, "one") && web_stop_fastcgi(&web) == 0 && good;
	}
	tap_ok(good, "standard input is its socket, twice");
	dup2(own, STDIN_FILENO);
	close(own);
	close(made);
	unlink(path);
}

/* ---- Other servers ---------------------------------------------------------------------------------------------- */

static void check_server(const char *program, const char *name)
{
	struct http http = { .fd = -1 };
	struct http_reply reply;
	bool good, has = false;

	if (access(program, X_OK)) {
		printf("# no %s: not looked at\n", name);
		return;
	}
	good = web_start_server(&web, program) && web_start_fastcgi(&web, "2");
	tap_ok(good && web_boots(NODE "&serial=a%20b%26c%2B", "one"), "%s: a machine gets its script", name);
	tap_ok(web_ask("GET", "/live/boot.ipxe?mac=zz", "got 'zz'", &has) == 400 && has, "%s: the query comes as it is", name);
	tap_ok(web_ask("POST", "/live/done/" NOBODYS, "nobody's", &has) == 404 && has, "%s: POST comes through", name);
	tap_ok(web_ask("GET", "/live/done/" NOBODYS, NULL, &has) == 405, "%s: and is told from GET", name);
	tap_ok(http_ask(&http, "HEAD", NODE, &reply) && reply.status == 200, "%s: HEAD", name);
	free(reply.head);
	http_close(&http);
	tap_ok(web_has_said(&web, "10.77.0.2 showed a token", 1), "%s: the address comes through", name);
	web_stop_fastcgi(&web);
	tap_ok(web_ask("GET", NODE, NULL, &has) == 503 && web_ask("GET", "/hello", "world", &has) == 200 && has,
	       "%s: without the program there are still the files", name);
	lab_stop(&web.server);
}

int main(void)
{
	static const char *const programs[] = { WEB_NGINX, "nginx-light", NULL };

	lab_begin(&web.lab, programs);
	signal(SIGPIPE, SIG_IGN);
	lab_write(&web.lab, "root/hello", "world\n");
	web_write_policy(&web, POLICY("one"));
	if (!web_start_server(&web, WEB_NGINX) || !web_start_fastcgi(&web, "8")) {
		printf("Bail out! nginx or pxeboot-fastcgi does not start\n");
		return 1;
	}
	lab_client_side(&web.lab);
	check_refusals();
	check_log();
	check_reload();
	check_slow();
	check_silent();
	check_second();
	check_ends();
	check_end_under_load();
	check_burst();
	check_standard_input();
	lab_stop(&web.server);
	check_server(WEB_LIGHTTPD, "lighttpd");
	check_server(WEB_APACHE, "Apache");
	lab_end(&web.lab);
	return tap_end();
}
