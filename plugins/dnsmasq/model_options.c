/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every option that a configuration file of dnsmasq 2.90 can hold, and whether it can set a tag or a boot file.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model_read.h"

#define SHOWN_MAX 60

enum argument { NONE, NEEDED, MAY };

struct option_kind {
	const char *name;
	enum argument argument;
	bool once;			/* a second one is an error */
	const char *(*parse)(struct model_reader *reader, char *argument);
	const char *could;		/* not modelled: what it does */
};

#define MODELLED(name, argument, parse) { name, argument, false, parse, NULL }
#define COULD(name, argument, once, does) { name, argument, once, NULL, does }
#define OTHER(name, argument) { name, argument, false, NULL, NULL }
#define ONCE(name, argument) { name, argument, true, NULL, NULL }

/* Those of each kind in alphabetical order. */
static const struct option_kind kinds[] = {
	/* Modelled. */
	MODELLED("conf-dir", NEEDED, model_parse_conf_dir),
	MODELLED("conf-file", MAY, model_parse_conf_file),
	MODELLED("dhcp-boot", NEEDED, model_parse_boot),
	MODELLED("dhcp-circuitid", NEEDED, model_parse_circuit),
	MODELLED("dhcp-host", NEEDED, model_parse_host),
	MODELLED("dhcp-hostsdir", NEEDED, model_parse_hosts_dir),
	MODELLED("dhcp-hostsfile", NEEDED, model_parse_hosts_file),
	MODELLED("dhcp-ignore", NEEDED, model_parse_ignore),
	MODELLED("dhcp-ignore-clid", NONE, model_parse_ignore_client_id),
	MODELLED("dhcp-mac", NEEDED, model_parse_mac),
	MODELLED("dhcp-match", NEEDED, model_parse_match),
	MODELLED("dhcp-name-match", NEEDED, model_parse_name_match),
	MODELLED("dhcp-no-override", NONE, model_parse_no_override),
	MODELLED("dhcp-option", NEEDED, model_parse_option),
	MODELLED("dhcp-option-force", NEEDED, model_parse_option_force),
	MODELLED("dhcp-optsdir", NEEDED, model_parse_options_dir),
	MODELLED("dhcp-optsfile", NEEDED, model_parse_options_file),
	MODELLED("dhcp-pxe-vendor", NEEDED, model_parse_vendors),
	MODELLED("dhcp-range", NEEDED, model_parse_range),
	MODELLED("dhcp-remoteid", NEEDED, model_parse_remote),
	MODELLED("dhcp-subscrid", NEEDED, model_parse_subscriber),
	MODELLED("dhcp-userclass", NEEDED, model_parse_user_class),
	MODELLED("dhcp-vendorclass", NEEDED, model_parse_vendor_class),
	MODELLED("interface", NEEDED, model_parse_interface),
	MODELLED("enable-tftp", MAY, model_parse_enable_tftp),
	MODELLED("pxe-prompt", NEEDED, model_parse_prompt),
	MODELLED("pxe-service", NEEDED, model_parse_service),
	MODELLED("tag-if", NEEDED, model_parse_tag_if),
	MODELLED("tftp-root", NEEDED, model_parse_tftp_root),
	/* Not modelled, and could set a tag or a file. */
	COULD("bridge-interface", NEEDED, false, "it gives a network another name"),
	COULD("conf-script", NEEDED, false, "it runs a program"),
	COULD("dhcp-alternate-port", MAY, true, "boot ROMs ask at the usual port"),
	COULD("dhcp-relay", NEEDED, false, "another server answers"),
	COULD("read-ethers", NONE, false, "/etc/ethers makes hosts known"),
	COULD("shared-network", NEEDED, false, "it adds ranges to a network"),
	/* Can do neither, but look at tags. */
	MODELLED("bootp-dynamic", MAY, model_parse_user),
	MODELLED("dhcp-broadcast", MAY, model_parse_user),
	MODELLED("dhcp-generate-names", MAY, model_parse_user),
	MODELLED("dhcp-ignore-names", MAY, model_parse_user),
	/* Can do neither. */
	ONCE("add-cpe-id", NEEDED), OTHER("add-mac", MAY), ONCE("add-subnet", MAY), OTHER("addn-hosts", NEEDED),
	OTHER("address", NEEDED), OTHER("alias", NEEDED), OTHER("all-servers", NONE), OTHER("auth-peer", NEEDED),
	OTHER("auth-sec-servers", NEEDED), ONCE("auth-server", NEEDED), ONCE("auth-soa", NEEDED),
	ONCE("auth-ttl", NEEDED), OTHER("auth-zone", NEEDED), OTHER("bind-dynamic", NONE),
	OTHER("bind-interfaces", NONE), OTHER("bogus-nxdomain", NEEDED), OTHER("bogus-priv", NONE),
	 OTHER("caa-record", NEEDED), OTHER("cache-rr", NEEDED), ONCE("cache-size", MAY),
	OTHER("clear-on-reload", NONE), OTHER("cname", NEEDED), OTHER("connmark-allowlist", NEEDED),
	ONCE("connmark-allowlist-enable", MAY), OTHER("conntrack", NONE), OTHER("dhcp-authoritative", NONE),
	 OTHER("dhcp-client-update", NONE), ONCE("dhcp-duid", NEEDED),
	OTHER("dhcp-fqdn", NONE),
	ONCE("dhcp-lease", NEEDED), ONCE("dhcp-lease-max", NEEDED), ONCE("dhcp-leasefile", MAY),
	OTHER("dhcp-luascript", NEEDED), OTHER("dhcp-proxy", MAY), OTHER("dhcp-rapid-commit", NONE),
	ONCE("dhcp-reply-delay", NEEDED), ONCE("dhcp-script", NEEDED), ONCE("dhcp-scriptuser", NEEDED),
	OTHER("dhcp-sequential-ip", NONE), ONCE("dhcp-ttl", NEEDED), ONCE("dns-forward-max", NEEDED),
	OTHER("dns-loop-detect", NONE), OTHER("dns-rr", NEEDED), OTHER("dnssec", NONE),
	OTHER("dnssec-check-unsigned", MAY), OTHER("dnssec-debug", NONE), ONCE("dnssec-limits", NEEDED),
	OTHER("dnssec-no-timecheck", NONE), ONCE("dnssec-timestamp", NEEDED), OTHER("domain", NEEDED),
	OTHER("domain-needed", NONE), OTHER("domain-suffix", NEEDED), ONCE("dumpfile", NEEDED),
	ONCE("dumpmask", NEEDED), OTHER("dynamic-host", NEEDED), ONCE("edns-packet-max", NEEDED),
	ONCE("enable-dbus", MAY), OTHER("enable-ra", NONE), ONCE("enable-ubus", MAY),
	OTHER("except-interface", NEEDED), OTHER("expand-hosts", NONE), ONCE("fast-dns-retry", MAY),
	OTHER("filter-A", NONE), OTHER("filter-AAAA", NONE), OTHER("filter-rr", NEEDED), OTHER("filterwin2k", NONE),
	ONCE("group", MAY), OTHER("host-record", NEEDED), OTHER("hostsdir", NEEDED), OTHER("ignore-address", NEEDED),
	 OTHER("interface-name", NEEDED), OTHER("ipset", NEEDED),
	OTHER("keep-in-foreground", NONE), OTHER("leasefile-ro", NONE), OTHER("listen-address", NEEDED),
	OTHER("local", NEEDED), ONCE("local-service", MAY), ONCE("local-ttl", NEEDED),
	OTHER("localise-queries", NONE), OTHER("localmx", NONE), ONCE("log-async", MAY), OTHER("log-debug", NONE),
	OTHER("log-dhcp", NONE), ONCE("log-facility", NEEDED), OTHER("log-queries", MAY),
	ONCE("max-cache-ttl", NEEDED), ONCE("max-port", NEEDED), ONCE("max-tcp-connections", NEEDED),
	ONCE("max-ttl", NEEDED), ONCE("min-cache-ttl", NEEDED), ONCE("min-port", NEEDED), OTHER("mx-host", NEEDED),
	ONCE("mx-target", NEEDED), OTHER("naptr-record", NEEDED), ONCE("neg-ttl", NEEDED), OTHER("nftset", NEEDED),
	OTHER("no-daemon", NONE), OTHER("no-dhcp-interface", NEEDED), OTHER("no-dhcpv4-interface", NEEDED),
	OTHER("no-dhcpv6-interface", NEEDED), OTHER("no-hosts", NONE), OTHER("no-ident", NONE),
	OTHER("no-negcache", NONE), OTHER("no-ping", NONE), OTHER("no-poll", NONE), OTHER("no-resolv", NONE),
	OTHER("no-round-robin", NONE), ONCE("pid-file", MAY), ONCE("port", NEEDED), ONCE("port-limit", NEEDED),
	OTHER("proxy-dnssec", NONE), OTHER("ptr-record", NEEDED), ONCE("query-port", NEEDED),
	OTHER("quiet-dhcp", NONE), OTHER("quiet-dhcp6", NONE), OTHER("quiet-ra", NONE), OTHER("quiet-tftp", NONE),
	OTHER("ra-param", NEEDED), OTHER("rebind-domain-ok", NEEDED), OTHER("rebind-localhost-ok", NONE),
	OTHER("resolv-file", MAY), OTHER("rev-server", NEEDED), OTHER("script-arp", NONE),
	OTHER("script-on-renewal", NONE), OTHER("selfmx", NONE), OTHER("server", NEEDED),
	ONCE("servers-file", NEEDED), OTHER("srv-host", NEEDED), OTHER("stop-dns-rebind", NONE),
	OTHER("strict-order", NONE), OTHER("strip-mac", NONE), OTHER("strip-subnet", NONE),
	OTHER("synth-domain", NEEDED), OTHER("tftp-lowercase", NONE), ONCE("tftp-max", NEEDED),
	ONCE("tftp-mtu", NEEDED), OTHER("tftp-no-blocksize", NONE), OTHER("tftp-no-fail", NONE),
	ONCE("tftp-port-range", NEEDED), OTHER("tftp-secure", NONE), OTHER("tftp-single-port", NONE),
	OTHER("tftp-unique-root", MAY), OTHER("trust-anchor", NEEDED), OTHER("txt-record", NEEDED),
	ONCE("umbrella", MAY), ONCE("use-stale-cache", MAY), ONCE("user", MAY),
};

