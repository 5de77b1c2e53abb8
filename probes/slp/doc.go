// Package slp asks a service agent (SLPv2, RFC 2608, port 427 over UDP and TCP) which services it
// announces, and measures how much larger than the question its answer is (CVE-2023-29552).
//
// It must never register or withdraw a service, never ask by multicast or broadcast, never ask for
// attributes, and never repeat the question to make the answer grow.
package slp
