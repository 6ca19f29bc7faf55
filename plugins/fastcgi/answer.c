/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A table of what can be asked for; each row ends in a reply. */
#include "answer.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <syslog.h>

#include "life.h"
#include "request.h"

#define SHOWN_MAX 12			/* bytes of a token that a message repeats: the machine, and nothing secret */

/* One request on its way to its reply. */
struct exchange {
	const struct service *service;
	struct pxeboot_policy *policy;
	struct request request;
	struct reply *reply;
	int64_t now;
};

/* ---- What can't be answered ------------------------------------------------------------------------------------- */

/* The library could not render it, and says why: for the log, as the policy is the administrator's. */
static void cannot_render(const struct exchange *exchange, int error, const struct pxeboot_diagnostics *diagnostics)
{
	const struct pxeboot_diagnostic *finding = pxeboot_diagnostics_get(diagnostics, 0);

	if (finding)
		log_client(exchange->service->log, exchange->now, LOG_ERR, "%s:%u: %s [%s]", finding->file ? finding->file : "",
			   finding->line, finding->text, finding->id);
	reply_fail(exchange->reply, 500, "it can't be written: %s: see the log of pxeboot-fastcgi", strerror(-error));
}

static void refuse_token(const struct exchange *exchange, const char *token, int status)
{
	CLEANUP_TEXT struct text shown = TEXT_INIT;
	char start[SHOWN_MAX + 1] = "";

	memcpy(start, token, strnlen(token, SHOWN_MAX));
	text_add_escaped(&shown, start);
	log_client(exchange->service->log, exchange->now, LOG_WARNING, "%s showed a token that is nobody's: '%s…'",
		   exchange->request.address ? exchange->request.address : "somebody", shown.error ? "" : shown.bytes);
	reply_fail(exchange->reply, status, "this token is nobody's");
}

/* What the library has written, or why it could not; -ENOMEM. */
static int reply_written(const struct exchange *exchange, int error, char *text, size_t length,
			 const struct pxeboot_diagnostics *diagnostics)
{
	if (error == 0) {
		exchange->reply->status = 200;
		text_add_bytes(&exchange->reply->body, text, length);
		free(text);
	} else if (error == -ENOENT) {
		reply_fail(exchange->reply, 404, "there is no such machine or file");
	} else if (error == -EACCES) {
		reply_fail(exchange->reply, 403, "this file is private: it needs the token of the machine's one-shot boot");
	} else if (error != -ENOMEM) {
		cannot_render(exchange, error, diagnostics);
	}
	return error == -ENOMEM ? error : 0;
}

/* ---- GET /boot.ipxe --------------------------------------------------------------------------------------------- */

static int write_script(const struct exchange *exchange, const struct pxeboot_client *client,
			const struct machine_progress *found)
{
	const struct pxeboot_progress progress = { found->boot, found->token };
	struct pxeboot_diagnostics *diagnostics = NULL;
	size_t length = 0;
	char *text = NULL;
	int r = pxeboot_diagnostics_new(&diagnostics);

	if (!r)
		r = pxeboot_live_script(exchange->policy, client, &progress, diagnostics, &text, &length);
	r = reply_written(exchange, r, text, length, diagnostics);
	pxeboot_diagnostics_free(diagnostics);
	return r;
}

static int answer_boot(const struct exchange *exchange)
{
	struct machine_progress progress = { NULL, NULL };
	struct pxeboot_client *client = NULL;
	int r = request_client(&exchange->request, exchange->reply, &client);

	/* Who only looks at the headers is given nothing. */
	if (!r && exchange->request.method == METHOD_GET)
		r = machines_ask(exchange->service->machines, exchange->policy, client, exchange->request.address, exchange->now,
				 &progress);
	if (!r)
		r = write_script(exchange, client, &progress);
	machine_progress_free(&progress);
	pxeboot_client_unref(client);
	return r;
}

/* ---- GET /answers/MACHINE/FILE ---------------------------------------------------------------------------------- */

/* Is it the machine's own token, and not another one's? */
static bool is_machine(const struct exchange *exchange, const char *machine, const char *token, const char *key)
{
	char machine_s_key[PXEBOOT_KEY_SIZE];
	struct pxeboot_client *client;
	bool is = !strcmp(machine, token);

	if (is || pxeboot_client_new(&client))
		return is;
	is = !pxeboot_client_set(client, PXEBOOT_FACT_MAC, machine, NULL) &&
	     !machine_key(exchange->policy, client, machine_s_key) && !strcmp(machine_s_key, key);
	pxeboot_client_unref(client);
	return is;
}

