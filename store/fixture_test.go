package store

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"oobscope/audit"
	"oobscope/probes"
)

// The runs of testdata/schema1: one that ended, one that was killed, one of a real audit of three simulated hosts.
const (
	endedRun  = "01KANRKD800000000000000001"
	killedRun = "01KANRKD800000000000000002"
	auditRun  = "01M8F4CFX56JPVGJV7H5B5J3QW"
)

// oldStore is a copy of a store as an older program left it.
func oldStore(t testing.TB, schema string) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "store")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", schema))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// kept is what the older program put into its runs, in order, written down beside the store.
func kept(t testing.TB, file string) map[string][]probes.Observation {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := map[string][]probes.Observation{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var row struct {
			Run, Class string
			O          probes.Observation
		}
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		if row.O.Class.String() != row.Class {
			t.Fatalf("class %d means %s now, and meant %s: stored runs would be read wrongly", row.O.Class, row.O.Class, row.Class)
		}
		out[row.Run] = append(out[row.Run], row.O)
	}
	if err := lines.Err(); err != nil || len(out) == 0 {
		t.Fatalf("%d runs, %v", len(out), err)
	}
	return out
}

// A store of schema 1 opens after a copy and a migration, with all that is in it.
func TestStoreOfSchema1(t *testing.T) {
	t.Parallel()
	dir := oldStore(t, "schema1")
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	checkLibrary(t, s)
	runs, errs := s.Runs()
	if len(errs) != 0 || len(runs) != 3 || runs[0].ID != auditRun || runs[1].ID != killedRun || runs[2].ID != endedRun {
		t.Fatalf("listed %+v, %v", runs, errs)
	}
	if runs[0].State != audit.RunComplete || runs[0].Settled != 22 || runs[1].State != audit.RunPartial || runs[1].Settled != 119 {
		t.Errorf("listed %+v", runs)
	}
	for id, list := range kept(t, "schema1.jsonl") {
		checkKept(t, s, id, list)
	}
	for path, before := range map[string]format{
		filepath.Join(dir, indexName): {kind: "index", buckets: []string{kitBucket, siteBucket, runBucket, settingBucket}},
		s.runPath(auditRun):           {kind: "run", buckets: []string{factBucket, oldFlowBucket, oldEvidenceBucket, oldHostBucket}},
	} {
		old, err := before.open(copyName(path, 1), os.O_RDONLY, 0)
		if err != nil {
			t.Errorf("the copy does not open as schema 1: %v", err)
			continue
		}
		if err := old.close(); err != nil {
			t.Error(err)
		}
	}
}

// A store of schema 2 opens as what it is: the layout of its frames never changes under its number.
func TestStoreOfSchema2(t *testing.T) {
	t.Parallel()
	s, err := Open(oldStore(t, "schema2"))
	if err != nil {
		t.Fatal(err)
	}
	checkLibrary(t, s)
	runs, errs := s.Runs()
	if len(errs) != 0 || len(runs) != 2 || runs[0].State != audit.RunPartial || runs[0].Settled != 119 || runs[1].State != audit.RunComplete {
		t.Fatalf("listed %+v, %v", runs, errs)
	}
	for id, list := range kept(t, "schema2.jsonl") {
		checkKept(t, s, id, list)
	}
	if list, sum, err := s.Check(t.Context(), nil); err != nil || len(list) != 0 || sum.Observations != 121+121 {
		t.Errorf("found %+v, %+v, %v", list, sum, err)
	}
	if in := s.Info(); indexFormat.schema() == 2 && runFormat.schema() == 2 && in.CopyBytes != 0 {
		t.Errorf("%d bytes of copies were made, and nothing was to be lifted", in.CopyBytes)
	}
}

