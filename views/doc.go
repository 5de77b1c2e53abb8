// Package views draws the screens. A screen is a plain struct: text of (state, width, height), and what a
// key means. It returns an Action and never performs it.
//
// It never opens the store, reads the clock, sends a packet, owns a tea.Program or returns a tea.Cmd.
package views
