/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as a policy: loading fails with a finding or gives a policy whose every part can be read.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/scalar.h"
#include "fuzz.h"
#include "policy/policy.h"

/* libconfig 1.5 itself loses a string that stands where none may stand; the sanitizer asks here what to pass over. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libconfig\n";
}

static void read_hosts(const struct pxeboot_policy *policy)
{
	struct pxeboot_host view;

	for (size_t i = 0; pxeboot_policy_host(policy, i, &view) == 0; i++) {
		const struct host *host = &policy->hosts[i];

		fuzz_require(view.n_macs || view.uuid || view.serial);
		for (size_t k = 0; k < host->n_macs; k++)
			fuzz_require(policy_host_by_mac(policy, host->macs[k]) == host);
		fuzz_require(!host->has_uuid || policy_host_by_uuid(policy, host->uuid) == host);
		fuzz_require(!host->serial || policy_host_by_serial(policy, host->serial) == host);
		fuzz_require(policy_item_by_name(policy, view.boot) == host->boot);
	}
}

/* What is handed out of an own build holds together. */
static void read_build(const struct pxeboot_policy *policy)
{
	struct pxeboot_build_file file;
	struct pxeboot_build build;
	unsigned archs = 0;

	if (pxeboot_policy_build(policy, &build) < 0) {
		fuzz_require(!pxeboot_policy_get(policy, "ipxe.user_class"));
		return;
	}
	fuzz_require(strcmp(pxeboot_policy_get(policy, "ipxe.user_class"), build.user_class) == 0);
	fuzz_require(build.archs && !(build.archs & ~PXEBOOT_ARCHS_ALL) && !(build.features >> PXEBOOT_BUILD_FEATURE_COUNT));
	for (size_t i = 0; pxeboot_policy_build_file(policy, i, &file) == 0; i++) {
		fuzz_require(!(archs & 1u << file.arch) && scalar_is_file_path(file.path));
		fuzz_require(!file.sha256 || strlen(file.sha256) == 64);
		archs |= 1u << file.arch;
	}
	fuzz_require(!archs || archs == build.archs);
}

static void read_groups(const struct pxeboot_policy *policy)
{
	struct pxeboot_group view;

	for (size_t i = 0; pxeboot_policy_group(policy, i, &view) == 0; i++) {
		fuzz_require(view.n_terms > 0);
		fuzz_require((view.where == PXEBOOT_WHERE_DHCP) == (view.script_url != NULL));
		fuzz_require(i == 0 || policy->groups[i - 1].n_terms >= view.n_terms);
	}
}

static void read_items(const struct pxeboot_policy *policy)
{
	struct pxeboot_item view;

	for (size_t i = 0; pxeboot_policy_item(policy, i, &view) == 0; i++) {
		fuzz_require(policy_item_by_name(policy, view.name) == (int)i);
		fuzz_require(view.label && view.is_menu == (policy->items[i].menu != NULL));
	}
}

/* Every menu, as a machine is shown it. */
static void show_menus(const struct pxeboot_policy *policy)
{
	struct pxeboot_client *client = NULL;
	struct pxeboot_item view;

	fuzz_require(pxeboot_client_new(&client) == 0);
	(void)pxeboot_client_set(client, PXEBOOT_FACT_ARCH, "7", NULL);
	for (size_t i = 0; pxeboot_policy_item(policy, i, &view) == 0; i++) {
		struct pxeboot_screen *screen = NULL;
		int r = pxeboot_screen_new(policy, view.name, client, true, NULL, &screen);

		fuzz_require(view.is_menu ? r == 0 || r == -EBADMSG : r == -ENOENT);
		fuzz_require(!screen || (screen->title && screen->selected <= screen->n_lines));
		pxeboot_screen_free(screen);
	}
	pxeboot_client_unref(client);
}

static void render(const struct pxeboot_policy *policy)
{
	struct pxeboot_entry entry;
	struct pxeboot_tree *tree = NULL;

	/* A link for each address of a range is too many to look at. */
	if (policy->one_name || pxeboot_tree_new(policy, NULL, &tree) < 0)
		return;
	for (size_t i = 0; pxeboot_tree_get(tree, i, &entry) == 0; i++)
		fuzz_require(entry.path && strlen(entry.bytes) <= entry.length);
	pxeboot_tree_free(tree);
}

/* Whatever stands in the policy, iPXE can read the script. */
static void embed(const struct pxeboot_policy *policy)
{
	struct pxeboot_lint_options options = { .target = PXEBOOT_LINT_D12 };
	struct pxeboot_diagnostics *diagnostics = NULL;
	char *text = NULL;
	size_t length = 0;
	int r = pxeboot_embed_script(policy, NULL, &text, &length);

	fuzz_require((r == 0) == (text != NULL));
	if (r == 0 && !pxeboot_diagnostics_new(&diagnostics))
		fuzz_require(pxeboot_lint("embed", text, length, &options, diagnostics) == 0);
	pxeboot_diagnostics_free(diagnostics);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct pxeboot_diagnostics *diagnostics = NULL;
	struct pxeboot_policy *policy = NULL;
	int file = memfd_create("policy", MFD_CLOEXEC);
	char path[32];

	if (file < 0)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	if (write(file, bytes, length) == (ssize_t)length && !pxeboot_diagnostics_new(&diagnostics)) {
		int r = pxeboot_policy_load(path, diagnostics, &policy);

		fuzz_require((r == 0) == (policy != NULL));
		fuzz_require(r == 0 || pxeboot_diagnostics_count(diagnostics) > 0);
	}
	if (policy) {
		fuzz_require(pxeboot_policy_get(policy, "server.address") && policy->boot >= 0);
		read_hosts(policy);
		read_groups(policy);
		read_build(policy);
		read_items(policy);
		show_menus(policy);
		render(policy);
		embed(policy);
	}
	pxeboot_policy_unref(policy);
	pxeboot_diagnostics_free(diagnostics);
	close(file);
	return 0;
}
