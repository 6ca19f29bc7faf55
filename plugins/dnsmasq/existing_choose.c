/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a client ends up with: its facts as the bytes of a DHCP message, the questions that boot ROMs and iPXE go on to
 * ask, and the answer in the words of the walk.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/cursor.h"
#include "existing.h"

enum { CLIENT_ID = 61, UUID = 97, AGENT = 82, FEATURES = 175 };

/* What boot ROMs and iPXE ask for (PXE 2.1; iPXE's src/net/udp/dhcp.c). */
static const uint8_t requested[] = {
	1, 3, 6, 12, 15, 17, 43, 54, 60, 66, 67, 128, 129, 130, 131, 132, 133, 134, 135, 150, 175, 203,
};
/* iPXE's features: it can do HTTP. */
static const uint8_t features[] = { 19, 1, 1 };

/* A question and the bytes that it points at. */
struct message {
	struct model_question question;
	uint8_t archs[32], uuid[1 + UUID_LENGTH], client_id[255], agent[255], entry[6];
};

static void put(struct message *message, unsigned code, const void *bytes, size_t length)
{
	message->question.options[code] = (struct model_bytes){ bytes, length };
}

static void put_text(struct message *message, unsigned code, const struct pxeboot_client *client, int fact)
{
	const char *text;

	if (pxeboot_client_get(client, fact, &text) == 0)
		put(message, code, text, strlen(text));
}

/* "7,9" */
static void put_archs(struct message *message, const struct pxeboot_client *client)
{
	const char *text;
	size_t length = 0;

	if (pxeboot_client_get(client, PXEBOOT_FACT_ARCH, &text) < 0)
		return;
	for (char *end; *text != '\0' && length + 2 <= sizeof(message->archs); text = *end == ',' ? end + 1 : end) {
		unsigned long code = strtoul(text, &end, 10);

		if (end == text)
			break;
		message->archs[length++] = (uint8_t)(code >> 8);
		message->archs[length++] = (uint8_t)code;
	}
	put(message, 93, message->archs, length);
}

/* An asker that does not send option 93 has its architecture from its vendor class alone. */
static bool sends_archs(const struct existing *existing, const struct pxeboot_client *client)
{
	const char *text;

	if (pxeboot_client_get(client, PXEBOOT_FACT_VENDOR_CLASS, &text) < 0)
		return true;
	for (size_t i = 0; i < existing->n_askers; i++)
		if (existing->askers[i].vendor_class != NULL && strcmp(existing->askers[i].vendor_class, text) == 0)
			return existing->askers[i].code >= 0;
	return true;
}

/* "01:52:54": the number of bytes. */
static size_t hex_bytes(const char *text, uint8_t *ret, size_t size)
{
	unsigned byte;
	size_t length = 0;

	for (; length < size && sscanf(text, "%2x", &byte) == 1; text += 3) {
		ret[length++] = (uint8_t)byte;
		if (text[2] == '\0')
			break;
	}
	return length;
}

static void put_identity(struct message *message, const struct pxeboot_client *client)
{
	const char *text;

	if (pxeboot_client_get(client, PXEBOOT_FACT_MAC, &text) == 0)
		scalar_mac(text, message->question.mac) == 0 ? (void)0 : (void)memset(message->question.mac, 0, MAC_LENGTH);
	if (pxeboot_client_get(client, PXEBOOT_FACT_UUID, &text) == 0 && scalar_uuid(text, message->uuid + 1) == 0)
		put(message, UUID, message->uuid, sizeof(message->uuid));
	if (pxeboot_client_get(client, PXEBOOT_FACT_CLIENT_ID, &text) == 0)
		put(message, CLIENT_ID, message->client_id,
		    hex_bytes(text, message->client_id, sizeof(message->client_id)));
}

