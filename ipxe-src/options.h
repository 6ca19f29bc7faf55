/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What an iPXE built by ipxe-src/build can do and how it looks: the one place to change it.  README.md beside this file
 * says what each line is for and what it costs; `build --with NAME --without NAME` changes an option for one build.
 *
 * An option is on with 1 and off with 0, on every target and whatever iPXE's own default is.
 */
#ifndef PXEBOOT_OPTIONS_H
#define PXEBOOT_OPTIONS_H

/* Looks */
#define OPTION_CONSOLE 1	/* console, colour, cpair: sets the screen's mode, picture and colours */
#define OPTION_FRAMEBUFFER 1	/* a graphical screen for console to set */
#define OPTION_PNG 1		/* pictures in PNG */

/* Where files come from */
#define OPTION_HTTPS 1		/* https:// */
#define OPTION_NFS 0		/* nfs:// */
#define OPTION_IPV6 1		/* IPv6, its router discovery and DHCPv6 */
#define OPTION_VLAN 1		/* vcreate, vdestroy: networks with a VLAN tag */

/* What scripts ask and say */
#define OPTION_PARAM 1		/* params, param: sends form parameters along with a request */
#define OPTION_NSLOOKUP 1	/* nslookup: the address of a name */
#define OPTION_PING 1		/* ping */
#define OPTION_NTP 1		/* ntp: sets the clock, by which certificates are judged */
#define OPTION_TIME 1		/* time: how long a command took */

/* Whom to trust */
#define OPTION_IMGTRUST 1	/* imgtrust, imgverify: signed scripts and kernels */
#define OPTION_CERT 1		/* certstat, certstore, certfree: looks after certificates */
#define OPTION_DIGEST 1		/* md5sum, sha1sum and, from 2.0.0 on, sha256sum */
#define OPTION_SHIM 1		/* shim: starts a signed kernel under Secure Boot; from 2023-05 on */

/* Ways to leave */
#define OPTION_REBOOT 1		/* reboot */
#define OPTION_POWEROFF 1	/* poweroff */

/*
 * Names.  The banner says iPXE and its address in any case: that is what runs.  Plain ASCII without the percent sign,
 * and inside the quotes neither these nor the backslash.
 */
#define PXEBOOT_NAME ""		/* a line above the banner, such as "Tachibana" */
#define PXEBOOT_TAG_LINE "Open Source Network Boot Firmware"

/*
 * Colours until a theme sets its own: COLOR_BLACK, _RED, _GREEN, _YELLOW, _BLUE, _MAGENTA, _CYAN or _WHITE.  Over a
 * picture the ground of normal text is clear, so nothing should be written in that colour.
 */
#define PXEBOOT_NORMAL_FG COLOR_WHITE
#define PXEBOOT_NORMAL_BG COLOR_BLUE
#define PXEBOOT_SELECT_FG COLOR_WHITE		/* the chosen item */
#define PXEBOOT_SELECT_BG COLOR_RED
#define PXEBOOT_SEPARATOR_FG COLOR_CYAN		/* headings in menus */
#define PXEBOOT_SEPARATOR_BG COLOR_BLUE
#define PXEBOOT_EDIT_FG COLOR_BLACK		/* what is typed */
#define PXEBOOT_EDIT_BG COLOR_CYAN
#define PXEBOOT_ALERT_FG COLOR_WHITE
#define PXEBOOT_ALERT_BG COLOR_RED
#define PXEBOOT_URL_FG COLOR_CYAN
#define PXEBOOT_URL_BG COLOR_BLUE
#define PXEBOOT_PXE_FG COLOR_BLACK		/* a PXE server's own boot menu */
#define PXEBOOT_PXE_BG COLOR_WHITE

#endif
