/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A path of the policy as one machine comes to ask for it.
 */
#include <errno.h>
#include <string.h>

#include "render/named.h"
#include "render/template.h"
#include "render/variables.h"

/* Built-in variables by what has to be known for them; the server's own need nothing. */
static bool is_of_server(struct slice name)
{
	return slice_is(name, "server") || slice_is(name, "base") || slice_is(name, "http");
}

static struct template template_of_slot(const struct slot *slot)
{
	return slot->item ? template_of(slot->item->profile, slot->text) : template_over(slot->text);
}

void named_look_at_variables(struct slot *slot)
{
	struct template template = template_of_slot(slot);
	struct chunk chunk;

	while (template_next(&template, &chunk) > 0) {
		if (chunk.kind != CHUNK_VARIABLE || is_of_server(chunk.text))
			continue;
		slot->by_arch |= slice_is(chunk.text, "arch");
		slot->by_mac |= slice_is(chunk.text, "mac");
		slot->by_host |= !slice_is(chunk.text, "arch");
	}
}

static int add_variable(const struct pxeboot_policy *policy, const struct reader *reader, const struct chunk *chunk,
			struct text *out)
{
	const struct host *host = reader->who->host;
	const struct group *group = reader->who->group;
	int r;

	if (slice_is(chunk->text, "arch")) {
		text_add(out, pxeboot_arch_get(reader->arch)->name);
		return 0;
	}
	if (slice_is(chunk->text, "mac") && host && reader->mac < host->n_macs) {
		text_add(out, host->mac_texts[reader->mac]);
		return 0;
	}
	r = variable_for_host(policy, chunk->text, host, host ? host->vars : group ? group->vars : NULL,
			      host ? host->n_vars : group ? group->n_vars : 0, out);
	if (r == -ENOENT && chunk->has_default && !variable_is_built_in(chunk->text)) {
		text_add_bytes(out, chunk->fallback.at, chunk->fallback.length);
		r = 0;
	}
	return r;
}

static int resolve(const struct pxeboot_policy *policy, const struct slot *slot, const struct reader *reader,
		   struct text *out)
{
	struct template template = template_of_slot(slot);
	struct chunk chunk;

	while (template_next(&template, &chunk) > 0) {
		if (chunk.kind == CHUNK_PASS)
			return -ENODATA;
		if (chunk.kind == CHUNK_LITERAL)
			text_add_bytes(out, chunk.text.at, chunk.text.length);
		else if (add_variable(policy, reader, &chunk, out) < 0)
			return -ENODATA;
	}
	text_add(out, "");
	return out->error;
}

static const char *below(const char *url, const char *base, const char *address)
{
	size_t length = strlen(base);

	if (strncmp(url, base, length) != 0)
		return NULL;
	url += length;
	length = address ? strlen(address) : 0;
	return length && strncmp(url, address, length) ? NULL : url[length] == '/' ? url + length + 1 : NULL;
}

/* The policy's own web server and TFTP server show the boot root. */
static const char *own_path(const struct pxeboot_policy *policy, const char *url)
{
	const char *path = policy->http ? below(url, policy->http, NULL) : NULL;

	if (!path && policy->address)
		path = below(url, "tftp://", policy->address);
	if (!path && policy->http6)
		path = below(url, policy->http6, NULL);
	if (!path && policy->tftp6)
		path = below(url, policy->tftp6, NULL);
	return path;
}

int named_path(const struct pxeboot_policy *policy, const struct slot *slot, const struct reader *reader,
	       struct text *out)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	int r = resolve(policy, slot, reader, &text);
	const char *path = text.bytes;

	if (r < 0)
		return r;
	/* As iPXE's scripts tell a URL from a path: by the text before its variables are known. */
	if (strstr(slot->text, "://"))
		path = own_path(policy, text.bytes);
	if (!path)
		return -ENOENT;
	if (strpbrk(path, "?#%"))
		return -ENODATA;
	text_add(out, path);
	return out->error;
}
