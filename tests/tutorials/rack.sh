# shellcheck shell=sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The rack: this server at 10.77.0.1, and node1 behind a cable, in a network namespace.  node1 is switched on where the page
# says so: it asks DHCP, and fetches what its firmware, iPXE and its installer would.  To be sourced by run.
set_up() {
	ip netns add node1
	ip link add eth1 type veth peer name eth0 netns node1 address 52:54:00:00:00:01
	ip address add 10.77.0.1/24 dev eth1
	ip link set eth1 up
	ip -n node1 link set lo up
	ip -n node1 link set eth0 up
	cat >lease.sh <<-'END'
		#!/bin/sh
		[ "$1" = bound ] || exit 0
		ip address add "$ip/24" dev "$interface"
		echo "$siaddr $boot_file" >lease
	END
	chmod +x lease.sh
}

# fetch URL FILE
fetch() {
	ip netns exec node1 curl -sS --fail --max-time 20 "$1" -o "$2" || fail "node1 does not get $1"
}

# What runs on node1 when it is switched on, up to its installer.
switch_on() {
	ip netns exec node1 busybox udhcpc -q -n -t 5 -i eth0 -s ./lease.sh -V PXEClient:Arch:00007:UNDI:003016 \
		-x 0x5d:0007 || fail "node1 gets no address"
	[ "$(cat lease)" = '10.77.0.1 snponly.efi' ] || fail "node1 is told $(cat lease)"
	fetch tftp://10.77.0.1/snponly.efi loader
	cmp loader /srv/pxeboot/snponly.efi
	# in.tftpd goes by our map.
	fetch 'tftp://10.77.0.1/%5Cboot.ipxe' script
	cmp script /srv/pxeboot/boot.ipxe
	fetch 'http://10.77.0.1:8080/live/boot.ipxe?mac=52:54:00:00:00:01&arch=x64-uefi' script
	grep -q 'profiles/debian\.ipxe' script || { cat script; fail "node1 is not given the installer"; }
	token=$(sed -n 's/^set var-token //p' script)
	fetch http://10.77.0.1:8080/profiles/debian.ipxe script
	grep -q '/debian/linux' script || { cat script; fail "the profile boots no installer"; }
	fetch http://10.77.0.1:8080/debian/linux kernel
	cmp kernel /srv/pxeboot/debian/linux
	fetch "http://10.77.0.1:8080/answers/$token/debian/debian.preseed" answers
	grep -qx 'd-i netcfg/get_hostname string node1' answers || fail "the answers are not node1's"
}

# The installer's last command.
say_done() {
	done=$(grep -oE 'http://[^ ]*/done/[0-9a-f]+' answers | head -n 1)
	ip netns exec node1 curl -sS --fail --max-time 20 -X POST "$done" || fail "nobody hears that it is done"
}

after() {
	case $(cat "$1") in
	*'pxeboot explain'*)
		grep -q 'profile disk' said || fail "node1 does not boot its disk" ;;
	*'--until-done'*) switch_on ;;
	*'pxeboot status node1'*)
		grep -q 'done' said || fail "it is not known that the installation is over" ;;
	*'pxeboot status'*)
		grep -q 'node1.*served' said || fail "node1 is not seen to be served"
		say_done ;;
	esac
}

finish() {
	grep -rq node4 /etc/pxeboot/policy.d || fail "node4 was not adopted"
	[ -f /srv/pxeboot/hosts/52-54-00-00-00-04.ipxe ] || fail "node4 has no script"
}
