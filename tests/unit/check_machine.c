/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The doctor on machines that are trees of files: one where all is well, and the same with one fault each.
 */
#include <errno.h>
#include <ftw.h>
#include <sys/stat.h>

#include "base/text.h"
#include "plugin.h"
#include "testing.h"

/* Far in the future: no file is newer. */
#define STARTED "9000000000000"
#define STAT(pid, name, started) \
	pid " (" name ") S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 " started " 0 0\n"
#define UDP(port, inode) \
	"  1: 00000000:" port " 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 " inode " 2 0 0\n"
#define PACKAGE(name, version) "Package: " name "\nStatus: install ok installed\nVersion: " version "\n\n"
#define PROFILE "dnsmasq (enforce)\n/usr/sbin/in.tftpd (complain)\n"

/* One file of a tree.  Text "@…" is a symbolic link, "/" a folder, NULL: it is not there.  In a command line '|' stands for
 * NUL. */
struct part {
	const char *path, *text;
	mode_t mode;			/* 0: as usual */
};

#define PARTS_MAX 6

static const struct part healthy[] = {
	{ "/etc/passwd", "root:x:0:0::/root:/bin/sh\ntftp:x:104:110::/srv:/bin/false\ndnsmasq:x:105:65534::/:/bin/false\n", 0 },
	{ "/etc/default/tftpd-hpa", "TFTP_USERNAME=\"tftp\"\nTFTP_DIRECTORY=\"/srv/tftp\"\nTFTP_ADDRESS=\":69\"\n"
	  "TFTP_OPTIONS=\"--secure -m map\"\n", 0 },
	{ "/etc/dnsmasq.conf", "# nothing\n", 0 },
	{ "/etc/dnsmasq.d/pxeboot.conf", "dhcp-range=10.77.0.10,10.77.0.20\ndhcp-script=/opt/hook\n", 0 },
	{ "/etc/dnsmasq.d/old.dpkg-dist", "enable-tftp\n", 0 },
	{ "/opt/hook", "#!/bin/sh\n", 0755 },
	{ "/srv/tftp/map", "rg \\\\ /\n", 0 },
	{ "/usr/sbin/in.tftpd", "", 0755 },
	{ "/usr/sbin/dnsmasq", "", 0755 },
	{ "/var/lib/dpkg/status", PACKAGE("tftpd-hpa", "5.2") PACKAGE("dnsmasq-base-lua", "2.91-1")
	  PACKAGE("ipxe", "1.21.1+git20250501.dad20602+dfsg-1"), 0 },
	{ "/proc/stat", "cpu 1\nbtime 1000000000\n", 0 },
	{ "/proc/net/fib_trie", "  |-- 10.77.0.1\n     /32 host LOCAL\n  |-- 10.77.0.2\n     /32 link UNICAST\n", 0 },
	{ "/proc/net/udp", "  sl  local_address\n" UDP("0043", "1067") UDP("0045", "1069"), 0 },
	{ "/proc/self/ns/net", "@net:[1]", 0 },
	{ "/proc/100/stat", STAT("100", "dnsmasq", STARTED), 0 },
	{ "/proc/100/cmdline", "dnsmasq|-x|/run/pid|-u|dnsmasq|-7|/etc/dnsmasq.d,.dpkg-dist|--local-service|", 0 },
	{ "/proc/100/ns/net", "@net:[1]", 0 },
	{ "/proc/100/fd/4", "@socket:[1067]", 0 },
	/* The process that runs the hook. */
	{ "/proc/101/stat", "101 (dnsmasq) S 100 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 " STARTED " 0 0\n", 0 },
	{ "/proc/101/cmdline", "dnsmasq|--dhcp-luascript=/none|", 0 },
	{ "/proc/200/stat", STAT("200", "in.tftpd", STARTED), 0 },
	{ "/proc/200/cmdline", "/usr/sbin/in.tftpd|--listen|--user|tftp|--address|:69|--secure|-m|map|/srv/tftp|", 0 },
	{ "/proc/200/fd/3", "@socket:[1069]", 0 },
	/* Somebody's container. */
	{ "/proc/300/stat", STAT("300", "dnsmasq", STARTED), 0 },
	{ "/proc/300/cmdline", "dnsmasq|--enable-tftp|--conf-file=/nowhere|", 0 },
	{ "/proc/300/ns/net", "@net:[2]", 0 },
};

