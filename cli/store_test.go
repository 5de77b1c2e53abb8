package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"oobscope/audit"
	"oobscope/store"
)

// The runs of the store that an older program left (store/testdata/schema1), the newest last.
const (
	oldEnded  = "01KANRKD800000000000000001"
	oldKilled = "01KANRKD800000000000000002"
	oldAudit  = "01M8F4CFX56JPVGJV7H5B5J3QW"
)

// oldStore is a copy of a store of schema 1.
func oldStore(t *testing.T) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "store")
	if err := os.CopyFS(dir, os.DirFS("../store/testdata/schema1")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// atTerminal is callIn at a terminal, at a time of its own.
func atTerminal(t *testing.T, dir, stdin string, now time.Time, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	p := &program{
		version: "1.2.3", stdin: strings.NewReader(stdin), stdout: &out, stderr: &errs, now: func() time.Time { return now }, terminal: true,
		getenv: func(k string) string { return map[string]string{"OOBSCOPE_STORE": dir, "HOME": t.TempDir()}[k] },
	}
	code = p.run(context.Background(), args)
	return code, out.String(), errs.String()
}

// must holds that a call ends with a code and says everything that is wanted, on either output.
func must(t *testing.T, dir string, code int, args []string, wants ...string) {
	t.Helper()
	got, stdout, stderr := callIn(t, dir, "", args...)
	if got != code {
		t.Errorf("%s: exit %d, want %d\n%s%s", args, got, code, stdout, stderr)
	}
	for _, want := range wants {
		if !regexp.MustCompile(want).MatchString(stdout + stderr) {
			t.Errorf("%s: does not say %q:\n%s%s", args, want, stdout, stderr)
		}
	}
}

func args(words ...string) []string { return words }

// A store of an older version opens through the command line, after a copy and a migration, with all that is in it.
func TestOlderStore(t *testing.T) {
	t.Parallel()
	dir := oldStore(t)
	must(t, dir, 0, args("run", "list"), oldEnded+`.* dc1 +complete`, oldKilled+`.* dc1 +partial +119/200`, oldAudit+`.* complete +22/22 +12 +high`)
	must(t, dir, 0, args("kit", "list"), "bmc_exposure_watch@1.0.0")
	must(t, dir, 0, args("store", "check"), "checked 4 files, 3 runs with 265 observations, .*: all is sound")
	must(t, dir, 0, args("store", "info"), "schema +index 2, runs 2", "runs +3 .1 partial., 141 observations", "copies +3.. KiB", "retention +all runs are kept", "shared +no")
	if _, err := os.Stat(filepath.Join(dir, "runs", oldAudit+".db.schema1")); err != nil {
		t.Errorf("no copy was made: %v", err)
	}
	// A report needs the catalogue that the run was planned with; another one is refused in so many words.
	code, stdout, stderr := callIn(t, dir, "", "run", "show", oldAudit, "--format", "csv")
	if code == exitDeviation && strings.Count(stdout, "\n") < 23 || code != exitDeviation && !strings.Contains(stderr, "service catalogue") {
		t.Errorf("exit %d\n%s\n%s", code, stdout, stderr)
	}
	must(t, dir, 0, args("store", "prune", "--copies", "--yes"), "copies of an older schema: 3.. KiB", "deleted 0 runs, 3.. KiB given back")
	must(t, dir, 0, args("store", "prune", "--copies", "--yes"), "nothing to delete")
}

// restamp changes the schema number in a file, as a newer program would have written it.
func restamp(t *testing.T, path, schema string) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte("oobscope")).Put([]byte("schema"), []byte(schema)) })
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// What a newer version wrote is refused with a clear word and exit code 2, and stays as it is.
func TestNewerStore(t *testing.T) {
	t.Parallel()
	dir := oldStore(t)
	run := filepath.Join(dir, "runs", oldAudit+".db")
	restamp(t, run, "9")
	before, err := os.ReadFile(run)
	if err != nil {
		t.Fatal(err)
	}
	words := oldAudit + `\.db: written by a newer oobscope \(schema 9, this one knows up to 2\): use the newer program`
	must(t, dir, exitUsage, args("audit", "--resume", oldAudit), words)
	must(t, dir, exitIncomplete, args("run", "list"), words, oldEnded+".* complete")
	must(t, dir, exitIncomplete, args("store", "check"), "damaged: run "+oldAudit, "written by a newer oobscope")
	if after, err := os.ReadFile(run); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file was changed, %v", err)
	}
	restamp(t, filepath.Join(dir, "index.db"), "12")
	for _, call := range [][]string{args("run", "list"), args("kit", "list"), args("store", "info"), args("audit", "--resume", oldEnded)} {
		must(t, dir, exitUsage, call, `index\.db: written by a newer oobscope \(schema 12, this one knows up to 2\): use the newer program`, "hint: ")
	}
}

