/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A chain, or one stage of it, as lines for people.
 */
#ifndef CLI_CHAIN_PAGE_H
#define CLI_CHAIN_PAGE_H

#include "chain.h"
#include "page.h"

/* @lost_limit: how many of the rules that lost are shown, nearest first; SIZE_MAX for all, and then whatever they are. */
void chain_page_fill(struct page *page, const struct chain *chain, const struct pxeboot_policy *policy,
		     size_t lost_limit);
void chain_page_fill_stage(struct page *page, struct explanation *explanation, const struct pxeboot_policy *policy,
			   size_t lost_limit);

#endif
