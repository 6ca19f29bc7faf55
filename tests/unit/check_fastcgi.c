/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plugins/fastcgi: the query, the request, the clerk that no disk can hold, the policy in force.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <time.h>

#include "base/text.h"
#include "fastcgi/clerk.h"
#include "fastcgi/current.h"
#include "fastcgi/request.h"
#include "testing.h"

/* ---- The query -------------------------------------------------------------------------------------------------- */

static const struct {
	const char *text, *why;
} bad_queries[] = {
	{ "mac", "a part without '='" }, { "&", "a part without '='" }, { "a=1&", "a part without '='" },
	{ "a=1&&b=2", "a part without '='" }, { "&a=1", "a part without '='" }, { "a=1;b", NULL },
	{ "=1", "a value without a name" }, { "%=1", "'%' without two hexadecimal digits" },
	{ "a=%", "'%' without two hexadecimal digits" }, { "a=%4", "'%' without two hexadecimal digits" },
	{ "a=%4g", "'%' without two hexadecimal digits" }, { "a=%g4", "'%' without two hexadecimal digits" },
	{ "a=%00", "a NUL byte" }, { "%00=a", "a NUL byte" }, { "a=1&a=2", "a name that comes twice" },
	{ "a=1&%61=2", "a name that comes twice" }, { "a=1&a=1", "a name that comes twice" },
	{ "a= ", "a byte that must be written as %XX" }, { "a=\t", "a byte that must be written as %XX" },
	{ "a=\x7f", "a byte that must be written as %XX" }, { "a=\xc3\xa4", "a byte that must be written as %XX" },
	{ "a\n=1", "a byte that must be written as %XX" },
};

START_TEST(bad_query)
{
	struct query query = { .n_pairs = 77 };
	const char *why = NULL;
	int r = query_parse(bad_queries[_i].text, &query, &why);

	if (!bad_queries[_i].why) {	/* one that looks bad and is not */
		ck_assert_int_eq(r, 0);
		query_free(&query);
		return;
	}
	ck_assert_msg(r == -EBADMSG, "'%s'", bad_queries[_i].text);
	ck_assert_str_eq(why, bad_queries[_i].why);
	ck_assert_uint_eq(query.n_pairs, 77);
}
END_TEST

static const struct {
	const char *text, *key, *value;
} good_queries[] = {
	{ "", "a", NULL }, { "a=", "a", NULL }, { "a=1", "b", NULL }, { "a=1", "A", NULL }, { "a=1", "a", "1" },
	{ "a=1&b=2", "b", "2" }, { "a=b=c", "a", "b=c" }, { "a=1+2", "a", "1+2" }, { "a=%2B%20%26%3d", "a", "+ &=" },
	{ "a=%c3%A4", "a", "\xc3\xa4" }, { "%61=1", "a", "1" }, { "a=?/:", "a", "?/:" },
	{ "mac=52:54:00:12:34:56&serial=To%20be%20filled", "serial", "To be filled" },
};

START_TEST(good_query)
{
	struct query query;
	const char *why = "untouched", *value;

	ck_assert_int_eq(query_parse(good_queries[_i].text, &query, &why), 0);
	ck_assert_str_eq(why, "untouched");
	value = query_get(&query, good_queries[_i].key);
	ck_assert_msg((!value && !good_queries[_i].value) || (value && good_queries[_i].value &&
		      !strcmp(value, good_queries[_i].value)), "'%s': %s", good_queries[_i].text, value);
	query_free(&query);
}
END_TEST

