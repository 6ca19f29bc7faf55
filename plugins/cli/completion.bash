# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Completion for bash: commands and options are what --help names, so that there is no second list of them.
_pxeboot() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words=

	case $before in
	-c | --config | --pcap | --hex | --graph | --tftpd-map | --dnsmasq | --root | --screenshot | --keep | --disk | --flash | -o | --output | --font | --state | --file | --from | \
		--embedded)
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
		;;
	--stage) words='firmware ipxe-foreign ipxe script os' ;;
	--firmware) words='bios uefi ia32-uefi x64-uefi arm64-uefi riscv64-uefi u-boot-arm64' ;;
	--target) words='d12 1.21.1 d13 2.0.0 head build' ;;
	--platform) words='bios uefi any' ;;
	--tftp) words='dnsmasq tftp-hpa' ;;
	--other) words='silent file' ;;
	--dhcp) words='dnsmasq isc-dhcpd kea' ;;
	--family) words='ipv4 ipv6' ;;
	--until) words='menu off reset' ;;
	--probe) mapfile -t COMPREPLY < <(cd /sys/class/net && compgen -f -- "$word") && return ;;
	render) words='embed boot.ipxe' ;;
	export) words='comware comware-plain dnsmasq hook isc-dhcpd kea tftpd' ;;
	esac
	if [ -z "$words" ] && [ "$COMP_CWORD" = 1 ]; then
		words=$(pxeboot --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
	elif [ -z "$words" ] && [[ $word != -* && (${COMP_WORDS[1]} == lint || " ${COMP_WORDS[*]} " == *' --dnsmasq '*) ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
	elif [ -z "$words" ]; then
		words=$(pxeboot "${COMP_WORDS[1]}" --help 2>/dev/null | grep -oE -- '--[a-z][a-z-]*' | sort -u)
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -F _pxeboot pxeboot
