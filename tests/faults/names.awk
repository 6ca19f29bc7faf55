# SPDX-License-Identifier: LGPL-2.1-or-later
#
# awk -f names.awk FILE...: the files of a boot root that these scripts name, one a line behind its own path.  One-shot boots come
# and go, and whoever asks for one goes on without.
function names(from, to) { sub(/^\.\//, "", from); print from "\t" to }
{
	line = $0
	while (match(line, /\$\{base\}\/[a-z][A-Za-z0-9._\/-]*/)) {
		to = substr(line, RSTART + 8, RLENGTH - 8)
		if (substr(line, RSTART + RLENGTH, 1) != "$" && to !~ /^once\//) names(FILENAME, to)
		line = substr(line, RSTART + RLENGTH)
	}
}
FILENAME ~ /\.ipxe$/ && $1 == "item" && $2 ~ /^[a-z]+\/.*\.ipxe$/ { names(FILENAME, $2) }
FILENAME ~ /\.ipxe$/ && $1 == "set" && $2 == "outcome" && $3 ~ /\.ipxe$/ { names(FILENAME, $3) }
FILENAME ~ /grub\// && match($0, /source "[^"]*\/grub\/[a-z][a-z0-9_\/-]*\.cfg"/) {
	to = substr($0, RSTART, RLENGTH - 1)
	sub(/.*\/grub\//, "grub/", to)
	names(FILENAME, to)
}
FILENAME ~ /grub\// && $1 == "pxeboot_boot" { names(FILENAME, "grub/profiles/" $2 ".cfg") }
FILENAME ~ /pxelinux\.cfg\// && toupper($1) ~ /^(KERNEL|LINUX|INITRD)$/ && $2 !~ /\.(c32|0)$/ && $2 !~ /:/ {
	sub(/^\//, "", $2)
	names(FILENAME, $2)
}
