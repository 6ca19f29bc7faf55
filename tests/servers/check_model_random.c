/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Random configurations and random clients: the real dnsmasq and the model of it start with the same configurations,
 * and say the same words to the same clients.
 *
 *	check_servers_model_random [CONFIGURATIONS [SEED [NUMBER]]]
 *
 * looks at so many configurations, from number NUMBER on.  What differs is shown with all that is needed to see it
 * again.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/macro.h"
#include "dnsmasq/model.h"
#include "lab.h"
#include "random_client.h"
#include "random_dnsmasq.h"
#include "tap.h"
#include "volley.h"

#define CONFIGURATIONS 300
#define SEED 1
#define CLIENTS 30		/* of one configuration */
#define MOST 10			/* disagreements that are shown */
#define PROGRESS 500
#define PATIENCE 600		/* milliseconds; some configurations say nothing to anybody */
#define NETMASK 0xffff0000u

struct run {
	struct lab lab;
	struct volley volley;
	uint64_t seed;
	struct random_client clients[CLIENTS];
	struct volley_ask asks[CLIENTS];
	unsigned long configurations, refused, unknown, exchanges, named, differences;
};

struct server {
	uint64_t number;
	struct random_dnsmasq text;
	struct model *model;		/* NULL: it would not start */
	bool shown;
};

/* ---- What should be said ---- */

/* The first of a number counts. */
static void take_options(struct model_question *question, const uint8_t *bytes, size_t length)
{
	for (size_t at = 0; at < length && bytes[at] != 255; at += bytes[at] != 0 ? 2u + bytes[at + 1] : 1) {
		struct model_bytes *option = &question->options[bytes[at]];

		if (bytes[at] != 0 && option->bytes == NULL)
			*option = (struct model_bytes){ bytes + at + 2, bytes[at + 1] };
	}
}

/* Options that volley_fire() adds to the REQUEST for a lease: 50 and 54. */
static void take_lease(struct model_question *question, const struct volley_ask *ask, uint32_t added[2])
{
	added[0] = htonl(ask->offer.yiaddr);
	added[1] = htonl(ask->offer.server);
	question->options[50] = (struct model_bytes){ (const uint8_t *)&added[0], 4 };
	question->options[54] = (struct model_bytes){ (const uint8_t *)&added[1], 4 };
	question->wanted = ask->offer.yiaddr;
}

static void ask_model(const struct server *server, const struct volley_ask *ask, bool ack, struct model_answer *ret)
{
	bool boots = ack && ask->offer.yiaddr == 0;
	struct model_question question = {
		.type = ack ? DHCP_REQUEST : DHCP_DISCOVER,
		.boot_service = boots,
		.interface = "srv0", .local = LAB_SERVER_IP, .netmask = NETMASK,
		.relay = ask->relayed && !boots ? LAB_RELAY_IP : 0,
		.address = boots ? volley_address(ask) : 0,
	};
	uint32_t added[2];

	memcpy(question.mac, ask->mac, sizeof(question.mac));
	take_options(&question, ask->options, ask->length);
	take_options(&question, ask->file, RANDOM_CLIENT_FILE);
	if (ack && !boots)
		take_lease(&question, ask, added);
	model_answer(server->model, &question, ret);
}

/* ---- What is said ---- */

static bool same_bytes(const struct dhcp_value *is, const struct model_bytes *should)
{
	if (!is->there || should->bytes == NULL)
		return is->there == (should->bytes != NULL);
	return is->length == should->length && memcmp(is->bytes, should->bytes, is->length) == 0;
}

static bool same_addresses(const struct dhcp_value *is, const struct model_bytes *should)
{
	static const uint8_t none[4], own[4] = { 10, 77, 0, 1 };

	if (!is->there || should->bytes == NULL || is->length != should->length)
		return !is->there && should->bytes == NULL;
	for (size_t at = 0; at + 4 <= is->length; at += 4)
		if (memcmp(is->bytes + at, memcmp(should->bytes + at, none, 4) == 0 ? own : should->bytes + at, 4) != 0)
			return false;
	return true;
}

/* NULL, or what one reply has wrong. */
static const char *compare(const struct model_answer *should, const struct dhcp_reply *is)
{
	if (should->silent || !is->there)
		return should->silent == !is->there ? NULL : "silence";
	if (strcmp(should->field, is->field) != 0)
		return "the file field";
	if (is->n_named != should->n_named)
		return "option 67";
	for (unsigned i = 0; i < is->n_named; i++)
		if (!same_bytes(&is->named[i], &should->named[i]))
			return "option 67";
	if (should->next_server_name == NULL && should->next_server != is->siaddr)
		return "siaddr";
	if (strncmp(should->server_name, is->server_name, sizeof(should->server_name)) != 0)
		return "the server name";
	if (!same_bytes(&is->class, &should->vendor_class))
		return "option 60";
	if (!same_bytes(&is->tftp_server, &should->tftp_server))
		return "option 66";
	return same_addresses(&is->tftp_address, &should->tftp_address) ? NULL : "option 150";
}