// Damage is found and named, what is readable is salvaged, and the damaged run can be deleted then.
func TestDamagedRunThroughTheCommandLine(t *testing.T) {
	t.Parallel()
	dir := oldStore(t)
	must(t, dir, 0, args("store", "check"))
	path := filepath.Join(dir, "runs", oldAudit+".db")
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	clear(file[:2*4096]) // nothing says any more where the rest is
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, dir, exitIncomplete, args("store", "check"), "damaged: run "+oldAudit, "file .*"+oldAudit+`\.db`, "found .*damaged: ", "lost .*oobscope store salvage "+oldAudit,
		"the store is damaged in 1 place", "hint: oobscope store salvage")
	must(t, dir, exitIncomplete, args("run", "show", oldAudit), "damaged", "hint: .*store salvage "+oldAudit)
	code, stdout, stderr := callIn(t, dir, "", "store", "salvage", oldAudit)
	found := regexp.MustCompile(`salvaged (\d+) observations of ` + oldAudit + ` as run (01\w{24})\nlost: `).FindStringSubmatch(stdout)
	if code != 0 || found == nil || found[1] != "23" {
		t.Fatalf("exit %d: %s%s", code, stdout, stderr)
	}
	must(t, dir, exitIncomplete, args("run", "list"), found[2]+".* partial", oldAudit+`\.db: damaged`)
	must(t, dir, 0, args("run", "delete", oldAudit, "--yes"), "deleted "+oldAudit+", .* given back")
	must(t, dir, 0, args("store", "check"), "all is sound")
	must(t, dir, exitUsage, args("store", "salvage", oldAudit), "not in the store")
	must(t, dir, exitUsage, args("store", "check", "--store", filepath.Join(dir, "nowhere")), "not in the store", "name the store with --store DIR")
}

// Deleting asks, names what goes and what it gives back, and refuses what is not there, twice or kept as a baseline.
func TestDeleteAsks(t *testing.T) {
	t.Parallel()
	dir := oldStore(t)
	now := time.Now()
	must(t, dir, exitUsage, args("run", "delete", oldEnded), "nothing was deleted: nobody was asked", "use --yes")
	for answer, want := range map[string]string{"n\n": "not confirmed", "\n": "not confirmed", "": "no answer", "yesterday\n": "not confirmed"} {
		if code, _, stderr := atTerminal(t, dir, answer, now, "run", "delete", oldEnded); code != exitUsage || !strings.Contains(stderr, want) || !strings.Contains(stderr, "Delete 1 run for good, ") {
			t.Errorf("answer %q: exit %d, %s", answer, code, stderr)
		}
	}
	must(t, dir, exitUsage, args("run", "delete", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "--yes"), "not in the store", "run list")
	must(t, dir, exitUsage, args("run", "delete", oldEnded, oldEnded, "--yes"), "named twice")
	must(t, dir, exitUsage, args("run", "delete", "01KANRKD8", "--yes"), "2 runs begin so")
	must(t, dir, 0, args("run", "baseline", "set", oldAudit))
	must(t, dir, exitUsage, args("run", "delete", "last", "--yes"), "it is baseline simulated-segment/baseline: unset that first")
	st, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	shown, err := st.OpenRun(oldEnded)
	if err != nil {
		t.Fatal(err)
	}
	must(t, dir, exitUsage, args("run", "delete", oldEnded, "--yes"), "it is open in ", "close it there first", "store info")
	must(t, dir, 0, args("store", "info"), "in use +run "+oldEnded+" is open in ")
	if err := shown.Close(); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := atTerminal(t, dir, "y\n", now, "run", "delete", oldEnded, oldKilled); code != 0 || !strings.Contains(stderr, "Delete 2 runs for good") || strings.Count(stdout, " given back\n") != 2 {
		t.Errorf("exit %d, %s%s", code, stdout, stderr)
	}
	must(t, dir, 0, args("trail", "show"), "run.deleted +"+oldEnded)
	if left, err := filepath.Glob(filepath.Join(dir, "runs", "01KAN*")); err != nil || len(left) != 0 {
		t.Errorf("files are left: %v, %v", left, err)
	}
}

