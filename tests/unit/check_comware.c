/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is written for Comware against decide(), through a model of what the command references say: a client is in a class
 * when one of its rules matches; a rule compares so many bytes of an option, or asks whether it is there; of the classes
 * that match, the first in the pool's order gives each option.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/macro.h"
#include "base/text.h"
#include "plugin.h"

#define SERVER "10.77.0.1"
#define CLASSES 40
#define RULES 16
#define GIVES 4

/* ---- The model ---- */

struct rule {
	unsigned option, offset;
	size_t length;			/* 0: is it there? */
	uint8_t bytes[128];
};

struct class {
	char name[64];
	struct rule rules[RULES];
	size_t n_rules;
	unsigned group;
};

struct group {
	unsigned number, n_gives;
	struct { unsigned option; char text[256]; } gives[GIVES];
};

struct configuration {
	struct class classes[CLASSES];
	struct group groups[CLASSES];
	size_t n_classes, n_groups;
	size_t order[CLASSES], n_order;	/* of the pool */
	char next_server[16], file[256];
};

static size_t class_by_name(const struct configuration *configuration, const char *name)
{
	for (size_t i = 0; i < configuration->n_classes; i++)
		if (strcmp(configuration->classes[i].name, name) == 0)
			return i;
	ck_abort_msg("no class %s", name);
}

