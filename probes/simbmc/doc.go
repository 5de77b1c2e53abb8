// Package simbmc is a simulated out-of-band segment on loopback: management controllers with well-known
// faults and without, an appliance and a resolver, each on its own address of 127.64.0.0/10. It is the
// ground of the demo and of the tests, and it knows the truth about itself, so a prober can be held to it.
//
// It never shares a codec with the probers (one codec on both sides would prove nothing), never binds an
// address outside 127.0.0.0/8, never needs a privilege, and never holds a real secret.
package simbmc
