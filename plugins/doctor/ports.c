/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The ports that network booting needs: who holds them, and who should.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/scalar.h"
#include "sockets.h"

/* The first dnsmasq that does so, or NULL. */
static const struct dnsmasq_daemon *find_daemon(const struct doctor *doctor,
						bool (*does)(const struct dnsmasq_daemon *daemon))
{
	for (size_t i = 0; i < doctor->n_dnsmasq; i++)
		if (does(&doctor->dnsmasq[i]))
			return &doctor->dnsmasq[i];
	return NULL;
}

/* ---- DHCP ---- */

/* Somebody else than dnsmasq on a port of its own. */
static void check_foreign(struct doctor *doctor, const struct holders *holders, const char *port, const char *what)
{
	for (size_t i = 0; i < holders->count; i++) {
		const struct process *process = holders->list[i].process;

		if (process == NULL || strcmp(process->name, "dnsmasq") == 0)
			continue;
		diagnostics_add(doctor->findings, PXEBOOT_ERROR, "system.port-taken", NOWHERE,
				"port %s: %s (pid %d) holds it, and dnsmasq is to %s; stop one of them", port,
				doctor_shown(doctor, process->name), process->pid, what);
		return;
	}
}

static void look_dhcp(struct doctor *doctor)
{
	bool by_dnsmasq = doctor_policy_is(doctor, "server.dhcp.server", "dnsmasq");
	bool range = by_dnsmasq && doctor_policy(doctor, "server.dhcp.range") != NULL;
	bool wanted = find_daemon(doctor, dnsmasq_serves_dhcp) != NULL || range ||
		      doctor_policy(doctor, "server.dhcp.proxy") != NULL;
	struct holders holders;

	holders_find(doctor, 67, false, &holders);
	if (wanted)
		check_foreign(doctor, &holders, "67/udp", "answer DHCP");
	if (holders.count == 0 && range && doctor_is_the_server(doctor) && doctor->dnsmasq[0].process != NULL)
		diagnostics_add(
			doctor->findings, PXEBOOT_WARNING, "system.port-silent", NOWHERE,
			"port 67/udp: dnsmasq runs and does not answer DHCP; it has not read what the policy says");
	doctor_line(doctor, "port 67/udp, DHCP", "%s", holders_shown(doctor, &holders));
}

static void look_proxy(struct doctor *doctor)
{
	struct holders holders;

	holders_find(doctor, 4011, false, &holders);
	if (find_daemon(doctor, dnsmasq_is_proxy) == NULL && doctor_policy(doctor, "server.dhcp.proxy") == NULL &&
	    holders.count == 0)
		return;
	check_foreign(doctor, &holders, "4011/udp", "answer PXE beside another DHCP server");
	doctor_line(doctor, "port 4011/udp, PXE", "%s", holders_shown(doctor, &holders));
}

/* ---- TFTP ---- */

