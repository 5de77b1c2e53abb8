package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func deed(n int) TrailEntry {
	return TrailEntry{
		Time: began.Add(time.Duration(n) * time.Minute), UID: 1000, Login: "netops", Host: "jump1", From: "198.18.90.7",
		Action: RunStarted, Subject: fmt.Sprint("run ", n), Digest: "sha256:" + strings.Repeat("ab", 32),
	}
}

// trailOf is a store with a trail of n entries, and the bytes of the trail.
func trailOf(t testing.TB, n int) (s *Store, path string, raw []byte) {
	t.Helper()
	s = newStore(t)
	for i := range n {
		if _, err := s.Record(deed(i)); err != nil {
			t.Fatal(err)
		}
	}
	path = filepath.Join(s.dir, trailName)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return s, path, raw
}

func mustVerify(t testing.TB, s *Store) TrailReport {
	t.Helper()
	r, err := s.VerifyTrail()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTrailHoldsTogether(t *testing.T) {
	t.Parallel()
	s, path, _ := trailOf(t, 5)
	r := mustVerify(t, s)
	if r.Broken != nil || r.Entries != 5 || r.Head.Seq != 5 || r.Torn != 0 {
		t.Errorf("report %+v", r)
	}
	if head, err := s.TrailHead(); err != nil || head != r.Head {
		t.Errorf("head %+v, %v", head, err)
	}
	var got []TrailEntry
	err := s.Trail(func(n int, e TrailEntry, err error) bool {
		got = append(got, e)
		return err == nil && n < 3
	})
	if err != nil || len(got) != 3 {
		t.Fatalf("%d entries, %v", len(got), err)
	}
	want := deed(1)
	want.Seq, want.Prev, want.Hash = 2, got[0].Hash, got[1].Hash
	if got[1] != want || got[0].Prev != noHash {
		t.Errorf("entry %+v, want %+v", got[1], want)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if r := mustVerify(t, newStore(t)); r.Broken != nil || r.Head.Seq != 0 {
		t.Errorf("no trail yet: %+v", r)
	}
}

// Whatever is done to the file, the first entry that cannot be believed is named.
func TestTrailNamesTheFirstBrokenEntry(t *testing.T) {
	t.Parallel()
	_, _, raw := trailOf(t, 5)
	lines := bytes.SplitAfter(raw, []byte("\n"))[:5]
	join := func(order ...int) []byte {
		var out []byte
		for _, i := range order {
			out = append(out, lines[i]...)
		}
		return out
	}
	forged := deed(2)
	forged.Subject, forged.Seq, forged.Prev = "forged", 3, noHash
	forgedLine, err := forged.line()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		file []byte
		line int
		want string
	}{
		{"a text changed", bytes.Replace(raw, []byte("run 2"), []byte("run 9"), 1), 3, "it was changed"},
		{"an entry removed", join(0, 1, 3, 4), 3, "1 entries before it are missing"},
		{"the first removed", join(1, 2, 3, 4), 1, "1 entries before it are missing"},
		{"two swapped", join(0, 2, 1, 3, 4), 2, "1 entries before it are missing"},
		{"one twice", join(0, 1, 1, 2, 3, 4), 3, "does not follow"},
		{"one forged, with a hash of its own", append(append(join(0, 1), forgedLine...), join(3, 4)...), 3, "does not follow"},
		{"the end cut", join(0, 1, 2), 0, "cut behind entry 3: the store remembers 5"},
		{"all gone", nil, 0, "cut behind entry 0"},
		{"torn", raw[:len(raw)-10], 5, "torn"},
		{"a line of something else", append([]byte("x\n"), raw...), 1, "no entry"},
		{"a line without an end", bytes.Repeat([]byte("x"), 200_000), 1, "torn"},
		{"a blank line", append(bytes.Clone(raw), '\n'), 6, "no entry"},
		{"another field", bytes.Replace(raw, []byte(`"uid":1000`), []byte(`"uif":1000`), 1), 1, "no entry"},
	} {
		s, path, _ := trailOf(t, 5)
		if err := os.WriteFile(path, c.file, 0o600); err != nil {
			t.Fatal(err)
		}
		r := mustVerify(t, s)
		if r.Broken == nil || r.Broken.Line != c.line || !strings.Contains(r.Broken.Error(), c.want) {
			t.Errorf("%s: %+v, want line %d, %q", c.name, r.Broken, c.line, c.want)
		}
		if _, err := s.TrailHead(); err == nil {
			t.Errorf("%s: the head is believed", c.name)
		}
	}
	s, path, _ := trailOf(t, 5)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if r := mustVerify(t, s); r.Broken == nil || !strings.Contains(r.Broken.Why, "the file is gone") {
		t.Errorf("file gone: %+v", r.Broken)
	}
	// Going on does not cover it up.
	if _, err := s.Record(deed(9)); err != nil {
		t.Fatal(err)
	}
	if r := mustVerify(t, s); r.Broken == nil || r.Broken.Line != 1 || !strings.Contains(r.Broken.Why, "5 entries before it are missing") {
		t.Errorf("file gone, then recorded: %+v", r.Broken)
	}
}

// A trail that was written anew, with hashes that fit each other, does not fit what the store remembers.
func TestTrailThatWasReplaced(t *testing.T) {
	t.Parallel()
	s, path, _ := trailOf(t, 3)
	other := newStore(t)
	for i := range 4 {
		if _, err := other.Record(deed(i + 10)); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := os.ReadFile(filepath.Join(other.dir, trailName))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if r := mustVerify(t, s); r.Broken == nil || !strings.Contains(r.Broken.Why, "replaced") {
		t.Errorf("report %+v", r.Broken)
	}
}

// Whoever replaces the trail together with the index is found out by a head that somebody else kept.
func TestHeadThatWasHandedOver(t *testing.T) {
	t.Parallel()
	s, _, _ := trailOf(t, 3)
	head, err := s.TrailHead()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Record(deed(3)); err != nil {
		t.Fatal(err)
	}
	other := newStore(t)
	for i := range 5 {
		if _, err := other.Record(deed(i + 10)); err != nil {
			t.Fatal(err)
		}
	}
	none := TrailHead{Hash: noHash}
	for _, c := range []struct {
		of    *Store
		heads []TrailHead
		want  bool
	}{
		{s, []TrailHead{head}, true}, {s, []TrailHead{none, head, head}, true}, {other, []TrailHead{none}, true}, {newStore(t), []TrailHead{none}, true},
		{other, []TrailHead{head}, false}, {newStore(t), []TrailHead{head}, false}, {s, []TrailHead{head, {Seq: 2, Hash: head.Hash}}, false},
	} {
		r, err := c.of.VerifyTrail(c.heads...)
		if err != nil || (r.Broken == nil) != c.want {
			t.Errorf("%v: %v, %v, want %v", c.heads, err, r.Broken, c.want)
		}
	}
}

// Wherever a write is cut off, the next one goes on behind it, and both the cut and what follows are accounted for.
func TestTornEntryIsAccountedFor(t *testing.T) {
	t.Parallel()
	_, _, before := trailOf(t, 2)
	_, _, raw := trailOf(t, 3)
	for cut := len(before) + 1; cut < len(raw); cut += 7 {
		s, path, _ := trailOf(t, 2)
		if err := os.WriteFile(path, raw[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		if r := mustVerify(t, s); r.Broken == nil || r.Broken.Line != 3 || r.Head.Seq != 2 {
			t.Fatalf("cut at %d: %+v", cut, r)
		}
		if _, err := s.Record(deed(7)); err != nil {
			t.Fatal(err)
		}
		if r := mustVerify(t, s); r.Broken != nil || r.Torn != 1 || r.Head.Seq != 4 {
			t.Errorf("cut at %d, then recorded: %+v, %v", cut, r, r.Broken)
		}
		after, err := os.ReadFile(path)
		if err != nil || !bytes.HasPrefix(after, raw[:cut]) {
			t.Errorf("cut at %d: what was there is gone", cut)
		}
	}
}

// Several processes write at once: a Store each, as two programs would have.
func TestTrailByManyAtOnce(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	var wg sync.WaitGroup
	for w := range 4 {
		mine, err := Open(s.dir)
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			for i := range 10 {
				if _, err := mine.Record(deed(w*10 + i)); err != nil && !errors.Is(err, ErrLocked) {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if r := mustVerify(t, s); r.Broken != nil || r.Entries == 0 || r.Head.Seq != uint64(r.Entries) {
		t.Errorf("report %+v, %v", r, r.Broken)
	}
}

func TestTrailIsCleanAndCapped(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	e := deed(1)
	e.Subject, e.Detail = "\x1b[2J\n{\"seq\":2}", strings.Repeat("x", 5000)
	got, err := s.Record(e)
	if err != nil || strings.ContainsAny(got.Subject, "\x1b\n") || len(got.Detail) > 1100 {
		t.Errorf("%v, %q", err, got.Subject)
	}
	if r := mustVerify(t, s); r.Broken != nil || r.Entries != 1 {
		t.Errorf("report %+v", r)
	}
}

// FuzzTrail feeds any file: it never panics, and a chain that it believes really hangs together.
func FuzzTrail(f *testing.F) {
	_, _, raw := trailOf(f, 3)
	f.Add(raw, uint64(3))
	f.Add(raw[:len(raw)-5], uint64(0))
	f.Add([]byte("{}\n"), uint64(1))
	f.Fuzz(func(t *testing.T, file []byte, kept uint64) {
		r, err := verifyTrail(bytes.NewReader(file), TrailHead{Seq: kept})
		if err != nil {
			t.Fatal(err)
		}
		if r.Broken == nil && (uint64(r.Entries) != r.Head.Seq || kept > 0) {
			t.Errorf("believed %+v", r)
		}
	})
}
