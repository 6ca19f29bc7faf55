/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Random machines of random policies ask nginx, 64 at a time, and what pxeboot-fastcgi says is what the library says to the
 * same facts: the profile or menu that decide() has, and every byte of the script.
 *
 * check_servers_fastcgi_random [CLIENTS [SEED]]
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dice.h"
#include "pool.h"
#include "random_policy.h"
#include "tap.h"
#include "web.h"

#define CONNECTIONS 64
#define CLIENTS_A_POLICY 1000
#define ADDRESS "10.77.0.2"		/* from which all of them ask */

/* One policy with those who ask it. */
struct round {
	struct pxeboot_policy *policy;
	uint64_t seed, first;		/* number of the first client */
	unsigned clients, next;		/* @next is shared by the threads */
	unsigned wrong, found[3];	/* under a host, a group, the default */
};

/* ---- Random machines -------------------------------------------------------------------------------------------- */

static void set(struct pxeboot_client *client, int fact, const char *text)
{
	if (pxeboot_client_set(client, fact, text, NULL))
		printf("# %s is malformed: %s\n", pxeboot_fact_name(fact), text);
}

/* Facts of one of the hosts, some of them wrong. */
static void be_host(struct dice *dice, const struct pxeboot_policy *policy, struct pxeboot_client *client)
{
	struct pxeboot_host host;
	size_t n = 0;

	while (pxeboot_policy_host(policy, n, &host) == 0)
		n++;
	if (!n || pxeboot_policy_host(policy, dice_below(dice, n), &host))
		return;
	if (host.n_macs && dice_chance(dice, 70))
		set(client, PXEBOOT_FACT_MAC, host.macs[dice_below(dice, host.n_macs)]);
	if (host.uuid && dice_chance(dice, 70))
		set(client, PXEBOOT_FACT_UUID, host.uuid);
	if (host.serial && dice_chance(dice, 70))
		set(client, PXEBOOT_FACT_SERIAL, host.serial);
}

static void match_term(struct dice *dice, const struct pxeboot_term *term, struct pxeboot_client *client)
{
	const char *value = term->values[dice_below(dice, term->n_values)];
	char text[64];
	int fact = pxeboot_fact_by_name(term->name);

	if (!strcmp(term->name, "mac")) {
		snprintf(text, sizeof(text), "%s%s", value, &":0a:0b:0c:0d:0e"[strlen(value) - 2]);
		set(client, PXEBOOT_FACT_MAC, text);
	} else if (!strcmp(term->name, "subnet")) {
		snprintf(text, sizeof(text), "%.*s", (int)strcspn(value, "/"), value);
		set(client, dice_chance(dice, 50) ? PXEBOOT_FACT_ADDRESS : PXEBOOT_FACT_RELAY, text);
	} else if (!strcmp(term->name, "firmware")) {
		set(client, PXEBOOT_FACT_ARCH, !strcmp(value, "bios") ? "bios" : "x64-uefi");
	} else if (fact >= 0) {
		set(client, fact, value);
	}
}

/* Facts that match one of the groups, or nearly. */
static void be_of_group(struct dice *dice, const struct pxeboot_policy *policy, struct pxeboot_client *client)
{
	struct pxeboot_group group;
	size_t n = 0;

	while (pxeboot_policy_group(policy, n, &group) == 0)
		n++;
	if (!n || pxeboot_policy_group(policy, dice_below(dice, n), &group))
		return;
	for (size_t i = 0; i < group.n_terms; i++)
		if (dice_chance(dice, 90))
			match_term(dice, &group.terms[i], client);
}

/* What scripts, URLs and logs could trip over. */
static const char *const odd_texts[] = {
	"a b", "a&b=c", "100%", "%41", "a+b", "${mac}", "\xc3\xa4", "\xff\xfe", "a\nb", "\"'\\", "#;?", "To be filled by O.E.M.",
};

static void be_odd(struct dice *dice, struct pxeboot_client *client)
{
	static const int facts[] = { PXEBOOT_FACT_SERIAL, PXEBOOT_FACT_MANUFACTURER, PXEBOOT_FACT_PRODUCT,
				     PXEBOOT_FACT_VENDOR_CLASS, PXEBOOT_FACT_USER_CLASS };

	set(client, DICE_PICK(dice, facts), DICE_PICK(dice, odd_texts));
}