/* Is in.tftpd started when the machine starts? */
static bool starts_at_boot(struct doctor *doctor)
{
	struct dirent **entries;
	bool found = doctor_exists(doctor, "/etc/systemd/system/multi-user.target.wants/tftpd-hpa.service");
	int n = scandir(doctor_path(doctor, "/etc/rc2.d"), &entries, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		found = found || (entries[i]->d_name[0] == 'S' && strstr(entries[i]->d_name, "tftpd-hpa") != NULL);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return found;
}

/* They may share the port on two addresses; when only one of them holds it, the other did not get it. */
static void check_both(struct doctor *doctor, const struct holders *holders)
{
	const struct dnsmasq_daemon *daemon = find_daemon(doctor, dnsmasq_serves_tftp);
	const struct setting *setting = daemon != NULL ? settings_get(&daemon->settings, "enable-tftp") : NULL;
	bool tftpd_runs = doctor->tftpd.process != NULL;

	if (setting == NULL || !doctor->tftpd.known || !(tftpd_runs || starts_at_boot(doctor)) ||
	    (holders_have(holders, "dnsmasq") && holders_have(holders, "in.tftpd")))
		return;
	diagnostics_add(
		doctor->findings, tftpd_runs ? PXEBOOT_ERROR : PXEBOOT_WARNING, "system.port-conflict",
		(struct location){ setting->file, setting->line },
		"port 69/udp: dnsmasq (enable-tftp) and in.tftpd both want it; whichever starts last does not start, "
		"and "
		"dnsmasq then gives no addresses either: take enable-tftp out, or 'systemctl disable --now tftpd-hpa'");
}

static bool is_tftp_server(const char *name)
{
	/* The last ones hold it until the first request, then they start in.tftpd. */
	static const char *const names[] = { "dnsmasq", "in.tftpd", "systemd", "inetd", "xinetd" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static void check_tftp_server(struct doctor *doctor, const struct holders *holders)
{
	const char *tftp = doctor_policy(doctor, "server.tftp");
	const char *wanted = doctor_policy_is(doctor, "server.tftp", "tftp-hpa") ? "in.tftpd" : "dnsmasq";

	for (size_t i = 0; i < holders->count; i++) {
		const struct process *process = holders->list[i].process;
		bool other = process != NULL && tftp != NULL && strcmp(tftp, "none") != 0 &&
			     (strcmp(process->name, "dnsmasq") == 0 || strcmp(process->name, "in.tftpd") == 0) &&
			     strcmp(process->name, wanted) != 0;

		if (process == NULL || (!other && is_tftp_server(process->name)))
			continue;
		diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.port-taken", NOWHERE,
				"port 69/udp: %s (pid %d) holds it, expected %s", doctor_shown(doctor, process->name),
				process->pid, tftp != NULL ? wanted : "dnsmasq or in.tftpd");
		return;
	}
}

static void look_tftp(struct doctor *doctor)
{
	bool by_dnsmasq = doctor_policy_is(doctor, "server.tftp", "dnsmasq");
	const struct process *server = by_dnsmasq ? doctor->dnsmasq[0].process : doctor->tftpd.process;
	struct holders holders;

	holders_find(doctor, 69, false, &holders);
	check_both(doctor, &holders);
	check_tftp_server(doctor, &holders);
	if (holders.count == 0 && server != NULL && doctor_is_the_server(doctor) &&
	    !doctor_policy_is(doctor, "server.tftp", "none"))
		diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.port-silent", NOWHERE,
				"port 69/udp: %s runs and does not answer TFTP%s", by_dnsmasq ? "dnsmasq" : "in.tftpd",
				by_dnsmasq ? "; it has no enable-tftp" : "");
	doctor_line(doctor, "port 69/udp, TFTP", "%s", holders_shown(doctor, &holders));
}

/* ---- HTTP ---- */

/* The port of "http://10.77.0.1:8080", where the machine is this one; 0: it is another. */
static uint16_t policy_http_port(struct doctor *doctor)
{
	const char *url = doctor_policy(doctor, "server.http"), *address = doctor_policy(doctor, "server.address");
	const char *host = url != NULL ? strstr(url, "://") : NULL;
	bool tls = url != NULL && strncmp(url, "https", 5) == 0;
	uint32_t port = tls ? 443 : 80;
	size_t length;

	if (host == NULL || address == NULL || !doctor_is_the_server(doctor))
		return 0;
	host += 3;
	length = strcspn(host, ":/");
	if (length != strlen(address) || strncmp(host, address, length) != 0)
		return 0;
	if (host[length] == ':') {
		const char *digits =
			doctor_format(doctor, "%.*s", (int)strcspn(host + length + 1, "/"), host + length + 1);

		if (scalar_u32(digits, 1, 65535, &port) < 0)
			return 0;
	}
	return (uint16_t)port;
}

static void look_http(struct doctor *doctor, uint16_t port, bool wanted)
{
	struct holders holders;

	holders_find(doctor, port, true, &holders);
	if (holders.count == 0 && !wanted)
		return;
	if (holders.count == 0)
		diagnostics_add(doctor->findings, PXEBOOT_ERROR, "system.port-silent", NOWHERE,
				"port %u/tcp: nobody listens, and machines are sent to the policy's server.http '%s'",
				port, doctor_policy(doctor, "server.http"));
	doctor_line(doctor, doctor_format(doctor, "port %u/tcp, HTTP", port), "%s", holders_shown(doctor, &holders));
}

void look_ports(struct doctor *doctor)
{
	uint16_t http = policy_http_port(doctor);

	look_dhcp(doctor);
	look_tftp(doctor);
	look_proxy(doctor);
	if (http != 0 && http != 80 && http != 8080)
		look_http(doctor, http, true);
	look_http(doctor, 80, http == 80);
	look_http(doctor, 8080, http == 8080);
}
