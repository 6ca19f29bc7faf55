/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The atoms of each dimension (see universe.h): one for each value that a group asks for, less what longer values hold,
 * and one for everything else.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"
#include "proof/universe.h"
#include "proof/walk.h"

static enum dimension dimension_of(const struct atoms *atoms, enum term_kind kind)
{
	static const enum dimension dimensions[TERM_COUNT] = {
		[TERM_ARCH] = BY_ARCH, [TERM_FIRMWARE] = BY_ARCH, [TERM_MAC] = BY_MAC, [TERM_SUBNET] = BY_SUBNET,
		[TERM_VENDOR_CLASS] = BY_VENDOR_CLASS, [TERM_MANUFACTURER] = BY_MANUFACTURER, [TERM_PRODUCT] = BY_PRODUCT,
	};

	return kind == TERM_VENDOR_CLASS && atoms->door == DOOR_SCRIPT ? BY_ARCH : dimensions[kind];
}

/* ---- Values of one kind -------------------------------------------------------------------------------------------- */

/* Does whatever has @inner have @outer, too? */
static bool holds(enum term_kind kind, const struct group_value *outer, const struct group_value *inner)
{
	switch (kind) {
	case TERM_MAC:
		return outer->mac_length <= inner->mac_length && !memcmp(outer->mac, inner->mac, outer->mac_length);
	case TERM_SUBNET:
		return outer->prefix.length <= inner->prefix.length &&
		       ip4_prefix_has(&outer->prefix, inner->prefix.address);
	case TERM_VENDOR_CLASS:
		return !strncmp(outer->text, inner->text, strlen(outer->text));
	case TERM_MANUFACTURER:
	case TERM_PRODUCT:
		return !strcmp(outer->text, inner->text);
	case TERM_ARCH:
	case TERM_FIRMWARE:
		return outer->archs == inner->archs;
	}
	return false;
}

/* How many values of the fact a value stands for; texts are counted once. */
static double size_of(enum term_kind kind, const struct group_value *value)
{
	unsigned bits = kind == TERM_MAC ? 8 * (MAC_LENGTH - (unsigned)value->mac_length)
					 : kind == TERM_SUBNET ? 32 - value->prefix.length : 0;

	return (double)(UINT64_C(1) << bits);
}

static double size_of_all(enum dimension dimension)
{
	return dimension == BY_MAC ? (double)(UINT64_C(1) << 48) : dimension == BY_SUBNET ? (double)(UINT64_C(1) << 32) : 1;
}

/* ---- Collecting ------------------------------------------------------------------------------------------------------ */

static int add_atom(struct atoms *atoms, const struct atom *atom)
{
	struct atom *list = atoms->list;

	if (!(atoms->n & (atoms->n - 1))) {	/* full whenever it is a power of two */
		list = reallocarray(list, atoms->n ? 2 * atoms->n : 1, sizeof(*list));
		if (!list)
			return -ENOMEM;
		atoms->list = list;
	}
	list[atoms->n++] = *atom;
	return 0;
}

static int add_value(struct atoms *atoms, enum dimension dimension, enum term_kind kind,
		     const struct group_value *value)
{
	struct atom atom = { .kind = kind, .value = *value, .code = -1 };

	for (size_t i = atoms->first[dimension]; i < atoms->n; i++)
		if (holds(kind, &atoms->list[i].value, value) && holds(kind, value, &atoms->list[i].value))
			return 0;
	return add_atom(atoms, &atom);
}

static int add_values(struct atoms *atoms, enum dimension dimension)
{
	const struct pxeboot_policy *policy = atoms->policy;
	int r = 0;

	for (size_t i = 0; i < policy->n_groups; i++)
		for (size_t j = 0; j < policy->groups[i].n_terms; j++) {
			const struct group_term *term = &policy->groups[i].terms[j];

			for (size_t k = 0; dimension_of(atoms, term->kind) == dimension && k < term->n_values && r == 0; k++)
				r = add_value(atoms, dimension, term->kind, &term->values[k]);
		}
	return r;
}

/* A rule that no group has: the Raspberry Pi's boot ROM is told by its address. */
static int add_rpi_prefixes(struct atoms *atoms)
{
	const char *prefix;
	int r = 0;

	for (size_t i = 0; (prefix = pxeboot_rpi_prefix(i)) && r == 0; i++) {
		struct group_value value = { .text = prefix };

		r = scalar_mac_prefix(prefix, value.mac, &value.mac_length);
		if (r == 0)
			r = add_value(atoms, BY_MAC, TERM_MAC, &value);
	}
	return r;
}

