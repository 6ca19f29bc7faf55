/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One boot file name for all machines: the real dnsmasq with the hook, and the real in.tftpd with the map.  A machine
 * of every architecture first gets the default architecture's loader or, if the hook was fast, its own; and its own
 * from then on.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/macro.h"
#include "base/scalar.h"
#include "base/text.h"
#include "dhcp_client.h"
#include "lab.h"
#include "plugin.h"
#include "tap.h"
#include "tftp_client.h"

#define ONE_NAME "netboot.0"
#define FIRST 0x0a4d0100u		/* 10.77.1.0 */
#define LAST 0x0a4d011fu
#define PATIENCE 5000			/* milliseconds, for the hook */

static const char policy_format[] =
	"server: { address = \"10.77.0.1\"; root = \"%s/root\"; tftp = \"tftp-hpa\"; one_name = \"" ONE_NAME "\";\n"
	" dhcp = { range = \"10.77.1.0,10.77.1.31,255.255.0.0,1h\"; }; dnsmasq = { hook = \"%s\"; }; };\n"
	"ipxe: { user_class = \"iPXE-pxeboot\"; };\n"
	"loaders: { bios = \"b.kpxe\"; ia32-uefi = \"i.efi\"; x64-uefi = \"x.efi\"; arm32-uefi = \"a.efi\"; "
	"arm64-uefi = \"aa.efi\"; riscv32-uefi = \"r.efi\"; riscv64-uefi = \"rr.efi\"; loong64-uefi = \"l.efi\"; };\n"
	"profiles: { disk: { label = \"Disk\"; action = \"disk\"; }; };\nboot = \"disk\";\n";

struct machine {
	struct lab *lab;
	int socket;
	uint32_t xid;
	int arch;
	uint16_t number;
	uint32_t address;
};

/* ---- Links and events ---- */

static char *link_target(const struct lab *lab, uint32_t address)
{
	CLEANUP_FREE char *path = NULL;
	char text[16], name[64], target[128];
	ssize_t length;

	scalar_format_ip4(address, text);
	snprintf(name, sizeof(name), "root/clients/%s", text);
	path = lab_path(lab, name);
	length = readlink(path, target, sizeof(target) - 1);
	target[length > 0 ? length : 0] = '\0';
	return strdup(target);
}

static bool leads_to(const struct lab *lab, uint32_t address, int arch)
{
	CLEANUP_FREE char *target = link_target(lab, address);
	char expected[64];

	snprintf(expected, sizeof(expected), "../arch/%s", pxeboot_arch_get(arch)->name);
	return target != NULL && strcmp(target, expected) == 0;
}

static bool wait_for_link(const struct lab *lab, uint32_t address, int arch)
{
	for (int i = 0; i < PATIENCE / 10; i++) {
		if (leads_to(lab, address, arch))
			return true;
		usleep(10000);
	}
	return false;
}

/* The next script writes a line for each event. */
static bool wait_for_event(const struct lab *lab, const char *words)
{
	CLEANUP_FREE char *path = lab_path(lab, "events");

	for (int i = 0; i < PATIENCE / 10; i++) {
		CLEANUP_FREE char *events = NULL;

		if (file_read(path, 1 << 20, &events, NULL) == 0 && strstr(events, words) != NULL)
			return true;
		usleep(10000);
	}
	printf("# no event '%s'\n", words);
	return false;
}

/* ---- A machine ---- */

static void mac_of(const struct machine *machine, uint8_t mac[MAC_LENGTH])
{
	const uint8_t bytes[MAC_LENGTH] = { 0x52, 0x54, 0, 0x77, 0, (uint8_t)machine->number };

	memcpy(mac, bytes, MAC_LENGTH);
}

static void begin(struct machine *machine, struct dhcp_packet *packet, enum dhcp_type type, const char *user_class)
{
	uint8_t mac[MAC_LENGTH];
	const uint8_t number[2] = { (uint8_t)(machine->number >> 8), (uint8_t)machine->number };
	char vendor[64];

	mac_of(machine, mac);
	snprintf(vendor, sizeof(vendor), "PXEClient:Arch:%05u:UNDI:003016", machine->number);
	dhcp_packet_start(packet, type, mac, ++machine->xid);
	dhcp_packet_option(packet, 93, number, sizeof(number));
	dhcp_packet_option(packet, 60, vendor, strlen(vendor));
	if (user_class != NULL)
		dhcp_packet_option(packet, 77, user_class, strlen(user_class));
}

