package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"oobscope/probes"
)

// maxEvidence caps the evidence of one flow in the file, in bytes of JSON.
const maxEvidence = 32 << 10

// cutMark is the last step of a packet story that was too long to keep.
const cutMark = "the rest was too long to keep"

// encodeEvidence returns the evidence as JSON of at most maxEvidence bytes, or nil if there is none. What
// is too long loses the end of the packet story first, then of the facts, then the rest.
func encodeEvidence(e probes.Evidence) ([]byte, error) {
	b, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("encode evidence: %w", err)
	}
	if len(b) == len("{}") {
		return nil, nil
	}
	for len(b) > maxEvidence {
		e = shorter(e)
		if b, err = json.Marshal(e); err != nil {
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
	return e, nil
}

// cleanAll makes texts from a file fit for a screen, in place.
func cleanAll(texts ...*string) {
	for _, s := range texts {
		*s = probes.Clean(*s, 1024)
	}
}
