/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The doctor on a machine with the real dnsmasq, in.tftpd and packet filter: what it says is wrong is seen to be wrong.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/macro.h"
#include "base/text.h"
#include "doctor/rules.h"
#include "lab.h"
#include "tap.h"
#include "tftp_client.h"

struct patient {
	struct lab lab;
	struct pxeboot_policy *policy;
	char *configuration;		/* of dnsmasq, as written from the policy */
	char *root;			/* the boot root */
	bool fragile;			/* this dnsmasq is 2.90 */
};

static void __attribute__((noreturn)) stop_test(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

static void sh(const char *command)
{
	if (system(command) != 0)
		stop_test(command);
}

/* ---- The machine: /proc with its own programs, and an /etc that may be changed ---- */

static void make_machine(void)
{
	if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("proc", "/proc", "proc", 0, NULL) < 0 || mount("tmpfs", "/mnt", "tmpfs", 0, NULL) < 0 ||
	    mkdir("/mnt/upper", 0755) < 0 || mkdir("/mnt/work", 0755) < 0)
		stop_test("a machine of its own");
	if (mount("overlay", "/etc", "overlay", 0, "lowerdir=/etc,upperdir=/mnt/upper,workdir=/mnt/work") < 0) {
		printf("1..0 # SKIP no overlay file system here: %s\n", strerror(errno));
		exit(EXIT_SKIPPED);
	}
	sh("rm -rf /etc/dnsmasq.conf /etc/dnsmasq.d /etc/default/tftpd-hpa /etc/rc2.d/*tftpd-hpa "
	   "/etc/systemd/system/*/tftpd-hpa.service");
}

static void write_etc(const char *path, const char *text)
{
	if (file_write(path, text, strlen(text), 0644) < 0)
		stop_test(path);
}

/* ---- Asking the doctor ---- */

static void say_line(void *context, const char *what, const char *text, enum plugin_verdict verdict)
{
	struct text *said = context;

	text_addf(said, "%s: %s\n", what, text);
}

static void add_ids(const struct pxeboot_diagnostics *findings, struct text *ids)
{
	const struct pxeboot_diagnostic *finding;

	for (size_t i = 0; (finding = pxeboot_diagnostics_get(findings, i)) != NULL; i++) {
		const char *id = strncmp(finding->id, "system.", 7) == 0 ? finding->id + 7 : finding->id;

		if (ids->bytes == NULL || strstr(ids->bytes, id) == NULL)
			text_addf(ids, "%s%s", ids->length > 0 ? " " : "", id);
		printf("# %s: %s\n", id, finding->text);
	}
}

/* Looks from where the caller stands; @ids gets each finding once, @said what was looked at; either may be NULL. */
static void look(const struct pxeboot_policy *policy, const char *interface, struct text *ids, struct text *said)
{
	struct text nobody = TEXT_INIT;
	struct pxeboot_diagnostics *findings;
	const struct plugin_machine machine = {
		.root = "",
		.policy = policy,
		.interface = interface,
		.looked = say_line,
		.context = said ? said : &nobody,
	};

	if (pxeboot_diagnostics_new(&findings) < 0 || plugin_doctor.look(&machine, findings) < 0)
		stop_test("memory");
	add_ids(findings, ids);
	pxeboot_diagnostics_free(findings);
	text_free(&nobody);
}

static bool finds(const struct patient *patient, const struct pxeboot_policy *policy, const char *expected,
		  const char *what)
{
	CLEANUP_TEXT struct text ids = TEXT_INIT;
	const char *got;

	lab_server_side(&patient->lab);
	look(policy, NULL, &ids, NULL);
	got = ids.bytes != NULL ? ids.bytes : "";
	return tap_ok(strcmp(got, expected) == 0, "%s: '%s'%s%s", what, expected,
		      strcmp(got, expected) == 0 ? "" : ", got ", strcmp(got, expected) == 0 ? "" : got);
}

/* ---- dnsmasq ---- */

static void begin(struct patient *patient)
{
	CLEANUP_FREE char *text = NULL;
	const char *directory = patient->lab.directory;

	patient->root = lab_path(&patient->lab, "root");
	if (asprintf(&text,
		     "server: { address = \"" LAB_SERVER "\"; root = \"%s\"; dnsmasq: { file = \"%s/dnsmasq.conf\"; }; "
		     "dhcp = { range = \"10.77.1.0,10.77.1.200,255.255.0.0,1h\"; }; };\n"
		     "profiles: { disk: { label = \"Disk\"; action = \"disk\"; }; };\nboot = \"disk\";\n",
		     patient->root, directory) < 0)
		stop_test("memory");
	patient->policy = lab_policy(&patient->lab, text);
	patient->configuration = lab_written(plugin_dnsmasq.output, patient->policy);
	patient->fragile = system("/usr/sbin/dnsmasq --version | grep -q 'version 2\\.90 '") == 0;
	lab_apply(&patient->lab, patient->policy, "root");
}

