/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The command line of pxeboot try (see invocation.h).
 */
#include "invocation.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "dhcp.h"
#include "monitor.h"
#include "vlan.h"

#define DEFAULT_TIMEOUT 240
#define DEFAULT_STALL 60

enum option_code {
	OPTION_FIRMWARE = 256,
	OPTION_TFTP,
	OPTION_DHCP,
	OPTION_EXPECT,
	OPTION_SCREENSHOT,
	OPTION_PRESS,
	OPTION_KEEP,
	OPTION_NIC,
	OPTION_MAC,
	OPTION_UUID,
	OPTION_SERIAL,
	OPTION_MEMORY,
	OPTION_TIMEOUT,
	OPTION_STALL,
	OPTION_IPXE_ROM,
	OPTION_DISK,
	OPTION_RUN,
	OPTION_UNTIL,
	OPTION_SECURE_BOOT,
	OPTION_RELAY,
	OPTION_VLAN,
	OPTION_SECOND_NIC,
	OPTION_OTHER,
	OPTION_HTTP_BOOT,
	OPTION_IPV6,
	OPTION_FLASH,
	OPTION_EMBEDDED,
};

static int set_firmware(struct invocation *invocation, const char *value)
{
	struct text CLEANUP_TEXT known = TEXT_INIT;
	const struct firmware *firmware;

	invocation->options.firmware = firmware_by_name(value);
	if (invocation->options.firmware)
		return -1;
	for (unsigned i = 0; (firmware = firmware_get(i)); i++)
		text_addf(&known, "%s%s", i ? ", " : "", firmware->name);
	return session_usage(&invocation->session, "unknown firmware '%s'; there are %s", value,
			     known.error ? "others" : known.bytes);
}

/* As --set does; @room holds INVOCATION_SETTING bytes. */
static int override(struct session *session, char *room, const char *setting, const char *value)
{
	if (session->n_overrides == MAX_OVERRIDES)
		return session_usage(session, "too many settings");
	snprintf(room, INVOCATION_SETTING, "%s=%s", setting, value);
	session->overrides[session->n_overrides++] = room;
	return -1;
}

static int set_tftp(struct invocation *invocation, const char *value)
{
	struct session *session = &invocation->session;

	if (strcmp(value, "dnsmasq") != 0 && strcmp(value, "tftp-hpa") != 0)
		return session_usage(session, "--tftp is dnsmasq or tftp-hpa, not '%s'", value);
	return override(session, invocation->tftp, "server.tftp", value);
}

static int set_dhcp(struct invocation *invocation, const char *value)
{
	struct session *session = &invocation->session;

	if (!dhcp_server_is_known(value))
		return session_usage(session, "--dhcp is dnsmasq, isc-dhcpd or kea, not '%s'", value);
	return override(session, invocation->dhcp, "server.dhcp.server", value);
}

static int set_keys(struct invocation *invocation, const char *value)
{
	size_t n = 0;
	char *rest;

	invocation->options.press = true;
	invocation->options.keys = invocation->key_list;
	if (strcmp(value, "none") == 0)
		return -1;
	if (strlen(value) >= sizeof(invocation->keys))
		return session_usage(&invocation->session, "--press has too many keys");
	strcpy(invocation->keys, value);
	for (char *key = strtok_r(invocation->keys, ",", &rest); key; key = strtok_r(NULL, ",", &rest)) {
		if (!monitor_is_key(key) || n == INVOCATION_KEYS)
			return session_usage(&invocation->session, "--press wants at most %d of QEMU's names of keys "
					     "and waits, such as 'down,ret'", INVOCATION_KEYS);
		invocation->key_list[n++] = key;
	}
	return -1;
}

/* The lab has a /dev of its own: nothing of this machine's is in it, and what is written there is gone with the lab. */
static int set_path(struct invocation *invocation, const char *option, const char *value, const char **ret)
{
	if (!*value || strncmp(value, "/dev/", 5) == 0)
		return session_usage(&invocation->session, "--%s wants a path outside of /dev, of which the lab has one of its own, "
				     "not '%s'", option, value);
	*ret = value;
	return -1;
}

