package store

import (
	"sync"
	"time"

	"oobscope/audit"
	"oobscope/probes"
)

// When a commit happens, and how much may wait for it.
const (
	commitEvery = 250 * time.Millisecond
	commitEach  = 4096  // observations
	maxWaiting  = 16384 // observations not yet on disk; more hold back whoever brings them
)

// RunWriter takes what a run learns and commits it to the file of the run every 250 ms or 4,096 observations.
// When the disk is slower than the run, Observe waits and a commit grows; nothing is dropped. It is a
// probes.Sink and safe for concurrent use.
type RunWriter struct {
	store  *Store
	id     string
	meta   audit.Run
	read   runReader
	end    logEnd // of the log; like framer, of whoever commits
	framer framer
	shapes *shapes
	put    func(*batch, []int32) ([]place, error) // writes one batch; a field so that a test can stand in for the disk

	turn sync.Mutex // one commit at a time

	mu      sync.Mutex
	room    sync.Cond // there is room again, or no hope of it
	waiting batch     // not yet taken by a commit
	writing batch     // being committed, or kept after a commit that failed
	ledger  ledger    // of what is committed
	err     error     // of the last commit
	ended   bool      // takes no more
	closed  bool      // and the file is closed

	full chan struct{} // a hint that a commit is due before its time
	stop func()        // ends the committing goroutine, once, and waits for it
}

// batch is what one transaction brings to the file.
type batch struct {
	seen  []probes.Observation
	hosts map[int]probes.HostState
	gates *probes.Gates
}

func (b *batch) empty() bool { return len(b.seen) == 0 && len(b.hosts) == 0 && b.gates == nil }

var _ probes.Sink = (*RunWriter)(nil)

// start begins to commit in the background. list is the shapes that the file has.
func (w *RunWriter) start(list shapeList) {
	w.room.L = &w.mu
	w.put = w.write
	w.shapes = newShapes(list)
	w.framer = framer{started: w.read.started, evidence: evidencePacker{shapes: w.shapes}}
	w.full = make(chan struct{}, 1)
	quit, done := make(chan struct{}), make(chan struct{})
	w.stop = sync.OnceFunc(func() { close(quit); <-done })
	go func() {
		defer close(done)
		tick := time.NewTicker(commitEvery)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				return
			case <-tick.C:
			case <-w.full:
			}
			if w.commit() != nil {
				return // the next call of the run says so; Finish tries once more
			}
		}
	}()
}

// Meta is the record of the run as it was when it began, or went on.
func (w *RunWriter) Meta() audit.Run { return w.meta }