static bool start(struct patient *patient, const char *more)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	text_addf(&text, "%s%s", patient->configuration, more);
	return lab_start_dnsmasq(&patient->lab, text.bytes);
}

static void check_healthy(struct patient *patient)
{
	CLEANUP_TEXT struct text ids = TEXT_INIT;
	CLEANUP_TEXT struct text said = TEXT_INIT;
	char running[64];

	finds(patient, patient->policy, "dnsmasq-stopped dnsmasq-conf", "before anything runs");
	if (!tap_ok(start(patient, ""), "dnsmasq starts"))
		return;
	finds(patient, patient->policy, "", "dnsmasq runs with what the policy writes");
	lab_server_side(&patient->lab);
	look(patient->policy, NULL, &ids, &said);
	snprintf(running, sizeof(running), "runs, pid %d; DHCP and TFTP", patient->lab.dnsmasq);
	tap_ok(strstr(said.bytes, running) != NULL, "it is seen: %s", running);
	snprintf(running, sizeof(running), "port 67/udp, DHCP: dnsmasq (pid %d)", patient->lab.dnsmasq);
	tap_ok(strstr(said.bytes, running) != NULL, "it holds its port: %s", running);
	lab_client_side(&patient->lab);
	ids.length = 0;
	look(NULL, NULL, &ids, &said);
	tap_ok(ids.length == 0, "seen from another network it is somebody else's");
}

static void check_stale(struct patient *patient)
{
	CLEANUP_FREE char *file = lab_path(&patient->lab, "dnsmasq.conf");
	CLEANUP_FREE char *command = NULL;

	if (asprintf(&command, "touch -d '+1 minute' %s", file) < 0)
		stop_test("memory");
	sh(command);
	finds(patient, patient->policy, "dnsmasq-stale", "its file was changed");
	lab_stop(&patient->lab.dnsmasq);
}

static void check_hosts(struct patient *patient)
{
	CLEANUP_TEXT struct text more = TEXT_INIT;

	lab_write(&patient->lab, "hosts/one", "52:54:00:00:00:01,set:one\n");
	text_addf(&more, "dhcp-hostsdir=%s/hosts\ndhcp-script=%s/hook\n", patient->lab.directory,
		  patient->lab.directory);
	lab_write(&patient->lab, "hook", "#!/bin/sh\n");
	tap_ok(start(patient, more.bytes), "dnsmasq starts with tagged hosts, and with a hook that is no program");
	finds(patient, patient->policy, patient->fragile ? "dnsmasq-sighup hook-mode" : "hook-mode", "that is seen");
	lab_stop(&patient->lab.dnsmasq);
}

/* Ours, by its name, with no hook.conf anywhere near. */
static void check_hook_user(struct patient *patient)
{
	CLEANUP_TEXT struct text more = TEXT_INIT;

	lab_write(&patient->lab, "pxeboot-dnsmasq-hook", "#!/bin/sh\n");
	text_addf(&more, "dhcp-script=%s/pxeboot-dnsmasq-hook\n", patient->lab.directory);
	tap_ok(start(patient, more.bytes), "dnsmasq starts with our hook, as root");
	finds(patient, patient->policy, "hook-mode hook-root hook-conf", "that is seen, too");
	lab_stop(&patient->lab.dnsmasq);
	text_add(&more, "dhcp-scriptuser=nobody\n");
	tap_ok(start(patient, more.bytes), "dnsmasq starts with our hook, as a user of its own");
	finds(patient, patient->policy, "hook-mode hook-conf", "that is as it should be");
	lab_stop(&patient->lab.dnsmasq);
}

/* ---- TFTP ---- */

static int fetch(const struct patient *patient, const char *name)
{
	struct tftp_answer answer;

	lab_client_side(&patient->lab);
	tftp_get(LAB_SERVER_IP, LAB_CLIENT_IP, name, &answer);
	return answer.error;
}

