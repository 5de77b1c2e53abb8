// Package tui is the only tea.Model of the program: routes, keymap, overlays, status line, pulse and
// clipboard. It performs the actions that screens return, and it alone makes tea.Cmds.
//
// It knows screens and actions, never what a screen shows; it links no protocol.
package tui
