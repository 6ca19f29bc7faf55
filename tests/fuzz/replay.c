/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs a fuzz target over every file of the directories given, so that the corpus is part of the normal tests.  Each
 * input is handed over in a block of exactly its size, where a sanitizer sees every byte read too far.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "fuzz.h"

#define LARGEST_INPUT (1 << 20)

static int replay_file(const char *path)
{
	CLEANUP_FREE char *bytes = NULL;
	CLEANUP_FREE uint8_t *exact = NULL;
	size_t length;
	int error = file_read(path, LARGEST_INPUT, &bytes, &length);

	if (error) {
		fprintf(stderr, "%s: %s\n", path, strerror(-error));
		return error;
	}
	exact = malloc(length ? length : 1);
	if (!exact)
		return -1;
	memcpy(exact, bytes, length);
	return LLVMFuzzerTestOneInput(exact, length);
}

/* Number of files, or -1. */
static int replay_directory(const char *directory)
{
	DIR *stream = opendir(directory);
	struct dirent *entry;
	int count = 0;

	if (!stream) {
		perror(directory);
		return -1;
	}
	while (count >= 0 && (entry = readdir(stream))) {
		CLEANUP_TEXT struct text path = TEXT_INIT;

		if (entry->d_name[0] == '.')
			continue;
		text_addf(&path, "%s/%s", directory, entry->d_name);
		count = path.error || replay_file(path.bytes) ? -1 : count + 1;
	}
	closedir(stream);
	return count;
}

int main(int argc, char **argv)
{
	int i, count, total = 0;

	for (i = 1; i < argc; i++) {
		count = replay_directory(argv[i]);
		if (count < 0)
			return EXIT_FAILURE;
		total += count;
	}
	printf("%d inputs\n", total);
	return total ? EXIT_SUCCESS : EXIT_FAILURE;
}
