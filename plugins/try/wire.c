/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The machine's cable (see lab.h): QEMU's card ends in a socket, the bridge in a tap, and every frame between them
 * passes through here.  So what the story is told is what really reached the machine, whichever server sent it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "capture.h"
#include "disguise.h"
#include "lab.h"
#include "vlan.h"

#define FRAME_MAX 65600
#define BURST 256			/* frames one way before it is the other's turn */
#define BUFFER (4 << 20)

/* The kernel lets ten datagrams wait for a reader; a burst of TCP is more.  Without this, frames are lost and sent
 * again: slower, not wrong. */
static void allow_bursts(void)
{
	int limit = open("/proc/sys/net/unix/max_dgram_qlen", O_WRONLY | O_CLOEXEC);

	if (limit < 0)
		return;
	(void)!write(limit, "1000", 4);
	close(limit);
}

static int open_tap(struct lab *lab)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };

	strcpy(request.ifr_name, LAB_TAP);
	lab->tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (lab->tap < 0 || ioctl(lab->tap, TUNSETIFF, &request) < 0)
		return lab_fail(-errno, "can't open the machine's cable: %s", strerror(errno));
	return 0;
}

int wire_lay(struct lab *lab, int *ret_card)
{
	int ends[2], size = BUFFER;

	allow_bursts();
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
		return lab_fail(-errno, "can't make the machine's cable: %s", strerror(errno));
	for (int i = 0; i < 2; i++)
		(void)setsockopt(ends[i], SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	lab->card = ends[0];
	*ret_card = ends[1];
	return open_tap(lab);
}

/* A frame that the other end has no room for is lost, as on a real cable.  What is kept is what the machine sees. */
static void carry_up(struct lab *lab, uint8_t *frame, size_t length)
{
	if (lab->options->disguise && !lab->story.loaded)
		disguise_frame(frame, length);
	capture_add(lab->capture, frame, length);
	if (lab->options->vlan)
		length = vlan_untag(frame, length, lab->options->vlan);
	if (length == 0)
		return;
	(void)!write(lab->tap, frame, length);
	story_see_frame(&lab->story, frame, length, lab_now(lab));
}

static void carry_down(struct lab *lab, uint8_t *frame, size_t length)
{
	story_see_frame(&lab->story, frame, length, lab_now(lab));
	if (lab->options->vlan)
		length = vlan_tag(frame, length, FRAME_MAX, lab->options->vlan);
	capture_add(lab->capture, frame, length);
	(void)!write(lab->card, frame, length);
}

void wire_carry(struct lab *lab)
{
	uint8_t frame[FRAME_MAX];
	ssize_t length;

	for (int i = 0; i < BURST && (length = read(lab->card, frame, sizeof(frame))) > 0; i++)
		carry_up(lab, frame, (size_t)length);
	for (int i = 0; i < BURST && (length = read(lab->tap, frame, sizeof(frame))) > 0; i++)
		carry_down(lab, frame, (size_t)length);
}
