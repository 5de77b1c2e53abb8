package redfish_test

import (
	"net"
	"runtime"
	"strings"
	"testing"

	"oobscope/probes/http1/peer"
	"oobscope/probes/redfish"
)

// However a probe ends, no goroutine of ours goes on, no connection stays open and the line is free. This test
// is not parallel: it looks at the goroutines of the whole process.
func TestNothingIsLeftBehind(t *testing.T) {
	for name, handle := range map[string]func(net.Conn){
		"sound":        peer.Answers(sound(nil)),
		"closed":       closing(peer.Reply("")),
		"reset":        closing(peer.Reset),
		"endless body": peer.Endless("HTTP/1.1 200 OK\r\n\r\n", strings.Repeat("[", 4096)),
		"endless head": peer.Endless("HTTP/1.1 200 OK\r\n", "A: b\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			ended := make(chan struct{}, 16)
			p := peer.ServeTLS(t, peer.Sound(t), func(c net.Conn) {
				handle(c)
				peer.Silent(c) // returns when the prober closes
				ended <- struct{}{}
			})
			target := p.Target("redfish", true)
			redfish.Prober{}.Probe(t.Context(), target)
			stacks := make([]byte, 1<<20)
			stacks = stacks[:runtime.Stack(stacks, true)]
			for _, ours := range []string{"gofish", "probes/http1.Do", "probes/tls.Handshake", "redfish.Prober.Probe"} {
				if strings.Contains(string(stacks), ours) {
					t.Errorf("%s is still running", ours)
				}
			}
			for range p.Received() {
				<-ended
			}
			if err := target.Line.Begin(t.Context()); err != nil {
				t.Errorf("the line was not given back: %v", err)
			}
		})
	}
}

// closing does what handle does, then closes.
func closing(handle func(net.Conn)) func(net.Conn) {
	return func(c net.Conn) {
		handle(c)
		c.Close()
	}
}
