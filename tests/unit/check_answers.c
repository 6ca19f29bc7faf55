/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * render: answer files, who gets which, the quoting of values in them, and what is told of them.
 */
#include "testing.h"

#include <errno.h>
#include <stdlib.h>

#include "base/macro.h"
#include "base/text.h"
#include "render/filter.h"
#include "render/secret.h"

#define TOKEN "52540000000100112233445566778899aabbccddeeff"

static char directory[64];
static struct pxeboot_diagnostics *diagnostics;

static void write_file(const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	ck_assert_int_ge(file_write(path, text, strlen(text), 0644), 0);
}

static void setup(void)
{
	snprintf(directory, sizeof(directory), "/tmp/pxeboot-answers.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	ck_assert_int_eq(pxeboot_diagnostics_new(&diagnostics), 0);
}

static void teardown(void)
{
	static const char *const names[] = { "pxeboot.conf", "a.preseed", "user-data", "meta-data", "b.json" };
	char path[128];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
		unlink(path);
	}
	rmdir(directory);
	pxeboot_diagnostics_free(diagnostics);
}

/* Profile p, whose settings are @profile, for hosts n1 (with a role) and n2, and group g. */
static struct pxeboot_policy *policy_with(const char *profile, const char *more)
{
	char text[2048], path[128];
	struct pxeboot_policy *policy = NULL;

	snprintf(text, sizeof(text),
		 "server: { address = \"10.77.0.1\"; root = \"/srv/pxeboot\"; live = \"http://10.77.0.1/live\"; };\n"
		 "profiles: { p: { kernel = \"k\"; %s }; d: { action = \"disk\"; }; };\n"
		 "hosts: ( { name = \"n1\"; mac = \"52:54:00:00:00:01\"; vars = { role = \"db\"; }; boot = \"p\"; %s },\n"
		 "         { name = \"n2\"; serial = \"S-2\"; uuid = \"00112233-4455-6677-8899-aabbccddeeff\"; boot = \"d\"; } );\n"
		 "groups: ( { name = \"g\"; match = { product = \"R640\"; }; boot = \"p\"; vars = { role = \"farm\"; }; } );\n"
		 "boot = \"d\";\n", profile, more);
	write_file("pxeboot.conf", text);
	snprintf(path, sizeof(path), "%s/pxeboot.conf", directory);
	ck_assert_int_eq(pxeboot_policy_load(path, NULL, &policy), 0);
	return policy;
}

/* ---- Quoting -------------------------------------------------------------------------------------------------------- */

static const struct {
	const char *filter, *value, *expected;
} filter_rows[] = {
	{ "json", "", "" },
	{ "json", "C:\\a \"b\" \xc3\xbc / '", "C:\\\\a \\\"b\\\" \xc3\xbc / '" },
	{ "json", "a\xe2\x80\xa8" "b\xe2\x80\xa9", "a\\u2028b\\u2029" },
	{ "json", "\xe2\x80\xa7", "\xe2\x80\xa7" },
	{ "yaml", "a: \"b\"", "a: \\\"b\\\"" },
	{ "xml", "<a b=\"c\">&'d'</a>", "&lt;a b=&quot;c&quot;&gt;&amp;&#39;d&#39;&lt;/a&gt;" },
	{ "sh", "", "''" },
	{ "sh", "it's $HOME `x` \\", "'it'\\''s $HOME `x` \\'" },
	{ "uri", "a b/c?d=\xc3\xbc%~", "a%20b%2Fc%3Fd%3D%C3%BC%25~" },
	{ "sh|json", "it's \"a\"", "'it'\\\\''s \\\"a\\\"'" },
	{ "json|xml|raw", "\"&", "\\&quot;&amp;" },
	{ "raw", "\"'<&>\\ $", "\"'<&>\\ $" },
};

START_TEST(filters_quote)
{
	CLEANUP_TEXT struct text out = TEXT_INIT;
	struct slice name = { filter_rows[_i].filter, strlen(filter_rows[_i].filter) };

	ck_assert_int_eq(filter_add(&out, name, filter_rows[_i].value), 0);
	text_add(&out, "");
	ck_assert_str_eq(out.bytes, filter_rows[_i].expected);
}
END_TEST

