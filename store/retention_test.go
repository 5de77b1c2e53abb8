package store

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"oobscope/audit"
)

func TestAgeInWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{"36h": 36 * time.Hour, "90d": 90 * day, "12w": 84 * day, "48h": 2 * day} {
		got, err := ParseAge(text)
		if err != nil || time.Duration(got) != want {
			t.Errorf("%s is %v, %v", text, time.Duration(got), err)
		}
		if again, err := ParseAge(got.String()); err != nil || again != got {
			t.Errorf("%s became %s, and that %v, %v", text, got, again, err)
		}
	}
	for _, text := range []string{"", "d", "0d", "-1d", "90", "1.5d", "90m", "99999999d", "1d ", "+1d", "36501d"} {
		if got, err := ParseAge(text); err == nil || !strings.Contains(err.Error(), "such as 36h, 90d or 12w") {
			t.Errorf("%q was read as %v, %v", text, got, err)
		}
	}
}

// ended makes a run of a site that began days ago and ended so.
func ended(t *testing.T, s *Store, site string, days int, state audit.RunState) string {
	t.Helper()
	at := began.Add(-time.Duration(days) * day)
	w, err := s.NewRun(audit.Run{Site: site, Started: at, Flows: 10}, nil)
	if err != nil {
		t.Fatal(err)
	}
	observe(t, w, 1)
	meta := w.Meta()
	meta.State, meta.Ended = state, at.Add(time.Minute)
	if err := w.Finish(meta); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(s.runPath(meta.ID), meta.Ended, meta.Ended); err != nil {
		t.Fatal(err)
	}
	return meta.ID
}

func TestExpired(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	names := map[string]string{}
	for _, r := range []struct {
		name, site string
		days       int
		state      audit.RunState
	}{
		{"a1", "a", 1, audit.RunComplete}, {"a20", "a", 20, audit.RunComplete}, {"a40", "a", 40, audit.RunComplete},
		{"a100", "a", 100, audit.RunPartial}, {"b50", "b", 50, audit.RunComplete}, {"b60", "b", 60, audit.RunComplete},
		{"b0", "b", 0, audit.RunPartial}, {"pinned", "b", 200, audit.RunComplete},
	} {
		names[ended(t, s, r.site, r.days, r.state)] = r.name
	}
	id := func(name string) string {
		for id, n := range names {
			if n == name {
				return id
			}
		}
		return ""
	}
	open := openRun(t, s, id("b60"))
	if _, err := s.PutBaseline(Baseline{Site: "b", Name: "first", Run: id("pinned")}); err != nil {
		t.Fatal(err)
	}
	going, err := s.NewRun(audit.Run{Site: "a", Started: began.Add(-300 * day)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = going.Close() })
	names[going.id] = "going"
	for _, c := range []struct {
		rules Retention
		goes  string // newest first
		stays string
	}{
		{Retention{}, "", ""},
		{Retention{Keep: 100}, "", ""},
		{Retention{Keep: 2}, "a40 a100", "b60: it is open in, pinned: it is baseline b/first, going: it is in progress"},
		{Retention{Keep: 1}, "a20 a40 b50 a100", "b60: it is open in, pinned: it is baseline b/first, going: it is in progress"},
		{Retention{Age: Age(30 * day)}, "a40 b50 a100", "b60: it is open in, pinned: it is baseline b/first, going: it is in progress"},
		{Retention{Keep: 3, Age: Age(30 * day)}, "a100", "pinned: it is baseline b/first, going: it is in progress"},
		{Retention{Age: Age(time.Hour)}, "a1 a20 a40 b50 a100", "b0: it was stopped less than a day ago, b60: it is open in, pinned: it is baseline b/first, going: it is in progress"},
	} {
		list, errs := s.Expired(c.rules, began.Add(2*time.Hour))
		if len(errs) > 0 {
			t.Error(errs)
		}
		var goes, stays []string
		for _, e := range list {
			if name := names[e.Run.ID]; e.Spared == "" {
				goes = append(goes, name)
			} else {
				stays = append(stays, name+": "+e.Spared)
			}
			if e.Bytes < 4096 {
				t.Errorf("%s takes %d bytes", names[e.Run.ID], e.Bytes)
			}
		}
		if strings.Join(goes, " ") != c.goes {
			t.Errorf("%s: %q go, want %q", c.rules, strings.Join(goes, " "), c.goes)
		}
		for i, want := range strings.Split(c.stays, ", ") {
			if len(stays) <= i && want != "" || want != "" && !strings.HasPrefix(stays[i], want) {
				t.Errorf("%s: %q stay, want %q", c.rules, stays, c.stays)
				break
			}
		}
	}
	if err := s.DeleteRun(id("pinned")); err == nil || !strings.Contains(err.Error(), "it is baseline b/first: unset that first") {
		t.Errorf("a baseline was deleted: %v", err)
	}
	if err := open.Close(); err != nil {
		t.Error(err)
	}
	if list, _ := s.Expired(Retention{Keep: 2}, began); list[1].Spared != "" {
		t.Errorf("a run that is open no more is spared: %s", list[1].Spared)
	}
}

func TestRetentionIsRemembered(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	for _, r := range []Retention{{}, {Keep: 30}, {Keep: 5, Age: Age(90 * day)}, {Age: Age(36 * time.Hour)}, {}} {
		if err := s.SetRetention(r); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Retention(); err != nil || got != r {
			t.Errorf("%+v came back as %+v, %v", r, got, err)
		}
	}
	b, err := json.Marshal(Retention{Keep: 5, Age: Age(90 * day)})
	if err != nil || string(b) != `{"keep":5,"age":"90d"}` {
		t.Errorf("written as %s, %v", b, err)
	}
	for _, text := range []string{`{"age":"soon"}`, `{"keep":-1}`, `[]`} {
		if err := putSetting(s, retentionKey, text); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Retention(); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s was read: %v", text, err)
		}
	}
}
