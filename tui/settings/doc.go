// Package settings gives a config file its meaning: bytes in, settings out, and everything that is wrong with
// them by file, line and column. What is wrong is left at its default, so that a slip in the file never locks
// anybody out.
//
// It opens no file, reads no environment and knows no screen.
package settings
