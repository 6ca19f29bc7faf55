/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Random clients and random policies: the real dnsmasq with the configuration that is written, and decide(), must name
 * the same file, server and options 60 and 67.
 *
 *	check_servers_dnsmasq_random [PAIRS [SEED [POLICY]]]
 *
 * looks at so many pairs of a client and a policy, from policy number POLICY on.  What differs is shown with all that
 * is needed to see it again: the policy, the packet for `pxeboot explain --hex -`, and both answers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/macro.h"
#include "base/scalar.h"
#include "lab.h"
#include "plugin.h"
#include "random_client.h"
#include "random_policy.h"
#include "tap.h"
#include "volley.h"

#define PAIRS 20000
#define SEED 1
#define CLIENTS 250		/* of one policy */
#define MOST 10			/* disagreements that are shown */
#define PROGRESS 10000
#define PATIENCE 5000		/* milliseconds */

struct run {
	struct lab lab;
	struct volley volley;
	uint64_t seed;
	struct random_client clients[CLIENTS];
	struct volley_ask asks[CLIENTS];
	unsigned long pairs, answers, named, differences;
};

/* One policy, and the server that is set up by it. */
struct server {
	uint64_t number;
	char *text;
	struct pxeboot_policy *policy;
	bool proxy, relays, shown;
};

/* ---- What should be said ---- */

struct expected {
	bool silent;
	struct pxeboot_decision decision;
	const char *vendor_class;	/* option 60, or NULL */
};

static bool begins(const struct pxeboot_client *client, const char *prefix)
{
	const char *vendor_class;

	return pxeboot_client_get(client, PXEBOOT_FACT_VENDOR_CLASS, &vendor_class) == 0 &&
	       strncmp(vendor_class, prefix, strlen(prefix)) == 0;
}

/* A proxy answers to PXEClient or HTTPClient with a number in option 93, and repeats the word. */
static void expect_proxy(const struct pxeboot_client *client, bool has_number, struct expected *ret)
{
	ret->vendor_class = begins(client, "PXEClient") ? "PXEClient" :
			    begins(client, "HTTPClient") ? "HTTPClient" : NULL;
	ret->silent = ret->vendor_class == NULL || !has_number;
}

/* The very packet; terms of a subnet are about the address that is offered. */
static void expect(const struct server *server, const struct random_client *random, const struct volley_ask *ask,
		   struct expected *ret)
{
	struct pxeboot_client *client;
	struct dhcp_packet packet;
	char address[16];

	memset(ret, 0, sizeof(*ret));
	volley_discover(ask, 1, &packet);
	scalar_format_ip4(ask->offer.yiaddr, address);
	if (pxeboot_client_from_packet(packet.bytes, packet.length, NULL, &client) < 0)
		abort();
	if (ask->offer.there && !server->proxy &&
	    pxeboot_client_set(client, PXEBOOT_FACT_ADDRESS, address, NULL) < 0)
		abort();
	pxeboot_decide(server->policy, client, pxeboot_stage_of(server->policy, client), NULL, &ret->decision);
	if (server->proxy)
		expect_proxy(client, random_client_has(random, 93, 2), ret);
	else if (ret->decision.stage == PXEBOOT_STAGE_FIRMWARE && ret->decision.http && ret->decision.file != NULL &&
		 strcmp(ret->decision.source.kind, "one-name") != 0)
		ret->vendor_class = "HTTPClient";
	pxeboot_client_unref(client);
}

/* ---- What is said ---- */

static const char *text_or(const char *text, const char *otherwise)
{
	return text != NULL && text[0] != '\0' ? text : otherwise;
}

/* NULL, or what one reply has wrong. */
static const char *find_wrong(const struct expected *expected, const struct dhcp_reply *reply)
{
	if (reply->n_named > 0)
		return "the name is in option 67";
	if (strcmp(reply->field, text_or(expected->decision.file, "")) != 0)
		return "file";
	if (reply->field[0] != '\0' && reply->siaddr != LAB_SERVER_IP)
		return "server";
	if (reply->server_name[0] != '\0' || reply->tftp_server.there)
		return "a name of the server";
	if (reply->class.there != (expected->vendor_class != NULL) ||
	    strcmp(reply->vendor_class, text_or(expected->vendor_class, "")) != 0)
		return "option 60";
	return NULL;
}