// A damaged file of schema 1 is not lifted, and is named.
func TestDamagedRunOfSchema1(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		bucket string
		key    []byte
		value  string
		want   string
	}{
		"class":         {oldFlowBucket, key(80), strings.Repeat("\xee", 40*oldRecordSize), "a run has 16777216 flows"},
		"gap":           {oldFlowBucket, key(300), "x", "record 121 is missing"},
		"half a record": {oldFlowBucket, key(80), "x", "record 80 is missing"},
		"evidence":      {oldEvidenceBucket, key(0), "{", "flow 0: evidence"},
		"host":          {oldHostBucket, key(0), "x", "a host with the key 00000000 and 1 bytes"},
		"record":        {factBucket, []byte(metaKey), "[]", "record of the run"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			s, err := Open(oldStore(t, "schema1"))
			if err != nil {
				t.Fatal(err)
			}
			db, err := bbolt.Open(s.runPath(endedRun), 0o600, nil)
			if err != nil {
				t.Fatal(err)
			}
			err = db.Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte(c.bucket)).Put(c.key, []byte(c.value)) })
			if err := errors.Join(err, db.Close()); err != nil {
				t.Fatal(err)
			}
			for range 2 { // it stays as it was
				_, err := s.OpenRun(endedRun)
				if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), endedRun) {
					t.Errorf("opened with %v", err)
				}
			}
		})
	}
}

func checkLibrary(t *testing.T, s *Store) {
	t.Helper()
	if list, errs := s.Kits(); len(errs) != 0 || len(list) != 1 || ref(list[0]) != "bmc_exposure_watch@1.0.0" {
		t.Errorf("kits: %v, %v", list, errs)
	}
	if list, errs := s.Sites(); len(errs) != 0 || len(list) != 1 || list[0].Name != "dc1" || !list[0].Used.Equal(began) {
		t.Errorf("sites: %v, %v", list, errs)
	}
	if refs, err := s.Active(); err != nil || !reflect.DeepEqual(refs, []string{"bmc_exposure_watch@1.0.0"}) {
		t.Errorf("kits in force: %v, %v", refs, err)
	}
}

// checkKept holds that a run has exactly the observations of list, the later one where a flow comes twice.
func checkKept(t *testing.T, s *Store, id string, list []probes.Observation) {
	t.Helper()
	latest := map[probes.FlowID]probes.Observation{}
	for _, o := range list {
		latest[o.Flow] = o
	}
	f := openRun(t, s, id)
	for flow := range probes.FlowID(200) {
		want, known := latest[flow]
		got, ok := f.Evidence(flow)
		if ok != known || ok && !reflect.DeepEqual(*got, want) {
			t.Errorf("run %s, flow %d is\n%+v, want\n%+v", id, flow, got, want)
		}
	}
	board := probes.NewBoard(planOf(100, 2))
	if err := f.Load(board); err != nil {
		t.Fatal(err)
	}
	if c, g := board.Counters(), board.Gates(); c.Settled != len(latest) || c.Finished != 3 || g.PacketsSent != 80 || len(g.CanaryAnswered) != 1 {
		t.Errorf("run %s: the board counts %+v, %+v", id, c, g)
	}
	if string(f.Inputs()) != "inputs" {
		t.Errorf("run %s: inputs %q", id, f.Inputs())
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}

// A run that an older program was killed in goes on where it stopped.
func TestResumeRunOfSchema1(t *testing.T) {
	t.Parallel()
	s, err := Open(oldStore(t, "schema1"))
	if err != nil {
		t.Fatal(err)
	}
	list := kept(t, "schema1.jsonl")[killedRun]
	w, err := s.ResumeRun(killedRun)
	if err != nil {
		t.Fatal(err)
	}
	settled := w.Settled()
	for flow := range 200 {
		if settled(probes.FlowID(flow)) {
			continue
		}
		o := seen(flow)
		if err := w.Observe(o); err != nil {
			t.Fatal(err)
		}
		list = append(list, o)
	}
	if len(list) != 121+81 { // one of the 120 flows of the 121 was cut off at last, and is asked again
		t.Errorf("%d flows were asked", len(list))
	}
	finish(t, w, audit.RunComplete)
	checkKept(t, s, killedRun, list)
	if _, err := s.ResumeRun(killedRun); err == nil || errors.Is(err, ErrDamaged) {
		t.Errorf("a complete run was resumed: %v", err)
	}
}
