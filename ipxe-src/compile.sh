# shellcheck shell=sh disable=SC2154,SC2034  # to be sourced: what is the caller's is named in build
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# All targets at once: a copy of the tree for each, one make above them that shares out the jobs.  To be sourced by build.
#
# A copy each, because builds for two platforms share files in the tree: its own tools in util/, and headers that one
# touches while the other depends on them.

# What earlier builds have left in the tree, such as tools for another machine: it must not reach ours.
compile_leftovers='src/bin src/bin-* src/util/zbin src/util/zbin32 src/util/zbin64 src/util/elf2efi32 src/util/elf2efi64
	src/util/efirom src/util/efifatbin src/util/einfo src/util/nrv2b src/util/iccfix src/config/local/pxeboot'

# The tree as one archive, whose bytes depend on nothing but the files.  Only src/: the version comes from us, and without
# .git no git is asked.
compile_pack() {
	set -f
	set -- --anchored
	for pattern in $compile_leftovers; do
		set -- "$@" "--exclude=$pattern"
	done
	set +f
	tar -C "$tree_top" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u+rwX,go=rX --format=gnu "$@" \
		-cf "$scratch/tree.tar" src || give_up "the source can't be copied to $scratch"
	tree_hash=$(sha256sum <"$scratch/tree.tar" | cut -c1-64)
}

# Everything that target needs to know.
compile_export() {
	recipe_here=$here recipe_version=$version recipe_date=$tree_date recipe_mend=$tree_mend recipe_trust=$trust_list
	recipe_hash=$build_hash
	recipe_clear='' recipe_red='' recipe_plain=''
	if [ -t 1 ]; then
		recipe_clear=$(printf '\r\033[K')
		[ -n "${NO_COLOR-}" ] || { recipe_red=$(printf '\033[31m') && recipe_plain=$(printf '\033[m'); }
	fi
	export recipe_clear recipe_red recipe_plain
	export recipe_here recipe_version recipe_date recipe_mend recipe_trust recipe_hash
}

# The make above: one rule a target.  "+" hands it the jobs' tokens, and they bound all compilers together.
# shellcheck disable=SC2016  # the variable is for the shell below make
compile_makefile() {
	printf '.PHONY: all %s\n' "$*"
	printf 'all: %s\n' "$*"
	for name in "$@"; do
		printf '%s:\n\t+@sh "$$recipe_here/target" %s %s "%s"\n' "$name" "$name" "$(target_goal "$name")" "$(target_prefix "$name")"
	done
}

# On a terminal the last line tells how far each is.
compile_watch() {
	while kill -s 0 "$group" 2>/dev/null; do
		line=
		for name in $targets; do
			[ -f "$scratch/$name.done" ] || [ ! -f "$scratch/$name.log" ] ||
				line="$line  $name: $(grep -c '^  \[BUILD\]' "$scratch/$name.log") files compiled"
		done
		printf '%s%.79s' "$recipe_clear" "$line"
		sleep 1
	done
	printf '%s' "$recipe_clear"
}

# compile_all: builds $targets, tells each as it ends, and sets $built to those that could be built.
compile_all() {
	compile_export
	# shellcheck disable=SC2086  # targets are words
	compile_makefile $targets >"$scratch/Makefile"
	unset MAKEFLAGS MFLAGS GNUMAKEFLAGS MAKELEVEL
	run_group make -C "$scratch" --no-print-directory --silent -j "$jobs" all || true
	built=
	for name in $targets; do
		[ ! -f "$scratch/$name.done" ] || built="$built${built:+ }$name"
	done
}

# What all this comes to, before it begins.
compile_tell() {
	echo "iPXE $tree_source, of $(date -u -d "@$tree_date" +%Y-%m-%d), as version $version${user_class:+, user class $user_class}"
	echo "  with     $(echo "$features" | xargs)"
	echo "  without  $(options_read "$scratch/options.h" | awk '$2 == 0 { print $1 }' | xargs)"
	[ ! -s "$tree_top/src/config/local/branding.h" ] ||
		echo "  NOTE: the tree's own config/local/branding.h gives way to ours: names and colours are in options.h"
	[ -z "$tree_note" ] || echo "$tree_note" | sed 's/^/  NOTE: /'
	[ -z "$dry_run" ] || for name in $targets; do
		prefix=$(target_prefix "$name")
		printf '  would make %s%s as %s\n' "$(target_goal "$name")" "${prefix:+ with ${prefix}gcc}" "$output/$(target_file "$name")"
	done
}
