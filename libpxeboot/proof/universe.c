/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Cuts the universe along the groups (see universe.h), first for machines that are no host, then for each kind of host.
 */
#include "proof/universe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"
#include "proof/host_kinds.h"

/* ---- Boxes ------------------------------------------------------------------------------------------------------------- */

static size_t bit_of(const struct atoms *atoms, enum dimension dimension, size_t atom)
{
	return 64 * atoms->word[dimension] + atom - atoms->first[dimension];
}

bool box_has(const struct atoms *atoms, const uint64_t *box, enum dimension dimension, size_t atom)
{
	size_t bit = bit_of(atoms, dimension, atom);

	return box[bit / 64] >> (bit % 64) & 1;
}

static void box_add(const struct atoms *atoms, uint64_t *box, enum dimension dimension, size_t atom)
{
	size_t bit = bit_of(atoms, dimension, atom);

	box[bit / 64] |= UINT64_C(1) << (bit % 64);
}

size_t box_last(const struct atoms *atoms, const uint64_t *box, enum dimension dimension)
{
	size_t word = atoms->word[dimension + 1];

	while (word > atoms->word[dimension] && !box[word - 1])
		word--;
	if (word == atoms->word[dimension])
		return atoms->first[dimension];
	return atoms->first[dimension] + 64 * (word - atoms->word[dimension]) - 1 - (size_t)__builtin_clzll(box[word - 1]);
}

double box_clients(const struct atoms *atoms, const uint64_t *box, enum dimension dimension)
{
	double clients = 0;

	for (size_t word = atoms->word[dimension]; word < atoms->word[dimension + 1]; word++) {
		const struct atom *atom = &atoms->list[atoms->first[dimension] + 64 * (word - atoms->word[dimension])];

		for (uint64_t bits = box[word]; bits; bits &= bits - 1)
			clients += atom[__builtin_ctzll(bits)].clients;
	}
	return clients;
}

/* Each dimension must have an atom that both have. */
bool boxes_meet(const struct atoms *atoms, const uint64_t *a, const uint64_t *b)
{
	for (int dimension = 0; dimension < DIMENSIONS; dimension++) {
		uint64_t both = 0;

		for (size_t i = atoms->word[dimension]; i < atoms->word[dimension + 1]; i++)
			both |= a[i] & b[i];
		if (!both)
			return false;
	}
	return true;
}

static uint64_t *new_box(const struct atoms *atoms)
{
	return calloc(atoms->word[DIMENSIONS], sizeof(uint64_t));
}

/* A growing list of boxes. */
struct boxes {
	uint64_t **list;
	size_t n;
};

/* Takes the box over, also when it fails; NULL is what lack of memory made of one. */
static int keep_box(struct boxes *boxes, uint64_t *box)
{
	uint64_t **list = boxes->list;

	if (!(boxes->n & (boxes->n - 1))) {
		list = box ? reallocarray(list, boxes->n ? 2 * boxes->n : 1, sizeof(*list)) : NULL;
		if (!list) {
			free(box);
			return -ENOMEM;
		}
		boxes->list = list;
	}
	list[boxes->n++] = box;
	return box ? 0 : -ENOMEM;
}

static void free_boxes(struct boxes *boxes)
{
	for (size_t i = 0; i < boxes->n; i++)
		free(boxes->list[i]);
	free(boxes->list);
}

/* ---- Cutting ------------------------------------------------------------------------------------------------------------ */

struct cutter {
	struct universe *universe;
	const struct leaf *model;	/* what its leaves say beside the box */
};

/* A host has the one address that it has. */
static double count_clients(const struct atoms *atoms, const struct leaf *model, const uint64_t *box)
{
	double clients = 1;

	for (int dimension = model->host < 0 ? BY_MAC : BY_SUBNET; dimension < DIMENSIONS; dimension++)
		clients *= box_clients(atoms, box, (enum dimension)dimension);
	return clients;
}

/* Takes the box over. */
static int add_leaf(struct cutter *cutter, uint64_t *box)
{
	struct universe *universe = cutter->universe;
	struct leaf *leaves = universe->leaves;

	if (universe->n_leaves == UNIVERSE_MAX) {
		free(box);
		return -E2BIG;
	}
	if (!(universe->n_leaves & (universe->n_leaves - 1))) {
		leaves = reallocarray(leaves, universe->n_leaves ? 2 * universe->n_leaves : 1, sizeof(*leaves));
		if (!leaves) {
			free(box);
			return -ENOMEM;
		}
		universe->leaves = leaves;
	}
	leaves[universe->n_leaves] = *cutter->model;
	leaves[universe->n_leaves].clients = count_clients(&universe->atoms, cutter->model, box);
	leaves[universe->n_leaves++].box = box;
	return 0;
}

