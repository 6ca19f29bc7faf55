/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The lab's machine (see lab.h): QEMU with software emulation, because a /dev/kvm that is there may still not work.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/scalar.h"
#include "base/text.h"
#include "command.h"
#include "lab.h"
#include "u_boot.h"
#include "vlan.h"

#define MACHINE_LOG SCRATCH "/machine.log"
#define VARIABLES SCRATCH "/variables.fd"
#define JUMP SCRATCH "/jump.bin"
#define FLASH_MAX (64u << 20)

/* EDK2 tries PXE first, over IPv4 and IPv6, unless it is told not to; then HTTP over both. */
static const char *const no_pxe4[] = { "-fw_cfg", "name=opt/org.tianocore/IPv4PXESupport,string=n", NULL };
static const char *const no_pxe6[] = { "-fw_cfg", "name=opt/org.tianocore/IPv6PXESupport,string=n", NULL };

static int copy_variables(const char *from, const struct lab_options *options)
{
	char CLEANUP_FREE *bytes = NULL;
	uint8_t mac[MAC_LENGTH];
	size_t length;
	int r = file_read(from, FLASH_MAX, &bytes, &length);

	if (r == 0 && options->vlan)
		r = scalar_mac(options->mac, mac);
	if (r == 0 && options->vlan)
		r = vlan_set(bytes, length, mac, options->vlan);
	return r < 0 ? r : file_write(VARIABLES, bytes, length, 0600);
}

static void add_flash(struct command *command, const char *code)
{
	command_add(command, "-drive");
	command_addf(command, "if=pflash,unit=0,readonly=on,format=raw,file=%s", code);
	command_add(command, "-drive");
	command_add(command, "if=pflash,unit=1,format=raw,file=" VARIABLES);
}

/* The QEMU of Debian 12 starts what is in the flash of a riscv64 machine without the OpenSBI that UEFI needs.  So the
 * flash is filled as memory is, and OpenSBI starts, as the kernel: lui t0, 0x20000; jr t0, a jump to the flash. */
static int add_memory(struct command *command, const char *code)
{
	static const uint8_t jump[] = { 0xb7, 0x02, 0x00, 0x20, 0x67, 0x80, 0x02, 0x00 };
	int r = file_write(JUMP, (const char *)jump, sizeof(jump), 0600);

	command_add(command, "-kernel");
	command_add(command, JUMP);
	command_add(command, "-device");
	command_addf(command, "loader,addr=0x20000000,force-raw=on,file=%s", code);
	command_add(command, "-device");
	command_add(command, "loader,addr=0x22000000,force-raw=on,file=" VARIABLES);
	return r;
}

int machine_find_image(const struct lab_options *options, const char *packaged, struct text *path)
{
	const char *slash = strrchr(packaged, '/');

	if (options->flash)
		text_addf(path, "%s%s", options->flash, slash);
	else
		text_add(path, packaged);
	return path->error;
}

static int add_u_boot(struct command *command, const struct lab_options *options)
{
	struct text CLEANUP_TEXT code = TEXT_INIT;
	int r = machine_find_image(options, options->firmware->code, &code);

	if (r == 0)
		r = u_boot_write_settings(VARIABLES, options->firmware->settings, options->mac);
	if (r < 0)
		return lab_fail(r, "can't write U-Boot's settings: %s", strerror(-r));
	command_add(command, "-bios");
	command_add(command, code.bytes);
	command_add(command, "-drive");
	command_add(command, "if=pflash,unit=1,format=raw,file=" VARIABLES);
	return 0;
}

static int add_firmware(struct command *command, const struct lab_options *options)
{
	const struct firmware *firmware = options->firmware;
	struct text CLEANUP_TEXT code = TEXT_INIT, variables = TEXT_INIT;
	int r = machine_find_image(options, firmware->code, &code);

	if (r == 0)
		r = machine_find_image(options, firmware->variables, &variables);
	if (r == 0)
		r = copy_variables(variables.bytes, options);
	if (r < 0)
		return lab_fail(r, "can't copy %s: %s", variables.bytes ? variables.bytes : "", strerror(-r));
	if (firmware->below_sbi)
		return add_memory(command, code.bytes);
	add_flash(command, code.bytes);
	return 0;
}

