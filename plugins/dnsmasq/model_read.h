/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the files of the reader share: one line at a time, in the words of dnsmasq's own language.
 */
#ifndef DNSMASQ_MODEL_READ_H
#define DNSMASQ_MODEL_READ_H

#include "model_data.h"
#include "model_words.h"

#define MODEL_LINE_MAX 1024		/* what dnsmasq reads at once; the rest is a line of its own to it */

struct model_reader {
	struct model *model;
	struct pxeboot_diagnostics *diagnostics;
	struct location where;		/* the line that is read */
	const char *keyword;		/* of that line */
	bool from_memory;		/* other files are not read */
	bool bank;			/* in a dhcp-hostsfile or a dhcp-optsfile: a bad line is logged and left out */
	unsigned depth;			/* of files in files */
	unsigned *lines;		/* that there are of each option, by its index */
	int error;			/* 0, or what refuses the whole */
};

/* Tells that dnsmasq refuses the line (in a dhcp-hostsfile: leaves it out). */
void model_refuse(struct model_reader *reader, const char *why);
/* Tells that a line which could set a tag or a file is not modelled: every answer is unknown. */
void model_skip(struct model_reader *reader, const char *why);
int model_read_file(struct model_reader *reader, const char *path);
/* Hands every line without its comment to @line, which returns NULL or what is wrong with it. */
void model_read_lines(struct model_reader *reader, const char *bytes, size_t length,
		      const char *(*line)(struct model_reader *reader, char *line));
/* A line of a configuration file: KEYWORD[=ARGUMENT]. */
const char *model_read_line(struct model_reader *reader, char *line);
void model_read_includes(struct model_reader *reader);

/* Takes "tag:" words off the front of @argument; NULL behind them is a line without anything else.  -EINVAL: a tag
 * without a name. */
int model_take_tags(struct model_reader *reader, char **argument, struct model_tag **ret_tags);
/* "set:NAME" or "NAME"; NULL when the name is empty, or for lack of memory. */
const char *model_set_name(struct model_reader *reader, const char *word);
struct model_tag *model_new_tag(struct model_reader *reader, const char *name, struct model_tag *next);
/* The tags in words, as they stand in the line. */
const char *model_condition(struct model_reader *reader, const struct model_tag *tags);
/* A revealed copy; NULL when it is empty. */
const char *model_word(struct model_reader *reader, const char *word);

#define MODEL_NO_TAG "a tag without a name, which makes dnsmasq 2.90 crash"

/* ---- model_client.c, model_host.c, model_range.c, model_boot.c, model_value.c, model_files.c: the kinds of lines.  What
 * they say goes to the model.  NULL, or what is wrong. */
const char *model_parse_vendor_class(struct model_reader *reader, char *argument);
const char *model_parse_user_class(struct model_reader *reader, char *argument);
const char *model_parse_circuit(struct model_reader *reader, char *argument);
const char *model_parse_remote(struct model_reader *reader, char *argument);
const char *model_parse_subscriber(struct model_reader *reader, char *argument);
const char *model_parse_mac(struct model_reader *reader, char *argument);
const char *model_parse_name_match(struct model_reader *reader, char *argument);
const char *model_parse_host(struct model_reader *reader, char *argument);
const char *model_parse_range(struct model_reader *reader, char *argument);
const char *model_parse_boot(struct model_reader *reader, char *argument);
const char *model_parse_service(struct model_reader *reader, char *argument);
const char *model_parse_prompt(struct model_reader *reader, char *argument);
const char *model_parse_vendors(struct model_reader *reader, char *argument);
const char *model_parse_ignore(struct model_reader *reader, char *argument);
const char *model_parse_tag_if(struct model_reader *reader, char *argument);
const char *model_parse_match(struct model_reader *reader, char *argument);
const char *model_parse_option(struct model_reader *reader, char *argument);
const char *model_parse_option_force(struct model_reader *reader, char *argument);
const char *model_parse_conf_file(struct model_reader *reader, char *argument);
const char *model_parse_conf_dir(struct model_reader *reader, char *argument);
const char *model_parse_hosts_file(struct model_reader *reader, char *argument);
const char *model_parse_options_file(struct model_reader *reader, char *argument);
const char *model_parse_hosts_dir(struct model_reader *reader, char *argument);
const char *model_parse_options_dir(struct model_reader *reader, char *argument);
const char *model_parse_user(struct model_reader *reader, char *argument);
const char *model_parse_interface(struct model_reader *reader, char *argument);
const char *model_parse_tftp_root(struct model_reader *reader, char *argument);
const char *model_parse_enable_tftp(struct model_reader *reader, char *argument);
const char *model_parse_no_override(struct model_reader *reader, char *argument);
const char *model_parse_ignore_client_id(struct model_reader *reader, char *argument);

#endif
