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
struct answer {
	const struct service *service;
	struct pxeboot_policy *policy;
	struct request request;
	const struct route *route;	/* NULL: nobody can answer it */
	struct pxeboot_client *client;	/* who asks; NULL while a question has it, too */
	struct question *question;	/* that has been answered, or waits to be handed out */
	struct reply reply;
	int64_t now;
};

static struct asking asking_of(const struct answer *answer)
{
	return (struct asking){ answer->service->machines, answer->policy, answer->now };
}

/* ---- What can't be answered ------------------------------------------------------------------------------------- */

/* The library could not render it, and says why: for the log, as the policy is the administrator's. */
static void cannot_render(struct answer *answer, int error, const struct pxeboot_diagnostics *diagnostics)
{
	const struct pxeboot_diagnostic *finding = pxeboot_diagnostics_get(diagnostics, 0);

	if (finding)
		log_client(answer->service->log, answer->now, LOG_ERR, "%s:%u: %s [%s]", finding->file ? finding->file : "",
			   finding->line, finding->text, finding->id);
	reply_fail(&answer->reply, 500, "it can't be written: %s: see the log of pxeboot-fastcgi", strerror(-error));
}

static void refuse_token(struct answer *answer, const char *token, int status)
{
	CLEANUP_TEXT struct text shown = TEXT_INIT;
	char start[SHOWN_MAX + 1] = "";

	memcpy(start, token, strnlen(token, SHOWN_MAX));
	text_add_escaped(&shown, start);
	log_client(answer->service->log, answer->now, LOG_WARNING, "%s showed a token that is nobody's: '%s…'",
		   answer->request.address ? answer->request.address : "somebody", shown.error ? "" : shown.bytes);
	reply_fail(&answer->reply, status, "this token is nobody's");
}

/* What the library has written, or why it could not; -ENOMEM. */
static int reply_written(struct answer *answer, int error, char *text, size_t length,
			 const struct pxeboot_diagnostics *diagnostics)
{
	if (error == 0) {
		answer->reply.status = 200;
		text_free(&answer->reply.body);
		answer->reply.body = (struct text){ .bytes = text, .length = length, .capacity = length + 1 };
	} else if (error == -ENOENT) {
		reply_fail(&answer->reply, 404, "there is no such machine or file");
	} else if (error == -EACCES) {
		reply_fail(&answer->reply, 403, "this file is private: it needs the token of the machine's one-shot boot");
	} else if (error != -ENOMEM) {
		cannot_render(answer, error, diagnostics);
	}
	return error == -ENOMEM ? error : 0;
}

/* ---- GET /boot.ipxe --------------------------------------------------------------------------------------------- */

/* Who only looks at the headers is given nothing. */
static int begin_boot(struct answer *answer)
{
	struct asking asking = asking_of(answer);
	int r = request_client(&answer->request, &answer->reply, &answer->client);

	if (r || answer->request.method != METHOD_GET)
		return r;
	r = question_of_script(&asking, answer->client, answer->request.address, &answer->question);
	if (r)
		return r == -ENODATA ? 0 : r;
	answer->client = NULL;
	return 1;
}

/* A client is one thread's: who has given up waiting leaves it to the clerk, and reads the request once more. */
static int take_client(struct answer *answer)
{
	if (answer->client)
		return 0;
	if (!answer->question)
		return request_client(&answer->request, &answer->reply, &answer->client);
	answer->client = answer->question->client;
	answer->question->client = NULL;
	return 0;
}

static int write_script(struct answer *answer, const struct machine_progress *found)
{
	const struct pxeboot_progress progress = { found->boot, found->token };
	struct pxeboot_diagnostics *diagnostics = NULL;
	size_t length = 0;
	char *text = NULL;
	int r = pxeboot_diagnostics_new(&diagnostics);

	if (!r)
		r = pxeboot_live_script(answer->policy, answer->client, &progress, diagnostics, &text, &length);
	r = reply_written(answer, r, text, length, diagnostics);
	pxeboot_diagnostics_free(diagnostics);
	return r;
}

