// Package probes observes an out-of-band segment politely and says what it saw, in the words of
// the field: Plan, Flow, Observation, Class, Evidence, Board.
//
// It never judges (that is audit's work), never knows kits, store or screen, never logs in, never
// writes to a target, never reads a stored secret, and never sends a packet to an address that the
// plan does not list. One sub-folder speaks one protocol.
package probes
