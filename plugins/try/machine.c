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
#include "vlan.h"

#define MACHINE_LOG SCRATCH "/machine.log"
#define VARIABLES SCRATCH "/variables.fd"
#define FLASH_MAX (64u << 20)

/* EDK2 tries PXE first, over IPv4 and IPv6, unless it is told not to; then HTTP. */
static const char *const http_only[] = {
	"-fw_cfg", "name=opt/org.tianocore/IPv4PXESupport,string=n",
	"-fw_cfg", "name=opt/org.tianocore/IPv6PXESupport,string=n", NULL
};

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

static void add_flash(struct command *command, const struct firmware *firmware)
{
	command_add(command, "-drive");
	command_addf(command, "if=pflash,unit=0,readonly=on,format=raw,file=%s", firmware->code);
	command_add(command, "-drive");
	command_add(command, "if=pflash,unit=1,format=raw,file=" VARIABLES);
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

/* The card is the firmware's first choice.  When what it loads ends with an error, the disk is the next. */
static void add_network(struct command *command, const struct lab_options *options)
{
	if (options->second_nic)
		add_first_card(command, options);
	command_add(command, "-netdev");
	command_addf(command, "dgram,id=n0,local.type=fd,local.str=%d", COMMAND_PASSED);
	command_add(command, "-device");
	command_addf(command, "%s,netdev=n0,mac=%s,bootindex=1", options->nic, options->mac);
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
	if (firmware->variables) {
		r = copy_variables(firmware->variables, lab->options);
		if (r < 0)
			return lab_fail(r, "can't copy %s: %s", firmware->variables, strerror(-r));
		add_flash(&command, firmware);
	} else if (firmware->code) {
		command_add(&command, "-kernel");
		command_add(&command, firmware->code);
	}
	if (lab->options->http_boot)
		command_add_all(&command, http_only);
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
