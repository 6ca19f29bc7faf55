/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What of a walk others need to know: how iPXE asks. */
#ifndef PROOF_WALK_H
#define PROOF_WALK_H

/* The vendor class of an iPXE of the architecture, or of one that has none. */
#define WALK_VENDOR_CLASS 48
void walk_vendor_class(int arch, char ret[WALK_VENDOR_CLASS]);

#endif
