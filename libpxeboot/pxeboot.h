/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libpxeboot: one policy for booting machines from the network, asked from every door.
 *
 * Conventions, everywhere:
 * - Functions return 0 or a negative errno unless they say otherwise: -EINVAL the caller broke the contract, -EBADMSG
 *   malformed bytes, -ENODATA absent, -E2BIG over a limit, -ENOENT, -EEXIST, -ENOMEM, -ENOTSUP switched off at build
 *   time.  Out-parameters, named ret_…, are untouched on failure.
 * - Strings are NUL-terminated UTF-8.  What a function lends stays valid until the object that it came from is changed
 *   or its last reference is dropped; what a caller must free is said.
 * - The library keeps no globals, logs nothing, reads no environment and no clock.
 * - Everything is there since 0.1 unless it says otherwise.
 * - Threads: a loaded policy never changes and may be shared.  Any other object belongs to one thread at a time.
 */
#ifndef PXEBOOT_H
#define PXEBOOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The library is built with hidden symbols; what stands here is what it shows. */
#pragma GCC visibility push(default)

/* ---- Diagnostics -------------------------------------------------------------------------------------------- */

enum pxeboot_severity {
	PXEBOOT_ERROR,		/* the policy is refused, the bytes are not used */
	PXEBOOT_WARNING,	/* it works, but somebody will be surprised */
	PXEBOOT_NOTE,		/* worth knowing */
};

/* One finding.  @file may be NULL, @line and @column 0 where there is no such place to point at; columns count bytes from
 * 1.  @id is stable and explained in pxeboot(1); @text is for people, all user text in it is quoted and escaped.  Its first
 * line says what is wrong; there may be more, the way that leads there, a line for each step. */
struct pxeboot_diagnostic {
	enum pxeboot_severity severity;
	const char *id;
	const char *file;
	unsigned line;
	unsigned column;
	const char *text;
};

struct pxeboot_diagnostics;

int pxeboot_diagnostics_new(struct pxeboot_diagnostics **ret_list);
void pxeboot_diagnostics_free(struct pxeboot_diagnostics *list);		/* NULL is fine */
size_t pxeboot_diagnostics_count(const struct pxeboot_diagnostics *list);
/* Lends the finding; NULL past the end. */
const struct pxeboot_diagnostic *pxeboot_diagnostics_get(const struct pxeboot_diagnostics *list, size_t index);
/* 0, or -ENOMEM when a finding was lost for lack of memory. */
int pxeboot_diagnostics_error(const struct pxeboot_diagnostics *list);
const char *pxeboot_severity_name(enum pxeboot_severity severity);		/* "error", "warning", "note" */

/* ---- Architectures ------------------------------------------------------------------------------------------ */

/* In order of preference: a client that lists several gets the first that the policy serves.  UEFI goes before BIOS,
 * because a machine that can speak of UEFI at all is running it; 64 bits before 32. */
enum pxeboot_arch {
	PXEBOOT_ARCH_X64_UEFI,
	PXEBOOT_ARCH_ARM64_UEFI,
	PXEBOOT_ARCH_RISCV64_UEFI,
	PXEBOOT_ARCH_LOONG64_UEFI,
	PXEBOOT_ARCH_IA32_UEFI,
	PXEBOOT_ARCH_ARM32_UEFI,
	PXEBOOT_ARCH_RISCV32_UEFI,
	PXEBOOT_ARCH_BIOS,
};
#define PXEBOOT_ARCH_COUNT 8
#define PXEBOOT_ARCHS_ALL ((1u << PXEBOOT_ARCH_COUNT) - 1)	/* as bits, 1 << enum pxeboot_arch */
#define PXEBOOT_ARCH_NONE (-1)		/* a number that nothing can be served to */

/* What one architecture is. */
struct pxeboot_arch_info {
	int arch;			/* enum pxeboot_arch */
	const char *name;		/* in policies: "x64-uefi" */
	const char *loader;		/* default loader, under iPXE's own file names */
	bool uefi;
	uint16_t pe_machine;		/* of its loaders, PE/COFF; 0 for BIOS */
	const char *ipxe_platform;	/* what iPXE's ${platform} says: "efi", "pcbios" */
	const char *ipxe_buildarch;	/* what ${buildarch} says; NULL where it does not matter */
};

/* What one number of DHCP option 93 means (IANA "Processor Architecture Types", RFC 4578, RFC 5970). */
struct pxeboot_arch_code {
	uint16_t code;
	int arch;			/* enum pxeboot_arch or PXEBOOT_ARCH_NONE */
	bool http;			/* UEFI or BIOS HTTP Boot rather than TFTP */
	const char *label;
};

/* Lends the description of @arch; NULL when @arch is no enum pxeboot_arch.  Loop from 0 to PXEBOOT_ARCH_COUNT. */
const struct pxeboot_arch_info *pxeboot_arch_get(int arch);
/* By policy name; PXEBOOT_ARCH_NONE when unknown. */
int pxeboot_arch_by_name(const char *name);
/* Lends the row of the number's meaning; NULL for numbers that IANA has not given out.  Numbers run from 0 to 41. */
const struct pxeboot_arch_code *pxeboot_arch_code_get(uint16_t code);
#define PXEBOOT_ARCH_CODE_COUNT 42

/* ---- Clients ------------------------------------------------------------------------------------------------ */

/* The facts about who asks.  Each has a name (in explain, queries, matching terms) and a text form. */
enum pxeboot_fact {
	PXEBOOT_FACT_MAC,		/* "mac": 52:54:00:12:34:56 */
	PXEBOOT_FACT_ARCH,		/* "arch": numbers of option 93, or names: "7", "x64-uefi", "7,9" */
	PXEBOOT_FACT_VENDOR_CLASS,	/* "vendor_class": option 60 */
	PXEBOOT_FACT_USER_CLASS,	/* "user_class": option 77, several joined by ',' */
	PXEBOOT_FACT_FEATURES,		/* "features": option 175, names joined by ',': "menu,http,bzimage" */
	PXEBOOT_FACT_IPXE_VERSION,	/* "ipxe_version": option 175.235, "1.21.1" */
	PXEBOOT_FACT_UUID,		/* "uuid": option 97, lower case; all zeros is no identity, hence absent */
	PXEBOOT_FACT_SERIAL,		/* "serial" */
	PXEBOOT_FACT_MANUFACTURER,	/* "manufacturer" */
	PXEBOOT_FACT_PRODUCT,		/* "product" */
	PXEBOOT_FACT_ADDRESS,		/* "ip": the client's address, where it has one */
	PXEBOOT_FACT_RELAY,		/* "relay": giaddr */
	PXEBOOT_FACT_CLIENT_ID,		/* "client_id": option 61, hex pairs with ':'; of DHCPv6 the DUID */
	PXEBOOT_FACT_CIRCUIT_ID,	/* "circuit_id": option 82.1, hex pairs */
	PXEBOOT_FACT_REMOTE_ID,		/* "remote_id": option 82.2, hex pairs */
	PXEBOOT_FACT_UNDI,		/* "undi": option 94, "3.16" */
	PXEBOOT_FACT_FAMILY,		/* "family": "ipv6" when it asked by DHCPv6; "ipv4", or absent, otherwise */
};
#define PXEBOOT_FACT_COUNT 17

/* The name of a fact; NULL out of range. */
const char *pxeboot_fact_name(int fact);
/* The fact of a name; -ENOENT. */
int pxeboot_fact_by_name(const char *name);

struct pxeboot_client;

int pxeboot_client_new(struct pxeboot_client **ret_client);
struct pxeboot_client *pxeboot_client_ref(struct pxeboot_client *client);
struct pxeboot_client *pxeboot_client_unref(struct pxeboot_client *client);	/* returns NULL; NULL is fine */

/* Sets one fact from its text form.  "" makes the fact empty, text that does not parse makes it malformed and returns
 * -EBADMSG (with a diagnostic); both stay apart from absent.  @diagnostics may be NULL. */
int pxeboot_client_set(struct pxeboot_client *client, int fact, const char *text,
		       struct pxeboot_diagnostics *diagnostics);

/* Lends the text form.  0, -ENODATA absent, -EBADMSG malformed; an empty fact is 0 and "". */
int pxeboot_client_get(const struct pxeboot_client *client, int fact, const char **ret_text);

/* From a DHCPv4 client message (RFC 2131, the UDP payload; at most 64 KiB are read).  -EBADMSG with a diagnostic when
 * it is none; a malformed option alone makes only its fact malformed. */
