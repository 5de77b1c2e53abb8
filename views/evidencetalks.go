package views

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"oobscope/probes"
)

// talk is one conversation of a packet story: all that went between one port of ours and the target.
type talk struct {
	ours, theirs string // address:port; empty if the story does not tell
	steps        []probes.Step
}

// talksOf cuts a story into its conversations. A step without a port of ours belongs to the one before it.
func talksOf(steps []probes.Step) []talk {
	var out []talk
	for i := range steps {
		step := &steps[i]
		ours, theirs := endsOf(step)
		n := len(out)
		knock := step.Dir == "sent" && step.What == "SYN"
		if n == 0 || knock && len(out[n-1].steps) > 0 || ours != "" && out[n-1].ours != "" && ours != out[n-1].ours {
			out = append(out, talk{})
			n++
		}
		t := &out[n-1]
		if t.ours == "" {
			t.ours = ours
		}
		if t.theirs == "" || step.Dir == "sent" {
			t.theirs = cmp.Or(theirs, t.theirs)
		}
		t.steps = append(t.steps, *step)
	}
	return out
}

// endsOf are our own end of a packet and the other one. A FIN goes either way: the end that stands first sent it.
func endsOf(step *probes.Step) (ours, theirs string) {
	switch step.Dir {
	case "sent":
		return step.From, step.To
	case "fin", "local":
		return "", ""
	case "icmp":
		return step.To, ""
	}
	return step.To, step.From
}

// event is what the story tells of one or several steps.
type event struct {
	at    float64 // ms since the conversation began
	dir   string
	text  string
	bytes int
	after float64 // ms since our last packet, for what came back; negative if that means nothing
	hex   string
}

// events tells a conversation step by step. Unless whole is set, the packets that carry encrypted bytes are summed up:
// what was in them stands beside them in clear.
func (t *talk) events(w *Words, whole bool) []event {
	teller := teller{words: w, talk: t, whole: whole}
	if len(t.steps) > 0 {
		teller.begin = t.steps[0].AtMS
	}
	for i := range t.steps {
		teller.take(i)
	}
	teller.seal(false)
	return teller.out
}

// teller turns the steps of one conversation into events.
type teller struct {
	words *Words
	talk  *talk
	whole bool
	out   []event

	begin, sent  float64 // of the conversation; of our last packet
	asked, open  bool    // a packet of ours went out; a connection was accepted
	tls, shaken  bool    // encrypted bytes were met; the handshake was told
	about        string  // what the next payload is, if a step has named it
	sealedAt     float64
	outgo, incom int // encrypted bytes that were not told yet
}

func (t *teller) take(i int) {
	step := &t.talk.steps[i]
	plain, inside := strings.CutSuffix(step.What, " in TLS")
	raw := bareBytes(step.What)
	if raw && !t.whole && t.encrypted(step) {
		t.hold(step)
		return
	}
	t.seal(inside)
	e := event{at: step.AtMS - t.begin, dir: step.Dir, bytes: step.Bytes, after: -1, hex: step.Hex}
	switch {
	case step.Dir == "local" && t.names(i):
		t.about = step.What
		return
	case inside:
		e.text = fmt.Sprintf(t.words.Story.Inside, t.says(step, plain, false))
	default:
		e.text = t.says(step, plain, raw)
	}
	switch step.Dir {
	case "sent":
		t.sent, t.asked = step.AtMS, true
	case "got", "rst", "icmp":
		if t.asked && step.AtMS >= t.sent {
			e.after = step.AtMS - t.sent
		}
	}
	t.open = t.open || strings.HasPrefix(step.What, "SYN-ACK")
	t.out = append(t.out, e)
}

// encrypted tells whether bytes are part of TLS: a record, or what follows one. Bytes that come back are so only once
// we have asked for it; a service that speaks something else says so in clear.
func (t *teller) encrypted(step *probes.Step) bool {
	if step.Dir == "sent" {
		return t.tls || tlsRecord(step.Hex)
	}
	return t.tls && (t.incom > 0 || t.shaken || tlsRecord(step.Hex))
}

// names tells whether a local step says what the bytes of the next packet are: some probers write it so.
func (t *teller) names(i int) bool {
	return i+1 < len(t.talk.steps) && t.talk.steps[i+1].Dir == "sent" && bareBytes(t.talk.steps[i+1].What)
}

// hold keeps an encrypted packet until it is known what was in it.
func (t *teller) hold(step *probes.Step) {
	if t.outgo+t.incom == 0 {
		t.sealedAt = step.AtMS
	}
	t.tls = true
	if step.Dir == "sent" {
		t.outgo += step.Bytes
		t.sent, t.asked = step.AtMS, true
	} else {
		t.incom += step.Bytes
	}
}

