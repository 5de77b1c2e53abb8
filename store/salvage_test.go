package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"oobscope/audit"
	"oobscope/probes"
)

// salvaged checks a run that was salvaged: what is there is right. It returns how much that is.
func checkSalvaged(t *testing.T, s *Store, id string) (n int) {
	t.Helper()
	f := openRun(t, s, id)
	defer f.Close()
	if m := f.Meta(); m.State != audit.RunPartial || !strings.HasPrefix(m.Why, "salvaged from ") || !m.Started.Equal(began) || string(f.Inputs()) != "inputs" {
		t.Errorf("the salvaged run is %+v, inputs %q", m, f.Inputs())
	}
	for flow := range 300 {
		want := seen(flow)
		got, ok := f.Evidence(want.Flow)
		if !ok {
			continue
		}
		if strings.HasPrefix(got.Evidence.Error, "the evidence was lost") {
			want.Evidence = got.Evidence
		}
		if !reflect.DeepEqual(*got, want) {
			t.Errorf("flow %d is %+v", flow, got)
		}
		n++
	}
	if m := f.Meta(); m.Settled != n {
		t.Errorf("it says that %d flows are settled, and has %d", m.Settled, n)
	}
	return n
}

// spoil turns a bit in every frame of a kind, also in the pages that were given up.
func spoil(t *testing.T, path string, kind frameKind) {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at+frameHead < len(file); at++ {
		if string(file[at:at+4]) == frameMagic && file[at+8] == byte(kind) {
			file[at+4] ^= 1
		}
	}
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestSalvageOfASoundRun(t *testing.T) {
	t.Parallel()
	s, id, file := storedRun(t, 300)
	elsewhere := filepath.Join(t.TempDir(), "from-a-stick.db")
	if err := os.WriteFile(elsewhere, file, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, from := range []string{id, s.runPath(id), elsewhere} {
		out, err := s.Salvage(from)
		if err != nil || out.Observations != 300 || out.Evidence != 0 || out.Lost != "no observation" || out.Run == id {
			t.Fatalf("%s: %+v, %v", from, out, err)
		}
		if n := checkSalvaged(t, s, out.Run); n != 300 {
			t.Errorf("%s: %d of 300 flows", from, n)
		}
	}
	w, err := s.ResumeRun(id) // the former is as it was
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

// Whatever page of a file is ruined, the check names the file and the run, and what the others hold comes out.
func TestEveryPageIsRuinedInTurn(t *testing.T) {
	t.Parallel()
	s, id, file := storedRun(t, 300)
	path := s.runPath(id)
	random := rand.New(rand.NewPCG(5, 6))
	unharmed := 0
	for page := 0; page < len(file)/4096; page++ {
		for how, ruin := range map[string]func(b []byte){
			"zeroed": func(b []byte) { clear(b) },
			"turned": func(b []byte) { b[random.IntN(len(b))] ^= 1 << random.IntN(8) },
			"noise": func(b []byte) {
				for i := range b {
					b[i] = byte(random.Uint32())
				}
			},
		} {
			bad := bytes.Clone(file)
			ruin(bad[page*4096 : (page+1)*4096])
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			list, _, err := s.Check(context.Background(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if len(list) == 0 {
				unharmed++ // a page that is not in use, or the older of the first two
				continue
			}
			if len(list) != 1 || list[0].Run != id || list[0].File != path || list[0].What == "" || list[0].Lost == "" {
				t.Errorf("page %d, %s: found %+v", page, how, list)
			}
			out, err := s.Salvage(id)
			if err != nil {
				if !strings.Contains(err.Error(), "what the run was planned from is lost") {
					t.Errorf("page %d, %s: %v", page, how, err)
				}
				continue
			}
			n := checkSalvaged(t, s, out.Run)
			if int64(n) != out.Observations || n < 300 && out.Lost != fmt.Sprintf("%d observations", 300-n) {
				t.Errorf("page %d, %s: %d of 300 flows; %+v", page, how, n, out)
			}
			if err := s.DeleteRun(out.Run); err != nil {
				t.Error(err)
			}
		}
	}
	if unharmed == 3*len(file)/4096 {
		t.Error("no damage was ever noticed")
	}
}

func TestSalvageOfWhatIsLeft(t *testing.T) {
	t.Parallel()
	s, id, file := storedRun(t, 300)
	path := s.runPath(id)
	for what, c := range map[string]struct {
		content []byte
		least   int
		want    string // of the error
	}{
		"no first pages":  {append(make([]byte, 2*4096), file[2*4096:]...), 300, ""},
		"empty":           {nil, 0, "nothing of a run is in it"},
		"noise":           {bytes.Repeat([]byte{0xA5}, 1<<16), 0, "nothing of a run is in it"},
		"only the head":   {file[:4096*2], 0, "nothing of a run is in it"},
		"another program": {[]byte(strings.Repeat("SQLite format 3", 999)), 0, "nothing of a run is in it"},
	} {
		if err := os.WriteFile(path, c.content, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := s.Salvage(id)
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("%s: %v", what, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", what, err)
		} else if n := checkSalvaged(t, s, out.Run); n < c.least {
			t.Errorf("%s: %d of 300 flows, %+v", what, n, out)
		}
	}
	most := 0
	for pages := 2; pages < len(file)/4096; pages++ { // cut short, wherever
		if err := os.WriteFile(path, file[:pages*4096+100], 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := s.Salvage(id)
		switch {
		case err == nil:
			most = max(most, checkSalvaged(t, s, out.Run))
		case !strings.Contains(err.Error(), "nothing of a run is in it") && !strings.Contains(err.Error(), "what the run was planned from is lost"):
			t.Errorf("cut behind page %d: %v", pages, err)
		}
	}
	if most < 100 {
		t.Errorf("%d of 300 flows came out of a file that was cut short", most)
	}
	if _, err := s.Salvage("01ARZ3NDEKTSV4RRFFQ69G5FAV"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a run that is not there: %v", err)
	}
	w := newRun(t, s)
	if _, err := s.Salvage(w.id); !errors.Is(err, ErrLocked) {
		t.Errorf("a run in progress: %v", err)
	}
}

// A run whose own record is lost goes by the list, and where that does not know it by the moment in its name.
func TestSalvageWithoutARecord(t *testing.T) {
	t.Parallel()
	s, id, _ := storedRun(t, 300)
	spoil(t, s.runPath(id), metaFrame)
	file, err := os.ReadFile(s.runPath(id))
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.Salvage(id)
	if err != nil || checkSalvaged(t, s, out.Run) != 300 {
		t.Fatalf("%+v, %v", out, err)
	}
	other := newStore(t)
	if err := os.WriteFile(other.runPath(id), file, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err = other.Salvage(id)
	if err != nil || checkSalvaged(t, other, out.Run) != 300 {
		t.Errorf("%+v, %v", out, err)
	}
	stick := filepath.Join(t.TempDir(), "stick.db")
	if err := os.WriteFile(stick, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Salvage(stick); err == nil || !strings.Contains(err.Error(), "is not named after it") {
		t.Errorf("a file without record or name: %v", err)
	}
}

// When a shape is lost, the observations come out all the same, and say what they lack.
func TestSalvageWithoutAShape(t *testing.T) {
	t.Parallel()
	s, id, _ := storedRun(t, 300)
	spoil(t, s.runPath(id), shapeFrame)
	list, sum, err := s.Check(context.Background(), nil)
	if err != nil || len(list) != 1 || !strings.Contains(list[0].What, "shape 0 is lost") || sum.Runs != 0 {
		t.Errorf("found %+v, %+v, %v", list, sum, err)
	}
	out, err := s.Salvage(id)
	if err != nil || out.Observations != 300 || out.Evidence == 0 {
		t.Fatalf("%+v, %v", out, err)
	}
	checkSalvaged(t, s, out.Run)
	f := openRun(t, s, id)
	if o, ok := f.Evidence(0); !ok || !strings.Contains(o.Evidence.Error, "its shape 0 is lost") {
		t.Errorf("flow 0 is %+v", o)
	}
	if err := f.Load(probes.NewBoard(planOf(300, 1))); err != nil {
		t.Errorf("what was observed does not load: %v", err)
	}
}

func TestCheckOfASoundStore(t *testing.T) {
	t.Parallel()
	s, err := Open(oldStore(t, "schema1"))
	if err != nil {
		t.Fatal(err)
	}
	busy := newRun(t, s)
	var files []string
	list, sum, err := s.Check(context.Background(), func(file string) { files = append(files, file) })
	if err != nil || len(list) != 0 || sum.Runs != 3 || sum.Observations != 121+121+23 || len(files) != 6 {
		t.Errorf("found %+v, %+v, %v in %v", list, sum, err, files)
	}
	if !reflect.DeepEqual(sum.Busy, []string{busy.id}) || len(sum.Left) != 0 {
		t.Errorf("busy %v, left %v", sum.Busy, sum.Left)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := s.Check(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled check ends with %v", err)
	}
}

// A check names everything that is wrong, in the index too, and the index may be gone altogether.
func TestCheckOfTheIndex(t *testing.T) {
	t.Parallel()
	s, err := Open(oldStore(t, "schema1"))
	if err != nil {
		t.Fatal(err)
	}
	for bucket, text := range map[string]string{kitBucket: `{"digest":"x","raw":"AAAA"}`, siteBucket: "[]", runBucket: "{}", waiverBucket: "1", baselineBucket: "x"} {
		err := s.update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte(bucket)).Put([]byte("broken"), []byte(text)) })
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(putSetting(s, activeKey, "{"), putSetting(s, retentionKey, "{")); err != nil {
		t.Fatal(err)
	}
	left := []string{filepath.Join(s.dir, runsName, "01ARZ3NDEKTSV4RRFFQ69G5FAV.db"+shownSuffix), s.indexPath() + ".schema1.part"}
	for _, name := range left {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	list, sum, err := s.Check(context.Background(), nil)
	if err != nil || len(list) != 7 || len(sum.Left) != 2 {
		t.Errorf("%d found: %+v, left %v, %v", len(list), list, sum.Left, err)
	}
	for _, d := range list {
		if d.File != s.indexPath() || d.Run != "" || !strings.Contains(d.What, "damaged: ") {
			t.Errorf("found %+v", d)
		}
	}
	if err := os.WriteFile(s.indexPath(), []byte(strings.Repeat("x", 9000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(s.dir); !errors.Is(err, ErrDamaged) {
		t.Errorf("opened with %v", err)
	}
	blind, err := Inspect(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	list, sum, err = blind.Check(context.Background(), nil)
	if err != nil || len(list) != 1 || list[0].File != s.indexPath() || !strings.Contains(list[0].Lost, "move the file away") || sum.Runs != 3 {
		t.Errorf("found %+v, %+v, %v", list, sum, err)
	}
	if err := os.Remove(s.indexPath()); err != nil {
		t.Fatal(err)
	}
	again, err := Open(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	if runs, errs := again.Runs(); len(runs) != 3 || len(errs) != 0 {
		t.Errorf("the runs are not found again: %d, %v", len(runs), errs)
	}
}

func FuzzSalvage(f *testing.F) {
	_, id, file := storedRun(f, 40)
	f.Add(file)
	f.Add(file[:len(file)/2])
	f.Add(append(make([]byte, 8192), file[8192:]...))
	s := quickStore(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := os.WriteFile(s.runPath(id), b, 0o600); err != nil {
			t.Fatal(err)
		}
		s.damageOf(id, ErrDamaged)
		out, err := s.Salvage(id)
		if err != nil {
			return
		}
		if err := s.DeleteRun(out.Run); err != nil {
			t.Fatal(err)
		}
	})
}
