// Package ipmi asks a BMC on udp/623 what it says of itself before any login: the ASF presence pong,
// the channel authentication capabilities and the list of cipher suites.
//
// It must never ask for a session challenge, open or activate a session, send a RAKP message or name a
// user: those are steps of a login, and some controllers lock up or lock out after a few of them.
package ipmi
