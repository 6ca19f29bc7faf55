/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The hook alone, with whatever a client could make dnsmasq hand to it.  It always ends with 0, soon, and sets no link
 * but the one of a lease's own address.  No server and no root is needed, but to see a read-only boot root.
 */
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/macro.h"
#include "base/text.h"
#include "tap.h"

#define X64 "DNSMASQ_VENDOR_CLASS=PXEClient:Arch:00007:UNDI:003016"
#define MAC "52:54:00:77:00:01"

static char directory[64];
static char config[96];			/* PXEBOOT_CONFIG=... */
static const char *hook;

static char *path_of(const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", directory, name) < 0)
		abort();
	return path;
}

static void put(const char *name, const char *text, mode_t mode)
{
	CLEANUP_FREE char *path = path_of(name);

	if (file_make_parents(path) < 0 || file_write(path, text, strlen(text), mode) < 0)
		abort();
}

static void put_conf(const char *format_of_root)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	for (; *format_of_root != '\0'; format_of_root++)
		if (*format_of_root == '@')
			text_add(&text, directory);
		else
			text_add_char(&text, *format_of_root);
	put("hook.conf", text.bytes != NULL ? text.bytes : "", 0644);
}

/* Runs the hook as dnsmasq does; true when it ended with 0 in time. */
static bool run(const char *const *argv, const char *const *environment, void (*before)(void))
{
	struct timespec begin, end;
	pid_t pid;
	int status;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	pid = fork();
	if (pid == 0) {
		const int ignored[] = { SIGTERM, SIGALRM, SIGINT, SIGQUIT, SIGPIPE };

		sigset_t all;

		for (size_t i = 0; i < ARRAY_SIZE(ignored); i++)
			signal(ignored[i], SIG_IGN);
		sigfillset(&all);
		sigprocmask(SIG_BLOCK, &all, NULL);
		if (before != NULL)
			before();
		execve(hook, (char *const *)argv, (char *const *)environment);
		_exit(99);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return false;
	clock_gettime(CLOCK_MONOTONIC, &end);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 && end.tv_sec - begin.tv_sec <= 3;
}

/* Where the link of an address leads; "" for nowhere. */
static const char *link_of(const char *address)
{
	static char target[128];
	CLEANUP_FREE char *path = NULL;
	ssize_t length;

	if (asprintf(&path, "%s/root/clients/%s", directory, address) < 0)
		abort();
	length = readlink(path, target, sizeof(target) - 1);
	target[length > 0 ? length : 0] = '\0';
	return target;
}

static unsigned count_clients(void)
{
	CLEANUP_FREE char *path = path_of("root/clients");
	DIR *dir = opendir(path);
	unsigned count = 0;

	for (const struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;)
		count += entry->d_name[0] != '.' || strlen(entry->d_name) > 2;
	if (dir != NULL)
		closedir(dir);
	return count;
}

static void fresh_root(void)
{
	CLEANUP_FREE char *path = path_of("root/clients/10.77.1.9");

	put("root/arch/bios/netboot.0", "", 0644);
	put("root/arch/x64-uefi/netboot.0", "", 0644);
	if (file_make_parents(path) < 0 || file_link(path, "../arch/bios") < 0)
		abort();
	put_conf("# of the test\nroot = \"@/root\";\n");
}

/* ---- Events ---- */

static const struct event {
	const char *what;
	const char *argv[6];
	const char *environment[5];
	const char *target;		/* of 10.77.1.9 afterwards */
} events[] = {
	{ "no argument", { "hook" }, { X64 }, "../arch/bios" },
	{ "an unknown event", { "hook", "dance", MAC, "10.77.1.9" }, { X64 }, "../arch/bios" },
	{ "init", { "hook", "init" }, { NULL }, "../arch/bios" },
	{ "tftp", { "hook", "tftp", "1234", "10.77.1.9", "/srv/x" }, { NULL }, "../arch/bios" },
	{ "arp-add", { "hook", "arp-add", MAC, "10.77.1.9" }, { NULL }, "../arch/bios" },
	{ "del", { "hook", "del", MAC, "10.77.1.9" }, { X64 }, "../arch/bios" },
	{ "add without an address", { "hook", "add", MAC }, { X64 }, "../arch/bios" },
	{ "an address with a way out", { "hook", "add", MAC, "10.77.1.9/../../../x" }, { X64 }, "../arch/bios" },
	{ "an address with zeros before", { "hook", "add", MAC, "010.077.001.009" }, { X64 }, "../arch/bios" },
	{ "an empty address", { "hook", "add", MAC, "" }, { X64 }, "../arch/bios" },
	{ "IPv6", { "hook", "add", "00:01:00:01", "fd00::9" }, { X64 }, "../arch/bios" },
	{ "data missing", { "hook", "old", MAC, "10.77.1.9" }, { X64, "DNSMASQ_DATA_MISSING=1" }, "../arch/bios" },
	{ "nothing known", { "hook", "add", MAC, "10.77.1.9" }, { NULL }, "../arch/bios" },
	{ "an operating system", { "hook", "add", MAC, "10.77.1.9" },
	  { "DNSMASQ_VENDOR_CLASS=MSFT 5.0" }, "../arch/bios" },
	{ "an architecture without directory", { "hook", "add", MAC, "10.77.1.9" },
	  { "DNSMASQ_VENDOR_CLASS=PXEClient:Arch:00011:UNDI:003016" }, "../arch/bios" },
	{ "digits that are none", { "hook", "add", MAC, "10.77.1.9" },
	  { "DNSMASQ_VENDOR_CLASS=PXEClient:Arch:../..:UNDI" }, "../arch/bios" },
	{ "a tag of somebody else", { "hook", "add", MAC, "10.77.1.9" },
	  { "DNSMASQ_TAGS=known x64-uefi srv0" }, "../arch/bios" },
	{ "a tag with a way out", { "hook", "add", MAC, "10.77.1.9" },
	  { "DNSMASQ_TAGS=pxeboot-../../x" }, "../arch/bios" },
	{ "add", { "hook", "add", MAC, "10.77.1.9" }, { X64 }, "../arch/x64-uefi" },
	{ "add with a name", { "hook", "add", MAC, "10.77.1.9", "$(reboot)" }, { X64 }, "../arch/x64-uefi" },
	{ "old", { "hook", "old", MAC, "10.77.1.9" }, { X64 }, "../arch/x64-uefi" },
	{ "a token ring", { "hook", "add", "06-" MAC, "10.77.1.9" }, { X64 }, "../arch/x64-uefi" },
	{ "iPXE", { "hook", "old", MAC, "10.77.1.9" }, { X64, "DNSMASQ_USER_CLASS0=iPXE" }, "../arch/x64-uefi" },
	{ "our tag", { "hook", "add", MAC, "10.77.1.9" },
	  { "DNSMASQ_TAGS=pxeboot-x64-uefi pxeboot-chosen pxeboot-93 srv0" }, "../arch/x64-uefi" },
	{ "hostile text", { "hook", "add", MAC, "10.77.1.9", "\x1b[2J`reboot`" },
	  { X64, "DNSMASQ_SUPPLIED_HOSTNAME=\n\n$(reboot)\x1b]0;x\a", "DNSMASQ_USER_CLASS0=../../etc",
	    "DNSMASQ_CLIENT_ID=zz" },
	  "../arch/x64-uefi" },
};

static void check_events(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
		const char *environment[8] = { config, "PATH=/nonexistent" };

		for (size_t j = 0; j < ARRAY_SIZE(events[i].environment) && events[i].environment[j] != NULL; j++)
			environment[2 + j] = events[i].environment[j];
		fresh_root();
		tap_ok(run(events[i].argv, environment, NULL) && strcmp(link_of("10.77.1.9"), events[i].target) == 0 &&
		       count_clients() == 1, "%s: %s", events[i].what, events[i].target);
	}
}

