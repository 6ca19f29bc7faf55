/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The words of one line of a dnsmasq configuration.  Quoted characters that would mean something to a parser are
 * disguised as control characters, so that nothing splits at them or takes them for a number, until words_reveal().
 */
#ifndef DNSMASQ_MODEL_WORDS_H
#define DNSMASQ_MODEL_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Takes the quotes and the comment out of a line, in place, and the blanks around it.  NULL, or what is wrong. */
const char *words_prepare(char *line, char **ret_text);
void words_reveal(char *text);

/* Cuts @text at the first @mark, blanks beside it gone too; what follows, or NULL when there is none. */
char *words_split_at(char *text, char mark);
char *words_split(char *text);		/* at a comma */
bool words_begin(const char *text, const char *prefix);
/* "tag:NAME", "net:NAME"? */
bool words_is_tag(const char *text);

/* Digits alone (an empty word too); reveals.  As atoi() takes them where there are too many. */
bool words_number(char *text, int *ret);
bool words_all_digits(const char *text);

/* Pairs of hexadecimal digits between ':', '-' or blanks; a '*' stands for any byte and sets its bit in @ret_wild.  With
 * @ret_type a first word before a '-' is the kind of hardware.  The number of bytes, at most @max; -1 when it is none. */
int words_hex(const char *text, uint8_t *ret_bytes, int max, uint32_t *ret_wild, long *ret_type);

bool words_address(const char *text, uint32_t *ret);	/* IPv4, host byte order */
bool words_address6(const char *text);

#endif
