package probes

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// No more compute at once than there are turns, everybody gets one, and the longest wait is told once.
func TestTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		turns := newTurns(2)
		var mu sync.Mutex
		computing, most, done := 0, 0, 0
		for range 5 {
			go func() {
				turns.Take()
				defer turns.Leave()
				mu.Lock()
				computing++
				most = max(most, computing)
				mu.Unlock()
				time.Sleep(10 * time.Millisecond) // the computing
				mu.Lock()
				computing--
				done++
				mu.Unlock()
			}()
		}
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		if w := turns.longest(); computing != 2 || w != 0 {
			t.Errorf("%d compute at first, and %v was waited", computing, w)
		}
		mu.Unlock()
		time.Sleep(time.Second)
		mu.Lock()
		if most != 2 || done != 5 {
			t.Errorf("%d at once, %d in all", most, done)
		}
		if w, again := turns.longest(), turns.longest(); w != 20*time.Millisecond || again != 0 {
			t.Errorf("the longest wait is %v, then %v", w, again)
		}
	})
}
