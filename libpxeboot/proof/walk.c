/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The DHCP part of one chain: the same question to whoever answers, asked by what ran last, until a script or a program
 * goes its own way, nothing comes, or a question comes back.  Answers depend on the question alone, so a question that
 * comes back does so for ever.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"
#include "client/client.h"
#include "proof/walk.h"

const char *pxeboot_verdict_name(enum pxeboot_verdict verdict)
{
	static const char *const names[] = {
		[PXEBOOT_VERDICT_BOOTS] = "ok", [PXEBOOT_VERDICT_NOTHING] = "nothing", [PXEBOOT_VERDICT_LOOP] = "loop",
		[PXEBOOT_VERDICT_HOLE] = "hole", [PXEBOOT_VERDICT_PLATFORM] = "platform",
		[PXEBOOT_VERDICT_HTTP] = "http", [PXEBOOT_VERDICT_UNKNOWN] = "unknown",
	};

	return (unsigned)verdict < ARRAY_SIZE(names) ? names[verdict] : NULL;
}

/* ---- The next question ------------------------------------------------------------------------------------------ */

/* The number that an iPXE of the architecture sends: over TFTP, whatever its firmware asked over. */
static unsigned ipxe_code(int arch)
{
	for (uint16_t code = 0; code < PXEBOOT_ARCH_CODE_COUNT; code++)
		if (pxeboot_arch_code_get(code)->arch == arch && !pxeboot_arch_code_get(code)->http)
			return code;
	return 0;
}

static int copy_facts(struct pxeboot_client *copy, const struct pxeboot_client *client)
{
	static const int kept[] = {
		PXEBOOT_FACT_MAC, PXEBOOT_FACT_UUID, PXEBOOT_FACT_SERIAL, PXEBOOT_FACT_MANUFACTURER, PXEBOOT_FACT_PRODUCT,
		PXEBOOT_FACT_ADDRESS, PXEBOOT_FACT_RELAY, PXEBOOT_FACT_CIRCUIT_ID, PXEBOOT_FACT_REMOTE_ID,
		PXEBOOT_FACT_FAMILY,
	};
	const char *text;
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(kept) && r == 0; i++)
		if (pxeboot_client_get(client, kept[i], &text) == 0)
			r = pxeboot_client_set(copy, kept[i], text, NULL);
	return r;
}

void walk_vendor_class(int arch, char ret[WALK_VENDOR_CLASS])
{
	snprintf(ret, WALK_VENDOR_CLASS, "PXEClient");
	if (arch != PXEBOOT_ARCH_NONE)
		snprintf(ret, WALK_VENDOR_CLASS, "PXEClient:Arch:%05u:UNDI:%s", ipxe_code(arch),
			 arch == PXEBOOT_ARCH_BIOS ? "002001" : "003010");
}

/* What iPXE says of itself (src/net/udp/dhcp.c): the options that every build sends. */
static int set_ipxe(struct pxeboot_client *client, int arch, const char *user_class)
{
	char code[8], vendor_class[WALK_VENDOR_CLASS];
	int r;

	snprintf(code, sizeof(code), "%u", ipxe_code(arch));
	walk_vendor_class(arch, vendor_class);
	r = arch == PXEBOOT_ARCH_NONE ? 0 : pxeboot_client_set(client, PXEBOOT_FACT_ARCH, code, NULL);
	if (r == 0)
		r = pxeboot_client_set(client, PXEBOOT_FACT_VENDOR_CLASS, vendor_class, NULL);
	if (r == 0)
		r = pxeboot_client_set(client, PXEBOOT_FACT_USER_CLASS, user_class, NULL);
	/* Which it has no option for over IPv6. */
	if (r < 0 || client_asks_ipv6(client))
		return r;
	return pxeboot_client_set(client, PXEBOOT_FACT_FEATURES, "http,menu,dns", NULL);
}

