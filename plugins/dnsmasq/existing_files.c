/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The files that an existing configuration names: their URLs, and what lies in the folder that the TFTP server serves.
 */
#include <errno.h>
#include <string.h>

#include "existing.h"

static bool is_url(const char *file)
{
	return strstr(file, "://") != NULL;
}

static void tell(struct existing *existing, enum pxeboot_severity severity, const char *id, struct location where,
		 const char *file, const char *problem)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	text_add_char(&text, '\'');
	text_add_escaped(&text, file);
	text_addf(&text, "': %s", problem);
	if (text.error < 0)
		existing->error = text.error;
	else
		diagnostics_add(existing->findings, severity, id, where, "%s", text.bytes);
}

static void check_url(struct existing *existing, const char *file, struct location where)
{
	const char *host = strstr(file, "://"), *path, *query;

	if (host == NULL)
		return;
	host += 3;
	path = strchr(host, '/');
	query = host + strcspn(host, "?#");
	if (path == host) {
		tell(existing, PXEBOOT_ERROR, "dnsmasq.url", where, file,
		     "a URL without a server; two slashes go before the server, not three");
		return;
	}
	path = path != NULL && path < query ? strstr(path, "//") : NULL;
	if (path != NULL && path < query)
		tell(existing, PXEBOOT_ERROR, "chain.slashes", where, file,
		     "two slashes in the path, which web servers take for another file; write one");
}

/* ---- Names ---- */

const char *existing_look_up(struct existing *existing, const char *file, enum plugin_name_verdict *ret_verdict,
			     const char **ret_way)
{
	CLEANUP_TEXT struct text name = TEXT_INIT, way = TEXT_INIT;
	int verdict;

	*ret_verdict = PLUGIN_NAME_FILE;
	*ret_way = NULL;
	if (existing->names == NULL || is_url(file))
		return file;
	verdict = existing->names->look_up(existing->names->context, file, &name, &way);
	if (verdict < 0 || name.error < 0 || way.error < 0) {
		existing->error = -ENOMEM;
		return file;
	}
	*ret_verdict = (enum plugin_name_verdict)verdict;
	if (way.length > 0)
		*ret_way = existing_keep(existing, way.bytes);
	return verdict != PLUGIN_NAME_FILE ? NULL : *ret_way != NULL ? existing_keep(existing, name.bytes) : file;
}

/* ---- Files ---- */

static bool is_below(const char *file, const char *root)
{
	size_t length = strlen(root);

	return strncmp(file, root, length) == 0 && (root[length - 1] == '/' || file[length] == '/');
}

/* The name below the folder that the server serves; NULL when it leads elsewhere. */
static const char *path_of(const struct existing *existing, const char *file)
{
	const char *const roots[] = { existing->model->tftp_root, existing->root };

	if (is_url(file))
		return NULL;
	/* Whole paths of the server's machine begin with its own root. */
	for (size_t i = 0; i < ARRAY_SIZE(roots); i++)
		if (roots[i] != NULL && roots[i][0] == '/' && is_below(file, roots[i])) {
			file += strlen(roots[i]);
			break;
		}
	while (*file == '/')
		file++;
	return file;
}

bool existing_look(void *context, const char *file, struct pxeboot_program *ret_program)
{
	struct existing *existing = context;
	const char *path = path_of(existing, file);

	return existing->looks && path != NULL && boot_looker_look(&existing->looker, path, ret_program);
}

static void tell_missing(struct existing *existing, const char *file, struct location where, const char *path,
			 const char *way)
{
	CLEANUP_FREE char *spelling = NULL;
	CLEANUP_TEXT struct text problem = TEXT_INIT;

	text_add(&problem, "no such file below the root; put it there");
	if (boot_file_spelling(&existing->looker.root, path, &spelling) == 0) {
		text_add(&problem, ", or is it '");
		text_add_escaped(&problem, spelling);
		text_add(&problem, "'?");
	}
	if (way != NULL)
		text_addf(&problem, "; %s", way);
	if (problem.error < 0)
		existing->error = problem.error;
	else
		tell(existing, PXEBOOT_ERROR, "file.missing", where, file, problem.bytes);
}

