/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lab.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/scalar.h"

#define DNSMASQ "/usr/sbin/dnsmasq"
#define DHCPD "/usr/sbin/dhcpd"
#define KEA "/usr/sbin/kea-dhcp4"
#define TFTPD "/usr/sbin/in.tftpd"

static void __attribute__((noreturn)) stop_test(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

static void __attribute__((noreturn)) skip_test(const char *why)
{
	printf("1..0 # SKIP %s\n", why);
	exit(EXIT_SKIPPED);
}

/* ---- Namespaces ---- */

static void run(const char *const *argv)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
		errno = ECHILD;
		stop_test(argv[0]);
	}
}

#define RUN(...) run((const char *const[]) { __VA_ARGS__, NULL })

static int new_namespace(void)
{
	int fd;

	if (unshare(CLONE_NEWNET) < 0)
		skip_test("no right to make a network namespace (run it as root)");
	fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		stop_test("/proc/self/ns/net");
	RUN("ip", "link", "set", "lo", "up");
	return fd;
}

static void enter(int fd)
{
	if (setns(fd, CLONE_NEWNET) < 0)
		stop_test("setns");
}

void lab_server_side(const struct lab *lab)
{
	enter(lab->server_ns);
}

void lab_client_side(const struct lab *lab)
{
	enter(lab->client_ns);
}

static void set_up(const char *interface, const char *address)
{
	RUN("ip", "addr", "add", address, "brd", "+", "dev", interface);
	RUN("ip", "link", "set", interface, "up");
}