/* As much as may be of parts, of a name, of a value, and of the whole, and one more. */
START_TEST(query_limits)
{
	for (int over = 0; over < 2; over++) {
		struct text all[] = { TEXT_INIT, TEXT_INIT, TEXT_INIT, TEXT_INIT };
		struct query query;
		const char *why;

		for (int i = 0; i < QUERY_PAIRS_MAX + over; i++)
			text_addf(&all[0], "%s%d=", i ? "&" : "", i);
		text_addf(&all[1], "%0*d=1", QUERY_KEY_MAX + over, 7);
		text_addf(&all[2], "a=%0*d", QUERY_VALUE_MAX + over, 7);
		text_addf(&all[3], "a=%0*d&b=%0*d&", QUERY_VALUE_MAX, 7, QUERY_MAX - QUERY_VALUE_MAX - 8, 7);
		text_add(&all[3], over ? "cc=" : "c=");
		for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
			int r = query_parse(all[i].bytes, &query, &why);

			ck_assert_msg(r == (over ? -EBADMSG : 0), "%zu: %d, %zu bytes", i, r, all[i].length);
			if (!r)
				query_free(&query);
			text_free(&all[i]);
		}
	}
}
END_TEST

/* ---- The request ------------------------------------------------------------------------------------------------ */

#define GET "REQUEST_METHOD=GET"

static const struct {
	const char *params[5];
	int status;		/* of the reply; 0: it is one that can be answered */
	const char *says;
} requests[] = {
	{ { NULL }, 500, "PATH_INFO" },
	{ { GET, NULL }, 500, "PATH_INFO" },
	{ { GET, "PATH_INFO=", NULL }, 500, "PATH_INFO" },
	{ { GET, "PATH_INFO", NULL }, 500, "PATH_INFO" },
	{ { GET, "PATH_INFOX=/boot.ipxe", NULL }, 500, "PATH_INFO" },
	{ { GET, "PATH_INFO=/", NULL }, 404, "nothing" },
	{ { GET, "PATH_INFO=boot.ipxe", NULL }, 404, "nothing" },
	{ { GET, "PATH_INFO=//boot.ipxe", NULL }, 404, "nothing" },
	{ { GET, "PATH_INFO=/boot.ipxe/", NULL }, 404, "nothing" },
	{ { GET, "PATH_INFO=/../boot.ipxe", NULL }, 404, "nothing" },
	{ { GET, "PATH_INFO=/answers/../x", NULL }, 404, "nothing" },
	{ { GET, "PATH_INFO=/answers/a/../b", NULL }, 404, "nothing" },
	{ { GET, "PATH_INFO=/answers/a/b/..", NULL }, 404, "nothing" },
	{ { GET, "PATH_INFO=/answers/a//b", NULL }, 404, "nothing" },
	{ { GET, "PATH_INFO=/a b", NULL }, 404, "nothing" },
	{ { GET, "PATH_INFO=/a\nb", NULL }, 404, "nothing" },
	{ { GET, "PATH_INFO=/\xc3\xa4", NULL }, 404, "nothing" },
	{ { GET, "PATH_INFO=/boot.ipxe", "QUERY_STRING=a", NULL }, 400, "without '='" },
	{ { GET, "PATH_INFO=/boot.ipxe", "QUERY_STRING=", NULL }, 0, NULL },
	{ { GET, "PATH_INFO=/boot.ipxe", NULL }, 0, NULL },
	{ { "PATH_INFO=/boot.ipxe", NULL }, 0, NULL },
};

START_TEST(request)
{
	struct reply reply = { .body = TEXT_INIT };
	struct request got = { .n_parts = 77 };
	int r = request_read(requests[_i].params, &got, &reply);

	ck_assert_int_eq(r, requests[_i].status ? -EBADMSG : 0);
	ck_assert_int_eq(reply.status, requests[_i].status);
	if (r)
		ck_assert_uint_eq(got.n_parts, 77);
	else
		request_free(&got);
	if (requests[_i].says)
		ck_assert_msg(strstr(reply.body.bytes, requests[_i].says), "%s", reply.body.bytes);
	reply_free(&reply);
}
END_TEST

START_TEST(parts_of_a_path)
{
	static const char *const params[] = { "PATH_INFO=/answers/52-54-00-00-00-01/debian/preseed", "REQUEST_METHOD=HEAD",
					      "REMOTE_ADDR=10.77.0.5", NULL };
	struct reply reply = { .body = TEXT_INIT };
	struct request got;

	ck_assert_int_eq(request_read(params, &got, &reply), 0);
	ck_assert_int_eq(got.method, METHOD_HEAD);
	ck_assert_str_eq(got.address, "10.77.0.5");
	ck_assert_uint_eq(got.n_parts, 3);
	ck_assert_str_eq(got.parts[0], "answers");
	ck_assert_str_eq(got.parts[1], "52-54-00-00-00-01");
	ck_assert_str_eq(got.parts[2], "debian/preseed");
	request_free(&got);
}
END_TEST

