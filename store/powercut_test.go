package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"testing"
	"unsafe"

	"go.etcd.io/bbolt"

	"oobscope/audit"
)

// platter is a disk under an open run file: what a power cut would leave of it. A sync that fails loses what was
// written since the last one, some or all, and the system shows it all the same: the next sync says nothing of it.
type platter struct {
	t       *testing.T
	random  *rand.Rand
	db      *bbolt.DB
	good    *os.File // the handle of db
	bad     *os.File // one that cannot be synced
	pages   int      // bytes of both meta pages
	durable []byte
	pending []diskWrite
	fail    bool // the sync of the pages fails
	failTop bool // the sync of the page that makes them count
	cut     func(left []byte)
}

func newPlatter(t *testing.T, f *dbFile) *platter {
	t.Helper()
	b, err := os.ReadFile(f.path)
	if err != nil {
		t.Fatal(err)
	}
	r, bad, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = r.Close(), bad.Close() })
	p := &platter{t: t, random: rand.New(rand.NewPCG(7, 8)), db: f.db, good: f.held, bad: bad,
		pages: 2 * f.db.Info().PageSize, durable: b, cut: func([]byte) {}}
	onWrite(t, f.db, p.write)
	f.writeAt = func(b []byte, off int64) (int, error) { return p.write(b, off, f.held.WriteAt) }
	f.sync = func() error { p.synced(); return nil }
	return p
}

// handle sets what bbolt syncs.
func (p *platter) handle(f *os.File) {
	field := reflect.ValueOf(p.db).Elem().FieldByName("file")
	if !field.IsValid() || field.Type() != reflect.TypeFor[*os.File]() {
		p.t.Fatal("this version of bbolt syncs in another way")
	}
	*(**os.File)(unsafe.Pointer(field.UnsafeAddr())) = f
}

func (p *platter) write(b []byte, off int64, write writeAt) (int, error) {
	top := int(off) < p.pages
	if !top && len(p.pending) > 0 && int(p.pending[0].off) < p.pages {
		p.synced() // the transaction before ended well
	}
	switch {
	case top && len(p.pending) > 0 && int(p.pending[0].off) >= p.pages:
		p.synced() // bbolt comes to this page when the others are down
		if p.failTop {
			p.handle(p.bad)
		}
	case p.fail:
		p.handle(p.bad)
	}
	p.pending = append(p.pending, diskWrite{off, append([]byte(nil), b...)})
	n, err := write(b, off)
	p.cut(p.left())
	return n, err
}

func (p *platter) synced() {
	p.durable = apply(p.durable, p.pending, func() bool { return true })
	p.pending = nil
}

// left is the disk after a power cut now: of what is not synced any sector may be down.
func (p *platter) left() []byte {
	return apply(p.durable, p.pending, func() bool { return p.random.IntN(2) == 0 })
}

// mend makes the disk well again. What failed to be synced is gone.
func (p *platter) mend() {
	p.durable = apply(p.durable, p.pending, func() bool { return p.random.IntN(3) == 0 && !p.failTop })
	p.pending, p.fail, p.failTop = nil, false, false
	p.handle(p.good)
}

func apply(image []byte, writes []diskWrite, down func() bool) []byte {
	image = append([]byte(nil), image...)
	for _, w := range writes {
		for at := 0; at < len(w.data); at += 512 {
			if !down() {
				continue
			}
			part := w.data[at:min(at+512, len(w.data))]
			if grow := int(w.off) + at + len(part) - len(image); grow > 0 {
				image = append(image, make([]byte, grow)...)
			}
			copy(image[int(w.off)+at:], part)
		}
	}
	return image
}

// A sync fails, the run tries again, by the same writer or after a resume, and then the power is cut in the middle of
// that. Whenever that happens, what was said to be safe is there.
func TestPowerCutAfterAFailedSync(t *testing.T) {
	t.Parallel()
	for _, top := range []bool{false, true} {
		for _, again := range []bool{false, true} {
			for failing := range faultFlows / faultBatch {
				if failing%2 > 0 && os.Getenv("OOBSCOPE_KILLS") == "" {
					continue // the thorough test has all of them
				}
				t.Run(fmt.Sprintf("top %v, resumed %v, commit %d", top, again, failing), func(t *testing.T) {
					t.Parallel()
					cutAfterFailedSync(t, top, again, failing)
				})
			}
		}
	}
}

func cutAfterFailedSync(t *testing.T, top, again bool, failing int) {
	s := quickStore(t)
	w := newRun(t, s)
	w.stop()
	p := newPlatter(t, w.read.dbFile)
	cuts := 0
	for from := 0; from < faultFlows; from += faultBatch {
		after := from + faultBatch
		p.cut = func(left []byte) {
			if from/faultBatch-failing <= 1 && from/faultBatch >= failing && (cuts < 2 || p.random.IntN(4) == 0) { // the one that fails, and the one behind it
				cuts++
				checkTorn(t, fmt.Sprintf("in the commit of flow %d", from), w.id, left, from, after)
			}
		}
		observe(t, w, span(from, after)...)
		if from == failing*faultBatch {
			p.fail, p.failTop = !top, top
			if err := w.commit(); err == nil {
				t.Fatal("a commit whose sync fails was taken for one")
			}
			p.mend()
			if again {
				w, p = reopened(t, s, w, p)
				observe(t, w, span(w.ledger.settled, after)...)
			}
		}
		if err := w.commit(); err != nil {
			t.Fatal(err)
		}
		p.synced()
	}
	p.cut = func([]byte) {}
	finish(t, w, audit.RunComplete)
	checkWhole(t, s, w.id)
	if cuts < 2 {
		t.Errorf("the power was cut %d times", cuts)
	}
	t.Logf("%d cuts", cuts)
}

// reopened is the run in the hands of the next process, on the disk as it is.
func reopened(t *testing.T, s *Store, w *RunWriter, p *platter) (*RunWriter, *platter) {
	t.Helper()
	if err := w.read.close(); err != nil {
		t.Fatal(err)
	}
	r, err := s.openRun(w.id, os.O_RDWR, true)
	if err != nil {
		t.Fatal(err)
	}
	next := newPlatter(t, r.dbFile)
	next.durable, next.cut = p.durable, p.cut
	w2 := &RunWriter{store: s, id: w.id, read: r}
	list, err := w2.reopen()
	if err != nil {
		t.Fatal(err)
	}
	w2.start(list)
	w2.stop()
	t.Cleanup(func() { _ = errors.Join(w2.Close()) })
	return w2, next
}
