/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The options of in.tftpd, wherever they stand.
 */
#ifndef DOCTOR_TFTPD_OPTIONS_H
#define DOCTOR_TFTPD_OPTIONS_H

#include "doctor.h"

/* Of a command line: NULL-terminated words, the program's name first; what it lends is kept by the doctor. */
void tftpd_parse(struct doctor *doctor, char *const *argv, struct tftpd_options *options);
/* Those with which it would be started: of a systemd unit, else of /etc/default/tftpd-hpa.  False: of neither. */
bool tftpd_configured(struct doctor *doctor, struct tftpd_options *options);
/* The value of a shell variable that a file such as /etc/default/tftpd-hpa sets; kept by the doctor, or NULL. */
const char *tftpd_variable(struct doctor *doctor, const char *bytes, const char *name);

#endif
