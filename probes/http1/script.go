package http1

import (
	"oobscope/probes"
	"oobscope/probes/tcp"
	"oobscope/probes/tls"
)

// Planned is a question that a prober may put, and when.
type Planned struct {
	Ask
	When  string // the condition, empty for always
	Tries int    // conversations, at most; 0 means 1
}

// Script lists the planned questions for a target, each with what it may cost at most.
func Script(t probes.Target, plan ...Planned) []probes.Request {
	var out []probes.Request
	for _, p := range plan {
		tries := max(p.Tries, 1)
		r := probes.Request{
			What: p.Name(), When: p.When, InsideTLS: p.TLS, Bytes: p.Bytes(t.AddrPort(), p.TLS),
			Packets: tries * packets(p.Ask),
		}
		if p.TLS {
			hello := tls.Hello(t, p.When, tries)
			hello.What += " before " + p.Name()
			out = append(out, hello)
		} else {
			conversations, knocks := tls.Connects(t, tries)
			r.Conversations, r.Packets = conversations, r.Packets+knocks
		}
		out = append(out, r)
	}
	return out
}

// packets bounds what one request costs behind the connection, or behind the handshake: the request and
// an acknowledgement for each full-size segment of the longest answer. In clear text it is also what the
// system repeats while an answer is awaited; behind a handshake that is counted with the ClientHello,
// since a peer that falls silent does so once. No conversation goes beyond the limit of package tcp.
func packets(a Ask) int {
	const segment = 1200
	n := 1 + (MaxHead+a.Body+segment-1)/segment
	spent := tcp.KnockPackets
	if a.TLS {
		spent += tls.HelloPackets
	} else {
		n += tls.Retransmissions
	}
	return min(n, tcp.MaxPackets-spent)
}
