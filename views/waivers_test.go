package views

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"oobscope/audit"
)

// waiversState has a waiver in every standing but one that is not valid: in the site file and in the store.
func waiversState() *State {
	s := waivedState()
	s.Scope.Site.Waivers = []audit.Waiver{s.Scope.Waivers[1]}
	when := func(day int) time.Time { return fixedNow.AddDate(0, 0, day) }
	add := func(id string, host int, rule, service, verdict, approved string, from, to int) *audit.WaiverRecord {
		r := audit.WaiverRecord{Site: "dc1", Run: "01JD0000000000000000000002", Requested: audit.Deed{By: "netops", At: when(from)},
			WaiverForm: audit.WaiverForm{ID: id, Rule: rule, Target: s.Scope.Plan.Host(host).Addr.String(), Service: service, Verdict: verdict,
				Reason: "array is replaced in Q1", Ticket: "CHG-4411", RequestedBy: "netops", ApprovedBy: approved,
				Starts: day(when(from)), Expires: day(when(to))}}
		if approved != "" {
			r.Approved = &audit.Deed{By: approved, At: when(from + 1)}
		}
		s.Waivers = append(s.Waivers, r)
		return &s.Waivers[len(s.Waivers)-1]
	}
	add("w-261101-1", 3, "clear_text_mgmt", "cim-http", "not_enforced", "security", -30, 30)
	add("w-261102-1", 25, "clear_text_mgmt", "ipmi", "exposed", "", -30, 30)
	add("w-261103-1", 12, "bmc_management", "redfish", "broken", "security", -60, 3)
	add("w-261104-1", 14, "clear_text_mgmt", "ipmi", "exposed", "security", 5, 30)
	add("w-261105-1", 15, "clear_text_mgmt", "ipmi", "exposed", "security", -10, 30).Fingerprint = "sha256:" + strings.Repeat("ab", 32)
	named := add("w-261106-1", 16, "clear_text_mgmt", "ipmi", "broken", "security", -10, 30)
	named.Approved.By = "netops"
	add("w-261107-1", 17, "clear_text_mgmt", "ipmi", "exposed", "security", -10, 30).Withdrawn = &audit.Deed{By: "netops", At: when(-2), Note: "array is gone"}
	var err []error
	if s.Scope.Waivers, err = audit.MergeWaivers(s.Scope.Site, s.Waivers); len(err) > 0 {
		panic(err)
	}
	s.Results.ApplyWaivers(fixedNow, s.Evidence)
	s.Run.Total = s.Results.Total
	s.Generation++
	return s
}

// on stands on a waiver of the list.
func on(t testing.TB, s *State, id string) *Waivers {
	t.Helper()
	v := NewWaivers()
	v.Open(s, id)
	if e := v.current(s); e == nil || e.waiver.ID != id {
		t.Fatalf("%s is not listed", id)
	}
	return v
}

func TestWaiversPictures(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"w-261102-1", "w-261106-1", "w-1"} {
		for _, lang := range languages {
			for _, size := range goldenSizes {
				t.Run(fmt.Sprintf("%s_%dx%d_%s", id, size[0], size[1], lang), func(t *testing.T) {
					t.Parallel()
					s := dressed(waiversState(), lang, Dress{Name: "mono"})
					text := on(t, s, id).Render(s, size[0], size[1])
					requireFrame(t, id, text, size[0], size[1])
					golden.RequireEqual(t, text)
				})
			}
		}
	}
}

// What waits for somebody comes first, and each stands as the run and its days say.
func TestWaiverStandings(t *testing.T) {
	t.Parallel()
	s := waiversState()
	want := map[string]WaiverStanding{"w-1": standsExpired, "w-261101-1": standsActive, "w-261102-1": standsRequested, "w-261104-1": standsEarly, "w-261107-1": standsWithdrawn}
	first := waiverEntries(s)[0]
	if first.waiver.ID != "w-261102-1" {
		t.Errorf("%s comes first", first.waiver.ID)
	}
	seen := map[string]int{}
	for _, e := range waiverEntries(s) {
		seen[e.waiver.ID]++
		if stands, known := want[e.waiver.ID]; known && e.stands != stands {
			t.Errorf("%s is %s, want %s", e.waiver.ID, e.stands.slug(), stands.slug())
		}
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s is listed %d times", id, n)
		}
	}
	if len(seen) != 8 {
		t.Errorf("%d waivers are listed, want 8", len(seen))
	}
	s.Results, s.Scope, s.Run = nil, nil, RunView{} // without a run the days and the people decide
	want["w-261103-1"] = standsEnding
	for _, e := range waiverEntries(s) {
		if stands, known := want[e.waiver.ID]; known && e.stands != stands {
			t.Errorf("without a run %s is %s, want %s", e.waiver.ID, e.stands.slug(), stands.slug())
		}
	}
}

// Keys do what the standing allows, and say why not otherwise.
func TestWaiverKeys(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		id, key string
		want    Action
	}{
		{"w-261102-1", "A", Action{Kind: Approve, Arg: "w-261102-1"}},
		{"w-261102-1", "U", Action{Kind: Withdraw, Arg: "w-261102-1"}},
		{"w-261101-1", "A", Action{Text: "Only one that was requested can be approved."}},
		{"w-1", "U", Action{Text: "This waiver stands in the site file: change it there."}},
		{"w-261107-1", "U", Action{Text: "It was taken back and counts no more. It stays on record."}},
	} {
		s := waiversState()
		if got := on(t, s, c.id).Press(s, c.key); got.Kind != c.want.Kind || got.Arg != c.want.Arg || got.Text != c.want.Text {
			t.Errorf("%s on %s: %+v, want %+v", c.key, c.id, got, c.want)
		}
	}
	s := waiversState()
	s.Run.Phase = RunLive
	if a := on(t, s, "w-261102-1").Press(s, "A"); a.Kind != None || a.Text == "" {
		t.Errorf("approved while a run is on: %+v", a)
	}
	s = waiversState()
	s.Run.Imported = &audit.Import{} // it brought its own waivers; ours are still ours
	s.Waivers = nil
	if a := on(t, s, "w-261102-1").Press(s, "A"); a.Kind != None || a.Text == "" {
		t.Errorf("a waiver of an imported run was approved: %+v", a)
	}
}

// The filter knows the standings by their names and in the user's language.
func TestWaiversFilter(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]int{"state:requested": 1, "state:withdrawn": 1, "service:ipmi": 5, "security": 7, "申請中": 1} {
		s := waiversState()
		if query == "申請中" {
			s.Lang, s.Words = "ja", Japanese()
		}
		v := NewWaivers()
		v.Filter(s, query)
		v.current(s)
		if got := v.list.kept(); got != want {
			t.Errorf("%q keeps %d, want %d", query, got, want)
		}
		if trouble := v.Grammar(s).Trouble(query); trouble != "" {
			t.Errorf("%q: %s", query, trouble)
		}
	}
}
