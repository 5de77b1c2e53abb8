// Package icmp sends ICMP and ICMPv6 echo requests and says what came back: the reply, an ICMP error
// with its sender and code, or nothing.
//
// It must never flood, never send to a broadcast or multicast address, and never take a missing right
// to open a socket for a silent host.
package icmp
