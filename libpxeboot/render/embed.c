/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The script that an own build of iPXE carries: it names the build in DHCP, asks for an address card by card, and runs
 * what it finds in the boot root.  A script that fails comes back here, whatever it is, and ends in the failsafe menu; one
 * that was left on purpose ends this one, too.
 */
#include <errno.h>
#include <string.h>

#include "render/render.h"
#include "render/script.h"
#include "render/template.h"
#include "render/variables.h"

#define DEFAULT_USER_CLASS "iPXE-pxeboot"
#define PATIENCE "--timeout 5000"	/* without a byte; a server that is away must not hold the others up */
#define MORE_PATIENCE "--timeout 15000"	/* of another network, or with TLS to begin with */

/* A script that ends well ends this one, and so does exit 1, which is how scripts leave for the firmware.  It gets an error
 * both times, and goes on to its next boot entry: after a success, UEFI waits in its set-up menu for ever. */
#define UNLESS_LEFT " && exit 1 ||\niseq ${errno} 0x1 && exit 1 ||\n"

/* The card that booted has an address before anybody has asked DHCP: the firmware's, handed on.  A card behind a VLAN has a
 * name that can't be guessed, but was opened last. */
static void add_booted(struct script *script)
{
	script_add(script, "clear embed-booted ||\n"
			   "isset ${netX/ip} && isset ${netX/ifname} && set embed-booted ${netX/ifname} && goto start ||\n"
			   "set embed-card:int32 0\n"
			   ":which\n"
			   "isset ${net${embed-card}/mac} || goto start\n"
			   "isset ${net${embed-card}/ip} && set embed-booted net${embed-card} && goto start ||\n"
			   "inc embed-card\n"
			   "goto which\n");
}

/* That card first, then each of the others; those that led nowhere are closed, so that none of them is in the way. */
static void add_cards(struct script *script, unsigned vlan)
{
	script_add(script, ":start\n"
			   "clear embed-tag ||\n"
			   "clear embed-answered ||\n"
			   ":round\n"
			   "isset ${embed-booted} || goto cards\n"
			   "set embed-nic ${embed-booted}\n"
			   "goto ask\n"
			   ":cards\n"
			   "set embed-card:int32 0\n"
			   ":card\n"
			   "set embed-nic net${embed-card}\n"
			   "isset ${${embed-nic}/mac} || goto %s\n"
			   "iseq ${embed-nic} ${embed-booted} || goto ask\n"
			   ":skip\n"
			   "inc embed-card\n"
			   "goto card\n"
			   ":on\n"
			   "isset ${net1/mac} && ifclose ${embed-dev} ||\n"
			   "iseq ${embed-nic} ${embed-booted} && goto cards || goto skip\n", vlan ? "tagged" : "failed");
	if (vlan)
		script_add(script, ":tagged\n"
				   "isset ${embed-answered}${embed-tag} && goto failed ||\n"
				   "set embed-tag -%u\n"
				   "goto round\n", vlan);
}

/* What the firmware got serves as well where DHCP does not answer any more: no file is asked by the name that it says. */
static void add_ask(struct script *script, unsigned vlan, bool ipv6)
{
	script_add(script, ":ask\n"
			   "set embed-dev ${embed-nic}${embed-tag}\n");
	if (vlan)
		script_add(script, "isset ${embed-tag} && vcreate --tag %u ${embed-nic} ||\n", vlan);
	script_add(script, "dhcp --configurator dhcp ${embed-dev} && goto found ||\n");
	if (ipv6)
		script_add(script, "ifconf --configurator ipv6 ${embed-dev} && goto found ||\n");
	script_add(script, "isset ${${embed-dev}/ip} && ifopen ${embed-dev} || goto on\n"
			   ":found\n"
			   "set embed-answered yes\n");
}

/* One server's boot root, ${embed-root}.  iPXE on BIOS would run any page that a web server gives instead of a file: there
 * it must not have a file that is nowhere.  A script that failed has left nothing behind for the next. */
