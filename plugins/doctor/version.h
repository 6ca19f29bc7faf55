/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What `dnsmasq --version` says.
 */
#ifndef DOCTOR_VERSION_H
#define DOCTOR_VERSION_H

#include "base/macro.h"

enum dnsmasq_feature { DNSMASQ_UNKNOWN, DNSMASQ_HAS, DNSMASQ_HAS_NOT };

struct dnsmasq_version {
	unsigned major, minor;
	enum dnsmasq_feature dhcp, tftp, lua;
};

/* Of all that it prints.  -EBADMSG. */
int dnsmasq_version_parse(const char *said, struct dnsmasq_version *ret_version) MUST_USE;
/* Of a Debian package, "2.90-4~deb12u2": the features stay unknown.  -EBADMSG. */
int dnsmasq_version_of_package(const char *package, struct dnsmasq_version *ret_version) MUST_USE;

#endif
