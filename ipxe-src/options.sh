# shellcheck shell=sh disable=SC2154  # to be sourced: what is the caller's is named in build
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The switches in options.h: read, told, and changed in a copy.  To be sourced by build.

options_upper() { echo "$1" | tr '[:lower:]' '[:upper:]'; }

# options_read FILE: NAME VALUE COMMENT, a line a switch, in the file's order.
options_read() {
	sed -n 's/^#define[[:blank:]]\{1,\}OPTION_\([A-Z0-9_]\{1,\}\)[[:blank:]]\{1,\}\([01]\)\([[:blank:]].*\)\{0,1\}$/\1 \2 \3/p' "$1" |
		awk '{
			name = tolower($1)
			value = $2
			$1 = $2 = ""
			sub(/^[ \t]*(\/\*)?[ \t]*/, "")
			sub(/[ \t]*\*\/.*$/, "")
			print name, value, $0
		}'
}

# A copy must define what our headers ask for, and nothing that they don't know.
options_check() {
	cat "$1" >/dev/null 2>&1 || usage_error "--options: $1 can't be read"
	[ "$1" != "$here/options.h" ] || return 0
	odd=$({
		options_read "$1"
		options_read "$here/options.h"
	} | awk '{ print $1 }' | sort | uniq -u | xargs)
	[ -z "$odd" ] || usage_error "$1: expected the options of $here/options.h, each 0 or 1; they differ in: $odd"
}

# options_write FROM TO [NAME=0|1…]: the copy that is built with.
options_write() {
	from=$1 to=$2
	shift 2
	options_check "$from"
	cat "$from" >"$to"
	for change in "$@"; do
		name=${change%=*}
		options_read "$from" | grep -q "^$name " || usage_error "no such option: '$name'; --list names them"
		sed "s/^\(#define[[:blank:]]*OPTION_$(options_upper "$name")[[:blank:]]*\)[01]/\1${change#*=}/" "$to" >"$to.new"
		mv "$to.new" "$to"
	done
}

# What --list says of them.
options_list() {
	echo "Options:"
	options_read "$1" | while read -r name value comment; do
		state=off
		[ "$value" = 0 ] || state=on
		printf '  %-13s %-4s %s\n' "$name" "$state" "$comment"
	done
}

# The macros of iPXE's that our headers tie to an option.
options_macros() {
	awk -v option="OPTION_$(options_upper "$1")" '
		/^#[ \t]*if/ { inside = $2 == option }
		/^#[ \t]*define/ && inside { print $2 }
		/^#[ \t]*endif/ { inside = 0 }' "$here"/config/*.h
}

# options_known NAME: does this tree know one of them?  An older one may lack what an option switches on.
options_known() {
	for macro in $(options_macros "$1"); do
		! grep -qwF -e "$macro" "$tree_top"/src/config/*.[ch] || return 0
	done
	return 1
}

# options_features FILE: the names of those that are on and have an effect.
options_features() {
	for name in $(options_read "$1" | awk '$2 == 1 { print $1 }'); do
		if options_known "$name"; then
			echo "$name"
		else
			say "NOTE: $tree_source has no $name yet: the option is without effect"
		fi
	done
}
