/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Asks once, on one interface, who would answer a machine that boots; takes nothing of what is offered.  A packet
 * socket needs no address, no free port and no rule in the firewall; what it sends does not come back to this machine's
 * own servers, so that every answer is another machine's.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <net/ethernet.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/scalar.h"
#include "doctor.h"
#include "offer.h"

#define MILLISECONDS 5000		/* dnsmasq tries an address for 3 seconds before it offers it */
#define PACKETS_MAX 100000
#define OFFERS_MAX 16

struct probe {
	int socket;
	unsigned interface;
	uint8_t mac[6];
	uint32_t xid;
	struct offer offers[OFFERS_MAX];
	size_t n_offers;
};

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

/* ---- Asking ---- */

static int begin(struct probe *probe, const char *interface)
{
	struct sockaddr_ll here = { .sll_family = AF_PACKET, .sll_protocol = htons(ETHERTYPE_IP) };

	probe->interface = if_nametoindex(interface);
	if (probe->interface == 0)
		return -ENODEV;
	if (getrandom(probe->mac, sizeof(probe->mac), 0) != sizeof(probe->mac) ||
	    getrandom(&probe->xid, sizeof(probe->xid), 0) != sizeof(probe->xid))
		return -EIO;
	probe->mac[0] = (uint8_t)((probe->mac[0] & 0xfc) | 0x02);	/* one machine's, and no manufacturer's */
	here.sll_ifindex = (int)probe->interface;
	probe->socket = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (probe->socket < 0)
		return -errno;
	return bind(probe->socket, (struct sockaddr *)&here, sizeof(here)) < 0 ? -errno : 0;
}

static int ask(const struct probe *probe)
{
	struct sockaddr_ll all = { .sll_family = AF_PACKET, .sll_protocol = htons(ETHERTYPE_IP), .sll_halen = 6,
				   .sll_ifindex = (int)probe->interface };
	uint8_t packet[DISCOVER_SIZE];
	size_t length = discover_write(probe->mac, probe->xid, packet);

	memset(all.sll_addr, 0xff, 6);
	return sendto(probe->socket, packet, length, 0, (struct sockaddr *)&all, sizeof(all)) < 0 ? -errno : 0;
}

static bool is_known(const struct probe *probe, const struct offer *offer)
{
	for (size_t i = 0; i < probe->n_offers; i++)
		if (probe->offers[i].server == offer->server &&
		    (probe->offers[i].address == 0) == (offer->address == 0))
			return true;
	return false;
}

