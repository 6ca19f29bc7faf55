/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fuzz target: what the doctor reads that others wrote.  The first byte says as what: an offer from the network, rules
 * of the firewall or of AppArmor, an image, the words of dnsmasq, lines of the kernel.
 */
#include <errno.h>
#include <string.h>

#include "ipxe_image.h"
#include "doctor/offer.h"
#include "doctor/pattern.h"
#include "doctor/rules.h"
#include "doctor/sockets.h"
#include "doctor/version.h"
#include "fuzz.h"

static void try_offer(const char *bytes, size_t length)
{
	static const uint8_t mac[6] = { 2, 1, 2, 3, 4, 5 };
	struct offer offer;
	int r = offer_read((const uint8_t *)bytes, length, mac, 77, &offer);

	fuzz_require(r == 0 || r == -ENOENT || r == -EBADMSG);
	if (r == 0)
		fuzz_require(strlen(offer.file) < sizeof(offer.file) &&
			     strlen(offer.vendor_class) < sizeof(offer.vendor_class));
}

static void try_rules(const char *bytes, size_t length)
{
	const struct filter_packet packet = { .port = 69 };
	struct text where = TEXT_INIT;
	enum filter_verdict verdict;
	int r = filter_judge(bytes, &packet, &verdict, &where);

	fuzz_require(r == 0 || r == -EBADMSG || r == -ENOTSUP);
	if (r == 0)
		fuzz_require((verdict == FILTER_DROPS) == (where.length > 0));
	text_free(&where);
}

static void try_pattern(const char *bytes, size_t length)
{
	pattern_allows(bytes, "/srv/tftp/boot.ipxe", 'r');
	pattern_match(bytes, "/srv/tftp/boot.ipxe");
}

static void try_image(const char *bytes, size_t length)
{
	struct ipxe_image image;

	if (ipxe_image_read(bytes, length, &image))
		fuzz_require(strlen(image.version) < sizeof(image.version));
}

static void try_words(const char *bytes, size_t length)
{
	struct dnsmasq_version version;
	struct listener listener;
	struct process process;

	if (dnsmasq_version_parse(bytes, &version) == 0)
		fuzz_require(version.major <= 9999 && version.minor <= 9999);
	if (listener_parse(bytes, length % 2 == 0, &listener))
		fuzz_require(strlen(listener.address) < sizeof(listener.address));
	if (process_parse_stat(bytes, &process))
		fuzz_require(strlen(process.name) < sizeof(process.name));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static void (*const tries[])(const char *bytes, size_t length) = {
		try_offer, try_rules, try_pattern, try_image, try_words,
	};
	char *copy;

	if (length == 0)
		return 0;
	copy = calloc(1, length);
	if (copy == NULL)
		return 0;
	memcpy(copy, bytes + 1, length - 1);
	tries[(bytes[0] - '0') % ARRAY_SIZE(tries)](copy, length - 1);
	free(copy);
	return 0;
}