int pxeboot_client_from_packet(const void *bytes, size_t length, struct pxeboot_diagnostics *diagnostics,
			       struct pxeboot_client **ret_client);

/* The same from a DHCPv6 message to a server (RFC 8415, the UDP payload): of a client, or what relay agents made of one.  What
 * its options say of booting (RFC 5970) are the same facts: 61 the architecture, 62 the UNDI version, 15 the user class, 16
 * the vendor class.  The MAC address is what a relay says (option 79, RFC 6939), else what the DUID holds; the UUID is
 * the DUID's, which firmware has in its own order of bytes and iPXE as RFC 6355 says. */
int pxeboot_client_from_packet6(const void *bytes, size_t length, struct pxeboot_diagnostics *diagnostics,
				struct pxeboot_client **ret_client);

/* The type of a client's message (RFC 8415, section 7.3), that inside of relays: 1 SOLICIT, 3 REQUEST, …; -EBADMSG. */
int pxeboot_packet6_message_type(const void *bytes, size_t length);

/* DHCP message type (option 53) of a client message: 1 DISCOVER, 3 REQUEST, 8 INFORM, …; -ENODATA, -EBADMSG. */
int pxeboot_packet_message_type(const void *bytes, size_t length);

/* From what dnsmasq hands to its dhcp-script: the MAC and address of the argument list (each may be NULL) and the
 * DNSMASQ_… variables of @environment (a NULL-terminated list of NAME=value).  DNSMASQ_DATA_MISSING gives -ENODATA. */
int pxeboot_client_from_dnsmasq(const char *mac, const char *address, const char *const *environment,
				struct pxeboot_diagnostics *diagnostics, struct pxeboot_client **ret_client);

/* Does the client say that it is iPXE: option 77 begins with "iPXE", raw or after one length byte, or option 175?  Over
 * DHCPv6: is its first user class "iPXE" and nothing more? */
bool pxeboot_client_is_ipxe(const struct pxeboot_client *client);
/* The Raspberry Pi's boot ROM: it claims to be BIOS and isn't. */
bool pxeboot_client_is_rpi_rom(const struct pxeboot_client *client);
/* How its MAC addresses begin: "b8:27:eb"; NULL past the end. */
const char *pxeboot_rpi_prefix(size_t index);
/* The architecture that a client has, the table's first choice of several; PXEBOOT_ARCH_NONE. */
int pxeboot_client_arch(const struct pxeboot_client *client);
/* True when both carry equal facts. */
bool pxeboot_client_equal(const struct pxeboot_client *a, const struct pxeboot_client *b);

/* ---- Policies ----------------------------------------------------------------------------------------------- */

struct pxeboot_policy;

/* Loads @path and, in order of name, every *.conf in policy.d/ beside it.  Every fault is told in @diagnostics; one
 * error refuses the whole: -EBADMSG.  Warnings may come with a policy that loads.  -ENOENT and the like when @path can't
 * be read.  See pxeboot.conf(5). */
int pxeboot_policy_load(const char *path, struct pxeboot_diagnostics *diagnostics,
			struct pxeboot_policy **ret_policy);
/* The same, with scalar settings that win over the files: a NULL-terminated list of "server.root=/srv/other"; NULL for
 * none.  -EINVAL with a diagnostic for a setting that does not exist. */
int pxeboot_policy_load_with(const char *path, const char *const *overrides, struct pxeboot_diagnostics *diagnostics,
			     struct pxeboot_policy **ret_policy);
/* The same, as if @file held @text: would that be a policy, before anything is written?  @file is named as the loader names
 * it, from @path on: that itself, or "policy.d/NAME.conf" in its directory, which need not be there yet; another name, which is
 * never read, changes nothing. */
int pxeboot_policy_load_draft(const char *path, const char *const *overrides, const char *file, const char *text,
			      struct pxeboot_diagnostics *diagnostics, struct pxeboot_policy **ret_policy);
/* Thread-safe. */
struct pxeboot_policy *pxeboot_policy_ref(struct pxeboot_policy *policy);
struct pxeboot_policy *pxeboot_policy_unref(struct pxeboot_policy *policy);

/* Lends a scalar setting by its path, as text: "server.address", "server.dhcp.proxy", "ipxe.user_class",
 * "server.tftp" (the default where the policy says nothing), "server.dhcp.ra" ("true" or "false"); NULL when unset without default
 * or no such setting. */
const char *pxeboot_policy_get(const struct pxeboot_policy *policy, const char *path);

/* Where the policy sets it: lends the file and its line.  0, or -ENOENT when it is unset or a default. */
int pxeboot_policy_where(const struct pxeboot_policy *policy, const char *path, const char **ret_file,
			 unsigned *ret_line);

/* What a program watches that is to notice a change of the policy: lends the path of a file that was read for it, or looked
 * for, or of the directory policy.d; as the policy's own path was given, relative paths are relative.  0, or -ENOENT past the
 * end. */
int pxeboot_policy_file(const struct pxeboot_policy *policy, size_t index, const char **ret_path);

/* Is the architecture served, and by which loader (a path in the boot root)?  NULL when it is not served. */
const char *pxeboot_policy_loader(const struct pxeboot_policy *policy, int arch);

/* What an own build of iPXE may be able to do: what stock builds of its time lack, or some of them. */
enum pxeboot_build_feature {
	PXEBOOT_BUILD_FRAMEBUFFER,	/* "framebuffer": pictures and colours on a graphical console */
	PXEBOOT_BUILD_PNG,		/* "png": background pictures */
	PXEBOOT_BUILD_HTTPS,		/* "https" */
	PXEBOOT_BUILD_CONSOLE,		/* "console": the command that sets a picture, and those for colours */
	PXEBOOT_BUILD_PARAM,		/* "param": sends form parameters */
	PXEBOOT_BUILD_NTP,		/* "ntp" */
	PXEBOOT_BUILD_NSLOOKUP,		/* "nslookup" */
	PXEBOOT_BUILD_PING,		/* "ping" */
	PXEBOOT_BUILD_TIME,		/* "time" */
	PXEBOOT_BUILD_POWEROFF,		/* "poweroff" */
	PXEBOOT_BUILD_REBOOT,		/* "reboot" */
	PXEBOOT_BUILD_IMGTRUST,		/* "imgtrust": signed scripts */
	PXEBOOT_BUILD_CERT,		/* "cert": looks after certificates */
	PXEBOOT_BUILD_VLAN,		/* "vlan" */
	PXEBOOT_BUILD_NFS,		/* "nfs" */
	PXEBOOT_BUILD_IPV6,		/* "ipv6" */
	PXEBOOT_BUILD_SHIM,		/* "shim": starts kernels under Secure Boot */
	PXEBOOT_BUILD_DIGEST,		/* "digest": sums of images */
};
#define PXEBOOT_BUILD_FEATURE_COUNT 18
/* By number, as ipxe.build.features has them; NULL past the end. */
const char *pxeboot_build_feature_name(unsigned feature);

/* The own build of iPXE, as ipxe.build or ipxe.user_class alone describe it.  Every pointer is lent by the policy. */
struct pxeboot_build {
	const char *file;		/* where it is described */
	unsigned line;
	const char *user_class;		/* how it names itself, never NULL */
	const char *version, *source;	/* what it prints, and what it was made of; or NULL */
	unsigned features;		/* bits, 1 << enum pxeboot_build_feature */
	bool features_known;		/* false: the policy does not say, and @features is 0 */
	unsigned archs;			/* bits, 1 << enum pxeboot_arch: that have it; all where the policy does not say */
	size_t n_files;			/* 0: the policy does not say */
};

struct pxeboot_build_file {		/* one of its binaries */
	const char *file;		/* where it is described */
	unsigned line;
	int arch;			/* each once */
	const char *path;		/* in the boot root, each once */
	uint64_t size;			/* bytes; 0: the policy does not say */
	const char *sha256;		/* 64 hexadecimal digits in lower case, or NULL */
	bool is_signed;			/* for Secure Boot, with a key of one's own */
};

/* 0, or -ENOENT: the policy has no own build. */
int pxeboot_policy_build(const struct pxeboot_policy *policy, struct pxeboot_build *ret_build);
/* 0, or -ENOENT past the end. */
int pxeboot_policy_build_file(const struct pxeboot_policy *policy, size_t index, struct pxeboot_build_file *ret_file);

