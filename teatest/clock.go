package teatest

import (
	"sync"
	"time"
)

// Start of every test: the clock stands still until it is told to move.
var epoch = time.Date(2026, 11, 22, 10, 5, 0, 0, time.UTC)

// Clock is a clock that moves when it is told to.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that stands at a fixed time of day.
func NewClock() *Clock { return &Clock{now: epoch} }

// Now is its time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves it on.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