#define SERVER(more) \
	"server: { address = \"10.77.0.1\"; root = \"/srv/tftp\"; " more " };\n"
#define REST "profiles: { disk: { label = \"Disk\"; action = \"disk\"; }; };\nboot = \"disk\";\n"
#define TFTPD "tftp = \"tftp-hpa\"; tftpd = { map = \"/srv/tftp/map\"; }; "
#define RANGE "dhcp = { range = \"10.77.0.10,10.77.0.20,1h\"; }; "
#define POLICY SERVER(TFTPD RANGE) REST
#define BUILD POLICY "ipxe: { build = { user_class = \"iPXE-lab\"; arch = \"bios\"; }; };\n"
#define DNSMASQ(text) { "/etc/dnsmasq.d/pxeboot.conf", "dhcp-range=10.77.0.10,10.77.0.20\n" text, 0 }
#define TFTPD_RUNS(words) { "/proc/200/cmdline", "in.tftpd|" words, 0 }, { "/etc/default/tftpd-hpa", NULL, 0 }
#define NO_DNSMASQ { "/proc/100/stat", NULL, 0 }, { "/proc/101/stat", NULL, 0 }, { "/proc/net/udp", UDP("0045", "1069"), 0 }
#define NO_TFTPD { "/proc/200/stat", NULL, 0 }, { "/proc/net/udp", UDP("0043", "1067"), 0 }
#define OURS "dhcp-script=/opt/pxeboot-dnsmasq-hook\n"
#define OUR_PROGRAM { "/opt/pxeboot-dnsmasq-hook", "", 0755 }, { "/proc/100/environ", "A=1|PXEBOOT_CONFIG=/opt/conf|", 0 }
#define VERSION(version) { "/var/lib/dpkg/status", PACKAGE("dnsmasq-base", version), 0 }

