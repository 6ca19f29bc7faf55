/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What files that write JSON share; for those that have included <jansson.h>.
 */
#ifndef CLI_JSON_TEXT_H
#define CLI_JSON_TEXT_H

#include "pxeboot.h"

/* Text that may come from a client: bytes that are not UTF-8 can't be JSON, they come escaped.  NULL is null. */
json_t *json_text(const char *text);
/* A one-shot boot, without its token; null where there never was one. */
json_t *json_once(const struct pxeboot_once *once);
/* Prints an object on a line of its own, and releases it.  What a client sent may be a control character of Unicode: all is
 * ASCII. */
void json_line(json_t *object);

#endif
