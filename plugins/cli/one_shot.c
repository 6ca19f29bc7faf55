/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Checks, arms and completes one-shot boots (see one_shot.h).
 */
#include "one_shot.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "base/file.h"
#include "base/scalar.h"
#include "boot_root.h"
#include "dnsmasq/hook_conf.h"
#include "dnsmasq/hook_write.h"
#include "named.h"

/* ---- The set-up -------------------------------------------------------------------------------------------------- */

/* Somebody else than the policy may have made dnsmasq call it: then its hook.conf knows where the state is. */
static bool has_hook(const struct pxeboot_policy *policy)
{
	const char *state = pxeboot_policy_get(policy, "server.state");
	struct hook_conf conf = HOOK_CONF_NONE;
	bool records = false;

	if (hook_is_wanted(policy))
		return true;
	if (hook_conf_read(pxeboot_policy_get(policy, "server.dnsmasq.hook_conf"), &conf) == 0)
		records = conf.state && strcmp(conf.state, state) == 0;
	hook_conf_free(&conf);
	return records;
}

struct sight one_shot_sight(const struct pxeboot_policy *policy)
{
	return sight_of(policy, has_hook(policy));
}

/* A machine's key is its host's first MAC address. */
int one_shot_host_of(const struct pxeboot_policy *policy, const char *key, size_t *ret_index, struct pxeboot_host *ret_host)
{
	struct pxeboot_client *client;
	struct pxeboot_host host;
	size_t index;
	int r = pxeboot_client_new(&client);

	if (r < 0)
		return r;
	r = pxeboot_client_set(client, PXEBOOT_FACT_MAC, key, NULL) < 0 ? -ENOENT : 0;
	if (r == 0)
		r = pxeboot_policy_host_of(policy, client, &index);
	pxeboot_client_unref(client);
	if (r == 0)
		r = pxeboot_policy_host(policy, index, &host);
	if (r < 0 || host.n_macs == 0 || strcmp(host.macs[0], key) != 0)
		return r < 0 ? r : -ENOENT;
	*ret_index = index;
	*ret_host = host;
	return 0;
}

static void say(void *context, int priority, const char *text)
{
	const struct session *session = context;

	if (priority <= LOG_WARNING)
		fprintf(stderr, "pxeboot %s: %s\n", session->command->name, text);
}

int one_shot_life(struct session *session, struct life **ret_life)
{
	const struct pxeboot_policy *policy = session->policy;
	const struct life_conf conf = {
		.root = pxeboot_policy_get(policy, "server.root"), .state = pxeboot_policy_get(policy, "server.state"),
		.say = say, .context = session,
	};

	return life_new(&conf, ret_life);
}

int one_shot_failure(const struct session *session, int error)
{
	if (error == -ENOTSUP)
		return session_failure(session, "this build remembers no machines (built without LMDB)");
	return session_failure(session, "%s, or once/ in %s: %s", pxeboot_policy_get(session->policy, "server.state"),
			       pxeboot_policy_get(session->policy, "server.root"),
			       error == -EBADMSG ? "it can't be read, or is a newer version's" : strerror(-error));
}

/* ---- Its files --------------------------------------------------------------------------------------------------- */

