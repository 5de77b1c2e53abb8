package store

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"oobscope/audit"
	"oobscope/probes"
)

func backupOf(t testing.TB, s *Store) ([]byte, Backed) {
	t.Helper()
	var out bytes.Buffer
	sum, err := s.Backup(context.Background(), &out, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), sum
}

func restored(t testing.TB, b []byte) *Store {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "up", "store")
	if _, err := Restore(bytes.NewReader(b), dir); err != nil {
		t.Fatal(err)
	}
	return mustOpen(dir)
}

// A backup of a store of any schema, restored, is that store.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	s, err := Open(oldStore(t, "schema1"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Record(TrailEntry{Time: began, Login: "op", Action: RunDeleted, Subject: endedRun}); err != nil {
		t.Fatal(err)
	}
	if f := openRun(t, s, endedRun); f.Close() != nil { // one of the runs was lifted, the others are as they were
		t.Fatal(err)
	}
	b, sum := backupOf(t, s)
	if sum.Runs != 3 || len(sum.Live) != 0 || len(sum.Missed) != 0 || sum.Bytes == 0 || sum.Bytes > int64(len(b)) {
		t.Errorf("backed up %+v in %d bytes", sum, len(b))
	}
	r := restored(t, b)
	checkModes(t, r, ownFolder, ownFile)
	checkLibrary(t, r)
	for id, list := range kept(t, "schema1.jsonl") {
		checkKept(t, r, id, list)
	}
	if report, err := r.VerifyTrail(); err != nil || report.Broken != nil || report.Entries != 1 {
		t.Errorf("the trail: %+v, %v", report, err)
	}
	if list, sum, err := r.Check(context.Background(), nil); err != nil || len(list) != 0 || sum.Runs != 3 {
		t.Errorf("the restored store: %+v, %+v, %v", list, sum, err)
	}
}

// A backup while runs are written by this and another process has each of them as it was at one of its commits.
func TestBackupWhileRunning(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	cmd, out, _ := startChild(t, s.dir, "run")
	id := firstWord(t, out, "run ")
	safe := 0
	for range 12 {
		if _, err := fmt.Sscan(firstWord(t, out, "safe "), &safe); err != nil {
			t.Fatal(err)
		}
	}
	go func() {
		for out.Scan() { // it must not wait for us
		}
	}()
	w := newRun(t, s)
	w.stop() // only the commit below
	observe(t, w, span(0, 700)...)
	if err := w.commit(); err != nil {
		t.Fatal(err)
	}
	observe(t, w, 701) // waits: not in the backup
	b, sum := backupOf(t, s)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if len(sum.Live) != 2 || len(sum.Missed) != 0 || sum.Runs != 2 {
		t.Fatalf("backed up %+v", sum)
	}
	r := restored(t, b)
	runs, errs := r.Runs()
	if len(runs) != 2 || len(errs) != 0 || runs[0].State != audit.RunPartial || runs[1].State != audit.RunPartial {
		t.Fatalf("restored %+v, %v", runs, errs)
	}
	for _, run := range runs {
		if run.ID == id && run.Settled < safe || run.ID == w.id && run.Settled != 700 {
			t.Errorf("run %s has %d flows; %d were safe", run.ID, run.Settled, safe)
		}
	}
	n := restoredSettled(runs, id)
	checkPrefix(t, r, id, n)
	resumeRest(t, r, id, n)
}

func restoredSettled(runs []audit.Run, id string) int {
	for _, run := range runs {
		if run.ID == id {
			return run.Settled
		}
	}
	return -1
}