#define PXEBOOT_ONCE_TRIES 3		/* where the policy says nothing */
#define PXEBOOT_ONCE_TRIES_MAX 100

/* Views, filled by the functions below; every pointer is lent by the policy. */
struct pxeboot_host {
	const char *name, *file;
	unsigned line;
	const char *const *macs;	/* lower case, ':' */
	size_t n_macs;
	const char *uuid, *serial;	/* or NULL */
	const char *boot;		/* profile or menu, never NULL */
	const char *loader;		/* its own, or NULL */
	const char *loader_url;		/* of that, over HTTP Boot; NULL without server.http */
	bool secure;			/* Secure Boot is on */
	const char *once;		/* profile or menu of its next boot alone, or NULL */
	const char *then;		/* of the boots after that; NULL: as @boot says */
	bool until_done;		/* once lasts until somebody says done; false: for one boot */
	unsigned tries;			/* until_done: boots that it may take, 1 to PXEBOOT_ONCE_TRIES_MAX; else 0 */
	const char *menu_default;	/* of the menu that it boots, or NULL: the menu's own */
	int menu_timeout;		/* seconds; -1: the menu's own */
};

/* Where a group's terms can be tested. */
enum pxeboot_where {
	PXEBOOT_WHERE_SCRIPT,		/* by iPXE's scripts (which compare for equality only) */
	PXEBOOT_WHERE_DHCP,		/* by the DHCP server, as a tag */
	PXEBOOT_WHERE_NOWHERE,		/* by neither: the group never matches */
};

struct pxeboot_term {
	const char *name;		/* "arch", "firmware", "mac", "subnet", "vendor_class", "manufacturer", "product" */
	const char *const *values;	/* any of them matches */
	size_t n_values;
};

struct pxeboot_group {
	const char *name, *file;
	unsigned line;
	const char *boot;
	enum pxeboot_where where;
	const char *loader;		/* of its machines, or NULL; where it has one DHCP can test its terms, whatever @where says */
	const char *loader_url;		/* of that, over HTTP Boot; NULL without server.http */
	bool secure;			/* its machines have Secure Boot on */
	const struct pxeboot_term *terms;	/* all of them must match */
	size_t n_terms;
	const char *script_url;		/* what DHCP hands to iPXE, PXEBOOT_WHERE_DHCP only */
	const char *script_url6;	/* what DHCPv6 hands to it, likewise; NULL without server.address6 */
};

struct pxeboot_item {			/* a profile or a menu */
	const char *name, *file;
	unsigned line;
	const char *label;
	bool is_menu;
	unsigned archs;			/* bits, 1 << enum pxeboot_arch: that it is for; a menu is for all */
	bool is_private;		/* its answers are, or those of a profile that its menu leads to */
};

struct pxeboot_colour {
	bool set, has_background;
	uint32_t foreground, background;	/* 0xRRGGBB */
};

/* How a menu looks.  Colours that the policy leaves out are iPXE's own and set; only title and shell may be unset. */
struct pxeboot_theme {
	const char *name, *file;
	unsigned line;
	const char *picture;		/* its path below themes/ in the boot root; NULL: no picture */
	const void *picture_bytes;	/* the PNG, where it stands beside the policy or in the boot root; or NULL */
	size_t picture_length;
	bool picture_is_ours;		/* it stands beside the policy: the tree brings it to the boot root */
	unsigned size[2];		/* width and height of the screen, pixels; the picture's where the policy is silent; or 0 */
	unsigned margins[4];		/* left, right, top, bottom, pixels */
	struct pxeboot_colour text, highlight, gap, title, shell;
};

/* 0, or -ENOENT past the end.  Groups come in the order in which they win. */
int pxeboot_policy_host(const struct pxeboot_policy *policy, size_t index, struct pxeboot_host *ret_host);
/* The first host from @index on that says this, for what few hosts of many have; @index becomes its own.  0, or -ENOENT when there
 * is none, which takes no walk where no host of the policy says it. */
enum pxeboot_host_says { PXEBOOT_HOST_SAYS_LOADER, PXEBOOT_HOST_SAYS_ONCE };
int pxeboot_policy_host_from(const struct pxeboot_policy *policy, enum pxeboot_host_says says, size_t *index,
			     struct pxeboot_host *ret_host);
size_t pxeboot_policy_host_count(const struct pxeboot_policy *policy);
int pxeboot_policy_group(const struct pxeboot_policy *policy, size_t index, struct pxeboot_group *ret_group);
int pxeboot_policy_item(const struct pxeboot_policy *policy, size_t index, struct pxeboot_item *ret_item);
int pxeboot_policy_theme(const struct pxeboot_policy *policy, size_t index, struct pxeboot_theme *ret_theme);

/* ---- Decisions ---------------------------------------------------------------------------------------------- */

enum pxeboot_stage {
	PXEBOOT_STAGE_FIRMWARE,		/* the machine's own firmware asks DHCP */
	PXEBOOT_STAGE_IPXE_FOREIGN,	/* an iPXE asks that is not the policy's own build, and there is one for its architecture */
	PXEBOOT_STAGE_IPXE,		/* the own build, or any iPXE where the policy has none */
	PXEBOOT_STAGE_SCRIPT,		/* the boot script asks what to do */
	PXEBOOT_STAGE_OS,		/* an operating system runs */
};
#define PXEBOOT_STAGE_COUNT 5
const char *pxeboot_stage_name(enum pxeboot_stage stage);	/* "firmware", "ipxe-foreign", "ipxe", "script", "os" */

enum pxeboot_decision_kind {
	PXEBOOT_DECISION_NONE,		/* no boot file: not for us, or not served; see reason */
	PXEBOOT_DECISION_LOADER,	/* DHCP names a loader */
	PXEBOOT_DECISION_SCRIPT,	/* DHCP names a script */
	PXEBOOT_DECISION_MENU,		/* the script goes to a menu */
	PXEBOOT_DECISION_PROFILE,	/* the script boots a profile */
};
const char *pxeboot_decision_kind_name(enum pxeboot_decision_kind kind);

/* What a rule is and where it stands.  A built-in rule has the file "(built in)" and line 0. */
struct pxeboot_rule {
	const char *kind;		/* "host", "group", "default"; of a source: "loader", "script", "one-name", "host",
					 * "group", "once" */
	const char *name;
	const char *file;
	unsigned line;
};

/* What one client gets at one stage.  Every pointer is lent by the policy. */
struct pxeboot_decision {
	enum pxeboot_stage stage;
	enum pxeboot_decision_kind kind;
	int arch;			/* that was chosen, or PXEBOOT_ARCH_NONE */
	bool http;			/* asked over HTTP Boot */
	const char *file;		/* firmware and iPXE stages: the name or URL that DHCP hands out; otherwise NULL */
	const char *boot;		/* the profile or menu that this machine is going to; NULL with kind NONE */
	struct pxeboot_rule rule;	/* the rule that this machine falls under: host, group or default */
	struct pxeboot_rule source;	/* what named the file, or the boot ("once"); else all NULL */
	const char *reason;		/* with kind NONE: why */
	bool raspberry_pi;		/* option 43 of the answer is PXEBOOT_RASPBERRY_PI's menu; kind NONE */
};

/* What a Raspberry Pi's boot ROM looks for in option 43 before it fetches its firmware by TFTP, without a boot file name:
 * SERIAL/start4.elf, or start4.elf, config.txt and so on (raspberrypi.com, "Network boot your Raspberry Pi"). */
#define PXEBOOT_RASPBERRY_PI "Raspberry Pi Boot"

/* What is remembered of the machine, for deciding; NULL where nothing is. */
struct pxeboot_progress {
	const char *boot;		/* the profile or menu that its boot script goes to in place of what the policy says, or NULL */
	const char *token;		/* of its one-shot boot, or NULL */
};

/* The stage at which a client that asks DHCP stands. */
enum pxeboot_stage pxeboot_stage_of(const struct pxeboot_policy *policy, const struct pxeboot_client *client);

/* Decides: pure, no allocation, thread-safe.  Always succeeds with a valid policy and client. */
void pxeboot_decide(const struct pxeboot_policy *policy, const struct pxeboot_client *client,
		    enum pxeboot_stage stage, const struct pxeboot_progress *progress,
		    struct pxeboot_decision *ret_decision);