static void put_agent(struct message *message, const struct pxeboot_client *client)
{
	static const struct { int fact; uint8_t code; } words[] = {
		{ PXEBOOT_FACT_CIRCUIT_ID, 1 }, { PXEBOOT_FACT_REMOTE_ID, 2 },
	};
	size_t length = 0;
	const char *text;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t n;

		if (pxeboot_client_get(client, words[i].fact, &text) < 0 || length + 2 > sizeof(message->agent))
			continue;
		n = hex_bytes(text, message->agent + length + 2, sizeof(message->agent) - length - 2);
		message->agent[length] = words[i].code;
		message->agent[length + 1] = (uint8_t)n;
		length += n + 2;
	}
	if (length > 0)
		put(message, AGENT, message->agent, length);
}

/* The network: each has the server at one interface. */
static void put_network(struct message *message, const struct existing *existing, const struct pxeboot_client *client)
{
	const struct existing_network *network = existing->networks;
	const char *text;
	uint32_t relay;

	if (pxeboot_client_get(client, PXEBOOT_FACT_RELAY, &text) == 0 && scalar_ip4(text, &relay) == 0)
		for (size_t i = 0; i < existing->n_networks; i++)
			if (existing->networks[i].local == relay)
				network = &existing->networks[i];
	message->question.local = network->local;
	message->question.netmask = network->netmask;
}

static void build(struct message *message, const struct existing *existing, const struct pxeboot_client *client)
{
	const char *text;

	memset(message, 0, sizeof(*message));
	message->question.type = 1;
	put(message, 55, requested, sizeof(requested));
	put_text(message, 60, client, PXEBOOT_FACT_VENDOR_CLASS);
	put_text(message, 77, client, PXEBOOT_FACT_USER_CLASS);
	if (pxeboot_client_get(client, PXEBOOT_FACT_FEATURES, &text) == 0)
		put(message, FEATURES, features, sizeof(features));
	if (sends_archs(existing, client))
		put_archs(message, client);
	put_identity(message, client);
	put_agent(message, client);
	put_network(message, existing, client);
}

/* ---- The questions that follow ---- */

/* An address that somebody else has given: any of the network but the server's. */
static void ask_boot_server(struct message *message)
{
	message->question.type = 3;
	message->question.boot_service = true;
	message->question.address = message->question.local + 1;
}

static void take_entry(const struct model *model, struct message *message, struct model_answer *answer)
{
	struct model_item item = answer->items[0];

	if (item.file == NULL) {
		answer->file = NULL;
		answer->reason = item.type == 0 ? "the first entry of its PXE menu is to boot from disk" :
						  "the first entry of its PXE menu leads to another boot server";
		answer->rule = "pxe-service";
		answer->where = item.where;
		answer->condition = item.condition;
		return;
	}
	ask_boot_server(message);
	message->entry[0] = 71;
	message->entry[1] = 4;
	message->entry[2] = (uint8_t)(item.type >> 8);
	message->entry[3] = (uint8_t)item.type;
	put(message, 43, message->entry, sizeof(message->entry));
	model_answer(model, &message->question, answer);
}

/* ---- Which lines were of use ---- */

static bool is_among(const struct location *const *list, size_t count, const struct location *where)
{
	for (size_t i = 0; i < count; i++)
		if (list[i]->file == where->file && list[i]->line == where->line)
			return true;
	return false;
}

static void remember(struct existing *existing, const struct model_answer *answer, const struct location ***list,
		     size_t *count)
{
	for (const struct model_boot *boot = existing->model->boots; boot != NULL; boot = boot->next)
		if (boot->where.file == answer->where.file && boot->where.line == answer->where.line &&
		    !is_among(*list, *count, &boot->where)) {
			const struct location *where = &boot->where;

			existing_add(existing, list, count, sizeof(where), &where);
		}
}

/* ---- The whole ---- */