/* What a query makes of a client: the facts of @same, or a complaint. */
static const struct {
	const char *query, *same, *says;
} facts[] = {
	{ "mac=zz", NULL, "mac: malformed" }, { "mac=52:54:00:00:00:01:02", NULL, "mac: malformed" },
	{ "uuid=1", NULL, "uuid: malformed" }, { "arch=none", NULL, "arch: malformed" },
	{ "ip=300.1.1.1", NULL, "ip: malformed" }, { "mac=52:54:00:00:00:01%0a", NULL, "mac: malformed" },
	{ "", "ip=10.77.0.5", NULL },
	{ "mac=52:54:00:00:00:01", "ip=10.77.0.5 mac=52:54:00:00:00:01", NULL },
	{ "mac=52-54-00-00-00-0A", "ip=10.77.0.5 mac=52:54:00:00:00:0a", NULL },
	{ "mac=&serial=&uuid=&arch=", "ip=10.77.0.5", NULL },
	{ "ip=10.77.0.9", "ip=10.77.0.9", NULL },
	{ "hello=world&name=x", "ip=10.77.0.5", NULL },
	{ "serial=A&manufacturer=B&product=C", "ip=10.77.0.5 serial=A manufacturer=B product=C", NULL },
	{ "arch=x64-uefi", "ip=10.77.0.5 arch=x64-uefi", NULL }, { "arch=7,9", "ip=10.77.0.5 arch=7,9", NULL },
	{ "platform=pcbios&buildarch=i386", "ip=10.77.0.5 arch=bios", NULL },
	{ "platform=efi&buildarch=x86_64", "ip=10.77.0.5 arch=x64-uefi", NULL },
	{ "platform=efi&buildarch=arm64", "ip=10.77.0.5 arch=arm64-uefi", NULL },
	{ "platform=efi&buildarch=vax", "ip=10.77.0.5", NULL }, { "platform=efi", "ip=10.77.0.5", NULL },
	{ "arch=bios&platform=efi&buildarch=arm64", "ip=10.77.0.5 arch=bios", NULL },
	{ "uuid=00000000-0000-0000-0000-000000000000", "ip=10.77.0.5", NULL },
};

START_TEST(facts_of_a_query)
{
	char query[256];
	const char *const params[] = { "PATH_INFO=/boot.ipxe", "REMOTE_ADDR=10.77.0.5", query, NULL };
	struct reply reply = { .body = TEXT_INIT };
	struct pxeboot_client *client = NULL, *same;
	struct request got;
	int r;

	snprintf(query, sizeof(query), "QUERY_STRING=%s", facts[_i].query);
	ck_assert_int_eq(request_read(params, &got, &reply), 0);
	r = request_client(&got, &reply, &client);
	request_free(&got);
	if (facts[_i].says) {
		ck_assert_int_eq(r, -EBADMSG);
		ck_assert_ptr_null(client);
		ck_assert_int_eq(reply.status, 400);
		ck_assert_msg(strstr(reply.body.bytes, facts[_i].says), "%s", reply.body.bytes);
	} else {
		ck_assert_int_eq(r, 0);
		same = client_of(facts[_i].same);
		ck_assert_msg(pxeboot_client_equal(client, same), "%s", facts[_i].query);
		pxeboot_client_unref(same);
	}
	pxeboot_client_unref(client);
	reply_free(&reply);
}
END_TEST

/* ---- The clerk -------------------------------------------------------------------------------------------------- */

struct errand {
	struct clerk_job job;
	pthread_mutex_t *hung;		/* what it waits for, or NULL */
};

static int runs, frees, batches;

