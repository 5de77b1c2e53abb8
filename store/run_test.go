package store

import (
	"bytes"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"oobscope/audit"
	"oobscope/probes"
)

func TestRunRoundTrip(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	w := newRun(t, s)
	observe(t, w, span(0, 600)...)
	again := seen(7)
	again.Class, again.Evidence = probes.OpenProto, probes.Evidence{Banner: "second look"}
	gates := probes.Gates{CanarySent: 2, CanaryAnswered: []string{"198.18.3.250:443"}, PacketsSent: 99, Conversations: 12}
	host := probes.HostState{Flags: probes.HostDone | probes.HostHonest, ControlSent: 3, ControlLost: 1}
	if err := errors.Join(w.Observe(again), w.Host(41, probes.HostState{}), w.Host(41, host), w.Gates(gates)); err != nil {
		t.Fatal(err)
	}
	finish(t, w, audit.RunComplete)

	f := openRun(t, s, w.Meta().ID)
	if !bytes.Equal(f.Inputs(), []byte("inputs")) {
		t.Errorf("inputs came back as %q", f.Inputs())
	}
	if m := f.Meta(); m.State != audit.RunComplete || m.Site != "dc1" || !m.Started.Equal(began) || m.Ended.IsZero() {
		t.Errorf("record came back as %+v", m)
	}
	for flow := range 600 {
		want := seen(flow)
		if flow == 7 {
			want = again
		}
		got, ok := f.Evidence(probes.FlowID(flow))
		if !ok || !reflect.DeepEqual(*got, want) {
			t.Fatalf("flow %d came back as\n%+v, want\n%+v", flow, got, want)
		}
	}
	if got, ok := f.Evidence(600); ok {
		t.Errorf("flow 600 was never observed, and came back as %+v", got)
	}

	board := probes.NewBoard(planOf(50, 12))
	if err := f.Load(board); err != nil {
		t.Fatal(err)
	}
	if c := board.Counters(); c.Settled != 600 || c.Packets != 99 || c.Conversations != 12 || c.Elapsed != time.Minute {
		t.Errorf("board counts %+v", c)
	}
	cells, _ := board.Row(0, nil)
	if cells[7].Class != probes.OpenProto || cells[5].At != 5 || cells[5].RTT != 5 {
		t.Errorf("cells came back as %+v", cells)
	}
	if _, state := board.Row(41, nil); state != host {
		t.Errorf("host came back as %+v", state)
	}
	if got := board.Gates(); !reflect.DeepEqual(got.CanaryAnswered, gates.CanaryAnswered) {
		t.Errorf("gates came back as %+v", got)
	}
	if err := f.Load(probes.NewBoard(planOf(10, 12))); !errors.Is(err, ErrDamaged) {
		t.Errorf("loaded on the board of a smaller plan: %v", err)
	}
	if err := f.Load(probes.NewBoard(planOf(40, 15))); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "host 41") {
		t.Errorf("loaded on the board of a plan with fewer hosts: %v", err)
	}
}

func TestEvidenceWhileTheRunIsOn(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	w := newRun(t, s)
	check := func(flow int, what string) {
		t.Helper()
		got, ok := w.Evidence(probes.FlowID(flow))
		if !ok || !reflect.DeepEqual(*got, seen(flow)) {
			t.Errorf("%s: flow %d is %+v", what, flow, got)
		}
	}
	observe(t, w, 1, 2, 3)
	check(2, "just observed")
	if err := w.commit(); err != nil {
		t.Fatal(err)
	}
	observe(t, w, 4)
	check(2, "committed")
	check(4, "waiting")
	if _, ok := w.Evidence(5); ok {
		t.Error("flow 5 was never observed")
	}
	finish(t, w, audit.RunComplete)
	check(4, "after the end")
}