/* What one of these says is put together again by the shell as it was. */
START_TEST(the_shell_agrees)
{
	for (size_t i = 0; i < ARRAY_SIZE(filter_rows); i++) {
		CLEANUP_TEXT struct text command = TEXT_INIT;
		char line[256] = "";
		FILE *pipe;

		text_add(&command, "printf %s ");
		ck_assert_int_eq(filter_add(&command, (struct slice){ "sh", 2 }, filter_rows[i].value), 0);
		pipe = popen(command.bytes, "r");
		ck_assert_ptr_nonnull(pipe);
		line[fread(line, 1, sizeof(line) - 1, pipe)] = '\0';
		ck_assert_int_eq(pclose(pipe), 0);
		ck_assert_str_eq(line, filter_rows[i].value);
	}
}
END_TEST

START_TEST(unknown_filters_are_refused)
{
	static const char *const names[] = { "", "jso", "jsonx", "JSON", "sh ", "html", "sh|", "|sh", "sh|html", "html|sh" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		CLEANUP_TEXT struct text out = TEXT_INIT;

		ck_assert_int_eq(filter_add(&out, (struct slice){ names[i], strlen(names[i]) }, "x"), -ENOENT);
		ck_assert_uint_eq(out.length, 0);
	}
}
END_TEST

static const struct {
	const char *file, *value;
	bool expected;
} kind_rows[] = {
	{ "a.json", "a\"b", true }, { "a.json", "a\\b", true }, { "a.json", "<a> & 'b': #c", false },
	{ "config.ign", "a\"b", true },
	{ "a.xml", "a<b", true }, { "a.xml", "a&b", true }, { "a.xml", "a: {b} \\", false },
	{ "ks.cfg", "two words", true }, { "node.ks", "a;b", true }, { "node.ks", "node1.lab-2_x", false },
	{ "user-data", "a: b", true }, { "user-data", "a #b", true }, { "user-data", "it's", true }, { "user-data", "*a", true },
	{ "user-data", "- a", true }, { "user-data", "a:", true }, { "user-data", " a", true }, { "user-data", "", false },
	{ "user-data", "http://10.77.0.1/x", false }, { "a.yml", "two words", false }, { "meta-data", "@a", true },
};

START_TEST(values_that_need_a_filter)
{
	const struct filter_kind *kind = filter_kind_of(kind_rows[_i].file);

	ck_assert_ptr_nonnull(kind);
	ck_assert_msg(filter_is_needed(kind, kind_rows[_i].value) == kind_rows[_i].expected, "%s: '%s'", kind_rows[_i].file,
		      kind_rows[_i].value);
}
END_TEST

