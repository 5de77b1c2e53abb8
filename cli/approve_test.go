package cli

import (
	"strings"
	"testing"
	"time"

	"oobscope/store"
)

// The console approves by the rules of the command line, under the login of whoever runs it, and the trail has both.
func TestConsoleApproves(t *testing.T) {
	t.Parallel()
	dir, _ := exposedStore(t)
	code, out, errs := callAs(t, netops, dir, "", addArgs...)
	if code != exitClean {
		t.Fatalf("exit %d: %s", code, errs)
	}
	id := waiverID(t, out)
	st, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	eng := newEngine(st, "1.2.3", time.Now, nil)
	work := (&desk{real: eng}).work
	for _, who := range []person{netops, {uid: 0, login: "root", sudo: "netops"}} {
		eng.who = who
		if given, err := work().Approve("", []string{id}); len(given) != 0 || err == nil || !strings.Contains(err.Error(), "a waiver needs a second person") {
			t.Errorf("%s: given %v, %v", who.login, given, err)
		}
	}
	eng.who = security
	given, err := work().Approve("", []string{id})
	if err != nil || len(given) != 1 || given[0].ApprovedBy != "security" || given[0].Named {
		t.Fatalf("given %+v, %v", given, err)
	}
	if given, err := work().Approve("", []string{id, "w-000000-9"}); len(given) != 1 || err == nil {
		t.Errorf("one that is approved and one that is not there: %v, %v", given, err)
	}
	if list, errs := work().Waivers(""); len(errs) > 0 || len(list) != 1 || list[0].Approved == nil || list[0].Approved.By != "security" || list[0].Approved.Note == "" {
		t.Errorf("records %+v, %v", list, errs)
	}
	var approved []store.TrailEntry
	if err := st.Trail(func(_ int, e store.TrailEntry, err error) bool {
		if err == nil && e.Action == store.WaiverApproved {
			approved = append(approved, e)
		}
		return true
	}); err != nil {
		t.Fatal(err)
	}
	if len(approved) != 1 || approved[0].Login != "security" || approved[0].Subject != id {
		t.Errorf("the trail has %+v", approved)
	}
}