/* Which host of the policy the client is, as decide() finds it: by MAC address, else UUID, else serial number; three hash
 * look-ups.  @ret_index is for pxeboot_policy_host().  0, or -ENOENT when it is none. */
int pxeboot_policy_host_of(const struct pxeboot_policy *policy, const struct pxeboot_client *client, size_t *ret_index);

/* A rule that was looked at and did not win.  It lost for one reason: a term, or @why. */
struct pxeboot_loss {
	struct pxeboot_rule rule;		/* "group" or "default" */
	enum pxeboot_where where;		/* of a group */
	size_t n_failed;			/* of a group: how many of its terms do not match */
	const struct pxeboot_term *term;	/* the first of those; NULL where all match */
	const char *got;			/* what the client has instead: "x64-uefi"; valid when @got_error is 0 */
	int got_error;				/* 0, -ENODATA the client does not say, -EBADMSG malformed */
	const char *why;			/* NULL where the term is the reason */
};

/* Decides in the same way and calls @lost for every rule that was looked at and did not win, in the order in which they
 * win.  What it is handed is lent for the call; the strings in it are the policy's and the client's. */
void pxeboot_explain(const struct pxeboot_policy *policy, const struct pxeboot_client *client,
		     enum pxeboot_stage stage, const struct pxeboot_progress *progress,
		     void (*lost)(void *context, const struct pxeboot_loss *loss), void *context,
		     struct pxeboot_decision *ret_decision);

/* ---- Chains and their proof ----------------------------------------------------------------------------------- */

/* What runs when a boot file is started, as far as its name or its bytes tell. */
enum pxeboot_program_kind {
	PXEBOOT_PROGRAM_UNKNOWN,	/* goes its own way */
	PXEBOOT_PROGRAM_IPXE,		/* asks DHCP again */
	PXEBOOT_PROGRAM_GRUB,
	PXEBOOT_PROGRAM_SHIM,
	PXEBOOT_PROGRAM_PXELINUX,
	PXEBOOT_PROGRAM_SCRIPT,		/* text for iPXE; no firmware can run it */
};
const char *pxeboot_program_kind_name(enum pxeboot_program_kind kind);

/* Who issued the certificates that a program is signed with, as bits.  The first three are those whose keys machines are sold
 * with. */
enum pxeboot_authority {
	PXEBOOT_AUTHORITY_MICROSOFT_2011 = 1,	/* "Microsoft Corporation UEFI CA 2011": shim of all distributions until 2025 */
	PXEBOOT_AUTHORITY_MICROSOFT_2023 = 2,	/* "Microsoft UEFI CA 2023": what machines are sold with since; older ones may lack it */
	PXEBOOT_AUTHORITY_WINDOWS = 4,		/* Windows' own */
	PXEBOOT_AUTHORITY_OTHER = 8,		/* a distribution, or oneself */
};
#define PXEBOOT_AUTHORITIES_SOLD 7		/* the first three */
#define PXEBOOT_SIGNER_SIZE 64

struct pxeboot_program {
	enum pxeboot_program_kind kind;
	bool bios, uefi;		/* which firmware can start it; neither: not known */
	int arch;			/* whose machine code it is; PXEBOOT_ARCH_NONE: not known */
	bool looked;			/* its bytes were read; the rest is known only then */
	bool is_signed;			/* for Secure Boot */
	bool is_stock;			/* an iPXE that does not hold the user class of the policy's own build */
	bool has_script;		/* an iPXE with a script built in, which decides what it asks for */
	bool looks_for_autoexec;	/* an iPXE that runs autoexec.ipxe from beside itself, before it asks DHCP */
	bool text_only;			/* an iPXE without the commands for pictures and colours */
	unsigned authorities;		/* enum pxeboot_authority: who vouches for that */
	char signer[PXEBOOT_SIGNER_SIZE];	/* and the first who is none of those that machines are sold with; or "" */
};

/* By the name of the file (a path or URL), as distributions and makers name them. */
void pxeboot_program_by_name(const char *file, struct pxeboot_program *ret_program);

/* What a DHCP server hands to one client.  Every pointer is lent by who answers. */
struct pxeboot_answer {
	const char *file;		/* name or URL; NULL: no boot file */
	const char *path;		/* where the file lies below the boot root; NULL: not known, or as @file says */
	const char *vendor_class;	/* option 60 of the answer, or NULL */
	const char *user_class;		/* how the file names itself if it is an iPXE; NULL: "iPXE" */
	bool goes_on;			/* an iPXE that goes to the boot root without asking DHCP again */
	struct pxeboot_rule rule;	/* what named the file; all NULL without one */
	const char *reason;		/* without a file: why */
	bool meant;			/* such clients are meant to be served: without a file this is a hole */
	bool unknown;			/* something that is not modelled could change the answer */
};

/* Who answers: decide(), or a model of somebody else's configuration. */
struct pxeboot_chooser {
	const void *context;		/* of choose() and client() */
	void (*choose)(const void *context, const struct pxeboot_client *client, struct pxeboot_answer *ret_answer);
	/* For pxeboot_prove(): the clients at power-on that no rule can tell apart, one for each such class (the caller
	 * unrefs it), and for how many it stands.  -ENOENT past the end. */
	int (*client)(const void *context, size_t index, struct pxeboot_client **ret_client, double *ret_clients);
	/* What the bytes of a file tell, by its path below the boot root; may be NULL.  False when it can't be read: then
	 * its name must do. */
	bool (*look)(void *look_context, const char *path, struct pxeboot_program *ret_program);
	void *look_context;
	/* The autoexec.ipxe at the top of the boot root leads to the scripts without DHCP's help. */
	bool has_autoexec;
};

/* Does the policy write its menus for this program, so that it asks whose machine it is as iPXE's script does? */
bool pxeboot_policy_has_menus(const struct pxeboot_policy *policy, enum pxeboot_program_kind kind);

/* Fills in choose(): what decide() says to DHCP.  The policy must outlive it. */
void pxeboot_policy_chooser(const struct pxeboot_policy *policy, struct pxeboot_chooser *ret_chooser);

enum pxeboot_verdict {
	PXEBOOT_VERDICT_BOOTS,		/* reaches a script, or a program that goes its own way */
	PXEBOOT_VERDICT_NOTHING,	/* gets no file, and nobody means it to */
	PXEBOOT_VERDICT_LOOP,		/* asks the same thing again and again */
	PXEBOOT_VERDICT_HOLE,		/* gets no file, and somebody means it to */
	PXEBOOT_VERDICT_PLATFORM,	/* gets a file that it can't run */
	PXEBOOT_VERDICT_HTTP,		/* HTTP Boot, without what it needs: a URL, and option 60 */
	PXEBOOT_VERDICT_UNKNOWN,	/* depends on what is not modelled, or has too many steps */
};
const char *pxeboot_verdict_name(enum pxeboot_verdict verdict);

/* One question of a chain: who asks, what the answer is, and what runs then. */
struct pxeboot_step {
	struct pxeboot_client *client;
	struct pxeboot_answer answer;
	struct pxeboot_program program;
};

#define PXEBOOT_STEPS_MAX 8

struct pxeboot_walk {
	struct pxeboot_step steps[PXEBOOT_STEPS_MAX];
	size_t n_steps;
	size_t back_to;			/* of a loop: the step at which it begins */
	enum pxeboot_verdict verdict;
	const char *text;		/* the verdict for people; constant */
};

/* The DHCP part of a chain, from power-on (or from wherever the client's facts say that it stands).  A loader that is an
 * iPXE asks again under its user class, with its own architecture number.  Takes a reference of @client; the caller frees the
 * walk. */
int pxeboot_walk_new(const struct pxeboot_chooser *chooser, struct pxeboot_client *client,
		     struct pxeboot_walk **ret_walk);
void pxeboot_walk_free(struct pxeboot_walk *walk);

/* What a proof looked at. */
struct pxeboot_proof {
	size_t classes;			/* of clients that no rule of the DHCP server can tell apart */
	size_t script_classes;		/* and that no boot script can; policies only */
	double clients;			/* for how many they stand */
	size_t booting, without, loops, holes, misfits, unknown;	/* classes by verdict; a misfit can't run its file */
};

/* Walks the chains of all classes and tells each fault once for each rule that makes it, with the whole path and the
 * number of classes that it hits (ids chain.…).  0, or a negative errno of the system; faults are in @diagnostics. */
int pxeboot_prove(const struct pxeboot_chooser *chooser, struct pxeboot_diagnostics *diagnostics,
		  struct pxeboot_proof *ret_proof);

