// Package tty is a real pseudo terminal for tests of the whole program: the kernel's line with its buffers, and at our
// end of it an emulator that says what a person would see.
//
// It must be imported by tests alone. It knows no screen and starts no program.
package tty
