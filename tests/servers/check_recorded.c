/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The real dnsmasq with the hook as an unprivileged user: what it writes down of machines that get leases and fetch files,
 * and how it ends their one-shot boots.
 */
#include <dirent.h>
#include <errno.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/scalar.h"
#include "base/text.h"
#include "life.h"
#include "recorder.h"
#include "tap.h"

#define ONCE "once/" NODE1_FILE ".ipxe"

/* Is it the hook's user's, and has nobody else made anything there? */
static bool is_users(const struct recorder *recorder, const char *name)
{
	CLEANUP_FREE char *path = lab_path(&recorder->lab, name);
	const struct passwd *user = getpwnam(RECORDER_USER);
	struct stat status;

	return user != NULL && lstat(path, &status) == 0 && status.st_uid == user->pw_uid && (status.st_mode & 07) == 0;
}

/* ---- One boot ---- */

static void check_boot(struct machine *machine)
{
	struct recorder *recorder = machine->recorder;
	char address[16], words[100];

	tap_ok(machine_firmware(machine), "the firmware gets a lease");
	scalar_format_ip4(machine->address, address);
	snprintf(words, sizeof(words), "stage=firmware boots=1 address=%s file=- class=-", address);
	tap_ok(recorder_says(recorder, machine->mac, words), "and is known then, at its address");
	tap_ok(is_users(recorder, "state/machines.mdb"), "the store belongs to the hook's user");
	tap_ok(machine_fetches(machine, "snponly.efi", NULL) && recorder_says(recorder, machine->mac,
	       "stage=firmware boots=1 file=snponly.efi"), "its loader is the file that it fetched last");
	tap_ok(machine_ipxe(machine) && recorder_says(recorder, machine->mac, "stage=ipxe boots=1 class=iPXE"),
	       "iPXE is the same boot");
	tap_ok(machine_fetches(machine, "boot.ipxe", NULL) &&
	       recorder_says(recorder, machine->mac, "stage=script boots=1 file=boot.ipxe"), "so is its script");
	tap_ok(machine_fetches(machine, "profiles/disk.ipxe", NULL) &&
	       recorder_says(recorder, machine->mac, "stage=script profile=disk file=profiles/disk.ipxe"),
	       "a profile's script tells its profile");
	tap_ok(!machine_fetches(machine, "menus/none.ipxe", NULL) && machine_system(machine) &&
	       recorder_says(recorder, machine->mac, "stage=os boots=1 file=profiles/disk.ipxe"),
	       "a file that is not there is no event; the operating system is no boot");
	tap_ok(machine_firmware(machine) && recorder_says(recorder, machine->mac, "stage=firmware boots=2"),
	       "the firmware again is another boot");
}

/* What dnsmasq repeats without knowing the machine changes nothing. */
static void check_repeats(struct machine *machine)
{
	struct recorder *recorder = machine->recorder;
	struct pxeboot_record *before, *after;
	char address[16], words[100];

	scalar_format_ip4(machine->address, address);
	recorder_says(recorder, machine->mac, "stage=firmware boots=2");
	before = recorder_read(recorder, machine->mac);
	sleep(1);		/* a change would show in last_seen */
	kill(recorder->lab.dnsmasq, SIGHUP);
	snprintf(words, sizeof(words), "old %s %s missing=1", machine->mac, address);
	tap_ok(recorder_hears(recorder, words), "SIGHUP repeats the lease");
	tap_ok(recorder_restart(recorder, "script-on-renewal\n") && recorder_hears(recorder, words), "so does a restart");
	after = recorder_read(recorder, machine->mac);
	tap_ok(before != NULL && after != NULL && before->last_seen == after->last_seen && after->boots == 2,
	       "neither is an event");
	pxeboot_record_free(before);
	pxeboot_record_free(after);
	machine_releases(machine);
	snprintf(words, sizeof(words), "del %s %s missing=1", machine->mac, address);
	tap_ok(recorder_hears(recorder, words) && recorder_says(recorder, machine->mac, "stage=firmware boots=2 address=-"),
	       "a lease that is over takes the address along, and nothing else");
}

