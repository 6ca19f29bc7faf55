/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whether the lab's machine runs, and how it stopped.
 */
#ifndef TRY_POWER_H
#define TRY_POWER_H

enum power {
	POWER_ON,
	POWER_OFF,			/* it has switched itself off */
	POWER_RESET,			/* it has restarted itself, which ends the lab */
	POWER_LOST,			/* QEMU has ended and did not say why */
};

#endif
