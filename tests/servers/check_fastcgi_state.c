/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot-fastcgi behind the real nginx, and what is remembered of machines: one-shot boots, private answer files, and
 * stores that are held, damaged or out of reach, and a program that is killed.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "life.h"
#include "tap.h"
#include "web.h"

#define MAC "52:54:00:77:00:01"
#define NODE "/live/boot.ipxe?mac=" MAC
#define NOBODYS "5254007700010123456789abcdef0123456789abcdef"
#define POLICY \
	"profiles: { one: { action = \"disk\"; }; two: { action = \"shell\"; };\n" \
	"	install: { kernel = \"linux\"; answers = \"seed.cfg\"; private = true; }; };\n" \
	"hosts: ( { name = \"node\"; mac = \"" MAC "\"; uuid = \"00112233-4455-6677-8899-aabbccddeeff\"; boot = \"one\"; },\n" \
	"	{ name = \"other\"; mac = \"52:54:00:77:00:02\"; boot = \"two\"; } );\n" \
	"boot = \"two\";\n"

static struct web web;

/* ---- One-shot boots --------------------------------------------------------------------------------------------- */

static int write_scripts(void *context, const char *token, uint32_t round, char **ret_script, char **ret_then)
{
	return asprintf(ret_script, "#!ipxe\n# one-shot boot, round %u:\n", round) < 0 ? -ENOMEM : 0;
}

static void arm(const char *key, char token[LIFE_TOKEN_SIZE])
{
	CLEANUP_FREE char *root = lab_path(&web.lab, "root");
	CLEANUP_FREE char *state = lab_path(&web.lab, "state");
	const struct life_conf conf = { .root = root, .state = state };
	const struct pxeboot_arming arming = { .profile = "install", .mode = PXEBOOT_ONCE_UNTIL_DONE, .tries_max = 3,
					       .when = time(NULL) };
	const struct life_scripts scripts = { .write = write_scripts };
	struct life *life;

	if (life_new(&conf, &life) || life_arm(life, key, &arming, &scripts, token)) {
		printf("Bail out! it can't be armed\n");
		exit(1);
	}
	life_free(life);
}

/* enum pxeboot_once_phase, or -1. */
static int phase_of(const char *key)
{
	CLEANUP_FREE char *path = lab_path(&web.lab, "state");
	struct pxeboot_record *record = NULL;
	struct pxeboot_state *state;
	int phase = -1;

	if (pxeboot_state_open(path, PXEBOOT_STATE_LOOK, NULL, &state))
		return -1;
	if (pxeboot_state_get(state, key, &record) == 0)
		phase = record->once.phase;
	pxeboot_record_free(record);
	pxeboot_state_close(state);
	return phase;
}

/* Everything about one machine's one-shot boot, in the order in which it happens. */
static void check_once(void)
{
	char token[LIFE_TOKEN_SIZE], target[256], wrong[LIFE_TOKEN_SIZE];
	bool has = false;

	arm(MAC, token);
	tap_ok(web_ask("HEAD", NODE, NULL, &has) == 200 && phase_of(MAC) == PXEBOOT_ONCE_ARMED, "looking serves nothing");
	tap_ok(web_boots(NODE, "install") && phase_of(MAC) == PXEBOOT_ONCE_SERVED, "an armed machine gets its one-shot boot");
	tap_ok(web_boots(NODE, "install"), "and again in the same boot");
	tap_ok(web_boots("/live/boot.ipxe?uuid=00112233-4455-6677-8899-aabbccddeeff", "install"),
	       "the machine is the same by its UUID alone");
	tap_ok(web_boots("/live/boot.ipxe?mac=52:54:00:77:00:02", "two"), "another machine does not get it");
	tap_ok(web_ask("GET", NODE, token, &has) == 200 && has, "the script has the token");
	memcpy(wrong, token, sizeof(wrong));
	wrong[40] = wrong[40] == '0' ? '1' : '0';
	snprintf(target, sizeof(target), "/live/done/%s", wrong);
	tap_ok(web_ask("POST", target, NULL, &has) == 404 && web_boots(NODE, "install"), "a wrong token ends nothing");
	snprintf(target, sizeof(target), "/live/done/%s", token);
	tap_ok(web_ask("GET", target, NULL, &has) == 405 && web_boots(NODE, "install"), "nor does looking at it");
	tap_ok(web_ask("POST", target, "done", &has) == 200 && has && web_boots(NODE, "one"), "the right one does");
	tap_ok(web_ask("POST", target, "done", &has) == 200 && has, "saying so again is no mistake");
	tap_ok(web_ask("GET", NODE, token, &has) == 200 && !has, "the token is gone from the script");
}

/* ---- Private answer files --------------------------------------------------------------------------------------- */

#define SEED "/install/seed.cfg"

