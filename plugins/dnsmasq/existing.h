/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Proving an existing configuration: the clients that its lines can tell apart, what each of them ends up with, and what
 * is wrong with the lines themselves.
 */
#ifndef DNSMASQ_EXISTING_H
#define DNSMASQ_EXISTING_H

#include "base/text.h"
#include "boot_file.h"
#include "model_data.h"
#include "plugin.h"

/* A network that clients are in; they carry its @local as their relay. */
struct existing_network {
	uint32_t local, netmask;
};

/* What tells one machine from another. */
struct existing_machine {
	uint8_t mac[MAC_LENGTH];
	const char *client_id;		/* fact texts, or NULL */
	const char *uuid;
	double clients;
};

/* What a program says of itself. */
struct existing_asker {
	int code;			/* option 93; -1: absent */
	const char *vendor_class, *user_class;	/* or NULL */
};

struct existing_agent {			/* a relay agent's words; fact texts, or NULL */
	const char *circuit_id, *remote_id;
};

struct existing {
	struct model *model;
	struct pxeboot_diagnostics *findings;
	const char *own_class;		/* how an own build of iPXE names itself, if lines look for one; NULL */
	const char *root;		/* the folder that the TFTP server serves, or NULL */
	const struct plugin_names *names;	/* what that server makes of names; NULL: nothing */
	char *real_root;
	struct boot_looker looker;
	bool looks;			/* the looker is open */
	struct existing_network *networks;
	size_t n_networks;
	struct existing_machine *machines;
	size_t n_machines;
	struct existing_asker *askers;
	size_t n_askers;
	struct existing_agent *agents;
	size_t n_agents;
	const char **files;		/* that were given: lent to walks */
	size_t n_files;
	const struct location **won;	/* lines that have given a file */
	size_t n_won;
	const struct location **homeless;	/* lines that have given BIOS a file beside no server */
	size_t n_homeless;
	int error;			/* -ENOMEM sticks */
};

/* Adds one to a list; false with existing->error when there is no memory. */
bool existing_add(struct existing *existing, void *list, size_t *count, size_t size, const void *element);
const char *existing_keep(struct existing *existing, const char *text);

/* ---- existing_classes.c */

#define EXISTING_CLASSES_MAX 100000	/* that are walked */

/* Fills the lists of networks, machines, askers and agents. */
void existing_collect(struct existing *existing);
int existing_client(const void *context, size_t index, struct pxeboot_client **ret_client, double *ret_clients);
void existing_collect_machines(struct existing *existing);		/* existing_machines.c */
const char *existing_hex(struct existing *existing, const uint8_t *bytes, size_t length);
/* One of the usual machines, in the first network.  NULL: no memory. */
struct pxeboot_client *existing_usual(const struct existing *existing, int code, int second, const char *user_class);
/* Does a line look for what no class has?  Told once for each line. */
void existing_tell_unwalked(struct existing *existing);
bool existing_is_walked(unsigned option);

/* ---- existing_choose.c */

void existing_choose(const void *context, const struct pxeboot_client *client, struct pxeboot_answer *ret_answer);
/* What the client ends up with, from the first question to the last. */
void existing_boot(struct existing *existing, const struct pxeboot_client *client, struct model_answer *ret_answer);

/* ---- existing_numbers.c */

void existing_check_names(struct existing *existing);
/* What clients with other numbers get. */
void existing_check_numbers(struct existing *existing);
bool existing_never_matches(const struct model_match *line);

/* ---- existing_lines.c, existing_files.c */

void existing_check_lines(struct existing *existing);
/* "BEFORE'NAME'AFTER", with the name escaped. */
void existing_tell(struct existing *existing, enum pxeboot_severity severity, const char *id, struct location where,
		   const char *before, const char *name, const char *after);
/* What only shows when all classes have been walked. */
void existing_check_after(struct existing *existing);
bool existing_look(void *context, const char *file, struct pxeboot_program *ret_program);
/* 0, or a negative errno when the root can't be opened. */
int existing_check_files(struct existing *existing);
void existing_close_files(struct existing *existing);
/* The name of the file that the TFTP server looks for: @file itself, or kept.  NULL: it refuses, or the client's address
 * decides, which @ret_verdict says; @ret_way then tells by what, else it is NULL or what changed the name. */
const char *existing_look_up(struct existing *existing, const char *file, enum plugin_name_verdict *ret_verdict,
			     const char **ret_way);
/* Can the tag change what is answered? */
bool existing_answers_by_tag(const struct model *model, const char *tag);
/* Is the tag needed somewhere, if only for names of leases? */
bool existing_uses_tag(const struct model *model, const char *tag);
/* Is it set for single machines alone? */
bool existing_is_host_tag(const struct model *model, const char *tag);
/* Is there a file, or another setting, for clients with the tag? */
bool existing_leads_somewhere(const struct model *model, const char *tag);

/* ---- existing.c */

/* Everything but the reading; the model is filled up with what the walk needs. */
int existing_check(struct model *model, const char *root, const struct plugin_names *names,
		   struct pxeboot_diagnostics *diagnostics, struct pxeboot_proof *ret_proof);
int dnsmasq_check_existing(const char *const *files, size_t count, const char *root, const struct plugin_names *names,
			   struct pxeboot_diagnostics *diagnostics, struct pxeboot_proof *ret_proof);

#endif