/* Until the time is over; -errno when the interface goes away. */
static int listen_for_offers(struct probe *probe)
{
	struct pollfd wait = { .fd = probe->socket, .events = POLLIN };
	int64_t end = now() + MILLISECONDS;
	uint8_t bytes[2048];

	for (unsigned i = 0; i < PACKETS_MAX && probe->n_offers < OFFERS_MAX; i++) {
		int64_t left = end - now();
		struct offer offer;
		ssize_t length;

		if (left <= 0 || poll(&wait, 1, (int)left) == 0)
			return 0;
		length = recv(probe->socket, bytes, sizeof(bytes), MSG_DONTWAIT);
		if (length < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		if (length > 0 && offer_read(bytes, (size_t)length, probe->mac, probe->xid, &offer) == 0 &&
		    !is_known(probe, &offer))
			probe->offers[probe->n_offers++] = offer;
	}
	return 0;
}

/* ---- Judging ---- */

static const char *format_ip(struct doctor *doctor, uint32_t address)
{
	char text[16];

	scalar_format_ip4(address, text);
	return doctor_format(doctor, "%s", text);
}

/* It offers to boot: by a file, or by saying that it is a PXE server, which is asked for the file later. */
static bool boots(const struct offer *offer)
{
	return offer->file[0] != '\0' || strncmp(offer->vendor_class, "PXEClient", 9) == 0;
}

/* Does a dnsmasq of this machine grant addresses on the interface?  Then nobody else should. */
static bool own_server(const struct doctor *doctor)
{
	for (size_t i = 0; i < doctor->n_dnsmasq; i++) {
		const struct dnsmasq_daemon *daemon = &doctor->dnsmasq[i];
		bool named = false, matches = false;
		const struct setting *setting;

		for (size_t at = 0; (setting = settings_next(&daemon->settings, "interface", &at)) != NULL;) {
			named = true;
			matches = matches || strcmp(setting->value, doctor->machine->interface) == 0;
		}
		if (daemon->process != NULL && dnsmasq_serves_dhcp(daemon) && !dnsmasq_is_proxy(daemon) &&
		    (matches || !named))
			return true;
	}
	return false;
}

static void check_offers(struct doctor *doctor, const struct probe *probe)
{
	const char *expected = doctor_policy(doctor, "server.address");
	size_t granting = own_server(doctor), booting = 0;
	CLEANUP_TEXT struct text servers = TEXT_INIT;

	for (size_t i = 0; i < probe->n_offers; i++) {
		const struct offer *offer = &probe->offers[i];
		const char *server = format_ip(doctor, offer->server);

		granting += offer->address != 0;
		booting += boots(offer);
		text_addf(&servers, "%s%s", i > 0 ? ", " : "", server);
		if (boots(offer) && expected != NULL && strcmp(server, expected) != 0)
			diagnostics_add(doctor->findings, PXEBOOT_ERROR, "system.probe-other", NOWHERE,
					"probe: %s, not the policy's server.address %s, offers to boot '%s'; machines "
					"may take that "
					"one: switch its boot options off",
					server, expected, doctor_shown(doctor, offer->file));
	}
	if (granting > 1)
		diagnostics_add(doctor->findings, PXEBOOT_ERROR, "system.probe-addresses", NOWHERE,
				"probe: %zu servers grant addresses on %s (%s%s); machines take the first: switch off "
				"all but one, "
				"or use proxy mode",
				granting, doctor_shown(doctor, doctor->machine->interface),
				own_server(doctor) ? "this machine's dnsmasq, " : "", servers.bytes);
	if (booting > 1)
		diagnostics_add(
			doctor->findings, PXEBOOT_ERROR, "system.probe-boots", NOWHERE,
			"probe: %zu servers offer to boot (%s); machines take any of them: switch off all but one",
			booting, servers.bytes);
}

static void say_offer(struct doctor *doctor, const struct offer *offer)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	if (offer->address != 0)
		text_addf(&text, "address %s", format_ip(doctor, offer->address));
	else
		text_add(&text, "no address (a proxy)");
	if (offer->next_server != 0)
		text_addf(&text, ", next server %s", format_ip(doctor, offer->next_server));
	if (offer->file[0] != '\0')
		text_addf(&text, ", file '%s'", doctor_shown(doctor, offer->file));
	if (offer->vendor_class[0] != '\0')
		text_addf(&text, ", option 60 '%s'", doctor_shown(doctor, offer->vendor_class));
	doctor_line(doctor, "DHCP server", "%s on %s offers: %s", format_ip(doctor, offer->server),
		    doctor_shown(doctor, doctor->machine->interface), text.bytes != NULL ? text.bytes : "");
}

void look_probe(struct doctor *doctor)
{
	struct probe probe = { .socket = -1 };
	const char *interface = doctor->machine->interface;
	int r;

	if (interface == NULL)
		return;
	r = begin(&probe, interface);
	if (r == 0)
		r = ask(&probe);
	if (r == 0)
		r = listen_for_offers(&probe);
	if (probe.socket >= 0)
		close(probe.socket);
	if (r < 0) {
		/* It was asked for: silence would be taken for an answer. */
		diagnostics_add(doctor->findings, PXEBOOT_ERROR, "system.probe-failed", NOWHERE,
				"probe: nobody could be asked on %s: %s", doctor_shown(doctor, interface),
				strerror(-r));
		doctor_line(doctor, "DHCP servers", "unknown");
		return;
	}
	check_offers(doctor, &probe);
	for (size_t i = 0; i < probe.n_offers; i++)
		say_offer(doctor, &probe.offers[i]);
	if (probe.n_offers == 0)
		doctor_line(doctor, "DHCP servers",
			    "nobody on %s offers anything (this machine's own servers are not asked)",
			    doctor_shown(doctor, interface));
}
