/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The proof finds of random small policies what a walk of every client by itself finds: no fault missed, none invented.
 *
 *	check_proof_random [POLICIES [SEED [POLICY]]]
 *
 * looks at so many policies of the seed, from number POLICY on.  Where the two differ, both sides and the policy are shown.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "brute/brute.h"

#define POLICIES 1000
#define SEED 1
#define MOST 5			/* policies that are shown */

/* What is compared.  decide() leaves no hole for a chain.hole: it is looked for, but there is none to see. */
static struct {
	const char *id;
	size_t seen;			/* policies that have one */
	bool never;
} ids[] = {
	{ .id = "chain.loop" }, { .id = "chain.hole", .never = true }, { .id = "chain.platform" }, { .id = "chain.http" },
	{ .id = "group.shadowed" }, { .id = "group.not-served" }, { .id = "group.tie" }, { .id = "menu.dead-entry" },
	{ .id = "menu.default-hidden" }, { .id = "menu.empty" }, { .id = "menu.no-way-out" }, { .id = "menu.unreached" },
};

struct run {
	struct brute_world world;
	uint64_t seed;
	char directory[32], path[64];	/* of a policy at a time */
	size_t policies, walks, findings, classes, differ;
};

bool brute_has(const struct brute_findings *findings, const char *id, unsigned line)
{
	for (size_t i = 0; i < findings->n; i++)
		if (!strcmp(findings->list[i].id, id) && findings->list[i].line == line)
			return true;
	return false;
}

bool brute_add(struct brute_findings *findings, const char *id, unsigned line)
{
	if (brute_has(findings, id, line))
		return false;
	if (findings->n == BRUTE_FINDINGS)
		abort();
	findings->list[findings->n++] = (struct brute_finding){ id, line };
	return true;
}

/* ---- The proof's findings ---- */

/* That there is no server.http is a note of another kind. */
static const char *id_of(const struct pxeboot_diagnostic *finding)
{
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		if (!strcmp(finding->id, ids[i].id) &&
		    (finding->severity != PXEBOOT_NOTE || strcmp(finding->id, "chain.http") != 0))
			return ids[i].id;
	return NULL;
}

/* Values of a term, over all groups. */
static size_t count_values(const struct pxeboot_policy *policy, const char *term)
{
	const char *values[64];
	struct pxeboot_group group;
	size_t n = 0;

	for (size_t i = 0; pxeboot_policy_group(policy, i, &group) == 0; i++)
		for (size_t j = 0; j < group.n_terms; j++)
			for (size_t k = 0; !strcmp(group.terms[j].name, term) && k < group.terms[j].n_values; k++) {
				size_t at = 0;

				while (at < n && strcmp(values[at], group.terms[j].values[k]) != 0)
					at++;
				if (at == ARRAY_SIZE(values))
					abort();
				values[at] = group.terms[j].values[k];
				n += at == n;
			}
	return n;
}

/* Classes neither overlap nor leave anybody out.  Texts are as many as rules know of, and one; a vendor class with a number in
 * it goes with that number, so that up to one of 43 such clients are not there. */
static bool counts_all(const struct pxeboot_policy *policy, double clients)
{
	double all = 0x1p48 * 0x1p32 * (PXEBOOT_ARCH_CODE_COUNT + 1) * (pxeboot_policy_get(policy, "ipxe.user_class") ? 3 : 2);
	static const char *const texts[] = { "vendor_class", "manufacturer", "product" };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		all *= (double)count_values(policy, texts[i]) + 1;
	return clients > all * (1 - 1.001 / (PXEBOOT_ARCH_CODE_COUNT + 1)) && clients < all * 1.000001;
}

/* True when every client was looked at, and once. */
static bool prove(const struct pxeboot_policy *policy, struct brute_findings *ret_findings, struct run *run)
{
	struct pxeboot_diagnostics *diagnostics;
	const struct pxeboot_diagnostic *finding;
	struct pxeboot_proof proof;

	ret_findings->n = 0;
	if (pxeboot_diagnostics_new(&diagnostics) < 0 ||
	    pxeboot_policy_prove(policy, NULL, NULL, diagnostics, &proof) < 0)
		abort();
	for (size_t i = 0; (finding = pxeboot_diagnostics_get(diagnostics, i)); i++)
		if (id_of(finding))
			brute_add(ret_findings, id_of(finding), finding->line);
	run->classes += proof.classes;
	pxeboot_diagnostics_free(diagnostics);
	return counts_all(policy, proof.clients);
}

/* ---- Both ---- */

static void tell(const char *what, const struct brute_finding *finding)
{
	printf("# %s: %s, line %u\n", what, finding->id, finding->line);
}

static size_t tell_missed(const struct brute *brute, const struct brute_findings *proved)
{
	size_t n = 0;

	for (size_t i = 0; i < brute->findings.n; i++) {
		const struct brute_finding *finding = &brute->findings.list[i];

		if (!brute_has(proved, finding->id, finding->line) && ++n)
			tell("missed by the proof", finding);
	}
	return n;
}

