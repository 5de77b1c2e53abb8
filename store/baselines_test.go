package store

import (
	"errors"
	"testing"

	"go.etcd.io/bbolt"
)

func TestBaselines(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	first := Baseline{Site: "dc1", Name: "baseline", Run: endedRun, Set: began, By: "op"}
	if former, err := s.PutBaseline(first); err != nil || former != nil {
		t.Fatalf("put: %v, %v", former, err)
	}
	second := first
	second.Run = killedRun
	if former, err := s.PutBaseline(second); err != nil || former == nil || *former != first {
		t.Fatalf("put again: %v, %v", former, err)
	}
	other := Baseline{Site: "dc0", Name: "q3", Run: endedRun, Set: began, By: "op"}
	if _, err := s.PutBaseline(other); err != nil {
		t.Fatal(err)
	}
	if list, errs := s.Baselines(); len(errs) != 0 || len(list) != 2 || list[0] != other || list[1] != second {
		t.Errorf("listed %+v, %v", list, errs)
	}
	if _, err := s.PutBaseline(Baseline{Site: "dc1", Name: "x", Run: "../../etc"}); err == nil {
		t.Error("a run that is no id was taken")
	}
	if gone, err := s.DeleteBaseline("dc1", "baseline"); err != nil || gone != second {
		t.Errorf("delete: %+v, %v", gone, err)
	}
	if _, err := s.DeleteBaseline("dc1", "baseline"); !errors.Is(err, ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
}

func TestDamagedBaselineHidesNoOther(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	if _, err := s.PutBaseline(Baseline{Site: "dc1", Name: "good", Run: endedRun}); err != nil {
		t.Fatal(err)
	}
	err := s.update(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(baselineBucket))
		return errors.Join(b.Put([]byte("dc1/bad"), []byte("{")), b.Put([]byte("dc1/other"), []byte(`{"site":"dc2","name":"other","run":"`+endedRun+`"}`)))
	})
	if err != nil {
		t.Fatal(err)
	}
	if list, errs := s.Baselines(); len(list) != 1 || len(errs) != 2 || !errors.Is(errs[0], ErrDamaged) {
		t.Errorf("listed %+v, %v", list, errs)
	}
}