static void add_look(struct script *script, bool sets_base)
{
	script_add(script, ":look\n"
			   "iseq ${platform} pcbios && imgfetch --name none " PATIENCE " ${embed-root}/hosts/none "
			   "&& imgfree none && goto ${embed-then} ||\n"
			   "clear var-machine ||\n"
			   "clear var-token ||\n"
			   "clear from ||\n"
			   "%s"
			   "chain --name host-script --autofree " PATIENCE " "
			   "${embed-root}/hosts/${${embed-nic}/mac:hexhyp}.ipxe" UNLESS_LEFT
			   "imgfree host-script ||\n"
			   "chain --name boot-script --autofree " PATIENCE " ${embed-root}/${embed-script}" UNLESS_LEFT
			   "imgfree boot-script ||\n"
			   "goto ${embed-then}\n", sets_base ? "set base ${embed-root}\n" : "clear base ||\n");
}

/* ---- Of any policy ------------------------------------------------------------------------------------------------ */

/* Who answers for booting knows where the files are, rather than who gives addresses.  The ports are the usual ones; the
 * script that comes says where the policy has its files. */
static void add_any_server(struct script *script)
{
	static const char *const named_by[] = {
		"${proxydhcp/next-server}", "${pxebs/next-server}", "${${embed-dev}/next-server}",
	};

	script_add(script, "set embed-script boot.ipxe\n");
	for (size_t i = 0; i < ARRAY_SIZE(named_by); i++) {
		script_add(script, ":server%zu\nset embed-server %s\n", i, named_by[i]);
		if (i + 1 < ARRAY_SIZE(named_by))
			script_add(script, "set embed-after server%zu\nisset ${embed-server} && goto server ||\n", i + 1);
		else
			script_add(script, "set embed-after on\nisset ${embed-server} || goto on\n");
	}
	script_add(script, ":server\n"
			   "set embed-root http://${embed-server}\n"
			   "set embed-then tftp\n"
			   "goto look\n"
			   ":tftp\n"
			   "set embed-root tftp://${embed-server}\n"
			   "set embed-then ${embed-after}\n");
}

static int render_generic(struct pxeboot_diagnostics *diagnostics, struct text *out)
{
	struct script script;
	int r;

	script_init(&script, NULL, diagnostics);
	script.finds_base = true;
	script_add(&script, "set user-class " DEFAULT_USER_CLASS "\nset replaced yes\n");
	script_add_missing_errors(&script);
	add_booted(&script);
	add_cards(&script, 0);
	add_ask(&script, 0, false);
	add_any_server(&script);
	add_look(&script, false);
	script_add_embedded_failsafe(&script);
	r = script_finish(&script, "embedded script", "for any policy",
			  (struct location){ .file = "pxeboot render embed --generic" }, out);
	script_free(&script);
	return r;
}

/* ---- Of one policy ------------------------------------------------------------------------------------------------ */

#define MAX_ROOTS 2			/* HTTP, then TFTP */

/* Where the boot root is, the best first.  Over IPv6 they are others. */
struct roots {
	const char *ip4[MAX_ROOTS], *ip6[MAX_ROOTS];
	size_t count;
};

static struct roots roots_of(const struct pxeboot_policy *policy, const char *tftp)
{
	bool http = policy->http || policy->http6;
	struct roots roots = { .count = http ? 2 : 1 };

	roots.ip4[0] = policy->http ? policy->http : tftp;
	roots.ip6[0] = policy->base6;
	roots.ip4[1] = tftp;
	roots.ip6[1] = policy->tftp6;
	return roots;
}

static void add_root(struct script *script, const struct roots *roots, size_t i, const char *setting)
{
	script_add(script, "set %s %s\n", setting, roots->ip4[i]);
	if (roots->ip6[i])
		script_add(script, "isset ${${embed-dev}/ip} || set %s %s\n", setting, roots->ip6[i]);
}

static void add_group_picks(struct script *script)
{
	const struct pxeboot_policy *policy = script->policy;

	script_add(script, "set embed-script boot.ipxe\n");
	for (size_t i = 0; i < policy->n_groups; i++)
		script_add_group_pick(script, &policy->groups[i], "set embed-script ");
}

static bool is_defined(const struct pxeboot_policy *policy, struct slice name)
{
	for (size_t i = 0; i < policy->n_vars; i++)
		if (slice_is(name, policy->vars[i].name))
			return true;
	return variable_is_built_in(name);
}