static const char *const add_x64[] = { "hook", "add", MAC, "10.77.1.9", NULL };
static const char *const plain_environment[] = { config, X64, NULL };

static void check_huge(void)
{
	CLEANUP_TEXT struct text class = TEXT_INIT;
	const char *environment[] = { config, X64, NULL, NULL };

	text_add(&class, "DNSMASQ_USER_CLASS0=");
	for (unsigned i = 0; i < 60000; i++)
		text_add_char(&class, (char)(i % 255 + 1));
	environment[2] = class.bytes;
	fresh_root();
	tap_ok(run(add_x64, environment, NULL), "a user class of 60,000 bytes");
}

/* ---- Configurations ---- */

static const struct {
	const char *conf;
	bool good;
} confs[] = {
	{ "root = relative;", false },
	{ "root = \"relative\";", false },
	{ "root = \"@/root", false },
	{ "root = \"@/root\"; root = \"/x\";", false },
	{ "root = \"@/root\";\nroot = \"/x\";", false },
	{ "root = \"@/root\";\nfoo = \"/x\";", false },
	{ "root \"@/root\";", false },
	{ "", false },
	{ "next = \"/x\";", false },
	{ "root = \"@/elsewhere\";", false },
	{ "root = \"@/hook.conf\";", false },
	{ "root = \"@/root\";\nserved = \"http\";", false },
	{ "root = \"@/root\";\nserved = \"tftp\";\nserved = \"tftp\";", false },
	{ "root = \"@/root\";\nuser_class = \"gPXE\";", false },
	{ "root = \"@/root\";\nuser_class = \"iPXE\x1b[2J\";", false },
	{ "root = \"@/root\";\nstate = \"state\";", false },
	{ "root = \"@/root\";\nroots = \"@/root\";", false },
	{ "  root=\"@/root\"  ; # with a comment\r\n\n# more\n\tnext = \"/does/not/exist\"", true },
	{ "root = \"@/root\"", true },
	{ "root = \"@/root\";\nown = \"\";", false },
	{ "root = \"@/root\";\nown = \"bios,vax\";", false },
	{ "root = \"@/root\";\nown = \"bios,\";", false },
	{ "own = \"bios,x64-uefi\"; root = \"@/root\";", false },
	{ "own = \"bios,x64-uefi\";\nroot = \"@/root\";", true },
	{ "user_class = \"iPXE-own\";\nserved = \"dhcp\"\nroot = \"@/root\"", true },
};

