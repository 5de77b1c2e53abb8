package store

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// TrailReport is what VerifyTrail found.
type TrailReport struct {
	Head    TrailHead // last entry of the unbroken chain
	Entries int
	Torn    int         // lines that were cut off, each accounted for by an entry behind it
	Broken  *TrailBreak // where the chain breaks first; nil if it holds
}

// TrailBreak is the first place at which a trail cannot be believed.
type TrailBreak struct {
	Line int    // of the file, from 1; 0 if it is behind its end
	Seq  uint64 // of the entry, as far as it can be read
	Why  string
}

func (b *TrailBreak) Error() string {
	switch {
	case b.Line == 0:
		return b.Why
	case b.Seq == 0:
		return fmt.Sprintf("line %d: %s", b.Line, b.Why)
	}
	return fmt.Sprintf("line %d, entry %d: %s", b.Line, b.Seq, b.Why)
}

// eachTrailLine calls fn for each line, without its end; whole is false for a last one that has none. A line that is too
// long for an entry comes cut.
func eachTrailLine(r io.Reader, fn func(n int, line []byte, whole bool) bool) error {
	br := bufio.NewReaderSize(r, maxTrail+1)
	for n := 1; ; n++ {
		line, err := br.ReadSlice('\n')
		for errors.Is(err, bufio.ErrBufferFull) {
			kept := append([]byte(nil), line...)
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = br.ReadSlice('\n')
			}
			if err == nil || errors.Is(err, io.EOF) {
				line = kept
			}
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if whole := err == nil; whole {
			line = line[:max(len(line)-1, 0)]
			if !fn(n, line, true) {
				return nil
			}
			continue
		}
		if len(line) > 0 {
			fn(n, line, false)
		}
		return nil
	}
}

// trailChain follows a trail.
type trailChain struct {
	TrailReport
	pending []byte // lines that are no entries, waiting for the entry that accounts for them
	at      int    // line where they begin
	why     string
}

func (c *trailChain) breakAt(line int, seq uint64, format string, args ...any) bool {
	c.Broken = &TrailBreak{line, seq, fmt.Sprintf(format, args...)}
	return false
}

// take follows one line; false ends it.
func (c *trailChain) take(n int, line []byte, whole bool) bool {
	e, err := readTrailLine(line)
	if !whole || err != nil {
		if !whole {
			err = errTorn(line)
		}
		if c.pending == nil {
			c.at, c.why = n, err.Error()
		}
		c.pending = append(append(c.pending, line...), '\n')
		if len(c.pending) > maxTail {
			return c.breakAt(c.at, 0, "%s", c.why)
		}
		return true
	}
	switch {
	case c.pending != nil && !c.accounts(&e):
		return c.breakAt(c.at, 0, "%s", c.why)
	case e.Seq != c.Head.Seq+1 && e.Seq > c.Head.Seq:
		return c.breakAt(n, e.Seq, "%d entries before it are missing", e.Seq-c.Head.Seq-1)
	case e.Seq != c.Head.Seq+1, e.Prev != c.Head.Hash:
		return c.breakAt(n, e.Seq, "it does not follow the entry before it")
	}
	c.pending = nil
	c.Head, c.Entries = TrailHead{e.Seq, e.Hash}, c.Entries+1
	return true
}

// accounts tells whether an entry names the very bytes that stand before it.
func (c *trailChain) accounts(e *TrailEntry) bool {
	if e.Action != trailTorn {
		return false
	}
	for _, bytes := range [][]byte{c.pending[:len(c.pending)-1], c.pending} { // its end was written with the entry, or stood there
		sum := sha256.Sum256(bytes)
		if e.Digest == "sha256:"+hex.EncodeToString(sum[:]) {
			c.Torn++
			return true
		}
	}
	return false
}

// VerifyTrail follows the chain from its first entry. It must also hold the entries of heads, which somebody else kept:
// a trail that was replaced together with the index of the store no longer does. The error is about reading the file;
// what is wrong with the trail stands in the report.
func (s *Store) VerifyTrail(heads ...TrailHead) (TrailReport, error) {
	kept, err := s.keptHead()
	if err != nil {
		return TrailReport{}, err
	}
	path := filepath.Join(s.dir, trailName)
	f, err := openLocked(path, os.O_RDONLY, lockWait)
	if errors.Is(err, ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		r := TrailReport{Head: TrailHead{Hash: noHash}}
		if kept.Seq > 0 {
			r.Broken = &TrailBreak{Why: fmt.Sprintf("the file is gone; the store remembers %d entries", kept.Seq)}
			return r, nil
		}
		for _, h := range heads {
			if h.Seq > 0 {
				r.Broken = strangeHead(h)
			}
		}
		return r, nil
	}
	if err != nil {
		return TrailReport{}, err
	}
	defer f.Close()
	r, err := verifyTrail(f, kept, heads...)
	return r, explain("read", path, err)
}

// strangeHead says that a head that somebody kept is not of this trail.
func strangeHead(h TrailHead) *TrailBreak {
	return &TrailBreak{Why: fmt.Sprintf("entry %d is not the one that was handed over (%.16s...): the trail was cut or replaced since, or is of another store", h.Seq, h.Hash)}
}

// verifyTrail follows a trail that should reach the entry kept, and hold heads.
func verifyTrail(f io.Reader, kept TrailHead, heads ...TrailHead) (TrailReport, error) {
	c := trailChain{TrailReport: TrailReport{Head: TrailHead{Hash: noHash}}}
	met := kept.Seq == 0
	missing := make(map[TrailHead]bool, len(heads))
	for _, h := range heads {
		missing[h] = h.Seq > 0 // a head of nothing is in every trail
	}
	err := eachTrailLine(f, func(n int, line []byte, whole bool) bool {
		if !c.take(n, line, whole) {
			return false
		}
		met = met || c.Head == kept
		delete(missing, c.Head)
		return true
	})
	switch {
	case err != nil || c.Broken != nil:
	case c.pending != nil:
		c.breakAt(c.at, 0, "%s", c.why)
	case kept.Seq > c.Head.Seq:
		c.breakAt(0, 0, "it was cut behind entry %d: the store remembers %d entries", c.Head.Seq, kept.Seq)
	case !met:
		c.breakAt(0, 0, "entry %d is not the one that the store remembers: the trail was replaced", kept.Seq)
	}
	for _, h := range heads {
		if err == nil && c.Broken == nil && missing[h] {
			c.Broken = strangeHead(h)
		}
	}
	return c.TrailReport, err
}

// TrailHead is the last entry of the trail; its Seq is 0 if there is none. It is what bundles carry.
func (s *Store) TrailHead() (TrailHead, error) {
	r, err := s.VerifyTrail()
	if err == nil && r.Broken != nil {
		err = fmt.Errorf("trail: %w", r.Broken)
	}
	return r.Head, err
}
