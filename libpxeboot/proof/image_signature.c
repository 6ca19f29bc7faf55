/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who vouches for an EFI program: the issuers that its Authenticode signatures name (Microsoft's "PE Format" for the
 * table, RFC 2315 for what each entry holds).  Nothing is verified: whether a machine trusts an issuer, and whether the
 * signature is right, the machine alone knows.
 */
#include "proof/image.h"

#include <string.h>

#define SIGNATURES_MAX 8
#define ELEMENTS_MAX 64			/* of one level that are looked at */
#define ISSUER_MAX 128			/* bytes of an issuer's name */

/* Elements of DER that stand one after the other. */
struct span {
	uint64_t at, end;
};

enum tag { TAG_INTEGER = 0x02, TAG_OID = 0x06, TAG_SEQUENCE = 0x30, TAG_SET = 0x31, TAG_CONTENT = 0xa0 };

/* One to four bytes behind the first; the form without a length is not DER. */
static bool read_long_length(struct image_job *job, struct span *span, unsigned n, uint64_t *ret_length)
{
	uint8_t bytes[4];
	uint64_t length = 0;

	if (n == 0 || n > sizeof(bytes) || span->end - span->at < n || !image_read(job, span->at, bytes, n))
		return false;
	for (unsigned i = 0; i < n; i++)
		length = length << 8 | bytes[i];
	span->at += n;
	*ret_length = length;
	return true;
}

/* Takes the next element off: its tag, and what is inside. */
static bool take(struct image_job *job, struct span *span, uint8_t *ret_tag, struct span *ret_inside)
{
	uint64_t length;
	uint8_t head[2];

	if (span->end - span->at < sizeof(head) || !image_read(job, span->at, head, sizeof(head)))
		return false;
	span->at += sizeof(head);
	length = head[1];
	if (head[1] >= 0x80 && !read_long_length(job, span, head[1] & 0x7f, &length))
		return false;
	if (length > span->end - span->at)
		return false;
	*ret_tag = head[0];
	*ret_inside = (struct span){ span->at, span->at + length };
	span->at += length;
	return true;
}

/* The next element, which must be such a one: what is inside. */
static bool enter(struct image_job *job, struct span *span, enum tag wanted, struct span *ret_inside)
{
	struct span inside;
	uint8_t tag;

	if (!take(job, span, &tag, &inside) || tag != wanted)
		return false;
	*ret_inside = inside;
	return true;
}

/* SignedData ends in the set of who has signed. */
static bool find_signers(struct image_job *job, struct span signed_data, struct span *ret_signers)
{
	struct span inside;
	bool found = false;
	uint8_t tag = 0;

	for (unsigned i = 0; i < ELEMENTS_MAX && take(job, &signed_data, &tag, &inside); i++) {
		found = tag == TAG_SET;
		if (found)
			*ret_signers = inside;
	}
	return found;
}

/* ContentInfo, SignedData, the first SignerInfo, its issuerAndSerialNumber: the issuer's name. */
static bool find_issuer(struct image_job *job, struct span certificate, struct span *ret_name)
{
	struct span content, kind, data, list, signer, version, issuer;

	return enter(job, &certificate, TAG_SEQUENCE, &content) && enter(job, &content, TAG_OID, &kind) &&
	       enter(job, &content, TAG_CONTENT, &data) && enter(job, &data, TAG_SEQUENCE, &list) &&
	       find_signers(job, list, &signer) && enter(job, &signer, TAG_SEQUENCE, &signer) &&
	       enter(job, &signer, TAG_INTEGER, &version) && enter(job, &signer, TAG_SEQUENCE, &issuer) &&
	       enter(job, &issuer, TAG_SEQUENCE, ret_name);
}

/* The common name among the parts of a name: 0 when there is none. */
static size_t read_common_name(struct image_job *job, struct span name, char ret[ISSUER_MAX])
{
	static const uint8_t common_name[] = { 0x55, 0x04, 0x03 };
	struct span part, pair, oid, text;
	uint8_t tag;

	for (unsigned i = 0; i < ELEMENTS_MAX && enter(job, &name, TAG_SET, &part); i++) {
		if (!enter(job, &part, TAG_SEQUENCE, &pair) || !enter(job, &pair, TAG_OID, &oid))
			return 0;
		if (oid.end - oid.at != sizeof(common_name) || !image_has(job, oid.at, common_name, sizeof(common_name)))
			continue;
		if (!take(job, &pair, &tag, &text) || text.end - text.at > ISSUER_MAX ||
		    !image_read(job, text.at, ret, (size_t)(text.end - text.at)))
			return 0;
		return (size_t)(text.end - text.at);
	}
	return 0;
}

/* Those whose keys machines are sold with. */
static const struct {
	const char *name;
	unsigned authority;
} authorities[] = {
	{ "Microsoft Corporation UEFI CA 2011", PXEBOOT_AUTHORITY_MICROSOFT_2011 },
	{ "Microsoft UEFI CA 2023", PXEBOOT_AUTHORITY_MICROSOFT_2023 },
	{ "Microsoft Windows Production PCA 2011", PXEBOOT_AUTHORITY_WINDOWS },
	{ "Windows UEFI CA 2023", PXEBOOT_AUTHORITY_WINDOWS },
};

static void take_issuer(struct image_job *job, const char *name, size_t length)
{
	struct pxeboot_image *image = job->image;

	for (size_t i = 0; i < ARRAY_SIZE(authorities); i++)
		if (length == strlen(authorities[i].name) && memcmp(name, authorities[i].name, length) == 0) {
			image->authorities |= authorities[i].authority;
			return;
		}
	image->authorities |= PXEBOOT_AUTHORITY_OTHER;
	if (*image->signer || length >= sizeof(image->signer))
		return;
	/* What is no ASCII, or would control a terminal, is nobody's name here. */
	for (size_t i = 0; i < length; i++)
		image->signer[i] = name[i] < ' ' || name[i] > '~' ? '?' : name[i];
	image->signer[length] = '\0';
}

/* One WIN_CERTIFICATE, of the kind that firmware looks at, with DER in it. */
static bool read_certificate(struct image_job *job, uint64_t offset, uint32_t length)
{
	struct span certificate = { offset + 8, offset + length }, name;
	uint16_t revision, type;
	char issuer[ISSUER_MAX];
	uint8_t first;

	if (!image_le16(job, offset + 4, &revision) || revision != 0x0200 || !image_le16(job, offset + 6, &type) ||
	    type != 0x0002 || !image_read(job, offset + 8, &first, 1) || first != TAG_SEQUENCE)
		return false;
	if (find_issuer(job, certificate, &name))
		take_issuer(job, issuer, read_common_name(job, name, issuer));
	else
		job->image->authorities |= PXEBOOT_AUTHORITY_OTHER;
	return true;
}

/* Entries begin at multiples of eight bytes. */
void image_read_signatures(struct image_job *job, uint64_t offset, uint32_t size)
{
	uint32_t length;

	for (unsigned i = 0; i < SIGNATURES_MAX && size > 8 && image_le32(job, offset, &length) && length > 8 && length <= size;
	     i++) {
		uint32_t step = length > UINT32_MAX - 7 ? length : (length + 7) & ~7u;

		job->image->is_signed |= read_certificate(job, offset, length);
		if (step >= size)
			return;
		offset += step;
		size -= step;
	}
}
