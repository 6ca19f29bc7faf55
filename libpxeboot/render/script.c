/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The frame of every script: head, the settings that quoting needs, set-up, body, and the failsafe at its end.
 */
#include "render/script.h"

#include <errno.h>
#include <string.h>

#include "render/quote.h"
#include "render/render.h"

#define USUAL_SIZE 16000		/* bytes that few scripts have more of */
#define HEAD_SIZE 500			/* likewise, of a head */

void script_init(struct script *script, const struct pxeboot_policy *policy,
		 struct pxeboot_diagnostics *diagnostics)
{
	*script = (struct script){ .policy = policy, .diagnostics = diagnostics };
	text_grow(&script->body, USUAL_SIZE);
}

void script_free(struct script *script)
{
	text_free(&script->setup);
	text_free(&script->body);
}

void script_add(struct script *script, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	text_addv(&script->body, format, arguments);
	va_end(arguments);
}

void script_add_script(struct script *script, const struct script *part)
{
	text_add_bytes(&script->body, part->setup.bytes, part->setup.length);
	text_add_bytes(&script->body, part->body.bytes, part->body.length);
	if (part->setup.error || part->body.error)
		script->body.error = -ENOMEM;
	script->symbols |= part->symbols;
	script->needs_arch |= part->needs_arch;
	script->needs_folder |= part->needs_folder;
	script->failed |= part->failed;
}

void script_add_url(struct script *script, const char *path, struct location where, const char *subject)
{
	if (!strstr(path, "://"))
		script_add(script, "${base}/");
	script_add_word(script, path, where, subject);
}

void script_add_chain_to(struct script *script, int item)
{
	text_add(&script->body, "chain --replace --autofree ${base}/");
	render_item_path(&script->body, &script->policy->items[item]);
	text_add(&script->body, " || goto failed\n");
}

void script_add_group_pick(struct script *script, const struct group *group, const char *command)
{
	const char *names[] = { group->script_url, group->script6 };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (group->tested == PXEBOOT_WHERE_DHCP && names[i])
			script_add(script, "iseq ${filename} %s && %s%s ||\n", names[i], command, group->script);
}

void script_add_vars(struct script *script, const struct variable *vars, size_t n_vars, const char *subject)
{
	for (size_t i = 0; i < n_vars; i++) {
		script_add(script, "set var-%s ", vars[i].name);
		script_add_value(script, vars[i].value, vars[i].where, subject);
		script_add(script, "\n");
	}
}

/* What iPXE says of HTTP's 404 and of TFTP's "file not found", which has another number since 2020; on BIOS and on UEFI. */
static const char *const missing_errors[] = {
	"0x2d0c613b", "0x2d0c618e", "0x2d12603b", "0x2d12608e", "0x2d12613b", "0x2d12618e",
};

void script_add_missing_errors(struct script *script)
{
	for (size_t i = 0; i < ARRAY_SIZE(missing_errors); i++)
		script_add(script, "set missing-%s yes\n", missing_errors[i]);
}

/* A test that fails leaves an error of its own. */
void script_add_missing_test(struct script *script)
{
	script_add(script, "set code ${errno}\n"
			   "isset ${missing-${code}} || goto unsure\n");
}

/* A page that is no script stays behind under its name, and must not be found at the next try. */
void script_add_unsure(struct script *script, const char *image)
{
	script_add(script, ":unsure\n"
			   "imgfree %s ||\n"
			   "chain --autofree ${base}/" LEARNER " && goto start ||\n", image);
}

/* A web server that gives something for a file that is nowhere can't say what is missing: TFTP can. */
static void add_way_round(struct script *script)
{
	const struct pxeboot_policy *policy = script->policy;
	bool tftp = strcmp(pxeboot_policy_get(policy, "server.tftp"), "none") != 0;

	script_add(script, ":something\n"
			   "imgfree none ||\n");
	if (tftp && policy->http)
		script_add(script, "iseq ${base} %s && set base tftp://%s && exit ||\n", policy->http, policy->address);
	if (tftp && policy->http6)
		script_add(script, "iseq ${base} %s && set base %s && exit ||\n", policy->http6, policy->tftp6);
	script_add(script, "echo ${base} gives something for files that it does not have.\n"
			   "exit ${code}\n");
}

/* A server that is away gives an error, too, and the same one for every file: this script has come from it, and then the
 * error must be that of a file which never is there.  Where it is not, this ends with it, so that it is what is told. */
int script_render_learner(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics, struct text *out)
{
	struct script script;
	int r;

	script_init(&script, policy, diagnostics);
	script_add(&script, "imgfetch --name none ${base}/hosts/none && goto something ||\n"
			    "iseq ${errno} ${code} || exit ${code}\n"
			    "set missing-${code} yes\n"
			    "exit\n");
	add_way_round(&script);
	r = script_finish(&script, "what", "an error means that scripts don't know", policy->server_where, out);
	script_free(&script);
	return r;
}

void script_add_arch_test(struct script *script, int arch)
{
	const struct pxeboot_arch_info *info = pxeboot_arch_get(arch);

	if (info->ipxe_buildarch)
		script_add(script, "iseq ${platform}/${buildarch} %s/%s", info->ipxe_platform, info->ipxe_buildarch);
	else
		script_add(script, "iseq ${platform} %s", info->ipxe_platform);
}

#define RETRY(problem) \
	":failed\n" \
	"echo " problem ".\n" \
	"prompt --key s --timeout 5000 Press s for a shell; trying again in 5 seconds... && shell ||\n"
#define RETRY_LOAD RETRY("Could not load a file from ${base} (error ${errno})")
#define RETRY_FIND RETRY("Found nothing to boot")