// Pruning shows what goes and what stays and why, asks, and gives the disk back.
func TestPrune(t *testing.T) {
	t.Parallel()
	dir := oldStore(t)
	later := time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)
	must(t, dir, 0, args("run", "list"))
	must(t, dir, exitUsage, args("store", "prune"), "no rule says what is kept", "--keep N")
	must(t, dir, exitUsage, args("store", "prune", "--keep", "-1"), "--keep -1")
	must(t, dir, exitUsage, args("store", "prune", "--older-than", "soon"), `--older-than: found "soon"`)
	must(t, dir, 0, args("store", "prune", "--keep", "9", "--yes"), "nothing to delete: kept are the newest 9 of each site")
	must(t, dir, 0, args("run", "baseline", "set", oldAudit))
	dry := []string{"store", "prune", "--older-than", "30d", "--dry-run"}
	code, stdout, stderr := atTerminal(t, dir, "", later, dry...)
	for _, want := range []string{
		oldAudit + `.*stays: it is baseline simulated-segment/baseline`, oldEnded + `.*goes`, oldKilled + `.*goes`, `would delete 2 runs and give back \d+ KiB; nothing was deleted`,
	} {
		if code != 0 || !regexp.MustCompile(want).MatchString(stdout) {
			t.Errorf("exit %d, want %q:\n%s%s", code, want, stdout, stderr)
		}
	}
	if code, _, stderr := atTerminal(t, dir, "no\n", later, "store", "prune", "--older-than", "30d"); code != exitUsage || !strings.Contains(stderr, "nothing was deleted: not confirmed") {
		t.Errorf("exit %d, %s", code, stderr)
	}
	if code, stdout, stderr := atTerminal(t, dir, "y\n", later, "store", "prune", "--older-than", "30d"); code != 0 || !regexp.MustCompile(`deleted 2 runs, \d+ KiB given back`).MatchString(stdout) {
		t.Errorf("exit %d, %s%s", code, stdout, stderr)
	}
	must(t, dir, 0, args("run", "list"), oldAudit)
	must(t, dir, 0, args("trail", "show"), "store.pruned +"+oldEnded)
}

