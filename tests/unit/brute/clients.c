/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every client that the words of policy.c can tell from another one. */
#include <stdio.h>
#include <stdlib.h>

#include "brute.h"

#define ROUNDS 2

/* Hosts, neighbours of hosts, and something in each prefix that is in no longer one. */
const struct brute_identity brute_identities[] = {
	{ "52:54:00:12:34:56", NULL, NULL, false },
	{ "52:54:00:12:34:57", BRUTE_UUID_0, NULL, false },
	{ "52:54:00:12:34:58", NULL, NULL, false },
	{ "52:54:00:12:34:59", NULL, "S9", false },
	{ "52:54:00:12:35:56", NULL, NULL, false },
	{ "52:54:00:13:34:56", BRUTE_UUID_1, NULL, false },
	{ "52:54:00:13:34:57", NULL, NULL, false },
	{ "52:54:01:00:00:05", NULL, NULL, false },
	{ "52:54:01:00:00:06", NULL, NULL, false },
	{ "52:54:01:00:00:07", BRUTE_UUID_0, NULL, false },
	{ "52:54:02:00:00:01", NULL, NULL, false },
	{ "52:55:00:00:00:01", NULL, NULL, false },
	{ "b8:27:eb:00:00:07", NULL, NULL, true },
	{ "b8:27:eb:00:00:08", NULL, NULL, true },
	{ "b8:27:ec:00:00:07", NULL, NULL, false },
	{ "dc:a6:32:00:00:01", NULL, NULL, true },
	{ "d8:3a:dd:00:00:01", NULL, NULL, true },
	{ "00:11:22:33:44:55", NULL, NULL, false },
	{ "00:11:22:33:44:56", NULL, "S1", false },
	{ "00:11:22:33:44:57", NULL, "S2", false },
	{ "00:11:22:33:44:58", BRUTE_UUID_1, "S1", false },
	{ "52:54:00:12:34:56", BRUTE_UUID_1, "S2", false },	/* of three hosts */
};
const char *const brute_addresses[] = { NULL, "10.77.4.7", "10.77.4.177", "10.77.9.7", "10.88.0.7", "192.0.2.7" };
const char *const brute_makers[] = { NULL, "QEMU", "Lab", "QEM" };
const char *const brute_products[] = { NULL, "KVM", "R1" };
const size_t brute_counts[BRUTE_PARTS] = {
	ARRAY_SIZE(brute_identities), ARRAY_SIZE(brute_addresses), ARRAY_SIZE(brute_makers), ARRAY_SIZE(brute_products),
};

static void set(struct pxeboot_client *client, int fact, const char *text)
{
	if (text && pxeboot_client_set(client, fact, text, NULL) < 0)
		abort();
}

static struct pxeboot_client *client_of(const struct brute_machine *machine)
{
	const struct brute_identity *identity = &brute_identities[machine->parts[BRUTE_IDENTITY]];
	struct pxeboot_client *client;

	if (pxeboot_client_new(&client) < 0)
		abort();
	set(client, PXEBOOT_FACT_MAC, identity->mac);
	set(client, PXEBOOT_FACT_UUID, identity->uuid);
	set(client, PXEBOOT_FACT_SERIAL, identity->serial);
	set(client, PXEBOOT_FACT_ADDRESS, brute_addresses[machine->parts[BRUTE_ADDRESS]]);
	set(client, PXEBOOT_FACT_MANUFACTURER, brute_makers[machine->parts[BRUTE_MAKER]]);
	set(client, PXEBOOT_FACT_PRODUCT, brute_products[machine->parts[BRUTE_PRODUCT]]);
	return client;
}

/* ---- Loaded iPXE ---- */

