/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The files that an existing configuration names: their URLs, and what lies in the folder that the TFTP server serves.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* ---- Files ---- */

/* A path below the root; false when the name leads elsewhere. */
static bool path_of(const struct existing *existing, const char *file, struct text *ret)
{
	const char *tftp_root = existing->model->tftp_root, *name = file;

	if (existing->root == NULL || is_url(file) || strstr(file, "..") != NULL)
		return false;
	/* Whole paths of the server's may begin with its own root. */
	if (tftp_root != NULL && strncmp(file, tftp_root, strlen(tftp_root)) == 0)
		name = file + strlen(tftp_root);
	while (*name == '/')
		name++;
	text_addf(ret, "%s/%s", existing->root, name);
	return ret->error == 0;
}

static int read_at(void *context, uint64_t offset, void *buffer, size_t length)
{
	const int *fd = context;
	ssize_t got = pread(*fd, buffer, length, (off_t)offset);

	return got < 0 ? -errno : (size_t)got == length ? 0 : -EIO;
}

bool existing_look(void *context, const char *file, struct pxeboot_program *ret_program)
{
	CLEANUP_TEXT struct text path = TEXT_INIT;
	struct pxeboot_image_source source = { .read = read_at };
	struct stat status;
	int fd, r = -ENOENT;

	if (!path_of(context, file, &path))
		return false;
	fd = open(path.bytes, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	source.context = &fd;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
		source.size = (uint64_t)status.st_size;
		r = pxeboot_program_by_bytes(file, &source, NULL, ret_program);
	}
	close(fd);
	return r == 0;
}

static void check_file(struct existing *existing, const char *file, struct location where)
{
	CLEANUP_TEXT struct text path = TEXT_INIT;
	struct stat status;

	check_url(existing, file, where);
	if (!path_of(existing, file, &path))
		return;
	if (stat(path.bytes, &status) < 0)
		tell(existing, PXEBOOT_ERROR, "dnsmasq.file", where, file, "no such file below the root; put it there");
	else if (!S_ISREG(status.st_mode) || status.st_size == 0)
		tell(existing, PXEBOOT_ERROR, "dnsmasq.file", where, file, "an empty file, or none at all");
}

/* A name without a dot is asked for with the layer behind it. */
static void check_service(struct existing *existing, const struct model_service *service)
{
	CLEANUP_TEXT struct text name = TEXT_INIT;

	text_addf(&name, "%s%s", service->file, strchr(service->file, '.') != NULL ? "" : ".0");
	if (name.error == 0)
		check_file(existing, name.bytes, service->where);
}

void existing_check_files(struct existing *existing)
{
	const struct model *model = existing->model;

	for (const struct model_boot *boot = model->boots; boot != NULL; boot = boot->next)
		if (boot->file != NULL)
			check_file(existing, boot->file, boot->where);
	for (const struct model_service *service = model->services; service != NULL; service = service->next)
		if (service->file != NULL)
			check_service(existing, service);
	for (const struct model_option *option = model->options; option != NULL; option = option->next)
		if (option->code == 67 && option->value.is_text && !option->encapsulated && !option->for_vendor)
			check_file(existing, (const char *)option->value.bytes, option->where);
}