/* ---- One-shot boots ---- */

static int write_scripts(void *context, const char *token, uint32_t round, char **ret_script, char **ret_then)
{
	const bool *has_then = context;

	if (asprintf(ret_script, "#!ipxe\n# one-shot boot, round %u: install\nset var-token %s\n", round, token) < 0 ||
	    (*has_then && asprintf(ret_then, "#!ipxe\n# after the one-shot boot, round %u: disk\n", round) < 0))
		return -ENOMEM;
	return 0;
}

static void say(void *context, int priority, const char *text)
{
	printf("# %s\n", text);
}

/* As root, which `pxeboot once` is. */
static bool arm(const struct recorder *recorder, enum pxeboot_once_mode mode, bool has_then, char token[LIFE_TOKEN_SIZE])
{
	CLEANUP_FREE char *root = lab_path(&recorder->lab, "root");
	const struct life_conf conf = { .root = root, .state = pxeboot_policy_get(recorder->policy, "server.state"), .say = say };
	const struct life_scripts scripts = { .write = write_scripts, .context = &has_then, .has_token_file = true };
	const struct pxeboot_arming order = {
		.profile = "install", .then = has_then ? "disk" : NULL, .mode = mode, .tries_max = 3, .when = time(NULL),
	};
	struct life *life;
	int r;

	if (life_new(&conf, &life) < 0)
		return false;
	r = life_arm(life, NODE1, &order, &scripts, token);
	life_free(life);
	return r == 0;
}

static bool boots_to_script(struct machine *machine)
{
	return machine_firmware(machine) && machine_ipxe(machine) && machine_fetches(machine, "boot.ipxe", NULL) &&
	       recorder_says(machine->recorder, machine->mac, "stage=script file=boot.ipxe");
}

static void check_next_boot(struct machine *machine)
{
	struct recorder *recorder = machine->recorder;
	char token[LIFE_TOKEN_SIZE];

	tap_ok(arm(recorder, PXEBOOT_ONCE_NEXT_BOOT, false, token), "a one-shot boot is armed");
	tap_ok(boots_to_script(machine) && recorder_said(recorder, NODE1, "once=armed tries=0") &&
	       recorder_serves(recorder, ONCE, "# one-shot boot, round 1:"), "power-on alone leaves it armed");
	tap_ok(machine_fetches(machine, ONCE, NULL) && recorder_says(recorder, NODE1, "once=served tries=1"),
	       "its script was served");
	tap_ok(machine_fetches(machine, ONCE, NULL) && machine_catches_up(machine) &&
	       recorder_said(recorder, NODE1, "once=served tries=1"), "the same boot may fetch it again");
	tap_ok(machine_system(machine) && recorder_says(recorder, NODE1, "stage=os once=served") &&
	       recorder_serves(recorder, ONCE, "one-shot"), "what runs then asks for its address");
	tap_ok(machine_firmware(machine) && recorder_says(recorder, NODE1, "stage=firmware once=done"), "the next power-on ends it");
	tap_ok(!recorder_serves(recorder, ONCE, "") && !machine_fetches(machine, ONCE, NULL), "and takes its file away");
}