/* iPXE says so by itself (DHCP options 93, 60, 77 and 175), whatever firmware it runs on. */
static struct pxeboot_client *asking(const struct brute_machine *machine, int arch, bool own)
{
	static const unsigned numbers[PXEBOOT_ARCH_COUNT] = {
		[PXEBOOT_ARCH_X64_UEFI] = 7, [PXEBOOT_ARCH_ARM64_UEFI] = 11, [PXEBOOT_ARCH_RISCV64_UEFI] = 27,
		[PXEBOOT_ARCH_LOONG64_UEFI] = 39, [PXEBOOT_ARCH_IA32_UEFI] = 6, [PXEBOOT_ARCH_ARM32_UEFI] = 10,
		[PXEBOOT_ARCH_RISCV32_UEFI] = 25, [PXEBOOT_ARCH_BIOS] = 0,
	};
	struct pxeboot_client *client = client_of(machine);
	char text[64];

	if (arch == BRUTE_NO_ARCH) {
		set(client, PXEBOOT_FACT_VENDOR_CLASS, "PXEClient");
	} else {
		snprintf(text, sizeof(text), "%u", numbers[arch]);
		set(client, PXEBOOT_FACT_ARCH, text);
		snprintf(text, sizeof(text), "PXEClient:Arch:%05u:UNDI:%s", numbers[arch],
			 arch == PXEBOOT_ARCH_BIOS ? "002001" : "003010");
		set(client, PXEBOOT_FACT_VENDOR_CLASS, text);
	}
	set(client, PXEBOOT_FACT_USER_CLASS, own ? BRUTE_USER_CLASS : "iPXE");
	set(client, PXEBOOT_FACT_FEATURES, "menu,http");
	return client;
}

static void add_machines(struct brute_world *world)
{
	size_t n = 1;

	for (int part = 0; part < BRUTE_PARTS; part++)
		n *= brute_counts[part];
	world->machines = calloc(n, sizeof(*world->machines));
	if (!world->machines)
		abort();
	for (; world->n_machines < n; world->n_machines++) {
		struct brute_machine *machine = &world->machines[world->n_machines];
		size_t rest = world->n_machines;

		for (int part = 0; part < BRUTE_PARTS; part++) {
			machine->parts[part] = rest % brute_counts[part];
			rest /= brute_counts[part];
		}
		for (int arch = 0; arch < BRUTE_ARCHS; arch++)
			for (int own = 0; own < 2; own++)
				machine->asking[arch][own] = asking(machine, arch, own);
	}
}

/* ---- Power-on ---- */

/* Beside single numbers. */
static const struct {
	const char *numbers;
	unsigned archs;
} lists[] = {
	{ "0,7", 1u << PXEBOOT_ARCH_BIOS | 1u << PXEBOOT_ARCH_X64_UEFI }, { "6,0", 1u << PXEBOOT_ARCH_IA32_UEFI | 1u << PXEBOOT_ARCH_BIOS },
	{ "7,11", 1u << PXEBOOT_ARCH_X64_UEFI | 1u << PXEBOOT_ARCH_ARM64_UEFI }, { "16,7", 1u << PXEBOOT_ARCH_X64_UEFI },
	{ "12,0", 1u << PXEBOOT_ARCH_BIOS }, { "65535", 0 }, { "1,2", 0 },
};
#define N_NUMBERS (PXEBOOT_ARCH_CODE_COUNT + ARRAY_SIZE(lists))
/* Without a number the vendor class may have one. */
static const char *const classes[] = {
	NULL, "PXEClient", "PXEClient:Arch:00007:UNDI:003016", "PXEClient:Arch:00000:UNDI:002001",
	"HTTPClient:Arch:00016:UNDI:003001", "MSFT 5.0", "PXEClient:Arch:00011:UNDI:003016", "PXEClient:Arch:00002:UNDI:003016",
};
#define N_KINDS 4

