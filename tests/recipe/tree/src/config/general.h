/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stand-in for 2.0.0 and later: all is on, and BIOS builds lose again what they never had. */
#ifndef CONFIG_GENERAL_H
#define CONFIG_GENERAL_H

#include <config/defaults.h>

/* Protocols */
#define NET_PROTO_IPV4
#define NET_PROTO_IPV6
#define DOWNLOAD_PROTO_TFTP
#define DOWNLOAD_PROTO_HTTP
#define DOWNLOAD_PROTO_HTTPS
//#define DOWNLOAD_PROTO_NFS
#if defined ( PLATFORM_efi )
#define DOWNLOAD_PROTO_FILE
#endif
#if defined ( PLATFORM_pcbios )
#undef NET_PROTO_IPV6
#undef DOWNLOAD_PROTO_HTTPS
#endif

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
#define CERT_CMD
#define CONSOLE_CMD
#define DIGEST_CMD
#define FORM_CMD
#define IMAGE_ARCHIVE_CMD
#define NTP_CMD
#define PARAM_CMD
#define PCI_CMD
#define SHIM_CMD
#define USB_CMD
#define VLAN_CMD
//#define IMAGE_TRUST_CMD
//#define NSLOOKUP_CMD
//#define PING_CMD
//#define TIME_CMD
#if ! defined ( REBOOT_NULL )
#define POWEROFF_CMD
#define REBOOT_CMD
#endif
#if ! defined ( FDT_NULL )
#define FDT_CMD
#endif
#if defined ( __i386__ ) || defined ( __x86_64__ )
#define CPUID_CMD
#endif
#if defined ( PLATFORM_pcbios )
#undef CERT_CMD
#undef CONSOLE_CMD
#undef DIGEST_CMD
#undef NTP_CMD
#undef PARAM_CMD
#undef PCI_CMD
#undef USB_CMD
#undef VLAN_CMD
#endif

/* Images */
#define IMAGE_DER
#define IMAGE_PEM
#define IMAGE_PNG
#define IMAGE_SCRIPT
#if defined ( PLATFORM_efi )
#define IMAGE_EFI
#endif
#if defined ( IMAGE_EFI ) && defined ( __aarch64__ )
#define IMAGE_GZIP
#endif

/* The rest */
#define BANNER_TIMEOUT 20
#define ROM_BANNER_TIMEOUT ( 2 * BANNER_TIMEOUT )
#if defined ( PLATFORM_pcbios )
#define PXE_MENU
#define PXE_STACK
#endif
#define DNS_RESOLVER

#include <config/named.h>
#include NAMED_CONFIG(general.h)
#include <config/local/general.h>
#include LOCAL_NAMED_CONFIG(general.h)

#endif
