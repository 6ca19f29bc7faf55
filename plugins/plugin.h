/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a plugin hands to the pxeboot command: one constant descriptor.
 */
#ifndef PLUGIN_H
#define PLUGIN_H

#include "base/text.h"
#include "pxeboot.h"

/* Exit codes of the command. */
enum exit_code { EXIT_FINE = 0, EXIT_FINDINGS = 1, EXIT_USAGE = 2, EXIT_SYSTEM = 3 };

/* A sub-command.  @run gets argv[0] = its name; --help is handled inside, through @help. */
struct plugin_command {
	const char *name;
	const char *summary;		/* one line for `pxeboot --help` */
	const char *help;		/* the whole text of `pxeboot NAME --help` */
	bool acts;			/* by the policy, on what machines boot: one that everybody may write is refused */
	int (*run)(const struct plugin_command *self, int argc, char **argv);	/* returns an exit code */
};

/* A configuration that a plugin writes for another program. */
struct plugin_output {
	const char *name;		/* of `pxeboot export NAME` */
	const char *program;		/* for people: "dnsmasq" */

	/* Renders it.  0 or a negative errno with a diagnostic. */
	int (*write)(const struct pxeboot_policy *policy, struct text *out, struct pxeboot_diagnostics *diagnostics);
	/* The setting that says where it lies, for a file that its program would go on reading where the policy doesn't want
	 * it any more; or NULL. */
	const char *setting;
	/* Where `apply` puts it; NULL when this policy doesn't want it. */
	const char *(*path)(const struct pxeboot_policy *policy);
	/* Looks at a written candidate before it is renamed into place: 0, or -EBADMSG with a diagnostic. NULL: none. */
	int (*verify)(const char *candidate, struct pxeboot_diagnostics *diagnostics);
	/* Makes what the program needs beside the file, in a boot root that is written; `apply` calls it.  NULL: nothing. */
	int (*settle)(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics);
	/* The command that makes the program read it anew, as facts allow; NULL: none. */
	const char *(*reload)(const struct pxeboot_policy *policy);
};

/* What `pxeboot check --system` says of a thing that was looked at. */
enum plugin_verdict { PLUGIN_FINE, PLUGIN_FINDINGS, PLUGIN_NOT_LOOKED };

/* The machine that `pxeboot check --system` looks at. */
struct plugin_machine {
	const char *root;			/* in front of every path: "" for this machine, else no program is run */
	const struct pxeboot_policy *policy;	/* or NULL */
	const char *interface;			/* on which DHCP servers are asked; NULL: none is */
	/* Is told of each thing as soon as it was looked at; @what and @text may be shown on a terminal. */
	void (*looked)(void *context, const char *what, const char *text, enum plugin_verdict verdict);
	void *context;
};

/* What a TFTP server makes of the names that it is asked for. */
enum plugin_name_verdict {
	PLUGIN_NAME_FILE,			/* it looks for a file */
	PLUGIN_NAME_REFUSED,
	PLUGIN_NAME_DEPENDS,			/* on the client's address */
};
struct plugin_names {
	/* Adds to @file the name of the file, and to @way what changed or refused the name, for people; nothing where
	 * nothing did.  An enum plugin_name_verdict, or -ENOMEM. */
	int (*look_up)(const void *context, const char *name, struct text *file, struct text *way);
	const void *context;
};

struct plugin {
	const char *name;
	const struct plugin_output *output;		/* or NULL */
	const struct plugin_command *const *commands;	/* NULL-terminated, or NULL */
	/* Findings of its own for `pxeboot check`; or NULL. */
	int (*check)(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics);
	/* Looks at what somebody wrote for the program, without a policy; or NULL.  Reads @files as the program does, tells
	 * what is wrong with them, and proves the chains of every client.  @root: the folder that the TFTP server serves, or
	 * NULL; @names: what it makes of names, NULL where it leaves them as they are.  0, -EBADMSG when the program refuses
	 * them, or another negative errno; @ret_proof is then untouched. */
	int (*check_existing)(const char *const *files, size_t count, const char *root,
			      const struct plugin_names *names, struct pxeboot_diagnostics *diagnostics,
			      struct pxeboot_proof *ret_proof);
	/* Looks at a machine for `pxeboot check --system`; changes nothing.  0, or -ENOMEM; or NULL. */
	int (*look)(const struct plugin_machine *machine, struct pxeboot_diagnostics *diagnostics);
};

extern const struct plugin plugin_dnsmasq, plugin_dnsmasq_hook, plugin_kea, plugin_isc_dhcp, plugin_comware,
	plugin_comware_plain, plugin_tftp_hpa, plugin_try, plugin_preview, plugin_doctor, plugin_cli;

#endif