static int ask_seed(const char *machine, const char *token)
{
	char target[256];
	bool has = false;
	int status;

	snprintf(target, sizeof(target), "/live/answers/%s" SEED "%s%s", machine, token ? "?token=" : "", token ? token : "");
	status = web_ask("GET", target, "secret of node", &has);
	return status == 200 && !has ? -1 : status;
}

static void check_answers(void)
{
	char token[LIFE_TOKEN_SIZE], others[LIFE_TOKEN_SIZE], done[128];
	bool has;

	arm(MAC, token);
	arm("52:54:00:77:00:02", others);
	tap_ok(ask_seed("52-54-00-77-00-01", NULL) == 403, "a private file is not for everybody");
	tap_ok(ask_seed("52-54-00-77-00-01", others) == 403, "nor for another machine's token");
	tap_ok(ask_seed("52-54-00-77-00-01", NOBODYS) == 403, "nor for nobody's");
	tap_ok(ask_seed(NOBODYS, NULL) == 403, "in the path neither");
	tap_ok(ask_seed("52-54-00-77-00-01", token) == 200, "the machine's own token opens it");
	tap_ok(ask_seed(token, NULL) == 200, "also in the path");
	snprintf(done, sizeof(done), "/live/done/%s", token);
	tap_ok(web_ask("POST", done, NULL, &has) == 200 && ask_seed(token, NULL) == 403 &&
	       ask_seed("52-54-00-77-00-01", token) == 403, "until the one-shot boot is done");
}

/* ---- Trouble ---------------------------------------------------------------------------------------------------- */

static int hold(void *context, struct pxeboot_record *record)
{
	const int *tell = context;

	if (write(*tell, "!", 1) == 1)
		pause();
	return 1;
}

/* Another process is in the middle of a change and goes no further, as if its disk hung. */
static pid_t hold_store(void)
{
	CLEANUP_FREE char *path = lab_path(&web.lab, "state");
	struct pxeboot_state *state;
	int ends[2];
	char byte;
	pid_t pid;

	if (pipe(ends) < 0 || (pid = fork()) < 0)
		return -1;
	if (pid == 0) {
		if (pxeboot_state_open(path, 0, NULL, &state) == 0)
			pxeboot_state_update(state, "52:54:00:99:99:99", hold, &ends[1]);
		_exit(1);
	}
	close(ends[1]);
	if (read(ends[0], &byte, 1) != 1)
		printf("# the store is not held\n");
	close(ends[0]);
	return pid;
}

/* Nothing is installed on a guess, and nobody waits long; when it is over, all is as it was. */
static void check_held(void)
{
	char token[LIFE_TOKEN_SIZE], done[128];
	long start, first, second = 0;
	bool has, good;
	pid_t holder;

	arm(MAC, token);
	holder = hold_store();
	if (!tap_ok(holder > 0, "the store is held"))
		return;
	start = web_milliseconds();
	good = web_boots(NODE, "one");
	first = web_milliseconds() - start;
	/* Who asks before the clerk's second is over, which began after the first asker's, waits for it, too. */
	for (int i = 0; i == 0 || (i < 5 && second >= 500); i++) {
		start = web_milliseconds();
		good = web_boots(NODE, "one") && web_boots("/live/boot.ipxe?mac=52:54:00:77:00:02", "two") && good;
		second = web_milliseconds() - start;
	}
	snprintf(done, sizeof(done), "/live/done/%s", token);
	tap_ok(good && first < 3500 && second < 500, "a store that is held up holds nobody up: %ld ms, then %ld ms", first, second);
	tap_ok(web_ask("POST", done, NULL, &has) == 503, "and that a machine is done can't be written down");
	tap_ok(web_has_said(&web, MAC ": nobody can tell", 1), "the log says so");
	kill(holder, SIGKILL);
	waitpid(holder, NULL, 0);
	for (int i = 0; i < 100 && !web_boots(NODE, "install"); i++)
		usleep(20000);
	tap_ok(web_boots(NODE, "install") && web_ask("POST", done, NULL, &has) == 200 && web_boots(NODE, "one"),
	       "afterwards all goes on");
}

static void check_damaged(void)
{
	char token[LIFE_TOKEN_SIZE];
	bool good;

	arm(MAC, token);
	good = web_boots(NODE, "install");
	web_stop_fastcgi(&web);
	lab_write(&web.lab, "state/machines.mdb", "this is no store, and was never meant to be one");
	tap_ok(good && web_start_fastcgi(&web, "4") && web_boots(NODE, "one"), "a damaged store ends what it knew of");
	tap_ok(web_has_said(&web, "machines.mdb.damaged-1", 1), "loudly");
	arm(MAC, token);
	tap_ok(web_boots(NODE, "install"), "and a new one is begun");
}

