/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "differ.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/macro.h"
#include "base/scalar.h"
#include "random_policy.h"
#include "tap.h"

#define PAIRS 20000
#define SEED 1
#define CLIENTS 250		/* of one policy */
#define MOST 10			/* disagreements that are shown */
#define PROGRESS 10000
#define PATIENCE 5000		/* milliseconds */

struct run {
	const struct differ_server *server;
	struct lab lab;
	struct volley volley;
	uint64_t seed;
	struct random_client clients[CLIENTS];
	struct volley_ask asks[CLIENTS];
	unsigned long pairs, refused, answers, named, differences;
};

/* One policy of many. */
struct subject {
	uint64_t number;
	char *text;
	struct pxeboot_policy *policy;
	bool shown;
};

static bool is(bool (*question)(const struct pxeboot_policy *policy), const struct subject *subject)
{
	return question != NULL && question(subject->policy);
}

/* ---- What should be said ---- */

/* The very packet; terms of a subnet are about the address that is offered. */
static struct pxeboot_client *client_of(const struct differ_server *server, const struct volley_ask *ask)
{
	struct volley_ask read = *ask;
	struct pxeboot_client *client;
	struct dhcp_packet packet;
	char address[16];

	if (server->skips_file_field)
		read.file = NULL;
	volley_discover(&read, 1, &packet);
	scalar_format_ip4(ask->offer.yiaddr, address);
	if (pxeboot_client_from_packet(packet.bytes, packet.length, NULL, &client) < 0)
		abort();
	if (ask->offer.there && ask->offer.yiaddr != 0 &&
	    pxeboot_client_set(client, PXEBOOT_FACT_ADDRESS, address, NULL) < 0)
		abort();
	return client;
}

static void expect(const struct run *run, const struct subject *subject, unsigned number, struct differ_expected *ret)
{
	struct pxeboot_client *client = client_of(run->server, &run->asks[number]);
	const struct differ_question question = {
		.policy = subject->policy, .random = &run->clients[number], .client = client, .ask = &run->asks[number],
	};
	struct pxeboot_decision *decision = &ret->decision;

	memset(ret, 0, sizeof(*ret));
	pxeboot_decide(subject->policy, client, pxeboot_stage_of(subject->policy, client), NULL, decision);
	if (decision->stage == PXEBOOT_STAGE_FIRMWARE && decision->http && decision->file != NULL &&
	    strcmp(decision->source.kind, "one-name") != 0)
		ret->vendor_class = "HTTPClient";
	if (run->server->bend != NULL)
		run->server->bend(&question, ret);
	pxeboot_client_unref(client);
}

/* ---- What is said ---- */

static const char *text_or(const char *text, const char *otherwise)
{
	return text != NULL && text[0] != '\0' ? text : otherwise;
}

static bool is_named(const struct dhcp_reply *reply, const char *name)
{
	if (name == NULL)
		return reply->n_named == 0;
	return reply->n_named == 1 && reply->named[0].length == strlen(name) &&
	       memcmp(reply->named[0].bytes, name, strlen(name)) == 0;
}

/* NULL, or what one reply has wrong. */
static const char *find_wrong(const struct differ_server *server, const struct differ_expected *expected,
			      const struct dhcp_reply *reply)
{
	if (!is_named(reply, expected->named))
		return "option 67";
	if (strcmp(reply->field, text_or(expected->decision.file, "")) != 0)
		return "file";
	if (reply->field[0] != '\0' && reply->siaddr != LAB_SERVER_IP)
		return "server";
	if (reply->server_name[0] != '\0' || reply->tftp_server.there)
		return "a name of the server";
	if (server->tells_raspberry_pi && reply->raspberry_pi != expected->decision.raspberry_pi)
		return "option 43";
	if (reply->class.there != (expected->vendor_class != NULL) ||
	    strcmp(reply->vendor_class, text_or(expected->vendor_class, "")) != 0)
		return "option 60";
	return NULL;
}

static const char *compare(const struct differ_server *server, const struct differ_expected *expected,
			   const struct volley_ask *ask)
{
	const char *wrong;

	if (expected->silent)
		return ask->offer.there ? "an answer" : NULL;
	if (!ask->offer.there || ask->offer.type != DHCP_OFFER)
		return "no OFFER";
	if (!ask->ack.there || ask->ack.type != DHCP_ACK)
		return "no ACK";
	wrong = find_wrong(server, expected, &ask->offer);
	return wrong != NULL ? wrong : find_wrong(server, expected, &ask->ack);
}

static void show_lines(const char *text)
{
	for (const char *end; *text != '\0'; text = end + (*end == '\n')) {
		end = strchrnul(text, '\n');
		printf("#   %.*s\n", (int)(end - text), text);
	}
}

static void show_reply(const char *name, const struct dhcp_reply *reply)
{
	if (!reply->there)
		printf("# %s: none\n", name);
	else
		printf("# %s: type %u, file '%s'%s, server %08x, option 60 '%s', address %08x\n", name, reply->type,
		       reply->file, reply->file_in_option ? " in option 67" : "", reply->siaddr, reply->vendor_class,
		       reply->yiaddr);
}

