/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "recorder.h"

#include <arpa/inet.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/scalar.h"
#include "base/text.h"

#define PROGRAM_MAX (64 << 20)

static const char policy_format[] =
	"server: { address = \"" LAB_SERVER "\"; root = \"%s/root\"; state = \"%s\";\n"
	" dhcp = { range = \"10.77.1.0,10.77.1.31,255.255.0.0,1h\"; };\n"
	" dnsmasq = { hook = \"%s\"; %s hook_user = \"" RECORDER_USER "\"; hook_conf = \"%s/hook.conf\"; }; };\n"
	"profiles: { disk: { label = \"Disk\"; action = \"disk\"; }; install: { label = \"Install\"; action = \"shell\"; }; };\n"
	"hosts: ( { name = \"node1\"; mac = \"" NODE1 "\"; boot = \"disk\"; } );\nboot = \"disk\";\n";

static void __attribute__((noreturn)) skip(const char *why)
{
	printf("1..0 # SKIP %s\n", why);
	exit(EXIT_SKIPPED);
}

/* ---- The lab ---- */

/* Puts a copy of the program into the lab's @folder. */
static void bring(const struct recorder *recorder, const char *from, const char *folder)
{
	const char *slash = strrchr(from, '/');
	CLEANUP_FREE char *to = NULL;
	CLEANUP_FREE char *bytes = NULL;
	size_t length;

	if (asprintf(&to, "%s/%s%s", recorder->lab.directory, folder, slash) < 0 || file_make_parents(to) < 0 ||
	    file_read(from, PROGRAM_MAX, &bytes, &length) < 0 || file_write(to, bytes, length, 0755) < 0)
		abort();
}

/* The same, and the environment names the copy. */
static void bring_named(const struct recorder *recorder, const char *variable)
{
	CLEANUP_FREE char *from = strdup(getenv(variable));
	CLEANUP_FREE char *to = NULL;

	bring(recorder, from, "plugins/dnsmasq");
	if (asprintf(&to, "%s/plugins/dnsmasq%s", recorder->lab.directory, strrchr(from, '/')) < 0)
		abort();
	setenv(variable, to, 1);
}

/* They may have been built where the hook's user can't go.  Each finds the others from where it lies itself. */
static void bring_programs(const struct recorder *recorder)
{
	CLEANUP_FREE char *folder = strdup(getenv("PXEBOOT_HOOK"));
	CLEANUP_FREE char *library = NULL;
	CLEANUP_FREE char *module = NULL;

	*strrchr(folder, '/') = '\0';
	if (asprintf(&library, "%s/../../libpxeboot/libpxeboot.so.0", folder) < 0 ||
	    asprintf(&module, "%s/pxeboot_dnsmasq.so", folder) < 0)
		abort();
	bring(recorder, library, "libpxeboot");
	bring_named(recorder, "PXEBOOT_HOOK");
	if (getenv("PXEBOOT_LUA") == NULL)
		return;
	bring(recorder, module, "plugins/dnsmasq");
	bring_named(recorder, "PXEBOOT_LUA");
}

/* The next script writes a line for each event, after the hook has done its own. */
static void put_next(const struct recorder *recorder)
{
	CLEANUP_FREE char *next = lab_path(&recorder->lab, "next");
	CLEANUP_FREE char *events = lab_path(&recorder->lab, "events");
	CLEANUP_FREE char *line = NULL;
	const struct passwd *user = getpwnam(RECORDER_USER);

	lab_write(&recorder->lab, "next", "#!/bin/sh\nprintf '%s %s %s missing=%s %s\\n' \"$1\" \"$2\" \"$3\" "
		  "\"$DNSMASQ_DATA_MISSING\" \"$4\" >>\"${0%/*}/events\"\n");
	lab_write(&recorder->lab, "events", "");
	if (asprintf(&line, "next = \"%s\";\n", next) < 0 || chmod(next, 0755) < 0 ||
	    chown(events, user->pw_uid, user->pw_gid) < 0)
		abort();
	lab_write(&recorder->lab, "hook.conf", line);
}

/* As `apply` does. */
static void put_hook(const struct recorder *recorder)
{
	CLEANUP_FREE char *conf = NULL;

	put_next(recorder);
	conf = lab_written(plugin_dnsmasq_hook.output, recorder->policy);
	lab_write(&recorder->lab, "hook.conf", conf);
	if (strstr(conf, "next = ") == NULL || plugin_dnsmasq_hook.output->settle(recorder->policy, NULL) < 0)
		abort();
	setenv("PXEBOOT_CONFIG", recorder->lab.directory, 1);
}