/* It may have opened one port already when it fails at another. */
static bool does_not_start(struct patient *patient)
{
	if (!start(patient, ""))
		return true;
	for (int i = 0; i < 300; i++) {
		if (waitpid(patient->lab.dnsmasq, NULL, WNOHANG) != 0) {
			patient->lab.dnsmasq = 0;
			return true;
		}
		usleep(10000);
	}
	return false;
}

static void check_conflict(struct patient *patient)
{
	CLEANUP_FREE char *map = lab_path(&patient->lab, "map");

	lab_write(&patient->lab, "map", "rg \\\\ /\n");
	if (!tap_ok(lab_start_tftpd(&patient->lab, patient->root, map), "in.tftpd starts"))
		return;
	finds(patient, NULL, "", "in.tftpd alone");
	tap_ok(does_not_start(patient), "dnsmasq with enable-tftp does not start beside it");
	write_etc("/etc/dnsmasq.conf", patient->configuration);
	finds(patient, NULL, "port-conflict", "that is seen, with dnsmasq's file in its usual place");
	finds(patient, patient->policy, "dnsmasq-stopped dnsmasq-conf port-conflict port-taken",
	      "the same with the policy");
	unlink("/etc/dnsmasq.conf");
}

static void check_tftpd(struct patient *patient)
{
	CLEANUP_FREE char *map = lab_path(&patient->lab, "map");

	tap_ok(fetch(patient, "boot.ipxe") == -1, "in.tftpd gives a file");
	chmod(patient->root, 0700);
	tap_ok(fetch(patient, "boot.ipxe") >= 0, "in.tftpd refuses it in a closed boot root");
	finds(patient, NULL, "root-closed", "that is seen");
	chmod(patient->root, 0755);
	write_etc(map, "x y\n");
	finds(patient, NULL, "tftpd.operation", "a map with a fault is seen");
	write_etc("/etc/default/tftpd-hpa", "TFTP_USERNAME=nobody\nTFTP_ADDRESS=" LAB_SERVER ":69\nTFTP_OPTIONS=-s\n"
		  "TFTP_DIRECTORY=/srv/tftp\n");
	write_etc(map, "rg \\\\ /\n");
	finds(patient, NULL, "tftpd-stale", "other options in its file are seen");
	unlink("/etc/default/tftpd-hpa");
}

/* ---- Ports ---- */

static int open_port(uint16_t port)
{
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_port = htons(port) };
	const struct timeval wait = { 0, 200000 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof(here)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) < 0)
		stop_test("a socket");
	return fd;
}

static void check_ports(struct patient *patient)
{
	int fd;

	lab_server_side(&patient->lab);
	fd = open_port(67);
	write_etc("/etc/dnsmasq.conf", "port=0\ndhcp-range=10.77.1.0,10.77.1.200\n");
	tap_ok(system("/usr/sbin/dnsmasq --keep-in-foreground --log-facility=- 2>&1 | grep -q 'in use'") == 0,
	       "dnsmasq does not start where another program has port 67");
	finds(patient, NULL, "port-taken", "that is seen");
	close(fd);
	unlink("/etc/dnsmasq.conf");
}

/* ---- The firewall, held against the kernel ---- */

#define INPUT(policy) "table inet f { chain in { type filter hook input priority 0; policy " policy "; "
#define STATES "ct state established,related accept; "

static const char *const rulesets[] = {
	"table inet f { }",
	INPUT("accept") "}\n}",
	INPUT("drop") "}\n}",
	INPUT("drop") STATES "}\n}",
	INPUT("drop") STATES "iif lo accept; udp dport { 67, 69 } accept; }\n}",
	INPUT("drop") STATES "udp dport 67-69 accept; udp dport != 4000-5000 drop; accept; }\n}",
	INPUT("accept") "udp dport 69 reject; meta l4proto tcp drop; }\n}",
	INPUT("accept") "ct state vmap { established : accept, new : jump new }; drop; }\nchain new { udp dport 69 "
			"accept; }\n}",
	INPUT("accept") "ct state new goto new; }\nchain new { udp dport 4011 return; udp dport < 70 counter drop; "
			"}\n}",
	"table inet f { set p { type inet_service; flags interval; elements = { 60-68, 4011 }; }\n"
	"chain in { type filter hook input priority 0; policy drop; udp dport @p accept; }\n}",
	INPUT("drop") "udp dport vmap { 67 : accept, 69 : drop, 4000-5000 : goto x }; }\nchain x { log; accept; }\n}",
	INPUT("drop") "ip protocol udp th dport 69 accept; meta nfproto ipv6 accept; ip protocol tcp accept; }\n}",
	INPUT("accept") "iifname != lo udp dport 67 drop; iifname \"srv*\" udp dport 69 drop; }\n}",
	"table ip r { chain pre { type filter hook prerouting priority -300; udp dport 4011 drop; }\n}\n"
	INPUT("accept") "ip saddr 10.77.0.2 udp dport 69 drop; }\n}",
	INPUT("drop") "limit rate 1000/second accept; }\n}",
	"table ip6 f { chain in { type filter hook input priority 0; policy drop; }\n}",
};

