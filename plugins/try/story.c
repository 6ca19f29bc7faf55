/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The story of one boot (see story.h): what happens.  How it ends is in verdict.c.
 */
#include "story.h"

#include <string.h>

#include "base/scalar.h"

#define PORT_DHCP_SERVER 67
#define PORT_DHCP_CLIENT 68
#define PORT_PXE 4011
#define PORT_DHCP6_SERVER 547
#define PORT_DHCP6_CLIENT 546
#define PORT_HTTP 80
#define PORT_ISCSI 3260

#define DHCP_DISCOVER 1
#define DHCP_REQUEST 3
#define DHCP_INFORM 8
#define DHCP_ACK 5
#define DHCP6_SOLICIT 1
#define DHCP6_REQUEST 3
#define DHCP6_REPLY 7

static void see_file(void *context, enum transfer_event event, const struct transfer *transfer, int64_t now);

/* The port of "http://HOST[:PORT][/PATH]", where HOST may be an IPv6 address in brackets; 0 where the lab serves no HTTP. */
static uint16_t http_port(const char *url)
{
	const char *at;
	unsigned port;

	if (!url || strncmp(url, "http://", 7) != 0)
		return 0;
	at = url + 7;
	at += *at == '[' ? strcspn(at, "]/") : 0;
	at += strcspn(at, ":/");
	if (*at != ':')
		return PORT_HTTP;
	return sscanf(at, ":%5u", &port) == 1 && port <= UINT16_MAX ? (uint16_t)port : 0;
}

void story_begin(struct story *story, const struct pxeboot_policy *policy, const char *expect, bool ipv6)
{
	const char *address = pxeboot_policy_get(policy, "server.address");

	*story = (struct story){ .policy = policy, .expect = expect };
	if (pxeboot_policy_get(policy, "server.dhcp.proxy") && scalar_ip4(address, &story->server) < 0)
		story->server = 0;
	story->transfers.http_port = http_port(pxeboot_policy_get(policy, ipv6 ? "server.http6" : "server.http"));
	story->transfers.tell = see_file;
	story->transfers.context = story;
}

void story_free(struct story *story)
{
	pxeboot_client_unref(story->exchange.client);
	story->exchange.client = NULL;
	text_free(&story->hops);
	lines_free(&story->lines);
}

static void add_hop(struct story *story, const char *name)
{
	if (strcmp(story->last_hop, name) == 0)
		return;
	strncpy(story->last_hop, name, sizeof(story->last_hop) - 1);
	if (story->hops.length)
		text_add(&story->hops, " > ");
	text_add_escaped(&story->hops, name);
}

/* Shows a line; one that says something new keeps the story going. */
static void tell(struct story *story, int64_t now, const char *tag, struct text *text, const char *detail)
{
	char CLEANUP_FREE *bytes = NULL;

	if (text_take(text, &bytes, NULL) < 0)
		return;
	if (lines_add(&story->lines, now, tag, bytes, detail))
		story->last_new = now;
}

/* ---- DHCP ---- */

static void begin_exchange(struct story *story, struct pxeboot_client *client, bool first, int64_t now)
{
	struct story_exchange *exchange = &story->exchange;

	if (first && exchange->answered) {
		exchange->answered = false;
		exchange->told[0] = exchange->elsewhere[0] = '\0';
	}
	pxeboot_client_unref(exchange->client);
	exchange->client = client;
	exchange->since = now;
	if (story->step < STEP_ASKED)
		story->step = STEP_ASKED;
}

/* What asks for an address alone, before it boots, says no architecture, and is passed over. */
static void see_question6(struct story *story, const struct frame *frame, int64_t now)
{
	int type = pxeboot_packet6_message_type(frame->payload, frame->length);
	struct pxeboot_client *client;
	char mac[3 * MAC_LENGTH];
	const char *arch;

	if ((type != DHCP6_SOLICIT && type != DHCP6_REQUEST) ||
	    pxeboot_client_from_packet6(frame->payload, frame->length, NULL, &client) < 0)
		return;
	scalar_format_mac(frame->sender, ':', mac);
	if (pxeboot_client_get(client, PXEBOOT_FACT_ARCH, &arch) < 0 ||
	    pxeboot_client_set(client, PXEBOOT_FACT_MAC, mac, NULL) < 0) {
		pxeboot_client_unref(client);
		return;
	}
	begin_exchange(story, client, type == DHCP6_SOLICIT, now);
	story->exchange.transaction6 = dhcp6_transaction(frame->payload, frame->length);
}

