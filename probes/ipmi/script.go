package ipmi

import (
	"fmt"

	"oobscope/probes"
)

// Script lists the ping, both forms of the capabilities and the 8 windows of the cipher suites that a
// probe may ask for at most. Message tag and sequence numbers are shown as zero.
func (Prober) Script(t probes.Target) []probes.Request {
	out := []probes.Request{
		{What: pingWords, Bytes: encodePing(0), Conversations: 1, Packets: 1},
	}
	for _, extended := range []bool{true, false} {
		what, attempts := capabilitiesWords(t.Pace, extended)
		when := "unless an ICMP error came back"
		if !extended {
			when = "only if the one with v2.0 data was not answered"
		}
		out = append(out, probes.Request{
			What: what, When: when, Bytes: encodeAuthCapabilities(0, extended),
			Conversations: attempts, Packets: attempts,
		})
	}
	few := fewAttempts(t.Pace)
	for index := byte(0); index < maxSuiteRequests; index++ {
		when := "only if the capabilities were answered"
		if index > 0 {
			when = "only if the window before was full"
		}
		out = append(out, probes.Request{
			What: suitesWords(index), When: when, Bytes: encodeCipherSuites(0, index),
			Conversations: few, Packets: few,
		})
	}
	return out
}

const pingWords = "ASF presence ping"

// capabilitiesWords names the request and says how often it may be sent.
func capabilitiesWords(p probes.Pace, extended bool) (what string, attempts int) {
	if extended {
		return "Get Channel Authentication Capabilities, v2.0 data", max(p.UDPAttempts, 1)
	}
	return "Get Channel Authentication Capabilities, v1.5", fewAttempts(p)
}

func suitesWords(index byte) string {
	return fmt.Sprintf("Get Channel Cipher Suites, window %d", index)
}

// fewAttempts is for what is asked of a controller that has answered, or after full tries before: one
// repetition makes good a lost datagram.
func fewAttempts(p probes.Pace) int { return max(1, min(2, p.UDPAttempts)) }