static bool arrives(const struct patient *patient, const struct filter_packet *packet)
{
	struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons(packet->port) }, client = server;
	int here, there;
	char byte = 'x';
	bool came;

	inet_pton(AF_INET, LAB_SERVER, &server.sin_addr);
	inet_pton(AF_INET, "10.77.0.2", &client.sin_addr);
	lab_client_side(&patient->lab);
	there = open_port(packet->port);
	lab_server_side(&patient->lab);
	here = open_port(packet->port);
	if (packet->established && (sendto(here, &byte, 1, 0, (struct sockaddr *)&client, sizeof(client)) != 1 ||
				    recv(there, &byte, 1, 0) != 1))
		stop_test("the first packet of a flow");
	if (sendto(there, &byte, 1, 0, (struct sockaddr *)&server, sizeof(server)) != 1)
		stop_test("a packet");
	came = recv(here, &byte, 1, 0) == 1;
	close(here);
	close(there);
	return came;
}

static bool agrees(const struct patient *patient, const char *json, const struct filter_packet *packet)
{
	static const char *const names[] = {
		[FILTER_ACCEPTS] = "accepts", [FILTER_DROPS] = "drops", [FILTER_DEPENDS] = "depends"
	};
	enum filter_verdict verdict;
	CLEANUP_TEXT struct text where = TEXT_INIT;
	bool came = arrives(patient, packet);
	int r = filter_judge(json, packet, &verdict, &where);

	printf("# port %u%s: %s, %s\n", packet->port, packet->established ? ", established" : "",
	       r == 0 ? names[verdict] : "not understood", came ? "arrives" : "does not arrive");
	return r == 0 && (verdict == FILTER_DEPENDS || came == (verdict == FILTER_ACCEPTS));
}

static char *list_rules(void)
{
	struct text text = TEXT_INIT;
	FILE *nft = popen("/usr/sbin/nft -j list ruleset", "re");
	char block[4096], *json;
	size_t n;

	while (nft != NULL && (n = fread(block, 1, sizeof(block), nft)) > 0)
		text_add_bytes(&text, block, n);
	if (nft == NULL || pclose(nft) != 0 || text_take(&text, &json, NULL) < 0)
		stop_test("nft");
	return json;
}

static void check_rules(const struct patient *patient, size_t number, const char *rules)
{
	static const struct filter_packet packets[] = {
		{ false, 67, false }, { false, 69, false }, { false, 4011, false }, { false, 49152, true },
	};
	CLEANUP_FREE char *file = lab_path(&patient->lab, "rules");
	CLEANUP_FREE char *command = NULL;
	CLEANUP_FREE char *json = NULL;
	unsigned wrong = 0;

	lab_write(&patient->lab, "rules", rules);
	if (asprintf(&command, "/usr/sbin/nft flush ruleset && /usr/sbin/nft -f %s", file) < 0)
		stop_test("memory");
	lab_server_side(&patient->lab);
	sh(command);
	json = list_rules();
	for (size_t i = 0; i < ARRAY_SIZE(packets); i++)
		wrong += !agrees(patient, json, &packets[i]);
	tap_ok(wrong == 0, "rules %zu", number);
}

static void check_firewall(struct patient *patient)
{
	for (size_t i = 0; i < ARRAY_SIZE(rulesets); i++)
		check_rules(patient, i, rulesets[i]);
	lab_server_side(&patient->lab);
	sh("/usr/sbin/nft flush ruleset; /usr/sbin/nft -f - <<-END\n"
	   INPUT("drop") "udp dport { 67, 69 } accept; }\n}\nEND\n");
	tap_ok(start(patient, ""), "dnsmasq starts behind a firewall without states");
	tap_ok(fetch(patient, "boot.ipxe") < -1, "no file comes through it");
	finds(patient, patient->policy, "firewall", "that is seen");
	lab_server_side(&patient->lab);
	sh("/usr/sbin/nft insert rule inet f in ct state established accept");
	tap_ok(fetch(patient, "boot.ipxe") == -1, "with states it does");
	finds(patient, patient->policy, "", "that is seen, too");
	lab_server_side(&patient->lab);
	sh("/usr/sbin/nft flush ruleset");
}