static void show(const struct run *run, struct subject *subject, unsigned client, const struct differ_expected *expected,
		 const char *wrong)
{
	const struct volley_ask *ask = &run->asks[client];
	struct dhcp_packet packet;

	printf("# seed %llu, policy %llu, client %u: %s\n", (unsigned long long)run->seed,
	       (unsigned long long)subject->number, client, wrong);
	if (!subject->shown)
		show_lines(subject->text);
	subject->shown = true;
	volley_discover(ask, 1, &packet);
	printf("# packet: ");
	for (size_t i = 0; i < packet.length; i++)
		printf("%02x", packet.bytes[i]);
	printf("\n# decide: %s, file '%s', option 60 '%s'\n",
	       expected->silent ? "silence" : pxeboot_stage_name(expected->decision.stage),
	       text_or(expected->decision.file, ""), text_or(expected->vendor_class, ""));
	show_reply("OFFER", &ask->offer);
	show_reply("ACK", &ask->ack);
}

/* ---- One policy ---- */

static void load(const struct run *run, uint64_t number, struct subject *ret_subject)
{
	struct subject subject = { .number = number, .text = random_policy(run->seed, number, RANDOM_POLICY_ANY) };

	subject.policy = lab_policy(&run->lab, subject.text);
	*ret_subject = subject;
}

static void ask_all(struct run *run, const struct subject *subject, unsigned n)
{
	bool relays = is(run->server->relays, subject);

	for (unsigned i = 0; i < n; i++) {
		struct random_client *client = &run->clients[i];
		struct volley_ask *ask = &run->asks[i];

		random_client(run->seed, subject->number * CLIENTS + i, client);
		memcpy(ask->mac, client->mac, sizeof(ask->mac));
		ask->relayed = client->relayed && relays;
		ask->options = client->options;
		ask->length = client->length;
		ask->file = client->file;
	}
	lab_client_side(&run->lab);
	run->volley.silent = is(run->server->silent, subject);
	volley_fire(&run->volley, run->asks, n);
}

static void compare_all(struct run *run, struct subject *subject, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct differ_expected expected;
		const char *wrong;

		expect(run, subject, i, &expected);
		wrong = compare(run->server, &expected, &run->asks[i]);
		if (wrong != NULL && run->differences < MOST)
			show(run, subject, i, &expected, wrong);
		run->differences += wrong != NULL;
		run->answers += run->asks[i].offer.there;
		run->named += run->asks[i].offer.there && run->asks[i].offer.field[0] != '\0';
	}
}

static void check_refused(struct run *run, const struct subject *subject)
{
	struct pxeboot_diagnostics *findings = NULL;
	CLEANUP_TEXT struct text text = TEXT_INIT;

	if (pxeboot_diagnostics_new(&findings) < 0)
		abort();
	run->refused++;
	if (run->server->output->write(subject->policy, &text, findings) != -EBADMSG ||
	    pxeboot_diagnostics_count(findings) == 0) {
		tap_ok(false, "policy %llu: what the server can't be told is a finding", (unsigned long long)subject->number);
		show_lines(subject->text);
		run->differences++;
	}
	pxeboot_diagnostics_free(findings);
}

static bool start(struct run *run, const struct subject *subject)
{
	CLEANUP_FREE char *written = lab_written(run->server->output, subject->policy);

	return run->server->start(&run->lab, subject->policy, written);
}

static void check_policy(struct run *run, uint64_t number, unsigned n)
{
	struct subject subject;

	load(run, number, &subject);
	if (is(run->server->refuses, &subject)) {
		check_refused(run, &subject);
	} else if (!start(run, &subject)) {
		tap_ok(false, "policy %llu: the server starts", (unsigned long long)number);
		show_lines(subject.text);
		run->differences += n;
	} else {
		ask_all(run, &subject, n);
		compare_all(run, &subject, n);
		run->server->stop(&run->lab);
		run->pairs += n;
	}
	pxeboot_policy_unref(subject.policy);
	free(subject.text);
}

/* ---- All of them ---- */

static void check_pairs(struct run *run, unsigned long pairs, uint64_t number)
{
	unsigned long told = 0;

	for (; run->pairs < pairs && run->differences < MOST; number++) {
		check_policy(run, number, pairs - run->pairs < CLIENTS ? (unsigned)(pairs - run->pairs) : CLIENTS);
		if (run->pairs / PROGRESS == told)
			continue;
		told = run->pairs / PROGRESS;
		printf("# %lu of %lu pairs, up to policy %llu: %lu differ\n", run->pairs, pairs,
		       (unsigned long long)number, run->differences);
	}
}

static uint64_t argument(int argc, char **argv, int which, uint64_t otherwise)
{
	return argc > which ? strtoull(argv[which], NULL, 10) : otherwise;
}

int differ_run(const struct differ_server *server, int argc, char **argv)
{
	static struct run run;

	lab_begin(&run.lab, server->programs);
	lab_add_relay(&run.lab);
	run.server = server;
	run.lab.quick = true;
	run.seed = argument(argc, argv, 2, SEED);
	lab_client_side(&run.lab);
	run.volley.patience = PATIENCE;
	run.volley.socket = dhcp_socket("cli0");
	run.volley.relay = dhcp_relay_socket("cli0");
	printf("# seed %llu\n", (unsigned long long)run.seed);
	check_pairs(&run, argument(argc, argv, 1, PAIRS), argument(argc, argv, 3, 0));
	tap_ok(run.differences == 0, "seed %llu: %lu pairs, %lu answered, %lu name a file, %lu differ; %lu policies refused",
	       (unsigned long long)run.seed, run.pairs, run.answers, run.named, run.differences, run.refused);
	close(run.volley.socket);
	close(run.volley.relay);
	lab_end(&run.lab);
	return tap_end();
}
