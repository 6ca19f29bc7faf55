/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The Lua module in the real dnsmasq.  The hook gets the very same events, as dnsmasq's script, and writes them into a store
 * of its own: both must hold the same.  Then what could lose events: errors in Lua, a module that is not there, a lock that
 * nobody gives back.
 *
 *	check_servers_beside_hook [STEPS [SEED]]
 */
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/scalar.h"
#include "base/text.h"
#include "dice.h"
#include "recorder.h"
#include "tap.h"

#define MACHINES 6

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- The hook beside it ---- */

static void give(const char *path)
{
	const struct passwd *user = getpwnam(RECORDER_USER);

	if (chown(path, user->pw_uid, user->pw_gid) < 0)
		abort();
}

/* dnsmasq runs it for the events that its Lua got, one after the other; its store is another one. */
static void put_beside(const struct recorder *recorder)
{
	CLEANUP_FREE char *next = lab_path(&recorder->lab, "next");
	CLEANUP_FREE char *state = lab_path(&recorder->lab, "beside/state");
	CLEANUP_TEXT struct text conf = TEXT_INIT, script = TEXT_INIT;

	text_addf(&conf, "root = \"%s/root\";\nstate = \"%s\";\nserved = \"tftp\";\n", recorder->lab.directory, state);
	text_addf(&script, "#!/bin/sh\nPXEBOOT_CONFIG=\"${0%%/*}/beside\" exec %s \"$@\"\n", getenv("PXEBOOT_HOOK"));
	lab_write(&recorder->lab, "beside/hook.conf", conf.bytes);
	lab_write(&recorder->lab, "next", script.bytes);
	if (chmod(next, 0755) < 0 || mkdir(state, 0750) < 0)
		abort();
	give(state);
}

/* ---- What is written down ---- */

static void add_fact(struct text *text, const char *name, const char *value)
{
	text_addf(text, " %s=", name);
	if (value != NULL)
		text_add_escaped(text, value);
}

/* All but the times, which are compared apart. */
static int add_machine(void *context, const char *key, const struct pxeboot_record *record)
{
	struct text *text = context;

	text_addf(text, "%s:", key);
	if (record == NULL) {
		text_add(text, " unreadable\n");
		return 0;
	}
	text_addf(text, " stage=%d boots=%u once=%d", record->stage, record->boots, record->once.phase);
	for (int stage = 0; stage < PXEBOOT_STAGE_COUNT; stage++)
		for (int i = 0; i < PXEBOOT_RECORD_ASKED; i++)
			text_add_char(text, record->asked[stage][i] != 0 ? '1' : '0');
	add_fact(text, "address", record->address);
	add_fact(text, "file", record->file);
	add_fact(text, "profile", record->profile);
	for (int fact = 0; fact < PXEBOOT_FACT_COUNT; fact++)
		add_fact(text, pxeboot_fact_name(fact), record->facts[fact]);
	text_add_char(text, '\n');
	return 0;
}

static char *written_in(const struct recorder *recorder, const char *name)
{
	CLEANUP_FREE char *path = lab_path(&recorder->lab, name);
	CLEANUP_TEXT struct text text = TEXT_INIT;
	struct pxeboot_state *state;
	char *bytes = NULL;

	if (pxeboot_state_open(path, PXEBOOT_STATE_LOOK, NULL, &state) == 0) {
		pxeboot_state_each(state, PXEBOOT_STATE_BY_KEY, add_machine, &text);
		pxeboot_state_close(state);
	}
	if (text_take(&text, &bytes, NULL) < 0)
		abort();
	return bytes;
}

/* The hook comes after the module, and takes longer. */
static bool is_same(const struct recorder *recorder, const char *last)
{
	CLEANUP_FREE char *ours = NULL;
	CLEANUP_FREE char *beside = NULL;

	for (int i = 0; i < RECORDER_PATIENCE / 20; i++) {
		free(ours);
		free(beside);
		ours = written_in(recorder, "state");
		beside = written_in(recorder, "beside/state");
		if (strstr(beside, last) != NULL && strcmp(ours, beside) == 0)
			return true;
		usleep(20000);
	}
	printf("# in Lua:\n%s# by the hook:\n%s", ours, beside);
	return false;
}

/* ---- A volley ---- */

#define OPTION(code, text) { code, text, sizeof(text) - 1 }

static const struct more vendors[] = {
	OPTION(60, "PXEClient:Arch:00007:UNDI:003016"), OPTION(60, "PXEClient:Arch:00000:UNDI:002001"), OPTION(60, "PXEClient"),
	OPTION(60, "HTTPClient:Arch:00016:UNDI:003016"), OPTION(60, "udhcp 1.35.0"), OPTION(60, "MSFT 5.0"), OPTION(60, "a=b=c"),
	OPTION(60, "="), OPTION(60, "a\0b"), OPTION(60, "\0"), OPTION(60, "\n$(x)`y`\033[2J"), OPTION(60, "\xff\xfe"),
};