/* What an errand has found is how many came with it. */
static void run_all(void *context, struct clerk_job *jobs)
{
	int n = 0;

	__atomic_add_fetch(&batches, 1, __ATOMIC_SEQ_CST);
	for (struct clerk_job *job = jobs; job; job = job->next) {
		struct errand *errand = (struct errand *)job;

		__atomic_add_fetch(&runs, 1, __ATOMIC_SEQ_CST);
		if (errand->hung) {
			pthread_mutex_lock(errand->hung);
			pthread_mutex_unlock(errand->hung);
		}
		n++;
	}
	for (struct clerk_job *job = jobs; job; job = job->next)
		job->result = n;
}

static void free_errand(struct clerk_job *job)
{
	__atomic_add_fetch(&frees, 1, __ATOMIC_SEQ_CST);
	free(job);
}

static struct clerk_job *errand_new(pthread_mutex_t *hung, struct clerk_job *next)
{
	struct errand *errand = calloc(1, sizeof(*errand));

	ck_assert_ptr_nonnull(errand);
	*errand = (struct errand){ .job = { .free = free_errand, .next = next }, .hung = hung };
	return &errand->job;
}

static int count(const int *counter)
{
	return __atomic_load_n(counter, __ATOMIC_SEQ_CST);
}

static void wait_for(const int *counter, int n)
{
	for (int i = 0; i < 500 && count(counter) < n; i++)
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	ck_assert_int_eq(count(counter), n);
}

/* Until something is done, or for @patience milliseconds: the list. */
static struct clerk_job *wait_at(struct clerk *clerk, struct clerk_desk *desk, int patience)
{
	struct pollfd ready = { .fd = desk->ready, .events = POLLIN };

	return poll(&ready, 1, patience) == 1 ? clerk_take(clerk, desk) : NULL;
}

/* Frees them: how many they were. */
static int free_all(struct clerk_job *jobs)
{
	struct clerk_job *next;
	int n = 0;

	for (; jobs; jobs = next, n++) {
		next = jobs->next;
		jobs->free(jobs);
	}
	return n;
}

static void begin(struct clerk **ret_clerk, struct clerk_desk *desk)
{
	runs = frees = batches = 0;
	ck_assert_int_eq(clerk_new(run_all, NULL, ret_clerk), 0);
	ck_assert_int_eq(clerk_desk_open(desk), 0);
}

/* What comes in while he is busy is done at once, and each desk is handed its own. */
START_TEST(jobs_share_a_batch)
{
	pthread_mutex_t disk = PTHREAD_MUTEX_INITIALIZER;
	struct clerk_job *done;
	struct clerk_desk desks[2];
	struct clerk *clerk;

	begin(&clerk, &desks[0]);
	ck_assert_int_eq(clerk_desk_open(&desks[1]), 0);
	pthread_mutex_lock(&disk);
	ck_assert_int_eq(clerk_add(clerk, &desks[0], errand_new(&disk, NULL)), 0);
	wait_for(&runs, 1);
	ck_assert_int_eq(clerk_add(clerk, &desks[0], errand_new(NULL, errand_new(NULL, NULL))), 0);
	ck_assert_int_eq(clerk_add(clerk, &desks[1], errand_new(NULL, NULL)), 0);
	ck_assert_int_eq(clerk_add(clerk, &desks[1], errand_new(NULL, NULL)), 0);
	pthread_mutex_unlock(&disk);
	wait_for(&runs, 5);
	ck_assert_int_eq(count(&batches), 2);
	done = wait_at(clerk, &desks[1], 5000);
	ck_assert_int_eq(done->result, 4);
	ck_assert_int_eq(free_all(done), 2);
	ck_assert_int_eq(free_all(wait_at(clerk, &desks[0], 5000)), 3);
	ck_assert_ptr_null(wait_at(clerk, &desks[0], 0));
	ck_assert_int_eq(clerk_free(clerk), 0);
	clerk_desk_close(&desks[0]);
	clerk_desk_close(&desks[1]);
}
END_TEST

