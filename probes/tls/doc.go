// Package tls makes one wide TLS handshake with a target and says what it learned: version, suite,
// certificate, weaknesses, or in which way the handshake failed.
//
// It observes and never trusts: nothing is verified against a root store and no decision rests on the
// peer's certificate. It never offers a client certificate, never sends more than one ClientHello over
// a connection, and never enumerates versions or suites by repeated handshakes, because a handshake is
// the dearest thing one can ask of a slow management controller.
package tls