/* The store of another policy, which nobody can make. */
static void check_out_of_reach(void)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	text_addf(&text, WEB_SERVER POLICY, web.lab.directory, "/proc");
	lab_write(&web.lab, "pxeboot.conf", text.bytes);
	for (int i = 0; i < 100 && !web_boots(NODE, "one"); i++)
		usleep(50000);
	tap_ok(web_boots(NODE, "one"), "machines boot without a store");
	tap_ok(web_has_said(&web, MAC ": nobody can tell", 1), "the log says so");
	web_write_policy(&web, POLICY);
	for (int i = 0; i < 100 && !web_boots(NODE, "install"); i++)
		usleep(50000);
	tap_ok(web_boots(NODE, "install"), "the policy's next one is taken");
}

/* ---- Killed under load ------------------------------------------------------------------------------------------ */

#define ASKERS 32
#define EACH 4000			/* machines that an asker has at most */

struct asker {
	pthread_t thread;
	unsigned first, answered;
};

static void crowd_mac(unsigned number, char ret_mac[18])
{
	snprintf(ret_mac, 18, "52:54:01:%02x:%02x:%02x", number >> 16 & 255, number >> 8 & 255, number & 255);
}

/* A machine after the other, each once, until one gets no answer. */
static void *ask_on(void *context)
{
	struct asker *asker = context;
	struct http http = { .fd = -1 };
	char target[64], mac[18];
	bool has = true;

	while (asker->answered < EACH) {
		crowd_mac(asker->first + asker->answered, mac);
		snprintf(target, sizeof(target), "/live/boot.ipxe?mac=%s", mac);
		if (web_ask_on(&http, "GET", target, "/profiles/two.ipxe", &has) != 200 || !has)
			break;
		asker->answered++;
	}
	http_close(&http);
	return NULL;
}

/* Machines that were answered and of which nothing, or something else than this one answer, is written down. */
static unsigned count_lost(const struct asker *asker, struct pxeboot_state *state)
{
	unsigned lost = 0;

	for (unsigned i = 0; i < asker->answered; i++) {
		struct pxeboot_record *record = NULL;
		char mac[18];

		crowd_mac(asker->first + i, mac);
		if (pxeboot_state_get(state, mac, &record) || record->boots != 1 || record->stage != PXEBOOT_STAGE_SCRIPT ||
		    !record->asked[PXEBOOT_STAGE_SCRIPT][0] || record->asked[PXEBOOT_STAGE_SCRIPT][1] ||
		    strcmp(record->profile, "two"))
			lost++;
		pxeboot_record_free(record);
	}
	return lost;
}

static int is_unreadable(void *context, const char *key, const struct pxeboot_record *record)
{
	return !record;
}

/* Whoever was answered is written down, though many share a change. */
static void check_killed(void)
{
	static struct asker askers[ASKERS];
	CLEANUP_FREE char *path = lab_path(&web.lab, "state");
	unsigned answered = 0, lost = 0;
	struct pxeboot_state *state = NULL;

	for (unsigned i = 0; i < ASKERS; i++) {
		askers[i] = (struct asker){ .first = i * EACH };
		if (pthread_create(&askers[i].thread, NULL, ask_on, &askers[i]))
			exit(1);
	}
	usleep(700000);
	web_kill_fastcgi(&web);
	for (unsigned i = 0; i < ASKERS; i++)
		pthread_join(askers[i].thread, NULL);
	if (!tap_ok(pxeboot_state_open(path, 0, NULL, &state) == 0, "killed under load it leaves a store"))
		return;
	for (unsigned i = 0; i < ASKERS; i++) {
		answered += askers[i].answered;
		lost += count_lost(&askers[i], state);
	}
	tap_ok(answered > ASKERS && !lost, "that has each of %u machines that were answered: %u lost", answered, lost);
	tap_ok(pxeboot_state_each(state, PXEBOOT_STATE_BY_KEY, is_unreadable, NULL) == 0, "and nothing that is torn");
	pxeboot_state_close(state);
	tap_ok(web_start_fastcgi(&web, "2") && web_boots(NODE, "install"), "and goes on");
}

int main(void)
{
	static const char *const programs[] = { WEB_NGINX, "nginx-light", NULL };

	lab_begin(&web.lab, programs);
	signal(SIGPIPE, SIG_IGN);
	lab_write(&web.lab, "root/hello", "world\n");
	lab_write(&web.lab, "root/once/.keep", "");
	lab_write(&web.lab, "seed.cfg", "secret of ${name}\n");
	web_write_policy(&web, POLICY);
	if (!web_start_server(&web, WEB_NGINX) || !web_start_fastcgi(&web, "8")) {
		printf("Bail out! nginx or pxeboot-fastcgi does not start\n");
		return 1;
	}
	check_once();
	check_answers();
	check_held();
	check_damaged();
	check_out_of_reach();
	check_killed();
	web_stop_fastcgi(&web);
	lab_stop(&web.server);
	lab_end(&web.lab);
	return tap_end();
}
