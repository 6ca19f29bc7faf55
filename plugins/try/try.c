/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot try: the command.  Leaves the host's namespaces and waits for the process that is the lab.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "dhcp.h"
#include "invocation.h"

static const char help[] =
	"Usage: pxeboot try [OPTION...]\n"
	"\n"
	"Boots a virtual machine against the policy, before it is applied: real firmware and real\n"
	"servers in a private network.  What the policy renders is laid over server.root, in memory;\n"
	"nothing of this machine is changed, and nothing is left behind.  Needs root.\n"
	"\n"
	SESSION_HELP
	"      --firmware NAME    bios, ia32-uefi, x64-uefi, arm64-uefi, riscv64-uefi or\n"
	"                         u-boot-arm64 (default: x64-uefi)\n"
	"      --flash DIR        where the firmware's images are (default: where Debian's package has them)\n"
	"      --http-boot        the firmware asks over HTTP, not PXE (ia32-uefi, x64-uefi, arm64-uefi)\n"
	"      --ipv6             over IPv6 alone, at server.address6\n"
	"      --secure-boot      with Secure Boot on, by Microsoft's keys: x64-uefi, arm64-uefi\n"
	"      --dhcp SERVER      dnsmasq, isc-dhcpd or kea (default: as the policy says)\n"
	"      --tftp SERVER      dnsmasq or tftp-hpa (default: as the policy says)\n"
	"      --expect TEXT      the boot is a success when this appears on the serial console;\n"
	"                         without it, when a kernel and its initrds were fetched whole\n"
	"      --until off|reset  ... and when, after that, the machine switches itself off or restarts\n"
	"      --until menu       it is a success when the first menu is on the screen; the keys are\n"
	"                         pressed before the picture is taken, and none if none are named\n"
	"      --screenshot FILE  a PNG picture of the first menu; after a failure, of the last screen\n"
	"      --press KEYS       keys for the first menu, by QEMU's names: 'down,down,ret', or 'none';\n"
	"                         'wait' is a second without one (default: Enter, when the menu has\n"
	"                         not gone on within 20 s)\n"
	"      --keep DIR         keeps logs, configurations and captured packets\n"
	"      --disk FILE        raw image of the machine's disk, which boots when what came over the\n"
	"                         network ends with an error; what is written to it is forgotten\n"
	"      --run COMMAND      starts another server of the lab, such as an iSCSI target, with the\n"
	"                         shell, in the lab's network; when it ends, the lab does; four at most\n"
	"      --embedded FILE    an iPXE script that the loader runs first, as if it were embedded in it\n"
	"      --nic MODEL        network card, as QEMU's -device (default: virtio-net-pci, on UEFI\n"
	"                         without its ROM, whose iPXE would ask first)\n"
	"      --ipxe-rom         bios: the card's ROM is an iPXE, as QEMU's is, and says so; without\n"
	"                         this, it looks like the plain PXE that most real machines have\n"
	"      --second-nic       the card that boots is the machine's second; the first has no network\n"
	"      --vlan ID          UEFI: the machine's port is tagged, and its firmware set to this VLAN\n"
	"      --relay            the machine is in the subnet of another range, behind a DHCP relay\n"
	"      --other KIND       with server.dhcp.proxy, what the other DHCP server says of booting:\n"
	"                         'silent', nothing (default), or 'file', a file that is nowhere\n"
	"      --mac MAC          of the card (default: " LAB_DEFAULT_MAC ")\n"
	"      --uuid UUID        of the machine (default: made of the MAC)\n"
	"      --serial TEXT      serial number of the machine\n"
	"      --memory MB        (default: 512)\n"
	"      --timeout SECONDS  for the whole boot (default: 240)\n"
	"      --stall SECONDS    without anything new (default: 60)\n"
	"\n"
	"With server.dhcp.proxy in the policy, another DHCP server gives the addresses.  With\n"
	"server.http at server.address, nginx serves the boot root.\n"
	"\n"
	"Exit codes: 0 it boots; 1 the chain stalls, loops or is not the policy's; 2 usage; 3 system.\n";

