// Package sftp listens for the greeting on port 115: the Simple File Transfer Protocol of RFC 913, or what
// stands there instead.
//
// It never sends a byte: in this protocol the server speaks first.
package sftp
