/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Walks every class of clients and tells each fault once: what is wrong, the rule that makes it so, one whole path as an
 * example, and how many classes it hits.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diagnostics.h"
#include "base/macro.h"
#include "base/text.h"
#include "client/client.h"
#include "proof/prove.h"

/* One kind of fault that one rule makes; the example is the first chain that met it. */
struct fault {
	enum pxeboot_verdict verdict;
	struct pxeboot_rule rule;
	char *path;			/* of the chain, in words */
	char *file;			/* below the boot root, where that is known; or NULL */
	const char *text;
	size_t classes;
};

/* A file that firmware was given, and for which machine code. */
struct given {
	char *file;
	unsigned archs;			/* bits */
	struct pxeboot_rule rules[PXEBOOT_ARCH_COUNT];
	bool looked;
};

struct findings {
	struct fault *faults;
	size_t n_faults;
	struct given *given;
	size_t n_given;
};

static const struct {
	const char *id, *head, *advice;
	enum pxeboot_severity severity;
} kinds[] = {
	[PXEBOOT_VERDICT_BOOTS] = { .id = NULL },
	[PXEBOOT_VERDICT_NOTHING] = { .id = NULL },
	[PXEBOOT_VERDICT_LOOP] = { "chain.loop", "chain loop",
		"give iPXE a script, and keep it out of every rule that is for firmware; only a build with a script of its own "
		"would go on by itself", PXEBOOT_ERROR },
	[PXEBOOT_VERDICT_HOLE] = { "chain.hole", "hole", "name a boot file for these machines", PXEBOOT_ERROR },
	[PXEBOOT_VERDICT_PLATFORM] = { "chain.platform", "wrong platform",
		"name a file for this architecture", PXEBOOT_ERROR },
	[PXEBOOT_VERDICT_HTTP] = { "chain.http", "HTTP Boot without URL",
		"answer with option 60 HTTPClient and a URL", PXEBOOT_ERROR },
	[PXEBOOT_VERDICT_UNKNOWN] = { "chain.unknown", "not known",
		"look at the lines that are not modelled", PXEBOOT_WARNING },
};

/* ---- A path in words --------------------------------------------------------------------------------------------- */

static void add_quoted(struct text *out, const char *text)
{
	text_add_char(out, '\'');
	text_add_escaped(out, text);
	text_add_char(out, '\'');
}

/* "x64-uefi firmware", "x64-uefi iPXE", with what else tells the client from others. */
void prove_add_client(struct text *out, const struct pxeboot_client *client)
{
	int arch = pxeboot_client_arch(client);
	const char *text;

	if (arch != PXEBOOT_ARCH_NONE)
		text_addf(out, "%s ", pxeboot_arch_get(arch)->name);
	text_add(out, pxeboot_client_is_ipxe(client) ? "iPXE" : "firmware");
	if (pxeboot_client_get(client, PXEBOOT_FACT_ARCH, &text) == 0 && *text)
		text_addf(out, " (93=%s", text);
	else
		text_add(out, " (no 93");
	if (pxeboot_client_get(client, PXEBOOT_FACT_USER_CLASS, &text) == 0 && strcmp(text, "iPXE") != 0) {
		text_add(out, ", 77=");
		add_quoted(out, text);
	}
	text_add_char(out, ')');
}

void prove_add_rule(struct text *out, const struct pxeboot_rule *rule)
{
	if (!rule->kind)
		return;
	text_addf(out, " [%s ", rule->kind);
	text_add_escaped(out, rule->name ? rule->name : "");
	if (rule->line)
		text_addf(out, ", %s:%u", rule->file, rule->line);
	text_add_char(out, ']');
}

static void add_step(struct text *out, const struct pxeboot_step *step)
{
	prove_add_client(out, step->client);
	text_add(out, " -> ");
	if (!step->answer.file) {
		text_add(out, "nothing");
		return;
	}
	add_quoted(out, step->answer.file);
	if (step->answer.path && !strstr(step->answer.file, step->answer.path)) {
		text_add(out, " = ");
		add_quoted(out, step->answer.path);
	}
	prove_add_rule(out, &step->answer.rule);
}

void prove_add_path(struct text *out, const struct pxeboot_walk *walk)
{
	for (size_t i = 0; i < walk->n_steps; i++) {
		text_add_char(out, '\n');
		add_step(out, &walk->steps[i]);
	}
	if (walk->verdict == PXEBOOT_VERDICT_LOOP)
		text_addf(out, "\nand so on, from question %zu for ever", walk->back_to + 1);
}