// seal tells the encrypted packets that were held: the handshake once, later ones only if their content is not told.
func (t *teller) seal(told bool) {
	if t.outgo+t.incom == 0 {
		return
	}
	s := &t.words.Story
	e := event{at: t.sealedAt - t.begin, dir: "sent", after: -1}
	switch {
	case !t.shaken && t.incom == 0:
		e.text, e.bytes = s.Hello, t.outgo
	case !t.shaken:
		e.dir, e.text = "both", fmt.Sprintf(s.Handshake, Count(t.outgo), Count(t.incom))
	case !told && t.outgo > 0:
		e.text, e.bytes = s.Sealed, t.outgo
	case !told:
		e.dir, e.text, e.bytes = "got", s.Sealed, t.incom
	}
	t.shaken = true
	t.outgo, t.incom = 0, 0
	if e.text != "" {
		t.out = append(t.out, e)
	}
}

// bareBytes tells whether a step says no more than how many bytes went by.
func bareBytes(what string) bool {
	n, ok := strings.CutSuffix(what, " bytes")
	_, err := strconv.Atoi(n)
	return ok && err == nil
}

// tlsRecord tells whether bytes begin a TLS record (RFC 8446 5.1).
func tlsRecord(digits string) bool {
	return len(digits) >= 4 && digits[:1] == "1" && strings.Contains("4567", digits[1:2]) && digits[2:4] == "03"
}

// says puts a step into words. raw is a step that names no more than a number of bytes.
func (t *teller) says(step *probes.Step, what string, raw bool) string {
	s := &t.words.Story
	switch step.Dir {
	case "sent":
		switch again, ok := strings.CutPrefix(what, "SYN again, "); {
		case what == "SYN":
			return s.Knock
		case ok:
			n, _, _ := strings.Cut(again, " ")
			return fmt.Sprintf(s.KnockAgain, n)
		case raw && t.about != "":
			about := t.about
			t.about = ""
			return about
		case raw && tlsRecord(step.Hex):
			return s.Hello
		}
	case "got":
		if rest, ok := strings.CutPrefix(what, "SYN-ACK"); ok {
			return s.Accepted + rest
		}
		if what == "answer" {
			return s.Answer
		}
		if raw {
			return t.payload(step)
		}
	case "rst":
		_, rest, _ := strings.Cut(what, "RST")
		if t.open {
			return s.Cut + rest
		}
		return s.Refused + rest
	case "icmp":
		return t.icmp(step, what)
	case "wait":
		return t.waited(what)
	case "fin":
		if step.From != "" && step.From == t.talk.ours {
			return s.WeClose
		}
		return s.ItCloses
	}
	return what
}

// payload says what bytes are, as far as their beginning shows.
func (t *teller) payload(step *probes.Step) string {
	raw, _ := hex.DecodeString(step.Hex)
	line, _, _ := strings.Cut(string(raw), "\r\n")
	switch {
	case strings.HasPrefix(line, "HTTP/"):
		return probes.Clean(line, 60)
	case strings.HasPrefix(step.Hex, "1503"):
		return t.words.Story.Alert
	case tlsRecord(step.Hex):
		return t.words.Story.Sealed
	case len(raw) >= 3 && printable(strings.TrimRight(line, "\x00\r\n")) && line[0] < 0x7f:
		return strconv.Quote(Cut(strings.TrimRight(line, "\x00\r\n"), 48))
	}
	return t.words.Story.Answer
}

// waited says how long nothing came.
func (t *teller) waited(what string) string {
	s := &t.words.Story
	for _, tail := range []string{" s, nothing", " s, no answer"} {
		if n, ok := strings.CutSuffix(what, tail); ok {
			return fmt.Sprintf(s.Nothing, n+" s")
		}
	}
	if strings.HasPrefix(what, "nothing for sequence ") {
		if _, n, ok := strings.Cut(what, " in "); ok {
			return fmt.Sprintf(s.Nothing, n)
		}
	}
	if what == "nothing more until the deadline" {
		return s.NothingMore
	}
	return what
}

// icmp names an ICMP error by type and code (RFC 792, RFC 1812 5.2.7, RFC 4443), and who sent it.
func (t *teller) icmp(step *probes.Step, what string) string {
	s := &t.words.Story
	kind := "icmp "
	_, rest, ok := strings.Cut(what, kind)
	if !ok {
		kind = "icmpv6 "
		_, rest, ok = strings.Cut(what, kind)
	}
	if !ok {
		return what
	}
	code, _, _ := strings.Cut(rest, " ")
	name, known := s.ICMP[kind+code]
	if !known {
		name = s.ICMPOther
	}
	return fmt.Sprintf(s.ICMPLine, strings.TrimSpace(kind)+" "+code, name, step.From)
}