/* A disk hangs: after a second nobody can ask any more, and who waits can go on without.  What was not begun never is; what
 * was begun is freed when it is over; and when the disk is back, all goes on. */
START_TEST(a_hung_disk_holds_nobody)
{
	pthread_mutex_t disk = PTHREAD_MUTEX_INITIALIZER;
	struct clerk_job *hung = errand_new(&disk, NULL), *behind = errand_new(NULL, NULL), *late = errand_new(NULL, NULL);
	struct clerk_desk desk;
	struct clerk *clerk;

	begin(&clerk, &desk);
	pthread_mutex_lock(&disk);
	ck_assert_int_eq(clerk_add(clerk, &desk, hung), 0);
	wait_for(&runs, 1);
	ck_assert_int_eq(clerk_add(clerk, &desk, behind), 0);
	ck_assert_ptr_null(wait_at(clerk, &desk, CLERK_MILLISECONDS + 50));
	ck_assert_int_eq(clerk_add(clerk, &desk, late), -ETIMEDOUT);
	ck_assert(clerk_abandon(clerk, behind));
	ck_assert_int_eq(count(&frees), 1);
	ck_assert(clerk_abandon(clerk, hung));
	ck_assert_int_eq(count(&frees), 1);
	pthread_mutex_unlock(&disk);
	wait_for(&frees, 2);
	ck_assert_int_eq(clerk_add(clerk, &desk, late), 0);
	wait_for(&runs, 2);
	ck_assert_int_eq(free_all(wait_at(clerk, &desk, 5000)), 1);
	ck_assert_int_eq(clerk_free(clerk), 0);
	clerk_desk_close(&desk);
}
END_TEST

/* Who gives up too late is told so, and takes what is there. */
START_TEST(what_is_done_is_not_abandoned)
{
	struct clerk_job *job = errand_new(NULL, NULL);
	struct clerk_desk desk;
	struct clerk *clerk;

	begin(&clerk, &desk);
	ck_assert_int_eq(clerk_add(clerk, &desk, job), 0);
	ck_assert_int_eq(poll(&(struct pollfd){ .fd = desk.ready, .events = POLLIN }, 1, 5000), 1);
	ck_assert(!clerk_abandon(clerk, job));
	ck_assert_ptr_eq(clerk_take(clerk, &desk), job);
	ck_assert_int_eq(free_all(job), 1);
	ck_assert_int_eq(clerk_free(clerk), 0);
	clerk_desk_close(&desk);
}
END_TEST

START_TEST(a_clerk_that_hangs_is_left_to_itself)
{
	pthread_mutex_t disk = PTHREAD_MUTEX_INITIALIZER;
	struct clerk_job *hung = errand_new(&disk, NULL);
	struct clerk_desk desk;
	struct clerk *clerk;

	begin(&clerk, &desk);
	pthread_mutex_lock(&disk);
	ck_assert_int_eq(clerk_add(clerk, &desk, hung), 0);
	wait_for(&runs, 1);
	ck_assert(clerk_abandon(clerk, hung));
	ck_assert_int_eq(clerk_free(clerk), -ETIMEDOUT);
	pthread_mutex_unlock(&disk);
	wait_for(&frees, 1);
	ck_assert_int_eq(clerk_free(clerk), 0);
	clerk_desk_close(&desk);
}
END_TEST

/* ---- The policy in force ---------------------------------------------------------------------------------------- */

#define POLICY "server: { address = \"10.77.0.1\"; root = \"/srv\"; };\nprofiles: { one: { action = \"disk\"; }; " \
	       "two: { action = \"shell\"; }; };\n@include \"boot.inc\"\n"

static char directory[64];

static void write_file(const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	ck_assert_int_eq(file_make_parents(path), 0);
	ck_assert_int_ge(file_write(path, text, strlen(text), 0644), 0);
}

static void remove_file(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	ck_assert_int_eq(remove(path), 0);
}

