/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Random policies and clients at the real dnsmasq over DHCPv6: it and decide() must name the same URL.
 *
 *	check_servers_dnsmasq6_random [PAIRS [SEED [POLICY]]]
 *
 * The policies are those of the test over IPv4 with server.address6 added; the clients say in DHCPv6's options what those
 * over IPv4 say in theirs.  A relay brings all of them, since a server learns a MAC address from nothing else that a
 * test could make up.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/macro.h"
#include "dhcp6_client.h"
#include "dice.h"
#include "lab.h"
#include "plugin.h"
#include "random_client.h"
#include "random_policy.h"
#include "tap.h"

#define PAIRS 20000
#define SEED 1
#define CLIENTS 250		/* of one policy */
#define MOST 10			/* disagreements that are shown */
#define PATIENCE 5000		/* milliseconds */
#define SALT 0x6666000000000000u	/* other dice than those of policies and clients */

struct run {
	struct lab lab;
	int socket;
	uint64_t seed;
	uint8_t server[16], link[16];
	uint32_t xid;
	unsigned long pairs, named, differences, policies;
};

struct subject {
	uint64_t number;
	char *text;
	struct pxeboot_policy *policy;
	bool shown;
};

/* One client's words, as options of DHCPv6. */
struct words {
	struct dhcp6_packet options;	/* behind a head that is not sent */
	uint8_t mac[6];
	bool has_mac;
};

/* ---- Policies ---- */

/* Puts server.address6 beside server.address, and half of the time server.http6. */
static char *with_ipv6(char *text, struct dice *dice)
{
	static const char *const urls[] = { "http://[fd77::1]:8080", "http://boot.lab/pxe", "https://[fd77::1]" };
	char *at = strstr(text, "root = "), *whole;
	const char *http6 = dice_chance(dice, 50) ? DICE_PICK(dice, urls) : NULL;

	if (at == NULL || asprintf(&whole, "%.*saddress6 = \"fd77::1\"; %s%s%s%s", (int)(at - text), text,
				   http6 != NULL ? "http6 = \"" : "", http6 != NULL ? http6 : "", http6 != NULL ? "\"; " : "",
				   at) < 0)
		abort();
	free(text);
	return whole;
}

static bool start(struct lab *lab, const struct pxeboot_policy *policy)
{
	CLEANUP_FREE char *written = lab_written(plugin_dnsmasq.output, policy);
	CLEANUP_FREE char *whole = NULL;
	bool ranges = pxeboot_policy_get(policy, "server.dhcp.proxy") != NULL ||
		      pxeboot_policy_get(policy, "server.dhcp.range.0") != NULL;

	if (asprintf(&whole, "%s%sdhcp-range=fd77::1:0,fd77::ffff:ffff,64,1h\n", written,
		     ranges ? "" : "dhcp-range=10.77.1.0,10.77.200.254,255.255.0.0,1h\n") < 0)
		abort();
	return lab_start_dnsmasq(lab, whole);
}

/* ---- Clients ---- */

/* The first option @code of a DHCPv4 client's; NULL without. */
static const uint8_t *find(const struct random_client *client, uint8_t code, size_t *ret_length)
{
	for (size_t at = 0; at < client->length && client->options[at] != 255;) {
		const uint8_t *option = client->options + at;

		if (option[0] == code) {
			*ret_length = option[1];
			return option + 2;
		}
		at += option[0] == 0 ? 1 : 2u + option[1];
	}
	return NULL;
}

static void add_classes(struct words *words, const struct random_client *client, struct dice *dice, bool *ret_ipxe)
{
	size_t length = 0;
	const uint8_t *class = find(client, 77, &length);
	uint8_t bytes[300];
	size_t n = 2;

	*ret_ipxe = false;
	if (class == NULL)
		return;
	if (length > 1 && class[0] == length - 1) {
		class++;
		length--;
	}
	*ret_ipxe = length >= 4 && memcmp(class, "iPXE", 4) == 0;
	bytes[0] = 0;
	bytes[1] = (uint8_t)length;
	memcpy(bytes + n, class, length);
	n += length;
	if (dice_chance(dice, 20)) {		/* a second class, which says nothing of iPXE: only the first one counts */
		memcpy(bytes + n, "\0\3abc", 5);
		n += 5;
	}
	if (dice_chance(dice, 5))		/* a fault behind what counts */
		bytes[n++] = 0;
	dhcp6_packet_option(&words->options, 15, bytes, n);
}

