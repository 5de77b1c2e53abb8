// Package http1 asks a target one HTTP question: one connection, one request, one capped answer, closed
// at once.
//
// It never follows a redirect, never uses a proxy, never keeps a connection, never sends a credential or
// a request body, and reads no more of a body than the caller asked for: an answer that may hold a secret
// is left unread behind its head.
package http1
