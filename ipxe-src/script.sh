# shellcheck shell=sh disable=SC2154  # to be sourced: what is the caller's is named in build
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What is embedded, the script and the certificates, and what a policy says of both.  To be sourced by build.

# The command pxeboot, which only --policy needs.
script_pxeboot() {
	if [ -n "${PXEBOOT-}" ]; then
		echo "$PXEBOOT"
	elif has pxeboot; then
		echo pxeboot
	else
		# shellcheck disable=SC2012  # names of our own
		ls -t "$here"/../build/*/plugins/cli/pxeboot 2>/dev/null | head -n 1 | grep .
	fi
}

# The policy may name results that are to be built only now.
script_hint() {
	for file in "$(dirname "$policy")"/policy.d/*.conf; do
		[ -e "$file" ] || [ ! -L "$file" ] || say "$file links to what is not there: remove it, build, and link again"
	done
}

# script_make TO: writes the script that is to be embedded.
script_make() {
	if [ -n "$policy" ]; then
		pxeboot=$(script_pxeboot) || give_up "--policy needs the command pxeboot: install it, or say PXEBOOT=FILE"
	fi
	if [ -n "$embed" ]; then
		cat "$embed" >"$1" 2>/dev/null || usage_error "--embed: $embed can't be read"
	elif [ -n "$policy" ]; then
		"$pxeboot" render embed -c "$policy" >"$1" || { script_hint; usage_error "--policy: $policy gives no script"; }
	else
		cat "$here/generic.ipxe" >"$1"
	fi
	# Nothing else would be run; and after the first blank, whatever follows is only seen when a machine boots.
	case $(head -n 1 "$1" | tr -d '\0') in
	'#!ipxe' | '#!ipxe'[[:space:]]*) ;;
	*) usage_error "${embed:-the script}: no iPXE script, expected #!ipxe in its first line" ;;
	esac
}

# script_user_class FILE: what the first `set user-class` in it sets.
script_user_class() {
	class=$(tr -d '\r' <"$1" | sed -n 's/^[[:blank:]]*set[[:blank:]]\{1,\}user-class[[:blank:]]\{1,\}\([^[:blank:]]*\).*/\1/p' | head -n 1)
	case $class in
	'') ;;
	*[!A-Za-z0-9._-]*) usage_error "user class '$class': expected letters, digits, '.', '_' and '-'" ;;
	iPXE*) echo "$class" && return ;;
	*) usage_error "user class '$class': expected one that begins with iPXE, by which DHCP servers know iPXE" ;;
	esac
	say "NOTE: the script says no \`set user-class iPXE-NAME\`: a policy can't tell this build from any other iPXE"
}

# The loader that the policy names for an architecture; nothing if it has none, or there is no policy.
script_loader() {
	[ -n "$policy" ] || return 0
	"$pxeboot" explain -c "$policy" --arch "$1" --stage firmware --no-files 2>"$scratch/why" >"$scratch/said" ||
		[ $? = 1 ] || { cat "$scratch/why" >&2; exit 3; }
	sed -n 's/^ *gets  *\([A-Za-z0-9._+,/-]*\) from .*/\1/p; s/^ *gets  *\([A-Za-z0-9._+,/-]*\)$/\1/p' "$scratch/said" | head -n 1
}

# trust_take FOLDER: writes the certificates of --trust there, one a file, because the tree takes a file for one
# authority, and under names without blanks and commas, because make and the tree split lists at those.
trust_take() {
	count=0
	printf '%s' "$trusts" >"$1/trusts"
	while IFS= read -r file; do
		cat "$file" >/dev/null 2>&1 || usage_error "--trust: $file can't be read"
		before=$count
		awk -v prefix="$1/trust-" -v count="$count" '
			/^-----BEGIN CERTIFICATE-----/ { inside = 1; count++ }
			inside { print >(prefix count ".pem") }
			/^-----END CERTIFICATE-----/ { inside = 0 }
			END { print count }' "$file" >"$1/count"
		count=$(cat "$1/count")
		[ "$count" -gt "$before" ] || usage_error "--trust: $file holds no certificate, expected -----BEGIN CERTIFICATE-----"
	done <"$1/trusts"
	trust_list=
	for file in "$1"/trust-*.pem; do
		[ -f "$file" ] || break
		openssl x509 -noout -in "$file" 2>/dev/null || usage_error "--trust: a certificate in it can't be read"
		trust_list=$trust_list${trust_list:+,}${file##*/}
	done
}
