package views

import (
	"encoding/hex"
	"fmt"
	"net"
	"strconv"
	"strings"

	"oobscope/audit"
	"oobscope/probes"
)

// logLines say where the packets are to be found in a firewall's log: the exact time, who to whom, and the
// source port if it is known.
func logLines(s *State, f *audit.Finding, o *probes.Observation, w int) []string {
	words := &s.Words.Evidence
	at := ""
	switch {
	case o != nil && !o.At.IsZero():
		at = o.At.UTC().Format("2006-01-02 15:04:05.000 UTC")
	case f.Cell.Class != probes.Unobserved && !s.Run.Started.IsZero():
		at = f.At(s.Run.Started).UTC().Format("2006-01-02 15:04:05.000 UTC")
	}
	target := f.Target.String() + " " + portOf(f.Proto, f.Port)
	if f.Proto != probes.ICMP {
		target = net.JoinHostPort(f.Target.String(), strconv.Itoa(int(f.Port))) + " " + f.Proto.String()
	}
	pairs := [][2]string{{words.At, at}, {words.Source, sourcesOf(words, f, o)}, {words.Target, target}}
	if f.Cell.Attempts > 0 {
		pairs = append(pairs, [2]string{words.Tries, Count(int(f.Cell.Attempts))})
	}
	if o != nil && o.Packets > 0 {
		pairs = append(pairs, [2]string{words.Packets, Count(o.Packets)})
	}
	if rtt := Millis(f.Cell.RTT); rtt != "" {
		pairs = append(pairs, [2]string{words.RoundTrip, rtt})
	}
	if f.Offender != "" {
		from := f.Offender
		if from == f.Target.String() {
			from = words.TargetItself
		}
		pairs = append(pairs, [2]string{words.SentBy, fmt.Sprintf(words.ICMPLine, f.Cell.ICMPType, f.Cell.ICMPCode, from)})
	}
	if at == "" {
		pairs = pairs[1:]
	}
	return s.Theme.Fields(pairs, w)
}

// sourcesOf are our own addresses and ports as the packets bore them; without a story it is the address
// alone.
func sourcesOf(w *EvidenceWords, f *audit.Finding, o *probes.Observation) string {
	var out []string
	if o != nil {
		for _, step := range o.Evidence.Steps {
			if step.Dir == "sent" && step.From != "" && !strings.Contains(strings.Join(out, " ")+" ", step.From+" ") {
				out = append(out, step.From)
			}
		}
	}
	if len(out) > 0 {
		return strings.Join(out, " ")
	}
	source := ""
	if f.Source.IsValid() {
		source = f.Source.String()
	}
	if f.Proto == probes.ICMP {
		return source
	}
	return join("  ", source, w.NoPort)
}

// storyIndent is where the second line of a step begins: under what happened.
const storyIndent = 4

// storyLines tell the packets one by one: when, which way, what, from whom to whom, and the first bytes.
func storyLines(s *State, steps []probes.Step, w int) []string {
	words, t := &s.Words.Evidence, s.Theme
	signs := map[string]string{"sent": t.Glyph.Arrow, "got": t.sign("←", "<"), "icmp": t.sign("←", "<"), "rst": t.sign("←", "<"),
		"fin": t.sign("←", "<"), "wait": t.sign("…", "."), "local": t.Glyph.Bullet}
	word := 0
	for _, name := range words.Dir {
		word = max(word, Width(name))
	}
	var out []string
	for _, step := range steps {
		sign, known := signs[step.Dir]
		if !known {
			sign = t.Glyph.Bullet
		}
		when := FitRight(strconv.FormatFloat(step.AtMS, 'f', 1, 64), 8) + " ms  "
		dir := t.Accent.On(sign) + " " + t.Accent.On(Fit(Safe(or(words.Dir, step.Dir)), word)) + "  "
		room := w - Width(when) - word - 4
		what := Safe(step.What)
		if step.Bytes > 0 {
			what = join("  ", what, fmt.Sprintf(words.Bytes, Count(step.Bytes)))
		}
		for i, line := range Wrap(what, max(1, room)) {
			if i == 0 {
				out = append(out, when+dir+line)
			} else {
				out = append(out, pad(w-room)+line)
			}
		}
		if ends := endsOf(t, &step); ends != "" {
			out = append(out, pad(storyIndent)+t.Dim.On(Cut(ends, w-storyIndent)))
		}
		out = append(out, hexLines(t, step.Hex, w)...)
	}
	return out
}