void existing_boot(struct existing *existing, const struct pxeboot_client *client, struct model_answer *ret_answer)
{
	struct message message;

	build(&message, existing, client);
	model_answer(existing->model, &message.question, ret_answer);
	remember(existing, ret_answer, &existing->won, &existing->n_won);
	if (!ret_answer->silent && ret_answer->proxy && ret_answer->file == NULL && !ret_answer->menu) {
		ask_boot_server(&message);
		model_answer(existing->model, &message.question, ret_answer);
	}
	/* A menu goes before a file. */
	if (!ret_answer->silent && ret_answer->menu && ret_answer->n_items > 0)
		take_entry(existing->model, &message, ret_answer);
}

/* ---- In the words of the walk ---- */

static bool has_tag(const struct model_answer *answer, const char *tag)
{
	for (size_t i = 0; i < answer->n_tags; i++)
		if (strcmp(answer->tags[i], tag) == 0)
			return true;
	return false;
}

static bool is_negated(const char *name)
{
	return name[0] == '!' || name[0] == '#';
}

/* Somebody took care to keep the client out: the line would be its own but for a tag that must not be set. */
static bool keeps_out(const struct model_tag *needs, const struct model_answer *answer)
{
	bool wanted = false, kept_out = false;

	for (; needs != NULL; needs = needs->next) {
		if (is_negated(needs->name)) {
			kept_out = kept_out || has_tag(answer, needs->name + 1);
			continue;
		}
		if (!has_tag(answer, needs->name))
			return false;
		wanted = true;
	}
	return wanted && kept_out;
}

static bool is_left_out(const struct model *model, const struct model_answer *answer)
{
	for (const struct model_boot *boot = model->boots; boot != NULL; boot = boot->next)
		if (boot->file != NULL && keeps_out(boot->needs, answer))
			return true;
	for (const struct model_service *service = model->services; service != NULL; service = service->next)
		if (service->file != NULL && keeps_out(service->needs, answer))
			return true;
	return false;
}

/* A line that looks at an architecture, and whose tag is good for something, says that such machines are meant. */
static bool find_meaning(const struct model *model, const struct model_answer *answer, struct pxeboot_rule *ret_rule)
{
	if (is_left_out(model, answer))
		return false;
	for (const struct model_match *match = model->matches; match != NULL; match = match->next)
		if (match->option == 93 && match->value.length > 0 && match->value.wild == 0 && has_tag(answer, match->tag) &&
		    existing_leads_somewhere(model, match->tag)) {
			*ret_rule = (struct pxeboot_rule){ "dhcp-match", match->tag, match->where.file, match->where.line };
			return true;
		}
	for (const struct model_class *class = model->classes; class != NULL; class = class->next)
		if (class->kind == MODEL_CLASS_VENDOR && memmem(class->bytes, class->length, "Arch:", 5) != NULL &&
		    has_tag(answer, class->tag) && existing_leads_somewhere(model, class->tag)) {
			*ret_rule = (struct pxeboot_rule){ "dhcp-vendorclass", class->tag, class->where.file,
							   class->where.line };
			return true;
		}
	return false;
}

static bool is_kept_out(const struct model_answer *answer)
{
	return answer->silent && answer->reason != NULL && strstr(answer->reason, "ignore") != NULL;
}

/* The same machine before it runs iPXE: does it get anything, and from which line? */
static bool firmware_boots(struct existing *existing, const struct pxeboot_client *client,
			   struct pxeboot_rule *ret_rule)
{
	static const int facts[] = { PXEBOOT_FACT_MAC, PXEBOOT_FACT_ARCH, PXEBOOT_FACT_VENDOR_CLASS, PXEBOOT_FACT_RELAY,
				     PXEBOOT_FACT_UUID, PXEBOOT_FACT_CIRCUIT_ID, PXEBOOT_FACT_REMOTE_ID };
	struct pxeboot_client *firmware;
	struct model_answer answer;
	const char *text;

