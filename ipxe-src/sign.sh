# shellcheck shell=sh disable=SC2034  # what is set here is for who sources it
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Signs EFI files for Secure Boot under one's own keys, with sbsigntool.  To be sourced; $sign_problem says what went wrong.
#
# A signature has the time of signing in it.  faketime, where it is installed, makes that the date of the source: then the
# same file, key and certificate give the same bytes.  Without it the files differ from build to build in that time and in
# nothing else, and $sign_note says so.

sign_refuse() {
	sign_problem=$*
	return 1
}

# sign_ask KEY: the passphrase, asked for once at the terminal.
sign_ask() {
	(: </dev/tty) 2>/dev/null || {
		sign_refuse "$1: the key has a passphrase, and there is no terminal to ask for it"
		return
	}
	sign_terminal=$(stty -g </dev/tty)
	printf 'Passphrase of %s: ' "$1" >/dev/tty
	stty -echo </dev/tty
	IFS= read -r sign_passphrase </dev/tty || :
	stty "$sign_terminal" </dev/tty
	echo >/dev/tty
}

# The key as it is without its passphrase; nothing of it is written anywhere.
sign_key_plain() {
	if [ -n "$sign_passphrase" ]; then
		printf '%s\n' "$sign_passphrase" | openssl pkey -in "$sign_key" -passin stdin
	else
		openssl pkey -in "$sign_key" -passin pass:
	fi 2>/dev/null
}

# sign_begin KEY CERTIFICATE SECONDS: to be called before hours of compiling: whether these can sign at all.
sign_begin() {
	sign_key=$1 sign_cert=$2 sign_date=$3 sign_passphrase='' sign_problem='' sign_note=''
	for sign_program in sbsign sbverify openssl; do
		command -v "$sign_program" >/dev/null || {
			sign_refuse "no $sign_program: install the package $(echo "$sign_program" | sed 's/^sb.*/sbsigntool/')"
			return
		}
	done
	for sign_program in "$sign_key" "$sign_cert"; do
		cat "$sign_program" >/dev/null 2>&1 || { sign_refuse "$sign_program: can't be read"; return; }
	done
	# openssl would take other forms as well, and sbsign does not.
	sign_text=
	! grep -q -e '-BEGIN CERTIFICATE-' "$sign_cert" || sign_text=$(openssl x509 -in "$sign_cert" -noout -text 2>/dev/null)
	[ -n "$sign_text" ] || {
		sign_refuse "$sign_cert: expected a certificate in PEM ('-----BEGIN CERTIFICATE-----')"
		return
	}
	sign_bits=$(echo "$sign_text" | sed -n '/Public Key Algorithm: rsaEncryption/,$s/.*Public-Key: (\([0-9]*\) bit).*/\1/p')
	[ "${sign_bits:-0}" -ge 2048 ] || {
		sign_refuse "$sign_cert: firmware checks RSA of 2048 bits or more, and this certificate has another key"
		return
	}
	! grep -q ENCRYPTED "$sign_key" || sign_ask "$sign_key" || return 1
	sign_pair=$(sign_key_plain | openssl pkey -pubout 2>/dev/null)
	[ -n "$sign_pair" ] || {
		sign_refuse "$sign_key: expected a private key in PEM${sign_passphrase:+, and its right passphrase}"
		return
	}
	[ "$sign_pair" = "$(openssl x509 -in "$sign_cert" -noout -pubkey)" ] || {
		sign_refuse "$sign_key: is not the key of the certificate $sign_cert"
		return
	}
	command -v faketime >/dev/null ||
		sign_note='Without faketime the signed files have the time of signing in them: they are other bytes each time.'
}

# The clock stands still at the source's date.
sign_clock() {
	if command -v faketime >/dev/null; then
		TZ=UTC faketime -f "$(date -u -d "@$sign_date" '+%Y-%m-%d %H:%M:%S')" "$@"
	else
		"$@"
	fi
}

# sign_file FILE: 0: it is signed, in its place.  1: it is as it was, and that is an error.  2: it is as it was, since nothing
# signs such a file: what BIOS starts, and EFI files of processors that sbsign does not know.
sign_file() {
	sign_problem=''
	[ "$(dd if="$1" bs=2 count=1 2>/dev/null | tr -d '\0')" = MZ ] || {
		sign_problem="$1: is no EFI file, and stays without a signature"
		return 2
	}
	if ! sign_said=$(sign_key_plain | sign_clock sbsign --key /dev/stdin --cert "$sign_cert" --output "$1.signed" "$1" 2>&1); then
		rm -f "$1.signed"
		case $sign_said in
		*'Invalid PE header magic'*)
			sign_problem="$1: sbsign does not know this kind of EFI file, and it stays without a signature"
			return 2
			;;
		esac
		sign_refuse "$1: sbsign fails: $(echo "$sign_said" | tail -n 1)"
		return
	fi
	if ! sbverify --cert "$sign_cert" "$1.signed" >/dev/null 2>&1 || ! mv "$1.signed" "$1"; then
		rm -f "$1.signed"
		sign_refuse "$1: the signature that sbsign made is not good"
		return
	fi
}
