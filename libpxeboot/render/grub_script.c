/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A GRUB script in the making: policy text becomes words with GRUB's variables in them.
 */
#include <errno.h>
#include <string.h>

#include "render/grub.h"
#include "render/quote.h"
#include "render/quote_grub.h"
#include "render/script.h"
#include "render/variables.h"

void grub_init(struct grub_script *script, const struct pxeboot_policy *policy,
	       struct pxeboot_diagnostics *diagnostics)
{
	*script = (struct grub_script){ .policy = policy, .diagnostics = diagnostics };
}

void grub_free(struct grub_script *script)
{
	text_free(&script->setup);
	text_free(&script->body);
}

void grub_add(struct grub_script *script, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	text_addv(&script->body, format, arguments);
	va_end(arguments);
}

/* GRUB's names have no '-': it becomes "_m", and '_' itself "__". */
void grub_add_name(struct text *out, const char *kind, struct slice name)
{
	text_addf(out, "%s_", kind);
	for (size_t i = 0; i < name.length; i++) {
		if (name.at[i] == '-' || name.at[i] == '_')
			text_add(out, name.at[i] == '-' ? "_m" : "__");
		else
			text_add_char(out, name.at[i]);
	}
}

const char *grub_arch(int arch)
{
	static const char *const names[] = {
		[PXEBOOT_ARCH_X64_UEFI] = "x86_64-efi", [PXEBOOT_ARCH_ARM64_UEFI] = "arm64-efi",
		[PXEBOOT_ARCH_RISCV64_UEFI] = "riscv64-efi", [PXEBOOT_ARCH_LOONG64_UEFI] = "loongarch64-efi",
		[PXEBOOT_ARCH_IA32_UEFI] = "i386-efi", [PXEBOOT_ARCH_ARM32_UEFI] = "arm-efi",
		[PXEBOOT_ARCH_RISCV32_UEFI] = "riscv32-efi", [PXEBOOT_ARCH_BIOS] = "i386-pc",
	};

	_Static_assert(ARRAY_SIZE(names) == PXEBOOT_ARCH_COUNT, "one name for each architecture");
	return names[arch];
}

/* ${name:-default}: GRUB knows no defaults, so a variable of the file's own holds the one or the other. */
static int add_default(struct grub_script *script, struct text *fenced, const struct chunk *chunk,
		       const char *reference)
{
	CLEANUP_FREE char *fallback = strndup(chunk->fallback.at, chunk->fallback.length);
	unsigned number = ++script->n_defaults;
	int r = fallback ? 0 : -ENOMEM;

	text_addf(&script->setup, "set arg%u=", number);
	if (r == 0)
		r = quote_grub_word(&script->setup, reference);
	text_addf(&script->setup, "\nif [ -z \"${arg%u}\" ]; then\n\tset arg%u=", number, number);
	if (r == 0)
		r = quote_grub_word(&script->setup, fallback);
	text_add(&script->setup, "\nfi\n");
	text_addf(fenced, "%carg%u%c", FENCE_OPEN, number, FENCE_CLOSE);
	return r;
}

static int add_variable(struct grub_script *script, struct text *fenced, const struct chunk *chunk)
{
	CLEANUP_TEXT struct text reference = TEXT_INIT;
	int r = variable_for_grub(script->policy, chunk->text, script->profile, &reference);

	if (r == 0)
		r = reference.error;
	if (r < 0)
		return r;
	if (chunk->has_default)
		return add_default(script, fenced, chunk, reference.bytes);
	text_add_bytes(fenced, reference.bytes, reference.length);
	return 0;
}

static int add_chunk(struct grub_script *script, struct text *fenced, const struct chunk *chunk)
{
	switch (chunk->kind) {
	case CHUNK_LITERAL:
		text_add_bytes(fenced, chunk->text.at, chunk->text.length);
		return 0;
	case CHUNK_PASS:
		script->passes = true;
		text_add(fenced, "${");
		return 0;
	case CHUNK_VARIABLE:
		return add_variable(script, fenced, chunk);
	}
	return -EINVAL;
}

/* Without a variable in it, the text is lent as it is. */
static int fence(struct grub_script *script, const char *string, struct text *fenced, const char **ret_fenced)
{
	struct template template = template_of(script->profile, string);
	struct chunk chunk;
	int r;

	script->passes = false;
	if (!strchr(string, '$')) {
		*ret_fenced = string;
		return 0;
	}
	while ((r = template_next(&template, &chunk)) > 0) {
		r = add_chunk(script, fenced, &chunk);
		if (r < 0)
			return r;
	}
	text_add(fenced, "");		/* an empty text is a text */
	*ret_fenced = fenced->bytes;
	return r < 0 ? r : fenced->error;
}

static void note(struct grub_script *script, int error)
{
	if (!script->error)
		script->error = error == -ENOENT ? -EBADMSG : error;
}

void grub_add_word(struct grub_script *script, const char *text)
{
	CLEANUP_TEXT struct text fenced = TEXT_INIT;
	int r = fence(script, text, &fenced, &text);

	note(script, r < 0 ? r : quote_grub_word(&script->body, text));
}

void grub_add_arguments(struct grub_script *script, const char *text)
{
	CLEANUP_TEXT struct text fenced = TEXT_INIT;
	int r = fence(script, text, &fenced, &text);

	script->changed = false;
	note(script, r < 0 ? r : quote_grub_arguments(&script->body, text, &script->changed));
}

void grub_add_value(struct grub_script *script, const char *value)
{
	note(script, quote_grub_word(&script->body, value));
}

int grub_finish(struct grub_script *script, const char *what, const char *name, struct location where,
		struct text *out)
{
	if (script->error)
		return script->error;
	if (script->setup.error)
		return script->setup.error;
	if (script->body.error)
		return script->body.error;
	script_add_origin(out, what, name, where);
	text_add_bytes(out, script->setup.bytes, script->setup.length);
	text_add_bytes(out, script->body.bytes, script->body.length);
	return out->error;
}