static const struct option_kind *find_kind(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

static const char *check_argument(struct model_reader *reader, const struct option_kind *kind, const char *argument)
{
	if (kind->argument == NONE && argument != NULL)
		return "it takes no value";
	if (kind->argument == NEEDED && argument == NULL)
		return "its value is missing";
	if (kind->once && reader->lines[kind - kinds] > 1)
		return "it may stand once only";
	return NULL;
}

/* Cuts the line at its first '='; what stands behind it, or NULL. */
static char *cut(char *line)
{
	char *equals = strchr(line, '='), *end = equals, *argument = equals;

	if (equals == NULL)
		return NULL;
	for (argument++; *argument == ' '; argument++)
		;
	while (end > line && (end[-1] == ' ' || end[-1] == '='))
		end--;
	*end = '\0';
	return argument;
}

/* A name that a finding can show; anything long is hardly a slip of the pen. */
static const char *shown_name(struct model_reader *reader, const char *name)
{
	CLEANUP_TEXT struct text shown = TEXT_INIT;

	text_add_char(&shown, '\'');
	text_add_escaped(&shown, name);
	text_add_char(&shown, '\'');
	if (shown.error < 0 || shown.length > SHOWN_MAX)
		return reader->keyword;
	name = model_copy(reader->model, shown.bytes, shown.length);
	return name != NULL ? name : reader->keyword;
}

const char *model_read_line(struct model_reader *reader, char *line)
{
	char *argument = cut(line);
	const struct option_kind *kind = find_kind(line);
	const char *wrong;

	if (kind == NULL) {
		reader->keyword = shown_name(reader, line);
		return "no such option";
	}
	reader->keyword = kind->name;
	reader->lines[kind - kinds]++;
	wrong = check_argument(reader, kind, argument);
	if (wrong != NULL)
		return wrong;
	if (kind->parse != NULL)
		return kind->parse(reader, argument);
	if (kind->could != NULL)
		model_skip(reader, kind->could);
	return NULL;
}

/* What is passed over is told, too: in one line, for whole configurations hold dozens of such options. */
static void tell_others(const struct model_reader *reader)
{
	CLEANUP_TEXT struct text names = TEXT_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (reader->lines[i] == 0)
			continue;
		if (strcmp(kinds[i].name, "dhcp-script") == 0 || strcmp(kinds[i].name, "dhcp-luascript") == 0)
			reader->model->scripted = true;
		if (kinds[i].parse == NULL && kinds[i].could == NULL)
			text_addf(&names, "%s%s", names.length > 0 ? ", " : "", kinds[i].name);
	}
	if (names.error < 0)
		reader->model->error = names.error;
	else if (names.length > 0)
		diagnostics_add(reader->diagnostics, PXEBOOT_NOTE, "dnsmasq.not-modelled", (struct location){ NULL, 0 },
				"not modelled, for they set neither a tag nor a file: %s", names.bytes);
}