/* A comma would begin another of QEMU's settings. */
static int set_flash(struct invocation *invocation, const char *value)
{
	if (strchr(value, ','))
		return session_usage(&invocation->session, "--flash wants a directory without a comma in its name");
	return set_path(invocation, "flash", value, &invocation->options.flash);
}

static int set_disk(struct invocation *invocation, const char *value)
{
	struct stat status;

	if (stat(value, &status) < 0)
		return session_usage(&invocation->session, "--disk: can't use '%s': %s", value, strerror(errno));
	if (!S_ISREG(status.st_mode) || status.st_size == 0)
		return session_usage(&invocation->session, "--disk wants the image of a disk, and '%s' is none", value);
	return set_path(invocation, "disk", value, &invocation->options.disk);
}

static int set_embedded(struct invocation *invocation, const char *value)
{
	if (access(value, R_OK) < 0)
		return session_usage(&invocation->session, "--embedded: can't read '%s': %s", value, strerror(errno));
	return set_path(invocation, "embedded", value, &invocation->options.embedded);
}

static int add_run(struct invocation *invocation, const char *value)
{
	struct lab_options *options = &invocation->options;

	if (options->n_runs == LAB_RUNS)
		return session_usage(&invocation->session, "at most %d times --run", LAB_RUNS);
	options->runs[options->n_runs++] = value;
	return -1;
}

static int set_until(struct invocation *invocation, const char *value)
{
	struct lab_options *options = &invocation->options;

	options->until_menu = strcmp(value, "menu") == 0;
	options->until = strcmp(value, "off") == 0 ? POWER_OFF : strcmp(value, "reset") == 0 ? POWER_RESET : POWER_ON;
	if (!options->until_menu && options->until == POWER_ON)
		return session_usage(&invocation->session, "--until is menu, off or reset, not '%s'", value);
	return -1;
}

static int set_other(struct invocation *invocation, const char *value)
{
	invocation->options.other_file = strcmp(value, "file") == 0;
	if (invocation->options.other_file || strcmp(value, "silent") == 0)
		return -1;
	return session_usage(&invocation->session, "--other is silent or file, not '%s'", value);
}

static int set_mac(struct invocation *invocation, const char *value)
{
	uint8_t mac[MAC_LENGTH];

	if (scalar_mac(value, mac) < 0 || (mac[0] & 1))
		return session_usage(&invocation->session, "'%s' is no MAC of a network card", value);
	scalar_format_mac(mac, ':', invocation->mac);
	return -1;
}

static int set_uuid(struct invocation *invocation, const char *value)
{
	uint8_t uuid[UUID_LENGTH];

	if (scalar_uuid(value, uuid) < 0)
		return session_usage(&invocation->session, "'%s' is no UUID", value);
	scalar_format_uuid(uuid, invocation->uuid);
	return -1;
}

/* A comma would begin another of QEMU's settings. */
static int set_serial(struct invocation *invocation, const char *value)
{
	for (const char *at = value; *at; at++)
		if (*at < ' ' || *at > '~' || *at == ',')
			return session_usage(&invocation->session, "a serial number here is plain text without commas");
	invocation->options.serial = value;
	return -1;
}

static int set_number(struct invocation *invocation, const char *name, const char *value, uint32_t min, uint32_t max,
		      unsigned *ret)
{
	uint32_t number;

	if (scalar_u32(value, min, max, &number) < 0)
		return session_usage(&invocation->session, "--%s is a number from %u to %u, not '%s'", name, min, max,
				     value);
	*ret = number;
	return -1;
}

static int set_memory(struct invocation *invocation, const char *value)
{
	unsigned megabytes = 0;
	int r = set_number(invocation, "memory", value, 128, 65536, &megabytes);

	if (r < 0)
		snprintf(invocation->memory, sizeof(invocation->memory), "%u", megabytes);
	return r;
}