START_TEST(files_of_no_kind)
{
	static const char *const names[] = { "a.preseed", "x.cfg", "json", "a.json.old", "" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		ck_assert_ptr_null(filter_kind_of(names[i]));
}
END_TEST

/* ---- Findings ------------------------------------------------------------------------------------------------------- */

static const struct {
	const char *text, *id;
	unsigned line, column;
} refused[] = {
	{ "a\nb ${nobody} c\n", "variable.undefined", 2, 3 },
	{ "${ip}", "variable.undefined", 1, 1 },		/* only the running machine knows */
	{ "${done}", "variable.undefined", 1, 1 },		/* no one-shot boot */
	{ "x\n\n  ${open\n", "render.text", 3, 3 },
	{ "${}", "render.text", 1, 1 },
	{ "a ${name|}", "render.text", 1, 3 },
	{ "a ${name|json", "render.text", 1, 3 },
	{ "a ${name|sh|}", "render.text", 1, 3 },
	{ "a ${name|sh|html}", "answers.filter", 1, 3 },
	{ "a ${name |json}", "render.text", 1, 3 },
	{ "a ${name|html}", "answers.filter", 1, 3 },
	{ "a ${role:-x|json}${name|Json}", "answers.filter", 1, 18 },
};

START_TEST(faults_have_line_and_column)
{
	struct pxeboot_tree *tree = (struct pxeboot_tree *)1;
	const struct pxeboot_diagnostic *finding;
	struct pxeboot_policy *policy;

	write_file("a.preseed", refused[_i].text);
	policy = policy_with("answers = \"a.preseed\";", "");
	ck_assert_int_eq(pxeboot_tree_new(policy, diagnostics, &tree), -EBADMSG);
	ck_assert_ptr_eq(tree, (struct pxeboot_tree *)1);
	for (size_t i = 0; (finding = pxeboot_diagnostics_get(diagnostics, i)); i++)
		if (strcmp(finding->id, "answers.unknown-machine"))
			break;
	ck_assert_ptr_nonnull(finding);
	ck_assert_str_eq(finding->id, refused[_i].id);
	ck_assert_ptr_nonnull(strstr(finding->file, "/a.preseed"));
	ck_assert_uint_eq(finding->line, refused[_i].line);
	ck_assert_uint_eq(finding->column, refused[_i].column);
	pxeboot_policy_unref(policy);
}
END_TEST

/* Two files have the value, one of them a filter; each place is told once. */
START_TEST(unquoted_values_are_warned_of)
{
	struct pxeboot_policy *policy;
	struct pxeboot_tree *tree;
	size_t warned = 0;

	write_file("b.json", "{ \"a\": \"${motto}\", \"b\": \"${motto|json}\", \"c\": \"${motto|raw}\",\n  \"d\": \"${role}\" }\n");
	policy = policy_with("answers = \"b.json\"; vars = { motto = \"say \\\"hello\\\"\"; };", "");
	ck_assert_int_eq(pxeboot_tree_new(policy, diagnostics, &tree), 0);
	for (size_t i = 0; i < pxeboot_diagnostics_count(diagnostics); i++) {
		const struct pxeboot_diagnostic *finding = pxeboot_diagnostics_get(diagnostics, i);

		ck_assert_str_eq(finding->id, "answers.quote");
		ck_assert_int_eq(finding->severity, PXEBOOT_WARNING);
		ck_assert_uint_eq(finding->line, 1);
		ck_assert_uint_eq(finding->column, 9);
		warned++;
	}
	ck_assert_uint_eq(warned, 1);
	pxeboot_tree_free(tree);
	pxeboot_policy_unref(policy);
}
END_TEST

#define SALT_AND_HASH "saltsalt$abcdefghijklmnopqrstuv0123456789./ABCDEFGHIJK"

static const struct {
	const char *text, *what;	/* what is found, or NULL */
	unsigned line;
} secrets[] = {
	{ "", NULL, 0 }, { "$", NULL, 0 }, { "$6$", NULL, 0 }, { "$6$saltsalt$", NULL, 0 }, { "$6$saltsalt$!", NULL, 0 },
	{ "x=$1$2 y=$HOME/abcdefghijklmnopqrstuvwxyz", NULL, 0 },
	{ "$6$abcdefghijklmnopqrstuvwxyz", NULL, 0 },		/* a salt alone */
	{ "$6$saltsalt$abcdefghijklmnopqrstu", NULL, 0 },	/* one letter short of MD5's */
	{ "$8$" SALT_AND_HASH, NULL, 0 }, { "6$" SALT_AND_HASH, NULL, 0 },
	{ "-----BEGIN PUBLIC KEY-----", NULL, 0 }, { "PRIVATE KEY", NULL, 0 },
	{ "$1$saltsalt$abcdefghijklmnopqrstuv", "hash", 1 },
	{ "a\nrootpw --iscrypted $6$" SALT_AND_HASH "\n", "hash", 2 },
	{ "$5$rounds=535000$" SALT_AND_HASH, "hash", 1 }, { "'$y$j9T$" SALT_AND_HASH "'", "hash", 1 },
	{ "$2b$10$abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUVWXYZ01234", "hash", 1 },
	{ "\n\n-----BEGIN OPENSSH PRIVATE KEY-----\n", "private key", 3 }, { "-----BEGIN PRIVATE KEY-----", "private key", 1 },
};

START_TEST(secrets_are_seen)
{
	unsigned line = 0;
	const char *what = secret_find(secrets[_i].text, strlen(secrets[_i].text), &line);

	ck_assert_msg(!what == !secrets[_i].what, "%s", secrets[_i].text);
	ck_assert_uint_eq(line, secrets[_i].line);
	if (what)
		ck_assert_ptr_nonnull(strstr(what, secrets[_i].what));
}
END_TEST

/* In the text or in a value, once for all machines; where the file is private, it is where it should be. */
START_TEST(secrets_for_everybody_are_warned_of)
{
	static const char *const texts[] = { "a\nb $6$" SALT_AND_HASH "\n", "a\nb ${word}\n" };
	struct pxeboot_policy *policy;
	struct pxeboot_tree *tree;
	char profile[256];

	write_file("a.preseed", texts[_i / 2]);
	snprintf(profile, sizeof(profile), "answers = \"a.preseed\"; vars = { word = \"$6$" SALT_AND_HASH "\"; }; %s",
		 _i % 2 ? "private = true;" : "");
	policy = policy_with(profile, "");
	ck_assert_int_eq(pxeboot_tree_new(policy, diagnostics, &tree), 0);
	ck_assert_uint_eq(pxeboot_diagnostics_count(diagnostics), 1);
	ck_assert_str_eq(pxeboot_diagnostics_get(diagnostics, 0)->id, _i % 2 ? "answers.no-token" : "answers.secret");
	if (_i % 2 == 0) {
		ck_assert_int_eq(pxeboot_diagnostics_get(diagnostics, 0)->severity, PXEBOOT_WARNING);
		ck_assert_uint_eq(pxeboot_diagnostics_get(diagnostics, 0)->line, 2);
	}
	pxeboot_tree_free(tree);
	pxeboot_policy_unref(policy);
}
END_TEST

START_TEST(private_answers_without_a_token_are_warned_of)
{
	struct pxeboot_policy *policy;
	struct pxeboot_tree *tree;
	struct pxeboot_entry entry;

	write_file("a.preseed", "${done} ${product}\n");
	policy = policy_with("answers = \"a.preseed\"; private = true;", "once = \"p\";");
	ck_assert_int_eq(pxeboot_tree_new(policy, diagnostics, &tree), 0);
	ck_assert_uint_eq(pxeboot_diagnostics_count(diagnostics), 1);
	ck_assert_str_eq(pxeboot_diagnostics_get(diagnostics, 0)->id, "answers.no-token");
	for (size_t i = 0; pxeboot_tree_get(tree, i, &entry) == 0; i++)
		ck_assert_msg(strncmp(entry.path, "answers/", 8) != 0, "%s", entry.path);
	pxeboot_tree_free(tree);
	pxeboot_policy_unref(policy);
}
END_TEST

/* What opens them stands in no file that everybody can fetch. */
START_TEST(tokens_of_private_answers_are_for_live_scripts)
{
	static const char *const profiles[] = { "answers = \"a.preseed\";", "answers = \"a.preseed\"; private = true;" };
	struct pxeboot_policy *policy;
	struct pxeboot_client *client = client_of("mac=52:54:00:00:00:01");
	struct pxeboot_progress progress = { "p", TOKEN };
	char *file, *live;

	write_file("a.preseed", "x\n");
	policy = policy_with(profiles[_i], "");
	ck_assert_int_eq(pxeboot_once_script(policy, 0, "p", TOKEN, 1, false, NULL, &file), 0);
	ck_assert_int_eq(pxeboot_live_script(policy, client, &progress, NULL, &live, NULL), 0);
	ck_assert((strstr(file, TOKEN) != NULL) == (_i == 0));
	ck_assert_ptr_nonnull(strstr(live, "set var-token " TOKEN "\n"));
	free(file);
	free(live);
	pxeboot_client_unref(client);
	pxeboot_policy_unref(policy);
}
END_TEST

/* What nobody can know is told before the boot, private or not. */
START_TEST(one_shot_boots_are_tried)
{
	static const char *const profiles[] = { "answers = \"a.preseed\";", "answers = \"a.preseed\"; private = true;" };

	write_file("a.preseed", "${done}\n${nobody}\n");
	for (size_t i = 0; i < ARRAY_SIZE(profiles); i++) {
		struct pxeboot_policy *policy = policy_with(profiles[i], "once = \"p\";");
		struct pxeboot_tree *tree = NULL;

		ck_assert_int_eq(pxeboot_tree_new(policy, diagnostics, &tree), -EBADMSG);
		ck_assert(has_finding(diagnostics, "variable.undefined", 2));
		ck_assert_int_eq(pxeboot_tree_new_once(policy, 0, "p", TOKEN, NULL, &tree), -EBADMSG);
		ck_assert_ptr_null(tree);
		pxeboot_policy_unref(policy);
	}
}
END_TEST

/* ---- Who gets which ------------------------------------------------------------------------------------------------- */

static void expect_entry(struct pxeboot_tree *tree, const char *path, const char *text)
{
	struct pxeboot_entry entry;

	for (size_t i = 0; pxeboot_tree_get(tree, i, &entry) == 0; i++) {
		if (strcmp(entry.path, path))
			continue;
		ck_assert_str_eq(entry.bytes, text);
		return;
	}
	ck_abort_msg("no %s", path);
}

START_TEST(hosts_and_groups_have_theirs)
{
	struct pxeboot_policy *policy;
	struct pxeboot_tree *tree;

	write_file("user-data", "#cloud-config\nrole: ${role} ${colour} ${size:-small} ${motto|sh:-be brief} $${x}\n");
	write_file("meta-data", "");
	policy = policy_with("answers = [ \"user-data\", \"meta-data\" ]; vars = { role = \"none\"; colour = \"red\"; size = \"XL\"; };",
			     "");
	ck_assert_int_eq(pxeboot_tree_new(policy, diagnostics, &tree), 0);
	ck_assert_uint_eq(pxeboot_diagnostics_count(diagnostics), 0);
	expect_entry(tree, "answers/52-54-00-00-00-01/p/user-data", "#cloud-config\nrole: db red XL 'be brief' ${x}\n");
	expect_entry(tree, "answers/52-54-00-00-00-01/p/meta-data", "");
	expect_entry(tree, "answers/group-g/p/user-data", "#cloud-config\nrole: farm red XL 'be brief' ${x}\n");
	pxeboot_tree_free(tree);
	pxeboot_policy_unref(policy);
}
END_TEST

START_TEST(one_shot_boots_have_theirs)
{
	struct pxeboot_policy *policy;
	struct pxeboot_tree *tree;
	struct pxeboot_entry entry;

	write_file("a.preseed", "${name} ${done} ${answers}\n");
	policy = policy_with("answers = \"a.preseed\";", "");
	ck_assert_int_eq(pxeboot_tree_new_once(policy, 0, "p", TOKEN, diagnostics, &tree), 0);
	ck_assert_int_eq(pxeboot_tree_get(tree, 0, &entry), 0);
	ck_assert_str_eq(entry.path, "answers/" TOKEN "/p/a.preseed");
	ck_assert_str_eq(entry.bytes, "n1 http://10.77.0.1/live/done/" TOKEN " tftp://10.77.0.1/answers/" TOKEN "/p/a.preseed\n");
	ck_assert_int_eq(pxeboot_tree_get(tree, 1, &entry), -ENOENT);
	pxeboot_tree_free(tree);
	pxeboot_policy_unref(policy);
}
END_TEST

/* ---- Live ----------------------------------------------------------------------------------------------------------- */

#define OTHER "52540000000200112233445566778899aabbccddeeff"

static const struct {
	bool private;
	const char *machine, *file, *facts, *boot, *token;
	int expected;
	const char *text;
} live[] = {
	{ false, "52-54-00-00-00-09", "p/a.preseed", "", NULL, NULL, -ENOENT, NULL },
	{ false, "nobody", "p/a.preseed", "", NULL, NULL, -ENOENT, NULL },
	{ false, "group-h", "p/a.preseed", "", NULL, NULL, -ENOENT, NULL },
	{ false, "serial-S-3", "p/a.preseed", "", NULL, NULL, -ENOENT, NULL },
	{ false, "uuid-x", "p/a.preseed", "", NULL, NULL, -ENOENT, NULL },
	{ false, "default", "a.preseed", "", NULL, NULL, -ENOENT, NULL },
	{ false, "default", "q/a.preseed", "", NULL, NULL, -ENOENT, NULL },
	{ false, "default", "d/a.preseed", "", NULL, NULL, -ENOENT, NULL },
	{ false, "default", "p/b.preseed", "", NULL, NULL, -ENOENT, NULL },
	{ false, "default", "p/../p/a.preseed", "", NULL, NULL, -ENOENT, NULL },
	{ false, "default", "p/a.preseed/", "", NULL, NULL, -ENOENT, NULL },
	{ false, "default", "/a.preseed", "", NULL, NULL, -ENOENT, NULL },
	{ false, "", "p/a.preseed", "", NULL, NULL, -ENOENT, NULL },
	{ false, TOKEN, "p/a.preseed", "", NULL, NULL, -EACCES, NULL },
	{ false, TOKEN, "p/a.preseed", "", "p", OTHER, -EACCES, NULL },
	{ false, OTHER, "p/a.preseed", "", "p", OTHER, -ENOENT, NULL },		/* nobody's any more */
	{ true, "52-54-00-00-00-01", "p/a.preseed", "", NULL, NULL, -EACCES, NULL },
	{ true, "52-54-00-00-00-01", "p/a.preseed", "", "p", NULL, -EACCES, NULL },
	{ true, TOKEN, "p/a.preseed", "", NULL, TOKEN, -EACCES, NULL },
	{ true, TOKEN, "p/a.preseed", "", "d", TOKEN, -EACCES, NULL },		/* the boot does not lead there */
	{ true, TOKEN, "p/a.preseed", "", "gone", TOKEN, -EACCES, NULL },
	{ false, "default", "p/a.preseed", "", NULL, NULL, -EBADMSG, NULL },
	{ false, "default", "p/a.preseed", "mac=52:54:00:00:00:07 product=A\x01", NULL, NULL, -EBADMSG, NULL },
	{ false, "default", "p/a.preseed", "mac=52:54:00:00:00:07 product=A\xff", NULL, NULL, -EBADMSG, NULL },
	{ false, "default", "p/a.preseed", "mac=52:54:00:00:00:07 product=R650 arch=7", NULL, NULL, 0,
	  "52-54-00-00-00-07 none R650 x64-uefi no\n" },
	{ false, "group-g", "p/a.preseed", "mac=52:54:00:00:00:07 product=R640", NULL, NULL, 0, NULL },
	{ false, "serial-S-2", "p/a.preseed", "product=R640 arch=0", NULL, NULL, 0, "n2 none R640 bios no\n" },
	{ false, "uuid-00112233-4455-6677-8899-aabbccddeeff", "p/a.preseed", "product=R640 arch=0", NULL, NULL, 0,
	  "n2 none R640 bios no\n" },
	{ false, "52-54-00-00-00-01", "p/a.preseed", "product=R640 arch=7", NULL, NULL, 0, "n1 db R640 x64-uefi no\n" },
	{ true, TOKEN, "p/a.preseed", "product=R640 arch=7", "p", TOKEN, 0,
	  "n1 db R640 x64-uefi http://10.77.0.1/live/done/" TOKEN "\n" },
	{ true, "52-54-00-00-00-01", "p/a.preseed", "product=R640 arch=7", "p", TOKEN, 0, NULL },
};

START_TEST(whoever_asks_now)
{
	struct pxeboot_progress progress = { live[_i].boot, live[_i].token };
	char *untouched = (char *)1, *text = untouched;
	struct pxeboot_client *client = client_of(live[_i].facts);
	struct pxeboot_policy *policy;
	size_t length = 7;
	int r;

	write_file("a.preseed", "${name} ${role:-none} ${product} ${arch:-any} ${done:-no}\n");
	policy = policy_with(live[_i].private ? "answers = \"a.preseed\"; private = true;" : "answers = \"a.preseed\";", "");
	r = pxeboot_answers(policy, live[_i].machine, live[_i].file, client, live[_i].boot || live[_i].token ? &progress : NULL,
			    diagnostics, &text, &length);
	ck_assert_int_eq(r, live[_i].expected);
	ck_assert_int_eq(r == -EBADMSG, pxeboot_diagnostics_count(diagnostics) > 0);
	ck_assert_int_eq(text == untouched, r != 0);
	if (r == 0 && live[_i].text)
		ck_assert_str_eq(text, live[_i].text);
	ck_assert_uint_eq(length, r ? 7 : strlen(text));
	if (r == 0)
		free(text);
	pxeboot_client_unref(client);
	pxeboot_policy_unref(policy);
}
END_TEST

/* What a machine says of itself, and that it has not said it. */
static const struct {
	const char *file, *facts;
	int expected;
	const char *text;
} said[] = {
	{ "${mac}", "product=A", -EBADMSG, NULL },
	{ "${uuid}", "product=A", -EBADMSG, NULL },
	{ "${serial}", "product=A", -EBADMSG, NULL },
	{ "${ip}", "product=A", -EBADMSG, NULL },
	{ "${manufacturer}", "product=A", -EBADMSG, NULL },
	{ "${manufacturer}", "manufacturer=A\x01", -EBADMSG, NULL },
	{ "${mac:-none} ${uuid:-none} ${serial:-none} ${ip:-none} ${manufacturer:-none}", "product=A", 0, "none none none none none" },
	{ "${mac} ${uuid} ${serial} ${ip} ${manufacturer} ${server}",
	  "mac=52:54:00:00:00:07 uuid=00112233-4455-6677-8899-aabbccddee00 serial=S-7 ip=10.77.0.7 manufacturer=Acme", 0,
	  "52:54:00:00:00:07 00112233-4455-6677-8899-aabbccddee00 S-7 10.77.0.7 Acme 10.77.0.1" },
};

START_TEST(machines_say_who_they_are)
{
	struct pxeboot_client *client = client_of(said[_i].facts);
	char *untouched = (char *)1, *text = untouched;
	struct pxeboot_policy *policy;

	write_file("a.preseed", said[_i].file);
	policy = policy_with("answers = \"a.preseed\";", "");
	ck_assert_int_eq(pxeboot_answers(policy, "default", "p/a.preseed", client, NULL, diagnostics, &text, NULL), said[_i].expected);
	ck_assert_int_eq(said[_i].expected != 0, pxeboot_diagnostics_count(diagnostics) > 0);
	ck_assert_int_eq(said[_i].expected != 0, text == untouched);
	if (text != untouched) {
		ck_assert_str_eq(text, said[_i].text);
		free(text);
	}
	pxeboot_client_unref(client);
	pxeboot_policy_unref(policy);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("answers");
	TCase *tests = tcase_create("answers");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, filters_quote, 0, ARRAY_SIZE(filter_rows));
	tcase_add_test(tests, the_shell_agrees);
	tcase_add_test(tests, unknown_filters_are_refused);
	tcase_add_loop_test(tests, values_that_need_a_filter, 0, ARRAY_SIZE(kind_rows));
	tcase_add_test(tests, files_of_no_kind);
	tcase_add_loop_test(tests, faults_have_line_and_column, 0, ARRAY_SIZE(refused));
	tcase_add_test(tests, unquoted_values_are_warned_of);
	tcase_add_loop_test(tests, secrets_are_seen, 0, ARRAY_SIZE(secrets));
	tcase_add_loop_test(tests, secrets_for_everybody_are_warned_of, 0, 4);
	tcase_add_test(tests, private_answers_without_a_token_are_warned_of);
	tcase_add_loop_test(tests, tokens_of_private_answers_are_for_live_scripts, 0, 2);
	tcase_add_test(tests, one_shot_boots_are_tried);
	tcase_add_test(tests, hosts_and_groups_have_theirs);
	tcase_add_test(tests, one_shot_boots_have_theirs);
	tcase_add_loop_test(tests, whoever_asks_now, 0, ARRAY_SIZE(live));
	tcase_add_loop_test(tests, machines_say_who_they_are, 0, ARRAY_SIZE(said));
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