static void check_confs(void)
{
	CLEANUP_FREE char *path = path_of("hook.conf");
	char bytes[128];
	int length;

	for (size_t i = 0; i < ARRAY_SIZE(confs); i++) {
		fresh_root();
		put_conf(confs[i].conf);
		tap_ok(run(add_x64, plain_environment, NULL) &&
		       strcmp(link_of("10.77.1.9"), confs[i].good ? "../arch/x64-uefi" : "../arch/bios") == 0,
		       "hook.conf %s (%zu)", confs[i].good ? "is taken" : "sets no link", i);
	}
	fresh_root();
	length = snprintf(bytes, sizeof(bytes), "root = \"%s/root\";\n", directory);
	tap_ok(file_write(path, bytes, (size_t)length + 1, 0644) > 0 && run(add_x64, plain_environment, NULL) &&
	       strcmp(link_of("10.77.1.9"), "../arch/bios") == 0, "a NUL in hook.conf");
	unlink(path);
	tap_ok(run(add_x64, plain_environment, NULL) && strcmp(link_of("10.77.1.9"), "../arch/bios") == 0,
	       "no hook.conf");
	tap_ok(mkfifo(path, 0600) == 0 && run(add_x64, plain_environment, NULL), "a FIFO for a hook.conf");
	unlink(path);
}

/* ---- Boot roots ---- */

static void make_read_only(void)
{
	CLEANUP_FREE char *root = path_of("root");

	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount(root, root, NULL, MS_BIND, NULL) < 0 ||
	    mount(NULL, root, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) < 0)
		_exit(98);
}

static void check_roots(void)
{
	CLEANUP_FREE char *root = path_of("root");
	CLEANUP_FREE char *other = path_of("other");

	fresh_root();
	if (geteuid() == 0)
		tap_ok(run(add_x64, plain_environment, make_read_only) &&
		       strcmp(link_of("10.77.1.9"), "../arch/bios") == 0, "a read-only boot root");
	rename(root, other);
	tap_ok(run(add_x64, plain_environment, NULL) && access(root, F_OK) < 0, "no boot root: none is made");
	put("root", "a file", 0644);
	tap_ok(run(add_x64, plain_environment, NULL), "a file for a boot root");
	unlink(root);
	rename(other, root);
}

/* ---- The next script ---- */