static void see_question(struct story *story, const struct frame *frame, int64_t now)
{
	struct pxeboot_client *client;
	int type = pxeboot_packet_message_type(frame->payload, frame->length);

	if (type != DHCP_DISCOVER && type != DHCP_REQUEST && type != DHCP_INFORM)
		return;
	if (pxeboot_client_from_packet(frame->payload, frame->length, NULL, &client) < 0)
		return;
	/* The relay writes itself into the question on its way to the server. */
	if (story->relay)
		(void)!pxeboot_client_set(client, PXEBOOT_FACT_RELAY, story->relay, NULL);
	begin_exchange(story, client, type == DHCP_DISCOVER, now);
}

/* Compares what DHCP said with what the policy decides; adds the difference to the line. */
static void compare(struct story *story, const struct pxeboot_decision *decision, struct text *line)
{
	const char *file = decision->file ? decision->file : "";

	if (strcmp(file, story->exchange.told) == 0)
		return;
	story->mismatches++;
	text_add(line, *file ? ", but the policy decides '" : ", but the policy decides nothing");
	if (*file) {
		text_add_escaped(line, file);
		text_add_char(line, '\'');
	}
}

static void tell_elsewhere(struct story *story, struct text *line)
{
	text_add(line, ", and by the other server ");
	text_add_escaped(line, story->exchange.elsewhere);
	memcpy(story->last_elsewhere, story->exchange.elsewhere, sizeof(story->last_elsewhere));
}

static void tell_exchange(struct story *story, bool proxy, int64_t now)
{
	struct story_exchange *exchange = &story->exchange;
	enum pxeboot_stage stage = pxeboot_stage_of(story->policy, exchange->client);
	const struct pxeboot_arch_info *arch = pxeboot_arch_get(pxeboot_client_arch(exchange->client));
	struct text CLEANUP_TEXT line = TEXT_INIT;
	struct pxeboot_decision decision;
	char who[64];

	snprintf(who, sizeof(who), "%s%s%s", pxeboot_stage_name(stage), arch ? " " : "", arch ? arch->name : "");
	text_addf(&line, "%s asks%s, is told ", who, proxy ? " (port 4011)" : "");
	if (*exchange->told)
		text_add_escaped(&line, exchange->told);
	else
		text_add(&line, *exchange->elsewhere ? "nothing" : "an address only");
	if (*exchange->told || *exchange->elsewhere)
		story->step = STEP_TOLD;
	if (*exchange->elsewhere)
		tell_elsewhere(story, &line);
	pxeboot_decide(story->policy, exchange->client, stage, NULL, &decision);
	/* Beside a proxy the address comes first, from another server; the file may still follow. */
	if (*exchange->told || !pxeboot_policy_get(story->policy, "server.dhcp.proxy"))
		compare(story, &decision, &line);
	tell(story, now, "DHCP", &line, NULL);
	add_hop(story, who);
}

static void see_answer(struct story *story, const struct frame *frame, int64_t now)
{
	struct story_exchange *exchange = &story->exchange;
	struct dhcp_answer answer;

	if (!exchange->client || dhcp_answer_parse(frame->payload, frame->length, &answer) < 0)
		return;
	if (*answer.file)
		memcpy(story->server && frame->source != story->server ? exchange->elsewhere : exchange->told, answer.file,
		       sizeof(exchange->told));
	if (answer.type != DHCP_ACK)
		return;
	exchange->answered = true;
	tell_exchange(story, frame->source_port == PORT_PXE, now);
}

