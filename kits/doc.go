// Package kits holds the intended policy: it reads, validates and lists kits, and owns the service
// catalogue and the built-in kits.
//
// It never touches the network, the store or a screen, and it never trusts a kit: a kit is a file from
// a stranger until it has been read within its limits (formats.md 2).
package kits