/* Numbers with the same meaning are one atom: of a list the best one counts. */
static int add_code(struct atoms *atoms, uint16_t number)
{
	const struct pxeboot_arch_code *code = pxeboot_arch_code_get(number);
	struct atom atom = { .kind = TERM_ARCH, .code = number, .clients = 1 };

	atom.value.archs = code->arch == PXEBOOT_ARCH_NONE ? 0 : ARCH_BIT(code->arch);
	for (size_t i = atoms->first[BY_ARCH]; i < atoms->n; i++) {
		struct atom *other = &atoms->list[i];

		if (other->value.archs != atom.value.archs ||
		    (atom.value.archs && pxeboot_arch_code_get((uint16_t)other->code)->http != code->http))
			continue;
		other->clients++;
		return 0;
	}
	return add_atom(atoms, &atom);
}

static int add_archs(struct atoms *atoms)
{
	struct atom none = { .kind = TERM_ARCH, .code = -1, .clients = 1, .other = true };
	int r = 0;

	for (uint16_t number = 0; number < PXEBOOT_ARCH_CODE_COUNT && r == 0; number++)
		r = add_code(atoms, number);
	return r < 0 ? r : add_atom(atoms, &none);
}

/* ---- Sizes and representatives --------------------------------------------------------------------------------------- */

static size_t width_of(const struct atom *atom)
{
	return atom->kind == TERM_MAC ? atom->value.mac_length : atom->kind == TERM_SUBNET ? atom->value.prefix.length
											  : strlen(atom->value.text);
}

static int longer_first(const void *a, const void *b)
{
	const struct atom *first = a, *second = b;
	size_t left = width_of(a), right = width_of(b);

	if (left != right)
		return left > right ? -1 : 1;
	return first->kind == TERM_MAC ? memcmp(first->value.mac, second->value.mac, left) : 0;
}

/* What longer values hold is theirs.  Of texts no number is known: each value is one, whatever begins with it. */
static void measure(struct atoms *atoms, enum dimension dimension)
{
	struct atom *list = atoms->list + atoms->first[dimension];
	size_t n = atoms->n - atoms->first[dimension];

	qsort(list, n, sizeof(*list), longer_first);
	for (size_t i = 0; i < n; i++) {
		list[i].clients = size_of(list[i].kind, &list[i].value);
		for (size_t j = 0; j < i; j++)
			if ((dimension == BY_MAC || dimension == BY_SUBNET) &&
			    holds(list[i].kind, &list[i].value, &list[j].value))
				list[i].clients -= list[j].clients;
	}
}

static int add_other(struct atoms *atoms, enum dimension dimension)
{
	struct atom other = { .other = true, .code = -1, .clients = size_of_all(dimension) };

	for (size_t i = atoms->first[dimension]; i < atoms->n; i++)
		if (dimension == BY_MAC || dimension == BY_SUBNET)
			other.clients -= atoms->list[i].clients;
	return add_atom(atoms, &other);
}

/* The prefix itself as a number; prefixes of one length are in its order. */
static uint64_t number_of(const uint8_t mac[MAC_LENGTH], size_t length)
{
	uint64_t number = 0;

	for (size_t i = 0; i < length; i++)
		number = number << 8 | mac[i];
	return number;
}

/* Where the prefixes of each length begin, in the list; longer ones come first. */
static void index_macs(struct atoms *atoms)
{
	size_t i = atoms->first[BY_MAC];

	for (size_t length = MAC_LENGTH; length > 0; length--) {
		atoms->prefixes[length] = i;
		for (; i < atoms->n && atoms->list[i].value.mac_length == length; i++)
			atoms->list[i].number = number_of(atoms->list[i].value.mac, length);
	}
	atoms->prefixes[0] = i;
}

