/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot-dnsmasq-idle: a dhcp-script that does nothing, as soon as can be.  dnsmasq keeps what clients say of themselves for
 * a script only; where there is one, its Lua is told too.  Nothing is set up before it ends: see the build, which leaves
 * out even the C library's beginning.
 */
#include <unistd.h>

#ifdef IDLE_STARTS_ITSELF
void _start(void);
void _start(void)
{
	_exit(0);
}
#else
int main(void)
{
	_exit(0);
}
#endif
