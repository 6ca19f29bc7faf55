# shellcheck shell=sh disable=SC2034  # what is set here is for who sources it
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What a directory with iPXE's source is: its version, its date, and what it needs on today's compilers.  To be sourced;
# reads the tree, writes nothing, says nothing: the caller shows $tree_problem, $tree_source and $tree_note.
#
# tree_check DIR takes a release's archive, a clone, a snapshot without .git or an unpacked source package of Debian's;
# DIR is its top or its src/.  0: it can be built, and these are set:
#   tree_top      the top, absolute
#   tree_version  what its builds are called: 2.0.0, 1.21.1+, 1.21.1+git20250501.0fb37a48
#   tree_source   the same for people, with where it comes from: 2.0.0, git 1a2b3c4d
#   tree_date     seconds since 1970 for SOURCE_DATE_EPOCH: that variable's, else the commit's, the package's, the newest
#                 file's; the same tree gives the same on every machine (but for the last, when a copy lost its times)
#   tree_mend     make's variables, NAME=VALUE, one a line, without which it does not build here; often nothing
#   tree_needs    Debian packages that it needs besides the group `ipxe` of conf/packages
#   tree_note     lines that a person should see, or nothing
# 1: it can't, and $tree_problem says why.

# What is older lacks too much of what the rest of this needs; seconds since 1970.
tree_oldest=1546300800     # 2019-01-01
tree_mended=1669852800     # 2022-12-01: built by gcc 12 since then

tree_refuse() {
	tree_problem=$*
	return 1
}

# The number behind "NAME =" in the tree's Makefile.
tree_makefile() {
	sed -n "s/^$1[[:space:]]*:*=[[:space:]]*//p" "$tree_top/src/Makefile" | sed 's/[[:space:]]*$//;q'
}

# Sets $tree_top and $tree_version.
tree_find() {
	[ -d "$1" ] || { tree_refuse "$1: no such directory"; return; }
	tree_top=$(cd "$1" && pwd -P) || { tree_refuse "$1: can't be entered"; return; }
	[ -f "$tree_top/src/Makefile" ] || [ ! -f "$tree_top/Makefile.housekeeping" ] || tree_top=${tree_top%/*}
	for tree_file in Makefile Makefile.housekeeping config/general.h; do
		[ -f "$tree_top/src/$tree_file" ] || {
			tree_refuse "$1: no source of iPXE, expected src/$tree_file in it"
			return
		}
	done
	tree_version=$(tree_makefile VERSION_MAJOR).$(tree_makefile VERSION_MINOR).$(tree_makefile VERSION_PATCH)
	expr "x$tree_version" : 'x[0-9]\{1,4\}[.][0-9]\{1,4\}[.][0-9]\{1,4\}$' >/dev/null || {
		tree_refuse "$1: no source of iPXE, its src/Makefile has no VERSION_MAJOR, VERSION_MINOR and VERSION_PATCH"
		return
	}
	tree_extra=$(tree_makefile EXTRAVERSION)
	case $tree_extra in *[!-+.A-Za-z0-9]*) tree_extra=+ ;; esac
	tree_version=$tree_version$tree_extra
}

# A clone may be another user's: git is told that this one is meant, and to start none of its programs.
tree_git() {
	git --no-optional-locks -c "safe.directory=*" -c core.fsmonitor=false -C "$tree_top" "$@" 2>/dev/null
}

# The commit without git: HEAD, or the branch that it names.
tree_head() {
	tree_line=$(cat "$tree_top/.git/HEAD" 2>/dev/null) || return 1
	case $tree_line in
	ref:\ *)
		tree_line=${tree_line#ref: }
		cat "$tree_top/.git/$tree_line" 2>/dev/null ||
			awk -v ref="$tree_line" '$2 == ref { print $1; found = 1 } END { exit !found }' "$tree_top/.git/packed-refs"
		;;
	*) echo "$tree_line" ;;
	esac 2>/dev/null | cut -c1-8
}

# The commit and its date.  1: no clone, or one that git can't read.
tree_by_git() {
	[ -e "$tree_top/.git" ] || return 1
	if ! command -v git >/dev/null; then
		tree_commit=$(tree_head)
		tree_note='It is a clone, and git is not installed: its date is its newest file, not its commit.'
	elif tree_date=$(tree_git log -1 --format=%ct) && [ -n "$tree_date" ]; then
		tree_commit=$(tree_git rev-parse --short=8 HEAD)
		[ -z "$(tree_git status --porcelain --untracked-files=no)" ] || tree_commit="$tree_commit with changes"
	else
		tree_date=
		tree_note='It has a .git that git can not read: its date is its newest file.'
	fi
	[ -z "$tree_commit" ] || tree_source="$tree_version, git $tree_commit"
	[ -n "$tree_date" ]
}

# Debian's changelog: "ipxe (VERSION) …" at its top, " -- Name <address>  DATE" below.
tree_by_package() {
	tree_package=$(sed -n '1s/^ipxe (\([-A-Za-z0-9.+:~]*\)) .*/\1/p' "$tree_top/debian/changelog" 2>/dev/null)
	[ -n "$tree_package" ] || return 1
	tree_source="Debian's package ipxe $tree_package"
	tree_version=${tree_package#*:}
	tree_version=${tree_version%-*}
	tree_snapshot=$(expr "x$tree_version" : 'x.*git-\{0,1\}\(20[0-9]\{6\}\)') || tree_snapshot=
	tree_date=$(date -d "$(sed -n '/^ -- /{s/.*>  *//p;q}' "$tree_top/debian/changelog")" +%s 2>/dev/null)
}

# What was built in the tree, and headers that its owner has put there, say nothing about it.
tree_by_files() {
	tree_date=$(find "$tree_top/src" \( -name 'bin' -o -name 'bin-*' -o -path '*/config/local' \) -prune -o -type f \
		-printf '%T@\n' | sort -n | sed -n '$s/[.].*//p')
	[ -n "$tree_date" ]
}

tree_says() { grep -qs -e "$1" "$tree_top/src/Makefile.housekeeping"; }

# The month of a compiler's first release.  Half a year later iPXE had been mended for its new warnings.
tree_compiler_date() {
	case $1 in
	[0-9] | 1[0-2]) echo 2022-05 ;;
	13) echo 2023-04 ;;
	14) echo 2024-05 ;;
	15) echo 2025-04 ;;
	16) echo 2026-04 ;;
	*) echo 2100-01 ;;
	esac
}