func TestBackupNamesWhatItMisses(t *testing.T) {
	t.Parallel()
	s, id, file := storedRun(t, 300)
	finish(t, newRun(t, s), audit.RunComplete)
	if err := os.WriteFile(s.runPath(id), file[:len(file)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	b, sum := backupOf(t, s)
	if sum.Runs != 1 || len(sum.Missed) != 1 || !errors.Is(sum.Missed[0], ErrDamaged) || !strings.Contains(sum.Missed[0].Error(), id) {
		t.Errorf("backed up %+v", sum)
	}
	r := restored(t, b)
	if runs, errs := r.Runs(); len(runs) != 1 || len(errs) != 1 || !strings.Contains(errs[0].Error(), "its file is gone") {
		t.Errorf("restored %+v, %v", runs, errs)
	}
	full := errors.New("no space left on device")
	for n := range len(b) >> 12 {
		if _, err := s.Backup(context.Background(), &fullAfter{left: n << 12, err: full}, nil); !errors.Is(err, full) {
			t.Errorf("after %d pages the disk was full, and Backup says %v", n, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Backup(ctx, io.Discard, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled backup ends with %v", err)
	}
}

// fullAfter is a disk that takes so many bytes.
type fullAfter struct {
	left int
	err  error
}

func (f *fullAfter) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, f.err
	}
	return len(b), nil
}

// tarOf makes a tar file of names and contents.
func tarOf(t testing.TB, entries ...tar.Header) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, h := range entries {
		content := h.Uname // stands in for the bytes
		h.Uname, h.Size, h.Mode = "", int64(len(content)), 0o777
		if h.Typeflag == tar.TypeSymlink {
			h.Size, content = 0, ""
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A backup may come from a stranger: nothing gets out of the folder, and what is refused leaves nothing behind.
func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	s, _, _ := storedRun(t, 30)
	good, _ := backupOf(t, s)
	index, err := os.ReadFile(s.indexPath())
	if err != nil {
		t.Fatal(err)
	}
	entry := func(name, content string) tar.Header {
		return tar.Header{Typeflag: tar.TypeReg, Name: name, Uname: content}
	}
	for what, c := range map[string]struct {
		file []byte
		want string
	}{
		"no tar":            {bytes.Repeat([]byte("x"), 2000), "backup: "},
		"empty":             {nil, "has no index.db"},
		"cut short":         {good[:len(good)/2], "cut short"},
		"cut in a head":     {good[:300], "backup: "},
		"a way out":         {tarOf(t, entry("../index.db", "x")), "does not belong into a store"},
		"an absolute name":  {tarOf(t, entry("/etc/passwd", "x")), "does not belong into a store"},
		"a run of no id":    {tarOf(t, entry("runs/../../x.db", "x")), "does not belong into a store"},
		"a link":            {tarOf(t, tar.Header{Typeflag: tar.TypeSymlink, Name: "index.db", Linkname: "/etc/passwd"}), "does not belong into a store"},
		"a folder":          {tarOf(t, tar.Header{Typeflag: tar.TypeDir, Name: "runs/"}), "does not belong into a store"},
		"another file":      {tarOf(t, entry("readme\x1b[2J", "x")), "does not belong into a store"},
		"twice":             {tarOf(t, entry("trail.jsonl", ""), entry("trail.jsonl", "")), "twice"},
		"a damaged index":   {tarOf(t, entry("index.db", strings.Repeat("x", 9000))), "index.db of the backup: damaged"},
		"an index cut":      {tarOf(t, entry("index.db", string(index[:9000]))), "index.db of the backup: damaged"},
		"a run in disguise": {tarOf(t, entry("index.db", string(index)), entry("runs/"+endedRun+".db", "no run")), "damaged"},
	} {
		dir := filepath.Join(t.TempDir(), "store")
		_, err := Restore(bytes.NewReader(c.file), dir)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.ContainsAny(err.Error(), "\x1b\n") {
			t.Errorf("%s: %v", what, err)
		}
		if left, err := os.ReadDir(filepath.Dir(dir)); err != nil || len(left) != 0 {
			t.Errorf("%s: %v is left, %v", what, left, err)
		}
	}
	if _, err := Restore(bytes.NewReader(good), s.dir); err == nil || !strings.Contains(err.Error(), "it is not empty") {
		t.Errorf("restored over a store: %v", err)
	}
	if err := os.Mkdir(filepath.Join(t.TempDir(), "x"), 0o700); err != nil {
		t.Fatal(err)
	}
}

func FuzzRestore(f *testing.F) {
	s, _, _ := storedRun(f, 3)
	good, _ := backupOf(f, s)
	f.Add(good)
	f.Add(tarOf(f, tar.Header{Typeflag: tar.TypeReg, Name: "index.db", Uname: "x"}))
	top, err := os.MkdirTemp("/dev/shm", "oobscope-restore-")
	if err != nil {
		top = f.TempDir()
	}
	f.Cleanup(func() { _ = os.RemoveAll(top) })
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := filepath.Join(top, fmt.Sprint(os.Getpid()))
		if _, err := Restore(bytes.NewReader(b), dir); err == nil {
			s, err := Open(dir)
			if err == nil { // it may hold another program's database
				s.Runs()
				_, _, _ = s.Check(context.Background(), nil)
			}
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	})
}

func TestInfo(t *testing.T) {
	t.Parallel()
	s, err := Open(oldStore(t, "schema1"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetRetention(Retention{Keep: 9}); err != nil {
		t.Fatal(err)
	}
	shown := openRun(t, s, endedRun)
	shown.letGo()
	w := newRun(t, s)
	in := s.Info()
	if in.Runs != 4 || in.Partial != 1 || in.Kits != 1 || in.Sites != 1 || in.Observations != 22+119 || in.Retention.Keep != 9 ||
		in.RunBytes < 100<<10 || in.CopyBytes < 50<<10 || in.IndexBytes == 0 || in.Group != "" || len(in.Troubles) != 0 {
		t.Errorf("%+v", in)
	}
	var open []OpenRun
	for _, o := range in.Open {
		if o.Holder.PID != 0 && o.Holder.PID != os.Getpid() {
			t.Errorf("%s is held by %s", o.ID, o.Holder)
		}
		open = append(open, OpenRun{ID: o.ID, Writing: o.Writing})
	}
	if want := []OpenRun{{ID: w.id, Writing: true}, {ID: endedRun}}; !reflect.DeepEqual(open, want) {
		t.Errorf("open are %+v, want %+v", open, want)
	}
	freed, err := s.DeleteCopies()
	if again := s.Info(); err != nil || freed != in.CopyBytes || again.CopyBytes != 0 {
		t.Errorf("freed %d of %d bytes, %d are left, %v", freed, in.CopyBytes, again.CopyBytes, err)
	}
	if o, ok := shown.Evidence(probes.FlowID(0)); !ok || o.Class == probes.Unobserved {
		t.Errorf("flow 0 is %+v", o)
	}
}
