// Package https asks a web service of a management segment for its front page: one TLS handshake, one
// GET, 8 KiB at most.
//
// It never follows a redirect, never logs in, and keeps nothing of the page but its head.
package https