/* The same for a policy: its classes come from its own terms, and each is walked on behind DHCP, through menus, their
 * defaults and profiles.  @look as in struct pxeboot_chooser; may be NULL. */
int pxeboot_policy_prove(const struct pxeboot_policy *policy,
			 bool (*look)(void *look_context, const char *path, struct pxeboot_program *ret_program),
			 void *look_context, struct pxeboot_diagnostics *diagnostics, struct pxeboot_proof *ret_proof);

/* Where a machine comes to by profile @name that chains to a script of ours, or to a loader that asks DHCP again: lends
 * the name of the profile or menu.  NULL: the profile leaves us, or there is none of this name.  @chooser is
 * pxeboot_policy_chooser()'s, with what it can look at. */
const char *pxeboot_profile_leads_to(const struct pxeboot_policy *policy, const struct pxeboot_chooser *chooser,
				     const struct pxeboot_client *client, const char *name);

/* ---- Menus as a person sees them ------------------------------------------------------------------------------ */

enum pxeboot_line_kind {
	PXEBOOT_LINE_GAP,		/* a heading, a description, the status line: can't be picked */
	PXEBOOT_LINE_ITEM,
};

struct pxeboot_line {
	enum pxeboot_line_kind kind;
	const char *text;		/* with the machine's values in it */
	char key;			/* shortcut; 0: none */
	const char *target;		/* the profile or menu that it leads to; NULL: back, failsafe, and of gaps */
	bool locked;			/* asks for a password */
};

/* One menu, as one machine is shown it. */
struct pxeboot_screen {
	const char *title;
	bool title_takes_colour;	/* a theme's own colour for titles; there is no room for it in front of a long one */
	bool title_stays_centred;	/* while it does; a longer one moves to the left */
	const struct pxeboot_line *lines;
	size_t n_lines;
	size_t selected;		/* the line that waits to be taken; n_lines where none can be picked */
	unsigned timeout;		/* seconds until the selected line is taken; 0: never */
	bool hidden;			/* comes only when a key is pressed before that */
	const char *theme;		/* its own, or NULL */
};

/* Shows menu @name as @client is shown it: what its host's or group's variables, its architecture and its place among
 * the rules make of it.  A fact that the client does not carry shows as "-".  @from: there is a menu to go back to.
 * -ENOENT: no such menu; -EBADMSG: a text could not be resolved, told in @diagnostics.  The caller frees it. */
int pxeboot_screen_new(const struct pxeboot_policy *policy, const char *name, const struct pxeboot_client *client,
		       bool from, struct pxeboot_diagnostics *diagnostics, struct pxeboot_screen **ret_screen);
void pxeboot_screen_free(struct pxeboot_screen *screen);

/* What a menu leads to, whoever sees it. */
struct pxeboot_choice {
	const char *label;		/* as the policy writes it */
	const char *target;		/* profile or menu */
	bool is_default;		/* of the menu itself: a host may have another one */
	bool limited;			/* some machines don't see it */
};

/* The entries of menu @name that lead somewhere.  0, or -ENOENT past the end or for no such menu. */
int pxeboot_policy_menu_choice(const struct pxeboot_policy *policy, const char *name, size_t index,
			       struct pxeboot_choice *ret_choice);

/* ---- What a profile boots --------------------------------------------------------------------------------------- */

struct pxeboot_profile {
	const char *name, *file;
	unsigned line;
	const char *label;
	const char *kind;		/* the policy's key: "kernel", "iso", "san", "wim", "efi", "chain", "action" */
	const char *target;		/* a path in the boot root or a URL; of an action its name */
	const char *const *initrds;
	size_t n_initrds;
	const char *args;		/* or NULL */
	const char *const *answers;	/* the machine's answer files in the boot root; private ones are not there */
	size_t n_answers;
	bool private_answers;		/* only the live front end has them, for a one-shot boot */
};

/* Shows profile @name as @client boots it, with its values in all texts, as pxeboot_screen_new() does; with @client NULL
 * as the policy writes it.  -ENOENT: no such profile; -EBADMSG: a text could not be resolved, told in @diagnostics.  The
 * caller frees it. */
int pxeboot_profile_new(const struct pxeboot_policy *policy, const char *name, const struct pxeboot_client *client,
			struct pxeboot_diagnostics *diagnostics, struct pxeboot_profile **ret_profile);
void pxeboot_profile_free(struct pxeboot_profile *profile);

/* ---- The boot root ------------------------------------------------------------------------------------------ */

enum pxeboot_entry_kind {
	PXEBOOT_ENTRY_FILE,
	PXEBOOT_ENTRY_LINK,		/* symbolic link; bytes are its target */
};

struct pxeboot_entry {
	const char *path;		/* in the boot root, relative */
	enum pxeboot_entry_kind kind;
	const char *bytes;		/* NUL-terminated; the NUL is not counted */
	size_t length;
	bool keep;			/* write it only if nothing stands there (links that the hook looks after) */
};

struct pxeboot_tree;

/* Plans every file of the boot root, in the order in which they must be written: what is named before what names it.
 * What can't be rendered is told in @diagnostics: -EBADMSG. */
int pxeboot_tree_new(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics,
		     struct pxeboot_tree **ret_tree);
/* The same for whoever knows some of the hosts' entries: those of host i with @known[i], numbered as by pxeboot_policy_host(),
 * are planned and not tried; that they can be rendered without a finding must be sure (see struct pxeboot_marks).
 * @ret_quiet[i] says whether those of host i, known or tried, had no finding.  Either may be NULL; else it has a member for
 * each host. */
int pxeboot_tree_new_known(const struct pxeboot_policy *policy, const bool *known, bool *ret_quiet,
			   struct pxeboot_diagnostics *diagnostics, struct pxeboot_tree **ret_tree);
/* Plans what the boot root must have besides for one host to boot @boot, a profile or menu that the policy may not give it:
 * its answer files.  Those of a one-shot boot have @token in them and are answers/TOKEN/PROFILE/FILE, which is where the
 * scripts of that boot look; with @token NULL (of what follows a one-shot boot) they are where the host's others are.  Private
 * ones are tried, where there is a token, and not planned.  -EINVAL for a token that is not 1 to 64 hexadecimal digits, as it
 * becomes part of paths; -ENOENT no such host or item; -EBADMSG as above, also where the host lacks a variable. */
int pxeboot_tree_new_once(const struct pxeboot_policy *policy, size_t host, const char *boot,
			  const char *token, struct pxeboot_diagnostics *diagnostics, struct pxeboot_tree **ret_tree);
void pxeboot_tree_free(struct pxeboot_tree *tree);
/* Lends the entry until the next call.  0, or -ENOENT past the end. */
int pxeboot_tree_get(struct pxeboot_tree *tree, size_t index, struct pxeboot_entry *ret_entry);
/* Its path alone, which needs no rendering: likewise. */
int pxeboot_tree_path(struct pxeboot_tree *tree, size_t index, const char **ret_path);
/* The host whose entry it is; -ENODATA when it is everybody's, -ENOENT past the end. */
int pxeboot_tree_host(const struct pxeboot_tree *tree, size_t index, size_t *ret_host);

/* Numbers that tell whether hosts' entries are still the same: of two policies, and of two runs of any version of the library
 * on one kind of machine.  Different entries have the same number with a chance of one in 2^64; the same entries may have
 * different ones.  Nobody is kept from making a policy that has a number of his choice. */
struct pxeboot_marks {
	uint64_t names;			/* of the paths of all hosts' entries, whatever the order of hosts */
	uint64_t *hosts;		/* of the paths and bytes of each host's, in the order of pxeboot_policy_host() */
	size_t n_hosts;
};

/* 0 or -ENOMEM.  The caller frees them. */
int pxeboot_marks_new(const struct pxeboot_policy *policy, struct pxeboot_marks **ret_marks);
void pxeboot_marks_free(struct pxeboot_marks *marks);

/* ---- The script in iPXE ------------------------------------------------------------------------------------------- */

/* The script that an own build of iPXE carries (EMBED= of its make): it sets the policy's user class, asks DHCP on the card
 * that booted, then on the others, then in the VLAN of ipxe.embed.vlan; runs the host's file, boot.ipxe (or the script of the
 * group that DHCP picked) of the boot root over HTTP, then over TFTP, then ipxe.embed.next; and ends in a menu that
 * tries again by itself.  With @policy NULL the one that goes with any policy: its user class is "iPXE-pxeboot", and DHCP
 * and proxy DHCP say which server has the boot root.  Any iPXE from 2019 on can run it.  The same policy gives the same
 * bytes.  The caller frees @ret_text; @ret_length and @diagnostics may be NULL.  -EBADMSG, told, where texts of the policy
 * can't be expressed; -ENOMEM. */