/* A whole lease; false when DHCP did not hand out the one name. */
static bool ask(struct machine *machine, const char *user_class)
{
	struct dhcp_packet packet;
	struct dhcp_reply reply;
	uint32_t address, server;

	begin(machine, &packet, DHCP_DISCOVER, user_class);
	dhcp_packet_end(&packet);
	dhcp_send(machine->socket, &packet);
	if (!dhcp_receive(machine->socket, machine->xid, 0, PATIENCE, &reply) || strcmp(reply.file, ONE_NAME) != 0)
		return false;
	address = htonl(reply.yiaddr);
	server = htonl(reply.server);
	begin(machine, &packet, DHCP_REQUEST, user_class);
	dhcp_packet_option(&packet, 50, &address, sizeof(address));
	dhcp_packet_option(&packet, 54, &server, sizeof(server));
	dhcp_packet_end(&packet);
	dhcp_send(machine->socket, &packet);
	if (!dhcp_receive(machine->socket, machine->xid, 0, PATIENCE, &reply) || reply.type != DHCP_ACK ||
	    strcmp(reply.file, ONE_NAME) != 0)
		return false;
	machine->address = reply.yiaddr;
	return true;
}

static bool gets(const struct machine *machine, int arch)
{
	struct tftp_answer got;
	char expected[64];

	snprintf(expected, sizeof(expected), "loader of %s", pxeboot_arch_get(arch)->name);
	tftp_get(LAB_SERVER_IP, machine->address, ONE_NAME, &got);
	return got.error == -1 && strcmp(got.bytes, expected) == 0;
}

static void check_machine(struct machine *machine)
{
	const char *name = pxeboot_arch_get(machine->arch)->name;
	char address[16], words[128];

	if (!tap_ok(ask(machine, NULL), "%s: DHCP hands out the one name", name))
		return;
	lab_add_client(machine->lab, machine->address);
	tap_ok(gets(machine, PXEBOOT_ARCH_BIOS) || gets(machine, machine->arch),
	       "%s: at once the default loader or its own", name);
	tap_ok(wait_for_link(machine->lab, machine->address, machine->arch), "%s: the hook sets the link", name);
	tap_ok(gets(machine, machine->arch), "%s: then its own loader", name);
	scalar_format_ip4(machine->address, address);
	snprintf(words, sizeof(words), "old 52:54:00:77:00:%02x %s class=iPXE-pxeboot missing=",
		 machine->number, address);
	tap_ok(ask(machine, "iPXE-pxeboot") && wait_for_event(machine->lab, words) &&
	       leads_to(machine->lab, machine->address, machine->arch), "%s: its iPXE changes nothing", name);
	tap_ok(gets(machine, machine->arch), "%s: and still its own loader", name);
}

/* The number that stands first in the table for this architecture, over TFTP. */
static int number_of(int arch)
{
	for (uint16_t number = 0; number < PXEBOOT_ARCH_CODE_COUNT; number++)
		if (pxeboot_arch_code_get(number)->arch == arch && !pxeboot_arch_code_get(number)->http)
			return number;
	return -1;
}