/* Nothing is told in the script when nothing is known, or nobody can tell: the log then says why. */
static int end_boot(struct answer *answer, int result)
{
	const struct asking asking = asking_of(answer);
	struct machine_progress progress = { NULL, NULL };
	char key[PXEBOOT_KEY_SIZE];
	int r = take_client(answer);

	if (r)
		return r;
	if (result < 0 && !machine_key(answer->policy, answer->client, key))
		machines_tell_trouble(&asking, key, result);
	if (result >= 0 && answer->question)
		progress = answer->question->progress;
	return write_script(answer, &progress);
}

/* ---- GET /answers/MACHINE/FILE ---------------------------------------------------------------------------------- */

/* A token may stand in the query, or in the place of the machine's name; NULL. */
static const char *token_of(const struct answer *answer)
{
	const char *token = query_get(&answer->request.query, "token");
	char key[PXEBOOT_KEY_SIZE];

	return !token && life_token_key(answer->request.parts[1], key) == 0 ? answer->request.parts[1] : token;
}

static int begin_answers(struct answer *answer)
{
	const struct asking asking = asking_of(answer);
	const char *token = token_of(answer);
	int r = request_client(&answer->request, &answer->reply, &answer->client);

	if (r || !token)
		return r;
	r = question_of_token(&asking, QUESTION_TOKEN, token, &answer->question);
	if (r == -EACCES) {
		refuse_token(answer, token, 403);
		return -EBADMSG;
	}
	return r ? r : 1;
}

/* Is it the machine's own token, and not another one's? */
static bool is_machine(const struct answer *answer, const char *token, const char *key)
{
	const char *machine = answer->request.parts[1];
	char machine_s_key[PXEBOOT_KEY_SIZE];
	struct pxeboot_client *client;
	bool is = !strcmp(machine, token);

	if (is || pxeboot_client_new(&client))
		return is;
	is = !pxeboot_client_set(client, PXEBOOT_FACT_MAC, machine, NULL) &&
	     !machine_key(answer->policy, client, machine_s_key) && !strcmp(machine_s_key, key);
	pxeboot_client_unref(client);
	return is;
}

static int write_answers(struct answer *answer, const struct machine_progress *found)
{
	const struct pxeboot_progress progress = { found->boot, found->token };
	struct pxeboot_diagnostics *diagnostics = NULL;
	size_t length = 0;
	char *text = NULL;
	int r = pxeboot_diagnostics_new(&diagnostics);

	if (!r)
		r = pxeboot_answers(answer->policy, answer->request.parts[1], answer->request.parts[2], answer->client, &progress,
				    diagnostics, &text, &length);
	r = reply_written(answer, r, text, length, diagnostics);
	pxeboot_diagnostics_free(diagnostics);
	return r;
}

static int end_answers(struct answer *answer, int result)
{
	const struct machine_progress none = { NULL, NULL };
	const char *token = token_of(answer);

	if (!token)
		return write_answers(answer, &none);
	if (!result && !is_machine(answer, token, answer->question->key))
		result = -EACCES;
	if (!result)
		return write_answers(answer, &answer->question->progress);
	if (result == -EACCES)
		refuse_token(answer, token, 403);
	else
		reply_fail(&answer->reply, 503, "nobody can tell whose token this is now");
	return 0;
}

/* ---- POST /done/TOKEN ------------------------------------------------------------------------------------------- */

static int begin_done(struct answer *answer)
{
	const struct asking asking = asking_of(answer);
	const char *token = answer->request.parts[1];
	int r = question_of_token(&asking, QUESTION_DONE, token, &answer->question);

	if (r == -EACCES) {
		refuse_token(answer, token, 404);
		return -EBADMSG;
	}
	return r ? r : 1;
}

