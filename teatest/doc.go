// Package teatest runs the whole console against a terminal emulator, so that a test can say what a person
// does and sees: s.Press("7").Sees("Drift"). It also holds a clock and an engine that do what a test says.
//
// It must be imported by tests alone, and it never touches a network or a real terminal.
package teatest