static const struct more users[] = {
	OPTION(77, "iPXE"), OPTION(77, "\004iPXE"), OPTION(77, "iPXE-own"), OPTION(77, "\004iPXE\003two"), OPTION(77, "a=b"),
	OPTION(77, "\0\0\0"), OPTION(77, "\003abc\0\003def"), OPTION(77, "\377"), OPTION(77, "../../etc/passwd"),
};

static const struct more others[] = {
	OPTION(93, "\0\007"), OPTION(93, "\0\0"), OPTION(93, "\0\013"), OPTION(12, "node=1"), OPTION(12, "node1"),
	OPTION(12, "bad name"), OPTION(55, "\001\003\006"), OPTION(161, "http://x/=y"), OPTION(175, "\001\001\001"),
	OPTION(61, "\001other"), OPTION(125, "\0\0\015\351\017\004\005oui=x\005\004a\0bc"),
};

static const char *const files[] = {
	"boot.ipxe", "profiles/disk.ipxe", "profiles/install.ipxe", "snponly.efi", "none.efi", "done/0123456789ab", "odd=name",
};

static void ask(struct dice *dice, struct machine *machine)
{
	struct more more[6];
	size_t n = 0;

	if (dice_chance(dice, 85))
		more[n++] = DICE_PICK(dice, vendors);
	if (dice_chance(dice, 50))
		more[n++] = DICE_PICK(dice, users);
	if (dice_chance(dice, 50))
		more[n++] = DICE_PICK(dice, others);
	machine_asks(machine, more, n);
}

/* Whether events are close to each other is a question of whole seconds: none ends between the module and the hook. */
static void keep_in_second(void)
{
	struct timespec now;

	usleep(6000);
	clock_gettime(CLOCK_REALTIME, &now);
	if (now.tv_nsec > 800000000)
		usleep((useconds_t)((1000000000 - now.tv_nsec) / 1000 + 10000));
}

static void step(struct dice *dice, struct machine *machine)
{
	unsigned what = dice_below(dice, 10);

	keep_in_second();
	if (what < 5 || machine->address == 0)
		ask(dice, machine);
	else if (what < 9)
		machine_fetches(machine, DICE_PICK(dice, files), NULL);
	else
		machine_releases(machine);
}

static void check_same(struct recorder *recorder, unsigned steps, unsigned seed)
{
	struct machine machines[MACHINES], *last = &machines[0];
	char macs[MACHINES][18];
	struct dice dice;

	dice_start(&dice, seed, 0);
	for (unsigned i = 0; i < MACHINES; i++) {
		snprintf(macs[i], sizeof(macs[i]), "52:54:00:77:00:%02x", i + 1);
		machines[i] = (struct machine){ .recorder = recorder, .mac = macs[i] };
	}
	for (unsigned i = 0; i < steps; i++)
		step(&dice, &machines[dice_below(&dice, MACHINES)]);
	tap_ok(machine_firmware(last) && machine_fetches(last, "last", NULL) && is_same(recorder, "file=last"),
	       "%u steps of %u machines: Lua and hook write down the same (seed %u)", steps, MACHINES, seed);
}

/* ---- Errors ---- */

/* The administrator's own functions go around ours, as the manual shows, and fail in every possible way. */
static void put_faulty(const struct recorder *recorder)
{
	CLEANUP_TEXT struct text lua = TEXT_INIT;

	text_addf(&lua, "dofile('%s')\nlocal ours, n = lease, 0\n"
		  "local errors = { function() error('x') end, function() error() end, function() error({}) end,\n"
		  "  function() return nil + 1 end, function() return ('x'):rep(1 << 40) end,\n"
		  "  function() local function f() return f() + 1 end return f() end,\n"
		  "  function() error(setmetatable({}, { __tostring = error })) end }\n"
		  "function lease(action, data)\n"
		  "  n = n + 1\n"
		  "  if n %% 2 == 0 then\n"
		  "    pcall(ours, action, setmetatable({}, { __index = error, __pairs = error }))\n"
		  "    data.x = setmetatable({}, { __tostring = error })\n"
		  "    setmetatable(data, { __index = error, __newindex = error, __gc = error })\n"
		  "  end\n"
		  "  ours(action, data)\n"
		  "  if n %% 2 == 0 then pcall(errors[n // 2 %% #errors + 1]) end\n"
		  "end\n", getenv("PXEBOOT_LUA"));
	lab_write(&recorder->lab, "faulty.lua", lua.bytes);
}

