/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * check_life_random SEQUENCES [SEED]: machines boot, again and again, while dnsmasq's events of it are lost, come twice, late
 * or in another order, and whoever writes them down is killed at any instant, or can't write.  After each event every machine is in a legal
 * state, and what it is served agrees with it; and no round of a one-shot boot is given to more boots than events were lost.
 *
 * The machines fetch the real files from the boot root: what they are given is what stands there at that moment.  Each event is
 * taken by a process of its own, as dnsmasq's hook is one.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/macro.h"
#include "base/text.h"
#include "dice.h"
#include "dnsmasq/event.h"
#include "life.h"
#include "once_file.h"

#define MACHINES 4
#define LATE_MAX 8
#define EVENTS 40
#define LOSSES_PERCENT 8
#define KILLS_PERCENT 12
#define BLIND_PERCENT 4			/* events that nobody can write down */

struct event {
	char what[8], mac[18], address[16], file[96];
	const char *class, *user_class;
};

struct machine {
	char key[PXEBOOT_KEY_SIZE], other[18], address[16];
	uint32_t round;			/* that it was seen in last */
	int phase;
	uint32_t given;			/* boots that the round was given to */
	uint32_t lost;			/* events of the round that nobody has taken whole */
	char token[LIFE_TOKEN_SIZE];
};

struct world {
	struct dice dice;
	char root[64], directory[80];
	struct pxeboot_state *state;
	struct machine machines[MACHINES];
	int64_t now;
	bool is_blind;			/* the store can't be had at this instant */
	struct event late[LATE_MAX];
	size_t n_late;
	size_t events, killed, halfway, armed, over;
};

static bool failed;

/* The instants between a file's change and the record's are short: whoever is told to, dies there. */
static bool dies_at_file;

int rename(const char *from, const char *to)
{
	int r = renameat(AT_FDCWD, from, AT_FDCWD, to);

	if (r == 0 && dies_at_file)
		raise(SIGKILL);
	return r;
}

int unlink(const char *path)
{
	int r = unlinkat(AT_FDCWD, path, 0);

	if (r == 0 && dies_at_file)
		raise(SIGKILL);
	return r;
}

static void fail(const struct world *world, const struct machine *machine, const char *what)
{
	printf("# %s: %s (round %u, phase %s, given %u, lost %u)\n", machine->key, what, machine->round,
	       pxeboot_once_phase_name(machine->phase), machine->given, machine->lost);
	failed = true;
}

/* ---- The world -------------------------------------------------------------------------------------------------- */