/* A token may stand in the query, or in the place of the machine's name.  1: the reply says that it is not right. */
static int check_token(const struct exchange *exchange, struct machine_progress *ret_progress)
{
	const char *machine = exchange->request.parts[1], *token = query_get(&exchange->request.query, "token");
	char key[PXEBOOT_KEY_SIZE];
	int r;

	if (!token && life_token_key(machine, key) == 0)
		token = machine;
	if (!token)
		return 0;
	r = machines_token(exchange->service->machines, exchange->policy, token, exchange->now, key, ret_progress);
	if (!r && !is_machine(exchange, machine, token, key))
		r = -EACCES;
	if (r == -EACCES)
		refuse_token(exchange, token, 403);
	else if (r && r != -ENOMEM)
		reply_fail(exchange->reply, 503, "nobody can tell whose token this is now");
	return r && r != -ENOMEM ? 1 : r;
}

static int write_answers(const struct exchange *exchange, const struct pxeboot_client *client,
			 const struct machine_progress *found)
{
	const struct pxeboot_progress progress = { found->boot, found->token };
	struct pxeboot_diagnostics *diagnostics = NULL;
	size_t length = 0;
	char *text = NULL;
	int r = pxeboot_diagnostics_new(&diagnostics);

	if (!r)
		r = pxeboot_answers(exchange->policy, exchange->request.parts[1], exchange->request.parts[2], client, &progress,
				    diagnostics, &text, &length);
	r = reply_written(exchange, r, text, length, diagnostics);
	pxeboot_diagnostics_free(diagnostics);
	return r;
}

static int answer_answers(const struct exchange *exchange)
{
	struct machine_progress progress = { NULL, NULL };
	struct pxeboot_client *client = NULL;
	int r = request_client(&exchange->request, exchange->reply, &client);

	if (!r)
		r = check_token(exchange, &progress);
	if (!r)
		r = write_answers(exchange, client, &progress);
	machine_progress_free(&progress);
	pxeboot_client_unref(client);
	return r;
}

/* ---- POST /done/TOKEN ------------------------------------------------------------------------------------------- */

/* Saying it twice is saying it once: whoever asks again did not hear the answer. */
static int answer_done(const struct exchange *exchange)
{
	const char *token = exchange->request.parts[1];
	int r = machines_done(exchange->service->machines, exchange->policy, token, exchange->now);

	if (r == -ENOMEM)
		return r;
	if (r >= 0) {
		exchange->reply->status = 200;
		text_add(&exchange->reply->body, "done\n");
	} else if (r == -EACCES) {
		refuse_token(exchange, token, 404);
	} else {
		log_client(exchange->service->log, exchange->now, LOG_WARNING, "that a machine is done can't be written down: %s",
			   strerror(-r));
		reply_fail(exchange->reply, 503, "it can't be written down now: try again");
	}
	return 0;
}

/* ---- All of them ------------------------------------------------------------------------------------------------ */

/* 0; -EBADMSG, 1: the reply says what is wrong; -ENOMEM. */
static const struct route {
	const char *name;
	size_t n_parts;
	bool reads;			/* GET and HEAD; else POST */
	const char *allow;
	int (*answer)(const struct exchange *exchange);
} routes[] = {
	{ "boot.ipxe", 1, true, "GET, HEAD", answer_boot },
	{ "answers", 3, true, "GET, HEAD", answer_answers },
	{ "done", 2, false, "POST", answer_done },
};

static const struct route *find_route(const struct request *request)
{
	for (size_t i = 0; i < ARRAY_SIZE(routes); i++)
		if (routes[i].n_parts == request->n_parts && !strcmp(routes[i].name, request->parts[0]))
			return &routes[i];
	return NULL;
}

static int go(const struct exchange *exchange)
{
	const struct route *route = find_route(&exchange->request);
	enum method method = exchange->request.method;

	if (!route) {
		reply_fail(exchange->reply, 404, "there is nothing of that name");
		return 0;
	}
	if (route->reads ? method != METHOD_GET && method != METHOD_HEAD : method != METHOD_POST) {
		reply_fail(exchange->reply, 405, "this is for %s", route->allow);
		exchange->reply->allow = route->allow;
		return 0;
	}
	return route->answer(exchange);
}

/* The machine goes on with the files and shows no reason: somebody may look for it here. */
static void tell_refused(const struct exchange *exchange, const char *address)
{
	const struct text *body = &exchange->reply->body;

	if (exchange->reply->status == 400 && body->length)
		log_client(exchange->service->log, exchange->now, LOG_NOTICE, "%s was refused: %.*s", address ? address : "somebody",
			   (int)body->length - 1, body->bytes);
}

int answer(const struct service *service, const char *const *params, int64_t now, struct text *out)
{
	struct reply reply = { .body = TEXT_INIT };
	struct exchange exchange = { .service = service, .reply = &reply, .now = now };
	bool head_only = false;
	int r = request_read(params, &exchange.request, &reply);

	if (!r) {
		exchange.policy = current_get(service->current);
		head_only = exchange.request.method == METHOD_HEAD;
		r = go(&exchange);
		pxeboot_policy_unref(exchange.policy);
		request_free(&exchange.request);
	}
	tell_refused(&exchange, request_address(params));
	if (r != -ENOMEM)
		r = reply_write(&reply, head_only, out);
	reply_free(&reply);
	return r;
}
