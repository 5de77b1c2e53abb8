package tui

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"oobscope/audit"
)

// A store that never answers holds the program for a minute, not for ever, and the user is told.
func TestEndIsPatientButNotForEver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCustody(context.Background())
		c.enter()
		told := time.Duration(0)
		began := time.Now()
		err := c.end(time.Minute, func() { told = time.Since(began) })
		if err == nil || time.Since(began) != time.Minute || told != time.Second {
			t.Errorf("%v after %s, told after %s", err, time.Since(began), told)
		}
		c.jobs.Done()
	})
}

func TestNothingIsTakenIntoCustodyAfterTheEnd(t *testing.T) {
	t.Parallel()
	c := newCustody(context.Background())
	closed := 0
	file := func() *Stored { return &Stored{Close: func() error { closed++; return nil }} }
	kept, given := file(), file()
	c.keep(kept)
	c.keep(given)
	if err := c.release(given); err != nil || closed != 1 {
		t.Fatalf("release: %v, %d closed", err, closed)
	}
	if err := c.release(given); err != nil || closed != 1 {
		t.Fatalf("a second release: %v, %d closed", err, closed)
	}
	if err := c.end(time.Minute, func() {}); err != nil || closed != 2 {
		t.Fatalf("end: %v, %d closed", err, closed)
	}
	if c.keep(file()) || closed != 3 {
		t.Errorf("a late file stayed open: %d closed", closed)
	}
	_, err := c.launch(func(context.Context) (*Live, error) { t.Error("a run was started after the end"); return nil, nil })
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// A file that does not close is an error of the whole, not a silent loss.
func TestEndReportsFilesThatDoNotClose(t *testing.T) {
	t.Parallel()
	broken := errors.New("no such device")
	c := newCustody(context.Background())
	c.keep(&Stored{Run: audit.Run{ID: "x"}, Close: func() error { return broken }})
	if err := c.end(time.Minute, func() {}); !errors.Is(err, broken) {
		t.Error(err)
	}
}
