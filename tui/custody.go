package tui

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"oobscope/audit"
)

// session is a run that this console started.
type session struct {
	*Live
	results *audit.Results
	cancel  context.CancelFunc
	done    chan struct{} // closed once the run has stopped and was stored
	end     audit.Run     // valid after done, like err
	err     error
}

// custody holds what must be over before the console returns: runs under way and files of stored runs. A
// Cmd of Bubble Tea is neither awaited nor cancelled when the program ends, so none may own such a thing.
type custody struct {
	ctx    context.Context
	cancel context.CancelFunc
	jobs   sync.WaitGroup

	mu     sync.Mutex
	closed bool
	files  map[*Stored]bool
}

func newCustody(ctx context.Context) *custody {
	c := &custody{files: map[*Stored]bool{}}
	c.ctx, c.cancel = context.WithCancel(ctx)
	return c
}

// enter counts a job; false once the console is ending.
func (c *custody) enter() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.jobs.Add(1)
	return true
}

// launch starts a run and waits for its end in the background. What the board already holds (a resumed
// run) is judged before it returns.
func (c *custody) launch(start func(context.Context) (*Live, error)) (*session, error) {
	if !c.enter() {
		return nil, context.Canceled
	}
	ctx, cancel := context.WithCancel(c.ctx)
	live, err := start(ctx)
	if err != nil {
		cancel()
		c.jobs.Done()
		return nil, err
	}
	s := &session{Live: live, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer c.jobs.Done()
		defer cancel()
		defer close(s.done)
		s.end, s.err = live.Wait()
	}()
	s.results = audit.NewResults(live.Scope)
	s.results.LoadBoard(live.Board)
	return s, nil
}

// keep takes over an open file. If the console is ending it closes it and returns false.
func (c *custody) keep(st *Stored) bool {
	c.mu.Lock()
	ok := !c.closed
	if ok {
		c.files[st] = true
	}
	c.mu.Unlock()
	if !ok {
		closeStored(st)
	}
	return ok
}

// release closes a file that was kept; nil and unknown ones do nothing. It holds the lock meanwhile, so that
// the end waits for it.
func (c *custody) release(st *Stored) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.files[st] {
		return nil
	}
	delete(c.files, st)
	return closeStored(st)
}

func closeStored(st *Stored) error {
	if st == nil || st.Close == nil {
		return nil
	}
	return st.Close()
}

// end stops every run, waits until they are stored, at most for patience, and closes every file. late is
// called if that takes long enough for a person to wonder.
func (c *custody) end(patience time.Duration, late func()) error {
	c.mu.Lock()
	c.closed = true
	files := c.files
	c.files = nil
	c.mu.Unlock()
	c.cancel()
	stored := make(chan struct{})
	go func() {
		c.jobs.Wait()
		close(stored)
	}()
	errs := []error{c.await(stored, patience, late)}
	for st := range files {
		errs = append(errs, closeStored(st))
	}
	return errors.Join(errs...)
}

func (c *custody) await(stored <-chan struct{}, patience time.Duration, late func()) error {
	wonder, enough := time.NewTimer(time.Second), time.NewTimer(patience)
	defer wonder.Stop()
	defer enough.Stop()
	for {
		select {
		case <-stored:
			return nil
		case <-wonder.C:
			late()
		case <-enough.C:
			return fmt.Errorf("wait for the run to be stored: not done after %s", patience)
		}
	}
}
