#compdef pxeboot
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Completion for zsh: commands and options are what --help names, as for bash.
local before=${words[CURRENT-1]} word=${words[CURRENT]}
local -a found

case $before in
-c | --config | --pcap | --hex | --graph | --tftpd-map | --dnsmasq | --root | --screenshot | --keep | --disk | --flash | -o | --output | --font | --state | --file | --from | \
	--embedded)
	_files
	return
	;;
--stage) found=(firmware ipxe-foreign ipxe script os) ;;
--firmware) found=(bios uefi ia32-uefi x64-uefi arm64-uefi riscv64-uefi u-boot-arm64) ;;
--target) found=(d12 1.21.1 d13 2.0.0 head build) ;;
--platform) found=(bios uefi any) ;;
--tftp) found=(dnsmasq tftp-hpa) ;;
--other) found=(silent file) ;;
--dhcp) found=(dnsmasq isc-dhcpd kea) ;;
--family) found=(ipv4 ipv6) ;;
--until) found=(menu off reset) ;;
--probe) found=(/sys/class/net/*(N:t)) ;;
render) found=(embed boot.ipxe) ;;
export) found=(comware comware-plain dnsmasq hook isc-dhcpd kea tftpd) ;;
esac
if (( $#found )); then
	compadd -a found
elif (( CURRENT == 2 )); then
	found=(${(f)"$(_call_program commands pxeboot --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) *\(.*\)/\1:\2/p')"})
	_describe command found
elif [[ $word != -* && ( ${words[2]} == lint || " ${words[*]} " == *' --dnsmasq '* ) ]]; then
	_files
else
	found=(${(fu)"$(_call_program options pxeboot ${words[2]} --help 2>/dev/null | grep -oE -- '--[a-z][a-z-]*')"})
	compadd -a found
fi