// What retention says is done after each run, and never to the run that has just ended.
func TestRetentionAfterARun(t *testing.T) {
	t.Parallel()
	dir := oldStore(t)
	must(t, dir, exitUsage, args("store", "retention", "--keep", "0"), "give rules or --off")
	must(t, dir, exitUsage, args("store", "retention", "--keep", "3", "--off"), "give rules or --off")
	must(t, dir, 0, args("store", "retention"), "all runs are kept")
	must(t, dir, 0, args("store", "retention", "--keep", "1"), "kept are the newest 1 of each site", "after the next run 1 run would go")
	st, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	p := &program{version: "test", stderr: new(bytes.Buffer), now: time.Now, getenv: func(string) string { return "" }}
	eng := p.engine(st)
	eng.tell = func(words string) { said = append(said, words) }
	eng.warn = func(err error) { t.Error(err) }
	w, err := st.ResumeRun(oldKilled) // the newer one of its site goes on and ends
	if err != nil {
		t.Fatal(err)
	}
	meta := w.Meta()
	meta.State = audit.RunComplete
	if err := w.Finish(meta); err != nil {
		t.Fatal(err)
	}
	if err := st.SetRetention(store.Retention{Age: store.Age(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	eng.now = func() time.Time { return time.Now().AddDate(1, 0, 0) }
	eng.retain(oldKilled)
	if len(said) != 1 || !regexp.MustCompile(`retention: deleted 2 runs, \d+ KiB given back \(kept are those that began less than 1h ago\)`).MatchString(said[0]) {
		t.Errorf("said %q", said)
	}
	must(t, dir, 0, args("run", "list"), oldKilled)
	must(t, dir, 0, args("store", "retention", "--off"), "all runs are kept")
	eng.retain("")
	if len(said) != 1 {
		t.Errorf("said %q", said)
	}
}

// A backup of a store is restored elsewhere and is that store, opened with --store.
func TestBackupThroughTheCommandLine(t *testing.T) {
	t.Parallel()
	dir := oldStore(t)
	file, again := filepath.Join(t.TempDir(), "backup.tar"), filepath.Join(t.TempDir(), "again")
	must(t, dir, 0, args("store", "backup", file), "backed up 3 runs, ")
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup has mode %v, %v", info.Mode(), err)
	}
	must(t, again, 0, args("store", "restore", file), "restored 4 files, 3 runs to .*again")
	must(t, dir, 0, args("--store", again, "run", "list"), oldEnded, oldKilled, oldAudit+`.* complete +22/22`)
	must(t, again, 0, args("store", "check"), "all is sound")
	must(t, again, exitUsage, args("store", "restore", file), "it is not empty", "nothing was restored")
	_, stdout, _ := callIn(t, dir, "", "store", "backup", "-")
	if code, out, errs := callIn(t, filepath.Join(t.TempDir(), "piped"), stdout, "store", "restore", "-"); code != 0 || !strings.Contains(out, "restored 4 files") {
		t.Errorf("exit %d, %s%s", code, out, errs)
	}
	if code, _, errs := atTerminal(t, dir, "", time.Now(), "store", "backup", "-"); code != exitUsage || !strings.Contains(errs, "standard output is a terminal") {
		t.Errorf("exit %d, %s", code, errs)
	}
	must(t, dir, exitIncomplete, args("store", "backup", filepath.Join(t.TempDir(), "no", "such", "folder.tar")), "no such file", "no backup was made")
	must(t, filepath.Join(t.TempDir(), "x"), exitUsage, args("store", "restore", "/nonexistent.tar"), "no such file")
	must(t, filepath.Join(t.TempDir(), "x"), exitUsage, args("store", "restore", write(t, "no.tar", "hello")), "backup: ", "nothing was restored")
}

func TestShareThroughTheCommandLine(t *testing.T) {
	t.Parallel()
	dir := oldStore(t)
	must(t, dir, exitUsage, args("store", "share"), "give either --group GROUP or --off")
	must(t, dir, exitUsage, args("store", "share", "--group", "no-such-group"), `group "no-such-group": there is none`)
	info, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := callIn(t, dir, "", "store", "share", "--group", groupOf(info))
	if code != 0 && code != exitIncomplete || !strings.Contains(stdout, "the store is shared with group ") || code != 0 && !strings.Contains(stderr, "is closed to them") {
		t.Errorf("exit %d, %s%s", code, stdout, stderr)
	}
	must(t, dir, 0, args("store", "info"), "shared +with group ")
	must(t, dir, 0, args("store", "share", "--off"), "closed to everybody but its owner")
	must(t, dir, 0, args("store", "info"), "shared +no: ")
}

func groupOf(info os.FileInfo) string {
	return strconv.Itoa(int(info.Sys().(*syscall.Stat_t).Gid))
}
