/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stand-in for 1.21.1: little is on, and platforms add to it beforehand. */
#ifndef CONFIG_GENERAL_H
#define CONFIG_GENERAL_H

#include <config/defaults.h>

#define BANNER_TIMEOUT 20
#define ROM_BANNER_TIMEOUT ( 2 * BANNER_TIMEOUT )

/* Protocols */
#define NET_PROTO_IPV4
#undef NET_PROTO_IPV6
#define DOWNLOAD_PROTO_TFTP
#define DOWNLOAD_PROTO_HTTP
#undef DOWNLOAD_PROTO_HTTPS
#undef DOWNLOAD_PROTO_NFS
#define DNS_RESOLVER

/* Images */
#define IMAGE_PNG
#define IMAGE_DER
#define IMAGE_PEM

/* Commands */
#define AUTOBOOT_CMD
#define CONFIG_CMD
#define DHCP_CMD
#define FCMGMT_CMD
#define IBMGMT_CMD
#define IFMGMT_CMD
#define IMAGE_CMD
#define IWMGMT_CMD
#define LOGIN_CMD
#define MENU_CMD
#define NVO_CMD
#define ROUTE_CMD
#define SANBOOT_CMD
#define SHELL_CMD
#define SYNC_CMD
//#define NSLOOKUP_CMD
//#define TIME_CMD
//#define DIGEST_CMD
//#define VLAN_CMD
//#define REBOOT_CMD
//#define POWEROFF_CMD
//#define IMAGE_TRUST_CMD
//#define PCI_CMD
//#define PARAM_CMD
//#define PING_CMD
//#define CONSOLE_CMD
//#define NTP_CMD
//#define CERT_CMD

#include <config/named.h>
#include NAMED_CONFIG(general.h)
#include <config/local/general.h>
#include LOCAL_NAMED_CONFIG(general.h)

#endif