/* Has the box atoms of the dimension that the other one lacks? */
static bool has_more(const struct atoms *atoms, const uint64_t *box, const uint64_t *other, int dimension)
{
	uint64_t more = 0;

	for (size_t i = atoms->word[dimension]; i < atoms->word[dimension + 1]; i++)
		more |= box[i] & ~other[i];
	return more;
}

/* The part of @box that has the atoms of @other in the first @whole dimensions, and lacks them in the next one; NULL
 * without memory. */
static uint64_t *part_outside(const struct atoms *atoms, const uint64_t *box, const uint64_t *other, int whole)
{
	uint64_t *part = new_box(atoms);

	for (size_t i = 0; part && i < atoms->word[DIMENSIONS]; i++)
		part[i] = i < atoms->word[whole] ? box[i] & other[i] : i < atoms->word[whole + 1] ? box[i] & ~other[i] : box[i];
	return part;
}

/* What is left of @box without @other: disjoint boxes. */
static int keep_outside(const struct atoms *atoms, const uint64_t *box, const uint64_t *other, struct boxes *kept)
{
	int r = 0;

	for (int dimension = 0; dimension < DIMENSIONS && r == 0; dimension++)
		if (has_more(atoms, box, other, dimension))
			r = keep_box(kept, part_outside(atoms, box, other, dimension));
	return r;
}

static uint64_t *part_inside(const struct atoms *atoms, const uint64_t *box, const uint64_t *other)
{
	uint64_t *part = new_box(atoms);

	for (size_t i = 0; part && i < atoms->word[DIMENSIONS]; i++)
		part[i] = box[i] & other[i];
	return part;
}

/* Which loader group a client falls under is a question of its own, beside which script it is given. */
static int cut_loader(const struct atoms *atoms, struct boxes *live, const uint64_t *group, struct boxes *parts)
{
	struct boxes rest = { NULL, 0 };
	int r = 0;

	for (size_t i = 0; i < live->n && r == 0; i++) {
		if (!boxes_meet(atoms, live->list[i], group)) {
			r = keep_box(&rest, live->list[i]);
			live->list[i] = NULL;
			continue;
		}
		r = keep_box(parts, part_inside(atoms, live->list[i], group));
		if (r == 0)
			r = keep_outside(atoms, live->list[i], group, &rest);
	}
	free_boxes(live);
	*live = rest;
	return rest.n > UNIVERSE_MAX && r == 0 ? -E2BIG : r;
}

/* A host with a loader of its own is given that. */
static int cut_loaders(const struct cutter *cutter, struct boxes *live)
{
	const struct universe *universe = cutter->universe;
	const struct host *host = cutter->model->host < 0 ? NULL : &universe->policy->hosts[cutter->model->host];
	struct boxes parts = { NULL, 0 };
	int r = 0;

	for (size_t i = 0; !(host && host->loader) && i < universe->policy->n_groups && r == 0; i++)
		if (universe->policy->groups[i].loader)
			r = cut_loader(&universe->atoms, live, universe->groups[i], &parts);
	for (size_t i = 0; i < live->n && r == 0; i++) {
		r = keep_box(&parts, live->list[i]);
		live->list[i] = NULL;
	}
	free_boxes(live);
	*live = parts;
	return r;
}

static bool asks_for(enum door door, const struct group *group)
{
	return group->tested == PXEBOOT_WHERE_DHCP || (group->tested == PXEBOOT_WHERE_SCRIPT && door == DOOR_SCRIPT);
}

/* What the group matches is a leaf; the rest goes on to the next group. */
static int cut_at(struct cutter *cutter, struct boxes *live, const uint64_t *group)
{
	const struct atoms *atoms = &cutter->universe->atoms;
	struct boxes rest = { NULL, 0 };
	int r = 0;

	for (size_t i = 0; i < live->n && r == 0; i++) {
		if (!boxes_meet(atoms, live->list[i], group)) {
			r = keep_box(&rest, live->list[i]);
			live->list[i] = NULL;
			continue;
		}
		uint64_t *inside = part_inside(atoms, live->list[i], group);

		r = inside ? add_leaf(cutter, inside) : -ENOMEM;
		if (r == 0)
			r = keep_outside(atoms, live->list[i], group, &rest);
	}
	free_boxes(live);
	*live = rest;
	return rest.n > UNIVERSE_MAX && r == 0 ? -E2BIG : r;
}

/* What no group cuts, and decide() does. */
static int cut_rpi(const struct universe *universe, uint64_t *box, struct boxes *parts)
{
	if (!boxes_meet(&universe->atoms, box, universe->rpi))
		return keep_box(parts, box);
	uint64_t *inside = part_inside(&universe->atoms, box, universe->rpi);
	int r = keep_outside(&universe->atoms, box, universe->rpi, parts);

	free(box);
	if (r == 0)
		return keep_box(parts, inside);
	free(inside);
	return r;
}

