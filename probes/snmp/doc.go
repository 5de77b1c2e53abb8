// Package snmp asks for the engine of an SNMPv3 agent (RFC 3414 section 4) and says whether SNMP is spoken
// there. Every agent of that version answers, before any login, with its engine's identity.
//
// It must never send a community, a user name or any other credential, never ask for an object, and never
// write: an agent that speaks nothing but SNMPv1 and v2c stays silent to it.
package snmp
