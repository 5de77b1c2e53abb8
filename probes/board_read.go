package probes

import (
	"math"
	"net/netip"
	"slices"
	"time"
)

// drainChunk is how many hosts are copied under one hold of the lock: enough to make the lock cheap, few
// enough that no writer waits for longer than some microseconds and the copies stay small.
const drainChunk = 256

// changed is one host copied by Drain; its cells are copies[from:to].
type changed struct {
	host, from, to int
	state          HostState
}

// Drain implements BoardReader. fn runs without the lock; it must not call Drain.
func (b *Board) Drain(fn func(host int, cells []Cell, s HostState)) Counters {
	b.drain.Lock()
	defer b.drain.Unlock()
	b.cursor = 0
	c, _ := b.drainSome(math.MaxInt, fn)
	return c
}

// DrainSome implements BoardReader. fn runs without the lock; it must not call Drain.
func (b *Board) DrainSome(most int, fn func(host int, cells []Cell, s HostState)) (c Counters, more bool) {
	b.drain.Lock()
	defer b.drain.Unlock()
	return b.drainSome(most, fn)
}

func (b *Board) drainSome(most int, fn func(host int, cells []Cell, s HostState)) (c Counters, more bool) {
	for done, turned := 0, b.cursor == 0; ; {
		b.cursor, c = b.copyDirty(b.cursor)
		for _, s := range b.states {
			fn(s.host, b.copies[s.from:s.to:s.to], s.state)
		}
		done += len(b.states)
		if b.cursor < 0 {
			b.cursor = 0
			if turned {
				return c, false
			}
			turned = true // those before the place where it began are left
		}
		if done >= most {
			return c, true
		}
	}
}

// copyDirty copies the next hosts with a mark and clears their marks. It returns where to go on, or -1.
func (b *Board) copyDirty(from int) (next int, c Counters) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.states, b.copies = b.states[:0], b.copies[:0]
	for host := b.dirty.next(from); host >= 0; host = b.dirty.next(host + 1) {
		if len(b.states) == drainChunk {
			return host, b.total()
		}
		b.dirty.clear(host)
		at := len(b.copies)
		b.copies = append(b.copies, b.row(host)...)
		b.states = append(b.states, changed{host, at, len(b.copies), b.hosts[host]})
	}
	return -1, b.total()
}

// Row implements BoardReader.
func (b *Board) Row(host int, buf []Cell) ([]Cell, HostState) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append(buf[:0], b.row(host)...), b.hosts[host]
}

// Counters implements BoardReader.
func (b *Board) Counters() Counters {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.total()
}

// Gates implements BoardReader.
func (b *Board) Gates() Gates {
	b.mu.Lock()
	defer b.mu.Unlock()
	g := b.gates
	g.CanaryAnswered, g.CanarySpoke = slices.Clone(g.CanaryAnswered), slices.Clone(g.CanarySpoke)
	return g
}

// Offender implements BoardReader.
func (b *Board) Offender(i uint16) netip.Addr {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i == 0 || int(i) > len(b.offenders) {
		return netip.Addr{}
	}
	return b.offenders[i-1]
}

// Active implements BoardReader.
func (b *Board) Active(host int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.active.has(host)
}

// row is the host's part of the cells. The lock is held.
func (b *Board) row(host int) []Cell {
	h := b.plan.Host(host)
	return b.cells[h.First : int(h.First)+h.Count]
}

// total completes the counters. The lock is held.
func (b *Board) total() Counters {
	c := b.counters
	c.Packets, c.Conversations = b.packets.Load(), b.conversations.Load()
	switch {
	case b.began.IsZero():
	case b.ended.IsZero():
		c.Elapsed = time.Since(b.began)
	default:
		c.Elapsed = b.ended.Sub(b.began)
	}
	return c
}