// endsOf says from where to where a packet went, as far as that is known.
func endsOf(t *Theme, step *probes.Step) string {
	if step.To == "" {
		return Safe(step.From)
	}
	return join(" ", Safe(step.From), t.Glyph.Arrow, Safe(step.To))
}

// hexMax is how many hex digits of a step are shown; a prober keeps 128.
const hexMax = 512

// hexLines show payload bytes as hex and, beside it, as text where they are ASCII.
func hexLines(t *Theme, s string, w int) []string {
	raw, err := hex.DecodeString(s[:min(len(s), hexMax)])
	if err != nil {
		return Indent(Wrap(s, max(1, w-storyIndent)), storyIndent)
	}
	per := 16
	if w < storyIndent+per*4+2 {
		per = 8
	}
	var out []string
	for len(raw) > 0 {
		n := min(per, len(raw))
		var bytes, text strings.Builder
		for _, c := range raw[:n] {
			fmt.Fprintf(&bytes, "%02x ", c)
			if c < 0x20 || c > 0x7e {
				c = '.'
			}
			text.WriteByte(c)
		}
		out = append(out, pad(storyIndent)+t.Dim.On(Cut(Fit(bytes.String(), per*3)+" "+text.String(), max(0, w-storyIndent))))
		raw = raw[n:]
	}
	return out
}

func tlsLines(s *State, f *probes.TLSFacts, w int) []string {
	if f == nil {
		return nil
	}
	words := &s.Words.Evidence
	issuer := f.Issuer
	if f.SelfSigned {
		issuer = join("  ", issuer, words.SelfSigned)
	}
	valid := ""
	if f.NotBefore != "" || f.NotAfter != "" {
		valid = fmt.Sprintf(words.FromTo, f.NotBefore, f.NotAfter)
	}
	var pairs [][2]string
	for _, p := range [][2]string{
		{words.Failure, f.Failure}, {words.Version, f.Version}, {words.Suite, f.Suite}, {words.Subject, f.Subject}, {words.Issuer, issuer},
		{words.Valid, valid}, {words.Key, f.Key}, {words.Signature, f.Signature}, {words.Names, strings.Join(f.Names, ", ")},
		{words.Serial, f.Serial}, {words.Leaf, f.LeafSHA256}, {words.Public, f.KeySHA256},
	} {
		if p[1] != "" {
			pairs = append(pairs, p)
		}
	}
	return s.Theme.Fields(pairs, w)
}

func factLines(s *State, facts []probes.Fact, w int) []string {
	pairs := make([][2]string, len(facts))
	for i, f := range facts {
		pairs[i] = [2]string{f.Key, f.Value}
	}
	return s.Theme.Fields(pairs, w)
}

// bannerLines are the first bytes of the answer and what a waiver of this very finding has to name.
func bannerLines(s *State, f *audit.Finding, o *probes.Observation, w int) []string {
	words := &s.Words.Evidence
	out := Wrap(o.Evidence.Banner, w)
	if o.Evidence.Banner == "" {
		out = nil
	}
	var pairs [][2]string
	if o.Evidence.SHA256 != "" {
		pairs = append(pairs, [2]string{words.Hash, o.Evidence.SHA256})
	}
	if f.Verdict.Deviation() {
		pairs = append(pairs, [2]string{words.Print, audit.Fingerprint(f.ServiceID(), o)})
	}
	return append(out, s.Theme.Fields(pairs, w)...)
}

// weakLines name what the service said of itself before any login, and what that means.
func weakLines(s *State, set probes.WeakSet, w int) []string {
	var out []string
	for _, weak := range set.List() {
		out = append(out, s.Theme.Warn.On(Cut(s.Theme.Glyph.Bullet+" "+s.Words.WeaknessOf(weak), w)))
		out = append(out, Indent(Wrap(s.Words.Evidence.WeakMean[weak.String()], max(1, w-2)), 2)...)
	}
	return out
}