/* Takes the box over.  Groups come in the order in which they win. */
static int cut(struct cutter *cutter, uint64_t *box)
{
	const struct universe *universe = cutter->universe;
	struct boxes live = { NULL, 0 };
	int r = cut_rpi(universe, box, &live);

	if (r == 0)
		r = cut_loaders(cutter, &live);
	for (size_t i = 0; i < universe->policy->n_groups && r == 0; i++)
		if (asks_for(universe->atoms.door, &universe->policy->groups[i]))
			r = cut_at(cutter, &live, universe->groups[i]);
	for (size_t i = 0; i < live.n && r == 0; i++) {
		r = add_leaf(cutter, live.list[i]);
		live.list[i] = NULL;
	}
	free_boxes(&live);
	return r;
}

/* ---- Who there is -------------------------------------------------------------------------------------------------------- */

/* Everything; of MAC addresses only those of @mac (an atom), or with -1 those that have one which no host has. */
static uint64_t *whole_box(const struct atoms *atoms, long mac)
{
	uint64_t *box = new_box(atoms);

	for (int dimension = 0; box && dimension < DIMENSIONS; dimension++)
		for (size_t i = atoms->first[dimension]; i < atoms->first[dimension + 1]; i++) {
			bool wanted = dimension == BY_MAC && mac >= 0 ? (long)i == mac :
				      dimension == BY_MAC || dimension == BY_SUBNET ? atoms->list[i].has_free : true;

			if (wanted)
				box_add(atoms, box, (enum dimension)dimension, i);
		}
	return box;
}

/* Takes the box over.  Scripts ask for no group where there is a host; Secure Boot asks which loader DHCP has given it. */
static int cut_host(struct cutter *cutter, uint64_t *box)
{
	struct boxes live = { NULL, 0 };
	int r = keep_box(&live, box);

	if (r == 0 && cutter->universe->policy->hosts[cutter->model->host].secure)
		r = cut_loaders(cutter, &live);
	for (size_t i = 0; i < live.n && r == 0; i++) {
		r = add_leaf(cutter, live.list[i]);
		live.list[i] = NULL;
	}
	free_boxes(&live);
	return r;
}

static int cut_kinds(struct cutter *cutter, const struct host_kind *kinds, size_t n)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		struct leaf model = { .host = (int)kinds[i].host, .mac = kinds[i].part, .hosts = kinds[i].hosts };
		uint64_t *box = whole_box(&cutter->universe->atoms, kinds[i].mac);

		cutter->model = &model;
		r = !box ? -ENOMEM : cutter->universe->atoms.door == DOOR_DHCP ? cut(cutter, box) : cut_host(cutter, box);
		cutter->model = NULL;
	}
	return r;
}

static int cut_hosts(struct cutter *cutter)
{
	CLEANUP_FREE struct host_kind *kinds = NULL;
	size_t n;
	int r = host_kinds_new(cutter->universe, &kinds, &n);

	return r < 0 ? r : cut_kinds(cutter, kinds, n);
}

/* ---- Groups as boxes ------------------------------------------------------------------------------------------------------ */

static uint64_t *group_box(const struct atoms *atoms, const struct group *group)
{
	uint64_t *box = new_box(atoms);

	for (int dimension = 0; box && dimension < DIMENSIONS; dimension++)
		for (size_t i = atoms->first[dimension]; i < atoms->first[dimension + 1]; i++)
			if (atoms_group_takes(atoms, group, (enum dimension)dimension, i))
				box_add(atoms, box, (enum dimension)dimension, i);
	return box;
}

/* Each of their prefixes is an atom, or longer prefixes of it are. */
static uint64_t *rpi_box(const struct atoms *atoms)
{
	uint64_t *box = whole_box(atoms, -1);
	const char *prefix;
	uint8_t mac[MAC_LENGTH];
	size_t length;

	for (size_t i = 0; box && i < atoms->word[BY_MAC + 1] - atoms->word[BY_MAC]; i++)
		box[atoms->word[BY_MAC] + i] = 0;
	for (size_t i = 0; box && (prefix = pxeboot_rpi_prefix(i)); i++)
		for (size_t atom = atoms->first[BY_MAC]; atom + 1 < atoms->first[BY_MAC + 1]; atom++) {
			const struct group_value *value = &atoms->list[atom].value;

			if (!scalar_mac_prefix(prefix, mac, &length) && length <= value->mac_length &&
			    !memcmp(mac, value->mac, length))
				box_add(atoms, box, BY_MAC, atom);
		}
	return box;
}