static const struct machine_case {
	const char *what;
	struct part parts[PARTS_MAX];
	const char *policy;		/* or NULL */
	const char *findings;		/* ids without "system.", in alphabetical order */
} cases[] = {
	{ "an empty tree", { { "", NULL, 0 } }, NULL, "" },
	{ "all is well", { { NULL, NULL, 0 } }, POLICY, "" },
	{ "all is well, without a policy", { { NULL, NULL, 0 } }, NULL, "" },
	{ "a policy of another machine", { { "/proc/net/fib_trie", "  |-- 10.77.0.1\n     /32 link UNICAST\n", 0 }, NO_DNSMASQ,
	  { "/etc/dnsmasq.d/pxeboot.conf", NULL, 0 } }, POLICY, "address" },

	{ "no dnsmasq", { NO_DNSMASQ, { "/var/lib/dpkg/status", "", 0 } }, POLICY, "dnsmasq-missing" },
	{ "no dnsmasq, and nobody wants one", { NO_DNSMASQ, { "/var/lib/dpkg/status", "", 0 } }, NULL, "" },
	{ "dnsmasq does not run", { NO_DNSMASQ }, POLICY, "dnsmasq-stopped" },
	{ "another file than ours", { { "/etc/dnsmasq.d/pxeboot.conf", NULL, 0 } }, POLICY, "dnsmasq-conf" },
	{ "a file that is not there", { DNSMASQ("conf-file=/etc/none\n") }, POLICY, "conf-file" },
	{ "another one for names alone", { { "/proc/400/stat", STAT("400", "dnsmasq", STARTED), 0 },
	  { "/proc/400/cmdline", "/usr/sbin/dnsmasq|--no-resolv|--conf-file=/dev/null|--listen-address=127.0.1.1|", 0 } }, POLICY,
	  "" },
	{ "a file that includes itself", { DNSMASQ("conf-file=/etc/dnsmasq.d/pxeboot.conf\n") }, POLICY, "" },
	{ "a relative file", { DNSMASQ("conf-file=none\n") }, POLICY, "conf-file" },
	{ "changed since it started", { { "/proc/100/stat", STAT("100", "dnsmasq", "1"), 0 } }, POLICY, "dnsmasq-stale" },
	{ "replaced by an update", { { "/proc/100/exe", "@/usr/sbin/dnsmasq (deleted)", 0 } }, POLICY, "dnsmasq-replaced" },
	{ "tagged hosts, 2.90", { VERSION("2.90-4~deb12u2"), DNSMASQ("dhcp-hostsdir=/etc/hosts.d\n"),
	  { "/etc/hosts.d/a", "52:54:00:00:00:01,set:x\n", 0 } }, NULL, "dnsmasq-sighup" },
	{ "tagged hosts in a file, 2.90", { VERSION("2.90-4~deb12u2"), DNSMASQ("dhcp-hostsfile=/etc/hosts.x\n"),
	  { "/etc/hosts.x", "52:54:00:00:00:01,set:x\n", 0 } }, NULL, "dnsmasq-sighup" },
	{ "hosts without tags, 2.90", { VERSION("2.90-4~deb12u2"), DNSMASQ("dhcp-hostsdir=/etc/hosts.d\n"),
	  { "/etc/hosts.d/a", "52:54:00:00:00:01,10.77.0.9\n", 0 } }, NULL, "" },
	{ "tagged hosts, 2.91", { DNSMASQ("dhcp-hostsdir=/etc/hosts.d\n"),
	  { "/etc/hosts.d/a", "52:54:00:00:00:01,set:x\n", 0 } }, NULL, "" },
	{ "a user class and DHCPv6, 2.90", { VERSION("2.90-4~deb12u2"),
	  DNSMASQ("dhcp-userclass=set:x,iPXE\ndhcp-range=fd77::100,fd77::1ff\n") }, NULL, "dnsmasq-class" },
	{ "a user class without DHCPv6, 2.90", { VERSION("2.90-4~deb12u2"), DNSMASQ("dhcp-userclass=set:x,iPXE\n") }, NULL, "" },
	{ "a user class and DHCPv6, 2.91", { DNSMASQ("dhcp-userclass=set:x,iPXE\ndhcp-range=fd77::100,fd77::1ff\n") }, NULL, "" },
	{ "proxy, 2.92", { VERSION("2.92-1"), { "/etc/dnsmasq.d/pxeboot.conf", "dhcp-range=10.77.0.0,proxy\n", 0 } }, NULL,
	  "dnsmasq-proxy" },
	{ "proxy, 2.91", { { "/etc/dnsmasq.d/pxeboot.conf", "dhcp-range=10.77.0.0,proxy\n", 0 } }, NULL, "" },
	{ "no proxy, 2.92", { VERSION("2.92-1") }, NULL, "" },

	{ "the hook is not there", { { "/opt/hook", NULL, 0 } }, POLICY, "hook-missing" },
	{ "the hook is no program", { { "/opt/hook", "#!/bin/sh\n", 0644 } }, POLICY, "hook-mode" },
	{ "the hook is everybody's", { { "/opt/hook", "#!/bin/sh\n", 0777 } }, POLICY, "hook-writable" },
	{ "the hook in proxy mode", { { "/etc/dnsmasq.d/pxeboot.conf", "dhcp-range=10.77.0.0,proxy\ndhcp-script=/opt/hook\n", 0 } },
	  NULL, "hook-proxy" },
	{ "the hook for one of two ranges", { DNSMASQ("dhcp-range=10.78.0.0,proxy\ndhcp-script=/opt/hook\n") }, NULL, "" },
	{ "the hook's user", { DNSMASQ("dhcp-script=/opt/hook\ndhcp-scriptuser=none\n") }, POLICY, "hook-user" },
	{ "a Lua script", { DNSMASQ("dhcp-luascript=/opt/none.lua\n") }, POLICY, "hook-missing" },
	{ "our Lua without a script", { DNSMASQ("dhcp-luascript=/opt/pxeboot.lua\n"), { "/opt/pxeboot.lua", "", 0644 },
	  { "/proc/100/environ", "A=1|PXEBOOT_CONFIG=/opt/conf|", 0 },
	  { "/opt/conf/hook.conf", "root = \"/srv/tftp\";\nstate = \"/var/lib/pxeboot\";\n", 0 } }, POLICY, "hook-data" },
	{ "our Lua without its file", { DNSMASQ("dhcp-luascript=/opt/pxeboot.lua\ndhcp-script=/opt/hook\n"),
	  { "/opt/pxeboot.lua", "", 0644 } }, POLICY, "hook-conf" },
	{ "our hook, without its file", { DNSMASQ("dhcp-script=/opt/pxeboot-dnsmasq-hook\n"),
	  { "/opt/pxeboot-dnsmasq-hook", "", 0755 } }, POLICY, "hook-conf hook-root" },
	{ "our hook, a bad line", { DNSMASQ("dhcp-script=/opt/pxeboot-dnsmasq-hook\n"),
	  { "/opt/pxeboot-dnsmasq-hook", "", 0755 }, { "/proc/100/environ", "A=1|PXEBOOT_CONFIG=/opt/conf|", 0 },
	  { "/opt/conf/hook.conf", "rot = \"/srv/tftp\";\n", 0 } }, POLICY, "hook-conf hook-root" },
	{ "our hook, another root", { DNSMASQ("dhcp-script=/opt/pxeboot-dnsmasq-hook\n"),
	  { "/opt/pxeboot-dnsmasq-hook", "", 0755 }, { "/proc/100/environ", "A=1|PXEBOOT_CONFIG=/opt/conf|", 0 },
	  { "/opt/conf/hook.conf", "root = \"/srv\";\nstate = \"/var/lib/pxeboot\";\nnext = \"/opt/none\";\n", 0 } }, POLICY,
	  "hook-conf hook-missing hook-root" },
	{ "our hook, as a user who may not write", { DNSMASQ("dhcp-script=/opt/pxeboot-dnsmasq-hook\ndhcp-scriptuser=tftp\n"),
	  { "/opt/pxeboot-dnsmasq-hook", "", 0755 }, { "/proc/100/environ", "PXEBOOT_CONFIG=/opt/conf|", 0 },
	  { "/opt/conf/hook.conf", "root = \"/srv/tftp\";\n", 0 }, { "/srv/tftp/clients/a", "", 0 } }, NULL, "hook-clients" },
	{ "our hook, as a user whose state is not there", { DNSMASQ(OURS "dhcp-scriptuser=tftp\n"),
	  OUR_PROGRAM, { "/opt/conf/hook.conf", "root = \"/srv/tftp\";\nstate = \"/var/lib/pxeboot\";\n", 0 } }, POLICY, "hook-state" },
	{ "our hook, as a user whose store is another's", { DNSMASQ(OURS "dhcp-scriptuser=tftp\n"),
	  OUR_PROGRAM, { "/opt/conf/hook.conf", "root = \"/srv/tftp\";\nstate = \"/var/lib/pxeboot\";\n", 0 },
	  { "/var/lib/pxeboot/machines.mdb", "", 0 }, { "/srv/tftp/once/x", "", 0 } }, POLICY, "hook-state" },
	{ "our hook, another state", { DNSMASQ(OURS), OUR_PROGRAM,
	  { "/opt/conf/hook.conf", "root = \"/srv/tftp\";\nstate = \"/var\";\n", 0 } }, POLICY, "hook-conf hook-root" },
	{ "our hook, no state", { DNSMASQ(OURS), OUR_PROGRAM, { "/opt/conf/hook.conf", "root = \"/srv/tftp\";\n", 0 } }, POLICY,
	  "hook-conf hook-root" },
	{ "our hook, an own build that it has not heard of", { DNSMASQ(OURS), OUR_PROGRAM,
	  { "/opt/conf/hook.conf", "root = \"/srv/tftp\";\nstate = \"/var/lib/pxeboot\";\n", 0 } }, BUILD, "hook-conf hook-root" },
	{ "our hook, an own build of another architecture", { DNSMASQ(OURS), OUR_PROGRAM,
	  { "/opt/conf/hook.conf", "root = \"/srv/tftp\";\nstate = \"/var/lib/pxeboot\";\nuser_class = \"iPXE-lab\";\nown = \"bios,x64-uefi\";\n", 0 } },
	  BUILD, "hook-conf hook-root" },
	{ "our hook, an own build of all architectures", { DNSMASQ(OURS), OUR_PROGRAM,
	  { "/opt/conf/hook.conf", "root = \"/srv/tftp\";\nstate = \"/var/lib/pxeboot\";\nuser_class = \"iPXE-lab\";\n", 0 } },
	  BUILD, "hook-conf hook-root" },
	{ "our hook, the own build", { DNSMASQ(OURS), OUR_PROGRAM,
	  { "/opt/conf/hook.conf", "root = \"/srv/tftp\";\nstate = \"/var/lib/pxeboot\";\nuser_class = \"iPXE-lab\";\nown = \"bios\";\n", 0 } },
	  BUILD, "hook-root" },
	{ "our hook, an own build that the policy has no more", { DNSMASQ(OURS), OUR_PROGRAM,
	  { "/opt/conf/hook.conf", "root = \"/srv/tftp\";\nstate = \"/var/lib/pxeboot\";\nuser_class = \"iPXE-lab\";\n", 0 } },
	  POLICY, "hook-conf hook-root" },
	{ "two hooks", { DNSMASQ("dhcp-script=/opt/hook\n"), { "/etc/dnsmasq.d/mine.conf", "dhcp-script=/opt/hook\n", 0 } }, NULL,
	  "hook-twice" },
	{ "the hook in proxy mode, with TFTP", { { "/etc/dnsmasq.d/pxeboot.conf",
	  "dhcp-range=10.77.0.0,proxy\nenable-tftp\ntftp-root=/srv/tftp\ndhcp-script=/opt/hook\n", 0 }, NO_TFTPD,
	  { "/proc/100/fd/5", "@socket:[1069]", 0 } }, NULL, "" },
	{ "our hook", { DNSMASQ("dhcp-script=/opt/pxeboot-dnsmasq-hook\n"),
	  { "/opt/pxeboot-dnsmasq-hook", "", 0755 }, { "/proc/100/environ", "A=1|PXEBOOT_CONFIG=/opt/conf|", 0 },
	  { "/opt/conf/hook.conf", "root = \"/srv/tftp\";\nstate = \"/var/lib/pxeboot\";\n", 0 } }, POLICY, "hook-root" },

	{ "escape sequences in a folder's file", { DNSMASQ(""), { "/etc/dnsmasq.d/\033[31m.conf", "dhcp-script=/opt/\033[0m\n", 0 },
	  { "/proc/100/stat", STAT("100", "dnsmasq", "1"), 0 } }, POLICY, "dnsmasq-stale hook-missing" },
	{ "escape sequences in an environment", { DNSMASQ("dhcp-script=/opt/pxeboot-dnsmasq-hook\n"),
	  { "/opt/pxeboot-dnsmasq-hook", "", 0755 }, { "/proc/100/environ", "PXEBOOT_CONFIG=/opt/\033[31m|", 0 } }, POLICY,
	  "hook-conf hook-root" },

	{ "no in.tftpd", { NO_TFTPD, { "/usr/sbin/in.tftpd", NULL, 0 } }, POLICY, "tftpd-missing" },
	{ "in.tftpd does not run", { NO_TFTPD }, POLICY, "tftpd-stopped" },
	{ "not --secure", { TFTPD_RUNS("-l|-u|tftp|-m|/srv/tftp/map|/srv/tftp|") }, POLICY, "tftpd-secure" },
	{ "--secure and two directories", { TFTPD_RUNS("-ls|-u|tftp|-m|map|/srv/tftp|/srv|") }, POLICY, "tftpd-secure" },
	{ "--create", { TFTPD_RUNS("-lsc|-u|tftp|-m|map|/srv/tftp|") }, POLICY, "tftpd-create" },
	{ "another user", { TFTPD_RUNS("-ls|-u|none|-m|map|/srv/tftp|") }, POLICY, "tftpd-user" },
	{ "another port", { TFTPD_RUNS("-ls|-u|tftp|-a|:6969|-m|map|/srv/tftp|") }, POLICY, "tftpd-address" },
	{ "an address of nobody", { TFTPD_RUNS("-ls|-u|tftp|-a|10.77.0.2:69|-m|map|/srv/tftp|") }, POLICY, "tftpd-address" },
	{ "another address", { TFTPD_RUNS("-ls|-u|tftp|-a|10.77.0.9:69|-m|map|/srv/tftp|"),
	  { "/proc/net/fib_trie", "|-- 10.77.0.1\n/32 host LOCAL\n|-- 10.77.0.9\n/32 host LOCAL\n", 0 } }, POLICY,
	  "tftpd-address" },
	{ "another directory", { TFTPD_RUNS("-ls|-u|tftp|-m|/srv/tftp/map|/srv|") }, POLICY, "tftp-root" },
	{ "without our map", { TFTPD_RUNS("-ls|-u|tftp|/srv/tftp|") }, POLICY, "tftpd-map" },
	{ "a map that is not there", { TFTPD_RUNS("-ls|-u|tftp|-m|none|/srv/tftp|") }, NULL, "tftpd-map" },
	{ "a map somewhere", { TFTPD_RUNS("-l|-u|tftp|-m|none|/srv/tftp|") }, NULL, "tftpd-map tftpd-secure" },
	{ "a map with faults", { { "/srv/tftp/map", "rg a aa\nx y\n", 0 } }, POLICY, "tftpd.endless tftpd.operation" },
	{ "changed options", { { "/proc/200/cmdline", "in.tftpd|-ls|-u|tftp|-a|:69|-m|map|-v|/srv/tftp|", 0 } }, POLICY, "" },
	{ "other options", { { "/proc/200/cmdline", "in.tftpd|-l|-s|-u|tftp|-a|0.0.0.0:69|-m|map|/srv/tftp|", 0 } }, POLICY,
	  "tftpd-stale" },
	{ "a unit", { { "/etc/systemd/system/tftpd-hpa.service", "[Service]\nEnvironmentFile=/etc/default/tftpd-hpa\n"
	  "ExecStart=/usr/sbin/in.tftpd -L -u ${TFTP_USERNAME} -a $TFTP_ADDRESS $TFTP_OPTIONS /srv\n", 0 } }, POLICY,
	  "tftpd-stale" },

	{ "another DHCP server", { { "/proc/100/fd/4", "@socket:[1]", 0 }, { "/proc/400/stat", STAT("400", "kea-dhcp4", "1"), 0 },
	  { "/proc/400/cmdline", "kea-dhcp4|", 0 }, { "/proc/400/fd/9", "@socket:[1067]", 0 } }, POLICY, "port-taken" },
	{ "another PXE server", { { "/proc/400/stat", STAT("400", "pixiecore", "1"), 0 }, { "/proc/400/cmdline", "x|", 0 },
	  { "/proc/400/fd/9", "@socket:[4011]", 0 }, { "/etc/dnsmasq.d/pxeboot.conf", "dhcp-range=10.77.0.0,proxy\n", 0 },
	  { "/proc/net/udp", UDP("0FAB", "4011") UDP("0045", "1069"), 0 } }, NULL, "port-taken" },
	{ "another TFTP server", { { "/proc/400/stat", STAT("400", "atftpd", "1"), 0 }, { "/proc/400/cmdline", "atftpd|", 0 },
	  { "/proc/400/fd/9", "@socket:[1069]", 0 }, { "/proc/200/fd/3", NULL, 0 } }, POLICY, "port-taken" },
	{ "inetd waits for in.tftpd", { { "/proc/400/stat", STAT("400", "inetd", "1"), 0 }, { "/proc/400/cmdline", "inetd|", 0 },
	  { "/proc/400/fd/9", "@socket:[1069]", 0 }, { "/proc/200/fd/3", NULL, 0 } }, POLICY, "" },
	{ "both want port 69", { DNSMASQ("enable-tftp\ntftp-root=/srv/tftp\n") }, NULL, "port-conflict" },
	{ "both want port 69 at the next start", { DNSMASQ("enable-tftp\ntftp-root=/srv/tftp\n"), NO_TFTPD,
	  { "/etc/rc2.d/S01tftpd-hpa", "", 0 } }, NULL, "port-conflict" },
	{ "both have it", { DNSMASQ("enable-tftp\ntftp-root=/srv/tftp\n"), { "/proc/100/fd/5", "@socket:[1169]", 0 },
	  { "/proc/net/udp", UDP("0043", "1067") UDP("0045", "1169") UDP("0045", "1069"), 0 } }, NULL, "" },
	{ "dnsmasq where in.tftpd should be", { { "/proc/100/fd/5", "@socket:[1069]", 0 }, { "/proc/200/fd/3", NULL, 0 } }, POLICY,
	  "port-taken" },
	{ "dnsmasq is silent", { { "/proc/net/udp", UDP("0045", "1069"), 0 } }, POLICY, "port-silent" },
	{ "in.tftpd is silent", { { "/proc/net/udp", UDP("0043", "1067"), 0 } }, POLICY, "port-silent" },
	{ "no web server", { { NULL, NULL, 0 } }, SERVER(TFTPD RANGE "http = \"http://10.77.0.1:8080\";") REST, "port-silent" },
	{ "a web server", { { "/proc/net/tcp6", "  1: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A "
	  "00000000:00000000 00:00000000 00000000 33 0 8080 1 0 0\n", 0 } },
	  SERVER(TFTPD RANGE "http = \"http://10.77.0.1:8080\";") REST, "" },
	{ "another machine's web server", { { NULL, NULL, 0 } }, SERVER(TFTPD RANGE "http = \"http://10.77.0.2:8080\";") REST, "" },

	{ "no boot root", { { "/srv/tftp/map", NULL, 0 }, { "/srv/tftp", NULL, 0 }, TFTPD_RUNS("-ls|-u|tftp|/srv/tftp|") }, NULL,
	  "root-missing" },
	{ "a closed folder above", { { "/srv", "/", 0750 } }, POLICY, "root-closed" },
	{ "a closed boot root", { { "/srv/tftp", "/", 0750 } }, POLICY, "root-closed" },
	{ "a boot root for everybody", { { "/srv/tftp", "/", 01777 } }, POLICY, "root-writable" },
	{ "everybody's folder above", { { "/srv", "/", 0777 } }, POLICY, "root-writable" },
	{ "/tmp above", { { "/srv", "/", 01777 } }, POLICY, "" },

	{ "an old iPXE and a theme", { { "/srv/tftp/ipxe.efi", "MZ|1.0.0+git-20190125.36a4c85|ipxe.org|", 0 } },
	  SERVER(TFTPD RANGE) "themes: { t: { colours = { text = \"#ffffff\"; }; }; };\n" REST, "ipxe-console" },
	{ "an old iPXE without a theme", { { "/srv/tftp/ipxe.efi", "MZ|1.0.0+git-20190125.36a4c85|ipxe.org|", 0 } }, POLICY, "" },
	{ "an old iPXE and https", { { "/srv/tftp/ipxe.efi", "MZ|1.0.0|ipxe.org|", 0 } },
	  SERVER(TFTPD RANGE "http = \"https://boot.lab\";") REST, "ipxe-https" },

	{ "confined", { { "/sys/kernel/security/apparmor/profiles", PROFILE, 0 },
	  { "/etc/apparmor.d/usr.sbin.dnsmasq", "/usr/sbin/dnsmasq {\n  /srv/** r,\n}\n", 0 } }, POLICY, "apparmor" },
	{ "confined, and let", { { "/sys/kernel/security/apparmor/profiles", PROFILE, 0 },
	  { "/etc/apparmor.d/usr.sbin.dnsmasq", "/usr/sbin/dnsmasq {\n}\n", 0 },
	  { "/etc/apparmor.d/local/usr.sbin.dnsmasq", "/opt/* Ux,\n", 0 } }, POLICY, "" },
	{ "confined, the root", { { "/sys/kernel/security/apparmor/profiles", "in.tftpd (enforce)\n", 0 },
	  { "/etc/apparmor.d/in.tftpd", "profile in.tftpd {\n  /srv/tftp/map r,\n}\n", 0 } }, POLICY, "apparmor" },
	{ "parts of profiles", { { "/sys/kernel/security/apparmor/profiles", "dnsmasq//helper (enforce)\nvirt//dnsmasq (enforce)\n",
	  0 }, { "/etc/apparmor.d/dnsmasq", "profile dnsmasq {\n}\n", 0 } }, POLICY, "" },
};

