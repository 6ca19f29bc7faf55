/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Requests: nothing of them is ever made part of a path on disk. */
#include "request.h"

#include <errno.h>
#include <string.h>

#include "base/scalar.h"

#define PATH_MAX_BYTES 1024

/* ---- Parameters ------------------------------------------------------------------------------------------------- */

static const char *param(const char *const *params, const char *name)
{
	size_t length = strlen(name);

	for (; *params; params++)
		if (!strncmp(*params, name, length) && (*params)[length] == '=')
			return *params + length + 1;
	return NULL;
}

static enum method method_of(const char *name)
{
	static const char *const names[] = { [METHOD_GET] = "GET", [METHOD_HEAD] = "HEAD", [METHOD_POST] = "POST" };

	for (size_t i = 0; name && i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], name))
			return (enum method)i;
	return METHOD_OTHER;
}

const char *request_address(const char *const *params)
{
	const char *text = param(params, "REMOTE_ADDR");
	uint32_t address;

	return text && !scalar_ip4(text, &address) ? text : NULL;
}

/* Takes "/a/b/c/d" apart, in place.  False when a part is none that we could have. */
static bool split_path(struct request *request)
{
	char *part = *request->path == '/' ? request->path + 1 : NULL;

	if (!part)
		return false;
	while (part) {
		char *slash = request->n_parts + 1 < PATH_PARTS_MAX ? strchr(part, '/') : NULL;

		if (slash)
			*slash++ = '\0';
		if (!scalar_is_file_path(part))
			return false;
		request->parts[request->n_parts++] = part;
		part = slash;
	}
	return true;
}

int request_read(const char *const *params, struct request *ret_request, struct reply *reply)
{
	const char *path = param(params, "PATH_INFO"), *query = param(params, "QUERY_STRING"), *why;
	struct request request = { .method = method_of(param(params, "REQUEST_METHOD")),
				   .address = request_address(params) };

	if (!path || !*path) {
		reply_fail(reply, 500, "the web server sends no PATH_INFO: see pxeboot-fastcgi(8)");
		return -EBADMSG;
	}
	if (strlen(path) <= PATH_MAX_BYTES && !(request.path = strdup(path)))
		return -ENOMEM;
	if (!request.path || !split_path(&request)) {
		reply_fail(reply, 404, "there is nothing of that name");
		request_free(&request);
		return -EBADMSG;
	}
	int r = query_parse(query ? query : "", &request.query, &why);

	if (r == -EBADMSG)
		reply_fail(reply, 400, "the query has %s", why);
	if (r) {
		request_free(&request);
		return r;
	}
	*ret_request = request;
	return 0;
}

void request_free(struct request *request)
{
	free(request->path);
	query_free(&request->query);
	*request = (struct request){ .method = METHOD_OTHER };
}

/* ---- Facts ------------------------------------------------------------------------------------------------------ */

/* The architecture by what iPXE calls it; PXEBOOT_ARCH_NONE. */
static int arch_of_ipxe(const char *platform, const char *buildarch)
{
	for (int arch = 0; platform && arch < PXEBOOT_ARCH_COUNT; arch++) {
		const struct pxeboot_arch_info *info = pxeboot_arch_get(arch);

		if (!strcmp(info->ipxe_platform, platform) &&
		    (!info->ipxe_buildarch || (buildarch && !strcmp(info->ipxe_buildarch, buildarch))))
			return arch;
	}
	return PXEBOOT_ARCH_NONE;
}

/* @text is not what the fact can be. */
static void refuse(struct pxeboot_client *client, int fact, const char *text, struct reply *reply)
{
	const struct pxeboot_diagnostic *finding = NULL;
	struct pxeboot_diagnostics *diagnostics = NULL;

	if (!pxeboot_diagnostics_new(&diagnostics) && pxeboot_client_set(client, fact, text, diagnostics))
		finding = pxeboot_diagnostics_get(diagnostics, 0);
	reply_fail(reply, 400, "%s", finding ? finding->text : pxeboot_fact_name(fact));
	pxeboot_diagnostics_free(diagnostics);
}

static int set(struct pxeboot_client *client, int fact, const char *text, struct reply *reply)
{
	int r = pxeboot_client_set(client, fact, text, NULL);

	if (r == -EBADMSG)
		refuse(client, fact, text, reply);
	return r;
}

static int set_facts(const struct request *request, struct pxeboot_client *client, struct reply *reply)
{
	int r = 0;

	for (int fact = 0; fact < PXEBOOT_FACT_COUNT && !r; fact++) {
		const char *value = query_get(&request->query, pxeboot_fact_name(fact));

		if (!value && fact == PXEBOOT_FACT_ADDRESS)
			value = request->address;
		if (!value && fact == PXEBOOT_FACT_ARCH) {
			const struct pxeboot_arch_info *info = pxeboot_arch_get(arch_of_ipxe(
				query_get(&request->query, "platform"), query_get(&request->query, "buildarch")));

			value = info ? info->name : NULL;
		}
		if (value)
			r = set(client, fact, value, reply);
	}
	return r;
}

int request_client(const struct request *request, struct reply *reply, struct pxeboot_client **ret_client)
{
	struct pxeboot_client *client;
	int r = pxeboot_client_new(&client);

	if (r)
		return r;
	r = set_facts(request, client, reply);
	if (r)
		pxeboot_client_unref(client);
	else
		*ret_client = client;
	return r;
}
