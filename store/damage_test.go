package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"oobscope/audit"
	"oobscope/probes"
)

// storedRun makes a finished run of a few hundred flows and returns its file.
func storedRun(t testing.TB, flows int) (s *Store, id string, file []byte) {
	t.Helper()
	s = newStore(t)
	w := newRun(t, s)
	w.stop() // only the commits below, so that the file is the same each time
	for from := 0; from < flows; from += 100 {
		observe(t, w, span(from, min(from+100, flows))...)
		if err := w.Host(from, probes.HostState{ControlSent: 1}); err != nil {
			t.Fatal(err)
		}
		if err := w.commit(); err != nil {
			t.Fatal(err)
		}
	}
	finish(t, w, audit.RunPartial)
	id = w.Meta().ID
	file, err := os.ReadFile(s.runPath(id))
	if err != nil {
		t.Fatal(err)
	}
	return s, id, file
}

// readAll does to a run all that the program can do, and returns the first error.
func readAll(s *Store, id string, plan *probes.Plan) error {
	f, err := s.OpenRun(id)
	if err != nil {
		return err
	}
	err = f.Load(probes.NewBoard(plan))
	for flow := range probes.FlowID(plan.Flows()) {
		if o, ok := f.Evidence(flow); ok && o.Class == probes.Unobserved && err == nil {
			err = errors.New(o.Evidence.Error)
		}
	}
	return errors.Join(err, f.Close())
}

func TestDamagedRunIsNamedAndCostsNoOther(t *testing.T) {
	t.Parallel()
	s, id, file := storedRun(t, 300)
	other := newRun(t, s)
	finish(t, other, audit.RunComplete)
	for what, content := range map[string][]byte{
		"empty":           {},
		"a few bytes":     []byte("x"),
		"garbage":         bytes.Repeat([]byte{0xA5}, 1<<16),
		"zeros":           make([]byte, 1<<16),
		"first page only": file[:4096],
		"cut in half":     file[:len(file)/2],
		"cut in a page":   file[:4096*7+100],
	} {
		if err := os.WriteFile(s.runPath(id), content, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := s.OpenRun(id)
		if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), s.runPath(id)) {
			t.Errorf("%s: opened with %v", what, err)
		}
		if _, err := s.ResumeRun(id); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: resumed with %v", what, err)
		}
		runs, errs := s.Runs()
		if len(runs) != 1 || runs[0].ID != other.Meta().ID || len(errs) != 1 || !errors.Is(errs[0], ErrDamaged) {
			t.Errorf("%s: listed %d runs, %v", what, len(runs), errs)
		}
	}
	if err := s.DeleteRun(id); err != nil {
		t.Errorf("a damaged run cannot be deleted: %v", err)
	}
}

// A file that shrinks while it is open would end the program with SIGBUS.
func TestFileCutWhileOpen(t *testing.T) {
	t.Parallel()
	s, id, _ := storedRun(t, 300)
	f := openRun(t, s, id)
	if err := os.Truncate(s.runPath(id), 4096); err != nil {
		t.Fatal(err)
	}
	if err := f.Load(probes.NewBoard(planOf(300, 1))); !errors.Is(err, ErrDamaged) {
		t.Errorf("loaded with %v", err)
	}
	if o, ok := f.Evidence(4); !ok || !strings.Contains(o.Evidence.Error, "damaged") {
		t.Errorf("the evidence of a lost flow is %+v", o)
	}
}