static void see_answer6(struct story *story, const struct frame *frame, int64_t now)
{
	struct story_exchange *exchange = &story->exchange;
	struct dhcp_answer answer;

	if (!exchange->client || dhcp6_answer_parse(frame->payload, frame->length, &answer) < 0 ||
	    answer.transaction != exchange->transaction6)
		return;
	memcpy(exchange->told, answer.file, sizeof(exchange->told));
	if (answer.type != DHCP6_REPLY)
		return;
	exchange->answered = true;
	tell_exchange(story, false, now);
}

/* ---- Files ---- */

static struct story_file *count_file(struct story *story, const struct transfer *transfer, enum file_kind kind)
{
	struct story_file *file = NULL;

	for (size_t i = 0; i < story->n_files && !file; i++)
		if (strcmp(story->files[i].name, transfer->name) == 0)
			file = &story->files[i];
	if (!file && story->n_files < STORY_FILES) {
		file = &story->files[story->n_files++];
		memcpy(file->name, transfer->name, sizeof(file->name));
	}
	if (!file)
		return NULL;
	file->kind = kind;
	file->times++;
	return file;
}

static const enum story_step step_of[FILE_KIND_COUNT] = {
	[FILE_LOADER] = STEP_LOADER, [FILE_SCRIPT] = STEP_SCRIPT, [FILE_MENU] = STEP_MENU, [FILE_KERNEL] = STEP_KERNEL,
};

static void size_text(char *ret, size_t room, uint64_t bytes, int64_t milliseconds)
{
	if (bytes < 10000)
		snprintf(ret, room, ", %u bytes", (unsigned)bytes);
	else if (bytes < 10000000)
		snprintf(ret, room, ", %.0f kB in %.1f s", (double)bytes / 1e3, (double)milliseconds / 1000);
	else
		snprintf(ret, room, ", %.1f MB in %.1f s", (double)bytes / 1e6, (double)milliseconds / 1000);
}

/* A file that is read like a disk comes in thousands of parts: the first is told, then how much it is, now and then. */
static void part_done(struct story *story, const struct transfer *transfer, int64_t now)
{
	struct story_file *file = count_file(story, transfer, FILE_OTHER);
	struct text CLEANUP_TEXT line = TEXT_INIT;
	bool first = file && file->times == 1;
	char detail[48];

	story->part_bytes += transfer->bytes;
	story->last_new = now;
	if (!first && now - story->last_progress < STORY_PROGRESS)
		return;
	text_add_escaped(&line, transfer->name);
	snprintf(detail, sizeof(detail), ", %.1f MB so far", (double)story->part_bytes / 1e6);
	tell(story, now, first ? "DISK" : "...", &line, first ? ", read in parts" : detail);
	story->last_progress = now;
	add_hop(story, transfer->name);
}

static void file_done(struct story *story, const struct transfer *transfer, int64_t now)
{
	enum file_kind kind = file_kind_of(story->policy, transfer);
	struct story_file *file = count_file(story, transfer, kind);
	struct text CLEANUP_TEXT line = TEXT_INIT;
	char detail[64];

	text_add_escaped(&line, transfer->name);
	size_text(detail, sizeof(detail), transfer->bytes, now - transfer->asked);
	tell(story, now, file_kind_tag(kind), &line, detail);
	if (file) {
		file->lines[1] = file->lines[0];
		file->lines[0] = story->lines.count;
	}
	story->last_file = now;
	story->menus += kind == FILE_MENU;
	story->loaded |= kind == FILE_LOADER;
	if (step_of[kind] != STEP_NOTHING) {
		story->step = step_of[kind];
		add_hop(story, transfer->name);
	}
}

/* Our scripts ask for this one, which never is there, to learn what the error of the one before means. */
#define NOWHERE "hosts/none"

static void file_refused(struct story *story, const struct transfer *transfer, int64_t now)
{
	struct text CLEANUP_TEXT line = TEXT_INIT;
	bool missing = transfer->error == (transfer->http ? 404 : 1);	/* HTTP's number, and TFTP's (RFC 1350) */
	char detail[48];

	text_add_escaped(&line, transfer->name);
	snprintf(detail, sizeof(detail), ": the server %s (%s %u)", missing ? "has none" : "refuses it",
		 transfer->http ? "status" : "error", transfer->error);
	tell(story, now, "REFUSED", &line, detail);
	story->last_file = now;
	if (strcmp(transfer->name, NOWHERE) != 0)
		memcpy(story->last_refused, transfer->name, sizeof(story->last_refused));
	if (*story->last_refused)
		story->step = STEP_REFUSED;
}

