# shellcheck shell=sh disable=SC2154  # to be sourced: what is the caller's is named in build
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The results: signed, put into the output folder at once, and told in ipxe-build.conf, which is a policy of its own for
# policy.d/.  To be sourced by build.
#
# The manifest names files of this very build only.  A second run for other targets keeps what the first one has put
# there, as long as everything else was the same; what is of another build is no longer named.

# One number for all that goes into every target.
manifest_hash() {
	{
		printf '%s\n' "$tree_hash" "$version" "$tree_date" "$tree_mend" "$native" "$user_class"
		cat "$scratch/options.h" "$scratch/embedded.ipxe" "$here"/config/*.h
		for file in "$scratch"/trust-*.pem; do
			[ ! -f "$file" ] || cat "$file"
		done
	} | sha256sum | cut -c1-64
}

# manifest_string TEXT: in libconfig's quotes, without what would leave them.
manifest_string() { printf '"%s"' "$(printf '%s' "$1" | tr -d '[:cntrl:]' | sed 's/[\\"]/\\&/g')"; }

sha256_of() { sha256sum <"$1" | cut -c1-64; }

# manifest_row ARCH FILE PATH SIGNED
manifest_row() {
	printf '{ arch = "%s"; file = "%s"; size = %s; sha256 = "%s"; signed = %s; }\n' \
		"$1" "$2" "$(wc -c <"$3" | tr -d ' ')" "$(sha256_of "$3")" "$4"
}

# The rows of the manifest that is there, for targets that are not built now; only if nothing else has changed.
manifest_kept() {
	old=$output/ipxe-build.conf
	[ -f "$old" ] && grep -q "^# Build: $build_hash\$" "$old" || return 0
	sed -n 's/^\t*\({ arch = "\([a-z0-9-]*\)"; file = "\([^"]*\)".* sha256 = "\([0-9a-f]*\)".*; }\),*$/\2 \3 \4 \1/p' "$old" |
		while read -r arch file sum row; do
			[ ! -f "$scratch/$arch.done" ] || continue
			[ ! -f "$output/$file" ] || [ "$(sha256_of "$output/$file")" != "$sum" ] || printf '%s\n' "$row"
		done
}

# manifest_rows FOLDER: those of the results in it, in the table's order with what is kept.
manifest_rows() {
	{
		for name in $targets; do
			[ ! -f "$scratch/$name.done" ] || manifest_row "$name" "$(target_file "$name")" \
				"$1/$(target_file "$name")" "$(cat "$scratch/$name.signed")"
		done
		manifest_kept
	} >"$scratch/rows"
	for name in $(target_names); do
		grep -F "{ arch = \"$name\";" "$scratch/rows" || true
	done
}

# The whole file, to standard output.
manifest_write() {
	cat <<HEAD
# Written by ipxe-src/build: what the iPXE beside this file can do, and which files are of it.  It is a policy: a link to it
# in policy.d/ tells pxeboot.  A change by hand is lost at the next build.
# Build: $build_hash
ipxe: { build: {
HEAD
	if [ -n "$user_class" ]; then
		printf '\tuser_class = %s;\n' "$(manifest_string "$user_class")"
	else
		printf '\t# No user_class, because the script sets none: pxeboot refuses this file.\n'
	fi
	printf '\tversion = %s;\n\tsource = %s;\n' "$(manifest_string "$version")" "$(manifest_string "$tree_source")"
	printf '\tfeatures = [\n%s\n\t];\n' "$(echo "$features" | sed 's/.*/"&"/' | paste -s -d, - | sed 's/,/, /g' | fold -s -w 104 |
		sed 's/^/\t\t/; s/ *$//')"
	printf '\tfiles = (\n%s\n\t);\n}; };\n' "$(manifest_rows "$1" | sed 's/^/\t\t/; $!s/$/,/')"
}

# What the last manifest named and this one does not.
manifest_dropped() {
	[ -f "$output/ipxe-build.conf" ] || return 0
	sed -n 's/^.*{ arch = "[a-z0-9-]*"; file = "\([^"]*\)".*/\1/p' "$output/ipxe-build.conf" | while read -r file; do
		grep -qF "; file = \"$file\";" "$1" || echo "$file"
	done
}

publish_fails() { give_up "$output can't be written, or its disk is full; the results that were there are as they were"; }

# publish_one NAME: its result into the staging folder, signed if that is wanted.
publish_one() {
	file=$staging/$(target_file "$1") signed=false
	mkdir -p "$(dirname "$file")" && cp "$scratch/$1.result" "$file" || publish_fails
	if [ -n "$sign_key" ] && [ "$1" != bios ]; then
		signed=true
		sign_file "$file" || case $? in
		2) signed=false && say "NOTE: ${sign_problem#"$staging/"}" ;;
		*) give_up "${sign_problem#"$staging/"}; nothing in $output has changed" ;;
		esac
	fi
	chmod 644 "$file"
	echo "$signed" >"$scratch/$1.signed"
}

# Every name is exchanged at once, the manifest's last; no signal comes between, and there is nothing left that can fail but
# the disk itself.
publish_move() {
	trap '' HUP INT PIPE TERM
	for name in "$@"; do
		file=$(target_file "$name")
		mkdir -p "$(dirname "$output/$file")"
		mv -f "$staging/$file" "$output/$file"
	done
	mv -f "$staging/ipxe-build.conf" "$output/ipxe-build.conf"
	rm -rf "$staging"
	staging=
}

# Of two runs that end at the same moment the second must find the first one's manifest, whose rows it keeps.
publish_lock() {
	exec 9<"$output"
	flock -w 60 9 || say "NOTE: $output can't be locked: a build that ends at this moment may be missing in ipxe-build.conf"
}

# publish NAME…: the targets that could be built.
publish() {
	publish_lock
	staging=$(mktemp -d "$output/.ipxe-build.XXXXXX") || publish_fails
	for name in "$@"; do
		publish_one "$name"
	done
	manifest_write "$staging" >"$staging/ipxe-build.conf" || publish_fails
	chmod 644 "$staging/ipxe-build.conf"
	dropped=$(manifest_dropped "$staging/ipxe-build.conf" | xargs)
	publish_move "$@"
	[ -z "$dropped" ] || say "NOTE: of another build, and no longer in ipxe-build.conf: $dropped"
}

# The logs of this run, for those who look for why.
publish_logs() {
	mkdir -p "$output/logs" || publish_fails
	for log in "$scratch"/*.log; do
		[ ! -f "$log" ] || cp "$log" "$output/logs/" || publish_fails
	done
}
