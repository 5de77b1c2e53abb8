package probes

import (
	"sync"
	"time"
)

// Loss is not always evenly spread: a limiter on the path swallows most of what comes too fast and then nothing at all,
// so that an average over the run says little of the tries of one flow. So it is watched in short windows, and silence
// from before the last bad one counts only if the flow was asked again after it.
const (
	lossWindow = 5 * time.Second
	lossEnough = 5  // lost tries that make a window bad, if they are too large a share of it
	calmRate   = 20 // flows a second that are asked again after a bad window, at most
)

// calmPace is how many flows a second are asked again: half of what a limiter on the path bears, if one was found.
func calmPace(r RateState) float64 {
	if r.Limiter > 0 {
		return max(1, min(calmRate, r.Limiter/2))
	}
	return calmRate
}

// lossWatch counts the tries of openings that were answered in the end.
type lossWatch struct {
	mu         sync.Mutex
	start      time.Time // of the window
	sent, lost int64     // in it
	allSent    int64     // in the windows before it that were not bad
	allLost    int64
	until      time.Time // when the last bad window ended
}

// add takes an opening into account that was answered at that try.
func (w *lossWatch) add(now time.Time, tries int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if now.Sub(w.start) > lossWindow {
		w.close()
		w.start = now
	}
	w.sent += int64(tries)
	w.lost += int64(tries - 1)
	if tries > 1 && w.bad() {
		w.until = now
	}
}

// restart begins a new window: what is asked from now on is asked more slowly.
func (w *lossWatch) restart(now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.close()
	w.start = now
}

func (w *lossWatch) bad() bool {
	return w.lost >= lossEnough && float64(w.lost) > LossLimit*float64(w.sent)
}

// close ends a window. What a bad one has lost says nothing of the time after it.
func (w *lossWatch) close() {
	if !w.bad() {
		w.allSent += w.sent
		w.allLost += w.lost
	}
	w.sent, w.lost = 0, 0
}

// total returns the tries outside of bad windows, and the end of the last bad one, zero if there was none.
func (w *lossWatch) total() (sent, lost int64, until time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	sent, lost = w.allSent, w.allLost
	if !w.bad() {
		sent, lost = sent+w.sent, lost+w.lost
	}
	return sent, lost, w.until
}