/* ---- Options that are one word ---- */

const char *model_parse_tftp_root(struct model_reader *reader, char *argument)
{
	const char *interface = words_split(argument);

	reader->model->tftp_root_where = reader->where;
	if (interface == NULL)
		reader->model->tftp_root = model_word(reader, argument);
	return NULL;
}

const char *model_parse_enable_tftp(struct model_reader *reader, char *argument)
{
	(void)argument;
	reader->model->tftp = reader->where;
	return NULL;
}

const char *model_parse_no_override(struct model_reader *reader, char *argument)
{
	(void)argument;
	reader->model->no_override = true;
	return NULL;
}

const char *model_parse_ignore_client_id(struct model_reader *reader, char *argument)
{
	(void)argument;
	reader->model->ignore_client_id = true;
	return NULL;
}

/* ---- The whole ---- */

static int begin(struct model_reader *reader)
{
	struct model *model = calloc(1, sizeof(*model));

	if (model == NULL)
		return -ENOMEM;
	model->tag_ifs_end = &model->tag_ifs;
	model->services_end = &model->services;
	model->ranges_end = &model->ranges;
	model->next_type = 32768;
	reader->model = model;
	reader->lines = model_alloc(model, ARRAY_SIZE(kinds) * sizeof(*reader->lines));
	return 0;
}

