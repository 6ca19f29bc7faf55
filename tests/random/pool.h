/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What random policies and random clients have in common, so that they meet often: names of machines, the beginnings of
 * MAC addresses, vendor classes.
 */
#ifndef RANDOM_POOL_H
#define RANDOM_POOL_H

#define POOL_HOSTS 12		/* MAC addresses 52:54:00:11:00:NN and UUIDs 00112233-4455-6677-8899-aabbccddeeNN */
#define POOL_MAC "52:54:00:11:00:%02x"
#define POOL_UUID "00112233-4455-6677-8899-aabbccddee%02x"

/* Some are the beginning of others. */
static const char *const pool_mac_prefixes[] = {
	"52:54:01", "52:54:01:02", "52:54:01:02:03", "52", "52:54:00:11", "52:54:02", "02:00",
};

static const char *const pool_vendor_classes[] = {
	"PXEClient", "PXEClient:Arch:0000", "PXEClient:Arch:00007", "PXEClient:Arch:00000:UNDI:002001", "HTTPClient",
	"HTTPClient:Arch:00016", "MSFT 5.0", "MS", "Cisco \\\"AP\\\", c1700", "PXEClient:Arch:00011:UNDI:003000",
};

static const char *const pool_user_classes[] = { "iPXE-pxeboot", "iPXE-lab", "iPXE", "iPXEx" };

#endif