/* The pair is made in the servers' namespace; a child that stays there gives one end to ours, the clients'. */
static void join(struct lab *lab)
{
	char parent[16];
	pid_t pid;
	int status;

	snprintf(parent, sizeof(parent), "%d", getpid());
	lab_server_side(lab);
	RUN("ip", "link", "add", "srv0", "type", "veth", "peer", "name", "cli0");
	lab_client_side(lab);
	pid = fork();
	if (pid == 0) {
		lab_server_side(lab);
		execlp("ip", "ip", "link", "set", "cli0", "netns", parent, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		stop_test("moving an interface to its namespace");
	set_up("cli0", "10.77.0.2/16");
	lab_server_side(lab);
	set_up("srv0", LAB_SERVER "/16");
}

void lab_add_client(const struct lab *lab, uint32_t address)
{
	char text[32];

	lab_client_side(lab);
	scalar_format_ip4(address, text);
	strcat(text, "/16");
	RUN("ip", "addr", "replace", text, "dev", "cli0");
}

void lab_add_relay(const struct lab *lab)
{
	lab_add_client(lab, LAB_RELAY_IP);
	lab_server_side(lab);
	RUN("ip", "route", "add", "10.78.0.0/16", "dev", "srv0");
}

/* Is an address of the namespace still being looked for?  Its flags are the fifth field; IFA_F_TENTATIVE is 0x40. */
static bool has_tentative(void)
{
	FILE *file = fopen("/proc/net/if_inet6", "re");
	unsigned flags;
	bool found = false;

	while (file != NULL && fscanf(file, "%*s %*s %*s %*s %x %*s", &flags) == 1)
		found |= (flags & 0x40) != 0;
	if (file != NULL)
		fclose(file);
	return found;
}

static void wait_for_ip6(void)
{
	for (int i = 0; i < 100 && has_tentative(); i++)
		usleep(50000);
}

void lab_add_ip6(const struct lab *lab)
{
	lab_client_side(lab);
	RUN("ip", "addr", "add", LAB_CLIENT_IP6 "/64", "dev", "cli0", "nodad");
	wait_for_ip6();
	lab_server_side(lab);
	RUN("ip", "addr", "add", LAB_SERVER_IP6 "/64", "dev", "srv0", "nodad");
	wait_for_ip6();
}

void lab_add_loopback(const struct lab *lab, const char *address)
{
	lab_server_side(lab);
	RUN("ip", "addr", "add", address, "dev", "lo");
}

/* The test goes on as the first process of a process namespace: whatever ends it ends the servers too, for the kernel
 * stops the rest.  (Servers forget PR_SET_PDEATHSIG when they change their user.) */
static void become_first(void)
{
	pid_t pid;
	int status;

	fflush(stdout);
	if (unshare(CLONE_NEWPID) < 0)
		skip_test("no right to make a process namespace (run it as root)");
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		return;
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		stop_test("fork");
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

void lab_begin(struct lab *lab, const char *const *programs)
{
	static char message[200];

	memset(lab, 0, sizeof(*lab));
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (geteuid() != 0)
		skip_test("needs root: it makes network namespaces and starts servers in them");
	for (; *programs != NULL; programs += 2)
		if (access(programs[0], X_OK) < 0) {
			snprintf(message, sizeof(message), "no %s: install the package %s", programs[0], programs[1]);
			skip_test(message);
		}
	become_first();
	snprintf(lab->directory, sizeof(lab->directory), "/tmp/pxeboot-servers-XXXXXX");
	if (mkdtemp(lab->directory) == NULL || chmod(lab->directory, 0755) < 0)
		stop_test("mkdtemp");
	lab->server_ns = new_namespace();
	lab->client_ns = new_namespace();
	join(lab);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

void lab_end(struct lab *lab)
{
	lab_stop(&lab->dnsmasq);
	lab_stop(&lab->kea);
	lab_stop(&lab->dhcpd);
	lab_stop(&lab->tftpd);
	nftw(lab->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	close(lab->server_ns);
	close(lab->client_ns);
}

/* ---- Files ---- */

char *lab_path(const struct lab *lab, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", lab->directory, name) < 0)
		stop_test("memory");
	return path;
}

void lab_write(const struct lab *lab, const char *name, const char *text)
{
	CLEANUP_FREE char *path = lab_path(lab, name);

	if (file_make_parents(path) < 0 || file_write(path, text, strlen(text), 0644) < 0)
		stop_test(path);
}

static void print_findings(const struct pxeboot_diagnostics *list)
{
	const struct pxeboot_diagnostic *finding;

	for (size_t i = 0; (finding = pxeboot_diagnostics_get(list, i)) != NULL; i++)
		printf("# %s:%u: %s: %s [%s]\n", finding->file != NULL ? finding->file : "-", finding->line,
		       pxeboot_severity_name(finding->severity), finding->text, finding->id);
}

struct pxeboot_policy *lab_policy(const struct lab *lab, const char *text)
{
	CLEANUP_FREE char *path = lab_path(lab, "pxeboot.conf");
	struct pxeboot_diagnostics *findings = NULL;
	struct pxeboot_policy *policy = NULL;

	lab_write(lab, "pxeboot.conf", text);
	if (pxeboot_diagnostics_new(&findings) < 0)
		stop_test("memory");
	if (pxeboot_policy_load(path, findings, &policy) < 0) {
		print_findings(findings);
		stop_test("the policy is refused");
	}
	pxeboot_diagnostics_free(findings);
	return policy;
}

char *lab_written(const struct plugin_output *output, const struct pxeboot_policy *policy)
{
	struct pxeboot_diagnostics *findings = NULL;
	struct text text = TEXT_INIT;
	char *bytes = NULL;

	if (pxeboot_diagnostics_new(&findings) < 0)
		stop_test("memory");
	if (output->write(policy, &text, findings) < 0 || text_take(&text, &bytes, NULL) < 0) {
		print_findings(findings);
		stop_test(output->name);
	}
	pxeboot_diagnostics_free(findings);
	return bytes;
}

static void write_entry(const struct lab *lab, const char *root, const struct pxeboot_entry *entry)
{
	CLEANUP_FREE char *name = NULL;
	CLEANUP_FREE char *path = NULL;

	if (asprintf(&name, "%s/%s", root, entry->path) < 0)
		stop_test("memory");
	if (entry->kind == PXEBOOT_ENTRY_FILE) {
		lab_write(lab, name, entry->bytes);
		return;
	}
	path = lab_path(lab, name);
	if (file_make_parents(path) < 0 || file_link(path, entry->bytes) < 0)
		stop_test(path);
}

static void write_loaders(const struct lab *lab, const char *root, const struct pxeboot_policy *policy)
{
	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
		const char *loader = pxeboot_policy_loader(policy, arch);
		CLEANUP_FREE char *name = NULL;
		char text[64];

		if (loader == NULL)
			continue;
		if (asprintf(&name, "%s/%s", root, loader) < 0)
			stop_test("memory");
		snprintf(text, sizeof(text), "loader of %s", pxeboot_arch_get(arch)->name);
		lab_write(lab, name, text);
	}
}

void lab_apply(const struct lab *lab, const struct pxeboot_policy *policy, const char *root)
{
	struct pxeboot_diagnostics *findings = NULL;
	struct pxeboot_tree *tree = NULL;
	struct pxeboot_entry entry;

	if (pxeboot_diagnostics_new(&findings) < 0)
		stop_test("memory");
	if (pxeboot_tree_new(policy, findings, &tree) < 0) {
		print_findings(findings);
		stop_test("the boot root is refused");
	}
	for (size_t i = 0; pxeboot_tree_get(tree, i, &entry) == 0; i++)
		write_entry(lab, root, &entry);
	write_loaders(lab, root, policy);
	pxeboot_tree_free(tree);
	pxeboot_diagnostics_free(findings);
}

/* ---- Servers ---- */

void lab_stop(pid_t *pid)
{
	if (*pid <= 0)
		return;
	kill(*pid, SIGTERM);
	for (int i = 0; i < 300; i++) {
		if (waitpid(*pid, NULL, WNOHANG) != 0) {
			*pid = 0;
			return;
		}
		usleep(10000);
	}
	kill(*pid, SIGKILL);
	waitpid(*pid, NULL, 0);
	*pid = 0;
}

pid_t lab_start(const struct lab *lab, const char *const *argv, const char *log)
{
	CLEANUP_FREE char *path = lab_path(lab, log);
	pid_t pid;

	unlink(path);		/* whoever reads it reads of this server */
	pid = fork();
	if (pid != 0)
		return pid;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
		_exit(126);
	lab_server_side(lab);
	execv(argv[0], (char *const *)argv);
	_exit(127);
}

/* Is something bound to this UDP port on the servers' side?  @table: "udp" or "udp6". */
static bool port_taken(const char *table, uint16_t port)
{
	char path[32], wanted[16], line[256];
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/net/%s", table);
	file = fopen(path, "re");
	if (file == NULL)
		return false;
	snprintf(wanted, sizeof(wanted), ":%04X ", port);
	while (!found && fgets(line, sizeof(line), file) != NULL)
		found = strstr(line, wanted) != NULL;
	fclose(file);
	return found;
}

static void show_log(const struct lab *lab, const char *log)
{
	CLEANUP_FREE char *path = lab_path(lab, log);
	CLEANUP_FREE char *said = NULL;

	if (file_read(path, 100000, &said, NULL) == 0)
		printf("# it did not start:\n# %s\n", said);
}

static bool wait_for(const struct lab *lab, pid_t *pid, const char *table, uint16_t port, const char *log)
{
	lab_server_side(lab);
	for (int i = 0; i < 500; i++) {
		if (waitpid(*pid, NULL, WNOHANG) != 0)
			break;
		if (port_taken(table, port))
			return true;
		usleep(10000);
	}
	show_log(lab, log);
	lab_stop(pid);
	return false;
}

/* For a server that drops what waits at its sockets when it has them all, and says then that it has started. */
static bool wait_for_words(const struct lab *lab, pid_t *pid, const char *words, const char *log)
{
	CLEANUP_FREE char *path = lab_path(lab, log);

	for (int i = 0; i < 2500 && waitpid(*pid, NULL, WNOHANG) == 0; i++) {
		CLEANUP_FREE char *said = NULL;

		if (file_read(path, 1000000, &said, NULL) == 0 && strstr(said, words) != NULL)
			return true;
		usleep(2000);
	}
	show_log(lab, log);
	lab_stop(pid);
	return false;
}

/* A child of the server before it, which has just answered, holds the port of the other family until it ends. */
static void wait_until_free(const struct lab *lab, uint16_t port)
{
	lab_server_side(lab);
	for (int i = 0; i < 500 && (port_taken("udp", port) || port_taken("udp6", port)); i++)
		usleep(2000);
}

bool lab_has_ip6(void)
{
	return access("/proc/net/if_inet6", R_OK) == 0;
}

bool lab_start_dnsmasq(struct lab *lab, const char *configuration)
{
	static const char extra[] =
		"\n# of the test\nport=0\ninterface=srv0\nbind-interfaces\nno-ping\nuser=root\ndhcp-authoritative\n"
		"dhcp-lease-max=60000\nlog-facility=-\nkeep-in-foreground\nno-resolv\nno-hosts\n";
	CLEANUP_FREE char *file = lab_path(lab, "dnsmasq.conf");
	CLEANUP_FREE char *argument = NULL;
	CLEANUP_TEXT struct text text = TEXT_INIT;
	CLEANUP_FREE char *bytes = NULL;

	text_add(&text, configuration);
	text_add(&text, extra);
	text_addf(&text, "pid-file=%s/dnsmasq.pid\n", lab->directory);
	if (lab->quick)
		text_add(&text, "quiet-dhcp\nleasefile-ro\n");
	else
		text_addf(&text, "log-dhcp\ndhcp-leasefile=%s/leases\n", lab->directory);
	if (text_take(&text, &bytes, NULL) < 0 || asprintf(&argument, "--conf-file=%s", file) < 0)
		stop_test("memory");
	lab_write(lab, "dnsmasq.conf", bytes);
	lab->dnsmasq = lab_start(lab, (const char *const[]) { DNSMASQ, argument, NULL }, "dnsmasq.log");
	return wait_for(lab, &lab->dnsmasq, "udp", 67, "dnsmasq.log") &&
	       (strstr(configuration, "dhcp-range=fd77:") == NULL || wait_for(lab, &lab->dnsmasq, "udp6", 547, "dnsmasq.log"));
}

bool lab_start_kea(struct lab *lab, const char *classes)
{
	static const char around[] =
		"{ \"Dhcp4\": {\n\"interfaces-config\": { \"interfaces\": [ \"srv0\" ], \"service-sockets-max-retries\": 0 },\n"
		"\"lease-database\": { \"type\": \"memfile\", \"persist\": false },\n\"authoritative\": true,\n"
		"\"subnet4\": [\n"
		"{ \"id\": 1, \"subnet\": \"10.77.0.0/16\", \"pools\": [ { \"pool\": \"10.77.1.0-10.77.200.254\" } ] },\n"
		"{ \"id\": 2, \"subnet\": \"10.78.0.0/16\", \"pools\": [ { \"pool\": \"10.78.1.0-10.78.200.254\" } ] } ],\n"
		"\"client-classes\": [\n%s] } }\n";
	CLEANUP_FREE char *file = lab_path(lab, "kea.conf");
	CLEANUP_FREE char *whole = NULL;

	if (asprintf(&whole, around, classes) < 0 || setenv("KEA_PIDFILE_DIR", lab->directory, 1) < 0 ||
	    setenv("KEA_LOCKFILE_DIR", lab->directory, 1) < 0)
		stop_test("memory");
	lab_write(lab, "kea.conf", whole);
	lab->kea = lab_start(lab, (const char *const[]) { KEA, "-c", file, NULL }, "kea.log");
	return wait_for_words(lab, &lab->kea, "DHCP4_STARTED", "kea.log");
}

bool lab_start_dhcpd(struct lab *lab, const char *rules)
{
	static const char around[] =
		"include \"%s\";\nauthoritative;\nping-check false;\ndont-use-fsync true;\n"
		"subnet 10.77.0.0 netmask 255.255.0.0 { range 10.77.1.0 10.77.3.254; }\n"
		"subnet 10.78.0.0 netmask 255.255.0.0 { range 10.78.1.0 10.78.3.254; }\n";
	CLEANUP_FREE char *included = lab_path(lab, "pxeboot-dhcpd.conf");
	CLEANUP_FREE char *file = lab_path(lab, "dhcpd.conf");
	CLEANUP_FREE char *leases = lab_path(lab, "dhcpd.leases");
	CLEANUP_FREE char *pid = lab_path(lab, "dhcpd.pid");
	CLEANUP_FREE char *whole = NULL;

	if (asprintf(&whole, around, included) < 0)
		stop_test("memory");
	lab_write(lab, "pxeboot-dhcpd.conf", rules);
	lab_write(lab, "dhcpd.conf", whole);
	lab_write(lab, "dhcpd.leases", "");
	lab->dhcpd = lab_start(lab, (const char *const[]) { DHCPD, "-4", "-f", "-d", "-cf", file, "-lf", leases, "-pf", pid,
			   "srv0", NULL }, "dhcpd.log");
	return wait_for(lab, &lab->dhcpd, "udp", 67, "dhcpd.log");
}

bool lab_start_tftpd(struct lab *lab, const char *root, const char *map)
{
	wait_until_free(lab, 69);
	lab->tftpd = lab_start(lab, (const char *const[]) { TFTPD, "-L", "-a", ":69", "-s", "-vvv", "-u",
			   "nobody", "-m", map, root, NULL }, "tftpd.log");
	return wait_for(lab, &lab->tftpd, "udp", 69, "tftpd.log") &&
	       (!lab_has_ip6() || wait_for(lab, &lab->tftpd, "udp6", 69, "tftpd.log"));
}