static void must(bool is_so, const char *what)
{
	if (is_so)
		return;
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

static void write_host(const struct world *world, const char *mac, const char *key)
{
	char path[160], text[128], dashed[18], first[18];

	for (size_t i = 0; i < sizeof(dashed); i++) {
		dashed[i] = mac[i] == ':' ? '-' : mac[i];
		first[i] = key[i] == ':' ? '-' : key[i];
	}
	snprintf(path, sizeof(path), "%s/hosts/%s.ipxe", world->root, dashed);
	snprintf(text, sizeof(text), "#!ipxe\nset var-name node\nset var-machine %s\n", first);
	must(file_make_parents(path) == 0 && file_write(path, text, strlen(text), 0644) == 1, path);
}

static void world_new(struct world *world, uint64_t seed, uint64_t index)
{
	*world = (struct world){ .now = 1000000 };
	dice_start(&world->dice, seed, index);
	strcpy(world->root, access("/dev/shm", W_OK) == 0 ? "/dev/shm/pxeboot-life.XXXXXX" : "/tmp/pxeboot-life.XXXXXX");
	must(mkdtemp(world->root) != NULL, world->root);
	snprintf(world->directory, sizeof(world->directory), "%s/state", world->root);
	must(pxeboot_state_open(world->directory, 0, NULL, &world->state) == 0, "pxeboot_state_open");
	for (unsigned i = 0; i < MACHINES; i++) {
		struct machine *machine = &world->machines[i];

		snprintf(machine->key, sizeof(machine->key), "52:54:00:00:00:%02x", i);
		snprintf(machine->other, sizeof(machine->other), "52:54:00:00:01:%02x", i);
		snprintf(machine->address, sizeof(machine->address), "10.77.0.%u", 10 + i);
		write_host(world, machine->key, machine->key);
		write_host(world, machine->other, machine->key);
	}
}

static void world_free(const struct world *world)
{
	char command[96];

	pxeboot_state_close(world->state);
	snprintf(command, sizeof(command), "rm -rf '%s'", world->root);
	must(system(command) == 0, command);
}

static struct life *life_of(const struct world *world)
{
	const struct life_conf conf = { .root = world->root, .state = world->is_blind ? "/dev/null/state" : world->directory };
	struct life *life;

	must(life_new(&conf, &life) == 0, "life_new");
	return life;
}

/* ---- Whoever takes an event, killed or not ---------------------------------------------------------------------- */

/* True when it came to its end. */
static bool in_process(struct world *world, int (*work)(struct world *world, const void *what), const void *what)
{
	bool kills = dice_chance(&world->dice, KILLS_PERCENT), kills_at_file = dice_chance(&world->dice, KILLS_PERCENT);
	unsigned microseconds = dice_below(&world->dice, 1500);
	pid_t pid = fork();
	int status;

	must(pid >= 0, "fork");
	if (pid == 0) {
		dies_at_file = kills_at_file;
		_exit(work(world, what) < 0 ? 1 : 0);
	}
	if (kills) {
		usleep(microseconds);
		kill(pid, SIGKILL);
	}
	must(waitpid(pid, &status, 0) == pid, "waitpid");
	if (WIFSIGNALED(status))
		world->killed++;
	else if (WEXITSTATUS(status) != 0) {
		printf("# an event was refused\n");
		failed = true;
	}
	return !WIFSIGNALED(status);
}

static int take_event(struct world *world, const void *what)
{
	const struct event *event = what;
	struct event mine = *event;
	char vendor[64], user[64], hook[] = "hook", size[] = "4096";
	bool is_tftp = strcmp(event->what, "tftp") == 0;
	char *argv[] = { hook, mine.what, is_tftp ? size : mine.mac, mine.address, is_tftp ? mine.file : NULL, NULL };
	char *environment[] = { vendor, user, NULL };
	struct life *life = life_of(world);
	int r;

	if (event->class != NULL)
		snprintf(vendor, sizeof(vendor), "DNSMASQ_VENDOR_CLASS=%s", event->class);
	else
		strcpy(vendor, "DNSMASQ_DATA_MISSING=1");
	if (event->user_class != NULL)
		snprintf(user, sizeof(user), "DNSMASQ_USER_CLASS0=%s", event->user_class);
	else
		environment[1] = NULL;
	r = dnsmasq_event(life, is_tftp ? 5 : 4, argv, environment, world->now);
	life_free(life);
	return r == -EACCES || (world->is_blind && r == -ENOTDIR) ? 0 : r;	/* a late done of an earlier round */
}

/* ---- What must be so -------------------------------------------------------------------------------------------- */

static bool is_legal(const struct pxeboot_record *record, int file, bool is_same_round)
{
	switch ((enum pxeboot_once_phase)record->once.phase) {
	case PXEBOOT_ONCE_ARMED:
		return file == ONCE_FILE_NONE || is_same_round || file == ONCE_FILE_OVER;
	case PXEBOOT_ONCE_SERVED:
		return file == ONCE_FILE_NONE || is_same_round;
	case PXEBOOT_ONCE_DONE:
	case PXEBOOT_ONCE_FAILED:
		return (file == ONCE_FILE_OVER && is_same_round) || (file == ONCE_FILE_NONE && record->once.then == NULL);
	case PXEBOOT_ONCE_NONE:
		return file == ONCE_FILE_NONE || (file == ONCE_FILE_OVER && is_same_round);
	}
	return false;
}

/* Whoever ended it was killed before he could write it down. */
static bool is_halfway(const struct pxeboot_record *record, int file, bool is_same_round)
{
	switch (file) {
	case ONCE_FILE_OVER:
		return is_same_round && (pxeboot_once_is_on(record) || record->once.phase == PXEBOOT_ONCE_NONE);
	case ONCE_FILE_NONE:
		return record->once.phase == PXEBOOT_ONCE_SERVED;
	default:
		return false;
	}
}

static void check_machine(struct world *world, struct machine *machine)
{
	struct pxeboot_record *record;
	uint32_t round = 0;
	int file, r = pxeboot_state_get(world->state, machine->key, &record);

	if (r == -ENOENT)
		return;
	must(r == 0, "pxeboot_state_get");
	file = once_file_look(world->root, machine->key, &round);
	must(file >= 0, "once_file_look");
	if (record->once.round < machine->round)
		fail(world, machine, "an older round than before");
	else if (record->once.round == machine->round && record->once.phase < machine->phase &&
		 !(machine->phase == PXEBOOT_ONCE_FAILED && record->once.phase == PXEBOOT_ONCE_DONE) &&
		 record->once.phase != PXEBOOT_ONCE_NONE)
		fail(world, machine, "went back");
	if (!is_legal(record, file, round == record->once.round))
		fail(world, machine, "is served what its state does not say");
	world->halfway += is_halfway(record, file, round == record->once.round);
	machine->round = record->once.round;
	machine->phase = record->once.phase;
	pxeboot_record_free(record);
}

/* ---- Events on their way ---------------------------------------------------------------------------------------- */

static struct machine *machine_of(struct world *world, const struct event *event)
{
	for (size_t i = 0; i < MACHINES; i++)
		if (strcmp(world->machines[i].address, event->address) == 0)
			return &world->machines[i];
	must(false, "nobody has this address");
	return NULL;
}

static void deliver(struct world *world, const struct event *event)
{
	struct machine *machine = machine_of(world, event);
	bool is_fetch = strstr(event->file, "/once/") != NULL, is_whole;
	uint32_t round;

	world->events++;
	world->now += 1 + dice_below(&world->dice, 4);
	world->is_blind = dice_chance(&world->dice, BLIND_PERCENT);
	is_whole = in_process(world, take_event, event);
	if (is_whole && world->is_blind && is_fetch && once_file_look(world->root, machine->key, &round) == ONCE_FILE_ON)
		fail(world, machine, "is served what nobody could write down");
	machine->lost += !is_whole || (world->is_blind && !is_fetch);
	world->is_blind = false;
	check_machine(world, machine);
}

static void send(struct world *world, const struct event *event)
{
	struct machine *machine = machine_of(world, event);
	unsigned chance = dice_below(&world->dice, 100);

	if (chance < LOSSES_PERCENT) {
		machine->lost++;
	} else if (chance < 2 * LOSSES_PERCENT && world->n_late < LATE_MAX) {
		world->late[world->n_late++] = *event;
		machine->lost++;	/* it may come when the next boot has begun */
	} else {
		deliver(world, event);
		if (chance < 3 * LOSSES_PERCENT)
			deliver(world, event);
	}
	if (world->n_late > 0 && dice_chance(&world->dice, 30)) {
		struct event late = world->late[--world->n_late];

		deliver(world, &late);
	}
}

static void send_lease(struct world *world, struct machine *machine, const char *what, const char *class,
		       const char *user_class)
{
	struct event event = { .class = class, .user_class = user_class };

	strcpy(event.what, what);
	strcpy(event.mac, dice_chance(&world->dice, 30) ? machine->other : machine->key);
	strcpy(event.address, machine->address);
	send(world, &event);
}

static void send_file(struct world *world, const struct machine *machine, const char *file)
{
	struct event event = { .what = "tftp" };

	strcpy(event.address, machine->address);
	snprintf(event.file, sizeof(event.file), "%s/%s", world->root, file);
	send(world, &event);
}

/* ---- What happens ----------------------------------------------------------------------------------------------- */

static int write_scripts(void *context, const char *token, uint32_t round, char **ret_script, char **ret_then)
{
	const bool *has_then = context;

	if (asprintf(ret_script, "#!ipxe\n# one-shot boot, round %u\n", round) < 0)
		return -ENOMEM;
	if (*has_then && asprintf(ret_then, "#!ipxe\n# after the one-shot boot, round %u\n", round) < 0)
		return -ENOMEM;
	return 0;
}

struct order {
	struct machine *machine;
	bool until_done, has_then;
	unsigned tries;
};

static int do_arm(struct world *world, const void *what)
{
	const struct order *order = what;
	const struct pxeboot_arming arming = {
		.profile = "install", .then = order->has_then ? "disk" : NULL, .when = world->now,
		.mode = order->until_done ? PXEBOOT_ONCE_UNTIL_DONE : PXEBOOT_ONCE_NEXT_BOOT, .tries_max = order->tries,
	};
	const struct life_scripts scripts = { write_scripts, (void *)(uintptr_t)&order->has_then, false };
	struct life *life = life_of(world);
	char token[LIFE_TOKEN_SIZE];
	int r = life_arm(life, order->machine->key, &arming, &scripts, token);

	life_free(life);
	return r;
}

static int do_clear(struct world *world, const void *what)
{
	const struct machine *machine = what;
	struct life *life = life_of(world);
	int r = life_clear(life, machine->key, NULL, world->now);

	life_free(life);
	return r;
}

static void read_token(const struct world *world, struct machine *machine)
{
	struct pxeboot_record *record;

	if (pxeboot_state_get(world->state, machine->key, &record) == 0) {
		snprintf(machine->token, sizeof(machine->token), "%s", record->once.token != NULL ? record->once.token : "");
		pxeboot_record_free(record);
	}
}

static void arm(struct world *world, struct machine *machine)
{
	struct order order = { machine, dice_chance(&world->dice, 50), dice_chance(&world->dice, 50),
			       dice_below(&world->dice, 4) };

	bool is_whole;

	world->armed++;
	is_whole = in_process(world, do_arm, &order);
	machine->given = machine->lost = 0;
	machine->token[0] = '\0';
	check_machine(world, machine);
	/* Nobody is told a token by somebody who was killed. */
	if (is_whole)
		read_token(world, machine);
}

/* The profile is given at most once for each try and each event that was lost. */
static void fetch_once(struct world *world, struct machine *machine)
{
	char file[64];
	struct pxeboot_record *record;
	uint32_t round, allowed = 1;

	if (once_file_look(world->root, machine->key, &round) == ONCE_FILE_ON) {
		if (round == machine->round && machine->phase >= PXEBOOT_ONCE_DONE)
			fail(world, machine, "is given what is over");
		machine->given++;
		if (pxeboot_state_get(world->state, machine->key, &record) == 0) {
			if (record->once.mode == PXEBOOT_ONCE_UNTIL_DONE)
				allowed = record->once.tries_max > 0 ? record->once.tries_max : UINT32_MAX / 2;
			pxeboot_record_free(record);
		}
		if (machine->given > allowed + machine->lost)
			fail(world, machine, "is given it again");
	}
	snprintf(file, sizeof(file), "once/%.2s-%.2s-%.2s-%.2s-%.2s-%.2s.ipxe", machine->key, machine->key + 3,
		 machine->key + 6, machine->key + 9, machine->key + 12, machine->key + 15);
	if (once_file_look(world->root, machine->key, &round) > ONCE_FILE_NONE)
		send_file(world, machine, file);
}

static void boot(struct world *world, struct machine *machine)
{
	world->now += 61 + dice_below(&world->dice, 600);
	send_lease(world, machine, "add", "PXEClient:Arch:00007:UNDI:003016", NULL);
	if (dice_chance(&world->dice, 20))
		send_lease(world, machine, "old", "PXEClient:Arch:00007:UNDI:003016", NULL);
	send_lease(world, machine, "old", "PXEClient:Arch:00007:UNDI:003010", "iPXE");
	send_file(world, machine, "boot.ipxe");
	send_file(world, machine, "hosts/x.ipxe");
	fetch_once(world, machine);
	if (dice_chance(&world->dice, 10))
		send_lease(world, machine, "old", NULL, NULL);
	if (dice_chance(&world->dice, 60))
		send_lease(world, machine, "add", "d-i", NULL);
	if (dice_chance(&world->dice, 30) && machine->token[0] != '\0') {
		char file[80];

		snprintf(file, sizeof(file), "done/%s", machine->token);
		send_file(world, machine, file);
	}
	if (dice_chance(&world->dice, 10))
		send_lease(world, machine, "del", NULL, NULL);
}

static void step(struct world *world)
{
	struct machine *machine = &world->machines[dice_below(&world->dice, MACHINES)];
	unsigned what = dice_below(&world->dice, 100);

	if (what < 25) {
		arm(world, machine);
	} else if (what < 30) {
		in_process(world, do_clear, machine);
		check_machine(world, machine);
	} else {
		boot(world, machine);
	}
}

/* Whoever comes next brings file and record together. */
static void check_end(struct world *world)
{
	struct life *life = life_of(world);

	for (size_t i = 0; i < MACHINES; i++) {
		struct machine *machine = &world->machines[i];
		struct pxeboot_record *record;
		uint32_t round = 0;
		int file;

		must(life_settle(life, machine->key, world->now) >= 0, "life_settle");
		if (pxeboot_state_get(world->state, machine->key, &record) < 0)
			continue;
		file = once_file_look(world->root, machine->key, &round);
		if (is_halfway(record, file, round == record->once.round) || (pxeboot_once_is_on(record) && file == ONCE_FILE_ON && round != record->once.round))
			fail(world, machine, "is still half-way");
		world->over += record->once.phase >= PXEBOOT_ONCE_DONE;
		pxeboot_record_free(record);
	}
	life_free(life);
}

int main(int argc, char **argv)
{
	unsigned long sequences = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	size_t events = 0, killed = 0, halfway = 0, armed = 0, over = 0, wrong = 0;
	struct world world;

	printf("1..2\n");
	fflush(stdout);
	for (unsigned long i = 0; i < sequences && wrong < 10; i++) {
		failed = false;
		world_new(&world, seed, i);
		while (world.events < EVENTS && !failed)
			step(&world);
		check_end(&world);
		world_free(&world);
		if (failed)
			printf("# in sequence %lu of seed %llu\n", i, (unsigned long long)seed);
		wrong += failed;
		events += world.events;
		killed += world.killed;
		halfway += world.halfway;
		armed += world.armed;
		over += world.over;
		fflush(stdout);
	}
	printf("# %lu sequences, %zu events taken, %zu one-shot boots armed, %zu machines at their end; %zu killed, %zu found half-way\n",
	       sequences, events, armed, over, killed, halfway);
	printf("%s 1 - machines are served what their state says\n", wrong ? "not ok" : "ok");
	printf("%s 2 - and some who were to bring them together were killed half-way\n", halfway ? "ok" : "not ok");
	return 0;
}
