/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The rules of the script lint: what each is called and how much it weighs.  pxeboot(1) explains every one.
 */
#include "proof/lint.h"

const struct lint_rule_info lint_rules[LINT_RULE_COUNT] = {
	/* iPXE refuses it, or it can't do what was meant. */
	[RULE_MAGIC] = { "lint.magic", PXEBOOT_ERROR },
	[RULE_TOO_BIG] = { "lint.too-big", PXEBOOT_ERROR },
	[RULE_CONTROL] = { "lint.control", PXEBOOT_ERROR },
	[RULE_CUT_OFF] = { "lint.cut-off", PXEBOOT_ERROR },
	[RULE_COMMENT_CONTINUES] = { "lint.comment-continues", PXEBOOT_ERROR },
	[RULE_UNKNOWN_COMMAND] = { "lint.unknown-command", PXEBOOT_ERROR },
	[RULE_UNSUPPORTED_COMMAND] = { "lint.unsupported-command", PXEBOOT_ERROR },
	[RULE_UNKNOWN_OPTION] = { "lint.unknown-option", PXEBOOT_ERROR },
	[RULE_UNSUPPORTED_OPTION] = { "lint.unsupported-option", PXEBOOT_ERROR },
	[RULE_OPTION_VALUE] = { "lint.option-value", PXEBOOT_ERROR },
	[RULE_ARGUMENT_COUNT] = { "lint.argument-count", PXEBOOT_ERROR },
	[RULE_NUMBER] = { "lint.number", PXEBOOT_ERROR },
	[RULE_KEY] = { "lint.key", PXEBOOT_ERROR },
	[RULE_GOTO] = { "lint.goto", PXEBOOT_ERROR },
	[RULE_NO_MENU] = { "lint.no-menu", PXEBOOT_ERROR },
	[RULE_MENU_DEFAULT] = { "lint.menu-default", PXEBOOT_ERROR },
	[RULE_EMPTY_MENU] = { "lint.empty-menu", PXEBOOT_ERROR },
	[RULE_NO_PARAMS] = { "lint.no-params", PXEBOOT_ERROR },

	/* It runs, and somebody will be surprised. */
	[RULE_OFF_BY_DEFAULT] = { "lint.off-by-default", PXEBOOT_WARNING },
	[RULE_UNGUARDED] = { "lint.unguarded", PXEBOOT_WARNING },
	[RULE_COMMENT_IN_TEXT] = { "lint.comment-in-text", PXEBOOT_WARNING },
	[RULE_GLUED_OPERATOR] = { "lint.glued-operator", PXEBOOT_WARNING },
	[RULE_DASH_TEXT] = { "lint.dash-text", PXEBOOT_WARNING },
	[RULE_LATE_OPTION] = { "lint.late-option", PXEBOOT_WARNING },
	[RULE_DUPLICATE_LABEL] = { "lint.duplicate-label", PXEBOOT_WARNING },
	[RULE_DUPLICATE_ITEM] = { "lint.duplicate-item", PXEBOOT_WARNING },
	[RULE_UNREACHABLE] = { "lint.unreachable", PXEBOOT_WARNING },
	[RULE_FALLTHROUGH] = { "lint.fallthrough", PXEBOOT_WARNING },
	[RULE_ENDLESS_GOTO] = { "lint.endless-goto", PXEBOOT_WARNING },
	[RULE_SELF_CHAIN] = { "lint.self-chain", PXEBOOT_WARNING },
	[RULE_STALE_FILENAME] = { "lint.stale-filename", PXEBOOT_WARNING },
	[RULE_NON_ASCII] = { "lint.non-ascii", PXEBOOT_WARNING },
	[RULE_LABEL_COMMAND] = { "lint.label-command", PXEBOOT_WARNING },
	[RULE_EMPTY_LABEL] = { "lint.empty-label", PXEBOOT_WARNING },
	[RULE_RETRY_LOOP] = { "lint.retry-loop", PXEBOOT_WARNING },
	[RULE_NARROWING] = { "lint.narrowing", PXEBOOT_WARNING },
	[RULE_SETTING_TYPE] = { "lint.setting-type", PXEBOOT_WARNING },
	[RULE_UNFINISHED_SETTING] = { "lint.unfinished-setting", PXEBOOT_WARNING },
	[RULE_TOO_MANY] = { "lint.too-many", PXEBOOT_WARNING },
};