/* Takes one option.  -1 to go on, else the exit code to leave with. */
static int take(struct invocation *invocation, int option)
{
	struct lab_options *options = &invocation->options;

	switch (option) {
	case OPTION_FIRMWARE:
		return set_firmware(invocation, optarg);
	case OPTION_TFTP:
		return set_tftp(invocation, optarg);
	case OPTION_DHCP:
		return set_dhcp(invocation, optarg);
	case OPTION_EXPECT:
		options->expect = *optarg ? optarg : NULL;
		return -1;
	case OPTION_SCREENSHOT:
		return set_path(invocation, "screenshot", optarg, &options->screenshot);
	case OPTION_PRESS:
		return set_keys(invocation, optarg);
	case OPTION_KEEP:
		return set_path(invocation, "keep", optarg, &options->keep);
	case OPTION_NIC:
		options->nic = optarg;
		return -1;
	case OPTION_IPXE_ROM:
		options->ipxe_rom = true;
		return -1;
	case OPTION_SECURE_BOOT:
		options->secure_boot = true;
		return -1;
	case OPTION_FLASH:
		return set_flash(invocation, optarg);
	case OPTION_IPV6:
		options->ipv6 = true;
		return -1;
	case OPTION_HTTP_BOOT:
		options->http_boot = true;
		return -1;
	case OPTION_DISK:
		return set_disk(invocation, optarg);
	case OPTION_EMBEDDED:
		return set_embedded(invocation, optarg);
	case OPTION_RUN:
		return add_run(invocation, optarg);
	case OPTION_UNTIL:
		return set_until(invocation, optarg);
	case OPTION_RELAY:
		options->relay = true;
		return -1;
	case OPTION_VLAN:
		return set_number(invocation, "vlan", optarg, 1, VLAN_MAX, &options->vlan);
	case OPTION_SECOND_NIC:
		options->second_nic = true;
		return -1;
	case OPTION_OTHER:
		return set_other(invocation, optarg);
	case OPTION_MAC:
		return set_mac(invocation, optarg);
	case OPTION_UUID:
		return set_uuid(invocation, optarg);
	case OPTION_SERIAL:
		return set_serial(invocation, optarg);
	case OPTION_MEMORY:
		return set_memory(invocation, optarg);
	case OPTION_TIMEOUT:
		return set_number(invocation, "timeout", optarg, 1, 86400, &options->timeout);
	case OPTION_STALL:
		return set_number(invocation, "stall", optarg, 1, 86400, &options->stall);
	}
	return session_option(&invocation->session, option);
}

/* The firmware that has Secure Boot on is another one; either may have been named first. */
static int choose_secure_boot(struct invocation *invocation)
{
	struct lab_options *options = &invocation->options;
	const struct firmware *secure = firmware_with_secure_boot(options->firmware);

	if (!options->secure_boot)
		return -1;
	if (!secure)
		return session_usage(&invocation->session, "there is no firmware '%s' with Secure Boot here; there are x64-uefi "
				     "and arm64-uefi", options->firmware->name);
	options->firmware = secure;
	return -1;
}

