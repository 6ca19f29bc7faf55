/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dice.h"

/* One step of an odd number, and a mixture of its bits: each index begins somewhere else. */
static uint64_t mix(uint64_t x)
{
	x = (x ^ (x >> 33)) * UINT64_C(0xff51afd7ed558ccd);
	x = (x ^ (x >> 29)) * UINT64_C(0xc4ceb9fe1a85ec53);
	return x ^ (x >> 32);
}

void dice_start(struct dice *dice, uint64_t seed, uint64_t index)
{
	dice->state = mix(mix(seed + 1) + index);
}

uint32_t dice_roll(struct dice *dice)
{
	dice->state += UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)(mix(dice->state) >> 32);
}

unsigned dice_below(struct dice *dice, size_t n)
{
	return (unsigned)(dice_roll(dice) % n);
}

bool dice_chance(struct dice *dice, unsigned percent)
{
	return dice_below(dice, 100) < percent;
}
