// Package hops learns how far answers have travelled: one capture socket for a whole run sees the TTL, or hop
// limit, of the resets and of the other answers of the run's targets. It is what tells a reset of the host
// from one that a firewall forged in its name. It also sees our own openings leave, so that a filter of this very
// machine is not taken for the firewall.
//
// It never sends a packet, never looks at what an application said, never remembers a host that nobody asked
// for, and never takes more memory than its tables have places.
package hops