int lab_fail(int error, const char *format, ...)
{
	va_list arguments;

	fflush(stdout);
	fputs("pxeboot try: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return error;
}

static unsigned look_for(const char *program, const char *package)
{
	if (command_is_there(program))
		return 0;
	lab_fail(0, "%s is missing: install the package %s", program, package);
	return 1;
}

static unsigned no_dhcp_server(const struct pxeboot_policy *policy)
{
	lab_fail(0, "the lab has no DHCP server for server.dhcp.server = \"%s\"; --dhcp names one",
		 pxeboot_policy_get(policy, "server.dhcp.server"));
	return 1;
}

static unsigned look_for_image(const struct lab_options *options, const char *packaged)
{
	struct text CLEANUP_TEXT path = TEXT_INIT;

	if (machine_find_image(options, packaged, &path) == 0 && access(path.bytes, R_OK) == 0)
		return 0;
	lab_fail(0, "%s is missing: install the package %s", path.error ? packaged : path.bytes,
		 options->firmware->flash_package);
	return 1;
}

/* How much is missing that the lab needs?  Names all of it at once. */
static unsigned count_missing(const struct lab_options *options, const struct pxeboot_policy *policy)
{
	const struct dhcp_server *dhcp = dhcp_server_of(policy);
	const struct firmware *firmware = options->firmware;
	const char *tftp = pxeboot_policy_get(policy, "server.tftp");
	unsigned missing = look_for("ip", "iproute2");

	if (dhcp)
		missing += look_for(dhcp->program, dhcp->package);
	else
		missing += no_dhcp_server(policy);
	if (strcmp(tftp, "dnsmasq") == 0 && dhcp && strcmp(dhcp->program, "dnsmasq") != 0)
		missing += look_for("dnsmasq", "dnsmasq-base");
	missing += look_for(firmware->program, firmware->package);
	if (strcmp(tftp, "tftp-hpa") == 0)
		missing += look_for("in.tftpd", "tftpd-hpa");
	missing += firmware->code ? look_for_image(options, firmware->code) : 0;
	missing += firmware->variables ? look_for_image(options, firmware->variables) : 0;
	if (access("/dev/net/tun", R_OK | W_OK) < 0) {
		lab_fail(0, "/dev/net/tun can't be used: %s (the kernel's module tun, or a container's limits)",
			 strerror(errno));
		missing++;
	}
	return missing;
}

/* ---- The process that is the lab ---- */

static void announce(struct lab *lab)
{
	const struct lab_options *options = lab->options;
	const char *dhcp = pxeboot_policy_get(lab->policy, "server.dhcp.server");
	const char *tftp = pxeboot_policy_get(lab->policy, "server.tftp");
	struct text CLEANUP_TEXT text = TEXT_INIT;

	text_addf(&text, "%s machine%s%s%s, %.*s, %s; files from %s", options->firmware->name,
		  options->secure_boot ? " with Secure Boot" : "", options->http_boot ? " that boots over HTTP" : "",
		  options->ipxe_rom ? " with an iPXE ROM" : options->disguise ? ", its ROM shown as plain PXE" : "",
		  (int)strcspn(options->nic, ","), options->nic, options->mac, tftp);
	if (options->ipv6)
		text_add(&text, ", over IPv6 alone");
	if (options->second_nic)
		text_add(&text, ", the second of two cards");
	if (options->vlan)
		text_addf(&text, ", tagged with VLAN %u", options->vlan);
	if (lab->network.relayed)
		text_addf(&text, "; behind the relay %s", lab->network.relay);
	if (lab->network.proxy)
		text_addf(&text, ", addresses from another DHCP server%s",
			  options->other_file ? ", which names a wrong boot file, too" : "");
	else if (strcmp(dhcp, "dnsmasq") != 0)
		text_addf(&text, ", addresses from %s", dhcp);
	if (text.error == 0)
		lines_add(&lab->story.lines, 0, "POWER", text.bytes, NULL);
}

static int be_lab(struct invocation *invocation)
{
	const struct lab_options *options = &invocation->options;
	struct lab lab = { .options = options, .session = &invocation->session, .serial = -1, .monitor.socket = -1 };
	int r;

	lab.policy = invocation->session.policy;
	r = network_plan(lab.policy, options, &lab.network);
	if (r < 0)
		return EXIT_SYSTEM;
	story_begin(&lab.story, lab.policy, options->expect, options->ipv6);
	lab.story.relay = lab.network.relayed ? lab.network.relay : NULL;
	lab.story.until = options->until;
	lab.story.secure = options->secure_boot;
	lab.story.limit = (int64_t)options->timeout * 1000;
	lab.story.stall = (int64_t)options->stall * 1000;
	lines_begin(&lab.story.lines, stdout, stream_has_colours(stdout));
	r = space_settle(&lab);
	if (r == 0)
		r = network_build(&lab.network);
	if (r == 0)
		r = root_build(lab.session);
	if (r == 0)
		r = embedded_lay(&lab);
	if (r == 0)
		r = servers_start(&lab);
	if (r < 0)
		return EXIT_SYSTEM;
	announce(&lab);
	r = lab_run(&lab);
	story_free(&lab.story);
	return r;
}

/* The first process of the lab's process namespace.  Should its parent die, even by SIGKILL, it dies too, and with it
 * everything that it started; @alive tells whether that happened before the kernel was asked. */
static _Noreturn void enter_lab(struct invocation *invocation, int alive)
{
	char byte;
	int r;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_IGN);
	if (read(alive, &byte, 1) != 1)
		_exit(EXIT_SYSTEM);
	close(alive);
	r = be_lab(invocation);
	fflush(stdout);
	_exit(r);
}

