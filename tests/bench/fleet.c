/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fleet.h"

#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "dhcp_client.h"

/* An odd factor reaches each of the 2^24 numbers once: neighbours in the policy are none in the index. */
static void scatter(unsigned number, uint8_t ret_mac[6])
{
	uint32_t low = number * 0x9e3779b1u & 0xffffff;

	ret_mac[3] = (uint8_t)(low >> 16);
	ret_mac[4] = (uint8_t)(low >> 8);
	ret_mac[5] = (uint8_t)low;
}

void fleet_mac(unsigned number, uint8_t ret_mac[6])
{
	ret_mac[0] = 0x52;
	ret_mac[1] = 0x54;
	ret_mac[2] = (uint8_t)(number % 16);
	scatter(number, ret_mac);
}

void fleet_stranger(unsigned number, uint8_t ret_mac[6])
{
	fleet_mac(number, ret_mac);
	ret_mac[0] = 0xee;
}

void fleet_member(unsigned group, unsigned number, uint8_t ret_mac[6])
{
	const uint8_t mac[] = { 0x52, 0x55, (uint8_t)(group >> 8), (uint8_t)group, (uint8_t)(number >> 8), (uint8_t)number };

	memcpy(ret_mac, mac, sizeof(mac));
}

static unsigned profile_of(const struct fleet *fleet, unsigned number)
{
	return (number + (number > 0 && number == fleet->moved)) % FLEET_PROFILES;
}

/* A third each: one that DHCP tests, and two that scripts test.  Those of equally many terms have no machine in common. */
static void add_group(struct text *out, unsigned i)
{
	text_addf(out, "%s{ name = \"g%u\"; boot = \"p%u\"; match = { ", i ? ",\n" : "", i, i % FLEET_PROFILES);
	if (i % 3 == 0)
		text_addf(out, "mac = [ \"52:55:%02x:%02x\", \"02:00:%02x:%02x\" ]; ", i >> 8, i & 0xff, i >> 8, i & 0xff);
	else
		text_addf(out, "product = [ \"model %u\", \"kind %u\" ]; manufacturer = \"maker %u\"; ", i, i, i % 16);
	if (i % 3 == 2)
		text_addf(out, "firmware = \"%s\"; ", i % 2 ? "bios" : "uefi");
	text_add(out, "}; }");
}

static void add_host(struct text *out, const struct fleet *fleet, unsigned i)
{
	uint8_t mac[6];

	fleet_mac(i, mac);
	text_addf(out, "%s{ name = \"h%u\"; mac = \"%02x:%02x:%02x:%02x:%02x:%02x\"; boot = \"p%u\"; }", i ? ",\n" : "", i,
		  mac[0], mac[1], mac[2], mac[3], mac[4], mac[5],
		  profile_of(fleet, i));
}

static void add_profiles(struct text *out)
{
	text_add(out, "profiles: {\n");
	for (unsigned i = 0; i < FLEET_PROFILES; i++)
		text_addf(out, " p%u: { label = \"Profile %u\"; chain = \"p%u.ipxe\"; };\n", i, i, i);
	text_add(out, "};\nmenus: { main: { timeout = 10; default = \"p0\"; entries = (\n");
	for (unsigned i = 0; i < FLEET_PROFILES; i++)
		text_addf(out, "%s{ profile = \"p%u\"; }", i ? ",\n" : "", i);
	text_add(out, "); }; };\nboot = \"main\";\n");
}

char *fleet_text(const struct bench *bench, const struct fleet *fleet)
{
	struct text out = TEXT_INIT;
	char *bytes;

	text_addf(&out, "server: { address = \"10.77.0.1\"; root = \"%s\"; http = \"http://10.77.0.1:8080\";\n%s};\n",
		  fleet->root ? fleet->root : "/srv/pxeboot", fleet->server ? fleet->server : "");
	add_profiles(&out);
	text_add(&out, "groups: (\n");
	for (unsigned i = 0; i < fleet->groups; i++)
		add_group(&out, i);
	text_add(&out, ");\nhosts: (\n");
	for (unsigned i = 0; i < fleet->hosts; i++)
		add_host(&out, fleet, i);
	text_add(&out, ");\n");
	BENCH_MUST(bench, text_take(&out, &bytes, NULL) == 0);
	return bytes;
}

void fleet_write(const struct bench *bench, const struct fleet *fleet, const char *path)
{
	CLEANUP_FREE char *text = fleet_text(bench, fleet);

	BENCH_MUST(bench, file_write(path, text, strlen(text), 0644) >= 0);
}

size_t fleet_host_length(const struct fleet *fleet, unsigned number)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	add_host(&text, fleet, number);
	return text.length;
}

struct pxeboot_policy *fleet_load(const struct bench *bench, const struct fleet *fleet)
{
	CLEANUP_FREE char *path = bench_path(bench, "fleet.conf");
	struct pxeboot_diagnostics *findings;
	const struct pxeboot_diagnostic *first;
	struct pxeboot_policy *policy;

	fleet_write(bench, fleet, path);
	BENCH_MUST(bench, pxeboot_diagnostics_new(&findings) == 0);
	if (pxeboot_policy_load(path, findings, &policy) < 0) {
		first = pxeboot_diagnostics_get(findings, 0);
		bench_fail(bench, "the policy of %u hosts and %u groups is refused: %s", fleet->hosts, fleet->groups,
			   first ? first->text : "no memory");
	}
	BENCH_MUST(bench, pxeboot_diagnostics_count(findings) == 0);
	pxeboot_diagnostics_free(findings);
	return policy;
}

size_t fleet_packet(const uint8_t mac[6], uint8_t ret_packet[FLEET_PACKET_SIZE])
{
	static const uint8_t size[] = { 5, 0xc0 }, undi[] = { 1, 3, 0 }, arch[] = { 0, 7 },
		asked[] = { 1, 2, 3, 4, 5, 6, 12, 13, 15, 17, 18, 22, 23, 28, 40, 41, 42, 43, 50, 51, 54, 58, 59, 60, 66, 67, 97,
			    128, 129, 130, 131, 132, 133, 134, 135 },
		uuid[] = { 0, 0x33, 0x22, 0x11, 0, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff };
	static const char vendor[] = "PXEClient:Arch:00007:UNDI:003000";
	struct dhcp_packet packet;

	dhcp_packet_start(&packet, DHCP_DISCOVER, mac, 1);
	dhcp_packet_option(&packet, 57, size, sizeof(size));
	dhcp_packet_option(&packet, 55, asked, sizeof(asked));
	dhcp_packet_option(&packet, 97, uuid, sizeof(uuid));
	dhcp_packet_option(&packet, 94, undi, sizeof(undi));
	dhcp_packet_option(&packet, 93, arch, sizeof(arch));
	dhcp_packet_option(&packet, 60, vendor, strlen(vendor));
	dhcp_packet_end(&packet);
	memcpy(ret_packet, packet.bytes, packet.length);
	return packet.length;
}