// Bits that turn anywhere in the file may change what is read; they never end the program.
func TestTurnedBitsNeverPanic(t *testing.T) {
	t.Parallel()
	s, id, file := storedRun(t, 300)
	plan := planOf(300, 1)
	random := rand.New(rand.NewPCG(1, 2))
	refused := 0
	for round := range 800 {
		bad := bytes.Clone(file)
		for range 1 + random.IntN(4) {
			bad[random.IntN(len(bad))] ^= 1 << random.IntN(8)
		}
		if err := os.WriteFile(s.runPath(id), bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if readAll(s, id, plan) != nil {
			refused++
		}
		if round%8 != 0 {
			continue
		}
		if w, err := s.ResumeRun(id); err == nil {
			_ = w.Observe(seen(299)) // it may be refused, or stored; it must return
			_ = w.Close()
		}
	}
	if refused == 0 {
		t.Error("no damage was ever noticed")
	}
}

// forge changes a sound file so that its checksums still hold: what only an attacker writes.
func forge(file []byte, change func(pages func(id int) []byte, meta []byte)) []byte {
	bad := bytes.Clone(file)
	size := int(binary.LittleEndian.Uint32(bad[pageHeader+8:]))
	page := func(id int) []byte { return bad[id*size:] }
	for i := range 2 {
		meta := page(i)[pageHeader : pageHeader+metaSize]
		change(page, meta)
		sum := fnv.New64a()
		_, _ = sum.Write(meta[:metaSize-8])
		binary.LittleEndian.PutUint64(meta[metaSize-8:], sum.Sum64())
	}
	return bad
}

func TestForgedFileIsRefused(t *testing.T) {
	t.Parallel()
	s, id, file := storedRun(t, 300)
	le := binary.LittleEndian
	root := func(meta []byte) int { return int(le.Uint64(meta[16:])) }
	for what, c := range map[string]struct {
		change func(page func(int) []byte, meta []byte)
		want   string
	}{
		"root outside":       {func(_ func(int) []byte, m []byte) { le.PutUint64(m[16:], 1<<40) }, "outside the file"},
		"root is a meta":     {func(_ func(int) []byte, m []byte) { le.PutUint64(m[16:], 1) }, "outside the file"},
		"more than there is": {func(_ func(int) []byte, m []byte) { le.PutUint64(m[40:], 1<<40) }, "cut short"},
		"free list is root":  {func(_ func(int) []byte, m []byte) { le.PutUint64(m[32:], uint64(root(m))) }, "used twice"},
		"no free list":       {func(_ func(int) []byte, m []byte) { le.PutUint64(m[32:], 1<<64-1) }, "list of free pages"},
		"wrong page number":  {func(p func(int) []byte, m []byte) { le.PutUint64(p(root(m)), 77) }, "says that it is page 77"},
		"no node":            {func(p func(int) []byte, m []byte) { le.PutUint16(p(root(m))[8:], freePage) }, "no node of a tree"},
		"too many elements":  {func(p func(int) []byte, m []byte) { le.PutUint16(p(root(m))[10:], 60000) }, "more elements than room"},
		"pages without end":  {func(p func(int) []byte, m []byte) { le.PutUint32(p(root(m))[12:], 1<<31) }, "outside the file"},
		"a loop": {func(p func(int) []byte, m []byte) {
			b := p(root(m))
			le.PutUint16(b[8:], branchPage)
			le.PutUint64(b[pageHeader+8:], uint64(root(m)))
		}, "used twice"},
		"value outside":    {func(p func(int) []byte, m []byte) { le.PutUint32(p(root(m))[pageHeader+12:], 1<<31) }, "a value lies outside"},
		"entry of no kind": {func(p func(int) []byte, m []byte) { le.PutUint32(p(root(m))[pageHeader:], 2) }, "an entry that we never write"},
		"free list too long": {func(p func(int) []byte, m []byte) {
			le.PutUint16(p(int(le.Uint64(m[32:])))[10:], 4000)
		}, "longer than its pages"},
		"root page is free": {func(p func(int) []byte, m []byte) {
			b := p(int(le.Uint64(m[32:])))
			le.PutUint16(b[10:], 1)
			le.PutUint64(b[pageHeader:], uint64(root(m)))
		}, "used twice"},
	} {
		if err := os.WriteFile(s.runPath(id), forge(file, c.change), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := readAll(s, id, planOf(300, 1)); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// A sound database with the wrong things in it is damage too, and says where.
func TestWrongContentIsDamage(t *testing.T) {
	t.Parallel()
	put := func(bucket string, k, v []byte) func(*bbolt.Tx) error {
		return func(tx *bbolt.Tx) error { return tx.Bucket([]byte(bucket)).Put(k, v) }
	}
	fact := func(key string, kind frameKind, text string) func(*bbolt.Tx) error {
		return func(tx *bbolt.Tx) error { return putFrame(tx, key, kind, []byte(text)) }
	}
	add := func(b []byte) func(*bbolt.Tx) error { // behind the end of the log
		return func(tx *bbolt.Tx) error {
			log := tx.Bucket([]byte(logBucket))
			k, v := log.Cursor().Last()
			return appendLog(log, binary.BigEndian.Uint64(k)+uint64(len(v)), b)
		}
	}
	record := framed(t, 300, probes.Observation{Flow: 1, Class: probes.Silence, At: began})
	class := reframe(t, record, func(f *frame) { f.first[2] = 99 })
	host := func(first ...byte) []byte {
		return reframe(t, record, func(f *frame) { f.kind, f.first = hostFrame, first })
	}
	chunk := func(change func(v []byte) []byte) func(*bbolt.Tx) error { // the first one
		return func(tx *bbolt.Tx) error {
			k, v := tx.Bucket([]byte(logBucket)).Cursor().First()
			return tx.Bucket([]byte(logBucket)).Put(k, change(bytes.Clone(v)))
		}
	}
	for what, c := range map[string]struct {
		change func(*bbolt.Tx) error
		want   string
	}{
		"unknown class":    {add(class), "flow 1: unknown class 99"},
		"half a frame":     {add(record[:28]), "cut short behind record 300"},
		"half a head":      {add(record[:20]), "cut short behind record 300"},
		"no frame":         {add(bytes.Repeat([]byte("x"), 100)), "no frame where one belongs"},
		"a huge frame":     {add([]byte(frameMagic + "\x00\x00\x00\x00\x01\x00\x00\x01\x00\x00\x00\x00\x7f\xff\xff\xff\x00\x00\x00\x00")), "a frame of 2147483671 bytes"},
		"a turned bit":     {chunk(func(v []byte) []byte { v[1000] ^= 1; return v }), "is not as it was written"},
		"a short chunk":    {chunk(func(v []byte) []byte { return v[:1000] }), "of the log is missing"},
		"a missing chunk":  {func(tx *bbolt.Tx) error { return tx.Bucket([]byte(logBucket)).Delete(chunkKey(0)) }, "byte 0 of the log is missing"},
		"a gap":            {put(logBucket, chunkKey(100*chunkBytes), record), "of the log is missing"},
		"another number":   {add(framed(t, 301, seen(1))), "record 300 is missing"},
		"a long key":       {put(logBucket, []byte("~23456789"), record), "of the log is missing"},
		"a shape there":    {add(reframe(t, record, func(f *frame) { f.kind = shapeFrame })), "kind 3 in the log"},
		"a host too far":   {add(host(0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0, 0)), "too large"},
		"a short host":     {add(host(1, 0)), "hosts: bytes are missing"},
		"a long host":      {add(host(1, 0, 0, 0, 0)), "behind its last host"},
		"gates":            {fact(gatesKey, gatesFrame, "[]"), "gates"},
		"gates of no kind": {fact(gatesKey, metaFrame, "{}"), "gates: another frame"},
		"no record":        {fact(metaKey, metaFrame, "{"), "record of the run"},
		"bare record":      {put(factBucket, []byte(metaKey), []byte("{}")), "meta: no frame"},
		"another's record": {fact(metaKey, metaFrame, `{"ID":"x","State":"complete"}`), `it holds run "x"`},
		"no such state":    {fact(metaKey, metaFrame, `{"State":"\u001b[2J"}`), "unknown state"},
		"a huge record":    {fact(metaKey, metaFrame, strings.Repeat(" ", maxMeta+1)), "longer than"},
		"a lost end":       {func(tx *bbolt.Tx) error { return putEnd(tx, logEnd{next: 301}) }, "the log ends behind record 300, and should behind record 301"},
		"no end":           {fact(endKey, endFrame, ""), "the log ends behind record 300"},
		"a shape's key":    {put(shapeBucket, key(maxShapes), record), "a shape with the key"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			s, id, _ := storedRun(t, 300)
			db, err := bbolt.Open(s.runPath(id), 0o600, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(db.Update(c.change), db.Close()); err != nil {
				t.Fatal(err)
			}
			err = readAll(s, id, planOf(300, 1))
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "damaged") || strings.Contains(err.Error(), "\x1b") {
				t.Errorf("read with: %v", err)
			}
		})
	}
}

func FuzzOpenRun(f *testing.F) {
	_, id, file := storedRun(f, 3)
	f.Add(file)
	f.Add(file[:4096*3])
	dir := f.TempDir()
	plan := planOf(3, 1)
	f.Fuzz(func(t *testing.T, b []byte) {
		s := &Store{dir: filepath.Join(dir, fmt.Sprint(os.Getpid()))}
		if err := os.MkdirAll(filepath.Join(s.dir, runsName), 0o700); err != nil {
			t.Fatal(err)
		}
		// The fuzzer would hardly ever hit upon a right checksum.
		if len(b) >= 2*4096 && binary.LittleEndian.Uint32(b[pageHeader+8:]) == 4096 {
			b = forge(b, func(func(int) []byte, []byte) {})
		}
		if err := os.WriteFile(s.runPath(id), b, 0o600); err != nil {
			t.Fatal(err)
		}
		_ = readAll(s, id, plan) // any error will do: it must come back
	})
}
