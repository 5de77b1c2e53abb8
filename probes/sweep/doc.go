// Package sweep sends the first packets of very many flows without a goroutine, a timer or a socket for any
// of them: one cursor goes round over the hosts, each of which gets one packet a round and never one sooner
// than the plan's gap after the one before; small fixed records remember what was sent; answers are known by
// a keyed hash that they carry back.
//
// It never speaks a protocol to its end, never judges, never sends to an address that the plan does not list
// and never to a host twice within the gap. What answers it leaves to the probers.
package sweep
