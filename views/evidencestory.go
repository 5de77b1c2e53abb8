package views

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"oobscope/probes"
)

// storyIndent is where the second line of an event begins: under what happened.
const storyIndent = 4

// storyLines tell the packets conversation by conversation: when it began, between whom, and then what we sent, what
// came back and after how long. bytes shows every packet with its first bytes.
func storyLines(s *State, o *probes.Observation, bytes bool, w int) []string {
	talks := talksOf(o.Evidence.Steps)
	var out []string
	if bytes && s.Masked {
		out = append(out, s.Theme.Warn.On(Cut("! "+s.Words.Story.BytesMasked, w)))
	}
	for i := range talks {
		t := &talks[i]
		out = append(out, talkHead(s, o, t, i, len(talks), w))
		for _, e := range t.events(s.Words, bytes) {
			out = append(out, eventLines(s, &e, w)...)
			if bytes && !s.Masked {
				out = append(out, hexLines(s.Theme, e.hex, w)...)
			}
		}
	}
	return out
}

// talkHead says when a conversation began and between whom it was.
func talkHead(s *State, o *probes.Observation, t *talk, i, of, w int) string {
	when := ""
	if !o.At.IsZero() {
		when = o.At.Add(time.Duration(t.steps[0].AtMS * float64(time.Millisecond))).UTC().Format("15:04:05.000 UTC")
	}
	number := ""
	if of > 1 {
		number = fmt.Sprintf(s.Words.Story.Number, Count(i+1), Count(of))
	}
	ends := join(" ", Safe(t.ours), s.Theme.Glyph.Arrow, Safe(t.theirs))
	if t.ours == "" {
		ends = Safe(t.theirs)
	}
	return s.Theme.Bold.On(Cut(join("  ", when, ends, number), w))
}

// eventLines are one event: time since the conversation began, which way, what, how many bytes, after how long.
func eventLines(s *State, e *event, w int) []string {
	t, words := s.Theme, s.Words
	sign := map[string]string{"sent": t.Glyph.Arrow, "got": t.sign("←", "<"), "icmp": t.sign("←", "<"), "rst": t.sign("←", "<"),
		"fin": t.Glyph.Bullet, "wait": t.sign("…", "."), "both": t.sign("↔", "=")}[e.dir]
	if sign == "" {
		sign = t.Glyph.Bullet
	}
	text := Safe(e.text)
	if e.bytes > 0 && e.text != "" {
		text = join(words.Host.Comma, text, fmt.Sprintf(words.Evidence.Bytes, Count(e.bytes)))
	}
	if e.after >= 0 {
		text += words.Host.Comma + fmt.Sprintf(words.Story.After, spanMS(e.after))
	}
	if t.Spoken != nil {
		return []string{spanMS(e.at) + ", " + Safe(or(words.Evidence.Dir, e.dir)) + ": " + text}
	}
	head := FitRight(spanMS(e.at), 10) + "  " + t.Accent.On(sign) + " "
	room := max(1, w-Width(head))
	var out []string
	for i, line := range Wrap(text, room) {
		if i == 0 {
			out = append(out, t.Dim.On(FitRight(spanMS(e.at), 10))+"  "+t.Accent.On(sign)+" "+line)
		} else {
			out = append(out, pad(w-room)+line)
		}
	}
	return out
}

// spanMS writes milliseconds as precisely as they matter.
func spanMS(ms float64) string {
	switch {
	case ms != ms || ms < 0:
		return "-"
	case ms < 10:
		return strconv.FormatFloat(ms, 'f', 2, 64) + " ms"
	case ms < 1000:
		return strconv.FormatFloat(ms, 'f', 0, 64) + " ms"
	case ms < 1e7:
		return strconv.FormatFloat(ms/1000, 'f', 1, 64) + " s"
	}
	return "-"
}

// hexMax is how many hex digits of a packet are shown; a prober keeps 128.
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

// bannerLines are the first bytes of the answer.
func bannerLines(s *State, o *probes.Observation, w int) []string {
	out := Wrap(o.Evidence.Banner, w)
	if o.Evidence.Banner == "" {
		out = nil
	}
	if o.Evidence.SHA256 != "" {
		out = append(out, s.Theme.Fields([][2]string{{s.Words.Evidence.Hash, o.Evidence.SHA256}}, w)...)
	}
	return out
}
