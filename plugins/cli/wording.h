/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Clients, rules and losses in words; what a client said is escaped.
 */
#ifndef CLI_WORDING_H
#define CLI_WORDING_H

#include "base/text.h"
#include "pxeboot.h"

/* Whose machine it is: "52:54:00:12:34:56, uuid …, 10.77.0.5". */
void wording_add_machine(struct text *out, const struct pxeboot_client *client);
/* What it tells DHCP: "x64-uefi (93 = 7), 60 = 'PXEClient', 77 = 'iPXE'". */
void wording_add_question(struct text *out, const struct pxeboot_client *client, int arch);
/* The first thing by which a host can be looked up: "52:54:00:12:34:56"; false and nothing where there is none. */
bool wording_add_identity(struct text *out, const struct pxeboot_client *client);
/* By what no host was found: "none has its MAC address or UUID". */
void wording_add_no_host(struct text *out, const struct pxeboot_client *client);

/* Of a rule that the policy has: "group arm (/etc/pxeboot/pxeboot.conf:12)". */
void wording_add_rule(struct text *out, const struct pxeboot_rule *rule);
/* "arm (pxeboot.conf:12)": only as much of the file's path as tells it from the policy's others. */
void wording_add_name(struct text *out, const struct pxeboot_rule *rule);
/* "arch: expected arm64-uefi, is x64-uefi; 2 more": the term that lost it, and how many others would have. */
void wording_add_reason(struct text *out, const struct pxeboot_loss *loss);

#endif