static int end(struct model_reader *reader, int r, struct model **ret_model)
{
	if (r == 0 && reader->model->error == 0)
		model_read_includes(reader);
	if (r == 0 && reader->lines != NULL)
		tell_others(reader);
	if (r == 0)
		r = reader->model->error < 0 ? reader->model->error : reader->error;
	if (r < 0)
		model_free(reader->model);
	else
		*ret_model = reader->model;
	return r;
}

static void tell_unreadable(const struct model_reader *reader, const char *file, int error)
{
	diagnostics_add(reader->diagnostics, PXEBOOT_ERROR, "dnsmasq.syntax", (struct location){ file, 0 },
			"it can't be read: %s; dnsmasq does not start without it", strerror(-error));
}

int model_read(const char *const *files, size_t count, struct pxeboot_diagnostics *diagnostics,
	       struct model **ret_model)
{
	struct model_reader reader = { .diagnostics = diagnostics };
	int r = begin(&reader);

	if (r < 0)
		return r;
	for (size_t i = 0; r == 0 && i < count && reader.lines != NULL; i++) {
		r = model_read_file(&reader, files[i]);
		if (r < 0 && r != -ENOMEM)
			tell_unreadable(&reader, files[i], r);
	}
	return end(&reader, r, ret_model);
}

int model_read_bytes(const char *name, const void *bytes, size_t length, struct pxeboot_diagnostics *diagnostics,
		     struct model **ret_model)
{
	struct model_reader reader = { .diagnostics = diagnostics, .from_memory = true };
	int r = begin(&reader);

	if (r < 0)
		return r;
	reader.where.file = model_copy(reader.model, name, strlen(name));
	if (reader.lines != NULL && reader.where.file != NULL)
		model_read_lines(&reader, bytes, length, model_read_line);
	return end(&reader, 0, ret_model);
}