// Observe takes one observation. It blocks while too much waits for the disk, and returns the error of a
// commit that failed: the run must end then.
func (w *RunWriter) Observe(o probes.Observation) error {
	if err := storable(&o); err != nil {
		return refused("run %s: %v", w.id, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.fit() == nil && len(w.waiting.seen)+len(w.writing.seen) >= maxWaiting {
		w.room.Wait()
	}
	if err := w.fit(); err != nil {
		return err
	}
	w.waiting.seen = append(w.waiting.seen, o)
	if len(w.waiting.seen) == commitEach {
		select {
		case w.full <- struct{}{}:
		default:
		}
	}
	return nil
}

// Host takes what is known of one host now; it replaces what was known before.
func (w *RunWriter) Host(index int, s probes.HostState) error {
	if index < 0 || index >= maxFlows {
		return refused("run %s: host %d: a run has %d hosts at most", w.id, index, maxFlows)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.fit(); err != nil {
		return err
	}
	if w.waiting.hosts == nil {
		w.waiting.hosts = make(map[int]probes.HostState)
	}
	w.waiting.hosts[index] = s
	return nil
}

// Gates takes what is known of the path now; it replaces what was known before.
func (w *RunWriter) Gates(g probes.Gates) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.fit(); err != nil {
		return err
	}
	w.waiting.gates = &g
	return nil
}

// fit says why nothing more can be taken, if so. The caller holds mu.
func (w *RunWriter) fit() error {
	if w.err == nil && w.ended {
		return refused("run %s: it was closed", w.id)
	}
	return w.err
}

// commit brings what waits to the file. After a failure the batch stays, and the next call tries it again.
func (w *RunWriter) commit() error {
	w.turn.Lock()
	defer w.turn.Unlock()
	w.mu.Lock()
	if w.writing.empty() {
		w.waiting, w.writing = w.writing, w.waiting
	}
	b := &w.writing
	w.mu.Unlock()
	if b.empty() {
		return nil
	}
	order, first := w.framer.inOrder(b.seen), w.end.next
	places, err := w.put(b, order)

	w.mu.Lock()
	defer w.mu.Unlock()
	w.err = err
	if err == nil {
		w.ledger.places = append(w.ledger.places, places...)
		for k, i := range order {
			w.ledger.add(&b.seen[i], first+uint32(k))
		}
		w.shapes.saved = len(w.shapes.list)
		clear(b.seen) // lets go of the evidence
		w.writing = batch{seen: b.seen[:0]}
	}
	w.room.Broadcast()
	return err
}

// drain takes no more, stops the background and commits all that waits, here.
func (w *RunWriter) drain() error {
	w.mu.Lock()
	w.ended = true
	w.room.Broadcast()
	w.mu.Unlock()
	w.stop()
	for {
		w.mu.Lock()
		idle := w.waiting.empty() && w.writing.empty()
		w.mu.Unlock()
		if idle {
			return nil
		}
		if err := w.commit(); err != nil {
			return err
		}
	}
}

// Finish stores what still waits and the final record of the run, in its file and in the list of runs, and
// closes the file. If it fails before the file has all of it (a full disk), nothing is let go: it may be
// called again, or Close gives up.
func (w *RunWriter) Finish(meta audit.Run) error {
	if w.isClosed() {
		return refused("run %s: it was closed", w.id)
	}
	if err := w.drain(); err != nil {
		return err
	}
	meta.ID = w.id
	if err := w.putMeta(meta); err != nil {
		return err
	}
	// While the file is still locked, so that nobody takes the run for one that was cut off.
	err := w.store.listRun(meta)
	if shut := w.shut(); err == nil {
		err = shut
	}
	return err
}

// Close stores what still waits and closes the file without a final record: the run is then listed as
// partial. After Finish it does nothing.
func (w *RunWriter) Close() error {
	if w.isClosed() {
		return nil
	}
	err := w.drain()
	if shut := w.shut(); err == nil {
		err = shut
	}
	return err
}

func (w *RunWriter) isClosed() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.closed
}

func (w *RunWriter) shut() error {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	_ = w.read.trim() // what is too long is only too long
	return w.read.close()
}

// Settled returns a test for the flows that need no other probe: they were stored when it was called. It is
// safe for concurrent use.
func (w *RunWriter) Settled() func(probes.FlowID) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ledger.snapshot()
}

// Evidence returns the latest observation of a flow with its evidence, whether it is on disk yet or not; nil
// and false if there is none. If the file is damaged there, the words for it stand in Evidence.Error of an
// otherwise empty observation. After Finish each call opens the file anew: who asks much opens the run.
func (w *RunWriter) Evidence(flow probes.FlowID) (*probes.Observation, bool) {
	if w.isClosed() {
		f, err := w.store.OpenRun(w.id)
		if err != nil {
			return lost(flow, err), true
		}
		defer f.Close()
		return f.Evidence(flow)
	}
	o, seq, at, ok := w.locate(flow)
	if ok && o == nil {
		o = w.read.evidence(seq, flow, at, w.shapes.all())
	}
	return o, ok
}

// locate finds the latest observation of a flow: itself if it waits for the disk, else where it stands.
func (w *RunWriter) locate(flow probes.FlowID) (o *probes.Observation, seq uint32, at place, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, b := range []*batch{&w.waiting, &w.writing} {
		for i := len(b.seen) - 1; i >= 0; i-- {
			if b.seen[i].Flow == flow {
				found := b.seen[i]
				return &found, 0, at, true
			}
		}
	}
	seq, at, ok = w.ledger.find(flow)
	return nil, seq, at, ok
}