static int cut_all(struct universe *universe)
{
	const struct pxeboot_policy *policy = universe->policy;
	const struct leaf anybody = { .host = -1, .hosts = 1 };
	struct cutter cutter = { .universe = universe, .model = &anybody };
	uint64_t *box;
	int r;

	universe->groups = calloc(policy->n_groups ? policy->n_groups : 1, sizeof(*universe->groups));
	universe->rpi = rpi_box(&universe->atoms);
	r = universe->groups && universe->rpi ? 0 : -ENOMEM;
	for (size_t i = 0; i < policy->n_groups && r == 0; i++) {
		universe->groups[i] = group_box(&universe->atoms, &policy->groups[i]);
		r = universe->groups[i] ? 0 : -ENOMEM;
	}
	if (r < 0)
		return r;
	box = whole_box(&universe->atoms, -1);
	r = box ? cut(&cutter, box) : -ENOMEM;
	return r < 0 ? r : cut_hosts(&cutter);
}

/* ---- Classes --------------------------------------------------------------------------------------------------------------- */

/* Whoever has such a vendor class has an architecture without option 93, too, and so another class. */
static bool gives_arch(const struct atom *vendor_class)
{
	static const char before[] = "Client:Arch:";
	const char *at = vendor_class->other ? NULL : strstr(vendor_class->value.text, before);

	return at && strspn(at + strlen(before), "0123456789") >= 5;
}

/* Scripts ask neither over which transport nor in which iPXE they run. */
static bool is_class(const struct universe *universe, const struct leaf *leaf, size_t atom, int kind, unsigned archs)
{
	const struct atom *arch = &universe->atoms.list[atom];
	bool http = arch->code >= 0 && pxeboot_arch_code_get((uint16_t)arch->code)->http;

	if (!box_has(&universe->atoms, leaf->box, BY_ARCH, atom) || (arch->value.archs && !(arch->value.archs & archs)))
		return false;
	if (universe->atoms.door == DOOR_SCRIPT)
		return kind == KIND_FIRMWARE && !(http && arch->value.archs);
	if (arch->code < 0 && gives_arch(universe_atom(universe, leaf, BY_VENDOR_CLASS)))
		return false;
	return kind != KIND_OWN || universe->policy->user_class;
}

static size_t list_classes(struct universe *universe, unsigned (*host_archs)(void *context, const struct host *host),
			   void *context)
{
	size_t n = 0;

	for (size_t i = 0; i < universe->n_leaves; i++) {
		const struct leaf *leaf = &universe->leaves[i];
		unsigned archs = leaf->host < 0 ? ARCH_ALL : host_archs(context, &universe->policy->hosts[leaf->host]);

		for (size_t atom = 0; atom < universe->atoms.first[BY_ARCH + 1]; atom++)
			for (int kind = KIND_FIRMWARE; kind <= KIND_OWN; kind++) {
				if (!is_class(universe, leaf, atom, kind, archs))
					continue;
				if (universe->classes)
					universe->classes[n] = (struct client_class){ (uint32_t)i, (uint32_t)atom,
										      (enum client_kind)kind };
				n++;
			}
	}
	return n;
}

/* ---- Its life ---------------------------------------------------------------------------------------------------------------- */

int universe_new(const struct pxeboot_policy *policy, enum door door, unsigned (*host_archs)(void *context, const struct host *host),
		 void *context, struct universe **ret_universe)
{
	struct universe *universe = calloc(1, sizeof(*universe));
	int r = universe ? atoms_init(&universe->atoms, policy, door) : -ENOMEM;
	size_t n;

	if (r < 0) {
		free(universe);
		return r;
	}
	universe->policy = policy;
	r = cut_all(universe);
	n = r == 0 ? list_classes(universe, host_archs, context) : 0;
	if (r == 0 && n > UNIVERSE_MAX)
		r = -E2BIG;
	if (r == 0) {
		universe->classes = calloc(n ? n : 1, sizeof(*universe->classes));
		r = universe->classes ? 0 : -ENOMEM;
	}
	if (r < 0) {
		universe_free(universe);
		return r;
	}
	universe->n_classes = list_classes(universe, host_archs, context);
	*ret_universe = universe;
	return 0;
}

void universe_free(struct universe *universe)
{
	if (!universe)
		return;
	for (size_t i = 0; i < universe->n_leaves; i++)
		free(universe->leaves[i].box);
	for (size_t i = 0; universe->groups && i < universe->policy->n_groups; i++)
		free(universe->groups[i]);
	free(universe->groups);
	free(universe->rpi);
	free(universe->leaves);
	free(universe->classes);
	atoms_free(&universe->atoms);
	free(universe);
}
