package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"go.etcd.io/bbolt"

	"oobscope/audit"
)

// Retention says which runs are kept. A run goes only if no rule keeps it.
type Retention struct {
	Keep int `json:"keep,omitempty"` // the newest so many of each site; 0 is no rule
	Age  Age `json:"age,omitempty"`  // those that began less than so long ago; 0 is no rule
}

// Age is a time in days and hours. As text it is "90d", "12w" or "36h".
type Age time.Duration

const day = 24 * time.Hour

// maxAge is a hundred years: nobody means more.
const maxAge = 100 * 365 * day

// ParseAge reads an age.
func ParseAge(text string) (Age, error) {
	for unit, d := range map[string]time.Duration{"h": time.Hour, "d": day, "w": 7 * day} {
		number, ok := strings.CutSuffix(text, unit)
		if n, err := strconv.ParseUint(number, 10, 31); ok && err == nil && n > 0 && time.Duration(n) <= maxAge/d {
			return Age(time.Duration(n) * d), nil
		}
	}
	return 0, refused("found %q, expected a number of hours, days or weeks, such as 36h, 90d or 12w", text)
}

func (a Age) String() string {
	if d := time.Duration(a); d%day != 0 {
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return fmt.Sprintf("%dd", time.Duration(a)/day)
}

// MarshalText and UnmarshalText keep an age as the text that a person wrote.
func (a Age) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (a *Age) UnmarshalText(b []byte) (err error) {
	*a, err = ParseAge(string(b))
	return err
}

// None tells whether no rule was given: then everything is kept.
func (r Retention) None() bool { return r.Keep <= 0 && r.Age <= 0 }

func (r Retention) String() string {
	var rules []string
	if r.Keep > 0 {
		rules = append(rules, fmt.Sprintf("the newest %d of each site", r.Keep))
	}
	if r.Age > 0 {
		rules = append(rules, "those that began less than "+r.Age.String()+" ago")
	}
	if len(rules) == 0 {
		return "all runs are kept"
	}
	return "kept are " + strings.Join(rules, ", and ")
}

// retentionKey is the setting that says what is kept after each run.
const retentionKey = "retention"

// Retention is what is kept after each run; none if that was never said.
func (s *Store) Retention() (r Retention, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(settingBucket)).Get([]byte(retentionKey))
		if b == nil {
			return nil
		}
		if err := json.Unmarshal(b, &r); err != nil || r.Keep < 0 {
			return damaged(s.indexPath(), "retention: %v", err)
		}
		return nil
	})
	return r, err
}

// SetRetention says what is kept after each run; none keeps everything.
func (s *Store) SetRetention(r Retention) error {
	return s.update(func(tx *bbolt.Tx) error {
		if r.None() {
			return tx.Bucket([]byte(settingBucket)).Delete([]byte(retentionKey))
		}
		return putJSON(tx, settingBucket, retentionKey, r)
	})
}

// Expiry is a run that no rule keeps.
type Expiry struct {
	Run    audit.Run
	Bytes  int64  // on disk
	Spared string // why it stays all the same; empty for one that goes
}

// freshPartial is for how long a run that was stopped is left alone: somebody may want to go on with it.
const freshPartial = day

// Expired lists the runs that the rules do not keep at the time now, the newest first. Baselines, runs in progress, runs
// that are open anywhere and runs that were stopped less than a day ago are spared. What cannot be read
// is named in the errors, and is never among the runs.
func (s *Store) Expired(r Retention, now time.Time) ([]Expiry, []error) {
	if r.None() {
		return nil, nil
	}
	runs, troubles := s.Runs()
	var names map[string]string
	if err := s.view(func(tx *bbolt.Tx) error { names = pinned(tx); return nil }); err != nil {
		return nil, append(troubles, err)
	}
	slices.SortStableFunc(runs, func(a, b audit.Run) int { return b.Started.Compare(a.Started) })
	newer := map[string]int{} // by site
	var list []Expiry
	for _, run := range runs {
		newer[run.Site]++
		if r.Keep > 0 && newer[run.Site] <= r.Keep || r.Age > 0 && now.Sub(run.Started) < time.Duration(r.Age) {
			continue
		}
		e := Expiry{Run: run, Bytes: s.RunBytes(run.ID)}
		e.Spared = s.spared(&run, names[run.ID], now)
		list = append(list, e)
	}
	return list, troubles
}

// spared says why a run must not be deleted by a rule, if so.
func (s *Store) spared(run *audit.Run, baseline string, now time.Time) string {
	switch {
	case baseline != "":
		return "it is baseline " + baseline
	case run.State == audit.RunRunning:
		return "it is in progress"
	case run.State == audit.RunPartial && now.Sub(s.touched(run)) < freshPartial:
		return "it was stopped less than a day ago and can be resumed"
	}
	if shown := s.shownBy(run.ID); shown != "" {
		return "it is open in " + shown
	}
	return ""
}

// touched is when somebody last worked on a run.
func (s *Store) touched(run *audit.Run) time.Time {
	last := run.Started
	if run.Ended.After(last) {
		last = run.Ended
	}
	if written, err := modified(s.runPath(run.ID)); err == nil && written.After(last) {
		last = written
	}
	return last
}

// shownBy names a process that has a run open; empty for none.
func (s *Store) shownBy(id string) string {
	f, err := openRegular(s.runPath(id)+shownSuffix, syscall.O_RDONLY)
	if err != nil {
		return ""
	}
	defer f.Close()
	if lock(f, syscall.LOCK_EX, 0) == nil {
		return ""
	}
	return holderOf(f).String()
}