/* ---- Trees ---- */

static char tree[64];

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	return remove(path);
}

static bool has_nuls(const char *path)
{
	return strstr(path, "/cmdline") != NULL || strstr(path, "/environ") != NULL || strstr(path, ".efi") != NULL;
}

static void put_file(const char *path, const struct part *part)
{
	size_t length = strlen(part->text);
	char *bytes = strdup(part->text);

	for (size_t i = 0; i < length && has_nuls(part->path); i++)
		if (bytes[i] == '|')
			bytes[i] = '\0';
	ck_assert_int_ge(file_write(path, bytes, length, part->mode != 0 ? part->mode : 0644), 0);
	free(bytes);
}

static void put(const struct part *part)
{
	char path[256];

	snprintf(path, sizeof(path), "%s%s", tree, part->path);
	if (part->text == NULL) {
		remove(path);
		return;
	}
	ck_assert_int_ge(file_make_parents(path), 0);
	if (part->text[0] == '@')
		ck_assert_int_ge(file_link(path, part->text + 1), 0);
	else if (strcmp(part->text, "/") == 0)
		ck_assert_int_eq(chmod(path, part->mode), 0);
	else
		put_file(path, part);
}

static void make_tree(const struct machine_case *machine)
{
	bool is_empty = machine->parts[0].path != NULL && machine->parts[0].path[0] == '\0';

	strcpy(tree, "/tmp/pxeboot-machine-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(tree));
	ck_assert_int_eq(chmod(tree, 0755), 0);
	for (size_t i = 0; i < ARRAY_SIZE(healthy) && !is_empty; i++)
		put(&healthy[i]);
	for (size_t i = 0; i < PARTS_MAX && machine->parts[i].path != NULL && !is_empty; i++)
		put(&machine->parts[i]);
}

/* ---- Findings ---- */

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The ids, each once, in alphabetical order. */
static void add_ids(const struct pxeboot_diagnostics *findings, struct text *out)
{
	size_t count = pxeboot_diagnostics_count(findings);
	const char **ids = calloc(count + 1, sizeof(*ids));

	for (size_t i = 0; i < count; i++)
		ids[i] = pxeboot_diagnostics_get(findings, i)->id;
	qsort(ids, count, sizeof(*ids), by_text);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || strcmp(ids[i], ids[i - 1]) != 0)
			text_addf(out, "%s%s", out->length > 0 ? " " : "",
				  strncmp(ids[i], "system.", 7) == 0 ? ids[i] + 7 : ids[i]);
	free(ids);
}

