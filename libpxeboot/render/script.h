/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An iPXE script in the making.  Our own lines go in as they are; all text of the policy goes through
 * script_add_words() or script_add_word(), which quote it for iPXE's tokeniser.
 */
#ifndef RENDER_SCRIPT_H
#define RENDER_SCRIPT_H

#include "base/text.h"
#include "policy/policy.h"

struct script {
	const struct pxeboot_policy *policy;
	struct pxeboot_diagnostics *diagnostics;
	const struct profile *profile;	/* whose texts they are; NULL: nobody's */
	struct text setup;		/* lines that must run before the body */
	struct text body;
	unsigned symbols;		/* which of the quoting settings the text needs */
	unsigned n_defaults;		/* ${name:-default}s met so far */
	bool needs_arch;		/* the body looks at ${arch}, which is set in the head */
	bool needs_folder;		/* likewise at ${folder}, where the machine's answer files are */
	bool finds_base;		/* by itself, further below */
	bool failed;			/* something could not be rendered and was told */
};

void script_init(struct script *script, const struct pxeboot_policy *policy,
		 struct pxeboot_diagnostics *diagnostics);
void script_free(struct script *script);

/* Our own text, trusted. */
void script_add(struct script *script, const char *format, ...) PRINTF_LIKE(2, 3);

/* A part whose set-up must not run before the part does. */
void script_add_script(struct script *script, const struct script *part);

/* Policy text as the rest of a command's arguments: blanks stay as they are. @subject names it in diagnostics. */
void script_add_words(struct script *script, const char *text, struct location where, const char *subject);
/* Policy text as one argument. */
void script_add_word(struct script *script, const char *text, struct location where, const char *subject);
/* A value that is no template: "${" is refused, because iPXE would expand it. */
void script_add_value(struct script *script, const char *value, struct location where, const char *subject);
/* A file of the boot root (or a URL) as one argument. */
void script_add_url(struct script *script, const char *path, struct location where, const char *subject);

/* For a script that asks DHCP first: ${base} is found here, and not in the head, where the machine's address decides. */
void script_find_base(struct script *script);
/* Leaves for a profile or menu. */
void script_add_chain_to(struct script *script, int item);
/* For a group that DHCP picks: @command with its script behind it, where DHCP's answer names that.  Only names that are our
 * own group scripts are followed: whatever else DHCP says may be the loader itself. */
void script_add_group_pick(struct script *script, const struct group *group, const char *command);
/* Sets the variables that texts of profiles and menus look up. */
void script_add_vars(struct script *script, const struct variable *vars, size_t n_vars, const char *subject);
/* That a file is missing may mean that there is none by this name; any other error must not.  For builds whose numbers are
 * known, settings say which errors mean it. */
void script_add_missing_errors(struct script *script);
/* Behind a file that did not come: goes on where there is none, else to the label "unsure". */
void script_add_missing_test(struct script *script);
/* That label, before "failed": asks LEARNER whether this error means it on this build, and starts again.  @image is what the
 * file is called. */
void script_add_unsure(struct script *script, const char *image);

/* Whether ${code} is the error of a file that is not there: that is a setting, then.  It fails when this can't be said. */
#define LEARNER "hosts/some"
int script_render_learner(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics,
			  struct text *out) MUST_USE;

/* The end of a script that can fail: tries again from label "start", for ever, and lets a person into a shell. */
void script_add_retry(struct script *script);
/* The same; after three failures a menu: try again, start over, shell, restart, back to the firmware. */
void script_add_failsafe(struct script *script);
/* The same for the embedded script, which has no ${base}; it calls the card that it asked last ${embed-dev}. */
void script_add_embedded_failsafe(struct script *script);
/* UEFI: an error sends the firmware to its next boot entry; success would show its own menu. */
#define SCRIPT_BOOT_DISK \
	"iseq ${platform} efi && exit 1 ||\n" \
	"sanboot --no-describe --drive 0x80 || goto failed\n"

/* Puts head, settings, set-up and body together.  @what and @where go into the first comment.
 * 0; -EBADMSG when something was refused (told already); -ENOMEM. */
int script_finish(struct script *script, const char *what, const char *name, struct location where,
		  struct text *out) MUST_USE;

/* The comment that says what a file is and where it comes from. */
void script_add_origin(struct text *out, const char *what, const char *name, struct location where);
/* Where a host is from, as its files tell: without line, for one more in front of a fleet would change all files. */
struct location host_origin(const struct host *host);

/* iPXE's test for one architecture: "iseq ${platform} pcbios". */
void script_add_arch_test(struct script *script, int arch);

#endif