static struct pxeboot_client *random_machine(const struct pxeboot_policy *policy, uint64_t seed, uint64_t index)
{
	struct pxeboot_client *client;
	struct dice dice;
	char text[64];

	if (pxeboot_client_new(&client))
		exit(1);
	dice_start(&dice, seed, index);
	if (dice_chance(&dice, 80)) {
		snprintf(text, sizeof(text), POOL_MAC, dice_below(&dice, 2 * POOL_HOSTS));
		set(client, PXEBOOT_FACT_MAC, text);
	}
	if (dice_chance(&dice, 80))
		set(client, PXEBOOT_FACT_ARCH, pxeboot_arch_get((int)dice_below(&dice, PXEBOOT_ARCH_COUNT))->name);
	if (dice_chance(&dice, 30))
		set(client, PXEBOOT_FACT_VENDOR_CLASS, "PXEClient:Arch:00007:UNDI:003010");
	if (dice_chance(&dice, 20))
		be_odd(&dice, client);
	if (dice_chance(&dice, 40))
		be_of_group(&dice, policy, client);
	if (dice_chance(&dice, 30))
		be_host(&dice, policy, client);
	return client;
}

/* ---- Asking ----------------------------------------------------------------------------------------------------- */

static void add_encoded(struct text *text, const char *value, bool all)
{
	for (; *value; value++) {
		bool plain = *value > ' ' && *value < 0x7f && !strchr("%&#", *value);

		if (plain && !all)
			text_add_char(text, *value);
		else
			text_addf(text, "%%%02X", (unsigned char)*value);
	}
}

/* In any order, with empty values for what it does not know, and with names that mean nothing. */
static void add_target(struct text *text, const struct pxeboot_client *client, struct dice *dice)
{
	unsigned first = dice_below(dice, PXEBOOT_FACT_COUNT);
	const char *value;

	text_add(text, "/live/boot.ipxe?");
	for (unsigned i = 0; i < PXEBOOT_FACT_COUNT; i++) {
		int fact = (int)((first + i) % PXEBOOT_FACT_COUNT);
		bool knows = pxeboot_client_get(client, fact, &value) == 0;

		if (!knows && dice_chance(dice, 50))
			continue;
		text_addf(text, "%s=", pxeboot_fact_name(fact));
		add_encoded(text, knows ? value : "", dice_chance(dice, 20));
		text_add_char(text, '&');
	}
	text_addf(text, "x%u=1", dice_below(dice, 100));
}

/* The library's answer to the same facts; the caller frees it. */
static char *expected(struct round *round, struct pxeboot_client *client, struct pxeboot_decision *ret_decision)
{
	const char *address;
	char *text = NULL;

	if (pxeboot_client_get(client, PXEBOOT_FACT_ADDRESS, &address))
		set(client, PXEBOOT_FACT_ADDRESS, ADDRESS);
	pxeboot_decide(round->policy, client, PXEBOOT_STAGE_SCRIPT, NULL, ret_decision);
	if (pxeboot_live_script(round->policy, client, NULL, NULL, &text, NULL))
		return NULL;
	return text;
}

static bool is_right(const struct http_reply *reply, const char *text, const struct pxeboot_decision *decision)
{
	CLEANUP_TEXT struct text chain = TEXT_INIT;

	text_addf(&chain, "\nchain --replace --autofree ${base}/%s/%s.ipxe ",
		  decision->kind == PXEBOOT_DECISION_MENU ? "menus" : "profiles", decision->boot);
	return reply->status == 200 && text && !strcmp(reply->body, text) && strstr(reply->body, chain.bytes);
}

