/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the files of the dnsmasq writer share.  A configuration is written by one writer from top to bottom; what
 * dnsmasq's syntax can't carry is told once and refuses the whole.
 */
#ifndef DNSMASQ_DNSMASQ_H
#define DNSMASQ_DNSMASQ_H

#include "base/diagnostics.h"
#include "base/text.h"
#include "boot_names.h"
#include "plugin.h"

#define DNSMASQ_LINE_MAX 1000		/* it reads lines of 1,024 bytes */

struct dnsmasq_writer {
	const struct pxeboot_policy *policy;
	struct text *out;
	struct pxeboot_diagnostics *findings;
	int error;			/* 0 or what refuses the whole */
	bool dhcp;			/* dnsmasq names the boot files */

	const char *address, *http, *user_class, *one_name, *proxy;	/* settings, or NULL */
	const char *address6, *http6;		/* likewise */
	struct boot_pair pairs[BOOT_PAIRS];	/* those that need tags, the one that wins first */
	size_t n_pairs;
	struct boot_pair pairs6[BOOT_PAIRS];	/* over IPv6; none without address6 */
	size_t n_pairs6;
	struct boot_own_loaders loaders;	/* the tag is pxeboot-loader-INDEX */
	bool chooses;			/* a client has the tag of one architecture, else of all that it lists */
	bool raspberry_pi;		/* their boot ROMs are told to fetch their firmware */
};

/* ---- lines.c: the language */

/* Writes one whole line; %-arguments are ours or were quoted by dnsmasq_quote(). */
void dnsmasq_line(struct dnsmasq_writer *writer, const char *format, ...) PRINTF_LIKE(2, 3);
void dnsmasq_heading(struct dnsmasq_writer *writer, const char *words);
/* Adds @value as one field, in quotes where it needs them.  False with a finding when it can't be said. */
bool dnsmasq_quote(struct dnsmasq_writer *writer, struct text *field, const char *what, const char *value);
/* Adds "50:58:45" for "PXE". */
void dnsmasq_add_hex(struct text *text, const void *bytes, size_t length);
/* dhcp-boot=@tags,FILE,,ADDRESS, without the first comma where @tags is ""; NULL is what text_string() makes of a failure. */
void dnsmasq_boot(struct dnsmasq_writer *writer, const char *tags, const char *file);
/* Refuses the whole. */
void dnsmasq_refuse(struct dnsmasq_writer *writer, struct location where, const char *id, const char *format, ...)
	PRINTF_LIKE(4, 5);

/* ---- tags.c: who asks */

void dnsmasq_write_client_tags(struct dnsmasq_writer *writer);
/* Does anything but the boot files of @writer hang on which architecture wins? */
bool dnsmasq_must_choose(const struct dnsmasq_writer *writer);
/* Between "pxeboot-" and the name of a pair: the tag for what the client lists. */
const char *dnsmasq_said(const struct dnsmasq_writer *writer);
/* Adds what is true for a boot file of this pair whose line stands behind those of worse pairs; and for its option 60. */
void dnsmasq_add_pair(const struct dnsmasq_writer *writer, const struct boot_pair *pairs, size_t index, struct text *tags);

/* ---- hosts.c, groups.c: which machine */

void dnsmasq_write_host_tags(struct dnsmasq_writer *writer);
void dnsmasq_write_own_loaders(struct dnsmasq_writer *writer);
void dnsmasq_write_group_tags(struct dnsmasq_writer *writer);
void dnsmasq_write_group_scripts(struct dnsmasq_writer *writer);
/* Is there a term of this name in a group that is written? */
bool dnsmasq_groups_ask(const struct dnsmasq_writer *writer, const char *term);
/* What all have whose firmware is so. */
const char *dnsmasq_firmware_tag(bool uefi);
/* The range at @index as the policy writes it: the first is 0; NULL past the end. */
const char *dnsmasq_range(const struct pxeboot_policy *policy, size_t index);
/* "FIRST,LAST[,...]": 0 or -EINVAL. */
int dnsmasq_parse_range(const char *range, uint32_t *ret_first, uint32_t *ret_last);

/* Calls @write for every number of option 93, and of DHCPv6's 61, that means this pair. */
void dnsmasq_each_code(struct dnsmasq_writer *writer, const struct boot_pair *pair,
		       void (*write)(struct dnsmasq_writer *, const struct boot_pair *, unsigned));
/* One tag alone for the best pair of @pairs; @only is empty or a further condition. */
void dnsmasq_write_choice(struct dnsmasq_writer *writer, const struct boot_pair *pairs, size_t n, const char *only);

/* ---- ipv6.c: nothing without server.address6 */

void dnsmasq_write_ranges6(struct dnsmasq_writer *writer);
void dnsmasq_write_client_tags6(struct dnsmasq_writer *writer);
/* Is the order in which architectures win another one over IPv6? */
bool dnsmasq_chooses_otherwise6(const struct dnsmasq_writer *writer);
void dnsmasq_write_files6(struct dnsmasq_writer *writer);

/* ---- writer.c */

/* Does it name the boot files, or another DHCP server (server.dhcp.server)? */
bool dnsmasq_does_dhcp(const struct pxeboot_policy *policy);
int dnsmasq_write(const struct pxeboot_policy *policy, struct text *out, struct pxeboot_diagnostics *findings);

/* ---- check.c, verify.c */

int dnsmasq_check(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings);
int dnsmasq_verify(const char *candidate, struct pxeboot_diagnostics *findings);

#endif
