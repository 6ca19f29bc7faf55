/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The life of a model: its memory is a list of blocks that are freed together.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model_data.h"

struct model_block {
	struct model_block *next;
	max_align_t bytes[];
};

void *model_alloc(struct model *model, size_t size)
{
	struct model_block *block = calloc(1, sizeof(*block) + size);

	if (block == NULL) {
		model->error = -ENOMEM;
		return NULL;
	}
	block->next = model->blocks;
	model->blocks = block;
	return block->bytes;
}

char *model_copy(struct model *model, const void *bytes, size_t length)
{
	char *copy = model_alloc(model, length + 1);

	if (copy != NULL && length > 0)
		memcpy(copy, bytes, length);
	return copy;
}

void model_free(struct model *model)
{
	struct model_block *next;

	if (model == NULL)
		return;
	for (struct model_block *block = model->blocks; block != NULL; block = next) {
		next = block->next;
		free(block);
	}
	free(model);
}

const struct location *model_unknown(const struct model *model)
{
	return model->unknown.file != NULL ? &model->unknown : NULL;
}