static void check_file(struct existing *existing, const char *file, struct location where)
{
	enum plugin_name_verdict verdict;
	const char *way, *name = existing_look_up(existing, file, &verdict, &way);
	const char *path = name != NULL ? path_of(existing, name) : NULL;
	struct boot_file found;

	check_url(existing, file, where);
	if (!existing->looks || path == NULL)
		return;
	if (boot_file_open(&existing->looker.root, path, &found) < 0) {
		tell_missing(existing, file, where, path, way);
		return;
	}
	if (!S_ISREG(found.status.st_mode))
		tell(existing, PXEBOOT_ERROR, "file.kind", where, file, "not a regular file");
	else if (found.status.st_size == 0)
		tell(existing, PXEBOOT_ERROR, "file.empty", where, file, "an empty file");
	else if (found.closed[0] != '\0' || !boot_file_readable(&existing->looker.root, &found))
		tell(existing, PXEBOOT_ERROR, "file.unreadable", where, file, "not everybody may read it, and so its server "
		     "may not");
	boot_file_close(&found);
}

/* A name without a dot is asked for with the layer behind it. */
static void check_service(struct existing *existing, const struct model_service *service)
{
	CLEANUP_TEXT struct text name = TEXT_INIT;

	text_addf(&name, "%s%s", service->file, strchr(service->file, '.') != NULL ? "" : ".0");
	if (name.error < 0)
		existing->error = name.error;
	else
		check_file(existing, name.bytes, service->where);
}

/* dnsmasq's own TFTP server reads as its user; any other must find files that everybody may read. */
static int open_root(struct existing *existing)
{
	int r;

	if (existing->root == NULL)
		return 0;
	existing->real_root = realpath(existing->root, NULL);
	r = existing->real_root == NULL ? -errno :
	    boot_root_open(existing->real_root, existing->model->tftp.line > 0 ? "dnsmasq" : NULL,
			   &existing->looker.root);
	if (r < 0)
		diagnostics_add(existing->findings, PXEBOOT_ERROR, "file.root", (struct location){ existing->root, 0 },
				"the root can't be opened: %s; no file was looked at", strerror(-r));
	existing->looks = r == 0;
	return r;
}

/* Does dnsmasq's own TFTP server get names that begin nowhere? */
static const struct model_boot *relative_boot(const struct model *model)
{
	for (const struct model_boot *boot = model->boots; boot != NULL; boot = boot->next)
		if (boot->file != NULL && boot->file[0] != '/' && !is_url(boot->file) && boot->next_server == 0 &&
		    boot->next_server_name == NULL)
			return boot;
	return NULL;
}

static void check_server(struct existing *existing)
{
	const struct model *model = existing->model;
	const struct model_boot *boot = relative_boot(model);

	if (model->tftp_root_where.line > 0 && model->tftp.line == 0)
		/* A map says that in.tftpd serves them. */
		diagnostics_add(existing->findings, existing->names != NULL ? PXEBOOT_NOTE : PXEBOOT_WARNING, "dnsmasq.tftp",
				model->tftp_root_where,
				"tftp-root without enable-tftp: dnsmasq serves no files; add enable-tftp, or drop it");
	else if (model->tftp.line > 0 && model->tftp_root_where.line == 0 && boot != NULL)
		tell(existing, PXEBOOT_WARNING, "dnsmasq.tftp", model->tftp, boot->file,
		     "enable-tftp without tftp-root: dnsmasq looks for this name in /; add a tftp-root");
}

int existing_check_files(struct existing *existing)
{
	const struct model *model = existing->model;
	int r = open_root(existing);

	check_server(existing);
	for (const struct model_boot *boot = model->boots; boot != NULL; boot = boot->next)
		if (boot->file != NULL)
			check_file(existing, boot->file, boot->where);
	for (const struct model_service *service = model->services; service != NULL; service = service->next)
		if (service->file != NULL)
			check_service(existing, service);
	for (const struct model_option *option = model->options; option != NULL; option = option->next)
		if (option->code == 67 && option->value.is_text && !option->encapsulated && !option->for_vendor)
			check_file(existing, (const char *)option->value.bytes, option->where);
	return r;
}

void existing_close_files(struct existing *existing)
{
	if (existing->looks)
		boot_looker_close(&existing->looker);
	free(existing->real_root);
}
