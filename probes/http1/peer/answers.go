package peer

import (
	"bufio"
	"io"
	"net"
	"strings"
)

// Answers is a handler that reads one request head and writes what the table has for its "METHOD path";
// "*" is the rest. A request without an entry is answered with a close.
func Answers(table map[string]string) func(net.Conn) {
	return func(c net.Conn) {
		r := bufio.NewReader(c)
		first, err := r.ReadString('\n')
		if err != nil {
			return
		}
		for line := first; strings.TrimRight(line, "\r\n") != ""; {
			if line, err = r.ReadString('\n'); err != nil {
				return
			}
		}
		words := strings.Fields(first)
		if len(words) < 2 {
			return
		}
		answer, ok := table[words[0]+" "+words[1]]
		if !ok {
			answer = table["*"]
		}
		_, _ = io.WriteString(c, answer)
	}
}

// Silent reads and never answers.
func Silent(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// Say writes the text at once, then reads until the other side closes.
func Say(text string) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = io.WriteString(c, text)
		Silent(c)
	}
}

// Reply waits for the first bytes, writes the text and closes.
func Reply(text string) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = c.Read(make([]byte, 4096))
		_, _ = io.WriteString(c, text)
	}
}

// Reset waits for the first bytes and resets the connection.
func Reset(c net.Conn) {
	_, _ = c.Read(make([]byte, 4096))
	if l, ok := c.(*logged); ok {
		if tcp, ok := l.Conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
	}
}

// Endless waits for the first bytes, writes head, then the text over and over until the other side closes.
func Endless(head, text string) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = c.Read(make([]byte, 4096))
		_, err := io.WriteString(c, head)
		for err == nil {
			_, err = io.WriteString(c, text)
		}
	}
}
