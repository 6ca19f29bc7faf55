/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From power-on to the verdict (see lab.h): watches the machine's wire, its serial console and the servers, and presses
 * the keys that a person would press.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "capture.h"
#include "lab.h"
#include "plugin.h"

#define TURN 50				/* milliseconds between looks at what has no event of its own */
#define MENU_QUIET 1500			/* a menu has been drawn when the line was quiet for so long */
#define MENU_PATIENCE 20000		/* a menu that has not gone on by itself waits for a key */
#define KEY_GAP 300			/* between two keys */
#define WAIT 1000			/* the length of a LAB_WAIT */

static int64_t monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t lab_now(const struct lab *lab)
{
	return monotonic() - lab->power_on;
}

/* The parent has blocked these: none is lost before it is looked for. */
static int open_signals(struct lab *lab)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	lab->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return lab->signals < 0 ? lab_fail(-errno, "can't watch for signals: %s", strerror(errno)) : 0;
}

static void read_serial(struct lab *lab)
{
	char bytes[4096];
	ssize_t length;

	while ((length = read(lab->serial, bytes, sizeof(bytes))) > 0)
		console_see(&lab->console, bytes, (size_t)length);
}

static void see_line(void *context, const char *line, bool whole)
{
	struct lab *lab = context;

	if (whole && lab->console_text)
		fprintf(lab->console_text, "%s\n", line);
	story_see_serial(&lab->story, line, whole, lab_now(lab));
}

/* Collects what has ended.  Returns the server that should not have; NULL when all is well. */
static const struct server *reap(struct lab *lab)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == lab->machine) {
			lab->machine = 0;
			lab->power = monitor_how_it_ended(&lab->monitor);
		}
		for (size_t i = 0; i < lab->n_servers; i++)
			if (lab->servers[i].pid == pid)
				return &lab->servers[i];
	}
	return NULL;
}

static void begin_keys(struct lab *lab, const char *const *keys)
{
	struct text CLEANUP_TEXT text = TEXT_INIT;

	lab->keys = keys;
	lab->key_at = lab_now(lab);
	for (; *keys; keys++)
		text_addf(&text, "%s%s", text.length ? ", " : "", *keys);
	if (text.length)
		lines_add(&lab->story.lines, lab->key_at, "KEYS", text.bytes, NULL);
}

/* One key at a time: between them, the wire and all else goes on. */
static void press_next(struct lab *lab)
{
	bool wait;

	if (!lab->keys || !*lab->keys || lab_now(lab) < lab->key_at)
		return;
	wait = strcmp(*lab->keys, LAB_WAIT) == 0;
	if (!wait && monitor_press(&lab->monitor, *lab->keys) < 0)
		lines_remark(&lab->story.lines, "QEMU does not know the key '%s'.", *lab->keys);
	lab->keys++;
	lab->story.last_new = lab_now(lab);
	lab->key_at = lab->story.last_new + (wait ? WAIT : KEY_GAP);
}

/* At the first menu: a picture of it, then the keys that were asked for; without any, Enter when it goes nowhere. */
static void look_at_menu(struct lab *lab)
{
	static const char *const enter[] = { "ret", NULL };
	int64_t now = lab_now(lab);

	if (lab->keys || !story_is_at_menu(&lab->story, MENU_QUIET, now))
		return;
	if (!lab->menu_since) {
		lab->menu_since = now;
		lines_add(&lab->story.lines, now, "SCREEN", "the menu is on the screen", NULL);
		lab->no_picture = report_screenshot(lab);
	}
	if (!lab->options->press && now - lab->menu_since < MENU_PATIENCE)
		return;
	begin_keys(lab, lab->options->press ? lab->options->keys : enter);
}

/* With --until menu: the keys have been pressed, and what they led to is drawn. */
static bool has_seen_menu(struct lab *lab)
{
	int64_t now = lab_now(lab);

	if (!lab->options->until_menu || !lab->keys || *lab->keys || now < lab->key_at ||
	    !story_is_at_menu(&lab->story, MENU_QUIET, now))
		return false;
	lab->no_picture = report_screenshot(lab);
	return true;
}

static bool is_interrupted(const struct lab *lab)
{
	struct signalfd_siginfo signal;

	return read(lab->signals, &signal, sizeof(signal)) > 0 || ferror(lab->story.lines.out);
}

/* Turns until the story has an end.  *ret_failed is a server that ended by itself. */
static enum story_end watch(struct lab *lab, const struct server **ret_failed)
{
	struct pollfd ready[] = {
		{ .fd = lab->card, .events = POLLIN },
		{ .fd = lab->tap, .events = POLLIN },
		{ .fd = lab->signals, .events = POLLIN },
		{ .fd = lab->log, .events = POLLIN },
	};
	enum story_end end = STORY_GOES_ON;

	while (end == STORY_GOES_ON) {
		enum power power = lab->power;

		(void)poll(ready, ARRAY_SIZE(ready), TURN);
		if (is_interrupted(lab))
			break;
		servers_take_log(lab);
		wire_carry(lab);
		read_serial(lab);
		*ret_failed = reap(lab);
		if (*ret_failed)
			break;
		look_at_menu(lab);
		press_next(lab);
		end = has_seen_menu(lab) ? STORY_AT_MENU : story_look(&lab->story, power, lab_now(lab));
	}
	return end;
}

static int finish(struct lab *lab, enum story_end end, const struct server *failed)
{
	bool good;

	if (failed) {
		lines_verdict(&lab->story.lines, false, "%s has ended by itself.", failed->name);
		report_failure(lab);
		return EXIT_SYSTEM;
	}
	good = story_tell_end(&lab->story, end, lab_now(lab));
	if (end == STORY_GOES_ON)
		return EXIT_SYSTEM;
	if (!good && end != STORY_LOOPS && end != STORY_DENIED)
		report_failure(lab);
	if (good && lab->no_picture < 0 && lab->options->screenshot) {
		lab_fail(lab->no_picture, "can't take the picture '%s': %s", lab->options->screenshot, strerror(-lab->no_picture));
		return EXIT_SYSTEM;
	}
	return good ? EXIT_FINE : EXIT_FINDINGS;
}

int lab_run(struct lab *lab)
{
	const struct server *failed = NULL;
	enum story_end end;
	int r, card = -1;

	lab->console.tell = see_line;
	lab->console.context = lab;
	lab->console_text = fopen(SCRATCH "/console.txt", "we");
	lab->capture = capture_open(SCRATCH "/capture.pcap");
	r = open_signals(lab);
	if (r == 0)
		r = wire_lay(lab, &card);
	if (r < 0)
		return EXIT_SYSTEM;
	lab->power_on = monotonic();
	if (machine_start(lab, card) < 0) {
		report_failure(lab);
		report_keep(lab);
		return EXIT_SYSTEM;
	}
	end = watch(lab, &failed);
	r = finish(lab, end, failed);
	report_keep(lab);
	return r;
}