/* Unattended machines keep trying: a server that comes back finds them waiting.  A person gets a shell. */
void script_add_retry(struct script *script)
{
	text_add(&script->body, RETRY_LOAD "goto start\n");
}

static const char show_network[] =
	":network\n"
	"ifstat ||\n"
	"route ||\n"
	"echo Card ${embed-dev}, ${${embed-dev}/mac}, address ${${embed-dev}/ip}, gateway ${${embed-dev}/gateway}\n"
	"echo DHCP of ${${embed-dev}/dhcp-server}: server ${${embed-dev}/next-server}, file ${${embed-dev}/filename}\n"
	"echo Proxy DHCP: server ${proxydhcp/next-server}, file ${proxydhcp/filename}\n"
	"prompt --timeout 60000 Press any key for the menu... ||\n"
	"goto failsafe\n";

/* What the menu at the end offers; each is a label of its own.  In one piece each, for every live answer has them. */
static const struct way {
	const char *item;
	const char *commands;		/* with their label; "": the script has them */
	bool boot_root, embedded;	/* whose menu has it */
} ways[] = {
#define ITEM(label, text) "item " label " " text "\n"
	{ ITEM("start", "Try again"), "", true, true },
	{ ITEM("over", "Start over"), ":over\nchain --replace --autofree ${base}/boot.ipxe || goto failed\n", true, false },
	{ ITEM("shell", "iPXE shell"), ":shell\nshell ||\ngoto start\n", true, true },
	{ ITEM("network", "Network details"), show_network, false, true },
	{ ITEM("disk", "Boot from disk"), ":disk\n" SCRIPT_BOOT_DISK, false, true },
	{ ITEM("reboot", "Restart the machine"), ":reboot\nreboot || goto failsafe\n", true, true },
	{ ITEM("firmware", "Back to the firmware"), ":firmware\nexit 1\n", true, true },
#undef ITEM
};

static void add_failsafe(struct script *script, bool embedded)
{
	struct text *out = &script->body;

	text_add(out, "inc failures\n"
		      "iseq ${failures} 3 || goto start\n"
		      ":failsafe\n"
		      "set failures:int32 0\n"
		      "menu Nothing could be booted\n");
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++)
		if (embedded ? ways[i].embedded : ways[i].boot_root)
			text_add(out, ways[i].item);
	text_add(out, "choose --default start --timeout 60000 outcome || goto failsafe\n"
		      "goto ${outcome}\n");
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++)
		if (embedded ? ways[i].embedded : ways[i].boot_root)
			text_add(out, ways[i].commands);
}

void script_add_failsafe(struct script *script)
{
	text_add(&script->body, RETRY_LOAD);
	add_failsafe(script, false);
}

void script_add_embedded_failsafe(struct script *script)
{
	text_add(&script->body, RETRY_FIND);
	add_failsafe(script, true);
}

/* Only the file's own name: the same policy gives the same bytes wherever it lies. */
void script_add_origin(struct text *out, const char *what, const char *name, struct location where)
{
	const char *slash = where.file ? strrchr(where.file, '/') : NULL;

	text_addf(out, "# %s %s, from ", what, name);
	text_add_escaped(out, slash ? slash + 1 : where.file ? where.file : "the policy");
	if (where.line)
		text_addf(out, ":%u", where.line);
	text_add(out, ". Written by pxeboot; changes are lost.\n");
}

struct location host_origin(const struct host *host)
{
	return (struct location){ host->where.file, 0 };
}

/* IPv4 first: ${ip} is set where there is an address of it.  (${ip6} is no test: builds of 2025 have it everywhere.) */
static void add_base(struct text *out, const struct pxeboot_policy *policy)
{
	if (policy->base6)
		text_addf(out, "isset ${base} || isset ${ip} || set base %s\n", policy->base6);
	text_addf(out, "isset ${base} || set base %s\n", policy->base);
}

void script_find_base(struct script *script)
{
	script->finds_base = script->policy->base6 != NULL;
	if (script->finds_base)
		add_base(&script->body, script->policy);
}

/* The answer files of a one-shot boot lie in a folder of its own, for its token is written in them. */
static const char find_folder[] =
	"set folder ${var-machine}\n"
	"isset ${var-token} && set folder ${var-token} ||\n";

/* Our names of architectures, by what iPXE says of itself. */
static void add_arch(struct text *out)
{
	text_add(out, "set arch ${platform}/${buildarch}\n");
	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
		const struct pxeboot_arch_info *info = pxeboot_arch_get(arch);

		if (info->ipxe_buildarch)
			text_addf(out, "iseq ${platform}/${buildarch} %s/%s", info->ipxe_platform, info->ipxe_buildarch);
		else
			text_addf(out, "iseq ${platform} %s", info->ipxe_platform);
		text_addf(out, " && set arch %s ||\n", info->name);
	}
}

int script_finish(struct script *script, const char *what, const char *name, struct location where,
		  struct text *out)
{
	if (script->failed)
		return -EBADMSG;
	if (script->setup.error)
		return script->setup.error;
	if (script->body.error)
		return script->body.error;
	text_grow(out, script->setup.length + script->body.length + HEAD_SIZE);
	text_add(out, "#!ipxe\n");
	script_add_origin(out, what, name, where);
	if (!script->finds_base)
		add_base(out, script->policy);
	quote_add_symbols(out, script->symbols);
	if (script->needs_arch)
		add_arch(out);
	if (script->needs_folder)
		text_add(out, find_folder);
	text_add_bytes(out, script->setup.bytes, script->setup.length);
	text_add_bytes(out, script->body.bytes, script->body.length);
	return out->error;
}
