package store

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"oobscope/kits"
)

// imported returns a kit as it is read from a file.
func imported(t *testing.T) *kits.Kit {
	t.Helper()
	k, err := kits.Read("machine.yaml", kits.BuiltIn()[0].Raw)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestKitsComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	k := imported(t)
	for i, want := range []bool{true, false} {
		if added, err := s.PutKit(k, false); added != want || err != nil {
			t.Errorf("put number %d: added %v, %v", i+1, added, err)
		}
	}
	list, errs := s.Kits()
	if len(errs) != 0 || len(list) != 1 || !reflect.DeepEqual(list[0], k) {
		t.Fatalf("listed %+v, %v", list, errs)
	}

	changed := *k
	changed.Raw = append([]byte("\n"), k.Raw...)
	again, err := kits.Read(k.Origin, changed.Raw)
	if err != nil {
		t.Fatal(err)
	}
	if added, err := s.PutKit(again, false); added || err == nil || !strings.Contains(err.Error(), "other content") {
		t.Errorf("another kit of the same name: added %v, %v", added, err)
	}
	if added, err := s.PutKit(again, true); !added || err != nil {
		t.Errorf("replaced: %v, %v", added, err)
	}
	if list, _ := s.Kits(); len(list) != 1 || list[0].Digest != again.Digest {
		t.Errorf("after the replacement: %+v", list)
	}
}

func TestKitsInForce(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	if refs, err := s.Active(); refs != nil || err != nil {
		t.Errorf("at first: %v, %v", refs, err)
	}
	k := imported(t)
	if _, err := s.PutKit(k, false); err != nil {
		t.Fatal(err)
	}
	if err := s.SetActive([]string{"z@1.0.0", ref(k), "a@1.0.0"}); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteKit(ref(k)); err != nil {
		t.Fatal(err)
	}
	if refs, err := s.Active(); !reflect.DeepEqual(refs, []string{"z@1.0.0", "a@1.0.0"}) || err != nil {
		t.Errorf("after one was deleted: %v, %v", refs, err)
	}
	if list, errs := s.Kits(); len(list) != 0 || len(errs) != 0 {
		t.Errorf("listed %v, %v", list, errs)
	}
	if err := s.DeleteKit(ref(k)); !errors.Is(err, ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
}

// A kit or site that cannot be read is named and does not hide the rest.
func TestDamagedEntriesAreNamed(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	k := imported(t)
	if _, err := s.PutKit(k, false); err != nil {
		t.Fatal(err)
	}
	if err := s.PutSite("dc1", []byte("schema: oobscope.site/v1")); err != nil {
		t.Fatal(err)
	}
	err := s.update(func(tx *bbolt.Tx) error {
		for bucket, entries := range map[string]map[string]string{
			kitBucket:  {"json@1": "{", "yaml@1": `{"raw":"ew=="}`, "bad\x1b@1": `{}`},
			siteBucket: {"json": "{", "other": `{"name":"dc1"}`},
			runBucket:  {"json": "{"},
		} {
			for name, text := range entries {
				if err := tx.Bucket([]byte(bucket)).Put([]byte(name), []byte(text)); err != nil {
					return err
				}
			}
		}
		return putJSON(tx, kitBucket, "alias@1", storedKit{Origin: k.Origin, Raw: k.Raw})
	})
	if err != nil {
		t.Fatal(err)
	}
	list, errs := s.Kits()
	if len(list) != 1 || len(errs) != 4 {
		t.Errorf("listed %d kits, %v", len(list), errs)
	}
	sites, siteErrs := s.Sites()
	if len(sites) != 1 || len(siteErrs) != 2 {
		t.Errorf("listed %d sites, %v", len(sites), siteErrs)
	}
	runs, runErrs := s.Runs()
	if len(runs) != 0 || len(runErrs) != 1 {
		t.Errorf("listed %d runs, %v", len(runs), runErrs)
	}
	for _, err := range append(append(errs, siteErrs...), runErrs...) {
		if !errors.Is(err, ErrDamaged) || strings.ContainsAny(err.Error(), "\n\x1b") || !strings.Contains(err.Error(), s.indexPath()) {
			t.Errorf("the damage reads: %q", err)
		}
	}
	// What is damaged can be replaced and deleted.
	if added, err := s.PutKit(&kits.Kit{ID: "json", Version: "1", Raw: k.Raw}, false); !added || err != nil {
		t.Errorf("replaced: %v, %v", added, err)
	}
	if err := errors.Join(s.DeleteKit("yaml@1"), s.PutSite("json", nil)); err != nil {
		t.Error(err)
	}
}

func TestSites(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	for _, name := range []string{"b", "a", "c"} {
		if err := s.PutSite(name, []byte("site "+name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(s.UseSite("c", began), s.UseSite("b", began.Add(time.Hour)), s.PutSite("c", []byte("new c"))); err != nil {
		t.Fatal(err)
	}
	list, errs := s.Sites()
	want := []SiteFile{
		{Name: "b", Raw: []byte("site b"), Used: began.Add(time.Hour)}, {Name: "c", Raw: []byte("new c"), Used: began},
		{Name: "a", Raw: []byte("site a")},
	}
	if len(errs) != 0 || !reflect.DeepEqual(list, want) {
		t.Errorf("listed %+v, %v", list, errs)
	}
	if err := s.UseSite("d", began); !errors.Is(err, ErrNotFound) {
		t.Errorf("used a site that is not there: %v", err)
	}
}
