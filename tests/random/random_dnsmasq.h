/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Random configurations of dnsmasq: lines that set tags, lines that give files, few names for both, and now and then a
 * line that dnsmasq may refuse.
 */
#ifndef RANDOM_DNSMASQ_H
#define RANDOM_DNSMASQ_H

#include <stdint.h>

/* Lines that a boot file depends on, and no others.  The client RANDOM_DNSMASQ_SPARED is never ignored, so that it can
 * tell whether others are. */
#define RANDOM_DNSMASQ_SPARED "52:54:00:ff:ff:ff"

struct random_dnsmasq {
	char *configuration;
	char *hosts, *options;		/* what it includes as DIRECTORY/hosts and DIRECTORY/options; or NULL */
};

/* The same for the same seed and index. */
void random_dnsmasq(uint64_t seed, uint64_t index, const char *directory, struct random_dnsmasq *ret);
void random_dnsmasq_free(struct random_dnsmasq *random);

#endif