func TestResumeSkipsWhatIsSettled(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	w := newRun(t, s)
	observe(t, w, 0, 3, 64, 130)
	observe(t, w, 9)
	for _, flow := range []probes.FlowID{5, 9, 9} { // what was seen of 9 nobody vouched for in the end
		cut := probes.Observation{Flow: flow, Class: probes.ProbeError, Reason: probes.Cancelled, At: began}
		if err := w.Observe(cut); err != nil {
			t.Fatal(err)
		}
	}
	meta := w.Meta()
	meta.State, meta.Why = audit.RunPartial, "stopped"
	if err := w.Finish(meta); err != nil {
		t.Fatal(err)
	}

	w, err := s.ResumeRun(meta.ID)
	if err != nil {
		t.Fatal(err)
	}
	if m := w.Meta(); m.State != audit.RunRunning || m.Settled != 4 || m.Why != "" {
		t.Errorf("the resumed run is %+v", m)
	}
	settled := w.Settled()
	for flow := range probes.FlowID(200) {
		want := flow == 0 || flow == 3 || flow == 64 || flow == 130
		if settled(flow) != want {
			t.Errorf("flow %d: settled is %v", flow, !want)
		}
	}
	if settled(1 << 31) {
		t.Error("a flow beyond every plan is settled")
	}
	observe(t, w, 5, 6, 9)
	finish(t, w, audit.RunComplete)
	f := openRun(t, s, meta.ID)
	for _, flow := range []int{0, 3, 5, 6, 9, 64, 130} {
		if got, ok := f.Evidence(probes.FlowID(flow)); !ok || !reflect.DeepEqual(*got, seen(flow)) {
			t.Errorf("flow %d came back as %+v", flow, got)
		}
	}
	f.Close()
	if _, err := s.ResumeRun(meta.ID); err == nil || !strings.Contains(err.Error(), "complete") {
		t.Errorf("a complete run was resumed: %v", err)
	}
}

func TestRunListAndDelete(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	first, second := newRun(t, s), newRun(t, s)
	finish(t, first, audit.RunComplete)
	states := func() (out []audit.RunState) {
		t.Helper()
		runs, errs := s.Runs()
		for _, err := range errs {
			t.Error(err)
		}
		for i, r := range runs {
			out = append(out, r.State)
			if i > 0 && r.ID >= runs[i-1].ID {
				t.Errorf("%s is listed behind %s", r.ID, runs[i-1].ID)
			}
		}
		return out
	}
	if got := states(); !reflect.DeepEqual(got, []audit.RunState{audit.RunRunning, audit.RunComplete}) {
		t.Errorf("listed as %v", got)
	}
	if err := s.DeleteRun(second.Meta().ID); !errors.Is(err, ErrLocked) {
		t.Errorf("a run in progress was deleted: %v", err)
	}
	observe(t, second, 1, 2)
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	runs, _ := s.Runs()
	if runs[0].State != audit.RunPartial || runs[0].Settled != 2 || runs[0].Why == "" {
		t.Errorf("a run without an end is listed as %+v", runs[0])
	}
	for _, w := range []*RunWriter{first, second} {
		if err := s.DeleteRun(w.Meta().ID); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(s.runPath(w.Meta().ID)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the file is still there: %v", err)
		}
		if err := s.DeleteRun(w.Meta().ID); !errors.Is(err, ErrNotFound) {
			t.Errorf("deleted twice: %v", err)
		}
		if _, err := s.OpenRun(w.Meta().ID); !errors.Is(err, ErrNotFound) {
			t.Errorf("opened after it was deleted: %v", err)
		}
	}
	if got := states(); len(got) != 0 {
		t.Errorf("still listed: %v", got)
	}
}