static void read_hex(struct rule *rule, const char *hex)
{
	unsigned byte;

	ck_assert_uint_eq(strlen(hex) % 2, 0);
	ck_assert_uint_le(strlen(hex), 256);
	for (; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		rule->bytes[rule->length++] = (uint8_t)byte;
}

static void read_rule(struct class *class, const char *line)
{
	struct rule *rule = &class->rules[class->n_rules++];
	char hex[260] = "";
	size_t length = 0;
	unsigned number;
	int n = sscanf(line, " if-match rule %u option %u hex %259s offset %u length %zu", &number, &rule->option, hex,
		       &rule->offset, &length);

	ck_assert_uint_le(class->n_rules, RULES);
	ck_assert_uint_eq(number, class->n_rules);
	ck_assert_msg(n == 2 || n == 5, "%s", line);
	read_hex(rule, hex);
	ck_assert_uint_eq(rule->length, length);
}

static void read_line(struct configuration *to, const char *line)
{
	struct class *class = to->n_classes > 0 ? &to->classes[to->n_classes - 1] : NULL;
	struct group *group = to->n_groups > 0 ? &to->groups[to->n_groups - 1] : NULL;
	char name[64], text[256];
	unsigned number;

	if (line[0] == '#' || strcmp(line, " quit") == 0 || strncmp(line, "dhcp server ip-pool ", 20) == 0 ||
	    strcmp(line, " tftp-server ip-address " SERVER) == 0)
		return;
	if (sscanf(line, "dhcp class %63s", name) == 1)
		strcpy(to->classes[to->n_classes++].name, name);
	else if (strncmp(line, " if-match ", 10) == 0 && class != NULL)
		read_rule(class, line);
	else if (sscanf(line, "dhcp option-group %u", &number) == 1)
		to->groups[to->n_groups++].number = number;
	else if (group != NULL && sscanf(line, " option %u ascii %255s", &number, text) == 2) {
		group->gives[group->n_gives].option = number;
		strcpy(group->gives[group->n_gives++].text, text);
	} else if (sscanf(line, " class %63s option-group %u", name, &number) == 2) {
		to->order[to->n_order] = class_by_name(to, name);
		to->classes[to->order[to->n_order++]].group = number;
	} else if (sscanf(line, " next-server %15s", to->next_server) != 1 && sscanf(line, " bootfile-name %255s", to->file) != 1)
		ck_abort_msg("what is this: '%s'", line);
}

static void read_configuration(char *text, struct configuration *ret)
{
	char *rest = NULL;

	memset(ret, 0, sizeof(*ret));
	for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
		read_line(ret, line);
}

struct option {
	unsigned code;
	const uint8_t *bytes;
	size_t length;
};

#define OPTIONS 4

static bool rule_matches(const struct rule *rule, const struct option *options)
{
	for (size_t i = 0; i < OPTIONS; i++)
		if (options[i].code == rule->option)
			return rule->length == 0 || (options[i].length >= rule->offset + rule->length &&
				memcmp(options[i].bytes + rule->offset, rule->bytes, rule->length) == 0);
	return false;
}

static bool class_matches(const struct class *class, const struct option *options)
{
	for (size_t i = 0; i < class->n_rules; i++)
		if (rule_matches(&class->rules[i], options))
			return true;
	return false;
}

static const char *given(const struct configuration *configuration, unsigned number, unsigned option)
{
	for (size_t i = 0; i < configuration->n_groups; i++)
		for (size_t j = 0; configuration->groups[i].number == number && j < configuration->groups[i].n_gives; j++)
			if (configuration->groups[i].gives[j].option == option)
				return configuration->groups[i].gives[j].text;
	return NULL;
}

static const char *answer(const struct configuration *configuration, const struct option *options, unsigned option)
{
	for (size_t i = 0; i < configuration->n_order; i++) {
		const struct class *class = &configuration->classes[configuration->order[i]];
		const char *text = class_matches(class, options) ? given(configuration, class->group, option) : NULL;

		if (text != NULL)
			return text;
	}
	return option == 67 && configuration->file[0] != '\0' ? configuration->file : NULL;
}

/* ---- The policy and decide() ---- */

static struct pxeboot_policy *load(const char *server, const char *rest)
{
	char path[] = "/tmp/pxeboot-comware-XXXXXX";
	struct pxeboot_policy *policy = NULL;
	char *text;
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_int_ge(asprintf(&text, "server: { address = \"" SERVER "\"; root = \"/tmp\"; %s };\n%s"
				  "profiles: { disk: { action = \"disk\"; }; };\nboot = \"disk\";\n", server, rest), 0);
	ck_assert_int_ge(file_write(path, text, strlen(text), 0600), 0);
	ck_assert_int_eq(pxeboot_policy_load(path, NULL, &policy), 0);
	unlink(path);
	free(text);
	return policy;
}

static struct pxeboot_client *client_of(const struct option *options)
{
	static const uint8_t head[] = { 1, 1, 6 }, cookie[] = { 0x63, 0x82, 0x53, 0x63 }, mac[] = { 0x52, 0x54, 0, 0, 0, 1 };
	struct pxeboot_client *client;
	uint8_t packet[600] = { 0 };
	size_t at = 240;

	memcpy(packet, head, sizeof(head));
	memcpy(packet + 28, mac, sizeof(mac));
	memcpy(packet + 236, cookie, sizeof(cookie));
	for (size_t i = 0; i < OPTIONS; i++) {
		if (options[i].code == 0)
			continue;
		packet[at++] = (uint8_t)options[i].code;
		packet[at++] = (uint8_t)options[i].length;
		memcpy(packet + at, options[i].bytes, options[i].length);
		at += options[i].length;
	}
	packet[at++] = 255;
	ck_assert_int_eq(pxeboot_client_from_packet(packet, at, NULL, &client), 0);
	return client;
}

/* iPXE finds the same script by a whole URL. */
static bool is_same(const char *file, const struct pxeboot_decision *decision)
{
	static const char url[] = "tftp://" SERVER "/";

	if (file == NULL || decision->file == NULL)
		return file == decision->file;
	if (decision->kind == PXEBOOT_DECISION_SCRIPT && strncmp(file, url, strlen(url)) == 0)
		file += strlen(url);
	return strcmp(file, decision->file) == 0;
}

static void compare(const struct pxeboot_policy *policy, const struct configuration *configuration,
		    const struct option *options)
{
	struct pxeboot_client *client = client_of(options);
	struct pxeboot_decision decision;
	const char *file = answer(configuration, options, 67), *class = answer(configuration, options, 60);
	bool http;

	pxeboot_decide(policy, client, pxeboot_stage_of(policy, client), NULL, &decision);
	http = decision.stage == PXEBOOT_STAGE_FIRMWARE && decision.http && decision.file != NULL;
	ck_assert_msg(is_same(file, &decision), "decide() says '%s', Comware '%s'",
		      decision.file != NULL ? decision.file : "nothing", file != NULL ? file : "nothing");
	ck_assert_msg((class != NULL) == http && (class == NULL || strcmp(class, "HTTPClient") == 0), "option 60 for '%s'",
		      file != NULL ? file : "nothing");
	pxeboot_client_unref(client);
}

/* ---- Every client ---- */

static const struct {
	const char *class;
	bool features;
} stages[] = {
	{ NULL, false }, { NULL, true }, { "iPXE", false }, { "\x04iPXE", true }, { "iPXE-lab", true }, { "\x08iPXE-lab", false },
	{ "\x03""abc", false },
};

/* The words of option 60 that go with the number. */
static void class_of(unsigned number, char ret[40])
{
	const struct pxeboot_arch_code *code = pxeboot_arch_code_get((uint16_t)number);

	snprintf(ret, 40, "%s:Arch:%05u:UNDI:003016", code != NULL && code->http ? "HTTPClient" : "PXEClient", number);
}

static void compare_stage(const struct pxeboot_policy *policy, const struct configuration *configuration, size_t stage,
			  const uint8_t *numbers, size_t length, const char *class)
{
	const char *user_class = stages[stage].class;
	const struct option options[OPTIONS] = {
		{ length > 0 ? 93 : 0, numbers, length },
		{ class != NULL ? 60 : 0, (const uint8_t *)class, class != NULL ? strlen(class) : 0 },
		{ user_class != NULL ? 77 : 0, (const uint8_t *)user_class, user_class != NULL ? strlen(user_class) : 0 },
		{ stages[stage].features ? 175 : 0, (const uint8_t *)"\xb1\1\1", 3 },
	};

	compare(policy, configuration, options);
}

static bool is_served(const struct pxeboot_policy *policy, unsigned number)
{
	const struct pxeboot_arch_code *code = pxeboot_arch_code_get((uint16_t)number);

	return code->arch != PXEBOOT_ARCH_NONE && pxeboot_policy_loader(policy, code->arch) != NULL &&
	       (!code->http || pxeboot_policy_get(policy, "server.http") != NULL);
}

static bool has_build(const struct pxeboot_policy *policy, unsigned number)
{
	int arch = pxeboot_arch_code_get((uint16_t)number)->arch;
	struct pxeboot_build build;

	return pxeboot_policy_build(policy, &build) == 0 && arch != PXEBOOT_ARCH_NONE && (build.archs & 1u << arch) != 0;
}

/* A number, another one behind it, as far as one transport is meant; option 60 alone; and an odd byte. */
static void compare_number(const struct pxeboot_policy *policy, const struct configuration *configuration, unsigned number,
			   size_t stage)
{
	bool http = pxeboot_arch_code_get((uint16_t)number)->http;
	uint8_t numbers[9] = { 0, (uint8_t)number };
	char class[40];

	class_of(number, class);
	compare_stage(policy, configuration, stage, numbers, 2, class);
	compare_stage(policy, configuration, stage, numbers, 2, NULL);
	compare_stage(policy, configuration, stage, NULL, 0, class);
	compare_stage(policy, configuration, stage, numbers, 3, NULL);
	for (unsigned other = 0; other < PXEBOOT_ARCH_CODE_COUNT; other++) {
		/* Which of them wins can't be said where only one of them has an own build: that is told. */
		if (pxeboot_arch_code_get((uint16_t)other)->http != http ||
		    (is_served(policy, number) && is_served(policy, other) &&
		     has_build(policy, number) != has_build(policy, other)))
			continue;
		numbers[3] = (uint8_t)other;
		compare_stage(policy, configuration, stage, numbers, 4, NULL);
		numbers[5] = 41;
		numbers[7] = (uint8_t)other;
		compare_stage(policy, configuration, stage, numbers, 8, NULL);
		/* Option 93 wins, as long as its number is served. */
		class_of(other, class);
		if (is_served(policy, number))
			compare_stage(policy, configuration, stage, numbers, 2, class);
	}
}

/* An iPXE says no number of HTTP Boot. */
static void compare_all(const struct pxeboot_policy *policy, const struct configuration *configuration)
{
	for (size_t stage = 0; stage < ARRAY_SIZE(stages); stage++) {
		bool ipxe = stages[stage].features || (stages[stage].class != NULL && strstr(stages[stage].class, "iPXE") != NULL);

		compare_stage(policy, configuration, stage, NULL, 0, NULL);
		compare_stage(policy, configuration, stage, NULL, 0, "MSFT 5.0");
		compare_stage(policy, configuration, stage, NULL, 0, "PXEClient");
		for (unsigned number = 0; number < PXEBOOT_ARCH_CODE_COUNT; number++)
			if (!ipxe || !pxeboot_arch_code_get((uint16_t)number)->http)
				compare_number(policy, configuration, number, stage);
	}
}

static void write_configuration(const struct pxeboot_policy *policy, const struct plugin *plugin,
				struct configuration *ret)
{
	struct text text = TEXT_INIT;
	char *bytes;

	ck_assert_int_eq(plugin->output->write(policy, &text, NULL), 0);
	ck_assert_int_eq(text_take(&text, &bytes, NULL), 0);
	ck_assert_ptr_eq(strstr(bytes, "# NOT TESTED ON HARDWARE"), bytes);
	read_configuration(bytes, ret);
	ck_assert_str_eq(ret->next_server, SERVER);
	free(bytes);
}

START_TEST(classes_mean_what_decide_says)
{
	static const struct { const char *server, *rest; } rows[] = {
		{ "", "" },
		{ "http = \"http://10.77.0.1:8080\";", "" },
		{ "", "ipxe: { user_class = \"iPXE-lab\"; };\n" },
		{ "http = \"http://10.77.0.1:8080\";", "ipxe: { user_class = \"iPXE-lab\"; };\n" },
		{ "serve = [ \"x64-uefi\" ];", "ipxe: { user_class = \"iPXE-lab\"; };\n" },
		{ "", "ipxe: { build = { user_class = \"iPXE-lab\"; arch = \"bios\"; }; };\n" },
		{ "http = \"http://10.77.0.1:8080\";", "ipxe: { build = { user_class = \"iPXE-lab\"; arch = [ \"x64-uefi\", "
		  "\"loong64-uefi\" ]; }; };\n" },
		{ "serve = [ \"arm64-uefi\" ];", "ipxe: { build = { user_class = \"iPXE-lab\"; arch = \"bios\"; }; };\n" },
		{ "serve = [ \"bios\" ]; http = \"http://10.77.0.1\";", "" },
		{ "http = \"http://10.77.0.1\";", "loaders: { bios = \"b\"; ia32-uefi = \"i\"; x64-uefi = \"x\"; arm32-uefi = \"a\"; "
		  "arm64-uefi = \"aa\"; riscv32-uefi = \"r\"; riscv64-uefi = \"rr\"; loong64-uefi = \"l\"; };\n" },
	};
	struct pxeboot_policy *policy = load(rows[_i].server, rows[_i].rest);
	struct configuration configuration;

	write_configuration(policy, &plugin_comware, &configuration);
	ck_assert_uint_gt(configuration.n_order, 0);
	ck_assert_str_eq(configuration.file, "");
	compare_all(policy, &configuration);
	pxeboot_policy_unref(policy);
}
END_TEST

START_TEST(without_classes_there_is_one_name)
{
	static const struct { const char *server; const struct plugin *plugin; const char *file; } rows[] = {
		{ "", &plugin_comware_plain, "undionly.kpxe" },
		{ "default_arch = \"x64-uefi\";", &plugin_comware_plain, "snponly.efi" },
		{ "tftp = \"tftp-hpa\"; one_name = \"boot.0\";", &plugin_comware_plain, "boot.0" },
		{ "tftp = \"tftp-hpa\"; one_name = \"boot.0\";", &plugin_comware, "boot.0" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct pxeboot_policy *policy = load(rows[i].server, "");
		struct configuration configuration;

		write_configuration(policy, rows[i].plugin, &configuration);
		ck_assert_uint_eq(configuration.n_order, 0);
		ck_assert_str_eq(configuration.file, rows[i].file);
		pxeboot_policy_unref(policy);
	}
}
END_TEST

#define LONG "a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z/12345678901234567890123456"

START_TEST(what_it_cannot_say_is_told)
{
	static const struct { const char *server, *rest; const struct plugin *plugin; int result; const char *id; } rows[] = {
		{ "", "loaders: { bios = \"" LONG "\"; };\n", &plugin_comware, -EBADMSG, "comware.file-name" },
		{ "", "loaders: { bios = \"" LONG "\"; };\n", &plugin_comware_plain, -EBADMSG, "comware.file-name" },
		{ "", "", &plugin_comware_plain, 0, "comware.one-name" },
		{ "", "ipxe: { build = { user_class = \"iPXE-lab\"; arch = \"bios\"; }; };\n", &plugin_comware, 0, "comware.build" },
		{ "", "", &plugin_comware, 0, "comware.raspberry" },
		{ "", "hosts: ( { name = \"h\"; mac = \"52:54:00:00:00:01\"; loader = \"own\"; } );\n", &plugin_comware, 0, "comware.loader" },
		{ "", "groups: ( { name = \"g\"; match = { arch = \"bios\"; }; boot = \"disk\"; loader = \"own\"; } );\n",
		  &plugin_comware, 0, "comware.loader" },
		{ "", "groups: ( { name = \"g\"; match = { mac = \"52:54\"; }; boot = \"disk\"; } );\n", &plugin_comware, 0, "comware.group" },
	};
	struct pxeboot_policy *policy = load(rows[_i].server, rows[_i].rest);
	const struct pxeboot_diagnostic *finding;
	struct pxeboot_diagnostics *findings;
	struct text text = TEXT_INIT;
	bool found = false;

	ck_assert_int_eq(pxeboot_diagnostics_new(&findings), 0);
	ck_assert_int_eq(rows[_i].plugin->output->write(policy, &text, findings), rows[_i].result);
	for (size_t i = 0; (finding = pxeboot_diagnostics_get(findings, i)) != NULL; i++)
		found |= strcmp(finding->id, rows[_i].id) == 0;
	ck_assert_msg(found, "no %s", rows[_i].id);
	pxeboot_diagnostics_free(findings);
	pxeboot_policy_unref(policy);
	text_free(&text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("comware");
	TCase *tests = tcase_create("comware");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tests, classes_mean_what_decide_says, 0, 10);
	tcase_add_test(tests, without_classes_there_is_one_name);
	tcase_add_loop_test(tests, what_it_cannot_say_is_told, 0, 8);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