static void show_text(const char *name, const char *text)
{
	printf(", %s '", name);
	for (; *text != '\0'; text++)
		printf(*text >= ' ' && *text <= '~' ? "%c" : "\\x%02x", (unsigned char)*text);
	putchar('\'');
}

static void show_bytes(const char *name, const uint8_t *bytes, size_t length)
{
	if (bytes == NULL)
		return;
	printf(", %s ", name);
	for (size_t i = 0; i < length; i++)
		printf("%02x", bytes[i]);
}

static void show_value(const char *name, const struct dhcp_value *value)
{
	show_bytes(name, value->there ? value->bytes : NULL, value->length);
}

static void show_reply(const struct dhcp_reply *reply)
{
	printf("# dnsmasq: %s", reply->there ? "answers" : "silence");
	show_text("field", reply->field);
	show_text("server name", reply->server_name);
	printf(", siaddr %08x, yiaddr %08x", reply->siaddr, reply->yiaddr);
	for (unsigned i = 0; i < reply->n_named; i++)
		show_value("67", &reply->named[i]);
	show_value("60", &reply->class);
	show_value("66", &reply->tftp_server);
	show_value("150", &reply->tftp_address);
	putchar('\n');
}

static void show_answer(const struct model_answer *answer)
{
	printf("# model: %s", answer->silent ? answer->reason : "answers");
	show_text("field", answer->field);
	show_text("server name", answer->server_name);
	printf(", siaddr %08x, line %u, tags", answer->next_server, answer->where.line);
	for (size_t i = 0; i < answer->n_tags; i++)
		printf(" %s", answer->tags[i]);
	for (size_t i = 0; i < answer->n_named; i++)
		show_bytes("67", answer->named[i].bytes, answer->named[i].length);
	show_bytes("60", answer->vendor_class.bytes, answer->vendor_class.length);
	show_bytes("66", answer->tftp_server.bytes, answer->tftp_server.length);
	show_bytes("150", answer->tftp_address.bytes, answer->tftp_address.length);
	putchar('\n');
}

static void show_text_of(const char *name, const char *text)
{
	unsigned line = 0;

	for (const char *end; text != NULL && *text != '\0'; text = end + (*end == '\n')) {
		end = strchrnul(text, '\n');
		printf("# %s%4u  %.*s\n", name, ++line, (int)(end - text), text);
	}
}

static void show_lines(struct server *server)
{
	if (server->shown)
		return;
	server->shown = true;
	show_text_of("", server->text.configuration);
	show_text_of("hosts", server->text.hosts);
	show_text_of("options", server->text.options);
}

static void show(const struct run *run, struct server *server, unsigned client, bool ack,
		 const struct model_answer *answer, const char *wrong)
{
	const struct volley_ask *ask = &run->asks[client];
	struct dhcp_packet packet;

	printf("# seed %llu, configuration %llu, client %u, %s: %s\n", (unsigned long long)run->seed,
	       (unsigned long long)server->number, client, ack ? "ACK" : "OFFER", wrong);
	show_lines(server);
	volley_discover(ask, 1, &packet);
	printf("# packet: ");
	for (size_t i = 0; i < packet.length; i++)
		printf("%02x", packet.bytes[i]);
	putchar('\n');
	show_answer(answer);
	show_reply(ack ? &ask->ack : &ask->offer);
}

/* ---- One configuration ---- */

static void load(const struct run *run, uint64_t number, struct server *ret_server)
{
	CLEANUP_FREE char *path = lab_path(&run->lab, "random.conf");
	struct server server = { .number = number };
	struct pxeboot_diagnostics *findings;

	random_dnsmasq(run->seed, number, run->lab.directory, &server.text);
	lab_write(&run->lab, "random.conf", server.text.configuration);
	lab_write(&run->lab, "hosts", server.text.hosts != NULL ? server.text.hosts : "");
	lab_write(&run->lab, "options", server.text.options != NULL ? server.text.options : "");
	if (pxeboot_diagnostics_new(&findings) < 0 ||
	    (model_read((const char *const[]) { path }, 1, findings, &server.model) < 0 && server.model != NULL))
		abort();
	pxeboot_diagnostics_free(findings);
	*ret_server = server;
}

