/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dnsmasq in the lab (see dhcp.h): with the configuration that is applied, and beside it only what makes it keep to the
 * lab.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "dhcp.h"

/* no-ping: an address is otherwise probed for three seconds before it is offered. */
const char *const servers_dnsmasq[] = { "--keep-in-foreground", "--port=0",   "--bind-interfaces", "--no-ping",
					"--user=root",		"--log-dhcp", "--log-facility=-",  NULL };

/* Cuts the line that begins with @key out of @bytes. */
static void cut_line(char *bytes, const char *key)
{
	size_t length = strlen(key);

	for (char *at = bytes, *next; at; at = next) {
		next = strchr(at, '\n');
		next = next ? next + 1 : NULL;
		if (strncmp(at, key, length) != 0)
			continue;
		memmove(at, next ? next : "", next ? strlen(next) + 1 : 1);
		return;
	}
}

/* A lab's machines are recorded nowhere, and its hook, for links alone, is root as everything here. */
static void cut_hook(const struct pxeboot_policy *policy, char *bytes)
{
	cut_line(bytes, "dhcp-scriptuser=");
	if (pxeboot_policy_get(policy, "server.one_name"))
		return;
	cut_line(bytes, "dhcp-script=");
	cut_line(bytes, "dhcp-luascript=");
}

static bool does_dhcp(const struct pxeboot_policy *policy)
{
	return strcmp(pxeboot_policy_get(policy, "server.dhcp.server"), "dnsmasq") == 0;
}

/* Where DHCP can send one name only, dnsmasq runs the hook, which works in the lab's boot root; the administrator's own
 * next script is left out, as it may reach beyond the lab. */
static int prepare_hook(const struct pxeboot_policy *policy)
{
	const char *hook = pxeboot_policy_get(policy, "server.dnsmasq.hook");
	struct text CLEANUP_TEXT text = TEXT_INIT;
	int r;

	if (!pxeboot_policy_get(policy, "server.one_name") || !does_dhcp(policy))
		return 0;
	if (!hook || access(hook, X_OK) < 0)
		return lab_fail(-ENOENT, "the policy has server.one_name, and server.dnsmasq.hook can't be run: %s",
				strerror(errno));
	text_addf(&text, "root = \"%s\";\n", pxeboot_policy_get(policy, "server.root"));
	if (text.error)
		return text.error;
	r = file_write(SCRATCH "/hook.conf", text.bytes, text.length, 0644);
	if (r < 0 || setenv("PXEBOOT_CONFIG", SCRATCH, 1) < 0)
		return lab_fail(-EIO, "can't write the hook's configuration");
	return 0;
}

/* What the policy leaves to the administrator: addresses, and a router that says that there are some. */
static void add_ipv6(const struct lab *lab, struct command *command)
{
	const char *ra = pxeboot_policy_get(lab->policy, "server.dhcp.ra");

	if (!pxeboot_policy_get(lab->policy, "server.dhcp.range6.0"))
		command_addf(command, "--dhcp-range=%s,%s,64,1h", lab->network.first6, lab->network.last6);
	if (!ra || strcmp(ra, "true") != 0)
		command_add(command, "--enable-ra");
}

int dhcp_start_dnsmasq(struct lab *lab)
{
	const struct network *network = &lab->network;
	struct command CLEANUP_COMMAND command = { 0 };
	int r = servers_write(lab->session, &plugin_dnsmasq, cut_hook, SCRATCH "/dnsmasq.conf");

	if (r == 0)
		r = prepare_hook(lab->policy);
	if (r < 0)
		return r;
	command_add(&command, "dnsmasq");
	command_add_all(&command, servers_dnsmasq);
	command_add(&command, "--conf-file=" SCRATCH "/dnsmasq.conf");
	command_addf(&command, "--interface=%s", network->bridge);
	command_add(&command, "--pid-file=" SCRATCH "/dnsmasq.pid");
	command_add(&command, "--dhcp-leasefile=" SCRATCH "/dnsmasq.leases");
	if (network->ipv6)
		add_ipv6(lab, &command);
	else if (does_dhcp(lab->policy) && !network->range_given && !network->proxy)
		command_addf(&command, "--dhcp-range=%s,%s,%s,1h", network->first, network->last, network->netmask);
	if (does_dhcp(lab->policy) && !network->range_given && network->relayed)
		command_addf(&command, "--dhcp-range=%s,%s,%s,1h", network->relay_first, network->relay_last,
			     network->relay_netmask);
	embedded_add_option(network, &command);
	return servers_run(lab, &command, "dnsmasq", SCRATCH "/dnsmasq.log");
}