static void check_until_done(struct machine *machine)
{
	struct recorder *recorder = machine->recorder;
	char token[LIFE_TOKEN_SIZE], file[64], old[64];

	if (!tap_ok(arm(recorder, PXEBOOT_ONCE_UNTIL_DONE, true, token), "another round, until done"))
		return;
	snprintf(old, sizeof(old), "done/%s", token);
	tap_ok(arm(recorder, PXEBOOT_ONCE_UNTIL_DONE, true, token) && !machine_fetches(machine, old, NULL),
	       "and another one: the token before it is worth nothing");
	tap_ok(boots_to_script(machine) && machine_fetches(machine, ONCE, NULL) &&
	       recorder_says(recorder, NODE1, "once=served round=3 tries=1"), "it is served");
	tap_ok(boots_to_script(machine) && machine_fetches(machine, ONCE, NULL) &&
	       recorder_says(recorder, NODE1, "once=served round=3 tries=2") && recorder_serves(recorder, ONCE, token),
	       "and served again in the next boot");
	snprintf(file, sizeof(file), "done/%s", token);
	tap_ok(machine_fetches(machine, file, NULL) && recorder_says(recorder, NODE1, "once=done round=3"),
	       "fetching done/TOKEN says done");
	tap_ok(recorder_serves(recorder, ONCE, "# after the one-shot boot, round 3:"), "what follows takes its place");
	tap_ok(boots_to_script(machine) && machine_fetches(machine, ONCE, NULL) && machine_catches_up(machine) &&
	       recorder_said(recorder, NODE1, "once=done tries=2") &&
	       recorder_serves(recorder, ONCE, "# after the one-shot boot"), "and is what later boots get");
}

/* Where nobody tells who fetches what, iPXE's DHCP request stands for it. */
static void check_by_dhcp(struct machine *machine)
{
	struct recorder *recorder = machine->recorder;
	CLEANUP_FREE char *path = lab_path(&recorder->lab, "hook.conf");
	CLEANUP_FREE char *conf = NULL;
	CLEANUP_FREE char *other = NULL;
	char token[LIFE_TOKEN_SIZE], *served;

	if (file_read(path, 10000, &conf, NULL) < 0 || (served = strstr(conf, "\"tftp\"")) == NULL)
		abort();
	other = strdup(conf);
	memcpy(other + (served - conf), "\"dhcp\"", strlen("\"dhcp\""));
	lab_write(&recorder->lab, "hook.conf", other);
	tap_ok(arm(recorder, PXEBOOT_ONCE_NEXT_BOOT, false, token) && machine_firmware(machine) &&
	       recorder_says(recorder, NODE1, "stage=firmware once=armed") && machine_ipxe(machine) &&
	       recorder_says(recorder, NODE1, "stage=ipxe once=served tries=1") && recorder_serves(recorder, ONCE, token),
	       "served = \"dhcp\": iPXE's request counts as served");
	tap_ok(machine_ipxe(machine) && machine_catches_up(machine) && recorder_said(recorder, NODE1, "once=served tries=1"),
	       "served = \"dhcp\": its second one in the same boot does not");
	tap_ok(machine_firmware(machine) && recorder_says(recorder, NODE1, "once=done") && !recorder_serves(recorder, ONCE, ""),
	       "served = \"dhcp\": the next power-on ends it");
	lab_write(&recorder->lab, "hook.conf", conf);
}

/* Who looks into what another machine is served ends nothing. */
static void check_stranger(struct machine *machine)
{
	struct machine stranger = { .recorder = machine->recorder, .mac = STRANGER };
	char token[LIFE_TOKEN_SIZE];

	tap_ok(arm(machine->recorder, PXEBOOT_ONCE_NEXT_BOOT, true, token) && machine_ipxe(&stranger) &&
	       recorder_says(machine->recorder, STRANGER, "stage=ipxe boots=1"), "a stranger boots");
	tap_ok(machine_fetches(&stranger, ONCE, NULL) && machine_catches_up(&stranger) &&
	       recorder_said(machine->recorder, NODE1, "once=armed") &&
	       recorder_said(machine->recorder, STRANGER, "stage=ipxe"), "and fetches somebody else's script: nothing ends");
}

/* ---- Hostile clients ---- */

#define BYTES(code, text) { code, text, sizeof(text) - 1 }
#define FULL "DNSMASQ_DATA_MISSING=1\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define VENDOR "PXEClient:Arch:00007:UNDI:003016"

