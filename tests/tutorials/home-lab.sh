# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The home: this server at 192.168.1.2, a cable to a machine.  To be sourced by run.
set_up() {
	# in.tftpd is not what this home has.
	rm -f /etc/rc?.d/S*tftpd-hpa /etc/systemd/system/multi-user.target.wants/tftpd-hpa.service
	ip link add eth0 type veth peer name machine
	ip address add 192.168.1.2/24 dev eth0
	ip link set eth0 up
	ip link set machine up
}

after() {
	case $(cat "$1") in
	*'pxeboot explain'*)
		grep -q '^verdict  ok' said || fail "the machine gets nowhere" ;;
	*'pxeboot preview'*)
		grep -q 'Install Debian' said || fail "the menu lacks an entry" ;;
	*'pxeboot try'*)
		grep -q 'menus/main.ipxe' said || fail "the virtual machine has not fetched the menu"
		[ "$(head -c 4 menu.png | tail -c 3)" = PNG ] || fail "no picture of the menu" ;;
	*'apply --loaders'*)
		[ ! -e /run/dnsmasq.pid ] || fail "dnsmasq runs already" ;;
	*'check --system'*) serves ;;
	esac
}

# dnsmasq as it was started sends what machines ask for.
serves() {
	for file in boot.ipxe menus/main.ipxe menus/tools.ipxe snponly.efi undionly.kpxe; do
		curl -sS --max-time 10 "tftp://192.168.1.2/$file" -o fetched || fail "no $file over TFTP"
		cmp fetched "/srv/pxeboot/$file" || fail "$file is another"
	done
}

finish() {
	[ ! -e /srv/pxeboot ] || fail "something is left"
}
