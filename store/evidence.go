package store

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"oobscope/probes"
)

// maxEvidence caps the evidence of one flow in the file, in bytes of JSON.
const maxEvidence = 32 << 10

// cutMark is the last step of a packet story that was too long to keep.
const cutMark = "the rest was too long to keep"

// How the evidence of one flow is written: the first number says it. From evidenceAlike on it is the number
// of a shape plus evidenceAlike (see alike.go).
const (
	evidenceJSON     = 0
	evidenceDeflated = 1 // JSON, compressed (RFC 1951)
	evidenceAlike    = 2
)

// maxPacked is what the evidence of one flow takes in the file at most: JSON and its number.
const maxPacked = maxEvidence + 1

// deflateFrom is the size in bytes from which compressing JSON is worth its time.
const deflateFrom = 1 << 10

// encodeEvidence returns the evidence as JSON of at most maxEvidence bytes, or nil if there is none. What
// is too long loses the end of the packet story first, then of the facts, then the rest.
func encodeEvidence(e *probes.Evidence) ([]byte, error) {
	b, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("encode evidence: %w", err)
	}
	if len(b) == len("{}") {
		return nil, nil
	}
	for cut := *e; len(b) > maxEvidence; {
		cut = shorter(cut)
		if b, err = json.Marshal(&cut); err != nil {
			return nil, fmt.Errorf("encode evidence: %w", err)
		}
	}
	return b, nil
}

// shorter drops half of the longest-winded part that is left. It never touches the slices of the caller.
func shorter(e probes.Evidence) probes.Evidence {
	mark := probes.Step{Dir: "local", What: cutMark}
	switch n := len(e.Steps); {
	case n > 2:
		e.Steps = append(slices.Clone(e.Steps[:n/2]), mark)
	case len(e.Facts) > 0:
		e.Facts = e.Facts[:len(e.Facts)/2]
	default:
		e = probes.Evidence{Steps: []probes.Step{mark}, Simulated: e.Simulated}
	}
	return e
}

// decodeEvidence reads evidence back. The file may come from a stranger: texts are cleaned again before
// anybody shows them.
func decodeEvidence(b []byte) (probes.Evidence, error) {
	var e probes.Evidence
	if len(b) > maxEvidence {
		return e, errors.New("evidence is too long")
	}
	if err := json.Unmarshal(b, &e); err != nil {
		return e, fmt.Errorf("evidence: %w", err)
	}
	cleanEvidence(&e)
	return e, nil
}

func cleanEvidence(e *probes.Evidence) {
	for i := range e.Steps {
		s := &e.Steps[i]
		cleanAll(&s.Dir, &s.What, &s.From, &s.To, &s.Hex)
	}
	for i := range e.Facts {
		cleanAll(&e.Facts[i].Key, &e.Facts[i].Value)
	}
	cleanAll(&e.Banner, &e.SHA256, &e.Error, &e.Hint)
	if t := e.TLS; t != nil {
		cleanAll(&t.Version, &t.Suite, &t.Subject, &t.Issuer, &t.NotBefore, &t.NotAfter, &t.Key, &t.Signature,
			&t.Serial, &t.LeafSHA256, &t.KeySHA256, &t.Failure)
		for i := range t.Names {
			cleanAll(&t.Names[i])
		}
	}
}

// cleanAll makes texts from a file fit for a screen, in place.
func cleanAll(texts ...*string) {
	for _, s := range texts {
		if !plain(*s) {
			*s = probes.Clean(*s, 1024)
		}
	}
}

// plain tells whether a text is short printable ASCII: most are, and need no cleaning.
func plain(s string) bool {
	if len(s) > 1024 {
		return false
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// evidencePacker writes the evidence of flows, one behind the other.
type evidencePacker struct {
	shapes  *shapes
	press   *flate.Writer
	pressed bytes.Buffer
}

// pack appends the evidence of one flow to b; nothing if there is none.
func (p *evidencePacker) pack(b []byte, e *probes.Evidence, near *neighbourhood) ([]byte, error) {
	if out, ok := p.shapes.pack(b, e, near); ok {
		return out, nil
	}
	text, err := encodeEvidence(e)
	if err != nil || text == nil {
		return b, err
	}
	if len(text) >= deflateFrom {
		if short, err := p.deflate(text); err == nil && len(short) < len(text) {
			return append(binary.AppendUvarint(b, evidenceDeflated), short...), nil
		}
	}
	return append(binary.AppendUvarint(b, evidenceJSON), text...), nil
}

func (p *evidencePacker) deflate(text []byte) ([]byte, error) {
	p.pressed.Reset()
	if p.press == nil {
		w, err := flate.NewWriter(&p.pressed, flate.BestSpeed)
		if err != nil {
			return nil, err
		}
		p.press = w
	}
	p.press.Reset(&p.pressed)
	if _, err := p.press.Write(text); err != nil {
		return nil, err
	}
	if err := p.press.Close(); err != nil {
		return nil, err
	}
	return p.pressed.Bytes(), nil
}

// unpackEvidence reads the evidence of one flow. The bytes are not trusted.
func unpackEvidence(b []byte, list shapeList, near neighbourhood) (probes.Evidence, error) {
	if len(b) == 0 {
		return probes.Evidence{}, nil
	}
	kind, b, err := cutUvarint(b)
	if err != nil {
		return probes.Evidence{}, fmt.Errorf("evidence: %w", err)
	}
	switch kind {
	case evidenceJSON:
		return decodeEvidence(b)
	case evidenceDeflated:
		text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(b)), maxEvidence+1))
		if err != nil {
			return probes.Evidence{}, fmt.Errorf("evidence: %w", err)
		}
		return decodeEvidence(text)
	}
	return list.unpack(kind-evidenceAlike, b, near)
}
