/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Plugins without memory: the configurations that they write, existing ones that they read, and the life of machines.
 */
#include <stdlib.h>

#include "base/text.h"
#include "dnsmasq/event.h"
#include "fastcgi/request.h"
#include "life.h"
#include "plugin.h"
#include "starved.h"

static char *in_tests(const char *name)
{
	char *path = NULL;

	ck_assert_int_gt(asprintf(&path, "%s/%s", getenv("PXEBOOT_TESTS"), name), 0);
	return path;
}

/* ---- Configurations -------------------------------------------------------------------------------------------------- */

static struct pxeboot_policy *policy;

static void load_policy(const char *name)
{
	char *path = in_tests(name);

	ck_assert_int_eq(pxeboot_policy_load(path, NULL, &policy), 0);
	free(path);
}

static void load_home(void)
{
	load_policy("golden/home/pxeboot.conf");
}

static void load_datacentre(void)
{
	load_policy("golden/datacentre/pxeboot.conf");
}

static void load_kea(void)
{
	load_policy("golden/kea/pxeboot.conf");
}

static void load_ipv6(void)
{
	load_policy("golden/ipv6/pxeboot.conf");
}

static void drop_policy(void)
{
	policy = pxeboot_policy_unref(policy);
}

static void write_output(struct outcome *outcome, const struct plugin *plugin)
{
	struct pxeboot_diagnostics *diagnostics = NULL;
	CLEANUP_TEXT struct text text = TEXT_INIT;

	outcome->r = pxeboot_diagnostics_new(&diagnostics);
	if (outcome->r == 0)
		outcome->r = plugin->output->write(policy, &text, diagnostics);
	if (outcome->r == 0)
		outcome->r = text.error;
	made(outcome, text.bytes);
	told(outcome, diagnostics);
}

static void check_output(struct outcome *outcome, const struct plugin *plugin)
{
	struct pxeboot_diagnostics *diagnostics = NULL;

	outcome->r = pxeboot_diagnostics_new(&diagnostics);
	if (outcome->r == 0)
		outcome->r = plugin->check(policy, diagnostics);
	told(outcome, diagnostics);
}

static void write_dnsmasq(struct outcome *outcome)
{
	write_output(outcome, &plugin_dnsmasq);
}

static void write_hook(struct outcome *outcome)
{
	write_output(outcome, &plugin_dnsmasq_hook);
}

static void write_map(struct outcome *outcome)
{
	write_output(outcome, &plugin_tftp_hpa);
}

static void write_kea(struct outcome *outcome)
{
	write_output(outcome, &plugin_kea);
}

static void write_isc(struct outcome *outcome)
{
	write_output(outcome, &plugin_isc_dhcp);
}

static void write_comware(struct outcome *outcome)
{
	write_output(outcome, &plugin_comware);
}

static void check_dnsmasq(struct outcome *outcome)
{
	check_output(outcome, &plugin_dnsmasq);
}

static void check_kea(struct outcome *outcome)
{
	check_output(outcome, &plugin_kea);
}

static void check_isc(struct outcome *outcome)
{
	check_output(outcome, &plugin_isc_dhcp);
}

/* ---- What somebody else wrote --------------------------------------------------------------------------------------- */

static char *existing_file;

static void use_good(void)
{
	existing_file = in_tests("policies/correct/dnsmasq.conf");
}

static void use_loop(void)
{
	existing_file = in_tests("dnsmasq/warewulf-loop.conf");
}

static void forget_file(void)
{
	free(existing_file);
}

static void check_existing(struct outcome *outcome)
{
	const char *const files[] = { existing_file };
	struct pxeboot_diagnostics *diagnostics = NULL;
	struct pxeboot_proof proof = { 0 };

	outcome->r = pxeboot_diagnostics_new(&diagnostics);
	if (outcome->r == 0)
		outcome->r = plugin_dnsmasq.check_existing(files, 1, NULL, NULL, diagnostics, &proof);
	outcome->mark = mark_bytes(outcome->mark, &proof.classes, sizeof(proof.classes));
	told(outcome, diagnostics);
}

/* ---- Machines -------------------------------------------------------------------------------------------------------- */

static char directory[] = "/tmp/pxeboot-starved.XXXXXX";
static char *store, *root;

static void remove_all(const char *name)
{
	char *command = NULL;

	ck_assert_int_gt(asprintf(&command, "rm -rf '%s'", name), 0);
	ck_assert_int_eq(system(command), 0);
	free(command);
}

static void make_directory(void)
{
	ck_assert_ptr_nonnull(mkdtemp(directory));
	ck_assert_int_gt(asprintf(&store, "%s/state", directory), 0);
	ck_assert_int_gt(asprintf(&root, "%s/root", directory), 0);
}

static void remove_directory(void)
{
	remove_all(directory);
	free(store);
	free(root);
}