/* Beside the Lua module dnsmasq itself runs what is the hook's next script otherwise. */
static char *policy_text(const struct recorder *recorder, const char *hook, const char *state)
{
	const char *lua = getenv("PXEBOOT_LUA"), *directory = recorder->lab.directory;
	CLEANUP_FREE char *next = lab_path(&recorder->lab, "next");
	CLEANUP_FREE char *store = lab_path(&recorder->lab, state);
	CLEANUP_TEXT struct text setting = TEXT_INIT;
	char *text;

	if (lua != NULL)
		text_addf(&setting, "lua = \"%s\";", lua);
	if (setting.error < 0 || asprintf(&text, policy_format, directory, store, lua != NULL ? next : hook,
					  lua != NULL ? setting.bytes : "", directory) < 0)
		abort();
	return text;
}

bool recorder_restart(struct recorder *recorder, const char *extra)
{
	CLEANUP_FREE char *configuration = lab_written(plugin_dnsmasq.output, recorder->policy);
	CLEANUP_TEXT struct text text = TEXT_INIT;
	bool started;

	lab_stop(&recorder->lab.dnsmasq);
	text_addf(&text, "%s%s", configuration, extra);
	started = text.error == 0 && lab_start_dnsmasq(&recorder->lab, text.bytes);
	lab_client_side(&recorder->lab);
	return started;
}

void recorder_begin(struct recorder *recorder, const char *state, const char *extra)
{
	static const char *const programs[] = { "/usr/sbin/dnsmasq", "dnsmasq-base", NULL };
	CLEANUP_FREE char *text = NULL;

	if (getenv("PXEBOOT_HOOK") == NULL)
		skip("no PXEBOOT_HOOK in the environment");
	lab_begin(&recorder->lab, programs);
	bring_programs(recorder);
	text = policy_text(recorder, getenv("PXEBOOT_HOOK"), state);
	recorder->policy = lab_policy(&recorder->lab, text);
	lab_apply(&recorder->lab, recorder->policy, "root");
	put_hook(recorder);
	if (!recorder_restart(recorder, extra))
		exit(1);
	recorder->socket = dhcp_socket("cli0");
	recorder->xid = 7000;
	recorder->markers = 0;
}

void recorder_end(struct recorder *recorder)
{
	close(recorder->socket);
	pxeboot_policy_unref(recorder->policy);
	lab_end(&recorder->lab);
}

/* ---- Machines ---- */

static void begin(struct machine *machine, struct dhcp_packet *packet, enum dhcp_type type, const struct more *more, size_t n)
{
	uint8_t mac[MAC_LENGTH];

	if (scalar_mac(machine->mac, mac) < 0)
		abort();
	dhcp_packet_start(packet, type, mac, ++machine->recorder->xid);
	for (size_t i = 0; i < n; i++)
		dhcp_packet_option(packet, more[i].code, more[i].bytes, more[i].length);
}

bool machine_asks(struct machine *machine, const struct more *more, size_t n)
{
	const struct recorder *recorder = machine->recorder;
	uint32_t address, server;
	struct dhcp_packet packet;
	struct dhcp_reply reply;

	begin(machine, &packet, DHCP_DISCOVER, more, n);
	dhcp_packet_end(&packet);
	dhcp_send(recorder->socket, &packet);
	if (!dhcp_receive(recorder->socket, recorder->xid, 0, RECORDER_PATIENCE, &reply))
		return false;
	address = htonl(reply.yiaddr);
	server = htonl(reply.server);
	begin(machine, &packet, DHCP_REQUEST, more, n);
	dhcp_packet_option(&packet, 50, &address, sizeof(address));
	dhcp_packet_option(&packet, 54, &server, sizeof(server));
	dhcp_packet_end(&packet);
	dhcp_send(recorder->socket, &packet);
	if (!dhcp_receive(recorder->socket, recorder->xid, 0, RECORDER_PATIENCE, &reply) || reply.type != DHCP_ACK)
		return false;
	if (machine->address != reply.yiaddr)
		lab_add_client(&recorder->lab, reply.yiaddr);
	machine->address = reply.yiaddr;
	return true;
}

#define MORE(code, text) { code, text, sizeof(text) - 1 }
#define X64 MORE(93, "\0\007"), MORE(60, "PXEClient:Arch:00007:UNDI:003016")

bool machine_firmware(struct machine *machine)
{
	static const struct more more[] = { X64 };

	return machine_asks(machine, more, ARRAY_SIZE(more));
}

bool machine_ipxe(struct machine *machine)
{
	static const struct more more[] = { X64, MORE(77, "iPXE") };

	return machine_asks(machine, more, ARRAY_SIZE(more));
}

bool machine_system(struct machine *machine)
{
	static const struct more more[] = { MORE(60, "udhcp 1.35.0") };

	return machine_asks(machine, more, ARRAY_SIZE(more));
}