/* A card whose cable ends nowhere, before the one that boots.  Its MAC is the other's but for one bit. */
static void add_first_card(struct command *command, const struct lab_options *options)
{
	uint8_t mac[MAC_LENGTH];
	char text[3 * MAC_LENGTH];

	if (scalar_mac(options->mac, mac) < 0)
		return;
	mac[MAC_LENGTH - 1] ^= 0x80;
	scalar_format_mac(mac, ':', text);
	command_add(command, "-netdev");
	command_add(command, "hubport,id=n1,hubid=1");
	command_add(command, "-device");
	command_addf(command, "%s,netdev=n1,mac=%s", options->nic, text);
}

/* The card is the firmware's first choice.  When what it loads ends with an error, the disk is the next.  EDK2 for
 * riscv64 knows this order of itself, and connects nothing when QEMU names one. */
static void add_network(struct command *command, const struct lab_options *options)
{
	if (options->second_nic)
		add_first_card(command, options);
	command_add(command, "-netdev");
	command_addf(command, "dgram,id=n0,local.type=fd,local.str=%d", COMMAND_PASSED);
	command_add(command, "-device");
	command_addf(command, "%s,netdev=n0,mac=%s%s", options->nic, options->mac,
		     options->firmware->below_sbi ? "" : ",bootindex=1");
}

/* In QEMU's settings, a comma is written twice.  What the machine writes goes to a temporary file. */
static void add_disk(struct command *command, const struct lab_options *options)
{
	struct text CLEANUP_TEXT path = TEXT_INIT;

	for (const char *at = options->disk; *at; at++)
		text_addf(&path, "%c%s", *at, *at == ',' ? "," : "");
	command_add(command, "-drive");
	command_addf(command, "if=none,id=d0,format=raw,snapshot=on,file=%s", path.error ? "" : path.bytes);
	command_add(command, "-device");
	command_addf(command, "%s,drive=d0,bootindex=2", options->firmware->disk);
}

static void add_machine(struct command *command, const struct lab_options *options)
{
	static const char *const always[] = {
		"-accel", "tcg", "-display", "none", "-no-reboot", "-nodefaults", "-serial",
		"file:" SCRATCH "/serial.log", "-qmp", "unix:" SCRATCH "/monitor,server=on,wait=off", NULL
	};

	command_add(command, options->firmware->program);
	command_add(command, "-machine");
	command_add(command, options->firmware->machine);
	command_add_all(command, always);
	command_add(command, "-m");
	command_add(command, options->memory);
	command_add(command, "-uuid");
	command_add(command, options->uuid);
	if (options->n_runs) {
		command_add(command, "-qmp");
		command_add(command, "pipe:" LAB_PIPES);
	}
	if (options->serial) {
		command_add(command, "-smbios");
		command_addf(command, "type=1,serial=%s", options->serial);
	}
}

int machine_start(struct lab *lab, int card)
{
	const struct firmware *firmware = lab->options->firmware;
	struct command CLEANUP_COMMAND command = { 0 };
	int r;

	add_machine(&command, lab->options);
	if (firmware->settings)
		r = add_u_boot(&command, lab->options);
	else
		r = firmware->code ? add_firmware(&command, lab->options) : 0;
	if (r < 0)
		return r;
	if (lab->options->http_boot || lab->options->ipv6)
		command_add_all(&command, no_pxe4);
	if (lab->options->http_boot)
		command_add_all(&command, no_pxe6);
	add_network(&command, lab->options);
	if (lab->options->disk)
		add_disk(&command, lab->options);
	command_add_all(&command, firmware->more);
	command.pass = card;
	r = command_start(&command, MACHINE_LOG, &lab->machine);
	close(card);
	if (r < 0)
		return lab_fail(r, "can't start %s: %s", firmware->program, strerror(-r));
	r = monitor_connect(SCRATCH "/monitor", &lab->monitor);
	if (r < 0)
		return lab_fail(r, "%s does not run", firmware->program);
	lab->serial = open(SCRATCH "/serial.log", O_RDONLY | O_CLOEXEC);
	if (lab->serial < 0)
		return lab_fail(-errno, "the machine has no serial console: %s", strerror(errno));
	return 0;
}