/* No host's or group's script has run before it. */
static void check_next(struct script *script)
{
	const struct pxeboot_policy *policy = script->policy;
	struct template template = template_over(policy->embed_next);
	struct chunk chunk;

	while (template_next(&template, &chunk) > 0) {
		if (chunk.kind != CHUNK_VARIABLE || chunk.has_default || is_defined(policy, chunk.text))
			continue;
		diagnostics_add(script->diagnostics, PXEBOOT_ERROR, "variable.undefined", policy->embed_next_where,
				"ipxe.embed.next: nothing defines '%.*s', expected it in vars of all machines, or a default "
				"'${%.*s:-...}'", (int)chunk.text.length, chunk.text.at, (int)chunk.text.length, chunk.text.at);
		script->failed = true;
	}
}

/* Over HTTP, then over TFTP, where it lies in the boot root.  With a whole URL it is somebody else's, who has a base of his
 * own. */
static void add_next_chains(struct script *script, const struct roots *roots)
{
	const struct pxeboot_policy *policy = script->policy;
	bool elsewhere = strstr(policy->embed_next, "://") != NULL;

	for (size_t i = 0; i < (elsewhere ? 1 : roots->count); i++) {
		if (elsewhere)
			script_add(script, "clear base ||\n");
		else
			add_root(script, roots, i, "base");
		script_add(script, "chain --autofree %s ", elsewhere ? MORE_PATIENCE : PATIENCE);
		script_add_url(script, policy->embed_next, policy->embed_next_where, "ipxe.embed.next");
		script_add(script, UNLESS_LEFT);
	}
}

/* What its text needs is set where it stands: in the head no variable is set yet, and no address. */
static void add_next(struct script *script, const struct roots *roots)
{
	const struct pxeboot_policy *policy = script->policy;
	struct script chains;

	check_next(script);
	script_add(script, ":next\n"
			   "set var-name ${${embed-nic}/mac:hexhyp}\n"
			   "set var-machine " UNKNOWN_MACHINE "\n");
	script_add_vars(script, policy->vars, policy->n_vars, "vars");
	script_init(&chains, policy, script->diagnostics);
	add_next_chains(&chains, roots);
	script_add_script(script, &chains);
	script_free(&chains);
	script_add(script, "goto on\n");
}

static void add_own_server(struct script *script, const struct roots *roots)
{
	const char *last = script->policy->embed_next ? "next" : "on";

	add_group_picks(script);
	for (size_t i = 0; i < roots->count; i++) {
		if (i)
			script_add(script, ":root%zu\n", i);
		add_root(script, roots, i, "embed-root");
		if (i + 1 < roots->count)
			script_add(script, "set embed-then root%zu\n", i + 1);
		else
			script_add(script, "set embed-then %s\n", last);
		script_add(script, "goto look\n");
	}
}

static void add_body(struct script *script, const struct pxeboot_policy *policy, const struct roots *roots)
{
	script_add(script, "set user-class ");
	script_add_value(script, policy->user_class ? policy->user_class : DEFAULT_USER_CLASS, policy->user_class_where,
			 "ipxe.user_class");
	script_add(script, "\nset replaced yes\n");
	script_add_missing_errors(script);
	add_booted(script);
	add_cards(script, policy->embed_vlan);
	add_ask(script, policy->embed_vlan, policy->base6 != NULL);
	add_own_server(script, roots);
	if (policy->embed_next)
		add_next(script, roots);
	add_look(script, true);
	script_add_embedded_failsafe(script);
}

static int render_embedded(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics, struct text *out)
{
	CLEANUP_TEXT struct text tftp = TEXT_INIT;
	struct roots roots;
	struct script script;
	int r;

	text_addf(&tftp, "tftp://%s", policy->address);
	if (tftp.error)
		return tftp.error;
	roots = roots_of(policy, tftp.bytes);
	script_init(&script, policy, diagnostics);
	script.finds_base = true;
	add_body(&script, policy, &roots);
	r = script_finish(&script, "embedded script", "of this policy", policy->server_where, out);
	script_free(&script);
	return r;
}

int pxeboot_embed_script(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics, char **ret_text,
			 size_t *ret_length)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	int r;

	if (!ret_text)
		return -EINVAL;
	r = policy ? render_embedded(policy, diagnostics, &text) : render_generic(diagnostics, &text);
	return r < 0 ? r : text_take(&text, ret_text, ret_length);
}
