/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The pxeboot command: finds the sub-command among the plugins' descriptors and runs it.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli.h"

const struct plugin *const all_plugins[] = {
	&plugin_cli, &plugin_dnsmasq, &plugin_dnsmasq_hook, &plugin_kea, &plugin_isc_dhcp, &plugin_comware,
	&plugin_comware_plain, &plugin_tftp_hpa, &plugin_try, &plugin_preview, &plugin_doctor, NULL,
};

const struct plugin plugin_cli = {
	.name = "cli",
	.commands = (const struct plugin_command *const[]){
		&command_check, &command_explain, &command_export, &command_render, &command_apply, &command_lint,
		&command_once, &command_done, &command_status, &command_watch, &command_adopt, &command_forget, NULL,
	},
};

static const struct plugin_command *find(const char *name)
{
	for (size_t i = 0; all_plugins[i]; i++)
		for (size_t j = 0; all_plugins[i]->commands && all_plugins[i]->commands[j]; j++)
			if (strcmp(all_plugins[i]->commands[j]->name, name) == 0)
				return all_plugins[i]->commands[j];
	return NULL;
}

static int help(FILE *stream)
{
	fputs("pxeboot: one policy for machines that boot from the network\n\n"
	      "Usage: pxeboot COMMAND [OPTION...]\n\nCommands:\n", stream);
	for (size_t i = 0; all_plugins[i]; i++)
		for (size_t j = 0; all_plugins[i]->commands && all_plugins[i]->commands[j]; j++)
			fprintf(stream, "  %-9s %s\n", all_plugins[i]->commands[j]->name,
				all_plugins[i]->commands[j]->summary);
	fputs("\n'pxeboot COMMAND --help' tells more of each; 'pxeboot --version' which version this is.\n"
	      "Exit codes: 0 fine, 1 findings, 2 usage, 3 system.\n", stream);
	return stream == stdout ? EXIT_FINE : EXIT_USAGE;
}

static int refuse(const char *name)
{
	CLEANUP_TEXT struct text shown = TEXT_INIT;

	text_add_escaped(&shown, name);
	fprintf(stderr, "pxeboot: no such command: %s\nTry 'pxeboot --help'.\n", shown.bytes ? shown.bytes : "");
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	const struct plugin_command *command;

	if (argc < 2)
		return help(stderr);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0)
		return help(stdout);
	if (strcmp(argv[1], "--version") == 0) {
		printf("pxeboot %s\n", pxeboot_version());
		return EXIT_FINE;
	}
	command = find(argv[1]);
	if (!command) {
		return refuse(argv[1]);
	}
	/* Whoever started us may ignore it, and how the programs that we start end would be lost. */
	signal(SIGCHLD, SIG_DFL);
	return command->run(command, argc - 1, argv + 1);
}
