/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Protocols, image types and commands.  iPXE reads this as config/local/pxeboot/general.h, after its own defaults and
 * those of the platform; what they say of an option is forgotten first, so that none is defined twice.
 */
#include <config/local/pxeboot/options.h>

#undef DOWNLOAD_PROTO_HTTPS
#if OPTION_HTTPS
#define DOWNLOAD_PROTO_HTTPS
#endif

#undef DOWNLOAD_PROTO_NFS
#if OPTION_NFS
#define DOWNLOAD_PROTO_NFS
#endif

#undef NET_PROTO_IPV6
#if OPTION_IPV6
#define NET_PROTO_IPV6
#endif

#undef IMAGE_PNG
#if OPTION_PNG
#define IMAGE_PNG
#endif

#undef CONSOLE_CMD
#if OPTION_CONSOLE
#define CONSOLE_CMD
#endif

#undef VLAN_CMD
#if OPTION_VLAN
#define VLAN_CMD
#endif

#undef PARAM_CMD
#if OPTION_PARAM
#define PARAM_CMD
#endif

#undef NSLOOKUP_CMD
#if OPTION_NSLOOKUP
#define NSLOOKUP_CMD
#endif

#undef PING_CMD
#if OPTION_PING
#define PING_CMD
#endif

#undef NTP_CMD
#if OPTION_NTP
#define NTP_CMD
#endif

#undef TIME_CMD
#if OPTION_TIME
#define TIME_CMD
#endif

#undef IMAGE_TRUST_CMD
#if OPTION_IMGTRUST
#define IMAGE_TRUST_CMD
#endif

#undef CERT_CMD
#if OPTION_CERT
#define CERT_CMD
#endif

#undef DIGEST_CMD
#if OPTION_DIGEST
#define DIGEST_CMD
#endif

#undef SHIM_CMD
#if OPTION_SHIM
#define SHIM_CMD
#endif

#undef REBOOT_CMD
#if OPTION_REBOOT
#define REBOOT_CMD
#endif

#undef POWEROFF_CMD
#if OPTION_POWEROFF
#define POWEROFF_CMD
#endif