static void check_next(void)
{
	static const char *const argv[] = { "hook", "del", MAC, "10.77.1.9", "a name with\nnewline; `x`", NULL };
	const char *environment[] = {
		config, "DNSMASQ_TAGS=a b", "DNSMASQ_VENDOR_CLASS=$(x)\"'", "DNSMASQ_DATA_MISSING=1", NULL,
	};
	CLEANUP_FREE char *seen = path_of("seen");
	CLEANUP_FREE char *got = NULL;
	CLEANUP_TEXT struct text expected = TEXT_INIT;

	fresh_root();
	/* A shell would lose some of it: the script's interpreter is what prints its arguments and environment. */
	put("next", "#!/bin/sh\nfor a in \"$@\"; do printf '<%s>' \"$a\"; done >\"${0%/*}/seen\"\n"
	    "printf '{%s}{%s}{%s}' \"$DNSMASQ_TAGS\" \"$DNSMASQ_VENDOR_CLASS\" \"$DNSMASQ_DATA_MISSING\" "
	    ">>\"${0%/*}/seen\"\n"
	    "exit 3\n", 0755);
	put_conf("root = \"@/root\"; # first\nnext = \"@/next\";\n");
	text_addf(&expected, "<del><%s><10.77.1.9><%s>{a b}{$(x)\"'}{1}", MAC, argv[4]);
	tap_ok(run(argv, environment, NULL), "the next script fails, the hook does not");
	tap_ok(file_read(seen, 10000, &got, NULL) == 0 && strcmp(got, expected.bytes) == 0,
	       "the next script has the same arguments and environment");
}

/* The own part waits for a store that somebody holds, and ends by itself as the hook gets no turn to watch it. */
static void check_unwatched(void)
{
	CLEANUP_FREE char *state = path_of("state");
	CLEANUP_FREE char *seen = path_of("seen");
	int held, status = 0;
	pid_t pid;

	fresh_root();
	put("state/none", "", 0644);
	put("next", "#!/bin/sh\nexec >\"${0%/*}/seen\"\n", 0755);
	put_conf("root = \"@/root\";\nstate = \"@/state\";\nnext = \"@/next\";\n");
	unlink(seen);
	held = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (held < 0 || flock(held, LOCK_EX) < 0)
		abort();
	pid = fork();
	if (pid == 0) {
		execle(hook, "hook", "del", MAC, "10.77.1.9", (char *)NULL, (char *[]){ config, NULL });
		_exit(127);
	}
	usleep(300000);
	kill(pid, SIGSTOP);
	usleep(2500000);
	kill(pid, SIGCONT);
	tap_ok(waitpid(pid, &status, 0) == pid && status == 0 && access(seen, F_OK) == 0,
	       "the next script runs although nobody has seen the own part hang");
	close(held);
}

/* One that ended and that nobody has waited for has no command line. */
static bool runs(const char *pid)
{
	CLEANUP_FREE char *path = NULL;
	CLEANUP_FREE char *line = NULL;
	size_t length = 0;

	if (asprintf(&path, "/proc/%d/cmdline", atoi(pid)) < 0)
		abort();
	return file_read(path, 1000, &line, &length) == 0 && length > 0;
}

/* A next script that hangs, and a child of it that would outlive it, are stopped after half a minute. */
static void check_slow(void)
{
	CLEANUP_FREE char *path = path_of("pid");
	CLEANUP_FREE char *pid = NULL;
	time_t begin = time(NULL), took;

	fresh_root();
	put("next", "#!/bin/sh\nsleep 600 & echo $! >\"${0%/*}/pid\"\nwait\n", 0755);
	put_conf("root = \"@/root\";\nnext = \"@/next\";\n");
	run(add_x64, (const char *const[]) { config, X64, "PATH=/usr/bin:/bin", NULL }, NULL);
	took = time(NULL) - begin;
	tap_ok(took >= 29 && took <= 35 && strcmp(link_of("10.77.1.9"), "../arch/x64-uefi") == 0,
	       "a next script that hangs is stopped after 30 s (%ld s)", (long)took);
	usleep(200000);
	tap_ok(file_read(path, 100, &pid, NULL) == 0 && !runs(pid), "and its child too");
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

static void check_all(void)
{
	check_events();
	check_huge();
	check_confs();
	check_roots();
	check_next();
	check_unwatched();
}

int main(int argc, char **argv)
{
	hook = getenv("PXEBOOT_HOOK");
	snprintf(directory, sizeof(directory), "/tmp/pxeboot-hook-XXXXXX");
	if (hook == NULL || mkdtemp(directory) == NULL) {
		printf("1..0 # SKIP no PXEBOOT_HOOK in the environment\n");
		return 77;
	}
	snprintf(config, sizeof(config), "PXEBOOT_CONFIG=%s", directory);
	if (argc > 1 && strcmp(argv[1], "--slow") == 0)
		check_slow();
	else
		check_all();
	nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return tap_end();
}
