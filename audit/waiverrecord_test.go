package audit

import (
	"strings"
	"testing"
	"time"

	"oobscope/probes"
)

func requested() WaiverRecord {
	r := WaiverRecord{Site: "lab", WaiverForm: goodForm(), Requested: Deed{By: "netops", At: time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)}}
	r.ApprovedBy = ""
	return r
}

func TestWaiverNeedsASecondPerson(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		name, by, entered string
		want              string
	}{
		{"somebody else", "security", "netops", ""},
		{"the requester", "NetOps", "netops", "second person"},
		{"who entered it for somebody", "helpdesk", "helpdesk", "second person"},
		{"nobody", "", "netops", "not known"},
	} {
		r := requested()
		r.Requested.By = row.entered
		err := r.Approve(Deed{By: row.by, At: at})
		if (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", row.name, err, row.want)
		}
		if approved := r.ApprovedBy != "" && r.Approved != nil; approved != (err == nil) || r.Pending() == approved {
			t.Errorf("%s: %+v", row.name, r)
		}
	}
	r := requested()
	if err := r.Approve(Deed{By: "security", At: at}); err != nil {
		t.Fatal(err)
	}
	if err := r.Approve(Deed{By: "ciso", At: at}); err == nil {
		t.Error("approved twice")
	}
	if err := r.Withdraw(Deed{By: "netops", At: at}); err != nil {
		t.Fatal(err)
	}
	if err := r.Withdraw(Deed{By: "netops", At: at}); err == nil {
		t.Error("withdrawn twice")
	}
	gone := requested()
	gone.Withdrawn = &Deed{By: "netops"}
	if err := gone.Approve(Deed{By: "security"}); err == nil || gone.Pending() {
		t.Error("a withdrawn waiver was approved")
	}
}

func TestMergeWaivers(t *testing.T) {
	t.Parallel()
	site := mustSite(t, strings.Replace(waivedSite, "     fingerprint: \"FP\", ", "     ", 1)) // has w-1
	approved := requested()
	approved.ID, approved.ApprovedBy, approved.Approved = "w-2", "security", &Deed{By: "security"}
	named := requested()
	named.ID, named.ApprovedBy, named.Approved = "w-3", "ciso", &Deed{By: "netops"}
	same, other, gone, bad, waiting := requested(), requested(), requested(), requested(), requested()
	other.ID, other.Site = "w-4", "elsewhere"
	gone.ID, gone.Withdrawn = "w-5", &Deed{By: "netops"}
	bad.ID, bad.Expires = "w-6", "2029-01-01"
	waiting.ID = "w-7"
	list, troubles := MergeWaivers(site, []WaiverRecord{same, approved, named, other, gone, bad, waiting, waiting})
	var got []string
	for _, w := range list {
		word := w.ID + " " + string(w.Origin)
		if w.Named {
			word += " named"
		}
		got = append(got, word)
	}
	if want := "w-1 site, w-2 store, w-3 store named, w-7 store"; strings.Join(got, ", ") != want {
		t.Errorf("merged %s, want %s", strings.Join(got, ", "), want)
	}
	if len(troubles) != 1 || !strings.Contains(troubles[0].Error(), "w-6") || !strings.Contains(troubles[0].Error(), "at most 180") {
		t.Errorf("troubles %v", troubles)
	}
	if len(site.Waivers) != 1 {
		t.Error("the site was changed")
	}
}

// A waiver of the store covers what one of the file would, and one that waits for its approval covers nothing.
func TestStoredWaiversCount(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for _, approve := range []bool{false, true} {
		rec := requested()
		rec.Fingerprint = Fingerprint("cim-http", exposedCIM())
		if approve {
			if err := rec.Approve(Deed{By: "security", At: now}); err != nil {
				t.Fatal(err)
			}
		}
		r := driftSide{cells: map[string]probes.Cell{"cim-http": seen(probes.OpenProto)}}.results(t)
		var troubles []error
		if r.Scope.Waivers, troubles = MergeWaivers(r.Scope.Site, []WaiverRecord{rec}); len(troubles) != 0 {
			t.Fatal(troubles)
		}
		uses := r.ApplyWaivers(now, func(probes.FlowID) (*probes.Observation, bool) { return exposedCIM(), true })
		want := WaiverRequested
		if approve {
			want = WaiverActive
		}
		if uses[0].State != want || (r.Total.Waived == 1) != approve || r.Total.Of(Exposed) != 1 {
			t.Errorf("approved %v: %s, %+v", approve, uses[0].State, r.Total)
		}
		recount(t, r)
	}
}
