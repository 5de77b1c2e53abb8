package store

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"net/netip"
	"strconv"
	"strings"

	"oobscope/probes"
)

// The marks stand in the texts of a shape for what differs. None of them is ever in a clean text.
const (
	markTarget = "\x00" // the address that the first packet went to
	markPort   = "\x01" // a port that was not seen before in this story
	markSame   = "\x02" // the same port again
)

// story is one piece of evidence taken apart.
type story struct {
	key    []byte // equal for all that share a shape
	text   probes.Evidence
	target netip.Addr
	us     []int64 // since the step before
	ports  []uint16
	loads  [][]byte
	last   uint16
	steps  []probes.Step
}

// take takes e apart. It returns false if e is not of a kind that many flows share.
func (s *story) take(e *probes.Evidence) bool {
	if len(e.Steps) == 0 || len(e.Steps) > probes.MaxSteps || len(e.Facts) > 8 ||
		e.Banner != "" || e.SHA256 != "" || e.Error != "" || e.TLS != nil || !plain(e.Hint) {
		return false
	}
	*s = story{key: s.key[:0], us: s.us[:0], ports: s.ports[:0], loads: s.loads[:0], steps: s.steps[:0]}
	for i := range e.Facts {
		if !plain(e.Facts[i].Key) || !plain(e.Facts[i].Value) {
			return false
		}
	}
	target, clock := s.aim(e), int64(0)
	for i := range e.Steps {
		us, ok := s.step(e.Steps[i], target, clock)
		if !ok {
			return false
		}
		clock = us
	}
	s.text = *e
	s.text.Steps = s.steps
	s.key = shapeKey(s.key, &s.text, s.loads)
	return len(s.key) <= maxShapeKey
}

// step takes one step apart, given the µs of the one before, and returns its own.
func (s *story) step(step probes.Step, target string, clock int64) (us int64, ok bool) {
	us = int64(math.Round(step.AtMS * 1000))
	load, err := hex.DecodeString(step.Hex)
	if us < 0 || us > 1<<50 || float64(us)/1000 != step.AtMS || err != nil || len(load) > maxLoad || hex.EncodeToString(load) != step.Hex {
		return 0, false
	}
	if !plain(step.Dir) || !marked(&step.What, target) || !marked(&step.From, target) || !marked(&step.To, target) {
		return 0, false
	}
	step.From, step.To = s.port(step.From), s.port(step.To)
	step.AtMS, step.Hex = 0, ""
	s.us, s.loads, s.steps = append(s.us, us-clock), append(s.loads, load), append(s.steps, step)
	return us, true
}

// shapeKey appends all that stories of one shape have in common; text has the marks in it.
func shapeKey(b []byte, text *probes.Evidence, loads [][]byte) []byte {
	const end = 0xFF // never in valid UTF-8
	for i := range text.Steps {
		s := &text.Steps[i]
		for _, t := range []string{s.Dir, s.What, s.From, s.To} {
			b = append(append(b, t...), end)
		}
		b = binary.AppendVarint(binary.AppendVarint(b, int64(s.Bytes)), int64(len(loads[i])))
	}
	b = append(b, end)
	for i := range text.Facts {
		b = append(append(b, text.Facts[i].Key...), end)
		b = append(append(b, text.Facts[i].Value...), end)
	}
	b = append(append(b, text.Hint...), end, text.TTL, text.ReferenceTTL)
	if text.Simulated {
		b = append(b, 1)
	}
	return b
}

// aim finds the address that the first packet went to, and its text.
func (s *story) aim(e *probes.Evidence) string {
	for i := range e.Steps {
		if to := e.Steps[i].To; e.Steps[i].Dir == "sent" && to != "" {
			if ap, err := netip.ParseAddrPort(to); err == nil {
				s.target = ap.Addr()
			} else if a, err := netip.ParseAddr(to); err == nil {
				s.target = a
			}
			break
		}
	}
	if !s.target.IsValid() || s.target.Zone() != "" || s.target.Is4In6() {
		s.target = netip.Addr{}
		return ""
	}
	return s.target.String()
}

// marked puts the mark of the target into a clean text; false for any other text.
func marked(text *string, target string) bool {
	if !plain(*text) {
		return false
	}
	if target != "" && strings.Contains(*text, target) {
		*text = strings.ReplaceAll(*text, target, markTarget)
	}
	return true
}

// port takes the port off an address that is not the target's.
func (s *story) port(end string) string {
	i := strings.LastIndexByte(end, ':')
	if i < 0 || strings.Contains(end, markTarget) {
		return end
	}
	n, err := strconv.ParseUint(end[i+1:], 10, 16)
	if err != nil || end[i+1] == '0' && len(end) > i+2 {
		return end
	}
	if len(s.ports) > 0 && s.last == uint16(n) {
		return end[:i+1] + markSame
	}
	s.last = uint16(n)
	s.ports = append(s.ports, s.last)
	return end[:i+1] + markPort
}

// fillTexts puts addresses and ports where their marks are.
func fillTexts(steps []probes.Step, target netip.Addr, row *rowReader) {
	address, last := "", ""
	if target.IsValid() {
		address = target.String()
	}
	for k := range steps {
		s := &steps[k]
		s.What = strings.ReplaceAll(s.What, markTarget, address)
		for _, end := range []*string{&s.From, &s.To} {
			if strings.HasSuffix(*end, markPort) {
				if b := row.bytes(2); len(b) == 2 {
					last = strconv.Itoa(int(binary.BigEndian.Uint16(b)))
				}
				*end = strings.TrimSuffix(*end, markPort) + last
			} else if strings.HasSuffix(*end, markSame) {
				*end = strings.TrimSuffix(*end, markSame) + last
			}
			*end = strings.ReplaceAll(*end, markTarget, address)
		}
	}
}
