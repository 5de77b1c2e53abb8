package store

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"go.etcd.io/bbolt"

	"oobscope/audit"
)

func waiverRecord(site string) audit.WaiverRecord {
	return audit.WaiverRecord{
		Site: site, Run: endedRun, Requested: audit.Deed{By: "netops", At: began},
		WaiverForm: audit.WaiverForm{Rule: "clear_text_mgmt", Target: "198.18.1.5", Service: "cim-http", Verdict: "exposed",
			Fingerprint: "sha256:" + strings.Repeat("0a", 32), Reason: "replaced", RequestedBy: "netops", Starts: "2026-11-22", Expires: "2027-01-31"},
	}
}

func TestWaiversAreKept(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	day := "w-" + began.UTC().Format("060102")
	first, err := s.AddWaiver(waiverRecord("dc1"), func(id string) bool { return id == day+"-1" })
	if err != nil || first.ID != day+"-2" {
		t.Fatalf("added %q, %v", first.ID, err)
	}
	other, err := s.AddWaiver(waiverRecord("dc2"), nil)
	if err != nil || other.ID != day+"-1" {
		t.Fatalf("added %q, %v", other.ID, err)
	}
	changed, err := s.ChangeWaiver(first.ID, func(r *audit.WaiverRecord) error {
		r.ID, r.Site = "x", "y" // cannot be changed
		return r.Approve(audit.Deed{By: "security", At: began})
	})
	if err != nil || changed.ApprovedBy != "security" || changed.ID != first.ID || changed.Site != "dc1" {
		t.Fatalf("changed %+v, %v", changed, err)
	}
	refusal := errors.New("no")
	if _, err := s.ChangeWaiver(first.ID, func(r *audit.WaiverRecord) error { r.Reason = "lost"; return refusal }); !errors.Is(err, refusal) || err.Error() != "no" {
		t.Errorf("a refused change: %v", err)
	}
	if _, err := s.ChangeWaiver("w-9", nil); !errors.Is(err, ErrNotFound) {
		t.Errorf("unknown: %v", err)
	}
	if list, errs := s.Waivers("dc1"); len(errs) != 0 || len(list) != 1 || !reflect.DeepEqual(list[0], changed) {
		t.Errorf("of dc1: %+v, %v", list, errs)
	}
	if list, errs := s.Waivers(""); len(errs) != 0 || len(list) != 2 {
		t.Errorf("of all: %+v, %v", list, errs)
	}
	if _, err := s.AddWaiver(audit.WaiverRecord{}, nil); err == nil {
		t.Error("a waiver of nobody was taken")
	}
}

// Ten at once get ten ids.
func TestWaiverIDsAreUnique(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if _, err := s.AddWaiver(waiverRecord("dc1"), nil); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if list, errs := s.Waivers("dc1"); len(errs) != 0 || len(list) != 10 {
		t.Errorf("%d waivers, %v", len(list), errs)
	}
}

func TestDamagedWaiverHidesNoOther(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	good, err := s.AddWaiver(waiverRecord("dc1"), nil)
	if err != nil {
		t.Fatal(err)
	}
	err = s.update(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(waiverBucket))
		return errors.Join(b.Put([]byte("w-x"), []byte("{")), b.Put([]byte("w-y"), fmt.Appendf(nil, `{"id":"w-z"}`)),
			b.Put([]byte("w-h"), []byte(`{"id":"w-h","site":"dc1","reason":"\u001b[2J"}`)))
	})
	if err != nil {
		t.Fatal(err)
	}
	list, errs := s.Waivers("dc1")
	if len(list) != 2 || len(errs) != 2 || !errors.Is(errs[0], ErrDamaged) {
		t.Errorf("listed %+v, %v", list, errs)
	}
	for _, r := range list {
		if r.ID != good.ID && strings.Contains(r.Reason, "\x1b") {
			t.Errorf("not clean: %q", r.Reason)
		}
	}
	if _, err := s.ChangeWaiver("w-x", func(*audit.WaiverRecord) error { return nil }); !errors.Is(err, ErrDamaged) {
		t.Errorf("damaged: %v", err)
	}
}