// A file that came by hand is listed, one that went by hand is named.
func TestRunListFollowsTheFolder(t *testing.T) {
	t.Parallel()
	from, to := newStore(t), newStore(t)
	w := newRun(t, from)
	observe(t, w, 1)
	finish(t, w, audit.RunComplete)
	id := w.Meta().ID
	if err := os.Rename(from.runPath(id), to.runPath(id)); err != nil {
		t.Fatal(err)
	}
	if runs, errs := to.Runs(); len(errs) != 0 || len(runs) != 1 || runs[0].ID != id || runs[0].State != audit.RunComplete {
		t.Errorf("listed %+v, %v", runs, errs)
	}
	runs, errs := from.Runs()
	if len(runs) != 0 || len(errs) != 1 || !strings.Contains(errs[0].Error(), id) {
		t.Errorf("listed %+v, %v", runs, errs)
	}
	if err := from.DeleteRun(id); err != nil {
		t.Errorf("an entry without a file cannot be deleted: %v", err)
	}
}

func TestRunIDsStayInTheFolder(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	for _, id := range []string{"", "../index", "../../../../../../etc/passwd", strings.Repeat("Z", 26), strings.Repeat("0", 25), strings.Repeat("u", 26)} {
		if _, err := s.OpenRun(id); err == nil {
			t.Errorf("run %q was opened", id)
		}
		if err := s.DeleteRun(id); err == nil {
			t.Errorf("run %q was deleted", id)
		}
		if id == "" {
			continue // NewRun makes one
		}
		if _, err := s.NewRun(audit.Run{ID: id, Started: began}, nil); err == nil {
			t.Errorf("run %q was made", id)
		}
	}
	if _, err := s.NewRun(audit.Run{}, nil); err == nil {
		t.Error("a run without a beginning was made")
	}
}

func TestULIDsSort(t *testing.T) {
	t.Parallel()
	var u ulids
	last := ""
	for i := range 5000 {
		// The clock stands still, jumps back, goes on.
		id := u.next(began.Add(time.Duration(i/100-i/700) * time.Millisecond))
		if !validID(id) || id <= last {
			t.Fatalf("%s comes after %s", id, last)
		}
		last = id
	}
	// The value of the ULID specification's own example.
	example := [16]byte{0x01, 0x56, 0x3e, 0x3a, 0xb5, 0xd3, 0xd6, 0x76, 0x4c, 0x61, 0xef, 0xb9, 0x93, 0x02, 0xbd, 0x5b}
	if got := encodeULID(example); got != "01ARZ3NDEKTSV4RRFFQ69G5FAV" {
		t.Errorf("encoded as %s", got)
	}
}

// A program that is killed before a run has begun leaves no run behind, and is in nobody's way.
func TestRunThatNeverBegan(t *testing.T) {
	t.Parallel()
	const id = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
	for _, left := range []string{"", "half a page"} {
		s := newStore(t)
		if err := os.WriteFile(s.runPath(id)+newSuffix, []byte(left), 0o600); err != nil {
			t.Fatal(err)
		}
		if runs, errs := s.Runs(); len(runs) != 0 || len(errs) != 0 {
			t.Errorf("listed %+v, %v", runs, errs)
		}
		_, sum, err := s.Check(t.Context(), nil)
		if err != nil || len(sum.Left) != 1 {
			t.Errorf("left over are %v, %v", sum.Left, err)
		}
		w, err := s.NewRun(audit.Run{ID: id, Started: began}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.NewRun(audit.Run{ID: id, Started: began}, nil); err == nil || !strings.Contains(err.Error(), "in the store already") {
			t.Errorf("the same run began twice: %v", err)
		}
		finish(t, w, audit.RunComplete)
		if _, err := s.NewRun(audit.Run{ID: id, Started: began}, nil); err == nil || !strings.Contains(err.Error(), "in the store already") {
			t.Errorf("a run that ended began again: %v", err)
		}
		if _, ok := openRun(t, s, id).Evidence(0); ok {
			t.Error("something was observed")
		}
	}
	s := newStore(t)
	first, err := openLocked(s.runPath(id)+newSuffix, os.O_RDWR|os.O_CREATE, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	if _, err := s.NewRun(audit.Run{ID: id, Started: began}, nil); !errors.Is(err, ErrLocked) {
		t.Errorf("two make the same run: %v", err)
	}
}