static int ipxe_asks(const struct pxeboot_step *step, struct pxeboot_client **ret_client)
{
	const struct pxeboot_answer *answer = &step->answer;
	/* The policy says how its own build asks, whatever script is in it. */
	bool own = answer->user_class && !step->program.is_stock;
	int arch = step->program.arch != PXEBOOT_ARCH_NONE ? step->program.arch : pxeboot_client_arch(step->client);
	struct pxeboot_client *client;
	int r = pxeboot_client_new(&client);

	if (r < 0)
		return r;
	r = copy_facts(client, step->client);
	if (r == 0)
		r = set_ipxe(client, arch, own ? answer->user_class : "iPXE");
	if (r < 0)
		pxeboot_client_unref(client);
	else
		*ret_client = client;
	return r;
}

/* ---- Verdicts --------------------------------------------------------------------------------------------------- */

static void end(struct pxeboot_walk *walk, enum pxeboot_verdict verdict, const char *text)
{
	walk->verdict = verdict;
	walk->text = text;
}

/* A client that lists a number of TFTP's, too, takes a plain name; the numbers count before the vendor class, as they do
 * for DHCP servers. */
static bool asks_over_http(const struct pxeboot_client *client)
{
	const char *vendor_class;

	for (size_t i = 0; i < client->n_archs; i++) {
		const struct pxeboot_arch_code *code = pxeboot_arch_code_get(client->archs[i]);

		if (!code || !code->http || code->arch == PXEBOOT_ARCH_NONE)
			return false;
	}
	return client->n_archs || (pxeboot_client_get(client, PXEBOOT_FACT_VENDOR_CLASS, &vendor_class) == 0 &&
				   !strncmp(vendor_class, "HTTPClient", strlen("HTTPClient")));
}

static bool is_url(const char *file)
{
	return !strncmp(file, "http://", 7) || !strncmp(file, "https://", 8);
}

/* UEFI 2.10, 24.7.3.2: HTTP Boot takes only an answer that says HTTPClient and names a whole URL. */
static const char *why_no_http_boot(const struct pxeboot_step *step)
{
	const char *vendor_class = step->answer.vendor_class;

	if (pxeboot_client_is_ipxe(step->client) || !asks_over_http(step->client))
		return NULL;
	if (!is_url(step->answer.file))
		return "UEFI HTTP Boot needs a whole URL, and this is a plain name";
	if (!vendor_class || strncmp(vendor_class, "HTTPClient", strlen("HTTPClient")))
		return "UEFI HTTP Boot drops an answer whose option 60 is not HTTPClient";
	return NULL;
}

static const char *why_not_on(const struct pxeboot_program *program, int arch)
{
	bool uefi = pxeboot_arch_get(arch)->uefi;

	if (uefi && program->bios && !program->uefi)
		return "UEFI can't run a program for BIOS";
	if (!uefi && program->uefi && !program->bios)
		return "BIOS can't run a program for UEFI";
	if (program->arch != PXEBOOT_ARCH_NONE && program->arch != arch)
		return "the program is machine code of another architecture";
	return NULL;
}

/* A client that lists several architectures has all of them. */
static const char *why_no_fit(const struct pxeboot_step *step)
{
	const struct pxeboot_client *client = step->client;
	const char *problem = NULL;

	if (step->program.kind == PXEBOOT_PROGRAM_SCRIPT)
		return pxeboot_client_is_ipxe(client) ? NULL : "firmware can't run a script, only iPXE can";
	for (size_t i = 0; i < client->n_archs; i++) {
		const struct pxeboot_arch_code *code = pxeboot_arch_code_get(client->archs[i]);

		if (!code || code->arch == PXEBOOT_ARCH_NONE)
			continue;
		problem = why_not_on(&step->program, code->arch);
		if (!problem)
			return NULL;
	}
	return problem;
}

/* The step that asked the same before; the walk's length when none did. */
static size_t asked_before(const struct pxeboot_walk *walk, const struct pxeboot_client *client)
{
	for (size_t i = 0; i < walk->n_steps; i++)
		if (pxeboot_client_equal(walk->steps[i].client, client))
			return i;
	return walk->n_steps;
}

/* It is looked for beside the loader.  A script that is built in runs first. */
static bool finds_autoexec(const struct pxeboot_chooser *chooser, const struct pxeboot_step *step)
{
	const char *path = step->answer.path ? step->answer.path : step->answer.file;

	return chooser->has_autoexec && step->program.looks_for_autoexec && !step->program.has_script && !strchr(path, '/');
}

