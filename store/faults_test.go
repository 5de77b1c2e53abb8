package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"go.etcd.io/bbolt"

	"oobscope/audit"
	"oobscope/probes"
)

// writeAt is how bbolt writes to its file.
type writeAt = func(b []byte, off int64) (int, error)

// onWrite lets between see every write of an open file and decide what becomes of it. bbolt has no door for that,
// so the test goes through the window; a bbolt that was built another way fails here.
func onWrite(t testing.TB, db *bbolt.DB, between func(b []byte, off int64, write writeAt) (int, error)) {
	t.Helper()
	field := reflect.ValueOf(db).Elem().FieldByName("ops").FieldByName("writeAt")
	if !field.IsValid() || field.Type() != reflect.TypeFor[writeAt]() {
		t.Fatal("this version of bbolt writes in another way")
	}
	slot := (*writeAt)(unsafe.Pointer(field.UnsafeAddr()))
	write := *slot
	*slot = func(b []byte, off int64) (int, error) { return between(b, off, write) }
}

// faultFlows is the plan of the runs below, faultBatch how much of it one commit brings.
const faultFlows, faultBatch = 600, 150

// attempt goes on with a run, or begins it, with one commit for each batch of what is not settled, and ends it. It
// says what was safe when a write failed, and returns the first error. between sees the writes.
func attempt(t *testing.T, s *Store, id string, between func(b []byte, off int64, write writeAt) (int, error)) (_ string, safe int, err error) {
	t.Helper()
	var w *RunWriter
	if id == "" {
		w, err = s.NewRun(audit.Run{Started: began, Flows: faultFlows}, []byte("inputs"))
	} else {
		w, err = s.ResumeRun(id)
	}
	if err != nil {
		return id, 0, err
	}
	w.stop() // the commits are those of bring
	onWrite(t, w.read.db, between)
	err = bring(w, func(int) {})
	return w.id, w.ledger.settled, err
}

// bring observes what is not settled of a run, with one commit for each batch, and ends the run, or closes it after
// the first error. say is told after each commit how many flows are safe.
func bring(w *RunWriter, say func(safe int)) (err error) {
	settled := w.Settled()
	for i := range faultFlows {
		flow := i * 7 % faultFlows
		if settled(probes.FlowID(flow)) {
			continue
		}
		if err = w.Observe(seen(flow)); err == nil && len(w.waiting.seen) == faultBatch {
			err = errors.Join(w.Host(flow, probes.HostState{ControlSent: 1}), w.Gates(probes.Gates{PacketsSent: int64(i)}), w.commit())
			if err == nil {
				say(w.ledger.settled)
			}
		}
		if err != nil {
			break
		}
	}
	if err == nil {
		meta := w.Meta()
		meta.State, meta.Settled, meta.Ended = audit.RunComplete, faultFlows, began
		err = w.Finish(meta)
	}
	if err != nil {
		err = errors.Join(err, w.Close())
	}
	return err
}

// checkWhole holds that a run has every flow, once.
func checkWhole(t *testing.T, s *Store, id string) {
	t.Helper()
	r, err := s.openRun(id, os.O_RDONLY, true)
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	r.started = began
	times := map[probes.FlowID]int{}
	end, err := r.walk(logWalker{record: func(_ uint32, o *probes.Observation) error {
		times[o.Flow]++
		return nil
	}})
	if err != nil || end.next != faultFlows || len(times) != faultFlows {
		t.Errorf("%d records of %d flows, want %d, %v", end.next, len(times), faultFlows, err)
	}
	l, _, err := r.ledger()
	list, err2 := r.shapes()
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	for flow := range faultFlows {
		want := seen(flow)
		seq, at, ok := l.find(want.Flow)
		if got := r.evidence(seq, want.Flow, at, list); !ok || !reflect.DeepEqual(*got, want) {
			t.Errorf("flow %d is %+v", flow, got)
		}
	}
}

// Every write of a run fails in turn, wholly or in the middle. Each time the words are clear, what was safe is
// there, the run can be resumed once the disk is well, and then has every flow once.
func TestEveryWriteFailsInTurn(t *testing.T) {
	t.Parallel()
	writes := 0
	_, _, err := attempt(t, quickStore(t), "", func(b []byte, off int64, write writeAt) (int, error) {
		writes++
		return write(b, off)
	})
	if err != nil || writes < 15 {
		t.Fatalf("%d writes, %v", writes, err)
	}
	t.Logf("%d writes", writes)
	for _, c := range []struct {
		name  string
		errno syscall.Errno
		part  int // of 4, what is written all the same
		stays bool
	}{
		{"full", syscall.ENOSPC, 0, true}, {"full in the middle", syscall.ENOSPC, 2, true},
		{"broken for a moment", syscall.EIO, 1, false}, {"written, and yet an error", syscall.EIO, 4, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for k := 1; k <= writes; k++ {
				failKth(t, k, c.errno, c.part, c.stays)
			}
		})
	}
}

