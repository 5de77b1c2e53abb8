package vantage

import (
	"fmt"
	"net/netip"
	"os"

	"golang.org/x/sys/unix"
)

const pingGroups = "/proc/sys/net/ipv4/ping_group_range"

// lookAtRights finds out what may be sent: the effective capabilities, and the groups that may open ping
// sockets. One setting rules both versions of IP.
func (f *Facts) lookAtRights() error {
	raw, err := effective(unix.CAP_NET_RAW)
	if err != nil {
		return err
	}
	f.Raw = raw
	groups, err := os.Getgroups()
	if err != nil {
		return fmt.Errorf("list our groups: %w", err)
	}
	groups = append(groups, os.Getegid())
	text, err := os.ReadFile(pingGroups)
	if err != nil {
		return fmt.Errorf("read net.ipv4.ping_group_range: %w", err)
	}
	ping, err := inRange(string(text), groups)
	if err != nil {
		return err
	}
	if f.Ping = raw || ping; !f.Ping {
		f.Hint = hint()
	}
	return nil
}

// hint names both ways to be allowed to ping.
func hint() string {
	program, err := os.Executable()
	if err != nil {
		program = "oobscope"
	}
	return fmt.Sprintf("this user may not send echo requests; an administrator can allow it with "+
		"`sysctl -w net.ipv4.ping_group_range=\"%d %d\"` or with `setcap cap_net_raw+ep %s`",
		os.Getegid(), os.Getegid(), program)
}

// effective tells whether a capability is in the effective set of this thread (capget(2), version 3).
func effective(capability uint) (bool, error) {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		return false, fmt.Errorf("read the capabilities: %w", err)
	}
	return data[capability/32].Effective&(1<<(capability%32)) != 0, nil
}

// path asks the routing table of the kernel (rtnetlink(7), RTM_GETROUTE).
func (f Facts) path(target netip.Addr) (source netip.Addr, iface string, onLink, ok bool) {
	r, err := lookUp(target)
	if err != nil {
		return netip.Addr{}, "", false, false
	}
	iface, ok = f.links[r.link]
	return r.source, iface, !r.gateway, ok && r.source.IsValid()
}