static void judge(const struct pxeboot_chooser *chooser, struct pxeboot_walk *walk, const struct pxeboot_step *step)
{
	const char *problem;

	if (step->answer.unknown)
		end(walk, PXEBOOT_VERDICT_UNKNOWN, "something that is not modelled may change the answer");
	else if (!step->answer.file)
		/* What was loaded was loaded to go on. */
		end(walk, step->answer.meant || walk->n_steps > 1 ? PXEBOOT_VERDICT_HOLE : PXEBOOT_VERDICT_NOTHING,
		    "gets no boot file");
	else if ((problem = why_no_http_boot(step)))
		end(walk, PXEBOOT_VERDICT_HTTP, problem);
	else if ((problem = why_no_fit(step)))
		end(walk, PXEBOOT_VERDICT_PLATFORM, problem);
	else if (step->program.kind == PXEBOOT_PROGRAM_SCRIPT)
		end(walk, PXEBOOT_VERDICT_BOOTS, "iPXE runs a script");
	else if (step->program.kind != PXEBOOT_PROGRAM_IPXE)
		end(walk, PXEBOOT_VERDICT_BOOTS, "a program goes its own way");
	else if (step->answer.goes_on)
		end(walk, PXEBOOT_VERDICT_BOOTS, "iPXE goes to the boot root by itself");
	else if (step->program.has_script && !step->answer.user_class)
		end(walk, PXEBOOT_VERDICT_BOOTS, "iPXE goes on by the script that is built in");
	else if (finds_autoexec(chooser, step))
		end(walk, PXEBOOT_VERDICT_BOOTS, "iPXE goes on by autoexec.ipxe");
}

/* ---- Walking ---------------------------------------------------------------------------------------------------- */

/* Takes over the reference.  1 when the chain goes on, 0 at its end. */
static int take_step(const struct pxeboot_chooser *chooser, struct pxeboot_walk *walk, struct pxeboot_client *client)
{
	struct pxeboot_step *step = &walk->steps[walk->n_steps];
	const char *path;

	*step = (struct pxeboot_step){ .client = client, .program.arch = PXEBOOT_ARCH_NONE };
	walk->n_steps++;
	chooser->choose(chooser->context, client, &step->answer);
	path = step->answer.path ? step->answer.path : step->answer.file;
	if (path && !(chooser->look && chooser->look(chooser->look_context, path, &step->program)))
		pxeboot_program_by_name(path, &step->program);
	walk->text = NULL;
	judge(chooser, walk, step);
	return !walk->text;
}

static int go(const struct pxeboot_chooser *chooser, struct pxeboot_walk *walk, struct pxeboot_client *client)
{
	int r = take_step(chooser, walk, client);

	while (r > 0) {
		r = ipxe_asks(&walk->steps[walk->n_steps - 1], &client);
		if (r < 0)
			return r;
		walk->back_to = asked_before(walk, client);
		if (walk->back_to < walk->n_steps)
			end(walk, PXEBOOT_VERDICT_LOOP, "iPXE is given iPXE again, and asks the same again");
		else if (walk->n_steps == PXEBOOT_STEPS_MAX)
			end(walk, PXEBOOT_VERDICT_UNKNOWN, "too many builds of iPXE start each other to follow them");
		if (walk->text) {
			pxeboot_client_unref(client);
			return 0;
		}
		r = take_step(chooser, walk, client);
	}
	return 0;
}

int pxeboot_walk_new(const struct pxeboot_chooser *chooser, struct pxeboot_client *client,
		     struct pxeboot_walk **ret_walk)
{
	struct pxeboot_walk *walk = calloc(1, sizeof(*walk));
	int r;

	if (!walk)
		return -ENOMEM;
	r = go(chooser, walk, pxeboot_client_ref(client));
	if (r < 0)
		pxeboot_walk_free(walk);
	else
		*ret_walk = walk;
	return r;
}

void pxeboot_walk_free(struct pxeboot_walk *walk)
{
	if (!walk)
		return;
	for (size_t i = 0; i < walk->n_steps; i++)
		pxeboot_client_unref(walk->steps[i].client);
	free(walk);
}