/* Of those between @first and @end, the one that @mac begins with; @end: none. */
static size_t prefix_of(const struct atoms *atoms, size_t first, size_t end, uint64_t number)
{
	size_t low = first, high = end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (atoms->list[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < end && atoms->list[low].number == number ? low : end;
}

size_t atoms_of_mac(const struct atoms *atoms, const uint8_t mac[MAC_LENGTH])
{
	uint64_t number = number_of(mac, MAC_LENGTH);

	for (size_t length = MAC_LENGTH; length > 0; length--) {
		size_t end = atoms->prefixes[length - 1];
		size_t found = prefix_of(atoms, atoms->prefixes[length], end, number >> 8 * (MAC_LENGTH - length));

		if (found < end)
			return found;
	}
	return atoms->prefixes[0];	/* the rest */
}

static size_t atom_of_address(const struct atoms *atoms, uint32_t address)
{
	size_t i;

	for (i = atoms->first[BY_SUBNET]; i + 1 < atoms->first[BY_SUBNET + 1]; i++)
		if (ip4_prefix_has(&atoms->list[i].value.prefix, address))
			break;
	return i;
}

#define TRIES 65536

/* An address of the atom that no host has. */
static void find_mac(struct atoms *atoms, size_t index)
{
	struct atom *atom = &atoms->list[index];
	/* 0a: locally administered, nobody's prefix. */
	uint8_t mac[MAC_LENGTH] = { 0x0a, 0, 0, 0, 0, 1 };
	size_t length = atom->other ? 1 : atom->value.mac_length;
	unsigned tries = length == MAC_LENGTH ? 1 : length == MAC_LENGTH - 1 ? 256 : TRIES;

	if (!atom->other)
		memcpy(mac, atom->value.mac, length);
	for (unsigned i = 1; i <= tries && !atom->has_free; i++) {
		if (length < MAC_LENGTH)
			mac[length] = (uint8_t)i;
		if (length < MAC_LENGTH - 1)
			mac[length + 1] = (uint8_t)(i >> 8);
		if (atoms_of_mac(atoms, mac) != index || policy_host_by_mac(atoms->policy, mac))
			continue;
		memcpy(atom->mac, mac, MAC_LENGTH);
		atom->has_free = true;
	}
}

/* A client outside all subnets may as well have no address yet. */
static void find_address(struct atoms *atoms, size_t index)
{
	struct atom *atom = &atoms->list[index];
	const struct ip4_prefix *prefix = &atom->value.prefix;
	uint32_t size = prefix->length ? (uint32_t)((UINT64_C(1) << (32 - prefix->length)) - 1) : UINT32_MAX;
	uint32_t address = prefix->address;

	for (size_t tries = 0; !atom->other && tries <= atoms->n; tries++) {
		size_t holder = atom_of_address(atoms, address);
		const struct ip4_prefix *nested = &atoms->list[holder].value.prefix;
		uint64_t next;

		if (holder == index && address) {
			atom->address = address;
			atom->has_free = true;
			return;
		}
		/* Go on behind the longer prefix that has it. */
		next = holder == index ? 1 : (uint64_t)nested->address + (UINT64_C(1) << (32 - nested->length));
		if (next > (uint64_t)prefix->address + size)
			return;
		address = (uint32_t)next;
	}
	atom->has_free = atom->other;
}

static void find_representatives(struct atoms *atoms)
{
	for (size_t i = atoms->first[BY_MAC]; i < atoms->first[BY_MAC + 1]; i++)
		find_mac(atoms, i);
	for (size_t i = atoms->first[BY_SUBNET]; i < atoms->first[BY_SUBNET + 1]; i++)
		find_address(atoms, i);
}

/* ---- All of it --------------------------------------------------------------------------------------------------------- */

int atoms_init(struct atoms *atoms, const struct pxeboot_policy *policy, enum door door)
{
	int r;

	*atoms = (struct atoms){ .policy = policy, .door = door };
	r = add_archs(atoms);
	for (int dimension = BY_MAC; dimension < DIMENSIONS && r == 0; dimension++) {
		atoms->first[dimension] = atoms->n;
		r = add_values(atoms, (enum dimension)dimension);
		if (r == 0 && dimension == BY_MAC)
			r = add_rpi_prefixes(atoms);
		if (r == 0)
			measure(atoms, (enum dimension)dimension);
		if (r == 0 && dimension == BY_MAC)
			index_macs(atoms);
		if (r == 0)
			r = add_other(atoms, (enum dimension)dimension);
	}
	atoms->first[DIMENSIONS] = atoms->n;
	for (int dimension = 0; dimension < DIMENSIONS; dimension++)
		atoms->word[dimension + 1] = atoms->word[dimension] +
			(atoms->first[dimension + 1] - atoms->first[dimension] + 63) / 64;
	if (r == 0)
		find_representatives(atoms);
	else
		atoms_free(atoms);
	return r;
}

void atoms_free(struct atoms *atoms)
{
	free(atoms->list);
	*atoms = (struct atoms){ 0 };
}

/* Where the vendor class follows from the architecture. */
static bool vendor_class_takes(const struct group_term *term, const struct atom *atom)
{
	int arch = atom->code < 0 ? PXEBOOT_ARCH_NONE : pxeboot_arch_code_get((uint16_t)atom->code)->arch;
	char vendor_class[WALK_VENDOR_CLASS];

	walk_vendor_class(arch, vendor_class);
	for (size_t i = 0; i < term->n_values; i++)
		if (!strncmp(vendor_class, term->values[i].text, strlen(term->values[i].text)))
			return true;
	return false;
}

static bool term_takes(const struct atoms *atoms, const struct group_term *term, const struct atom *atom)
{
	if (term->kind == TERM_VENDOR_CLASS && atoms->door == DOOR_SCRIPT)
		return vendor_class_takes(term, atom);
	for (size_t i = 0; i < term->n_values; i++) {
		const struct group_value *value = &term->values[i];

		if (atom->other)
			return false;
		if (atom->kind == TERM_ARCH ? (value->archs & atom->value.archs) != 0
					    : holds(term->kind, value, &atom->value))
			return true;
	}
	return false;
}

bool atoms_group_takes(const struct atoms *atoms, const struct group *group, enum dimension dimension, size_t atom)
{
	for (size_t i = 0; i < group->n_terms; i++)
		if (dimension_of(atoms, group->terms[i].kind) == dimension &&
		    !term_takes(atoms, &group->terms[i], &atoms->list[atom]))
			return false;
	return true;
}
