package http1

import (
	"strings"
	"testing"
)

// How much is taken from the system matters as much as what is made of it.
func TestReadHeadTakesNoMore(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 3*MaxHead)
	for _, c := range []struct {
		name, answer string
		blind        bool
		taken        int
	}{
		{"head, then a secret", "HTTP/1.0 200 OK\r\n\r\nswordfish", false, 19},
		{"head, then a secret, blind", "HTTP/1.0 200 OK\n\nswordfish", true, 17},
		{"not HTTP", long, false, bannerLimit},
		{"not HTTP, one line", "SSH-2.0-x\r\nmore", false, 11},
		{"not HTTP, empty line", "\nmore", false, 1},
		{"not HTTP, an alert", "\x15\x03\x01\x00\x02\x02\x28more", false, 7},
		{"not HTTP, blind", "swordfish", true, 1},
		{"hardly HTTP, blind", "HTTPswordfish", true, 5},
		{"endless head", "HTTP/1.0 200 OK\r\nA: " + long, true, MaxHead},
	} {
		r := strings.NewReader(c.answer)
		calls := 0
		raw, _ := readHead(r, c.blind, func() { calls++ })
		if taken := len(c.answer) - r.Len(); taken != c.taken || len(raw) != taken || calls != 1 {
			t.Errorf("%s: %d bytes taken, %d returned, %d calls; want %d", c.name, taken, len(raw), calls, c.taken)
		}
	}
}
