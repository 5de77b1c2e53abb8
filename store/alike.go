package store

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"sync"

	"oobscope/probes"
)

// Caps on the shapes of a run; what does not fit is kept as JSON.
const (
	maxShapes   = 4096
	maxShapeKey = 4 << 10  // bytes of text in one
	maxShape    = 64 << 10 // bytes of JSON in one
)

// shape is what many pieces of evidence have in common. Most flows of a large run leave the same few stories
// behind: two SYNs to which nothing came, a refused datagram. They differ in times, in the address of the
// target, in the ports that the system chose and in some bytes of the payload. Such a story is kept once, and
// for each flow what differs from it:
//
//	address of the target | for each step the time since the last one, in µs and less that of the shape, zigzag |
//	the ports, two bytes each | for each payload the runs of bytes that differ from an earlier one
type shape struct {
	Text  probes.Evidence `json:"text"`           // with marks, and without times and payloads
	After []int64         `json:"after"`          // µs between the steps of the first one
	Load  [][]byte        `json:"load,omitempty"` // its payloads, by step
}

// shapeList is the shapes of a run by their number.
type shapeList []*shape

// shapes is a list that grows. It is safe for one writer and many readers.
type shapes struct {
	mu    sync.Mutex
	list  shapeList
	known map[string]int
	saved int // that many are in the file; of the writer, like story
	story story
}

// newShapes starts with the shapes that a file has. One that is lost is never written against again.
func newShapes(list shapeList) *shapes {
	s := &shapes{list: list, known: make(map[string]int), saved: len(list)}
	for i, like := range list {
		if like != nil {
			s.known[string(shapeKey(nil, &like.Text, like.Load))] = i
		}
	}
	return s
}

// all returns the shapes so far.
func (s *shapes) all() shapeList {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.list[:len(s.list):len(s.list)]
}

// pack appends e to b as what differs from a shape; false if e has none.
func (s *shapes) pack(b []byte, e *probes.Evidence, near *neighbourhood) ([]byte, bool) {
	t := &s.story
	if !t.take(e) {
		return b, false
	}
	i, ok := s.known[string(t.key)]
	if !ok {
		if i = s.learn(t); i < 0 {
			return b, false
		}
	}
	like := s.list[i] // only this goroutine makes it longer
	b = binary.AppendUvarint(b, uint64(i)+evidenceAlike)
	b = near.append(b, t.target)
	for k, us := range t.us {
		b = binary.AppendUvarint(b, zigzag(us-like.After[k]))
	}
	for _, p := range t.ports {
		b = binary.BigEndian.AppendUint16(b, p)
	}
	for k, load := range t.loads {
		if len(load) > 0 {
			b = appendRuns(b, load, earlier(t.loads[:k], like.Load[k]))
		}
	}
	return b, true
}

// learn makes a new shape and returns its number, -1 if there is no room for it.
func (s *shapes) learn(t *story) int {
	if len(s.list) >= maxShapes {
		return -1
	}
	n := &shape{Text: t.text, After: append([]int64(nil), t.us...), Load: make([][]byte, len(t.loads))}
	n.Text.Steps = append([]probes.Step(nil), t.steps...)
	for k, load := range t.loads {
		n.Load[k] = bytes.Clone(load)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known[string(t.key)] = len(s.list)
	s.list = append(s.list, n)
	return len(s.list) - 1
}

// unpack makes the evidence again.
func (l shapeList) unpack(n uint64, b []byte, near neighbourhood) (e probes.Evidence, err error) {
	if n >= uint64(len(l)) || l[n] == nil {
		return e, fmt.Errorf("evidence: its shape %d is lost", n)
	}
	like := l[n]
	row := rowReader{rest: b}
	target := near.read(&row)
	e = like.Text
	e.Steps = append([]probes.Step(nil), like.Text.Steps...)
	e.Facts = append([]probes.Fact(nil), like.Text.Facts...)
	us := int64(0)
	for k := range e.Steps {
		us += like.After[k] + unzigzag(row.number(math.MaxUint64))
		e.Steps[k].AtMS = float64(us) / 1000
	}
	fillTexts(e.Steps, target, &row)
	var loads [][]byte
	for k := range e.Steps {
		load := bytes.Clone(like.Load[k])
		if len(load) > 0 {
			load = readRuns(&row, bytes.Clone(earlier(loads, load)))
			e.Steps[k].Hex = hex.EncodeToString(load)
		}
		loads = append(loads, load)
	}
	if row.err == nil && len(row.rest) > 0 {
		row.err = errors.New("bytes behind its end")
	}
	if row.err != nil {
		return probes.Evidence{}, fmt.Errorf("evidence: %w", row.err)
	}
	cleanEvidence(&e)
	return e, nil
}

// decodeShape reads a shape. The bytes are not trusted; what it lends to the evidence of a flow is cleaned there.
func decodeShape(b []byte) (*shape, error) {
	s := new(shape)
	if err := json.Unmarshal(b, s); err != nil {
		return nil, fmt.Errorf("shape: %w", err)
	}
	n := len(s.Text.Steps)
	if n == 0 || n > probes.MaxSteps || len(s.After) != n || len(s.Load) != n || s.Text.TLS != nil {
		return nil, errors.New("shape: its parts do not belong together")
	}
	for _, load := range s.Load {
		if len(load) > maxLoad {
			return nil, errors.New("shape: a payload that is too long")
		}
	}
	return s, nil
}