/* One at least of those that are told once. */
static size_t tell_missed_once(const struct brute *brute, const struct brute_findings *proved)
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(brute->once); i++) {
		const struct brute_findings *once = &brute->once[i];
		bool found = once->n == 0;

		for (size_t j = 0; j < once->n; j++)
			found |= brute_has(proved, once->list[j].id, once->list[j].line);
		if (!found && ++n)
			tell("missed by the proof", &once->list[0]);
	}
	return n;
}

static size_t tell_invented(const struct brute *brute, const struct brute_findings *proved)
{
	size_t n = 0;

	for (size_t i = 0; i < proved->n; i++) {
		const struct brute_finding *finding = &proved->list[i];
		bool found = brute_has(&brute->findings, finding->id, finding->line);

		for (size_t j = 0; j < ARRAY_SIZE(brute->once); j++)
			found |= brute_has(&brute->once[j], finding->id, finding->line);
		if (!found && ++n)
			tell("invented by the proof", finding);
	}
	return n;
}

static bool differ(const struct brute *brute, const struct brute_findings *proved, bool counted)
{
	size_t n = tell_missed(brute, proved) + tell_missed_once(brute, proved) + tell_invented(brute, proved);

	if (!counted && ++n)
		printf("# the proof's classes stand for more clients than there are, or for less\n");
	if (brute->odd && ++n)
		printf("# %zu single clients differ: %s\n", brute->odd, brute->oddity);
	return n > 0;
}

static void count(struct run *run, const struct brute *brute, const struct brute_findings *proved)
{
	run->policies++;
	run->walks += brute->walks;
	run->findings += proved->n;
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		for (size_t j = 0; j < proved->n; j++)
			if (!strcmp(proved->list[j].id, ids[i].id)) {
				ids[i].seen++;
				break;
			}
}

static void show(const char *text)
{
	unsigned line = 1;

	printf("# %4u  ", line);
	for (; text[0] && text[1]; text++) {
		putchar(*text);
		if (*text == '\n')
			printf("# %4u  ", ++line);
	}
	putchar('\n');
}

/* Every policy loads: one that doesn't is a fault of policy.c. */
static struct pxeboot_policy *load(const struct run *run, const char *text)
{
	const struct pxeboot_diagnostic *finding;
	struct pxeboot_diagnostics *diagnostics;
	struct pxeboot_policy *policy = NULL;

	if (pxeboot_diagnostics_new(&diagnostics) < 0 || file_write(run->path, text, strlen(text), 0644) < 0)
		abort();
	if (pxeboot_policy_load(run->path, diagnostics, &policy) < 0) {
		for (size_t i = 0; (finding = pxeboot_diagnostics_get(diagnostics, i)); i++)
			printf("# line %u: %s\n", finding->line, finding->text);
		show(text);
		abort();
	}
	pxeboot_diagnostics_free(diagnostics);
	return policy;
}

static void check_policy(struct run *run, uint64_t index)
{
	struct brute brute = { .world = &run->world };
	struct brute_findings proved;
	char *text = brute_policy(run->seed, index);
	struct pxeboot_policy *policy = load(run, text);
	bool counted;

	brute.policy = policy;
	brute_chains(&brute);
	brute_scripts(&brute);
	counted = prove(policy, &proved, run);
	count(run, &brute, &proved);
	if (differ(&brute, &proved, counted) && ++run->differ <= MOST) {
		printf("# seed %llu, policy %llu:\n", (unsigned long long)run->seed, (unsigned long long)index);
		show(text);
	}
	pxeboot_policy_unref(policy);
	free(text);
}

/* Nothing compared is nothing shown: each kind of fault was there. */
static bool tell_seen(const struct run *run)
{
	size_t fewest = run->policies / 100, lacking = 0;

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		printf("# %s: in %zu policies\n", ids[i].id, ids[i].seen);
		lacking += ids[i].never ? ids[i].seen > 0 : ids[i].seen < fewest;
	}
	return lacking == 0;
}

static uint64_t argument(int argc, char **argv, int which, uint64_t otherwise)
{
	return argc > which ? strtoull(argv[which], NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
	uint64_t policies = argument(argc, argv, 1, POLICIES), first = argument(argc, argv, 3, 0);
	struct run run = { .seed = argument(argc, argv, 2, SEED), .directory = "/tmp/pxeboot-test.XXXXXX" };
	bool seen;

	if (!mkdtemp(run.directory))
		abort();
	snprintf(run.path, sizeof(run.path), "%s/pxeboot.conf", run.directory);
	brute_world_new(&run.world);
	printf("1..2\n# %zu clients at power-on, %zu machines of %d architectures\n", run.world.n_clients, run.world.n_machines,
	       BRUTE_ARCHS);
	for (uint64_t i = first; i < first + policies && run.differ < MOST; i++)
		check_policy(&run, i);
	printf("%sok 1 - seed %llu: %zu policies, %zu walks against %zu classes, %zu findings, %zu policies differ\n",
	       run.differ ? "not " : "", (unsigned long long)run.seed, run.policies, run.walks, run.classes, run.findings,
	       run.differ);
	seen = tell_seen(&run);
	printf("%sok 2 - each kind of fault was there, in one of a hundred policies at least\n", seen ? "" : "not ");
	brute_world_free(&run.world);
	unlink(run.path);
	rmdir(run.directory);
	return run.differ || !seen ? EXIT_FAILURE : EXIT_SUCCESS;
}