/* What somebody was killed over before goes. */
static int write_answer(const char *root, const struct pxeboot_entry *entry)
{
	CLEANUP_FREE char *path = NULL;

	if (asprintf(&path, "%s/%s", root, entry->path) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	file_sweep(path);
	return boot_root_write(root, entry);
}

/* @token NULL: of what follows the one-shot boot. */
static int write_answers(const struct one_shot *shot, const char *boot, const char *token)
{
	const char *root = pxeboot_policy_get(shot->policy, "server.root");
	struct pxeboot_tree *tree;
	struct pxeboot_entry entry;
	int r = pxeboot_tree_new_once(shot->policy, shot->index, boot, token, NULL, &tree);

	if (r < 0)
		return r;
	for (size_t i = 0; r >= 0 && (r = pxeboot_tree_get(tree, i, &entry)) == 0; i++)
		r = write_answer(root, &entry);
	pxeboot_tree_free(tree);
	return r == -ENOENT ? 0 : r;
}

/* The token of private answers must be in no file. */
bool one_shot_is_private(const struct one_shot *shot)
{
	struct pxeboot_item item;

	return named_item(shot->policy, shot->wish.boot, &item) && item.is_private;
}

/* Where its file must not serve it, that leads to what the host boots ever; the live script leads to it. */
static int write_script(const struct one_shot *shot, const char *token, uint32_t round,
			struct pxeboot_diagnostics *diagnostics, char **ret_text)
{
	bool serves = sight_serves_by_file(&shot->sight, shot->wish.mode) && !one_shot_is_private(shot);

	return pxeboot_once_script(shot->policy, shot->index, serves ? shot->wish.boot : shot->host.boot,
				   serves ? token : NULL, round, false, diagnostics, ret_text);
}

static int write_then(const struct one_shot *shot, uint32_t round, struct pxeboot_diagnostics *diagnostics, char **ret_text)
{
	if (!shot->wish.then)
		return 0;
	return pxeboot_once_script(shot->policy, shot->index, shot->wish.then, NULL, round, true, diagnostics, ret_text);
}

/* For struct life_scripts. */
static int write_scripts(void *context, const char *token, uint32_t round, char **ret_script, char **ret_then)
{
	const struct one_shot *shot = context;
	CLEANUP_FREE char *script = NULL;
	CLEANUP_FREE char *then = NULL;
	int r = shot->is_over ? 0 : write_answers(shot, shot->wish.boot, token);

	if (r == 0 && shot->wish.then)
		r = write_answers(shot, shot->wish.then, NULL);
	if (r == 0)
		r = write_script(shot, token, round, NULL, &script);
	if (r == 0)
		r = write_then(shot, round, NULL, &then);
	if (r < 0)
		return r;
	*ret_script = script;
	*ret_then = then;
	script = then = NULL;
	return 0;
}

static struct life_scripts scripts_of(const struct one_shot *shot)
{
	return (struct life_scripts){
		.write = write_scripts, .context = (void *)(uintptr_t)shot,
		.has_token_file = shot->sight.done & SIGHT_DONE_TFTP && !one_shot_is_private(shot),
	};
}

#define SOME_TOKEN "0"		/* there is one only when it is armed; any shows what can't be rendered */

/* ---- Checking and arming ----------------------------------------------------------------------------------------- */

static int try_answers(const struct one_shot *shot, const char *boot, const char *token,
		       struct pxeboot_diagnostics *diagnostics)
{
	struct pxeboot_tree *tree;
	int r = pxeboot_tree_new_once(shot->policy, shot->index, boot, token, diagnostics, &tree);

	if (r == 0)
		pxeboot_tree_free(tree);
	return r;
}

int one_shot_check(const struct one_shot *shot, struct pxeboot_diagnostics *diagnostics)
{
	size_t before = pxeboot_diagnostics_count(diagnostics);
	const struct pxeboot_diagnostic *finding;
	int r = try_answers(shot, shot->wish.boot, SOME_TOKEN, diagnostics);

	if (r == 0 && shot->wish.then)
		r = try_answers(shot, shot->wish.then, NULL, diagnostics);
	if (r < 0 && r != -EBADMSG)
		return r;
	check_once_wish(shot->policy, &shot->host, &shot->wish, &shot->sight, diagnostics);
	for (size_t i = before; (finding = pxeboot_diagnostics_get(diagnostics, i)); i++)
		if (finding->severity == PXEBOOT_ERROR)
			return -EBADMSG;
	return r;
}

int one_shot_arm(struct life *life, const struct one_shot *shot, const char *policy, int64_t now,
		 char ret_token[LIFE_TOKEN_SIZE])
{
	const struct pxeboot_arming arming = {
		.profile = shot->wish.boot, .then = shot->wish.then, .policy = policy, .mode = shot->wish.mode,
		.tries_max = shot->tries, .when = now,
	};
	const struct life_scripts scripts = scripts_of(shot);

	return life_arm(life, shot->host.macs[0], &arming, &scripts, ret_token);
}

int one_shot_refresh(struct life *life, const struct pxeboot_policy *policy, const struct sight *sight,
		     const struct pxeboot_record *record)
{
	const struct pxeboot_once *once = &record->once;
	struct one_shot shot = {
		.policy = policy, .sight = *sight, .tries = once->tries_max, .is_over = !pxeboot_once_is_on(record),
		/* Of one that is over nothing else is looked for: it may be gone from the policy. */
		.wish = { pxeboot_once_boot(record), once->then, once->mode, PXEBOOT_ARCH_NONE },
	};
	int r = one_shot_host_of(policy, record->key, &shot.index, &shot.host);

	if (r < 0 || !shot.wish.boot)
		return r < 0 ? r : 1;
	const struct life_scripts scripts = scripts_of(&shot);

	return life_refresh(life, record->key, &scripts);
}