static int count_boot(void *context, struct pxeboot_record *record)
{
	record->first_seen = 1;
	record->file = "file";
	record->boots++;
	return 0;
}

static int see(void *context, const char *key, const struct pxeboot_record *record)
{
	made(context, key);
	made(context, record ? record->file : NULL);
	return 0;
}

static int open_and_change(struct outcome *outcome, struct pxeboot_diagnostics *diagnostics)
{
	static const char *const keys[] = { "52:54:00:00:00:01", "52:54:00:00:00:02" };
	struct pxeboot_state *state = NULL;
	int r = pxeboot_state_open(store, 0, diagnostics, &state);

	for (size_t i = 0; i < ARRAY_SIZE(keys) && r == 0; i++) {
		struct pxeboot_record *record = NULL;

		r = pxeboot_state_update(state, keys[i], count_boot, NULL);
		if (r == 0)
			r = pxeboot_state_get(state, keys[i], &record);
		if (r == 0)
			made(outcome, record->file);
		pxeboot_record_free(record);
	}
	if (r == 0)
		r = pxeboot_state_each(state, PXEBOOT_STATE_BY_LAST_SEEN, see, outcome);
	if (r == 0)
		r = pxeboot_state_remove(state, keys[0]);
	pxeboot_state_close(state);
	return r;
}

/* The store that is there stays what it was, or is changed: the next one to open it finds no damage. */
static void use_store(struct outcome *outcome)
{
	struct pxeboot_diagnostics *diagnostics = NULL;

	outcome->r = pxeboot_diagnostics_new(&diagnostics);
	if (outcome->r == 0)
		outcome->r = open_and_change(outcome, diagnostics);
	told(outcome, diagnostics);
}

static void note_event(struct outcome *outcome)
{
	static char *const arguments[] = { (char *)"hook", (char *)"old", (char *)"52:54:00:00:00:03", (char *)"10.0.0.3", NULL };
	static char *const environment[] = { (char *)"DNSMASQ_VENDOR_CLASS=PXEClient:Arch:00007:UNDI:003016",
					     (char *)"DNSMASQ_REQUESTED_OPTIONS=1,3,67", NULL };
	struct life_conf conf = { .root = root, .state = store };
	struct life *life = NULL;

	outcome->r = life_new(&conf, &life);
	if (outcome->r == 0)
		outcome->r = dnsmasq_event(life, 4, arguments, environment, 1700000000);
	if (outcome->r == 1)		/* written down already, by a run before */
		outcome->r = 0;
	life_free(life);
}

/* ---- Requests -------------------------------------------------------------------------------------------------------- */

static void read_request(struct outcome *outcome)
{
	static const char *const params[] = { "REQUEST_METHOD=GET", "PATH_INFO=/boot.ipxe", "REMOTE_ADDR=10.0.0.7",
					      "QUERY_STRING=mac=52:54:00:12:34:56&serial=A%20B&arch=7", NULL };
	struct reply reply = { .body = TEXT_INIT };
	struct pxeboot_client *client = NULL;
	struct request request;

	outcome->r = request_read(params, &request, &reply);
	if (outcome->r == 0) {
		outcome->r = request_client(&request, &reply, &client);
		request_free(&request);
	}
	made(outcome, reply.body.bytes);
	reply_free(&reply);
	pxeboot_client_unref(client);
}

static const struct work works[] = {
	{ "dnsmasq: a home", write_dnsmasq, load_home, drop_policy },
	{ "dnsmasq: hosts and groups", write_dnsmasq, load_datacentre, drop_policy },
	{ "dnsmasq: IPv6", write_dnsmasq, load_ipv6, drop_policy },
	{ "dnsmasq: the hook's settings", write_hook, load_datacentre, drop_policy },
	{ "tftp-hpa: the map", write_map, load_home, drop_policy },
	{ "Kea", write_kea, load_kea, drop_policy },
	{ "ISC dhcpd", write_isc, load_datacentre, drop_policy },
	{ "Comware", write_comware, load_home, drop_policy },
	{ "dnsmasq: check", check_dnsmasq, load_datacentre, drop_policy },
	{ "Kea: check", check_kea, load_kea, drop_policy },
	{ "ISC dhcpd: check", check_isc, load_datacentre, drop_policy },
	{ "dnsmasq: an existing configuration", check_existing, use_good, forget_file },
	{ "dnsmasq: an existing configuration with faults", check_existing, use_loop, forget_file },
	{ "state", use_store, make_directory, remove_directory },
	{ "an event of dnsmasq", note_event, make_directory, remove_directory },
	{ "a request", read_request, NULL, NULL },
};

START_TEST(starve_it)
{
	starve_work(&works[_i]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("starved plugins");
	TCase *tcase = tcase_create("plugins");

	tcase_set_timeout(tcase, 600);
	tcase_add_loop_test(tcase, starve_it, 0, ARRAY_SIZE(works));
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
