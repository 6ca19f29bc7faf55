# shellcheck shell=sh disable=SC2154  # to be sourced: what is the caller's is named in build
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What can be built: one row an architecture.  To be sourced by build.

# NAME FOLDER FIRMWARE'S-DRIVERS OWN-DRIVERS LOADER TREE'S-ARCH MACHINE COMPILER'S-PREFIX…
#
# FOLDER is what make's goal begins with; from it the tree learns architecture and platform (plain `bin` is i386 and
# BIOS).  FIRMWARE'S-DRIVERS and OWN-DRIVERS are the file to make without and with --native.  LOADER is the name that
# policies have by default.  The tree knows the architecture if src/arch/TREE'S-ARCH is there.  On a MACHINE (uname -m) of
# this kind its own compiler does; elsewhere the first of the prefixes that is installed.
target_table() {
	cat <<'TABLE'
bios         bin              undionly.kpxe ipxe.pxe undionly.kpxe    i386    x86_64      x86_64-linux-gnu-
ia32-uefi    bin-i386-efi     snponly.efi   ipxe.efi ipxe-i386.efi    i386    x86_64      x86_64-linux-gnu-
x64-uefi     bin-x86_64-efi   snponly.efi   ipxe.efi snponly.efi      x86_64  x86_64      x86_64-linux-gnu-
arm32-uefi   bin-arm32-efi    snponly.efi   ipxe.efi ipxe-arm32.efi   arm32   armv7l      arm-linux-gnueabihf- arm-linux-gnueabi-
arm64-uefi   bin-arm64-efi    snponly.efi   ipxe.efi ipxe-arm64.efi   arm64   aarch64     aarch64-linux-gnu-
riscv64-uefi bin-riscv64-efi  snponly.efi   ipxe.efi ipxe-riscv64.efi riscv64 riscv64     riscv64-linux-gnu-
loong64-uefi bin-loong64-efi  snponly.efi   ipxe.efi ipxe-loong64.efi loong64 loongarch64 loongarch64-linux-gnu-
TABLE
}

target_names() { target_table | awk '{ print $1 }'; }

is_target() { target_names | grep -qxF -e "$1"; }

# target_field NAME COLUMN
target_field() { target_table | awk -v name="$1" -v column="$2" '$1 == name { print $column }'; }

# What make is told to build.
target_goal() {
	column=3
	[ -z "$native" ] || column=4
	echo "$(target_field "$1" 2)/$(target_field "$1" "$column")"
}

has() { command -v "$1" >/dev/null 2>&1; }

# The prefix of its compiler's name; nothing for this machine's own.  Fails if there is none.
target_prefix() {
	if [ "$(target_field "$1" 7)" = "$(uname -m)" ]; then
		has gcc
		return
	fi
	for prefix in $(target_table | awk -v name="$1" '$1 == name { for (i = 8; i <= NF; i++) print $i }'); do
		has "${prefix}gcc" || continue
		echo "$prefix"
		return 0
	done
	return 1
}

# Debian's package of the compiler.
target_package() {
	if [ "$(target_field "$1" 7)" = "$(uname -m)" ]; then
		echo gcc
	else
		target_field "$1" 8 | tr _ - | sed 's/.*/gcc-&/; s/-$//'
	fi
}

# What --list says of them.
target_list() {
	echo "Targets:"
	for name in $(target_names); do
		if target_prefix "$name" >/dev/null; then
			compiler="compiler installed"
		else
			compiler="compiler missing: package $(target_package "$name")"
		fi
		printf '  %-13s %-17s %s\n' "$name" "$(target_field "$name" 5)" "$compiler"
	done
}

# Can it be built here?
is_possible() { target_prefix "$1" >/dev/null && tree_knows "$1"; }

# target_choose [TARGET…]: those that are meant, each once, in the table's order.
target_choose() {
	if [ $# -eq 0 ]; then
		set -- bios x64-uefi
		! is_possible arm64-uefi || set -- "$@" arm64-uefi
	fi
	for name in $(target_names); do
		case " $* " in
		*" $name "*) echo "$name" ;;
		*" all "*) ! is_possible "$name" || echo "$name" ;;
		esac
	done
}

# An older tree lacks the younger architectures.
tree_knows() { [ -d "$tree_top/src/arch/$(target_field "$1" 6)" ]; }

has_header() { echo "#include <$1>" | gcc -E -x c - >/dev/null 2>&1; }

# target_missing TARGET…: each program that is missing, and its package, a line each.
target_missing() {
	has make || echo "make (package make)"
	has perl || echo "perl (package perl)"
	has gcc || echo "gcc (package gcc)"
	# The tree's own tools are programs for this machine; the compiler's package only recommends what they include.
	has_header stdio.h || echo "stdio.h (package libc6-dev)"
	for name in "$@"; do
		if prefix=$(target_prefix "$name"); then
			for tool in ld objcopy; do
				has "$prefix$tool" ||
					echo "$prefix$tool (package $(target_package "$name" | sed 's/^gcc/binutils/')), for $name"
			done
		else
			[ "$(target_package "$name")" = gcc ] || echo "$(target_field "$name" 8)gcc (package $(target_package "$name")), for $name"
		fi
		# One of those tools packs BIOS images.
		[ "$name" != bios ] || ! has gcc || has_header lzma.h || echo "lzma.h (package liblzma-dev), for bios"
	done
	for package in $tree_needs; do
		# shellcheck disable=SC2016
		[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
			echo "(package $package), for a source of this age"
	done
	[ -z "$trusts" ] || has openssl || echo "openssl (package openssl), for --trust"
}

# target_check TARGET…: ends the recipe if they can't be built here, and says all of why.
target_check() {
	for name in "$@"; do
		tree_knows "$name" || usage_error "this source has no $name: src/arch/$(target_field "$name" 6) is not in $tree_top"
	done
	missing=$(target_missing "$@")
	[ -n "$missing" ] || return 0
	say "missing on this machine:"
	echo "$missing" | sort -u | sed 's/^/  /' >&2
	give_up "on Debian: apt-get install --no-install-recommends $(echo "$missing" | sed 's/.*(package //; s/).*//' | sort -u | xargs)"
}

# A policy may give some architecture to somebody else's program.
is_foreign() {
	case ${1##*/} in
	shim* | grub* | mm*.efi | *pxelinux* | syslinux* | bootx64.efi | bootaa64.efi | ipxe-shim*) return 0 ;;
	esac
	return 1
}

# target_files FILE: writes NAME and the result's file name, a line a target; a policy's names before the usual ones.
target_files() {
	for name in $targets; do
		file=$(script_loader "$name")
		if [ -z "$file" ]; then
			file=$(target_field "$name" 5)
		elif is_foreign "$file"; then
			say "NOTE: the policy's loader of $name is $file, which is no iPXE: ours is named $(target_field "$name" 5)"
			file=$(target_field "$name" 5)
		fi
		echo "$name $file"
	done >"$1"
	twice=$(awk '{ print $2 }' "$1" | sort | uniq -d | xargs)
	[ -z "$twice" ] || usage_error "the policy gives several architectures one loader: $twice"
}

target_file() { awk -v name="$1" '$1 == name { print $2 }' "$scratch/files"; }