static const char *boot_of(struct current *current)
{
	struct pxeboot_policy *policy = current_get(current);
	struct pxeboot_client *client = client_of("mac=52:54:00:00:00:01");
	struct pxeboot_decision decision;
	const char *boot;

	pxeboot_decide(policy, client, PXEBOOT_STAGE_SCRIPT, NULL, &decision);
	boot = !strcmp(decision.boot, "one") ? "one" : "two";
	pxeboot_client_unref(client);
	pxeboot_policy_unref(policy);
	return boot;
}

/* What happens to a file, and what is booted after the next look, or after as many as it takes to try again. */
static const struct {
	const char *name, *text;	/* NULL: it is removed */
	const char *boot;
	bool later;
} changes[] = {
	{ "boot.inc", "boot = \"two\";\n", "two", false },
	{ "boot.inc", "boot = \"nothing\";\n", "two", false },		/* wrong: the one before stays */
	{ "boot.inc", "boot = \"one\";\n", "one", false },
	{ "pxeboot.conf", "server: {", "one", false },
	{ "boot.inc", "boot = \"two\";\n", "one", false },		/* still wrong */
	{ "pxeboot.conf", POLICY, "two", false },
	{ "policy.d/10.conf", "hosts: ( { name = \"a\"; mac = \"52:54:00:00:00:01\"; boot = \"one\"; } );\n", "one", false },
	{ "policy.d/10.conf", "hosts: ( { name = \"a\"; mac = \"52:54:00:00:00:01\"; boot = \"two\"; } );\n", "two", false },
	{ "policy.d/10.conf", "@include \"../parts/new.inc\"\n", "two", false },
	{ "parts/new.inc", "hosts: ( { name = \"a\"; mac = \"52:54:00:00:00:01\"; boot = \"one\"; } );\n", "one", true },
	{ "policy.d/10.conf", NULL, "two", false },
	{ "pxeboot.conf", NULL, "two", false },
};

START_TEST(the_policy_follows_its_files)
{
	struct current *current;
	struct log log;
	char path[128];

	snprintf(directory, sizeof(directory), "/tmp/pxeboot-test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/pxeboot.conf", directory);
	log_init(&log);
	ck_assert_int_eq(current_new(path, &log, &current), -ENOENT);
	write_file("pxeboot.conf", POLICY);
	ck_assert_int_eq(current_new(path, &log, &current), -EBADMSG);
	write_file("boot.inc", "boot = \"one\";\n");
	write_file("policy.d/empty.conf", "");
	ck_assert_int_eq(current_new(path, &log, &current), 0);
	ck_assert_str_eq(boot_of(current), "one");
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		if (changes[i].text)
			write_file(changes[i].name, changes[i].text);
		else
			remove_file(changes[i].name);
		for (int looks = 0; looks < (changes[i].later ? CURRENT_RETRY : 1); looks++)
			current_look(current);
		ck_assert_msg(!strcmp(boot_of(current), changes[i].boot), "change %zu", i);
	}
	current_free(current);
	remove_file("parts/new.inc");
	remove_file("parts");
	remove_file("policy.d/empty.conf");
	remove_file("policy.d");
	remove_file("boot.inc");
	ck_assert_int_eq(rmdir(directory), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("fastcgi");
	TCase *tests = tcase_create("fastcgi");

	tcase_set_timeout(tests, 20);
	tcase_add_loop_test(tests, bad_query, 0, (int)ARRAY_SIZE(bad_queries));
	tcase_add_loop_test(tests, good_query, 0, (int)ARRAY_SIZE(good_queries));
	tcase_add_test(tests, query_limits);
	tcase_add_loop_test(tests, request, 0, (int)ARRAY_SIZE(requests));
	tcase_add_test(tests, parts_of_a_path);
	tcase_add_loop_test(tests, facts_of_a_query, 0, (int)ARRAY_SIZE(facts));
	tcase_add_test(tests, jobs_share_a_batch);
	tcase_add_test(tests, a_hung_disk_holds_nobody);
	tcase_add_test(tests, what_is_done_is_not_abandoned);
	tcase_add_test(tests, a_clerk_that_hangs_is_left_to_itself);
	tcase_add_test(tests, the_policy_follows_its_files);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