void machine_releases(struct machine *machine)
{
	uint32_t own = htonl(machine->address), server = htonl(LAB_SERVER_IP);
	struct dhcp_packet packet;

	begin(machine, &packet, DHCP_RELEASE, NULL, 0);
	memcpy(packet.bytes + 12, &own, sizeof(own));	/* ciaddr */
	dhcp_packet_option(&packet, 54, &server, sizeof(server));
	dhcp_packet_end(&packet);
	dhcp_send(machine->recorder->socket, &packet);
}

bool machine_fetches(struct machine *machine, const char *file, struct tftp_answer *ret_answer)
{
	struct tftp_answer answer;

	tftp_get(LAB_SERVER_IP, machine->address, file, &answer);
	if (ret_answer != NULL)
		*ret_answer = answer;
	return answer.error == -1;
}

bool machine_catches_up(struct machine *machine)
{
	struct recorder *recorder = machine->recorder;
	char name[32], words[64];

	snprintf(name, sizeof(name), "root/marker/%u", recorder->markers++);
	lab_write(&recorder->lab, name, "");
	snprintf(words, sizeof(words), "file=%s", name + strlen("root/"));
	return machine_fetches(machine, name + strlen("root/"), NULL) && recorder_says(recorder, machine->mac, words);
}

/* ---- What is written down ---- */

struct pxeboot_record *recorder_read(struct recorder *recorder, const char *key)
{
	struct pxeboot_record *record = NULL;
	struct pxeboot_state *state;

	if (pxeboot_state_open(pxeboot_policy_get(recorder->policy, "server.state"), PXEBOOT_STATE_LOOK, NULL, &state) < 0)
		return NULL;
	if (pxeboot_state_get(state, key, &record) < 0)
		record = NULL;
	pxeboot_state_close(state);
	return record;
}

static const char *or_none(const char *string)
{
	return string != NULL ? string : "-";
}

static void describe(const struct pxeboot_record *record, struct text *text)
{
	const char *stage = record != NULL && record->stage != PXEBOOT_RECORD_NO_STAGE
			    ? pxeboot_stage_name((enum pxeboot_stage)record->stage) : NULL;

	if (record == NULL) {
		text_add(text, " unknown ");
		return;
	}
	text_addf(text, " stage=%s boots=%u address=%s file=%s profile=%s once=%s round=%u tries=%u class=%s ", or_none(stage),
		  record->boots, or_none(record->address), or_none(record->file), or_none(record->profile),
		  pxeboot_once_phase_name(record->once.phase), record->once.round, record->once.tries,
		  or_none(record->facts[PXEBOOT_FACT_USER_CLASS]));
}

/* Every word of @words stands between blanks in @text. */
static bool has_words(const char *text, const char *words)
{
	char wanted[200];

	for (size_t length; *words != '\0'; words += length + strspn(words + length, " ")) {
		length = strcspn(words, " ");
		snprintf(wanted, sizeof(wanted), " %.*s ", (int)length, words);
		if (strstr(text, wanted) == NULL)
			return false;
	}
	return true;
}

static bool look(struct recorder *recorder, const char *key, const char *words, bool tell)
{
	struct pxeboot_record *record = recorder_read(recorder, key);
	CLEANUP_TEXT struct text text = TEXT_INIT;
	bool found;

	describe(record, &text);
	pxeboot_record_free(record);
	found = text.error == 0 && has_words(text.bytes, words);
	if (!found && tell)
		printf("# %s:%s\n# expected %s\n", key, text.bytes, words);
	return found;
}

bool recorder_said(struct recorder *recorder, const char *key, const char *words)
{
	return look(recorder, key, words, true);
}

bool recorder_says(struct recorder *recorder, const char *key, const char *words)
{
	for (int i = 0; i < RECORDER_PATIENCE / 20; i++) {
		if (look(recorder, key, words, false))
			return true;
		usleep(20000);
	}
	return look(recorder, key, words, true);
}

void recorder_forgets(struct recorder *recorder)
{
	CLEANUP_FREE char *path = lab_path(&recorder->lab, "events");

	if (truncate(path, 0) < 0)
		abort();
}

bool recorder_hears(struct recorder *recorder, const char *words)
{
	CLEANUP_FREE char *path = lab_path(&recorder->lab, "events");

	for (int i = 0; i < RECORDER_PATIENCE / 10; i++) {
		CLEANUP_FREE char *events = NULL;

		if (file_read(path, 1 << 20, &events, NULL) == 0 && strstr(events, words) != NULL)
			return truncate(path, 0) == 0;
		usleep(10000);
	}
	printf("# no event '%s'\n", words);
	return false;
}

bool recorder_serves(const struct recorder *recorder, const char *name, const char *words)
{
	CLEANUP_FREE char *root = lab_path(&recorder->lab, "root");
	CLEANUP_FREE char *path = NULL;
	CLEANUP_FREE char *bytes = NULL;

	if (asprintf(&path, "%s/%s", root, name) < 0)
		abort();
	return file_read(path, 1 << 20, &bytes, NULL) == 0 && strstr(bytes, words) != NULL;
}