/* Nobody asks in the name of the other transport. */
static void set_class(struct pxeboot_client *client, bool http, unsigned number, size_t variant)
{
	static const char *const others[] = { "PXEClient:Arch:00007:UNDI:003016", "MSFT 5.0" };
	char usual[64];

	snprintf(usual, sizeof(usual), "%sClient:Arch:%05u:UNDI:0030%s", http ? "HTTP" : "PXE", number,
		 variant % 2 ? "16" : "00");
	if (variant % 6 < 2)
		set(client, PXEBOOT_FACT_VENDOR_CLASS, usual);
	else if (variant % 6 == 2)
		set(client, PXEBOOT_FACT_VENDOR_CLASS, http ? "HTTPClient" : "PXEClient");
	else if (variant % 6 < 5)
		set(client, PXEBOOT_FACT_VENDOR_CLASS, http ? usual : others[variant % 6 - 3]);
}

static void add_client(struct brute_world *world, size_t number, size_t kind, size_t identity, size_t seed)
{
	size_t parts[BRUTE_PARTS] = { identity, seed % brute_counts[1], seed / 7 % brute_counts[2], seed / 3 % brute_counts[3] };
	size_t machine = ((parts[3] * brute_counts[2] + parts[2]) * brute_counts[1] + parts[1]) * brute_counts[0] + parts[0];
	struct brute_client *client = &world->clients[world->n_clients++];
	char text[8];

	*client = (struct brute_client){ .machine = &world->machines[machine], .ipxe = kind > 0 };
	client->client = client_of(client->machine);
	snprintf(text, sizeof(text), "%zu", number);
	if (number < PXEBOOT_ARCH_CODE_COUNT) {
		set(client->client, PXEBOOT_FACT_ARCH, text);
		set_class(client->client, pxeboot_arch_code_get((uint16_t)number)->http, (unsigned)number, seed);
	} else if (number < N_NUMBERS) {
		set(client->client, PXEBOOT_FACT_ARCH, lists[number - PXEBOOT_ARCH_CODE_COUNT].numbers);
	} else {
		set(client->client, PXEBOOT_FACT_VENDOR_CLASS, classes[number - N_NUMBERS]);
	}
	if (number >= PXEBOOT_ARCH_CODE_COUNT && number < N_NUMBERS)
		client->archs = lists[number - PXEBOOT_ARCH_CODE_COUNT].archs;
	else if (pxeboot_client_arch(client->client) != PXEBOOT_ARCH_NONE)
		client->archs = 1u << pxeboot_client_arch(client->client);
	if (kind == 1 || kind == 2)
		set(client->client, PXEBOOT_FACT_USER_CLASS, kind == 1 ? "iPXE" : BRUTE_USER_CLASS);
	else if (kind == 3)
		set(client->client, PXEBOOT_FACT_FEATURES, "menu");
}

/* Every number, kind and identity; what else a machine is goes round. */
static void add_clients(struct brute_world *world)
{
	size_t numbers = N_NUMBERS + ARRAY_SIZE(classes), seed = 0;

	world->clients = calloc(numbers * N_KINDS * brute_counts[BRUTE_IDENTITY] * ROUNDS, sizeof(*world->clients));
	if (!world->clients)
		abort();
	for (size_t number = 0; number < numbers; number++)
		for (size_t kind = 0; kind < N_KINDS; kind++)
			for (size_t identity = 0; identity < brute_counts[BRUTE_IDENTITY]; identity++)
				for (int round = 0; round < ROUNDS; round++)
					add_client(world, number, kind, identity, seed = seed * 5 % 65521 + 7);
}

void brute_world_new(struct brute_world *ret_world)
{
	*ret_world = (struct brute_world){ .machines = NULL };
	add_machines(ret_world);
	add_clients(ret_world);
}

void brute_world_free(struct brute_world *world)
{
	for (size_t i = 0; i < world->n_machines; i++)
		for (int arch = 0; arch < BRUTE_ARCHS; arch++)
			for (int own = 0; own < 2; own++)
				pxeboot_client_unref(world->machines[i].asking[arch][own]);
	for (size_t i = 0; i < world->n_clients; i++)
		pxeboot_client_unref(world->clients[i].client);
	free(world->machines);
	free(world->clients);
}
