/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program that only puts on the disk what the hook puts there of an event among a million machines: pages of a store of
 * its own, synced, and then what says that they count, synced.  What recording an event can't do without.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PAGE 4096
#define PAGES 9			/* two paths of four down the tree, and one of the free pages */
#define FRONT 2			/* pages */
#define HEAD 120		/* bytes of the page in front */

static int write_pages(int fd, unsigned long seed)
{
	off_t pages = lseek(fd, 0, SEEK_END) / PAGE - FRONT;
	char page[PAGE] = { 0 };

	for (int i = 0; i < PAGES; i++) {
		seed = seed * 6364136223846793005ul + 1442695040888963407ul;
		if (pages <= 0 || pwrite(fd, page, PAGE, (FRONT + (off_t)(seed >> 33) % pages) * PAGE) != PAGE)
			return -1;
	}
	return fdatasync(fd);
}

int main(void)
{
	const char *directory = getenv("PXEBOOT_CONFIG");
	static const char head[HEAD];
	char path[1024];
	int fd, front;

	snprintf(path, sizeof(path), "%s/written", directory ? directory : ".");
	fd = open(path, O_RDWR);
	front = open(path, O_WRONLY | O_DSYNC);
	if (fd < 0 || front < 0 || write_pages(fd, (unsigned long)getpid()) < 0)
		return 1;
	return pwrite(front, head, HEAD, PAGE) != HEAD;
}
