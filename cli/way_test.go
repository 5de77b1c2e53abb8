package cli

import (
	"encoding/json"
	"net/netip"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/store"
)

// cutOffRun stores a run from 198.18.0.9 in zone management that was killed before it had observed anything.
func cutOffRun(t *testing.T, st *store.Store, eng *engine, text string) string {
	t.Helper()
	site, err := audit.ReadSite("bench.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	scope, err := audit.NewScope(kits.BuiltIn(), site, standing("198.18.0.9", false), audit.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	inputs, err := json.Marshal(audit.InputsOf(scope, eng.version))
	if err != nil {
		t.Fatal(err)
	}
	w, err := st.NewRun(eng.meta(scope), inputs)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.Meta().ID
}

func standing(source string, onLink bool) audit.Vantage {
	return audit.Vantage{Name: "jump1", Path: func(netip.Addr) (audit.Path, bool) {
		if source == "" {
			return audit.Path{}, false
		}
		return audit.Path{Source: netip.MustParseAddr(source), Interface: "eth0", OnLink: onLink}, true
	}}
}

// A run is gone on with only from where it began: elsewhere its verdicts would name a zone that nothing was sent from.
// Nothing is sent, and nothing that is stored changes.
func TestResumeFromElsewhere(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.Local)
	for name, c := range map[string]struct {
		here audit.Vantage
		site func(string) string
		want string
	}{
		"another zone":     {here: standing("203.0.113.9", false), want: "would leave from 203.0.113.9 in "},
		"past the gateway": {here: standing("198.18.0.9", true), want: "is reached on the link now"},
		"no route":         {here: standing("", false), want: "no route leads to 198.18."},
		"at the wrong time": {here: standing("198.18.0.9", false), want: "only in its window 22:00-05:00",
			site: func(s string) string {
				return strings.Replace(s, "defaults:", "probe: {window: \"22:00-05:00\"}\ndefaults:", 1)
			}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			st, err := store.Open(filepath.Join(t.TempDir(), "store"))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(st.Close)
			eng := newEngine(st, "1.2.3", func() time.Time { return now }, nil)
			eng.here = func() (audit.Vantage, error) { return c.here, nil }
			text := benchSite
			if c.site != nil {
				text = c.site(text)
			}
			id := cutOffRun(t, st, eng, text)
			live, err := eng.resume(t.Context(), id)
			if err == nil {
				_, _ = live.Wait()
				t.Fatal("it goes on")
			}
			if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), id) {
				t.Errorf("%v, want %q", err, c.want)
			}
			if runs, errs := st.Runs(); len(runs) != 1 || len(errs) != 0 || runs[0].Settled != 0 || runs[0].Gates.PacketsSent != 0 {
				t.Errorf("%+v, %v", runs, errs)
			}
		})
	}
}

// Outside the window of its site no run begins, from whichever door: nothing is stored and nothing is sent.
func TestNoRunBeginsOutsideTheWindow(t *testing.T) {
	t.Parallel()
	st, err := store.Open(filepath.Join(t.TempDir(), "store"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	eng := newEngine(st, "1.2.3", func() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.Local) }, nil)
	scope := benchScope(t, false)
	scope.Site.Probe.Window = "22:00-05:00"
	live, err := eng.launch(t.Context(), scope)
	if err == nil {
		_, _ = live.Wait()
		t.Fatal("it begins")
	}
	if !strings.Contains(err.Error(), "only in its window 22:00-05:00") {
		t.Error(err)
	}
	if runs, errs := st.Runs(); len(runs) != 0 || len(errs) != 0 {
		t.Errorf("%+v, %v", runs, errs)
	}
}

// The links are listed anew before a way counts as lost, and as long as it is there they are not. A machine that cannot
// say, for want of a file handle, ends no run.
func TestWatchListsTheLinksAnew(t *testing.T) {
	t.Parallel()
	scope := benchScope(t, false)
	looks, here, trouble := 0, standing("", false), error(nil)
	eng := &engine{here: func() (audit.Vantage, error) {
		looks++
		return here, trouble
	}}
	watch := eng.watch(scope)
	h := scope.Plan.Host(0)
	if err := watch(h); err == nil || looks != 1 {
		t.Errorf("no route: %v after %d looks", err, looks)
	}
	here = standing("198.18.0.8", false)
	for range 3 {
		if err := watch(h); err != nil || looks != 2 {
			t.Errorf("back again: %v after %d looks", err, looks)
		}
	}
	trouble = syscall.EMFILE
	if err := eng.watch(scope)(h); err != nil || looks != 3 {
		t.Errorf("nobody can say: %v after %d looks", err, looks)
	}
}