static void see_file(void *context, enum transfer_event event, const struct transfer *transfer, int64_t now)
{
	struct story *story = context;

	switch (event) {
	case TRANSFER_ASKED:
	case TRANSFER_GIVEN_UP:
		/* Firmware asks for a file's size first and breaks off (TFTP error 8): no failure, and no news. */
		story->last_bytes = 0;
		return;
	case TRANSFER_DONE:
		if (transfer->part)
			part_done(story, transfer, now);
		else
			file_done(story, transfer, now);
		return;
	case TRANSFER_REFUSED:
		file_refused(story, transfer, now);
		return;
	}
}

/* What a network disk sends: its words are not followed, but while they come the machine is at work. */
static void see_disk(struct story *story, const struct frame *frame, int64_t now)
{
	struct text CLEANUP_TEXT line = TEXT_INIT;

	story->last_new = now;
	if (story->disk_seen)
		return;
	story->disk_seen = true;
	if (frame->ipv6)
		text_add(&line, "somebody answers with iSCSI over IPv6");
	else
		text_addf(&line, "%u.%u.%u.%u answers with iSCSI", frame->source >> 24, frame->source >> 16 & 0xff,
			  frame->source >> 8 & 0xff, frame->source & 0xff);
	tell(story, now, "DISK", &line, NULL);
	add_hop(story, "iSCSI");
}

void story_see_frame(struct story *story, const void *bytes, size_t length, int64_t now)
{
	struct frame frame;

	if (frame_parse(bytes, length, &frame) < 0)
		return;
	if (frame.ipv6 && !frame.tcp && frame.destination_port == PORT_DHCP6_SERVER)
		see_question6(story, &frame, now);
	else if (frame.ipv6 && !frame.tcp && frame.destination_port == PORT_DHCP6_CLIENT)
		see_answer6(story, &frame, now);
	else if (!frame.tcp && (frame.destination_port == PORT_DHCP_SERVER ||
			   (frame.destination_port == PORT_PXE && frame.source_port != PORT_PXE)))
		see_question(story, &frame, now);
	else if (!frame.tcp && (frame.destination_port == PORT_DHCP_CLIENT || frame.source_port == PORT_PXE))
		see_answer(story, &frame, now);
	else if (frame.tcp && frame.source_port == PORT_ISCSI && frame.length > 0)
		see_disk(story, &frame, now);
	else
		transfers_see(&story->transfers, &frame, now);
}

/* What EDK2's firmware, shim and GRUB say when they don't start something. */
static void see_denial(struct story *story, const char *line)
{
	static const struct { const char *words, *who; } denials[] = {
		{ "Access Denied", "the firmware" }, { "Security Violation", "shim" }, { "Security Policy Violation", "shim" },
		{ "bad shim signature", "GRUB" },
	};

	for (size_t i = 0; story->secure && !story->denied_by && i < sizeof(denials) / sizeof(denials[0]); i++)
		if (strstr(line, denials[i].words))
			story->denied_by = denials[i].who;
}

void story_see_serial(struct story *story, const char *line, bool whole, int64_t now)
{
	struct text CLEANUP_TEXT text = TEXT_INIT;

	see_denial(story, line);
	if (whole && story->step == STEP_KERNEL)
		story->last_new = now;
	if (story->expected_seen || !story->expect || !strstr(line, story->expect))
		return;
	story->expected_seen = true;
	text_add_char(&text, '"');
	text_add_escaped(&text, story->expect);
	text_add_char(&text, '"');
	tell(story, now, "SERIAL", &text, " on the serial console");
	add_hop(story, "the expected text");
}

bool story_is_at_menu(const struct story *story, int64_t quiet, int64_t now)
{
	return story->step == STEP_MENU && !transfers_running(&story->transfers) && now - story->last_file >= quiet;
}
