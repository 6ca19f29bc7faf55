/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The lab's servers (see lab.h): the real ones, with the configuration that the plugins write and `apply` installs, and
 * beside it only what makes them keep to the lab.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "command.h"
#include "dhcp.h"
#include "lab.h"

#define TFTPD_LOG SCRATCH "/tftpd.log"
#define SYSLOG SCRATCH "/syslog.log"
#define NGINX_LOG SCRATCH "/nginx.log"

int servers_write(struct session *session, const struct plugin *plugin,
		  void (*adapt)(const struct pxeboot_policy *policy, char *bytes), const char *path)
{
	struct text CLEANUP_TEXT text = TEXT_INIT;
	int r = plugin->output->write(session->policy, &text, session->diagnostics);

	session_tell(session, stderr);
	if (r == 0)
		r = text.error;
	if (r == 0 && text.bytes && adapt)
		adapt(session->policy, text.bytes);
	if (r == 0)
		r = file_write(path, text.bytes ? text.bytes : "", text.bytes ? strlen(text.bytes) : 0, 0644);
	return r < 0 ? lab_fail(r, "can't write the configuration of %s: %s", plugin->name, strerror(-r)) : 0;
}

int servers_run(struct lab *lab, const struct command *command, const char *name, const char *log)
{
	struct server *server = &lab->servers[lab->n_servers];
	int r = command_start(command, log, &server->pid);

	if (r < 0)
		return lab_fail(r, "can't start %s: %s", name, strerror(-r));
	server->name = name;
	lab->n_servers++;
	return 0;
}

static int start_tftpd(struct lab *lab)
{
	struct command CLEANUP_COMMAND command = { 0 };
	int r = servers_write(lab->session, &plugin_tftp_hpa, NULL, SCRATCH "/tftpd.map");

	if (r < 0)
		return r;
	command_add(&command, "in.tftpd");
	command_add(&command, "-L");
	command_add(&command, lab->network.ipv6 ? "-6" : "-4");
	command_add(&command, "-a");
	if (lab->network.ipv6)
		command_addf(&command, "[%s]:69", lab->network.address6);
	else
		command_addf(&command, "%s:69", lab->network.address);
	command_add(&command, "-s");
	command_add(&command, "-vvv");
	command_add(&command, "-m");
	command_add(&command, SCRATCH "/tftpd.map");
	command_add(&command, pxeboot_policy_get(lab->policy, "server.root"));
	return servers_run(lab, &command, "in.tftpd", TFTPD_LOG);
}

/* ---- nginx ---- */

struct http_place {
	char port[6], path[256];		/* the path ends in a slash */
};

/* As it stands in a URL. */
static void add_host(struct text *text, const struct network *network)
{
	if (network->ipv6)
		text_addf(text, "[%s]", network->address6);
	else
		text_add(text, network->address);
}

static const char *own_url(const struct lab *lab)
{
	return pxeboot_policy_get(lab->policy, lab->network.ipv6 ? "server.http6" : "server.http");
}