/* Saying it twice is saying it once: whoever asks again did not hear the answer. */
static int end_done(struct answer *answer, int result)
{
	if (result >= 0) {
		answer->reply.status = 200;
		text_add(&answer->reply.body, "done\n");
	} else if (result == -EACCES) {
		refuse_token(answer, answer->request.parts[1], 404);
	} else {
		log_client(answer->service->log, answer->now, LOG_WARNING, "that a machine is done can't be written down: %s",
			   strerror(-result));
		reply_fail(&answer->reply, 503, "it can't be written down now: try again");
	}
	return 0;
}

/* ---- All of them ------------------------------------------------------------------------------------------------ */

static const struct route {
	const char *name;
	size_t n_parts;
	bool reads;			/* GET and HEAD; else POST */
	const char *allow;
	/* 0; 1: there is a question before the end; -EBADMSG: the reply says what is wrong; -ENOMEM */
	int (*begin)(struct answer *answer);
	/* @result: what became of the question, 0 without one.  0; -EBADMSG; -ENOMEM. */
	int (*end)(struct answer *answer, int result);
} routes[] = {
	{ "boot.ipxe", 1, true, "GET, HEAD", begin_boot, end_boot },
	{ "answers", 3, true, "GET, HEAD", begin_answers, end_answers },
	{ "done", 2, false, "POST", begin_done, end_done },
};

static const struct route *find_route(const struct request *request)
{
	for (size_t i = 0; i < ARRAY_SIZE(routes); i++)
		if (routes[i].n_parts == request->n_parts && !strcmp(routes[i].name, request->parts[0]))
			return &routes[i];
	return NULL;
}

/* As a route's begin(). */
static int begin(struct answer *answer)
{
	const struct route *route = find_route(&answer->request);
	enum method method = answer->request.method;

	if (!route) {
		reply_fail(&answer->reply, 404, "there is nothing of that name");
		return -EBADMSG;
	}
	if (route->reads ? method != METHOD_GET && method != METHOD_HEAD : method != METHOD_POST) {
		reply_fail(&answer->reply, 405, "this is for %s", route->allow);
		answer->reply.allow = route->allow;
		return -EBADMSG;
	}
	answer->policy = current_get(answer->service->current);
	answer->route = route;
	return route->begin(answer);
}

/* The machine goes on with the files and shows no reason: somebody may look for it here. */
static void tell_refused(const struct answer *answer, const char *address)
{
	const struct text *body = &answer->reply.body;

	if (answer->reply.status == 400 && body->length)
		log_client(answer->service->log, answer->now, LOG_NOTICE, "%s was refused: %.*s", address ? address : "somebody",
			   (int)body->length - 1, body->bytes);
}

static void answer_free(struct answer *answer)
{
	question_free(answer->question);
	pxeboot_client_unref(answer->client);
	pxeboot_policy_unref(answer->policy);
	request_free(&answer->request);
	reply_free(&answer->reply);
	free(answer);
}

static int finish(struct answer *answer, int r, const char *address, struct text *out)
{
	tell_refused(answer, address);
	if (r != -ENOMEM)
		r = reply_write(&answer->reply, answer->request.method == METHOD_HEAD, out);
	answer_free(answer);
	return r;
}

int answer_begin(const struct service *service, const char *const *params, int64_t now, struct answer **ret_answer,
		 struct question **ret_question, struct text *out)
{
	struct answer *answer = calloc(1, sizeof(*answer));
	int r;

	if (!answer)
		return -ENOMEM;
	answer->service = service;
	answer->now = now;
	r = request_read(params, &answer->request, &answer->reply);
	if (!r)
		r = begin(answer);
	if (!r)
		r = answer->route->end(answer, 0);
	if (r != 1)
		return finish(answer, r, request_address(params), out);
	*ret_question = answer->question;
	*ret_answer = answer;
	answer->question = NULL;
	return 1;
}

int answer_end(struct answer *answer, struct question *question, struct text *out)
{
	int r;

	answer->question = question;
	r = answer->route->end(answer, question ? question->job.result : -ETIMEDOUT);
	return finish(answer, r, answer->request.address, out);
}
