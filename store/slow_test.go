package store

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"

	"oobscope/audit"
	"oobscope/probes"
)

// A slow disk holds back who observes; when it wakes up, everything arrives in order.
func TestSlowDiskHoldsBack(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	synctest.Test(t, func(t *testing.T) {
		w, err := s.NewRun(audit.Run{Started: began}, nil)
		if err != nil {
			t.Fatal(err)
		}
		disk := make(chan struct{})
		write := w.put
		w.put = func(b *batch, order []int32) ([]place, error) { <-disk; return write(b, order) }
		const n = maxWaiting + 100
		done := 0
		go func() {
			for flow := range n {
				if err := w.Observe(probes.Observation{Flow: probes.FlowID(flow), Class: probes.SilenceUnproven, At: began}); err != nil {
					t.Error(err)
				}
				done++
			}
		}()
		synctest.Wait()
		if done != maxWaiting {
			t.Errorf("%d observations were taken while the disk stood still, want %d", done, maxWaiting)
		}
		close(disk)
		synctest.Wait()
		if done != n {
			t.Errorf("%d of %d observations were taken after the disk woke up", done, n)
		}
		if err := w.Finish(audit.Run{Started: began, State: audit.RunComplete}); err != nil {
			t.Fatal(err)
		}
		f := openRun(t, s, w.Meta().ID)
		if l, err := f.ledger(); err != nil || l.settled != n {
			t.Errorf("%d of %d observations arrived, %v", l.settled, n, err)
		}
		f.Close()
	})
}

// Nothing needs to be full for a commit: a quarter of a second is enough.
func TestCommitComesByTime(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	synctest.Test(t, func(t *testing.T) {
		w, err := s.NewRun(audit.Run{Started: began}, nil)
		if err != nil {
			t.Fatal(err)
		}
		committed := make(chan int, 1)
		write := w.put
		w.put = func(b *batch, order []int32) ([]place, error) {
			places, err := write(b, order)
			committed <- len(b.seen)
			return places, err
		}
		observe(t, w, 1, 2, 3)
		if got := <-committed; got != 3 {
			t.Errorf("%d observations were committed", got)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// A failed commit reaches the next call and everybody who waits. When the disk is well again, Finish
// brings what was kept: nothing is lost.
func TestWriteErrorSurfaces(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	full := errors.New("write: the disk is full")
	synctest.Test(t, func(t *testing.T) {
		w, err := s.NewRun(audit.Run{Started: began}, nil)
		if err != nil {
			t.Fatal(err)
		}
		write := w.put
		w.put = func(*batch, []int32) ([]place, error) { return nil, full }
		observe(t, w, span(0, commitEach)...)
		synctest.Wait()
		for what, err := range map[string]error{
			"Observe": w.Observe(seen(1)), "Host": w.Host(0, probes.HostState{}), "Gates": w.Gates(probes.Gates{}),
			"Finish": w.Finish(audit.Run{Started: began, State: audit.RunPartial}),
		} {
			if !errors.Is(err, full) {
				t.Errorf("%s says: %v", what, err)
			}
		}
		if got, ok := w.Evidence(7); !ok || !reflect.DeepEqual(*got, seen(7)) {
			t.Errorf("flow 7 is %+v", got)
		}
		w.put = write
		if err := w.Finish(audit.Run{Started: began, State: audit.RunPartial}); err != nil {
			t.Fatal(err)
		}
		f := openRun(t, s, w.Meta().ID)
		if l, err := f.ledger(); err != nil || l.settled != commitEach {
			t.Errorf("%d of %d observations arrived, %v", l.settled, commitEach, err)
		}
		f.Close()
	})
}

// Whoever waits for room when the disk fails is told, too.
func TestWriteErrorFreesWhoWaits(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	synctest.Test(t, func(t *testing.T) {
		w, err := s.NewRun(audit.Run{Started: began}, nil)
		if err != nil {
			t.Fatal(err)
		}
		disk, full := make(chan struct{}), errors.New("no space")
		w.put = func(*batch, []int32) ([]place, error) { <-disk; return nil, full }
		var last error
		go func() {
			for last == nil {
				last = w.Observe(probes.Observation{Class: probes.SilenceUnproven, At: began})
			}
		}()
		synctest.Wait()
		close(disk)
		synctest.Wait()
		if !errors.Is(last, full) {
			t.Errorf("the one who waited was told: %v", last)
		}
		if err := w.Close(); !errors.Is(err, full) {
			t.Errorf("Close says: %v", err)
		}
		if err := w.Close(); err != nil {
			t.Errorf("Close a second time says: %v", err)
		}
	})
}

func TestNothingIsTakenAfterTheEnd(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	w := newRun(t, s)
	finish(t, w, audit.RunComplete)
	for what, err := range map[string]error{
		"Observe": w.Observe(seen(1)), "Host": w.Host(0, probes.HostState{}), "Gates": w.Gates(probes.Gates{}),
		"Finish": w.Finish(audit.Run{}),
	} {
		if err == nil || !strings.Contains(err.Error(), "closed") {
			t.Errorf("%s after the end says: %v", what, err)
		}
	}
}

func TestWhatCannotBeStoredIsRefused(t *testing.T) {
	t.Parallel()
	w := newRun(t, newStore(t))
	for what, err := range map[string]error{
		"nothing observed":   w.Observe(probes.Observation{}),
		"a flow beyond all":  w.Observe(probes.Observation{Flow: maxFlows, Class: probes.Silence}),
		"an unknown class":   w.Observe(probes.Observation{Class: 200}),
		"an unknown reason":  w.Observe(probes.Observation{Class: probes.Silence, Reason: 200}),
		"a host below all":   w.Host(-1, probes.HostState{}),
		"a host beyond all ": w.Host(maxFlows, probes.HostState{}),
	} {
		if err == nil {
			t.Errorf("%s was taken", what)
		}
	}
}