static void add_duid(struct words *words, const struct random_client *client, uint32_t number, bool ipxe)
{
	uint8_t duid[18] = { 0, 2, 0, 0, 1, 0x57 };
	size_t length = 0;
	const uint8_t *uuid = find(client, 97, &length);

	/* As firmware writes it; iPXE would write the same UUID in another order. */
	if (uuid != NULL && length == 17 && uuid[0] == 0 && !ipxe) {
		duid[1] = 4;
		memcpy(duid + 2, uuid + 1, 16);
		dhcp6_packet_option(&words->options, 1, duid, 18);
		return;
	}
	memcpy(duid + 6, (uint8_t[]){ (uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number }, 4);
	dhcp6_packet_option(&words->options, 1, duid, 10);
}

static void add_vendor_class(struct words *words, const struct random_client *client)
{
	uint8_t bytes[300] = { 0, 0, 1, 0x57 };
	size_t length = 0;
	const uint8_t *class = find(client, 60, &length);

	if (class == NULL)
		return;
	bytes[5] = (uint8_t)length;
	memcpy(bytes + 6, class, length);
	dhcp6_packet_option(&words->options, 16, bytes, 6 + length);
}

static void make_words(const struct run *run, uint64_t index, struct words *words)
{
	struct random_client client;
	struct dice dice;
	size_t length = 0;
	const uint8_t *archs;
	bool ipxe;

	dice_start(&dice, run->seed ^ SALT, index);
	random_client(run->seed, index, &client);
	words->options.length = 0;
	memcpy(words->mac, client.mac, sizeof(words->mac));
	words->has_mac = dice_chance(&dice, 90);
	add_classes(words, &client, &dice, &ipxe);
	add_duid(words, &client, (uint32_t)index, ipxe);
	if (dice_chance(&dice, 3))
		dhcp6_packet_option(&words->options, 61, NULL, 0);
	archs = find(&client, 93, &length);
	if (archs != NULL)
		dhcp6_packet_option(&words->options, 61, archs, length);
	add_vendor_class(words, &client);
}

/* ---- Question and answers ---- */

static void make_packet(struct run *run, const struct words *words, enum dhcp6_type type, const struct dhcp6_reply *offer,
			struct dhcp6_packet *ret_packet)
{
	static const uint8_t wanted[] = { 0, 59, 0, 60, 0, 23, 0, 16 };
	const uint32_t ia[3] = { htonl(run->xid & 0xffffff) };

	dhcp6_packet_start(ret_packet, type, ++run->xid);
	memcpy(ret_packet->bytes + ret_packet->length, words->options.bytes, words->options.length);
	ret_packet->length += words->options.length;
	dhcp6_packet_option(ret_packet, 6, wanted, sizeof(wanted));
	if (offer != NULL) {
		dhcp6_packet_option(ret_packet, 2, offer->server.bytes, offer->server.length);
		dhcp6_packet_option(ret_packet, 3, offer->address.bytes, offer->address.length);
	} else {
		dhcp6_packet_option(ret_packet, 3, ia, sizeof(ia));
	}
	dhcp6_packet_relay(ret_packet, run->link, words->has_mac ? words->mac : NULL);
}

static void decide(const struct pxeboot_policy *policy, const struct dhcp6_packet *packet,
		   struct pxeboot_decision *ret_decision)
{
	struct pxeboot_client *client;

	if (pxeboot_client_from_packet6(packet->bytes, packet->length, NULL, &client) < 0)
		abort();
	pxeboot_decide(policy, client, pxeboot_stage_of(policy, client), NULL, ret_decision);
	pxeboot_client_unref(client);
}

static bool is_value(const struct dhcp6_value *value, const void *bytes, size_t length)
{
	if (bytes == NULL)
		return value->times == 0;
	return value->times == 1 && value->length == length && memcmp(value->bytes, bytes, length) == 0;
}

/* NULL, or what the reply has wrong. */
static const char *compare(const struct pxeboot_decision *decision, const struct dhcp6_reply *reply, enum dhcp6_type type)
{
	static const char class[] = "\0\2pb\0\012HTTPClient";
	bool http = decision->http && decision->kind == PXEBOOT_DECISION_LOADER;

	if (!reply->there || reply->type != type)
		return "no answer";
	if (!is_value(&reply->url, decision->file, decision->file != NULL ? strlen(decision->file) : 0))
		return "option 59";
	return is_value(&reply->class, http ? class : NULL, sizeof(class) - 1) ? NULL : "option 16";
}

static void show(const struct run *run, struct subject *subject, unsigned client, const struct dhcp6_packet *packet,
		 const struct pxeboot_decision *decision, const struct dhcp6_reply *reply, const char *wrong)
{
	printf("# seed %llu, policy %llu, client %u: %s\n", (unsigned long long)run->seed,
	       (unsigned long long)subject->number, client, wrong);
	for (const char *text = subject->text, *end; !subject->shown && *text != '\0'; text = end + (*end == '\n')) {
		end = strchrnul(text, '\n');
		printf("#   %.*s\n", (int)(end - text), text);
	}
	subject->shown = true;
	printf("# packet: ");
	for (size_t i = 0; i < packet->length; i++)
		printf("%02x", packet->bytes[i]);
	printf("\n# decide: %s, '%s'\n# server: type %u, %u times '%.*s'\n", pxeboot_stage_name(decision->stage),
	       decision->file != NULL ? decision->file : "", reply->type, reply->url.times, (int)reply->url.length,
	       (const char *)reply->url.bytes);
}

static void check_client(struct run *run, struct subject *subject, unsigned number)
{
	struct words words;
	struct dhcp6_packet packet;
	struct dhcp6_reply offer, reply;
	struct pxeboot_decision decision;
	const char *wrong;

	make_words(run, subject->number * CLIENTS + number, &words);
	make_packet(run, &words, DHCP6_SOLICIT, NULL, &packet);
	decide(subject->policy, &packet, &decision);
	dhcp6_ask(run->socket, &packet, run->server, run->xid & 0xffffff, PATIENCE, &offer);
	wrong = compare(&decision, &offer, DHCP6_ADVERTISE);
	reply = offer;
	if (wrong == NULL) {
		make_packet(run, &words, DHCP6_REQUEST, &offer, &packet);
		dhcp6_ask(run->socket, &packet, run->server, run->xid & 0xffffff, PATIENCE, &reply);
		wrong = compare(&decision, &reply, DHCP6_REPLY);
	}
	if (wrong != NULL && run->differences < MOST)
		show(run, subject, number, &packet, &decision, &reply, wrong);
	run->differences += wrong != NULL;
	run->named += decision.file != NULL;
	run->pairs++;
}

/* ---- All of them ---- */

static void check_policy(struct run *run, uint64_t number, unsigned n)
{
	struct subject subject = { .number = number, .text = random_policy(run->seed, number, RANDOM_POLICY_ANY) };
	struct dice dice;

	if (strstr(subject.text, "one_name") != NULL) {		/* which excludes IPv6 */
		free(subject.text);
		return;
	}
	dice_start(&dice, run->seed ^ SALT, number);
	subject.text = with_ipv6(subject.text, &dice);
	subject.policy = lab_policy(&run->lab, subject.text);
	run->policies++;
	if (!start(&run->lab, subject.policy)) {
		tap_ok(false, "policy %llu: the server starts", (unsigned long long)number);
		run->differences += n;
	} else {
		for (unsigned i = 0; i < n && run->differences < MOST; i++)
			check_client(run, &subject, i);
		lab_stop(&run->lab.dnsmasq);
	}
	pxeboot_policy_unref(subject.policy);
	free(subject.text);
}

static uint64_t argument(int argc, char **argv, int which, uint64_t otherwise)
{
	return argc > which ? strtoull(argv[which], NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
	static const char *const programs[] = { "/usr/sbin/dnsmasq", "dnsmasq-base", NULL };
	static struct run run;
	unsigned long pairs = argument(argc, argv, 1, PAIRS);

	lab_begin(&run.lab, programs);
	if (!lab_has_ip6()) {
		puts("1..0 # skipped: this machine has no IPv6");
		lab_end(&run.lab);
		return EXIT_SKIPPED;
	}
	lab_add_ip6(&run.lab);
	run.lab.quick = true;
	run.seed = argument(argc, argv, 2, SEED);
	inet_pton(AF_INET6, LAB_SERVER_IP6, run.server);
	inet_pton(AF_INET6, LAB_CLIENT_IP6, run.link);
	lab_client_side(&run.lab);
	run.socket = dhcp6_relay_socket("cli0");
	printf("# seed %llu\n", (unsigned long long)run.seed);
	for (uint64_t number = argument(argc, argv, 3, 0); run.pairs < pairs && run.differences < MOST; number++)
		check_policy(&run, number, pairs - run.pairs < CLIENTS ? (unsigned)(pairs - run.pairs) : CLIENTS);
	tap_ok(run.differences == 0, "seed %llu: %lu pairs, %lu policies, %lu name a file, %lu differ",
	       (unsigned long long)run.seed, run.pairs, run.policies, run.named, run.differences);
	close(run.socket);
	lab_end(&run.lab);
	return tap_end();
}