	if (pxeboot_client_new(&firmware) < 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
		if (pxeboot_client_get(client, facts[i], &text) == 0)
			pxeboot_client_set(firmware, facts[i], text, NULL);
	existing_boot(existing, firmware, &answer);
	pxeboot_client_unref(firmware);
	if (answer.file == NULL)
		return false;
	*ret_rule = (struct pxeboot_rule){ answer.rule, answer.condition, answer.where.file, answer.where.line };
	return true;
}

static void explain_nothing(struct existing *existing, const struct pxeboot_client *client,
			    const struct model_answer *answer, struct pxeboot_answer *ret)
{
	struct pxeboot_rule meaning;

	ret->reason = answer->reason;
	if (is_kept_out(answer))
		return;
	if (answer->rule != NULL)
		ret->rule = (struct pxeboot_rule){ answer->rule, answer->condition, answer->where.file, answer->where.line };
	ret->meant = pxeboot_client_is_ipxe(client) ? firmware_boots(existing, client, &meaning) :
						      find_meaning(existing->model, answer, &meaning);
	if (ret->meant && answer->rule == NULL)
		ret->rule = meaning;
}

/* The boot file as people write it: the class in option 60 ends where its bytes do. */
static const char *as_text(struct existing *existing, const struct model_bytes *bytes)
{
	char text[256];
	size_t length = bytes->length < sizeof(text) ? bytes->length : sizeof(text) - 1;

	if (bytes->bytes == NULL)
		return NULL;
	memcpy(text, bytes->bytes, length);
	text[length] = '\0';
	return existing_keep(existing, text);
}

/* ---- Lines for one machine ---- */

static const struct model_tag *needs_of(const struct model *model, const struct location *where)
{
	for (const struct model_boot *boot = model->boots; boot != NULL; boot = boot->next)
		if (boot->where.file == where->file && boot->where.line == where->line)
			return boot->needs;
	for (const struct model_service *service = model->services; service != NULL; service = service->next)
		if (service->where.file == where->file && service->where.line == where->line)
			return service->needs;
	for (const struct model_option *option = model->options; option != NULL; option = option->next)
		if (option->where.file == where->file && option->where.line == where->line)
			return option->needs;
	return NULL;
}

static bool is_for_hosts(const struct model *model, const struct model_answer *answer)
{
	for (const struct model_tag *tag = needs_of(model, &answer->where); tag != NULL; tag = tag->next)
		if (!is_negated(tag->name) && existing_is_host_tag(model, tag->name))
			return true;
	return false;
}

static struct pxeboot_program program_of(struct existing *existing, const char *file)
{
	struct pxeboot_program program;

