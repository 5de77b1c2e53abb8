package ipmi

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"

	"oobscope/probes"
	"oobscope/probes/udp"
)

// Prober asks for the presence pong, the channel authentication capabilities and the cipher suites, in
// this order, one paced exchange each.
type Prober struct{}

var _ probes.Prober = Prober{}

// Probe observes one flow. Any valid RMCP or IPMI answer is OpenProto, other bytes are OpenOther, and an
// ICMP error or silence stands as it came. A controller that says it is busy is left alone at once.
func (Prober) Probe(ctx context.Context, t probes.Target) probes.Observation {
	c := &conversation{
		ctx: ctx, target: t, rec: probes.NewRecorder(), tag: byte(rand.N(0xff)), seq: byte(rand.N(64)),
	}
	c.ping()
	if caps, ok := c.capabilities(); ok {
		list := c.suites()
		suiteFacts(c.rec, caps, list)
		found := weaknesses(caps, list)
		c.rec.Edit(func(o *probes.Observation) { o.Weak = found })
	}
	return c.done()
}

// conversation is the state of one probe of one flow.
type conversation struct {
	ctx    context.Context
	target probes.Target
	rec    *probes.Recorder
	tag    byte // of the ping
	seq    byte // of the last request, 0 to 63

	proven bool   // a valid answer came
	stray  []byte // the first datagram that was no valid answer
	over   bool   // nothing more may be asked
	last   probes.Outcome
	reason probes.Reason
}

// ask makes one exchange and returns the first valid answer, nil if none came.
func (c *conversation) ask(what string, payload []byte, attempts int, valid func([]byte) error) []byte {
	if c.over {
		return nil
	}
	answers, out := udp.Exchange(c.ctx, c.target, c.rec, udp.Question{
		What: what, Payload: payload, Attempts: attempts,
		Accept: func(b []byte) bool {
			err := valid(b)
			if err != nil {
				c.rec.Step("local", fmt.Sprintf("no valid answer to the %s: %v", what, err), "", "", nil)
				c.keepStray(b)
			}
			return err == nil
		},
	})
	if c.proven { // an ICMP error after a valid answer decides nothing
		out.Offender = netip.Addr{}
	}
	c.rec.Merge(out)
	c.last = out
	if len(answers) > 0 {
		c.proven = true
		return answers[0]
	}
	if !out.Class.Silent() && out.Class != probes.OpenOther {
		c.over, c.reason = true, out.Reason
	}
	return nil
}

func (c *conversation) keepStray(b []byte) {
	if c.stray == nil {
		c.stray = append([]byte{}, b...)
	}
}

func (c *conversation) ping() {
	b := c.ask(pingWords, encodePing(c.tag), 1, func(b []byte) error {
		_, err := decodePong(b, c.tag)
		return err
	})
	if b == nil {
		return
	}
	if p, err := decodePong(b, c.tag); err == nil {
		pongFacts(c.rec, p)
	}
}

// command sends one App request under a new sequence number and returns its answer.
func (c *conversation) command(what string, cmd byte, attempts int, encode func(seq byte) []byte) (reply, bool) {
	c.seq = (c.seq + 1) & 0x3f
	b := c.ask(what, encode(c.seq), attempts, func(b []byte) error {
		_, err := decodeReply(b, c.seq, cmd)
		return err
	})
	if b == nil {
		return reply{}, false
	}
	r, err := decodeReply(b, c.seq, cmd)
	if err != nil {
		return reply{}, false
	}
	if r.completion != completeOK {
		c.rec.Fact("ipmi.completion", fmt.Sprintf("%s: %02xh", what, r.completion))
	}
	if r.completion == completeBusy {
		c.rec.Step("local", "node busy (C0h): IPMI is not asked any further", "", "", nil)
		c.over, c.reason = true, probes.Busy
	}
	return r, true
}

// capabilities asks with the v2.0 bit first; a controller that is silent on it or refuses it is asked
// once more in the words of v1.5.
func (c *conversation) capabilities() (Capabilities, bool) {
	for _, extended := range []bool{true, false} {
		what, attempts := capabilitiesWords(c.target.Pace, extended)
		r, ok := c.command(what, cmdAuthCapability, attempts, func(seq byte) []byte {
			return encodeAuthCapabilities(seq, extended)
		})
		if !ok || r.completion != completeOK {
			continue
		}
		caps, err := decodeCapabilities(r.data)
		if err != nil {
			c.rec.Fact("ipmi.malformed", fmt.Sprintf("%s: %d data bytes, 8 expected", what, len(r.data)))
			continue
		}
		capabilityFacts(c.rec, caps)
		return caps, true
	}
	return Capabilities{}, false
}

// suites collects the list window by window and reads it only then: a window may cut a record in two.
func (c *conversation) suites() suiteList {
	var list suiteList
	var joined, window []byte
	for index := byte(0); index < maxSuiteRequests; index++ {
		r, ok := c.command(suitesWords(index), cmdCipherSuites, fewAttempts(c.target.Pace),
			func(seq byte) []byte { return encodeCipherSuites(seq, index) })
		if !ok || r.completion != completeOK || len(r.data) < 1 {
			list.silent = index == 0 && !ok && c.last.Class.Silent()
			list.unsupported = index == 0 && ok && r.completion == completeUnsupported
			list.note = fmt.Sprintf("the list ends without an answer to window %d", index)
			break
		}
		next := r.data[1:min(len(r.data), 1+suiteWindow)]
		if len(next) > 0 && string(next) == string(window) {
			list.note = "the list index is ignored: the same window came twice"
			break
		}
		window = next
		joined = append(joined, window...)
		if len(window) < suiteWindow {
			break
		}
	}
	var err error
	if list.suites, err = decodeSuites(joined); err != nil {
		list.note = fmt.Sprintf("%v after %d suites", err, len(list.suites))
	}
	return list
}

// done says what the flow is.
func (c *conversation) done() probes.Observation {
	switch {
	case c.proven:
		c.rec.Edit(func(o *probes.Observation) { o.Flags |= probes.Spoke })
		return c.rec.Done(probes.OpenProto, c.reason)
	case c.stray != nil:
		c.rec.Said(string(c.stray), c.stray)
		return c.rec.Done(probes.OpenOther, c.reason)
	}
	return c.rec.Done(c.last.Class, c.last.Reason)
}