static const struct {
	const char *what;
	struct more more[4];
	const char *says;
} hostile[] = {
	{ "new lines", { BYTES(60, VENDOR), BYTES(77, "iPXE\nDNSMASQ_DATA_MISSING=1\n\n") }, "stage=ipxe boots=1" },
	{ "an equals sign first", { BYTES(60, VENDOR), BYTES(77, "=iPXE") }, "stage=firmware boots=1" },
	{ "NULs", { BYTES(60, VENDOR), BYTES(77, "iPXE\0\0DNSMASQ_TAGS=pxeboot-bios\0\0\0x") }, "stage=ipxe boots=1" },
	{ "escape sequences", { BYTES(60, VENDOR "\x1b[2J\x1b]0;x\a"), BYTES(77, "\x1b[31m") }, "stage=firmware boots=1" },
	{ "as much as fits", { BYTES(60, VENDOR), BYTES(77, FULL), BYTES(61, FULL), BYTES(82, "\1\144" FULL) },
	  "stage=firmware boots=1" },
	{ "a vendor class of paths", { BYTES(60, "PXEClient:Arch:../../x:UNDI:003016"), BYTES(77, "../../once") }, "boots=1" },
	{ "shell words", { BYTES(60, VENDOR), BYTES(12, "$(reboot)`reboot`;x"), BYTES(61, "\0$(touch /tmp/x)") },
	  "stage=firmware boots=1" },
	{ "bytes that are no text", { BYTES(60, "PXEClient\xff\xfe\x80"), BYTES(77, "\xc0\xaf\xff") }, "boots=1" },
};

static unsigned files_below(const struct recorder *recorder, const char *name)
{
	CLEANUP_FREE char *path = lab_path(&recorder->lab, name);
	DIR *folder = opendir(path);
	unsigned n = 0;

	while (folder != NULL && readdir(folder) != NULL)
		n++;
	if (folder != NULL)
		closedir(folder);
	return n;
}

/* What they say of themselves is a fact at most; nothing of it becomes a path, a variable of the next script or an event. */
static void check_hostile(struct recorder *recorder)
{
	unsigned once = files_below(recorder, "root/once"), clients = files_below(recorder, "root/clients");
	unsigned root = files_below(recorder, "root"), lab = files_below(recorder, "");

	for (size_t i = 0; i < ARRAY_SIZE(hostile); i++) {
		struct machine machine = { .recorder = recorder };
		char mac[18];
		size_t n = 0;

		snprintf(mac, sizeof(mac), "52:54:00:77:66:%02zx", i);
		machine.mac = mac;
		while (n < ARRAY_SIZE(hostile[i].more) && hostile[i].more[n].code != 0)
			n++;
		tap_ok(machine_asks(&machine, hostile[i].more, n) && recorder_says(recorder, mac, hostile[i].says),
		       "%s: %s", hostile[i].what, hostile[i].says);
	}
	tap_ok(once == files_below(recorder, "root/once") && clients == files_below(recorder, "root/clients") &&
	       root == files_below(recorder, "root") && lab == files_below(recorder, ""), "none of them has made a file");
}

static const char *const names[] = {
	"done/none", "done/0123", "once/x.ipxe", "once/52-54-00-77-00-01.ipxe.bak", "profiles/\x1b[2J.ipxe", "a\nb", "$(reboot)",
};

static void check_names(struct machine *machine)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		CLEANUP_FREE char *name = NULL;

		if (asprintf(&name, "root/%s", names[i]) < 0)
			abort();
		lab_write(&machine->recorder->lab, name, "x");
		tap_ok(machine_fetches(machine, names[i], NULL) && machine_catches_up(machine) &&
		       recorder_said(machine->recorder, machine->mac, "once=armed profile=disk"), "an odd name is no more than one (%zu)", i);
	}
}

int main(void)
{
	struct recorder recorder;
	struct machine machine = { .recorder = &recorder, .mac = NODE1 };

	recorder_begin(&recorder, "state", "");
	check_boot(&machine);
	check_repeats(&machine);
	check_next_boot(&machine);
	check_until_done(&machine);
	check_by_dhcp(&machine);
	check_stranger(&machine);
	check_names(&machine);
	check_hostile(&recorder);
	recorder_end(&recorder);
	return tap_end();
}