	if (!existing_look(existing, file, &program))
		pxeboot_program_by_name(file, &program);
	return program;
}

/* A machine that somebody knows by name has one architecture, and its own file is for that one. */
static bool is_another_machine(struct existing *existing, const struct pxeboot_client *client, const char *file)
{
	int arch = pxeboot_client_arch(client);
	struct pxeboot_program program;
	bool uefi;

	if (arch == PXEBOOT_ARCH_NONE || pxeboot_client_is_ipxe(client))
		return false;
	program = program_of(existing, file);
	uefi = pxeboot_arch_get(arch)->uefi;
	return (uefi ? program.bios && !program.uefi : program.uefi && !program.bios) ||
	       (program.arch != PXEBOOT_ARCH_NONE && program.arch != arch);
}

/* A line for everybody is meant for TFTP: UEFI HTTP Boot passes over its plain name, and boots as if nobody answered. */
static bool is_passed_over(const struct model *model, const struct pxeboot_client *client,
			   const struct model_answer *answer)
{
	const char *client_class;

	if (strstr(answer->file, "://") != NULL || (answer->rule != NULL && strcmp(answer->rule, "pxe-service") == 0) ||
	    (answer->vendor_class.length >= 10 && memcmp(answer->vendor_class.bytes, "HTTPClient", 10) == 0) ||
	    pxeboot_client_get(client, PXEBOOT_FACT_VENDOR_CLASS, &client_class) < 0 ||
	    strncmp(client_class, "HTTPClient", 10) != 0)
		return false;
	for (const struct model_tag *tag = needs_of(model, &answer->where); tag != NULL; tag = tag->next)
		if (!is_negated(tag->name))
			return false;
	return true;
}

/* An iPXE that goes to a script of its own at once, as netboot.xyz's builds do. */
static bool holds_script(const char *file)
{
	const char *slash = strrchr(file, '/');

	return strncasecmp(slash != NULL ? slash + 1 : file, "netboot.xyz", strlen("netboot.xyz")) == 0;
}

/* iPXE always says which architecture it is: where neither the machine nor the file tells, its next question would be
 * one that no iPXE asks. */
static bool is_any_ipxe(struct existing *existing, const struct pxeboot_client *client, const char *file)
{
	return pxeboot_client_arch(client) == PXEBOOT_ARCH_NONE && !pxeboot_client_is_ipxe(client) &&
	       program_of(existing, file).arch == PXEBOOT_ARCH_NONE;
}

/* The name in the answer is what the TFTP server is asked for; what it sends is another matter. */
static void follow_name(struct existing *existing, struct pxeboot_answer *answer)
{
	CLEANUP_TEXT struct text rule = TEXT_INIT;
	enum plugin_name_verdict verdict;
	const char *way, *name = existing_look_up(existing, answer->file, &verdict, &way);

	if (way == NULL)
		return;
	text_addf(&rule, "%s%s%s", answer->rule.name != NULL ? answer->rule.name : "", answer->rule.name != NULL ? "; " : "",
		  way);
	if (rule.error < 0)
		existing->error = rule.error;
	else
		answer->rule.name = existing_keep(existing, rule.bytes);
	answer->path = name;
	answer->unknown |= verdict == PLUGIN_NAME_DEPENDS;
	if (verdict == PLUGIN_NAME_REFUSED) {
		answer->file = NULL;
		answer->meant = true;
		answer->reason = way;
	}
}

static void leave_to_host(struct existing *existing, const struct pxeboot_client *client, struct pxeboot_answer *answer)
{
	const char *file = answer->path != NULL ? answer->path : answer->file;

	answer->rule.kind = "host";
	if (file == NULL || answer->file == NULL || !is_another_machine(existing, client, file))
		return;
	answer->file = answer->path = NULL;
	answer->reason = "its dhcp-host is for a machine of another architecture";
}

/* The lists of the context grow; what it answers depends on the client alone. */
void existing_choose(const void *context, const struct pxeboot_client *client, struct pxeboot_answer *ret_answer)
{
	struct existing *existing = *(struct existing *const *)context;
	struct model_answer answer;
	const char *sent;

	memset(ret_answer, 0, sizeof(*ret_answer));
	existing_boot(existing, client, &answer);
	remember(existing, &answer, &existing->won, &existing->n_won);
	if (answer.file == NULL) {
		explain_nothing(existing, client, &answer, ret_answer);
		return;
	}
	if (is_passed_over(existing->model, client, &answer)) {
		ret_answer->reason = "UEFI HTTP Boot takes URLs only";
		return;
	}
	if (answer.proxy && !answer.boot_server && answer.rule != NULL && strcmp(answer.rule, "dhcp-boot") == 0 &&
	    answer.next_server == 0 && answer.next_server_name == NULL && pxeboot_client_arch(client) == PXEBOOT_ARCH_BIOS)
		remember(existing, &answer, &existing->homeless, &existing->n_homeless);
	ret_answer->file = existing_keep(existing, answer.file);
	ret_answer->user_class = existing->own_class;
	ret_answer->vendor_class = as_text(existing, &answer.vendor_class);
	ret_answer->rule = (struct pxeboot_rule){ answer.rule, answer.condition, answer.where.file, answer.where.line };
	follow_name(existing, ret_answer);
	sent = ret_answer->path != NULL ? ret_answer->path : answer.file;
	ret_answer->goes_on = holds_script(sent) || is_any_ipxe(existing, client, sent);
	if (is_for_hosts(existing->model, &answer))
		leave_to_host(existing, client, ret_answer);
}