/* Takes "http://ADDRESS[:PORT][/PATH]" apart; -ENODATA when it is not this lab's to serve. */
static int find_http(const struct lab *lab, struct http_place *ret_place)
{
	static const char harmless[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
	struct text CLEANUP_TEXT own = TEXT_INIT;
	struct http_place place = { .port = "80" };
	const char *url = own_url(lab);

	text_add(&own, "http://");
	add_host(&own, &lab->network);
	if (own.error || !url || strncmp(url, own.bytes, own.length) != 0)
		return -ENODATA;
	url += own.length;
	if (*url == ':' && sscanf(url, ":%5[0-9]", place.port) == 1)
		url += 1 + strlen(place.port);
	if ((*url && *url != '/') || strspn(url, harmless) != strlen(url) || strlen(url) + 2 > sizeof(place.path))
		return -ENODATA;
	snprintf(place.path, sizeof(place.path), "%s/", url);
	*ret_place = place;
	return 0;
}

static int write_nginx(const struct lab *lab, const struct http_place *place)
{
	static const char *const uploads[] = { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" };
	const char *root = pxeboot_policy_get(lab->policy, "server.root");
	struct text CLEANUP_TEXT text = TEXT_INIT;

	if (strpbrk(root, "\"\\$;{}"))
		return lab_fail(-EINVAL, "server.root can't be written into nginx's configuration");
	text_add(&text, "daemon off;\nuser root;\npid " SCRATCH "/nginx.pid;\nerror_log stderr;\nevents { }\nhttp {\n");
	text_add(&text, "\taccess_log " NGINX_LOG ";\n");
	for (size_t i = 0; i < ARRAY_SIZE(uploads); i++)
		text_addf(&text, "\t%s_temp_path " SCRATCH "/nginx-%s;\n", uploads[i], uploads[i]);
	text_add(&text, "\tserver {\n\t\tlisten ");
	add_host(&text, &lab->network);
	text_addf(&text, ":%s;\n", place->port);
	text_addf(&text, "\t\tlocation %s { alias \"%s/\"; }\n\t}\n}\n", place->path, root);
	if (text.error)
		return text.error;
	return file_write(SCRATCH "/nginx.conf", text.bytes, text.length, 0644);
}

static int start_nginx(struct lab *lab, const struct http_place *place)
{
	struct command CLEANUP_COMMAND command = { 0 };
	int r;

	if (!command_is_there("nginx"))
		return lab_fail(-ENOENT, "server.http is for nginx, which is missing: install the package nginx-light");
	r = write_nginx(lab, place);
	if (r < 0)
		return r;
	command_add(&command, "nginx");
	command_add(&command, "-c");
	command_add(&command, SCRATCH "/nginx.conf");
	command_add(&command, "-e");
	command_add(&command, "stderr");
	return servers_run(lab, &command, "nginx", NGINX_LOG);
}

static int start_http(struct lab *lab)
{
	struct http_place place;

	if (!own_url(lab))
		return 0;
	if (find_http(lab, &place) == 0)
		return start_nginx(lab, &place);
	fprintf(stderr, "pxeboot try: note: server.http%s is not http:// at server.address%s: the lab does not serve it\n",
		lab->network.ipv6 ? "6" : "", lab->network.ipv6 ? "6" : "");
	return 0;
}

/* ---- What the user starts ---- */

static int start_run(struct lab *lab, const char *shell_command, size_t index)
{
	static const char *const names[LAB_RUNS] = {
		"The first --run", "The second --run", "The third --run", "The fourth --run",
	};
	struct command CLEANUP_COMMAND command = { 0 };
	char log[64];

	snprintf(log, sizeof(log), SCRATCH "/run-%zu.log", index + 1);
	command_add(&command, "sh");
	command_add(&command, "-c");
	command_add(&command, shell_command);
	return servers_run(lab, &command, names[index], log);
}

static int start_runs(struct lab *lab)
{
	int r = 0;

	if (lab->options->n_runs && (mkfifo(LAB_PIPES ".in", 0600) < 0 || mkfifo(LAB_PIPES ".out", 0600) < 0))
		return lab_fail(-errno, "can't make pipes: %s", strerror(errno));
	for (size_t i = 0; i < lab->options->n_runs && r == 0; i++)
		r = start_run(lab, lab->options->runs[i], i);
	return r;
}

int servers_start(struct lab *lab)
{
	const struct dhcp_server *dhcp = dhcp_server_of(lab->policy);
	const char *tftp = pxeboot_policy_get(lab->policy, "server.tftp");
	int r = lab->network.proxy ? other_start(&lab->network) : 0;

	if (r == 0 && lab->network.relayed)
		r = relay_start(&lab->network);
	if (r == 0)
		r = dhcp->start(lab);
	if (r == 0 && strcmp(tftp, "tftp-hpa") == 0)
		r = start_tftpd(lab);
	else if (r == 0 && strcmp(tftp, "dnsmasq") == 0 && dhcp->start != dhcp_start_dnsmasq)
		r = dhcp_start_dnsmasq(lab);
	if (r == 0)
		r = start_http(lab);
	return r == 0 ? start_runs(lab) : r;
}

void servers_take_log(const struct lab *lab)
{
	char message[2048];
	ssize_t length;
	FILE *log;

	while ((length = recv(lab->log, message, sizeof(message) - 1, 0)) > 0) {
		const char *text = message;

		message[length] = '\0';
		if (*text == '<' && strchr(text, '>'))
			text = strchr(text, '>') + 1;
		log = fopen(SYSLOG, "ae");
		if (!log)
			return;
		fprintf(log, "%s\n", text);
		fclose(log);
	}
}
