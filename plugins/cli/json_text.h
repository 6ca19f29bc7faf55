/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What files that write JSON share; for those that have included <jansson.h>.
 */
#ifndef CLI_JSON_TEXT_H
#define CLI_JSON_TEXT_H

/* Text that may come from a client: bytes that are not UTF-8 can't be JSON, they come escaped.  NULL is null. */
json_t *json_text(const char *text);

#endif