/* ---- Keeping faults ----------------------------------------------------------------------------------------------- */

/* The answer at fault: of a loop the one that closes it. */
static const struct pxeboot_step *last_step(const struct pxeboot_walk *walk)
{
	return &walk->steps[walk->n_steps - 1];
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* The same file over TFTP and HTTP is one. */
static const char *file_of(const struct pxeboot_answer *answer)
{
	return answer->path ? answer->path : answer->file;
}

/* Without a file the reason tells more. */
static const char *text_of(const struct pxeboot_walk *walk)
{
	const struct pxeboot_answer *answer = &last_step(walk)->answer;

	return answer->file || !answer->reason ? walk->text : answer->reason;
}

static bool is_same(const struct fault *fault, const struct pxeboot_walk *walk)
{
	const struct pxeboot_answer *answer = &last_step(walk)->answer;

	return fault->verdict == walk->verdict && fault->rule.line == answer->rule.line &&
	       same_text(fault->rule.file, answer->rule.file) && same_text(fault->rule.name, answer->rule.name) &&
	       same_text(fault->text, text_of(walk)) && same_text(fault->file, file_of(answer));
}

static int keep_fault(struct findings *findings, const struct pxeboot_walk *walk)
{
	const struct pxeboot_answer *answer = &last_step(walk)->answer;
	CLEANUP_TEXT struct text path = TEXT_INIT;
	struct fault *faults;
	char *bytes, *file;

	for (size_t i = 0; i < findings->n_faults; i++)
		if (is_same(&findings->faults[i], walk)) {
			findings->faults[i].classes++;
			return 0;
		}
	prove_add_path(&path, walk);
	faults = reallocarray(findings->faults, findings->n_faults + 1, sizeof(*faults));
	if (!faults)
		return -ENOMEM;
	findings->faults = faults;
	file = file_of(answer) ? strdup(file_of(answer)) : NULL;
	if ((file_of(answer) && !file) || text_take(&path, &bytes, NULL) < 0) {
		free(file);
		return -ENOMEM;
	}
	faults[findings->n_faults++] = (struct fault){
		.verdict = walk->verdict, .rule = answer->rule, .path = bytes, .file = file,
		.text = text_of(walk), .classes = 1,
	};
	return 0;
}

static struct given *find_given(struct findings *findings, const char *file)
{
	struct given *given;
	char *copy;

	for (size_t i = 0; i < findings->n_given; i++)
		if (!strcmp(findings->given[i].file, file))
			return &findings->given[i];
	given = reallocarray(findings->given, findings->n_given + 1, sizeof(*given));
	if (!given)
		return NULL;
	findings->given = given;
	copy = strdup(file);
	if (!copy)
		return NULL;
	given[findings->n_given] = (struct given){ .file = copy };
	return &given[findings->n_given++];
}

/* Which machine code each file would have to be.  A host is one machine, so its own file has one only. */
static int keep_given(struct findings *findings, const struct pxeboot_walk *walk)
{
	const struct pxeboot_step *first = &walk->steps[0];
	int arch = pxeboot_client_arch(first->client);
	struct given *given;

	bool starts = walk->n_steps > 1 ||
		      (walk->verdict != PXEBOOT_VERDICT_PLATFORM && walk->verdict != PXEBOOT_VERDICT_HTTP);

	if (!first->answer.file || first->program.kind == PXEBOOT_PROGRAM_SCRIPT || arch == PXEBOOT_ARCH_NONE || !starts ||
	    pxeboot_client_is_ipxe(first->client) || same_text(first->answer.rule.kind, "host"))
		return 0;
	given = find_given(findings, file_of(&first->answer));
	if (!given)
		return -ENOMEM;
	given->archs |= 1u << arch;
	given->rules[arch] = first->answer.rule;
	given->looked |= first->program.looked;
	return 0;
}

/* ---- Telling ------------------------------------------------------------------------------------------------------- */

static struct location place_of(const struct pxeboot_rule *rule)
{
	return (struct location){ rule->line ? rule->file : NULL, rule->line };
}

static const char *advice_for(const struct fault *fault)
{
	if (fault->verdict == PXEBOOT_VERDICT_LOOP && same_text(fault->rule.kind, "one-name"))
		return "use a build of iPXE with a script in it that goes to the boot root (ipxe.user_class)";
	return kinds[fault->verdict].advice;
}

static void tell_fault(const struct fault *fault, struct pxeboot_diagnostics *diagnostics)
{
	diagnostics_add(diagnostics, kinds[fault->verdict].severity, kinds[fault->verdict].id, place_of(&fault->rule),
			"%s: %s (%zu class%s of clients); %s%s", kinds[fault->verdict].head, fault->text, fault->classes,
			fault->classes == 1 ? "" : "es", advice_for(fault), fault->path);
}

/* One file is machine code of one architecture, whatever its name. */
static void tell_given(const struct given *given, struct pxeboot_diagnostics *diagnostics)
{
	CLEANUP_TEXT struct text archs = TEXT_INIT;
	CLEANUP_TEXT struct text shown = TEXT_INIT;
	struct pxeboot_rule last = { NULL, NULL, NULL, 0 };

	if (given->looked || !(given->archs & (given->archs - 1)))
		return;		/* what was looked at was compared with each machine that gets it */
	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
		if (!(given->archs & (1u << arch)))
			continue;
		text_addf(&archs, "\n%s", pxeboot_arch_get(arch)->name);
		prove_add_rule(&archs, &given->rules[arch]);
		last = given->rules[arch];
	}
	text_add_escaped(&shown, given->file);
	diagnostics_add(diagnostics, PXEBOOT_ERROR, "chain.platform", place_of(&last),
			"wrong platform: '%s' can be machine code of one architecture only; name a file for each of these%s",
			text_string(&shown), text_string(&archs));
}

