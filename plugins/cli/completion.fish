# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Completion for fish: commands and options are what --help names, as for bash.
function __pxeboot_words
	set -l before (commandline -opc)
	set -l word (commandline -ct)

	switch $before[-1]
		case -c --config --pcap --hex --graph --tftpd-map --dnsmasq --root --screenshot --keep --disk --flash -o \
				--output --font --state --file --from --embedded
			__fish_complete_path $word
		case --stage
			printf '%s\n' firmware ipxe-foreign ipxe script os
		case --firmware
			printf '%s\n' bios uefi ia32-uefi x64-uefi arm64-uefi riscv64-uefi u-boot-arm64
		case --target
			printf '%s\n' d12 1.21.1 d13 2.0.0 head build
		case --platform
			printf '%s\n' bios uefi any
		case --tftp
			printf '%s\n' dnsmasq tftp-hpa
		case --other
			printf '%s\n' silent file
		case --dhcp
			printf '%s\n' dnsmasq isc-dhcpd kea
		case --family
			printf '%s\n' ipv4 ipv6
		case --until
			printf '%s\n' menu off reset
		case --probe
			path basename /sys/class/net/* 2>/dev/null; or ls /sys/class/net
		case render
			printf '%s\n' embed boot.ipxe
		case export
			printf '%s\n' comware comware-plain dnsmasq hook isc-dhcpd kea tftpd
		case '*'
			__pxeboot_others $word $before
	end
end

function __pxeboot_others -a word
	set -l before $argv[2..-1]

	if test (count $before) = 1
		pxeboot --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) *\(.*\)/\1\t\2/p'
	else if not string match -q -- '-*' "$word"; and begin; test $before[2] = lint; or contains -- --dnsmasq $before; end
		__fish_complete_path $word
	else
		pxeboot $before[2] --help 2>/dev/null | grep -oE -- '--[a-z][a-z-]*' | sort -u
	end
end

complete -c pxeboot -f -a '(__pxeboot_words)'