/* ---- Other DHCP servers ---- */

/* Puts a second server into the clients' network: a bridge there, another namespace beyond it. */
static pid_t start_second(struct patient *patient)
{
	CLEANUP_FREE char *command = NULL;
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready) < 0)
		stop_test("pipe");
	lab_client_side(&patient->lab);
	pid = fork();
	if (pid == 0) {
		unshare(CLONE_NEWNET);
		close(ready[0]);
		if (write(ready[1], "x", 1) != 1)
			_exit(1);
		close(ready[1]);
		for (int i = 0; i < 500 && system("ip addr add 10.77.0.3/16 dev srv1 2>/dev/null") != 0; i++)
			usleep(10000);
		execl("/bin/sh", "sh", "-c",
		      "ip link set srv1 up && exec /usr/sbin/dnsmasq -k -C /dev/null -p 0 -i srv1 -z "
		      "--no-ping -u root --dhcp-range=10.77.2.0,10.77.2.9 --dhcp-boot=evil.efi --leasefile-ro -x "
		      "/mnt/second.pid "
		      "--log-facility=/mnt/second.log",
		      (char *)NULL);
		_exit(127);
	}
	close(ready[1]);
	if (pid < 0 || read(ready[0], &byte, 1) != 1)
		stop_test("a second server");
	close(ready[0]);
	if (asprintf(&command, "ip link add cli1 type veth peer name srv1 && ip link set srv1 netns %d && "
		     "ip link set cli1 master br0 && ip link set cli1 up", pid) < 0)
		stop_test("memory");
	sh(command);
	for (int i = 0; i < 500 && access("/mnt/second.pid", F_OK) < 0; i++)
		usleep(10000);
	return pid;
}

static void probe(struct patient *patient, const struct pxeboot_policy *policy, const char *expected, const char *line,
		  const char *what)
{
	CLEANUP_TEXT struct text ids = TEXT_INIT;
	CLEANUP_TEXT struct text said = TEXT_INIT;
	const char *got;

	lab_client_side(&patient->lab);
	look(policy, "br0", &ids, &said);
	got = ids.bytes != NULL ? ids.bytes : "";
	tap_ok(strcmp(got, expected) == 0 && strstr(said.bytes, line) != NULL, "%s: '%s', got '%s'", what, expected,
	       got);
	if (strstr(said.bytes, line) == NULL)
		printf("# expected the line '%s' in:\n# %s\n", line, said.bytes);
}

static void check_probe(struct patient *patient)
{
	pid_t second;

	lab_client_side(&patient->lab);
	sh("ip link add br0 type bridge forward_delay 0 stp_state 0 && ip link set br0 up && ip link set cli0 master "
	   "br0");
	probe(patient, NULL, "", "10.77.0.1 on br0 offers: address 10.77.1.", "one server");
	probe(patient, patient->policy, "address", "file 'snponly.efi'", "the policy's own server");
	sh("ip link set br0 down");
	probe(patient, NULL, "probe-failed", "unknown", "an interface that is down");
	sh("ip link set br0 up");
	second = start_second(patient);
	probe(patient, NULL, "probe-addresses probe-boots", "10.77.0.3 on br0 offers: address 10.77.2.", "two servers");
	lab_stop(&patient->lab.dnsmasq);
	probe(patient, patient->policy, "address probe-other", "file 'evil.efi'", "another server than the policy's");
	lab_stop(&second);
	probe(patient, NULL, "", "nobody on br0 offers anything", "no server");
}

int main(void)
{
	static const char *const programs[] = { "/usr/sbin/dnsmasq", "dnsmasq-base", "/usr/sbin/in.tftpd", "tftpd-hpa",
						"/usr/sbin/nft", "nftables", NULL };
	struct patient patient = { .policy = NULL };

	lab_begin(&patient.lab, programs);
	make_machine();
	begin(&patient);
	check_healthy(&patient);
	check_stale(&patient);
	check_hosts(&patient);
	check_hook_user(&patient);
	check_conflict(&patient);
	check_tftpd(&patient);
	lab_stop(&patient.lab.tftpd);
	check_ports(&patient);
	check_firewall(&patient);
	check_probe(&patient);
	pxeboot_policy_unref(patient.policy);
	free(patient.configuration);
	free(patient.root);
	lab_end(&patient.lab);
	return tap_end();
}