/* What dnsmasq repeats without knowing the machine must not touch a link. */
static void check_repeats(struct machine *machine)
{
	CLEANUP_FREE char *path = NULL;
	char address[16], name[64], words[128];
	struct dhcp_packet packet;
	uint32_t server = htonl(LAB_SERVER_IP), own = htonl(machine->address);

	scalar_format_ip4(machine->address, address);
	snprintf(name, sizeof(name), "root/clients/%s", address);
	path = lab_path(machine->lab, name);
	if (file_link(path, "../arch/arm64-uefi") < 0)
		abort();
	kill(machine->lab->dnsmasq, SIGHUP);
	snprintf(words, sizeof(words), "old 52:54:00:77:00:%02x %s class= missing=1", machine->number, address);
	tap_ok(wait_for_event(machine->lab, words) && leads_to(machine->lab, machine->address, PXEBOOT_ARCH_ARM64_UEFI),
	       "SIGHUP repeats the lease, the link stays");
	begin(machine, &packet, DHCP_RELEASE, NULL);
	memcpy(packet.bytes + 12, &own, sizeof(own));
	dhcp_packet_option(&packet, 54, &server, sizeof(server));
	dhcp_packet_end(&packet);
	dhcp_send(machine->socket, &packet);
	snprintf(words, sizeof(words), "del 52:54:00:77:00:%02x %s", machine->number, address);
	tap_ok(wait_for_event(machine->lab, words) && leads_to(machine->lab, machine->address, PXEBOOT_ARCH_ARM64_UEFI),
	       "the lease ends, the link stays");
}

/* ---- The servers ---- */

static void write_hook_files(const struct lab *lab)
{
	CLEANUP_FREE char *next = lab_path(lab, "next");
	CLEANUP_FREE char *conf = NULL;

	lab_write(lab, "next", "#!/bin/sh\necho \"$1 $2 $3 class=$DNSMASQ_USER_CLASS0 missing=$DNSMASQ_DATA_MISSING "
		  "tags=$DNSMASQ_TAGS vendor=$DNSMASQ_VENDOR_CLASS\" >>\"${0%/*}/events\"\n");
	if (chmod(next, 0755) < 0 || asprintf(&conf, "root = \"%s/root\";\nnext = \"%s\";\n", lab->directory, next) < 0)
		abort();
	lab_write(lab, "hook.conf", conf);
	setenv("PXEBOOT_CONFIG", lab->directory, 1);
}

static void start_servers(struct lab *lab, const struct pxeboot_policy *policy)
{
	CLEANUP_FREE char *map = lab_path(lab, "map");
	CLEANUP_FREE char *root = lab_path(lab, "root");
	CLEANUP_FREE char *rules = lab_written(plugin_tftp_hpa.output, policy);
	CLEANUP_FREE char *configuration = lab_written(plugin_dnsmasq.output, policy);

	lab_write(lab, "map", rules);
	tap_ok(lab_start_tftpd(lab, root, map), "in.tftpd starts");
	tap_ok(lab_start_dnsmasq(lab, configuration), "dnsmasq starts with the hook");
}

static void check_beforehand(const struct lab *lab)
{
	unsigned wrong = 0;

	for (uint32_t address = FIRST; address <= LAST; address++)
		wrong += !leads_to(lab, address, PXEBOOT_ARCH_BIOS);
	tap_ok(wrong == 0, "every address of the range has the default architecture's link beforehand");
}

static void check_all(struct lab *lab, const char *hook)
{
	CLEANUP_FREE char *text = NULL;
	struct machine machine = { .lab = lab, .xid = 5000 };
	struct pxeboot_policy *policy;

	if (asprintf(&text, policy_format, lab->directory, hook) < 0)
		abort();
	policy = lab_policy(lab, text);
	lab_apply(lab, policy, "root");
	write_hook_files(lab);
	check_beforehand(lab);
	start_servers(lab, policy);
	lab_client_side(lab);
	machine.socket = dhcp_socket("cli0");
	for (machine.arch = 0; machine.arch < PXEBOOT_ARCH_COUNT; machine.arch++) {
		machine.number = (uint16_t)number_of(machine.arch);
		check_machine(&machine);
	}
	check_repeats(&machine);
	close(machine.socket);
	pxeboot_policy_unref(policy);
}

int main(void)
{
	static const char *const programs[] = {
		"/usr/sbin/dnsmasq", "dnsmasq-base", "/usr/sbin/in.tftpd", "tftpd-hpa", NULL,
	};
	const char *hook = getenv("PXEBOOT_HOOK");
	struct lab lab;

	if (hook == NULL) {
		printf("1..0 # SKIP no PXEBOOT_HOOK in the environment\n");
		return EXIT_SKIPPED;
	}
	lab_begin(&lab, programs);
	check_all(&lab, hook);
	lab_end(&lab);
	return tap_end();
}
