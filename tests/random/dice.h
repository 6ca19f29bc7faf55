/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Chance that can be repeated: the same seed and index give the same numbers on every machine.
 */
#ifndef RANDOM_DICE_H
#define RANDOM_DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"

struct dice {
	uint64_t state;
};

/* @index tells the cases of one seed apart. */
void dice_start(struct dice *dice, uint64_t seed, uint64_t index);
uint32_t dice_roll(struct dice *dice);
/* 0 to @n - 1; @n is not 0. */
unsigned dice_below(struct dice *dice, size_t n);
bool dice_chance(struct dice *dice, unsigned percent);

#define DICE_PICK(dice, array) ((array)[dice_below((dice), ARRAY_SIZE(array))])

#endif