static const char *compare(const struct expected *expected, const struct volley_ask *ask)
{
	const char *wrong;

	if (expected->silent)
		return ask->offer.there ? "an answer" : NULL;
	if (!ask->offer.there || ask->offer.type != DHCP_OFFER)
		return "no OFFER";
	if (!ask->ack.there || ask->ack.type != DHCP_ACK)
		return "no ACK";
	wrong = find_wrong(expected, &ask->offer);
	return wrong != NULL ? wrong : find_wrong(expected, &ask->ack);
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

static void show(const struct run *run, struct server *server, unsigned client, const struct expected *expected,
		 const char *wrong)
{
	const struct volley_ask *ask = &run->asks[client];
	struct dhcp_packet packet;

	printf("# seed %llu, policy %llu, client %u: %s\n", (unsigned long long)run->seed,
	       (unsigned long long)server->number, client, wrong);
	if (!server->shown)
		show_lines(server->text);
	server->shown = true;
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

/* A policy without ranges leaves them to the administrator. */
static bool start(struct run *run, const struct server *server)
{
	CLEANUP_FREE char *written = lab_written(plugin_dnsmasq.output, server->policy);
	CLEANUP_FREE char *whole = NULL;
	bool ranges = server->proxy || pxeboot_policy_get(server->policy, "server.dhcp.range.0") != NULL;

	if (asprintf(&whole, "%s%s", written,
		     ranges ? "" : "dhcp-range=10.77.1.0,10.77.200.254,255.255.0.0,1h\n") < 0)
		abort();
	return lab_start_dnsmasq(&run->lab, whole);
}

static void load(const struct run *run, uint64_t number, struct server *ret_server)
{
	struct server server = { .number = number, .text = random_policy(run->seed, number, RANDOM_POLICY_ANY) };
	const char *range;
	char path[48];

	server.policy = lab_policy(&run->lab, server.text);
	server.proxy = pxeboot_policy_get(server.policy, "server.dhcp.proxy") != NULL;
	for (unsigned i = 0; snprintf(path, sizeof(path), "server.dhcp.range.%u", i) > 0 &&
	     (range = pxeboot_policy_get(server.policy, path)) != NULL; i++)
		server.relays |= strncmp(range, "10.78.", 6) == 0;
	*ret_server = server;
}

static void ask_all(struct run *run, const struct server *server, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct random_client *client = &run->clients[i];
		struct volley_ask *ask = &run->asks[i];

		random_client(run->seed, server->number * CLIENTS + i, client);
		memcpy(ask->mac, client->mac, sizeof(ask->mac));
		ask->relayed = client->relayed && server->relays;
		ask->options = client->options;
		ask->length = client->length;
		ask->file = client->file;
	}
	lab_client_side(&run->lab);
	run->volley.silent = server->proxy;
	volley_fire(&run->volley, run->asks, n);
}

static void check_policy(struct run *run, uint64_t number, unsigned n)
{
	struct server server;

	load(run, number, &server);
	if (!start(run, &server)) {
		tap_ok(false, "policy %llu: dnsmasq starts", (unsigned long long)number);
		show_lines(server.text);
		run->differences += n;
	} else {
		ask_all(run, &server, n);
		for (unsigned i = 0; i < n; i++) {
			struct expected expected;
			const char *wrong;

			expect(&server, &run->clients[i], &run->asks[i], &expected);
			wrong = compare(&expected, &run->asks[i]);
			if (wrong != NULL && run->differences < MOST)
				show(run, &server, i, &expected, wrong);
			run->differences += wrong != NULL;
			run->answers += run->asks[i].offer.there;
			run->named += run->asks[i].offer.there && run->asks[i].offer.field[0] != '\0';
		}
		lab_stop(&run->lab.dnsmasq);
	}
	run->pairs += n;
	pxeboot_policy_unref(server.policy);
	free(server.text);
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

int main(int argc, char **argv)
{
	static const char *const programs[] = { "/usr/sbin/dnsmasq", "dnsmasq-base", NULL };
	static struct run run;

	lab_begin(&run.lab, programs);
	lab_add_relay(&run.lab);
	run.lab.quick = true;
	run.seed = argument(argc, argv, 2, SEED);
	lab_client_side(&run.lab);
	run.volley.patience = PATIENCE;
	run.volley.socket = dhcp_socket("cli0");
	run.volley.relay = dhcp_relay_socket("cli0");
	printf("# seed %llu\n", (unsigned long long)run.seed);
	check_pairs(&run, argument(argc, argv, 1, PAIRS), argument(argc, argv, 3, 0));
	tap_ok(run.differences == 0, "seed %llu: %lu pairs, %lu answered, %lu name a file, %lu differ",
	       (unsigned long long)run.seed, run.pairs, run.answers, run.named, run.differences);
	close(run.volley.socket);
	close(run.volley.relay);
	lab_end(&run.lab);
	return tap_end();
}
