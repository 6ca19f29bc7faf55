/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The firewall: would it let in what machines send?  Its rules are only read.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"
#include "rules.h"

#define RULESET_MAX (1 << 24)
#define TFTP_DATA_PORT 49152		/* any port that the server takes for one transfer */

struct want {
	struct filter_packet packet;
	const char *what;
	bool (*wanted)(const struct doctor *doctor);
};

static bool any_daemon(const struct doctor *doctor, bool (*does)(const struct dnsmasq_daemon *daemon))
{
	for (size_t i = 0; i < doctor->n_dnsmasq; i++)
		if (does(&doctor->dnsmasq[i]))
			return true;
	return false;
}

static bool wants_dhcp(const struct doctor *doctor)
{
	return any_daemon(doctor, dnsmasq_serves_dhcp) || doctor->machine->policy != NULL;
}

static bool wants_tftp(const struct doctor *doctor)
{
	return any_daemon(doctor, dnsmasq_serves_tftp) || doctor->tftpd.process != NULL ||
	       (doctor->machine->policy != NULL && !doctor_policy_is(doctor, "server.tftp", "none"));
}

static bool wants_proxy(const struct doctor *doctor)
{
	return any_daemon(doctor, dnsmasq_is_proxy) || doctor_policy(doctor, "server.dhcp.proxy") != NULL;
}

static const struct want wants[] = {
	{ { false, 67, false }, "DHCP (67/udp)", wants_dhcp },
	{ { false, 69, false }, "TFTP (69/udp)", wants_tftp },
	{ { false, TFTP_DATA_PORT, true }, "the rest of a TFTP transfer (established, udp)", wants_tftp },
	{ { false, 4011, false }, "PXE beside another DHCP server (4011/udp)", wants_proxy },
};

static int check_want(struct doctor *doctor, const char *ruleset, const struct want *want)
{
	CLEANUP_TEXT struct text where = TEXT_INIT;
	enum filter_verdict verdict;
	int r = filter_judge(ruleset, &want->packet, &verdict, &where);

	if (r == 0 && verdict == FILTER_DROPS)
		diagnostics_add(doctor->findings, PXEBOOT_ERROR, "system.firewall", NOWHERE,
				"firewall: it drops %s (%s); machines get no answer: let it in", want->what,
				where.bytes != NULL ? where.bytes : "");
	return r;
}

/* Rules of the old kind are not among nft's. */
static bool has_legacy_rules(struct doctor *doctor)
{
	CLEANUP_FREE char *names = NULL;

	return doctor_read_stream(doctor, "/proc/net/ip_tables_names", 4096, &names, NULL) == 0 && names[0] != '\0';
}

static void judge(struct doctor *doctor, const char *ruleset)
{
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(wants) && r == 0; i++)
		if (wants[i].wanted(doctor))
			r = check_want(doctor, ruleset, &wants[i]);
	if (r == 0)
		doctor_line(doctor, "firewall", "nftables%s", strstr(ruleset, "\"hook\"") != NULL ? "" : ", no rules");
	else
		doctor_not_looked(doctor, "firewall", r == -ENOTSUP ? "this pxeboot was built without JSON" :
						      "nft says what is not understood here");
}

void look_firewall(struct doctor *doctor)
{
	static const char *const nft[] = { "/usr/sbin/nft", "-j", "list", "ruleset", NULL };
	CLEANUP_TEXT struct text said = TEXT_INIT;
	int r;

	if (has_legacy_rules(doctor))
		doctor_not_looked(doctor, "firewall", "rules of iptables-legacy: see 'iptables-save'");
	if (geteuid() != 0) {
		doctor_not_looked(doctor, "firewall", "needs root");
		return;
	}
	r = doctor_command(doctor, nft, RULESET_MAX, &said);
	if (r == 0 && said.bytes != NULL)
		judge(doctor, said.bytes);
	else
		doctor_not_looked(doctor, "firewall", r == -ENOENT ? "no nft (package nftables)" : "nft failed");
}