/* Waits for the lab and hands on what should end it. */
static int wait_for(pid_t lab, const sigset_t *signals)
{
	int status, signal;

	while (waitpid(lab, &status, WNOHANG) == 0) {
		if (sigwait(signals, &signal) == 0 && signal != SIGCHLD)
			kill(lab, SIGTERM);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_SYSTEM;
}

static int run_lab(struct invocation *invocation)
{
	sigset_t signals;
	int alive[2];
	pid_t lab;

	sigemptyset(&signals);
	for (const int *signal = (const int[]){ SIGINT, SIGTERM, SIGHUP, SIGCHLD, 0 }; *signal; signal++)
		sigaddset(&signals, *signal);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	fflush(NULL);
	if (space_leave_host() < 0 || pipe(alive) < 0)
		return EXIT_SYSTEM;
	lab = fork();
	if (lab < 0) {
		lab_fail(0, "can't start the lab: %s", strerror(errno));
		return EXIT_SYSTEM;
	}
	if (lab == 0) {
		close(alive[1]);
		enter_lab(invocation, alive[0]);
	}
	close(alive[0]);
	if (write(alive[1], "", 1) != 1)
		return EXIT_SYSTEM;
	return wait_for(lab, &signals);
}

static int run(const struct plugin_command *self, int argc, char **argv)
{
	struct invocation invocation = { .session = { .command = self } };
	int r = invocation_read(&invocation, argc, argv);

	if (r >= 0)
		return r;
	r = session_load_or_tell(&invocation.session);
	if (r == EXIT_FINE && geteuid() != 0)
		r = session_failure(&invocation.session, "the private network needs root: run it with sudo");
	if (r == EXIT_FINE)
		r = count_missing(&invocation.options, invocation.session.policy) ? EXIT_SYSTEM : run_lab(&invocation);
	session_end(&invocation.session);
	return r;
}

static const struct plugin_command command_try = {
	.name = "try",
	.summary = "boots a virtual machine against the policy, in a private network",
	.help = help,
	.run = run,
};

const struct plugin plugin_try = {
	.name = "try",
	.commands = (const struct plugin_command *const[]){ &command_try, NULL },
};
