// Package vantage says where this machine stands before a plan is made: which addresses it has, how it
// would reach a target, and what it is permitted to send.
//
// It asks the system alone: it never sends a packet to anyone, and never changes a setting.
package vantage

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Facts are what was found about this machine at one moment.
type Facts struct {
	Raw   bool         // CAP_NET_RAW is effective: raw sockets may be opened
	Ping  bool         // echo requests can be sent, with a raw socket or a ping socket
	Hint  string       // what makes Ping true, if it is not
	Addrs []netip.Addr // own addresses, sorted, without loopback and without zones

	links map[int]string // interface names by index
	nets  map[netip.Prefix]string
}

// Look collects the facts. The error says which part the system refused; the other facts are valid.
func Look() (Facts, error) {
	var f Facts
	err := f.lookAtLinks()
	if more := f.lookAtRights(); err == nil {
		err = more
	}
	return f, err
}

// lookAtLinks reads the interfaces and their addresses.
func (f *Facts) lookAtLinks() error {
	f.links, f.nets = make(map[int]string), make(map[netip.Prefix]string)
	links, err := net.Interfaces()
	if err != nil {
		return fmt.Errorf("list the interfaces: %w", err)
	}
	for _, link := range links {
		f.links[link.Index] = link.Name
		addrs, err := link.Addrs()
		if err != nil {
			return fmt.Errorf("list the addresses of %s: %w", link.Name, err)
		}
		for _, a := range addrs {
			if p, err := netip.ParsePrefix(a.String()); err == nil {
				f.nets[p] = link.Name
				if !p.Addr().IsLoopback() {
					f.Addrs = append(f.Addrs, p.Addr())
				}
			}
		}
	}
	slices.SortFunc(f.Addrs, netip.Addr.Compare)
	return nil
}

// Path says how a packet to target would leave: from which address, through which interface, and whether
// the target is on the link, with no gateway in between. ok is false if there is no route. Nothing is sent.
func (f Facts) Path(target netip.Addr) (source netip.Addr, iface string, onLink, ok bool) {
	return f.path(target)
}

// inRange tells whether one of the groups is in a ping_group_range, "LOW HIGH" with both ends in
// (icmp(7)); "1 0" holds nobody. Text that is no such range is an error.
func inRange(text string, groups []int) (bool, error) {
	fields := strings.Fields(text)
	if len(fields) != 2 {
		return false, fmt.Errorf("read net.ipv4.ping_group_range: %d numbers, want 2", len(fields))
	}
	low, err := strconv.ParseUint(fields[0], 10, 32)
	if err != nil {
		return false, fmt.Errorf("read net.ipv4.ping_group_range: %w", err)
	}
	high, err := strconv.ParseUint(fields[1], 10, 32)
	if err != nil {
		return false, fmt.Errorf("read net.ipv4.ping_group_range: %w", err)
	}
	return slices.ContainsFunc(groups, func(g int) bool {
		return g >= 0 && uint64(g) >= low && uint64(g) <= high
	}), nil
}
