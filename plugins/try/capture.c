/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The packets of the boot (see capture.h), in the classic pcap format, in this machine's byte order.
 */
#include "capture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define SNAP_LENGTH 65535u
#define LINK_ETHERNET 1u
#define BULK 1000			/* DHCP, requests and short files are below; full blocks of long files above */

int capture_open(const char *path)
{
	const struct {
		uint32_t magic;
		uint16_t major, minor;
		uint32_t zone, precision, snap_length, link;
	} header = { 0xa1b2c3d4u, 2, 4, 0, 0, SNAP_LENGTH, LINK_ETHERNET };
	int capture = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (capture < 0)
		return -errno;
	if (write(capture, &header, sizeof(header)) != (ssize_t)sizeof(header)) {
		close(capture);
		return -EIO;
	}
	return capture;
}

void capture_add(int capture, const void *frame, size_t length)
{
	struct {
		uint32_t seconds, microseconds, captured, length;
	} record;
	struct iovec parts[] = { { &record, sizeof(record) }, { (void *)frame, length } };
	struct timespec now;

	if (capture < 0 || length > BULK)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	record.seconds = (uint32_t)now.tv_sec;
	record.microseconds = (uint32_t)(now.tv_nsec / 1000);
	record.captured = record.length = (uint32_t)length;
	/* A capture that can't be written is no reason to stop a boot. */
	(void)!writev(capture, parts, 2);
}