static bool has_mac(const struct run *run, unsigned n, const uint8_t mac[6])
{
	for (unsigned i = 0; i < n; i++)
		if (memcmp(run->clients[i].mac, mac, 6) == 0)
			return true;
	return false;
}

/* A server that has just started knows nobody: each MAC comes once. */
static void ask_all(struct run *run, const struct server *server)
{
	uint64_t index = server->number * 1000;

	for (unsigned i = 0; i < CLIENTS; i++) {
		struct random_client client;

		do
			random_client(run->seed, index++, &client);
		while (has_mac(run, i, client.mac));
		random_client_add_others(run->seed, index, &client);
		run->clients[i] = client;
		run->asks[i] = (struct volley_ask){
			.relayed = client.relayed, .options = run->clients[i].options, .length = client.length,
			.file = run->clients[i].file,
		};
		memcpy(run->asks[i].mac, client.mac, sizeof(client.mac));
	}
	lab_client_side(&run->lab);
	volley_fire(&run->volley, run->asks, CLIENTS);
}

static void check_reply(struct run *run, struct server *server, unsigned client, bool ack)
{
	const struct dhcp_reply *reply = ack ? &run->asks[client].ack : &run->asks[client].offer;
	struct model_answer answer;
	const char *wrong;

	ask_model(server, &run->asks[client], ack, &answer);
	run->exchanges++;
	run->unknown += answer.unknown;
	run->named += answer.file != NULL;
	wrong = answer.unknown ? NULL : compare(&answer, reply);
	if (wrong != NULL && run->differences < MOST)
		show(run, server, client, ack, &answer, wrong);
	run->differences += wrong != NULL;
}

/* On a busy machine an answer may be late: whom the model answers asks twice before it is told. */
static void ask_again(struct run *run, const struct server *server)
{
	struct model_answer answer;

	for (unsigned i = 0; i < CLIENTS; i++) {
		ask_model(server, &run->asks[i], false, &answer);
		if (!run->asks[i].offer.there && !answer.silent && !answer.unknown)
			volley_fire(&run->volley, &run->asks[i], 1);
	}
}

static void check_clients(struct run *run, struct server *server)
{
	ask_all(run, server);
	ask_again(run, server);
	for (unsigned i = 0; i < CLIENTS; i++) {
		check_reply(run, server, i, false);
		if (run->asks[i].offer.there)
			check_reply(run, server, i, true);
	}
}

static void check_configuration(struct run *run, uint64_t number)
{
	struct server server;
	bool started;

	load(run, number, &server);
	started = lab_start_dnsmasq(&run->lab, server.text.configuration);
	if (started != (server.model != NULL)) {
		printf("# seed %llu, configuration %llu: dnsmasq %s, the model %s\n", (unsigned long long)run->seed,
		       (unsigned long long)number, started ? "starts" : "does not start",
		       server.model != NULL ? "reads it" : "refuses it");
		show_lines(&server);
		run->differences++;
	} else if (started) {
		check_clients(run, &server);
	}
	run->refused += !started;
	run->configurations++;
	lab_stop(&run->lab.dnsmasq);
	model_free(server.model);
	random_dnsmasq_free(&server.text);
}

/* ---- All of them ---- */

static uint64_t argument(int argc, char **argv, int which, uint64_t otherwise)
{
	return argc > which ? strtoull(argv[which], NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
	static const char *const programs[] = { "/usr/sbin/dnsmasq", "dnsmasq-base", NULL };
	static struct run run;
	uint64_t wanted = argument(argc, argv, 1, CONFIGURATIONS), number = argument(argc, argv, 3, 0);

	lab_begin(&run.lab, programs);
	lab_add_relay(&run.lab);
	run.lab.quick = true;
	run.seed = argument(argc, argv, 2, SEED);
	lab_client_side(&run.lab);
	run.volley = (struct volley){
		.socket = dhcp_socket("cli0"), .relay = dhcp_relay_socket("cli0"), .silent = true, .patience = PATIENCE,
	};
	printf("# seed %llu\n", (unsigned long long)run.seed);
	for (; run.configurations < wanted && run.differences < MOST; number++) {
		check_configuration(&run, number);
		if (run.configurations % PROGRESS == 0)
			printf("# %lu of %llu configurations: %lu differ\n", run.configurations,
			       (unsigned long long)wanted, run.differences);
	}
	tap_ok(run.differences == 0,
	       "seed %llu: %lu configurations, %lu refused; %lu replies, %lu name a file, %lu not modelled, %lu differ",
	       (unsigned long long)run.seed, run.configurations, run.refused, run.exchanges,
	       run.named, run.unknown, run.differences);
	close(run.volley.socket);
	close(run.volley.relay);
	lab_end(&run.lab);
	return tap_end();
}