static void tell(const struct findings *findings, struct pxeboot_diagnostics *diagnostics)
{
	for (size_t i = 0; i < findings->n_faults; i++)
		tell_fault(&findings->faults[i], diagnostics);
	for (size_t i = 0; i < findings->n_given; i++)
		tell_given(&findings->given[i], diagnostics);
}

static void free_findings(struct findings *findings)
{
	for (size_t i = 0; i < findings->n_faults; i++) {
		free(findings->faults[i].path);
		free(findings->faults[i].file);
	}
	for (size_t i = 0; i < findings->n_given; i++)
		free(findings->given[i].file);
	free(findings->faults);
	free(findings->given);
}

/* ---- All classes --------------------------------------------------------------------------------------------------- */

static void count(struct pxeboot_proof *proof, enum pxeboot_verdict verdict, double clients)
{
	size_t *const counters[] = {
		[PXEBOOT_VERDICT_BOOTS] = &proof->booting, [PXEBOOT_VERDICT_NOTHING] = &proof->without,
		[PXEBOOT_VERDICT_LOOP] = &proof->loops, [PXEBOOT_VERDICT_HOLE] = &proof->holes,
		[PXEBOOT_VERDICT_PLATFORM] = &proof->misfits, [PXEBOOT_VERDICT_HTTP] = &proof->misfits,
		[PXEBOOT_VERDICT_UNKNOWN] = &proof->unknown,
	};

	proof->classes++;
	proof->clients += clients;
	++*counters[verdict];
}

static int prove_class(const struct pxeboot_chooser *chooser, struct pxeboot_client *client, double clients,
		       struct findings *findings, struct pxeboot_proof *proof)
{
	struct pxeboot_walk *walk;
	int r = pxeboot_walk_new(chooser, client, &walk);

	if (r < 0)
		return r;
	count(proof, walk->verdict, clients);
	if (kinds[walk->verdict].id)
		r = keep_fault(findings, walk);
	if (r == 0)
		r = keep_given(findings, walk);
	pxeboot_walk_free(walk);
	return r;
}

int pxeboot_prove(const struct pxeboot_chooser *chooser, struct pxeboot_diagnostics *diagnostics,
		  struct pxeboot_proof *ret_proof)
{
	struct findings findings = { NULL, 0, NULL, 0 };
	struct pxeboot_proof proof = { 0 };
	struct pxeboot_client *client;
	double clients;
	int r = chooser->client ? 0 : -EINVAL;

	for (size_t i = 0; r == 0 && (r = chooser->client(chooser->context, i, &client, &clients)) == 0; i++) {
		r = prove_class(chooser, client, clients, &findings, &proof);
		pxeboot_client_unref(client);
	}
	if (r == -ENOENT) {
		tell(&findings, diagnostics);
		*ret_proof = proof;
		r = 0;
	}
	free_findings(&findings);
	return r;
}
