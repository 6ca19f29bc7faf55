/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The limits of GRUB and PXELINUX (see other.h).
 */
#include "render/other.h"

#include <string.h>

#include "base/text.h"
#include "render/template.h"
#include "render/variables.h"

/* Variables that nothing defines for everybody are left out. */
static void resolve(const struct pxeboot_policy *policy, const struct profile *profile, const char *path, struct text *out)
{
	struct template template = template_of(profile, path);
	struct chunk chunk;

	while (template_next(&template, &chunk) > 0) {
		if (chunk.kind == CHUNK_LITERAL)
			text_add_bytes(out, chunk.text.at, chunk.text.length);
		else if (chunk.kind == CHUNK_VARIABLE &&
			 variable_for_host(policy, chunk.text, NULL, NULL, 0, out) < 0 && chunk.has_default)
			text_add_bytes(out, chunk.fallback.at, chunk.fallback.length);
	}
	text_add(out, "");
}

enum other_url other_url(const struct pxeboot_policy *policy, const struct profile *profile, const char *path)
{
	static const char http[] = "http://";
	CLEANUP_TEXT struct text text = TEXT_INIT;
	const char *host;

	resolve(policy, profile, path, &text);
	if (text.error || strncmp(text.bytes, "https://", 8) == 0)
		return text.error ? OTHER_URL_FINE : OTHER_URL_HTTPS;
	if (strncmp(text.bytes, http, strlen(http)) != 0)
		return OTHER_URL_FINE;
	host = text.bytes + strlen(http);
	return memchr(host, ':', strcspn(host, "/")) ? OTHER_URL_PORT : OTHER_URL_FINE;
}

const char *other_cannot(const struct profile *profile, bool pxelinux)
{
	if (profile->private)
		return "show the token of private answers";
	switch (profile->payload) {
	case PAYLOAD_KERNEL:
		return NULL;
	case PAYLOAD_ISO:
		return pxelinux ? NULL : "boot the image of a disc";
	case PAYLOAD_SAN:
		return "boot a network disk";
	case PAYLOAD_WIM:
		return "boot a Windows image";
	case PAYLOAD_EFI:
		return pxelinux ? "run an EFI program" : NULL;
	case PAYLOAD_CHAIN:
		return "run a script of iPXE's";
	case PAYLOAD_ACTION:
		return profile->action == ACTION_CONFIG ? "show iPXE's settings" : NULL;
	}
	return NULL;
}

bool other_passes(const struct profile *profile)
{
	bool passes = strstr(profile->args ? profile->args : "", "$${");

	passes |= profile->target && strstr(profile->target, "$${");
	for (size_t i = 0; i < profile->n_initrds; i++)
		passes |= strstr(profile->initrds[i], "$${") != NULL;
	return passes;
}

/* A hue is what its strongest parts are; greys go by their lightness alone. */
unsigned other_colour(uint32_t rgb)
{
	unsigned parts[] = { rgb >> 16 & 0xff, rgb >> 8 & 0xff, rgb & 0xff }, most = 0, hue = 0;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		most = parts[i] > most ? parts[i] : most;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		hue |= parts[i] > most * 2 / 3 ? 1u << i : 0;
	if (most < 0x2b)
		return 0;
	if (hue == 7 && most < 0x80)
		return 8;
	return most < 0xd5 ? hue : hue | 8;
}