static void ask_one(struct round *round, unsigned number, struct http *http)
{
	struct pxeboot_client *client = random_machine(round->policy, round->seed, round->first + number);
	CLEANUP_TEXT struct text target = TEXT_INIT;
	CLEANUP_FREE char *text = NULL;
	struct pxeboot_decision decision;
	struct http_reply reply = { 0, NULL, NULL };
	struct dice dice;
	bool right;

	dice_start(&dice, ~round->seed, round->first + number);
	add_target(&target, client, &dice);
	text = expected(round, client, &decision);
	right = http_ask(http, "GET", target.bytes, &reply) && is_right(&reply, text, &decision);
	__atomic_add_fetch(&round->found[!strcmp(decision.rule.kind, "host") ? 0 : !strcmp(decision.rule.kind, "group") ? 1 : 2],
			   1, __ATOMIC_SEQ_CST);
	if (!right && __atomic_fetch_add(&round->wrong, 1, __ATOMIC_SEQ_CST) < 5)
		printf("# client %ju, seed %ju: GET %s: %d, goes to %s: %s\n", (uintmax_t)(round->first + number),
		       (uintmax_t)round->seed, target.bytes, reply.status, decision.boot, reply.body ? reply.body : "-");
	free(reply.head);
	pxeboot_client_unref(client);
}

static void *ask_on(void *context)
{
	struct round *round = context;
	struct http http = { .fd = -1 };
	unsigned number;

	while ((number = __atomic_fetch_add(&round->next, 1, __ATOMIC_SEQ_CST)) < round->clients)
		ask_one(round, number, &http);
	http_close(&http);
	return NULL;
}

static void ask_all(struct round *round)
{
	pthread_t threads[CONNECTIONS];

	for (int i = 0; i < CONNECTIONS; i++)
		if (pthread_create(&threads[i], NULL, ask_on, round))
			exit(1);
	for (int i = 0; i < CONNECTIONS; i++)
		pthread_join(threads[i], NULL);
}

/* ---- Policies --------------------------------------------------------------------------------------------------- */

/* Ten thousand transactions take a disk a minute: the state lies in memory. */
static char state[96];

/* The random policy with the lab's own places in it. */
static struct pxeboot_policy *next_policy(const struct web *web, uint64_t seed, uint64_t index)
{
	CLEANUP_FREE char *text = random_policy(seed, index, RANDOM_POLICY_ANY);
	CLEANUP_TEXT struct text all = TEXT_INIT;
	const char *server = strstr(text, "server: {");

	text_add_bytes(&all, text, (size_t)(server - text) + strlen("server: {"));
	text_addf(&all, " state = \"%s\"; live = \"http://" LAB_SERVER ":8080/live\";%s", state,
		  server + strlen("server: {"));
	return lab_policy(&web->lab, all.bytes);
}

static void remove_state(void)
{
	static const char *const names[] = { "/machines.mdb", "/machines.mdb-lock", "" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s%s", state, names[i]);
		remove(path);
	}
}

int main(int argc, char **argv)
{
	static const char *const programs[] = { WEB_NGINX, "nginx-light", NULL };
	unsigned clients = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 10000, found[3] = { 0, 0, 0 }, wrong = 0;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	struct timespec start, end;
	struct web web = { .fastcgi = 0 };

	lab_begin(&web.lab, programs);
	snprintf(state, sizeof(state), "/dev/shm%s", strrchr(web.lab.directory, '/'));
	signal(SIGPIPE, SIG_IGN);
	lab_write(&web.lab, "root/hello", "world\n");
	pxeboot_policy_unref(next_policy(&web, seed, 0));
	if (!web_start_server(&web, WEB_NGINX)) {
		printf("Bail out! nginx does not start\n");
		return 1;
	}
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (unsigned done = 0; done < clients; done += CLIENTS_A_POLICY) {
		struct round round = { .seed = seed, .first = done, .clients = CLIENTS_A_POLICY };

		round.policy = next_policy(&web, seed, done / CLIENTS_A_POLICY);
		if (!web_start_fastcgi(&web, "8")) {
			printf("Bail out! pxeboot-fastcgi does not start\n");
			return 1;
		}
		ask_all(&round);
		web_stop_fastcgi(&web);
		for (int i = 0; i < 3; i++)
			found[i] += round.found[i];
		wrong += round.wrong;
		pxeboot_policy_unref(round.policy);
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("# under a host %u, a group %u, the default %u; %ld s\n", found[0], found[1], found[2],
	       (long)(end.tv_sec - start.tv_sec));
	tap_ok(!wrong, "%u clients are answered as decide() says, on %d connections at a time", found[0] + found[1] + found[2],
	       CONNECTIONS);
	tap_ok(found[0] && found[1] && found[2], "by hosts, groups and the default");
	lab_stop(&web.server);
	remove_state();
	lab_end(&web.lab);
	return tap_end();
}