int pxeboot_embed_script(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics, char **ret_text,
			 size_t *ret_length);

/* ---- One machine's scripts ---------------------------------------------------------------------------------------- */

/* The bytes of once/KEY.ipxe, which a host's script goes to while it is there, KEY being the host's first MAC address with
 * '-': it goes to the profile or menu @boot, with @token (hexadecimal, 64 digits at most; or NULL) for the texts that
 * ask for one.  Its second line begins "# one-shot boot, round N:", or, with @over, "# after the one-shot boot, round N:".
 * Where @boot leads to private answers the token is left out: the boot root is for everybody, and only a live script has it.
 * The caller frees @ret_text.  -ENOENT for a number past the hosts or a name that nothing has; -EINVAL for a host without a MAC
 * address, or no such token. */
int pxeboot_once_script(const struct pxeboot_policy *policy, size_t host, const char *boot, const char *token,
			uint32_t round, bool over, struct pxeboot_diagnostics *diagnostics, char **ret_text);

/* One script for one client with all its facts: it goes where pxeboot_decide() says at stage "script" with @progress (or
 * NULL), in its only line "chain --replace --autofree ${base}/profiles/NAME.ipxe || …" (or menus/), with all set before that the
 * boot root's scripts would set.  It asks no server whose machine it is, so that it never comes back to itself.  The caller
 * frees @ret_text; @ret_length may be NULL.  -EINVAL for a token as above; -EBADMSG, told, where texts of the policy can't
 * be expressed, which pxeboot_tree_new() would have told as well. */
int pxeboot_live_script(const struct pxeboot_policy *policy, const struct pxeboot_client *client,
			const struct pxeboot_progress *progress, struct pxeboot_diagnostics *diagnostics, char **ret_text,
			size_t *ret_length);

/* ---- Answer files of one machine --------------------------------------------------------------------------------- */

/* Renders one answer file for whoever asks now.  @machine is what scripts name the folder: a host's MAC address with '-',
 * "uuid-UUID", "serial-SERIAL", "group-NAME", "default", or the token of a host's one-shot boot.  @file is PROFILE/FILE.
 * @client adds the facts that the policy does not have; may be NULL, as may @diagnostics and @ret_length.  @progress->token
 * (@progress may be NULL) is what the machine's record has, and says that the caller has found the same one in the
 * request, comparing in constant time, and that the one-shot boot to @progress->boot is not over.
 *
 * 0 and the text, which the caller frees.  -ENOENT: no such machine, profile or file.  -EACCES: @machine is a token that is
 * not @progress->token, or the profile is private and there is no token, or @progress->boot does not lead to it.
 * -EBADMSG: it needs what nobody defines, told in @diagnostics. */
int pxeboot_answers(const struct pxeboot_policy *policy, const char *machine, const char *file,
		    const struct pxeboot_client *client, const struct pxeboot_progress *progress,
		    struct pxeboot_diagnostics *diagnostics, char **ret_text, size_t *ret_length);

/* ---- Files that a policy names ---------------------------------------------------------------------------------- */

/* What a file of the boot root is for. */
enum pxeboot_role {
	PXEBOOT_ROLE_LOADER,		/* of an architecture */
	PXEBOOT_ROLE_HOST_LOADER,
	PXEBOOT_ROLE_GROUP_LOADER,
	PXEBOOT_ROLE_SECOND_STAGE,	/* what shim fetches from beside itself */
	PXEBOOT_ROLE_SHIM,		/* that iPXE asks about kernels */
	PXEBOOT_ROLE_KERNEL,
	PXEBOOT_ROLE_INITRD,
	PXEBOOT_ROLE_ISO,
	PXEBOOT_ROLE_WIM,
	PXEBOOT_ROLE_BCD,		/* beside the Windows image */
	PXEBOOT_ROLE_SDI,
	PXEBOOT_ROLE_WIMBOOT,
	PXEBOOT_ROLE_EFI,
	PXEBOOT_ROLE_CHAIN,
	PXEBOOT_ROLE_PICTURE,		/* in the boot root; one beside the policy is brought there */
	PXEBOOT_ROLE_MODULE,		/* of PXELINUX */
	PXEBOOT_ROLE_MEMDISK,		/* likewise, a kernel */
};
const char *pxeboot_role_name(enum pxeboot_role role);	/* for people: "loader", "initial RAM disk" */

/* A file that somebody comes to fetch.  Every pointer is lent by the list or the policy. */
struct pxeboot_named_file {
	const char *path;		/* below the boot root */
	enum pxeboot_role role;
	unsigned archs;			/* bits, 1 << enum pxeboot_arch: who may come to it, as far as the policy tells */
	unsigned anybody;		/* of these, who comes by a group or the default; the others by a host of its own */
	unsigned meant;			/* of these, whom the policy names on the way, one by one */
	bool secure;			/* machines with Secure Boot on come to it */
	const char *subject;		/* "profiles.", "hosts." …, and the name: together whose file it is */
	const char *name;
	const char *file;		/* where it is named */
	unsigned line;
};

struct pxeboot_named_files;

/* Every file of the boot root that the policy makes some machine fetch, with its variables resolved for whoever comes; what
 * pxeboot_tree_new() plans is not among them, unless the policy names it.  In order of path. */
int pxeboot_named_files_new(const struct pxeboot_policy *policy, struct pxeboot_named_files **ret_files);
void pxeboot_named_files_free(struct pxeboot_named_files *files);
/* 0, or -ENOENT past the end. */
int pxeboot_named_files_get(const struct pxeboot_named_files *files, size_t index, struct pxeboot_named_file *ret_file);
/* How many names are not among them: of files on another server, and with something in them that only the running machine
 * knows. */
void pxeboot_named_files_others(const struct pxeboot_named_files *files, size_t *ret_elsewhere, size_t *ret_unknown);

/* ---- State ---------------------------------------------------------------------------------------------------- */

/* What is remembered of each machine, in a directory of its own (LMDB).  Without LMDB every function here that returns a
 * number returns -ENOTSUP.
 *
 * Processes: any number may have one store open at a time, and any of them may be killed at any instant: a change is there
 * as a whole or not at all, and one that was returned from outlives a power failure, as far as the disk keeps its word.
 * A change waits for the one that another process is making.  One process opens a store once at a time, and one thread at a
 * time uses it; a record is its owner's.  What was opened before a fork() is of no use in the child: -EINVAL.  Two hundred
 * processes may read at the same instant: -EBUSY beyond.  LMDB locks by shared memory, so that a directory on a network file
 * system is refused, and whoever only reads must be able to write to the store.
 *
 * Errors of all functions below, beside their own: -ESTALE another process has moved the store aside, or it has turned
 * out to be damaged: close it and open it again (without PXEBOOT_STATE_BRIEF); -ENOSPC the disk is full, or the store has
 * reached 4 GiB (1 GiB on a machine of 32 bits): nothing was changed; and what else the system gives.  What is damaged is
 * looked for when a store is opened, all of it: some 8 ms for 100,000 machines, and meanwhile nobody changes anything.  Whoever
 * is started for each event asks for PXEBOOT_STATE_BRIEF instead.  Whoever writes into the file or cuts it while it is open
 * ends the programs that have it open (SIGBUS).
 *
 * Times are seconds since 1970 and handed in. */
struct pxeboot_state;

#define PXEBOOT_STATE_MACHINES_MAX 2000000	/* a client can make up MAC addresses */
#define PXEBOOT_RECORD_FACT_MAX 1024		/* bytes */
#define PXEBOOT_RECORD_NO_STAGE (-1)
#define PXEBOOT_RECORD_ASKED 3

enum pxeboot_once_phase {
	PXEBOOT_ONCE_NONE,
	PXEBOOT_ONCE_ARMED,		/* the next boot gets the profile */
	PXEBOOT_ONCE_SERVED,		/* it has been given out; the machine is busy with it */
	PXEBOOT_ONCE_DONE,		/* what follows it is given */
	PXEBOOT_ONCE_FAILED,		/* it was given out as often as allowed, and nobody said done: as DONE */
};
#define PXEBOOT_ONCE_PHASE_COUNT 5
const char *pxeboot_once_phase_name(int phase);		/* "none", "armed", "served", "done", "failed"; NULL past the end */

