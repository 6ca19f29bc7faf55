/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * --json; the only user of jansson.  Built without it, the option says so.
 */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include "chain.h"
#include "page.h"
#include "session.h"

/* Says what is missing when the command was built without JSON. */
bool json_available(const struct session *session);

/* {"policy":"ok"|"refused","findings":[{"severity","id","file","line","text"},…]}; a finding may have a "column". */
void json_findings(const struct session *session);
/* One thing that was looked at. */
struct system_line {
	char *what, *text;
	enum plugin_verdict verdict;
};

/* {"system":"fine"|"findings","looked":[{"what","text","verdict":"fine"|"findings"|"not looked at"},…],"findings":[…]} */
void json_system(const struct session *session, const struct system_line *lines, size_t count);
/* {"errors":N,"warnings":N,"findings":[{"severity","id","file","line","column","text"},…]} */
void json_lint(const struct session *session);

/* One object on one line; see pxeboot(1). */
void json_explanation(const struct explanation *explanation);
/* That of the first stage, with "chain", "verdict", "text", "menus" and "profile" besides. */
void json_chain(const struct chain *chain);
/* {"changes":[{"stage","what","from"|"to"},…],"from":{…},"to":{…}} */
void json_changes(const struct page *from, const struct page *to, const struct chain *from_chain,
		  const struct chain *to_chain);

#endif
