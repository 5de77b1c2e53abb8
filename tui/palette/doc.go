// Package palette finds what a person means by a few letters: among screens, actions and settings by name, and
// among as many hosts as a /16 has by address. It also holds what was asked for before.
//
// It must never perform anything or know what its entries are about.
package palette