enum pxeboot_once_mode {
	PXEBOOT_ONCE_NEXT_BOOT,		/* over with the power-on that follows the one it was given to */
	PXEBOOT_ONCE_UNTIL_DONE,	/* over when somebody shows the token, or with the last try */
};

struct pxeboot_once {
	int phase;			/* enum pxeboot_once_phase */
	int mode;			/* enum pxeboot_once_mode */
	const char *profile;		/* profile or menu of the boot */
	const char *then;		/* of those after it; NULL: as the policy has it */
	const char *token;		/* that says done */
	const char *policy;		/* the host's once in the policy that was taken up last: it arms once, not each time */
	uint32_t tries, tries_max;	/* given out, and at most; 0: no limit */
	uint32_t round;			/* goes up by one with each arming; within one the phase never goes back */
	uint32_t at_boot;		/* how many boots were counted when it was last given out */
	int64_t armed, changed;		/* when it was armed, and last went from phase to phase or was given out in another boot */
};

/* One machine.  Texts are NULL where nothing is known; they may hold any byte that a client sent. */
struct pxeboot_record {
	const char *key;		/* its MAC address or UUID, lower case */
	int64_t first_seen, last_seen;	/* 0: never */
	int stage;			/* that it has reached, enum pxeboot_stage, or PXEBOOT_RECORD_NO_STAGE */
	int64_t asked[PXEBOOT_STAGE_COUNT][PXEBOOT_RECORD_ASKED];	/* when it last asked at each stage, the latest first; or 0 */
	uint32_t boots;			/* counted */
	const char *address;
	const char *file;		/* that it fetched last */
	const char *profile;		/* profile or menu that it was given last */
	const char *facts[PXEBOOT_FACT_COUNT];
	struct pxeboot_once once;
};

void pxeboot_record_free(struct pxeboot_record *record);	/* NULL is fine */
/* Lends @record the facts that @client has; those that it lacks, malformed ones and longer ones stay as they were. */
void pxeboot_record_set_facts(struct pxeboot_record *record, const struct pxeboot_client *client);

/* Opens what is there and makes no store: -ENOENT without a store, -EBADMSG for a damaged one, which stays where it is. */
#define PXEBOOT_STATE_LOOK 1u
/* Looks for damage in what each call touches, and not in all of the store when it is opened: the same time for a million machines
 * as for ten.  A call that finds some returns -ESTALE and has changed nothing; opened again without this, the store is moved
 * aside as below.  Damage that no call comes to stays unknown.  pxeboot_state_each(), _remove() and _begin() look at all, once. */
#define PXEBOOT_STATE_BRIEF 2u

/* Opens the store in directory @path.  Unless told to look only, makes the directory (mode 0750) and the store (0640; when
 * root makes them, they belong to whom the directory belongs to), and moves a damaged store aside, to
 * machines.mdb.damaged-N in the same directory, never over another one, and begins a new one: a warning in
 * @diagnostics says so ("state.damaged"), and the machines of the old one are unknown.  Other ids: "state.remote",
 * "state.place", "state.lock", "state.writable".  @diagnostics may be NULL.  -EREMOTE on a network file system, -EINVAL when
 * something else than a file stands in the store's place, -EEXIST when 99 damaged stores lie there already, -EBUSY when another LMDB has it
 * open, -EPERM when everybody may write the directory or a file of the store. */
int pxeboot_state_open(const char *path, unsigned flags, struct pxeboot_diagnostics *diagnostics,
		       struct pxeboot_state **ret_state);
void pxeboot_state_close(struct pxeboot_state *state);		/* NULL is fine */

/* Reads one machine by its MAC address or UUID; the caller frees the record.  -ENOENT unknown, -EINVAL no such key, -EBADMSG
 * the record is malformed or a newer version's. */
int pxeboot_state_get(struct pxeboot_state *state, const char *key, struct pxeboot_record **ret_record);

/* Reads, changes and writes one machine in one step.  @change is handed its record; an unknown machine's has first_seen 0 and
 * nothing else.  Texts that it sets must stay until pxeboot_state_update() has returned; those that it found do.  It
 * returns 0: write it down; 1: leave all as it was; a negative errno: the same, and that is what the update returns.  No other
 * process can change anything meanwhile, so that it must be quick, and must not use the state itself.
 *
 * 0; 1 when @change left it; -E2BIG for a text over its limit (255 bytes, 1,023 of a file) and for a new machine where there is
 * no room: PXEBOOT_STATE_MACHINES_MAX of them with an address each are there, or up to twice as many of which fewer have one.
 * A fact above PXEBOOT_RECORD_FACT_MAX, or more than 8 KiB in all, costs the machine its facts
 * and nothing else.  -EBADMSG when what is written down is malformed or a
 * newer version's: @change is not called then and the record stays.  A program that looks on, such as a DHCP hook, then
 * says so in the log and lets the machine boot; but what is given out once must not be given out again where that can't be
 * written down.  Whoever wants to begin anew removes the record. */
int pxeboot_state_update(struct pxeboot_state *state, const char *key,
			 int (*change)(void *context, struct pxeboot_record *record), void *context);

/* Many changes at the cost of one: what is read and changed between the two, by the same thread, sees what was changed
 * before, and is on the disk when pxeboot_state_commit() has returned 0; else none of it is.  No other process can change
 * anything meanwhile.  -EINVAL for a group within a group, and for the end of none; begin() also returns what
 * pxeboot_state_update() does of the store, commit() what kept one change of the group from being written: without a group,
 * the others can be.  pxeboot_state_close() drops a group that has not ended. */
int pxeboot_state_begin(struct pxeboot_state *state);
int pxeboot_state_commit(struct pxeboot_state *state);

enum pxeboot_state_order {
	PXEBOOT_STATE_BY_KEY,		/* MAC addresses, then UUIDs */
	PXEBOOT_STATE_BY_LAST_SEEN,	/* the latest first */
};

/* Visits all machines as they were at one instant, which are all held in memory meanwhile; records that can't be read come last, with @record NULL.  Both arguments are
 * lent for the call; anything but 0 ends the round.  Nobody waits for @visit, which may use the state.  0, or what @visit
 * returned. */
int pxeboot_state_each(struct pxeboot_state *state, enum pxeboot_state_order order,
		       int (*visit)(void *context, const char *key, const struct pxeboot_record *record), void *context);

/* Forgets a machine, whatever is written down.  -ENOENT, -EINVAL as above. */
int pxeboot_state_remove(struct pxeboot_state *state, const char *key);

#define PXEBOOT_KEY_SIZE 37		/* bytes of a machine's key, with its NUL */

/* Which machine had this IPv4 address last: writes its key.  -ENOENT, -EINVAL. */
int pxeboot_state_by_address(struct pxeboot_state *state, const char *address, char ret_key[PXEBOOT_KEY_SIZE]);

/* ---- The life of a machine -------------------------------------------------------------------------------------- */

/* What was seen of one machine.  Events may be lost, come twice, late, or in another order. */
enum pxeboot_event_kind {
	PXEBOOT_EVENT_ASKED,		/* it asked DHCP, at @stage */
	PXEBOOT_EVENT_FETCHED,		/* it fetched @file; @stage where that tells one */
	PXEBOOT_EVENT_SERVED,		/* it was given what a one-shot boot serves */
	PXEBOOT_EVENT_DONE,		/* somebody showed @token */
	PXEBOOT_EVENT_GONE,		/* its lease of @address is over */
};

struct pxeboot_event {
	enum pxeboot_event_kind kind;
	int64_t when;			/* seconds since 1970 */
	int stage;			/* enum pxeboot_stage, or PXEBOOT_RECORD_NO_STAGE */
	bool is_served;			/* ASKED: no one sees files being fetched, so that asking at stage "ipxe" stands for
					 * SERVED, too */
	const struct pxeboot_client *client;	/* what it said of itself, or NULL */
	const char *address, *file, *profile;	/* or NULL: as they were */
	const char *token;		/* DONE: NULL says that the administrator knows */
};

/* Changes the record as the event has it: a pure function, for pxeboot_state_update()'s @change.  Texts of the event are lent
 * to the record.  0; 1 nothing changed; -EACCES a wrong token. */