/* Whatever the machine's files are called: a terminal can be shown it. */
static void check_shown(const struct pxeboot_diagnostics *findings)
{
	const struct pxeboot_diagnostic *finding;

	for (size_t i = 0; (finding = pxeboot_diagnostics_get(findings, i)) != NULL; i++)
		ck_assert_msg(strchr(finding->text, '\033') == NULL &&
			      (finding->file == NULL || strchr(finding->file, '\033') == NULL), "%s", finding->id);
}

static void count_line(void *context, const char *what, const char *text, enum plugin_verdict verdict)
{
	unsigned *lines = context;

	ck_assert(what[0] != '\0' && text[0] != '\0' && strchr(text, '\033') == NULL);
	lines[verdict]++;
}

START_TEST(machines)
{
	const struct machine_case *machine = &cases[_i];
	struct pxeboot_policy *policy = machine->policy != NULL ? policy_of(machine->policy) : NULL;
	unsigned lines[3] = { 0, 0, 0 };
	const struct plugin_machine look = { .root = tree, .policy = policy, .looked = count_line, .context = lines };
	struct pxeboot_diagnostics *findings;
	CLEANUP_TEXT struct text ids = TEXT_INIT;

	make_tree(machine);
	ck_assert_int_eq(pxeboot_diagnostics_new(&findings), 0);
	ck_assert_int_eq(plugin_doctor.look(&look, findings), 0);
	add_ids(findings, &ids);
	check_shown(findings);
	nftw(tree, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	ck_assert_msg(strcmp(ids.bytes != NULL ? ids.bytes : "", machine->findings) == 0, "%s: '%s', expected '%s': %s",
		      machine->what, ids.bytes != NULL ? ids.bytes : "", machine->findings,
		      ids.bytes != NULL ? pxeboot_diagnostics_get(findings, 0)->text : "");
	ck_assert_msg(lines[PLUGIN_FINE] > 0, "%s", machine->what);
	pxeboot_diagnostics_free(findings);
	pxeboot_policy_unref(policy);
}
END_TEST

/* The server's own directory would be in the hands of a server with a fault; only root can make such a tree. */
START_TEST(owners)
{
	static const struct machine_case machine = { .what = "an owner", .parts = { { NULL, NULL, 0 } } };
	unsigned lines[3] = { 0, 0, 0 };
	const struct plugin_machine look = { .root = tree, .looked = count_line, .context = lines };
	struct pxeboot_diagnostics *findings;
	char path[128];

	if (geteuid() != 0)
		return;
	make_tree(&machine);
	snprintf(path, sizeof(path), "%s/srv/tftp", tree);
	ck_assert_int_eq(chown(path, 104, 0), 0);
	ck_assert_int_eq(pxeboot_diagnostics_new(&findings), 0);
	ck_assert_int_eq(plugin_doctor.look(&look, findings), 0);
	nftw(tree, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	ck_assert(has_finding(findings, "system.root-owner", 0));
	pxeboot_diagnostics_free(findings);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("machine");
	TCase *tests = tcase_create("trees");

	tcase_add_loop_test(tests, machines, 0, ARRAY_SIZE(cases));
	tcase_add_test(tests, owners);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