# Whether warnings must not be errors.
tree_warns() {
	[ "$tree_age" -ge "$tree_mended" ] && tree_says -Wno-array-bounds || return 0
	[ "$tree_age" -ge "$(date -u -d "$(tree_compiler_date "$tree_compiler")-01 + 7 months" +%s)" ] || return 0
	# GNU as 2.46 has another type for a section that trees declare in a thousand places.
	[ "$tree_assembler" -ge 246 ] && grep -qrs 'note[.]GNU-stack.*progbits' "$tree_top/src/arch"
}

tree_mend_add() { tree_mend=$tree_mend${tree_mend:+$tree_line_end}$1; }

# Debian's source package of such a tree has a patch.
tree_bfd_is_old() {
	[ -n "$tree_needs" ] && [ "$tree_assembler" -ge 234 ] && grep -qs bfd_get_section_flags "$tree_top/src/util/elf2efi.c" &&
		! grep -qw bfd_section_flags "$tree_top/src/util/elf2efi.c"
}

tree_mends() {
	tree_line_end='
'
	tree_compiler=$(gcc -dumpversion 2>/dev/null | sed 's/[^0-9].*//')
	tree_compiler=${tree_compiler:-0}
	tree_assembler=$(as --version 2>/dev/null | sed -n '1s/.* \([0-9]*\)[.]\([0-9][0-9]\).*/\1\2/p')
	tree_assembler=${tree_assembler:-0}
	! tree_warns || tree_mend_add NO_WERROR=1
	tree_flags=
	# In the C of 2023, bool is a word of the language.
	[ "$tree_compiler" -lt 15 ] || tree_says unterminated-string || tree_flags=' -std=gnu17'
	# Ubuntu's compiler guards every jump, which old processors, and so BIOS images, do not know.
	! gcc -dM -E -x c /dev/null 2>/dev/null | grep -q __CET__ || tree_says fcf-protection ||
		tree_flags="$tree_flags -fcf-protection=none"
	[ -z "$tree_flags" ] || tree_mend_add "EXTRA_CFLAGS=${tree_flags# }"
	# The first of these trees convert EFI files with the library of binutils.
	! tree_says -lbfd || tree_needs='binutils-dev zlib1g-dev'
	[ -z "$tree_needs" ] || [ "$tree_compiler" -lt 14 ] || tree_mend_add HOST_CFLAGS=-fpermissive
	! tree_bfd_is_old || tree_note="$tree_note${tree_note:+$tree_line_end}Its src/util/elf2efi.c is of a time before binutils 2.34, \
which has renamed what it calls: no target of UEFI can be built here."
}

tree_check() {
	tree_top='' tree_version='' tree_source='' tree_date='' tree_mend='' tree_needs='' tree_note='' tree_problem=''
	tree_commit='' tree_snapshot=''
	tree_find "$1" || return 1
	tree_source="$tree_version, files without git"
	tree_by_git || tree_by_package || tree_by_files || { tree_refuse "$1: nothing tells its date"; return; }
	tree_age=$tree_date
	[ -z "$tree_snapshot" ] || tree_age=$(date -u -d "$tree_snapshot" +%s) || tree_age=$tree_date
	[ "$tree_age" -ge "$tree_oldest" ] || {
		tree_refuse "$1: iPXE $tree_source of $(date -u -d "@$tree_age" +%Y-%m-%d) is too old, expected one from 2019 on"
		return
	}
	case ${SOURCE_DATE_EPOCH-} in
	'') ;;
	*[!0-9]*) tree_refuse "SOURCE_DATE_EPOCH: expected seconds since 1970, got '$SOURCE_DATE_EPOCH'" || return 1 ;;
	*) tree_date=$SOURCE_DATE_EPOCH ;;
	esac
	tree_mends
}
