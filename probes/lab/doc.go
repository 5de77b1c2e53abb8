// Package lab is the firewall laboratory: network namespaces, a real packet filter, real servers, and
// the built program held to the page of verdicts, packet by packet. It holds tests alone.
//
// It never sends a packet outside the namespaces that it made itself, and never leaves one of them, a
// process or a rule behind.
package lab