static bool start_with(struct recorder *recorder, const char *lua)
{
	CLEANUP_TEXT struct text line = TEXT_INIT;

	text_addf(&line, "dhcp-luascript=%s/%s\n", recorder->lab.directory, lua);
	return recorder_restart(recorder, line.bytes);
}

static void check_errors(struct recorder *recorder)
{
	struct machine machine = { .recorder = recorder, .mac = NODE1 };
	bool recorded = true;

	put_faulty(recorder);
	tap_ok(start_with(recorder, "faulty.lua"), "dnsmasq starts with Lua that fails for every second event");
	for (int i = 0; i < 20 && recorded; i++)
		recorded = machine_firmware(&machine) && machine_ipxe(&machine) && machine_catches_up(&machine);
	tap_ok(recorded && recorder_says(recorder, NODE1, "stage=ipxe"), "and no event is lost");
}

/* dnsmasq must start, whatever has become of the module. */
static void check_missing(struct recorder *recorder)
{
	CLEANUP_FREE char *lua = NULL;
	struct machine machine = { .recorder = recorder, .mac = STRANGER };

	if (file_read(getenv("PXEBOOT_LUA"), 100000, &lua, NULL) < 0)
		abort();
	lab_write(&recorder->lab, "alone/pxeboot.lua", lua);
	tap_ok(start_with(recorder, "alone/pxeboot.lua") && machine_firmware(&machine),
	       "without the module leases are given all the same");
	lab_write(&recorder->lab, "alone/pxeboot_dnsmasq.so", "no module");
	tap_ok(start_with(recorder, "alone/pxeboot.lua") && machine_ipxe(&machine), "and with one that is none");
}

/* ---- A lock that is held ---- */

static int hold(void *context, struct pxeboot_record *record)
{
	kill(getpid(), SIGSTOP);
	return 1;
}

static pid_t start_holder(const struct recorder *recorder)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct pxeboot_state *state;

		if (pxeboot_state_open(pxeboot_policy_get(recorder->policy, "server.state"), 0, NULL, &state) == 0)
			pxeboot_state_update(state, STRANGER, hold, NULL);
		_exit(1);
	}
	if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status))
		abort();
	return pid;
}

/* dnsmasq's helper is ours when dnsmasq has ended. */
static bool is_over(int milliseconds)
{
	for (int i = 0; i < milliseconds / 10; i++) {
		if (waitpid(-1, NULL, WNOHANG) > 0)
			return true;
		usleep(10000);
	}
	return false;
}

static void check_held(struct recorder *recorder)
{
	struct machine machine = { .recorder = recorder, .mac = NODE1 };
	double begin, slowest = 0;
	bool good;
	pid_t holder;

	lab_write(&recorder->lab, "next", "#!/bin/true\n");
	good = recorder_restart(recorder, "") && machine_firmware(&machine) && machine_catches_up(&machine);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		continue;
	holder = start_holder(recorder);
	for (int i = 0; i < 200 && good; i++) {
		begin = seconds();
		good = machine_ipxe(&machine);
		slowest = seconds() - begin > slowest ? seconds() - begin : slowest;
	}
	tap_ok(good && slowest < 0.5, "while somebody holds the store's lock leases are given at once (%.0f ms)", slowest * 1e3);
	begin = seconds();
	lab_stop(&recorder->lab.dnsmasq);
	tap_ok(seconds() - begin < 1 && is_over(3000), "dnsmasq can be stopped, and its helper ends");
	good = recorder_restart(recorder, "") && machine_ipxe(&machine);
	kill(holder, SIGKILL);
	waitpid(holder, NULL, 0);
	tap_ok(good && machine_catches_up(&machine) && recorder_says(recorder, NODE1, "stage=ipxe"),
	       "what waited is written down when the lock is free");
}

int main(int argc, char **argv)
{
	unsigned steps = argc > 1 ? (unsigned)atoi(argv[1]) : 400, seed = argc > 2 ? (unsigned)atoi(argv[2]) : 1;
	struct recorder recorder;

	if (getenv("PXEBOOT_LUA") == NULL) {
		printf("1..0 # SKIP no PXEBOOT_LUA in the environment\n");
		return EXIT_SKIPPED;
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	recorder_begin(&recorder, "state", "");
	lab_write(&recorder.lab, "root/last", "");
	lab_write(&recorder.lab, "root/odd=name", "");
	put_beside(&recorder);
	check_same(&recorder, steps, seed);
	check_errors(&recorder);
	check_missing(&recorder);
	check_held(&recorder);
	recorder_end(&recorder);
	return tap_end();
}
