/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Kea in the lab (see dhcp.h): the client classes that are applied, and around them a subnet that is the lab's.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "dhcp.h"

#define CLASSES SCRATCH "/kea-classes.json"
#define CONFIGURATION SCRATCH "/kea-dhcp4.conf"

/* @router is one of its addresses, too. */
static void add_subnet(struct text *text, unsigned id, const char *router, unsigned prefix, const char *first, const char *last)
{
	text_addf(text, "{ \"id\": %u, \"subnet\": \"%s/%u\", \"pools\": [ { \"pool\": \"%s - %s\" } ],\n", id, router, prefix,
		  first, last);
	text_addf(text, "\t\t\"option-data\": [ { \"name\": \"routers\", \"data\": \"%s\" } ] }", router);
}

static int write_configuration(const struct network *network)
{
	struct text CLEANUP_TEXT text = TEXT_INIT;

	text_addf(&text, "{ \"Dhcp4\": {\n\t\"interfaces-config\": { \"interfaces\": [ \"%s\" ] },\n", network->bridge);
	text_add(&text, "\t\"lease-database\": { \"type\": \"memfile\", \"persist\": false },\n");
	text_add(&text, "\t\"subnet4\": [ ");
	add_subnet(&text, 1, network->address, network->prefix, network->first, network->last);
	if (network->relayed) {
		text_add(&text, ",\n\t\t");
		add_subnet(&text, 2, network->relay, network->relay_prefix, network->relay_first, network->relay_last);
	}
	text_add(&text, " ],\n");
	text_add(&text, "\t\"loggers\": [ { \"name\": \"kea-dhcp4\", \"severity\": \"DEBUG\", \"debuglevel\": 45,\n"
		 "\t\t\"output_options\": [ { \"output\": \"stdout\" } ] } ],\n");
	text_add(&text, "\t\"client-classes\": [ <?include \"" CLASSES "\"?> ]\n} }\n");
	return text.error ? text.error : file_write(CONFIGURATION, text.bytes, text.length, 0644);
}

int dhcp_start_kea(struct lab *lab)
{
	struct command CLEANUP_COMMAND command = { 0 };
	char CLEANUP_FREE *program = dhcp_program("/usr/sbin/kea-dhcp4");
	int r = program ? servers_write(lab->session, &plugin_kea, NULL, CLASSES) : -ENOMEM;

	if (r == 0)
		r = write_configuration(&lab->network);
	if (r < 0)
		return r;
	if (setenv("KEA_PIDFILE_DIR", SCRATCH, 1) < 0 || setenv("KEA_LOCKFILE_DIR", SCRATCH, 1) < 0)
		return lab_fail(-errno, "can't tell Kea where its files are: %s", strerror(errno));
	command_add(&command, program);
	command_add(&command, "-c");
	command_add(&command, CONFIGURATION);
	return servers_run(lab, &command, "kea-dhcp4", SCRATCH "/kea.log");
}