func failKth(t *testing.T, k int, errno syscall.Errno, part int, stays bool) {
	t.Helper()
	s, n := quickStore(t), 0
	id, safe, err := attempt(t, s, "", func(b []byte, off int64, write writeAt) (int, error) {
		if n++; n == k || stays && n > k {
			written, _ := write(b[:len(b)*part/4], off)
			return written, &os.PathError{Op: "write", Path: "x", Err: errno}
		}
		return write(b, off)
	})
	if !errors.Is(err, errno) || !strings.Contains(err.Error(), s.runPath(id)) {
		t.Errorf("write %d failed, and the error is: %v", k, err)
	}
	if errno == syscall.ENOSPC && !strings.Contains(err.Error(), "the disk is full: free some space") {
		t.Errorf("write %d: no way out in: %v", k, err)
	}
	runs, errs := s.Runs()
	if len(errs) != 0 || len(runs) != 1 || runs[0].State != audit.RunPartial && runs[0].State != audit.RunComplete || runs[0].Settled < safe {
		t.Fatalf("write %d: %d flows were safe; listed %+v, %v", k, safe, runs, errs)
	}
	if runs[0].State == audit.RunPartial {
		if _, _, err := attempt(t, s, id, func(b []byte, off int64, write writeAt) (int, error) { return write(b, off) }); err != nil {
			t.Fatalf("write %d: resumed with %v", k, err)
		}
	}
	checkWhole(t, s, id)
}

// A writer that is still there when the disk is well again goes on by itself: nobody needs to resume.
func TestFinishAfterTheDiskIsWell(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	w := newRun(t, s)
	w.stop()
	full := true
	onWrite(t, w.read.db, func(b []byte, off int64, write writeAt) (int, error) {
		if full {
			return 0, syscall.ENOSPC
		}
		return write(b, off)
	})
	observe(t, w, span(0, faultFlows)...)
	for range 3 {
		if err := w.commit(); !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("committed to a full disk: %v", err)
		}
	}
	full = false
	finish(t, w, audit.RunComplete)
	checkWhole(t, s, w.id)
}

// diskWrite is one write, as it was asked for.
type diskWrite struct {
	off  int64
	data []byte
}

// A power cut leaves the writes of the last commit half done: some sectors of its pages, or all of them and a part
// of the page that makes them count. Whatever is left, the file is the run as it was before that commit, or after it.
func TestPowerCutInACommit(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	s := quickStore(t)
	w := newRun(t, s)
	w.stop()
	var log []diskWrite
	onWrite(t, w.read.db, func(b []byte, off int64, write writeAt) (int, error) {
		log = append(log, diskWrite{off, append([]byte(nil), b...)})
		return write(b, off)
	})
	before := 0
	for from := 0; from < faultFlows; from += faultBatch {
		image, err := os.ReadFile(s.runPath(w.id))
		if err != nil {
			t.Fatal(err)
		}
		log = nil
		observe(t, w, span(from, from+faultBatch)...)
		if err := w.commit(); err != nil {
			t.Fatal(err)
		}
		after := from + faultBatch
		for cut := range 30 {
			torn := tear(random, image, log, cut%3)
			checkTorn(t, fmt.Sprintf("commit of flow %d, cut %d", from, cut), w.id, torn, before, after)
		}
		before = after
	}
}

// tear applies what a power cut leaves of some writes, the last of which is the page that makes the others count.
func tear(random *rand.Rand, image []byte, log []diskWrite, how int) []byte {
	torn := append([]byte(nil), image...)
	put := func(off int64, data []byte) {
		if grow := int(off) + len(data) - len(torn); grow > 0 {
			torn = append(torn, make([]byte, grow)...)
		}
		copy(torn[off:], data)
	}
	pages, meta := log[:len(log)-1], log[len(log)-1]
	switch how {
	case 0: // any sectors of the pages, in any order, before they were all down
		for _, w := range pages {
			for at := 0; at < len(w.data); at += 512 {
				if random.IntN(2) == 0 {
					put(w.off+int64(at), w.data[at:min(at+512, len(w.data))])
				}
			}
		}
	case 1: // the writes in order, to some byte
		for _, w := range pages[:random.IntN(len(pages)+1)] {
			put(w.off, w.data)
		}
		last := pages[random.IntN(len(pages))]
		put(last.off, last.data[:random.IntN(len(last.data)+1)])
	default: // all pages, and some bytes of the last
		for _, w := range pages {
			put(w.off, w.data)
		}
		put(meta.off, meta.data[:random.IntN(len(meta.data)+1)])
	}
	return torn
}

// checkTorn holds that a file is the run before or after its last commit, and can be gone on with.
func checkTorn(t *testing.T, what, id string, file []byte, before, after int) {
	t.Helper()
	s := quickStore(t)
	if err := os.WriteFile(s.runPath(id), file, 0o600); err != nil {
		t.Fatal(err)
	}
	runs, errs := s.Runs()
	if len(errs) != 0 || len(runs) != 1 || runs[0].State != audit.RunPartial || runs[0].Settled != before && runs[0].Settled != after {
		t.Errorf("%s: listed %+v, %v; want %d or %d flows", what, runs, errs, before, after)
		return
	}
	w, err := s.ResumeRun(id)
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	settled := w.Settled()
	for flow := range faultFlows {
		if settled(probes.FlowID(flow)) != (flow < runs[0].Settled) {
			t.Errorf("%s: of %d flows in order, flow %d is settled: %v", what, runs[0].Settled, flow, settled(probes.FlowID(flow)))
			break
		}
	}
	observe(t, w, span(runs[0].Settled, faultFlows)...)
	finish(t, w, audit.RunComplete)
	checkWhole(t, s, id)
}
