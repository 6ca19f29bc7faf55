/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of DHCP servers (see dhcp.h).
 */
#include "dhcp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static const struct dhcp_server servers[] = {
	{ "dnsmasq", "dnsmasq", "dnsmasq-base", dhcp_start_dnsmasq },
	{ "isc-dhcpd", "dhcpd", "isc-dhcp-server", dhcp_start_isc },
	{ "kea", "kea-dhcp4", "kea-dhcp4-server", dhcp_start_kea },
};

static const struct dhcp_server *by_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(servers); i++)
		if (strcmp(servers[i].name, name) == 0)
			return &servers[i];
	return NULL;
}

const struct dhcp_server *dhcp_server_of(const struct pxeboot_policy *policy)
{
	return by_name(pxeboot_policy_get(policy, "server.dhcp.server"));
}

bool dhcp_server_is_known(const char *name)
{
	return by_name(name) != NULL;
}

char *dhcp_program(const char *path)
{
	char *ours = NULL;
	int fd;

	if (asprintf(&ours, SCRATCH "/%s", strrchr(path, '/') + 1) < 0)
		return NULL;
	fd = open(ours, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	if (fd >= 0)
		close(fd);
	if (fd >= 0 && mount(path, ours, NULL, MS_BIND, NULL) == 0)
		return ours;
	lab_fail(0, "can't lay %s under %s: %s", path, SCRATCH, strerror(errno));
	free(ours);
	return NULL;
}