/* What was not said. */
static void fill_in(struct invocation *invocation)
{
	struct lab_options *options = &invocation->options;
	uint8_t mac[MAC_LENGTH];

	if (!options->firmware)
		options->firmware = firmware_by_name("x64-uefi");
	if (options->until_menu && !options->press) {
		options->press = true;		/* none */
		options->keys = invocation->key_list;
	}
	options->disguise = options->firmware->disguise && !options->ipxe_rom;
	if (!options->nic)
		options->nic = options->firmware->nic;
	if (!*invocation->memory)
		strcpy(invocation->memory, "512");
	if (!*invocation->mac)
		strcpy(invocation->mac, LAB_DEFAULT_MAC);
	/* A UUID of zeros, QEMU's own, is no identity. */
	if (!*invocation->uuid && scalar_mac(invocation->mac, mac) == 0)
		snprintf(invocation->uuid, sizeof(invocation->uuid), "70786562-6f6f-4000-8000-%02x%02x%02x%02x%02x%02x",
			 mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	options->mac = invocation->mac;
	options->uuid = invocation->uuid;
	options->memory = invocation->memory;
	options->timeout = options->timeout ? options->timeout : DEFAULT_TIMEOUT;
	options->stall = options->stall ? options->stall : DEFAULT_STALL;
}

/* What this firmware can't be asked for, and what can't be asked for at once. */
static int check_together(struct invocation *invocation)
{
	const struct lab_options *options = &invocation->options;
	const struct firmware *firmware = options->firmware;

	if (options->http_boot && !firmware->http_boot)
		return session_usage(&invocation->session, "the firmware %s can't boot over HTTP", firmware->name);
	if (options->vlan && !firmware->variables)
		return session_usage(&invocation->session, "--vlan is for UEFI: the firmware %s can't put tags on", firmware->name);
	if (options->flash && !firmware->code)
		return session_usage(&invocation->session, "--flash is not for %s, whose firmware comes with QEMU", firmware->name);
	if (options->ipxe_rom && !firmware->disguise)
		return session_usage(&invocation->session, "--ipxe-rom is for bios: with %s the card has no ROM, unless --nic "
				     "brings one", firmware->name);
	if (options->embedded && firmware->settings)
		return session_usage(&invocation->session, "--embedded is for iPXE, and %s loads none", firmware->name);
	if (options->until_menu && options->expect)
		return session_usage(&invocation->session, "--until menu ends there: nothing after it can be expected");
	return -1;
}

int invocation_read(struct invocation *invocation, int argc, char **argv)
{
	static const struct option options[] = {
		SESSION_LONG_OPTIONS,
		{ "firmware", required_argument, NULL, OPTION_FIRMWARE },
		{ "tftp", required_argument, NULL, OPTION_TFTP },
		{ "dhcp", required_argument, NULL, OPTION_DHCP },
		{ "expect", required_argument, NULL, OPTION_EXPECT },
		{ "screenshot", required_argument, NULL, OPTION_SCREENSHOT },
		{ "press", required_argument, NULL, OPTION_PRESS },
		{ "keep", required_argument, NULL, OPTION_KEEP },
		{ "nic", required_argument, NULL, OPTION_NIC },
		{ "mac", required_argument, NULL, OPTION_MAC },
		{ "uuid", required_argument, NULL, OPTION_UUID },
		{ "serial", required_argument, NULL, OPTION_SERIAL },
		{ "memory", required_argument, NULL, OPTION_MEMORY },
		{ "timeout", required_argument, NULL, OPTION_TIMEOUT },
		{ "stall", required_argument, NULL, OPTION_STALL },
		{ "ipxe-rom", no_argument, NULL, OPTION_IPXE_ROM },
		{ "flash", required_argument, NULL, OPTION_FLASH },
		{ "ipv6", no_argument, NULL, OPTION_IPV6 },
		{ "http-boot", no_argument, NULL, OPTION_HTTP_BOOT },
		{ "disk", required_argument, NULL, OPTION_DISK },
		{ "embedded", required_argument, NULL, OPTION_EMBEDDED },
		{ "run", required_argument, NULL, OPTION_RUN },
		{ "until", required_argument, NULL, OPTION_UNTIL },
		{ "secure-boot", no_argument, NULL, OPTION_SECURE_BOOT },
		{ "relay", no_argument, NULL, OPTION_RELAY },
		{ "vlan", required_argument, NULL, OPTION_VLAN },
		{ "second-nic", no_argument, NULL, OPTION_SECOND_NIC },
		{ "other", required_argument, NULL, OPTION_OTHER },
		{ 0 },
	};
	int option, r;

	while ((option = getopt_long(argc, argv, SESSION_SHORT_OPTIONS, options, NULL)) != -1) {
		r = take(invocation, option);
		if (r >= 0)
			return r;
	}
	if (optind < argc)
		return session_usage(&invocation->session, "unexpected argument '%s'", argv[optind]);
	fill_in(invocation);
	r = check_together(invocation);
	return r < 0 ? choose_secure_boot(invocation) : r;
}