int pxeboot_record_step(struct pxeboot_record *record, const struct pxeboot_event *event);

/* A machine that has asked at the same stage three times within five minutes gets nowhere: that stage, or
 * PXEBOOT_RECORD_NO_STAGE.  One that waits to be assigned is not meant. */
int pxeboot_record_looping(const struct pxeboot_record *record);

/* A client that carries the facts of the record.  The caller unrefs it.  0 or -ENOMEM. */
int pxeboot_record_client(const struct pxeboot_record *record, struct pxeboot_client **ret_client);

/* Where a client that asks DHCP stands, as pxeboot_stage_of() says, for whoever has no policy: @user_class is how the own
 * build names itself, or NULL, and @archs says for which architectures there is one, as struct pxeboot_build does.
 * Of several architectures pxeboot_client_arch() counts, as nobody knows which of them are served.  Who does not
 * boot from the network is an operating system. */
enum pxeboot_stage pxeboot_client_stage(const struct pxeboot_client *client, const char *user_class, unsigned archs);

/* Where no firmware was seen to ask, whoever was not seen at all for so many seconds has been switched on since; so has
 * whoever was seen so many seconds from now, as the clock has been set. */
#define PXEBOOT_SAME_BOOT 60

/* One-shot boots.  Their states and transitions are those of pxeboot-once(7). */

struct pxeboot_arming {
	const char *profile, *then, *token;	/* as in struct pxeboot_once */
	const char *policy;		/* likewise; NULL: as it was */
	int mode;
	uint32_t tries_max;
	int64_t when;
};

/* Begins a new round, whatever was before.  Texts are lent to the record. */
void pxeboot_once_arm(struct pxeboot_record *record, const struct pxeboot_arming *arming);
/* Ends it without a trace; what the policy was last taken up with, and the round, stay. */
void pxeboot_once_clear(struct pxeboot_record *record, int64_t when);
/* Does it serve the profile, so that an event could end it? */
bool pxeboot_once_is_on(const struct pxeboot_record *record);
/* Is that the token of its round?  The time that it takes tells nothing of how many characters are right. */
bool pxeboot_once_has_token(const struct pxeboot_record *record, const char *shown);
/* What the machine is given in place of what the policy says; NULL: nothing. */
const char *pxeboot_once_boot(const struct pxeboot_record *record);

/* ---- Lint --------------------------------------------------------------------------------------------------- */

/* Whose iPXE a script is for, in order of age: Debian's packages as they are, upstream's releases as anybody builds them. */
enum pxeboot_lint_target {
	PXEBOOT_LINT_D12,		/* "d12": Debian 12, iPXE of 2019 */
	PXEBOOT_LINT_1_21_1,		/* "1.21.1": 2020 */
	PXEBOOT_LINT_D13,		/* "d13": Debian 13, iPXE of 2025 */
	PXEBOOT_LINT_2_0_0,		/* "2.0.0": 2026 */
	PXEBOOT_LINT_HEAD,		/* "head": August 2026 */
};
#define PXEBOOT_LINT_TARGET_COUNT 5
const char *pxeboot_lint_target_name(int target);		/* NULL past the end */

enum pxeboot_lint_platform {
	PXEBOOT_LINT_ANY,		/* "any": what one of them has is there */
	PXEBOOT_LINT_BIOS,		/* "bios" */
	PXEBOOT_LINT_UEFI,		/* "uefi" */
};
#define PXEBOOT_LINT_PLATFORM_COUNT 3
const char *pxeboot_lint_platform_name(int platform);		/* NULL past the end */

struct pxeboot_lint_options {
	enum pxeboot_lint_target target;
	enum pxeboot_lint_platform platform;
	/* The own build that runs it: where its features are known they say which commands there are, whatever else builds of the
	 * target have.  NULL: builds as they come. */
	const struct pxeboot_build *build;
};

/* Whose commands and options a build has that prints such a version; where it says none, the newest.  Of what lies between
 * releases the version tells little: it is taken for as old as it may be. */
enum pxeboot_lint_target pxeboot_lint_target_of(const struct pxeboot_build *build);

/* Looks at an iPXE script, whoever wrote it; @name is what findings call it.  @options may be NULL: head, any.  What is
 * known only when the script runs gives no finding; what a '||' catches is the script's own affair.  At most 1,000
 * findings are told.  0 when there is no error among them, else -EBADMSG; -E2BIG above 1 MiB, which is told, too. */
int pxeboot_lint(const char *name, const void *bytes, size_t length, const struct pxeboot_lint_options *options,
		 struct pxeboot_diagnostics *diagnostics);

/* ---- Images ------------------------------------------------------------------------------------------------- */

/* What a file is for, told by its bytes. */
enum pxeboot_image_kind {
	PXEBOOT_IMAGE_UNKNOWN,		/* no signature, no text: raw code of a loader for BIOS looks so, and damage too */
	PXEBOOT_IMAGE_EMPTY,
	PXEBOOT_IMAGE_EFI,		/* EFI program or driver */
	PXEBOOT_IMAGE_LINUX,		/* kernel, whether it is an EFI program, too, or not */
	PXEBOOT_IMAGE_ARCHIVE,		/* what Linux unpacks as an initial RAM disk */
	PXEBOOT_IMAGE_ISO,		/* ISO 9660 */
	PXEBOOT_IMAGE_WIM,		/* Windows image */
	PXEBOOT_IMAGE_BCD,		/* registry hive, such as Windows' boot configuration */
	PXEBOOT_IMAGE_SDI,		/* Windows' RAM disk */
	PXEBOOT_IMAGE_PNG,
	PXEBOOT_IMAGE_SCRIPT,		/* for iPXE */
	PXEBOOT_IMAGE_TEXT,
	PXEBOOT_IMAGE_OTHER,		/* known, and nothing that boots: see the label */
};

/* A loader for BIOS is put at 0x7c00 and must end before 0xa0000, where memory does; iPXE and PXELINUX refuse longer
 * ones, too. */
#define PXEBOOT_IMAGE_BIOS_MAX (0xa0000 - 0x7c00)

struct pxeboot_image {
	enum pxeboot_image_kind kind;
	const char *label;		/* for people, constant: "EFI program", "gzip data" */
	uint64_t size;			/* bytes */
	unsigned archs;			/* bits, 1 << enum pxeboot_arch: on which it starts (kernels on BIOS: by a loader) */
	bool is_cut;			/* its header promises more bytes than there are */
	const char *disc_system;	/* ISO 9660: the system on it that looks for its disc with drivers of its own and so
					 * loses one on the network, for people, constant: "Ubuntu"; NULL: none is known */
	/* PE/COFF: EFI programs, kernels with an EFI stub. */
	uint16_t pe_machine;		/* 0: no PE/COFF */
	bool is_efi;			/* EFI program or driver */
	bool is_application;		/* the former */
	bool is_signed;			/* carries an Authenticode signature; whether it is right is not looked at */
	unsigned authorities;		/* enum pxeboot_authority: who vouches, as it says */
	char signer[PXEBOOT_SIGNER_SIZE];	/* the first of the others, printable ASCII; "": not known */
	/* Linux kernels. */
	bool has_efi_stub;
	uint16_t linux_protocol;	/* x86: of the boot protocol, 0x020f for 2.15; 0: not x86 */
	bool is_big;			/* x86: is loaded at 1 MiB (bzImage) */
	bool linux_64;			/* x86: can be entered with 64 bits; protocol 2.12 and later say so */
	bool has_handover_32, has_handover_64;	/* x86: the EFI handover protocol */
};

/* Where the bytes are. */
struct pxeboot_image_source {
	uint64_t size;
	/* Exactly @length bytes at @offset, which are below the size: 0 or a negative errno. */
	int (*read)(void *context, uint64_t offset, void *buffer, size_t length);
	void *context;
};

/* Reads what it takes to know what the file is: some KiB, wherever they are.  0 whatever the bytes, else the source's
 * error. */
int pxeboot_image_read(const struct pxeboot_image_source *source, struct pxeboot_image *ret_image);

/* What pxeboot_program_by_name() says of @file, as far as the bytes do not know better; at most 8 MiB of them are searched.
 * @user_class: how the own build names itself, or NULL.  0, or the source's error. */
int pxeboot_program_by_bytes(const char *file, const struct pxeboot_image_source *source, const char *user_class,
			     struct pxeboot_program *ret_program);

/* "0.1.0" */
const char *pxeboot_version(void);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif
#endif
