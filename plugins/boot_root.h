/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Writing a planned boot root: the real one by `apply`, the lab's by `try`.
 */
#ifndef BOOT_ROOT_H
#define BOOT_ROOT_H

#include "base/batch.h"
#include "pxeboot.h"

/* Must this entry be left as it stands, because somebody else looks after it? */
bool boot_root_keeps(const char *root, const struct pxeboot_entry *entry);

/* Puts the entry in its place under @root.  1 when it wrote, 0 when it was so already, or a negative errno. */
int boot_root_write(const char *root, const struct pxeboot_entry *entry) MUST_USE;

/* Adds it to a batch of the root instead: 1 when it will be written.  -EINVAL for one that may have to be left by
 * then. */
int boot_root_add(struct batch *batch, const struct pxeboot_entry *entry) MUST_USE;

#endif
