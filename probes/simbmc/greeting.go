package simbmc

import (
	"io"
	"net"
	"strings"
)

// serveRFC913 greets as a Simple File Transfer Protocol server (RFC 913) and takes no command.
func serveRFC913(h *host, c net.Conn) {
	name := "bmc-" + strings.ReplaceAll(h.Addr.String(), ".", "-")
	greetThenListen(h, c, "+"+name+" SFTP Service\x00")
}

// serveSSHBanner is SSH on a port where another protocol is declared (RFC 4253 section 4.2).
func serveSSHBanner(h *host, c net.Conn) {
	greetThenListen(h, c, "SSH-2.0-embedded_1.9\r\n")
}

func greetThenListen(h *host, c net.Conn, words string) {
	if !h.think() {
		return
	}
	if _, err := io.WriteString(c, words); err == nil {
		io.Copy(io.Discard, c)
	}
}
