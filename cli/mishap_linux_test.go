package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"oobscope/audit"
	"oobscope/probes"
	"oobscope/store"
	"oobscope/teatest/mishap"
)

// unwatched skips a test where the system does not let a process watch its calls, and says so.
func unwatched(t *testing.T, errs string) {
	t.Helper()
	if strings.Contains(errs, "watch the system calls") {
		t.Skipf("this system does not let a process watch its system calls: %s", errs)
	}
}

// The disk under a run of the real program fails to sync, once or for good. The program stops, says that the disk failed
// and how to go on, and never that it is through; the run is partial and has all that was committed, and a resume
// finishes exactly the rest.
func TestAuditOnADiskThatFailsToSync(t *testing.T) {
	t.Parallel()
	v := newVictims(t)
	hits := []int{4, 14, 18} // the first are those of a new file, before a packet is sent
	if os.Getenv("OOBSCOPE_KILLS") != "" {
		hits = []int{1, 2, 3, 4, 6, 9, 14, 18} // each of them waits for a run at the pace of real hosts
	}
	for _, at := range hits {
		for _, stays := range []bool{false, true} {
			t.Run(fmt.Sprintf("sync %d, stays %v", at, stays), func(t *testing.T) {
				t.Parallel()
				v := &victims{t: t, site: v.site, services: v.services}
				v.failSync(mishap.Plan{Kinds: []mishap.Kind{mishap.Sync}, At: at, Stays: stays, Errno: syscall.EIO})
			})
		}
	}
}

func (v *victims) failSync(p mishap.Plan) {
	t, dir := v.t, filepath.Join(v.t.TempDir(), "store")
	st, err := store.Open(dir) // so that the disk fails under the run
	if err != nil {
		t.Fatal(err)
	}
	st.Close()
	p.Under = filepath.Join(dir, "runs")
	cmd := programCommand(t, "audit", "--store", dir, "--yes", "--format", "jsonl", "--site", v.site, "--services", v.services)
	cmd.Env = append(cmd.Env, p.Env())
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	unwatched(t, errs.String())
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != exitIncomplete || !strings.Contains(errs.String(), "the disk failed") {
		t.Fatalf("the audit ended with %v\n%s", err, errs.String())
	}
	if i := strings.LastIndex(strings.TrimSpace(out.String()), "\n"); i >= 0 {
		var sum line
		if err := json.Unmarshal([]byte(strings.TrimSpace(out.String())[i:]), &sum); err != nil || sum.Complete {
			t.Errorf("the report ends with %s, %v", out.String()[i:], err)
		}
	}
	now, ok := v.look(dir)
	if !ok || now.run.ID == "" || !strings.Contains(errs.String(), "has begun") && len(now.seen) == 0 {
		return // before the run began
	}
	if now.run.State != audit.RunPartial || !strings.Contains(errs.String(), "go on with: oobscope audit --resume "+now.run.ID) {
		t.Errorf("run %s is %s, and the program said\n%s", now.run.ID, now.run.State, errs.String())
	}
	again := programCommand(t, "audit", "--store", dir, "--yes", "--format", "jsonl", "--resume", now.run.ID)
	var rest, words bytes.Buffer
	again.Stdout, again.Stderr = &rest, &words
	v.complete(again.Run(), &rest, &words, dir, now)
}

// told is all that a store has: of each run its record and what was observed, with the evidence; kits, sites.
func told(t *testing.T, dir string) string {
	t.Helper()
	st, err := store.Open(dir)
	if err != nil {
		t.Fatalf("the store does not open: %v", err)
	}
	defer st.Close()
	var out strings.Builder
	say := func(v any) {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(append(b, '\n'))
	}
	runs, errs := st.Runs()
	sites, more := st.Sites()
	ks, most := st.Kits()
	if errs = append(append(errs, more...), most...); len(errs) > 0 {
		t.Fatalf("%s: %v", dir, errs)
	}
	say(sites)
	for _, k := range ks {
		say(k.Digest)
	}
	for _, run := range runs {
		f, err := st.OpenRun(run.ID)
		if err != nil {
			t.Fatal(err)
		}
		say(run)
		say(f.Inputs())
		for flow := range probes.FlowID(max(run.Flows, 2000)) {
			if o, ok := f.Evidence(flow); ok {
				say(o)
			}
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

// The real program meets a store of an older schema and is killed in front of each of its calls on files in turn, in the
// middle of copies and of migrations. Whenever that happens, the store opens afterwards with all that it had, and the
// copy beside each file is what the older program left.
func TestKilledWhileItMigrates(t *testing.T) {
	t.Parallel()
	kinds := []mishap.Kind{mishap.Open, mishap.Write, mishap.Sync, mishap.Cut, mishap.Rename, mishap.Remove}
	lift := func(dir string, p mishap.Plan) (string, error) {
		cmd := programCommand(t, "store", "check", "--store", dir) // opens every file
		p.Under, p.Kinds = dir, kinds
		cmd.Env = append(cmd.Env, p.Env())
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	dir, log := agedStore(t), filepath.Join(t.TempDir(), "calls")
	if out, err := lift(dir, mishap.Plan{Log: log}); err != nil {
		unwatched(t, out)
		t.Fatalf("%v\n%s", err, out)
	}
	calls, err := mishap.Counted(log)
	if err != nil || !strings.Contains(strings.Join(calls, "\n"), "index.db.schema1") {
		t.Fatalf("%d calls, %v", len(calls), err)
	}
	want, step := told(t, dir), 5
	if got := told(t, asCopied(t, dir)); got != want {
		t.Fatal("the copies are not what the older program left")
	}
	if os.Getenv("OOBSCOPE_KILLS") != "" {
		step = 1
	}
	t.Logf("%d calls on files, killed in front of each %d.", len(calls), step)
	for at := 1; at <= len(calls); at += step {
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			t.Parallel()
			dir := agedStore(t)
			if out, err := lift(dir, mishap.Plan{At: at}); err == nil || !strings.Contains(err.Error(), "killed") {
				t.Fatalf("not killed: %v\n%s", err, out)
			}
			if out, err := lift(dir, mishap.Plan{}); err != nil {
				t.Errorf("killed in front of call %d, %s; then %v\n%s", at, calls[at-1], err, out)
			}
			if told(t, dir) != want || told(t, asCopied(t, dir)) != want {
				t.Errorf("killed in front of call %d, %s: something is lost", at, calls[at-1])
			}
		})
	}
}

// agedStore is a copy of a store that a program of schema 1 left.
func agedStore(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "store")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "store", "testdata", "schema1"))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// asCopied is a store of the copies that stand beside the files of a migrated one.
func asCopied(t *testing.T, dir string) string {
	t.Helper()
	old := filepath.Join(t.TempDir(), "copies")
	if err := os.MkdirAll(filepath.Join(old, "runs"), 0o700); err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, pattern := range []string{"*.schema1", "runs/*.schema1"} {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			rel, _ := filepath.Rel(dir, strings.TrimSuffix(name, ".schema1"))
			if err := os.WriteFile(filepath.Join(old, rel), b, 0o600); err != nil {
				t.Fatal(err)
			}
			count++
		}
	}
	if count != 4 {
		t.Fatalf("%d copies beside the index and three runs", count)
	}
	return old
}
