/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Many files of one directory, put in their places together.  Each is made in a folder aside, that only we may enter; all
 * are flushed at once, and then renamed one after the other in the order in which they were added.  Whoever is killed at any
 * moment, or loses power, leaves each file whole, with its old or its new bytes; what lies aside then goes with the next batch,
 * or with batch_sweep().
 * Where the batch itself makes a folder of the directory, the files that are added for it one after the other come into it in
 * one step: the folder is filled aside, too.
 */
#ifndef BASE_BATCH_H
#define BASE_BATCH_H

#include "base/file.h"
#include "base/text.h"

struct batch {
	const char *root;	/* lent by the caller */
	char *aside;		/* the folder; NULL as long as nothing was added */
	int fd;			/* that it is locked by */
	struct text entries;	/* what lies aside, and where it goes; named by its number */
	size_t n;
	char *parent;		/* whose directories are there: mostly the next file's, too */
	size_t folder;		/* number of the last folder aside */
	bool inside;		/* that is for the parent, and takes the next file */
};

/* An empty batch of the directory @root, which it may make. */
#define BATCH_INIT(directory) { .root = (directory), .fd = -1 }
#define CLEANUP_BATCH __attribute__((cleanup(batch_free)))

/* Adds what @path, relative to the root, is to be.  1 when it will be written, 0 when it is so already; directories above it
 * are made at once. */
int batch_add(struct batch *batch, const char *path, const struct file_content *content) MUST_USE;

/* Puts everything in its place, and empties the batch.  On failure what was not renamed yet stays as it was, and the
 * batch can only be freed; @ret_path, which may be NULL, lends what it failed at until then, and is untouched when no
 * path is to blame. */
int batch_commit(struct batch *batch, const char **ret_path) MUST_USE;

/* Removes the folders aside of the directory that nobody fills any more. */
void batch_sweep(const char *root);

/* Also removes what was not committed. */
void batch_free(struct batch *batch);

#endif
