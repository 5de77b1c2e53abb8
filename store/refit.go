package store

import (
	"bytes"
	"slices"
)

// frames puts the chunks that were found together again and calls fn for each whole frame, in their order, but not
// for one that comes a second time. What cannot be read is passed over.
func (c *carving) frames(fn func(f frame) error) (t tally) {
	next := uint32(0)
	defer func() { t.behind(next, c.last.next) }()
	for at, inGap := uint64(0), false; ; {
		f, size, ok := c.frameAt(at)
		if !ok {
			if at >= c.end() {
				t.tail = t.tail || at == 0 // not even the beginning was found
				return t
			}
			if !inGap {
				t.gaps++
			}
			inGap = true
			if at, ok = c.resume(at + 1); !ok {
				t.tail = true
				return t
			}
			continue
		}
		at, inGap = at+uint64(size), false
		if f.kind == recordFrame && f.number < next {
			continue
		}
		if fn(f) != nil {
			t.gaps++ // its number is counted as lost with the next frame
			continue
		}
		if f.kind == recordFrame {
			t.lost += int64(f.number) - int64(next)
			t.records += int64(f.count)
			next = f.number + uint32(f.count)
		}
	}
}

// end is where the log ends, as far as anything is known of it.
func (c *carving) end() uint64 {
	if len(c.ends) == 0 {
		return 0
	}
	last := c.ends[len(c.ends)-1]
	return last + uint64(c.chunks[last][0].size)
}

// frameAt reads the frame at an offset of the log. If the newest chunks do not make a whole one, an older one is
// tried in the place of each in turn: a page that was written again leaves its former self behind for a while.
func (c *carving) frameAt(at uint64) (f frame, size int, ok bool) {
	if f, size, ok = c.tryFrame(at, 0, 0); ok {
		return f, size, true
	}
	for chunk := at - at%chunkBytes; chunk <= at+uint64(max(size, frameHead)); chunk += chunkBytes {
		for other := 1; other < len(c.chunks[chunk]); other++ {
			if f, size, ok = c.tryFrame(at, chunk, other); ok {
				return f, size, true
			}
		}
	}
	return f, size, false
}

// tryFrame reads a frame with one of the chunks replaced. size is what its head says, also if it is not whole.
func (c *carving) tryFrame(at, chunk uint64, other int) (f frame, size int, ok bool) {
	head := c.stretch(at, frameHead, chunk, other)
	size, err := logFrameSize(head)
	if err != nil || len(head) < frameHead {
		return f, 0, false
	}
	b := c.stretch(at, size, chunk, other)
	if len(b) < size {
		return f, size, false
	}
	f, _, err = wholeFrame(b[:size])
	return f, size, err == nil
}

// stretch reads so many bytes of the log, fewer where something is missing. other is which of the chunks at chunk to
// take; of all others it is the first.
func (c *carving) stretch(at uint64, wanted int, chunk uint64, other int) (b []byte) {
	for skip, start := int(at%chunkBytes), at-at%chunkBytes; len(b) < wanted; start += chunkBytes {
		found := c.chunks[start]
		which := 0
		if start == chunk {
			which = other
		}
		if which >= len(found) || skip >= found[which].size {
			break
		}
		part := make([]byte, found[which].size)
		if _, err := c.file.ReadAt(part, found[which].at); err != nil {
			break
		}
		b, skip = append(b, part[skip:]...), 0
		if len(part) < chunkBytes {
			break
		}
	}
	return b[:min(len(b), wanted)]
}

// resume finds the next whole frame at or behind an offset of the log.
func (c *carving) resume(at uint64) (uint64, bool) {
	for at < c.end() {
		b := c.stretch(at, 128<<10, 0, 0)
		if len(b) < len(frameMagic) { // a gap: go on with the next chunk that is there
			i, _ := slices.BinarySearch(c.ends, at-at%chunkBytes+1)
			if i == len(c.ends) {
				return 0, false
			}
			at = c.ends[i]
			continue
		}
		i := bytes.Index(b, []byte(frameMagic))
		if i < 0 {
			at += uint64(len(b) - len(frameMagic) + 1)
			continue
		}
		if at += uint64(i); c.whole(at) {
			return at, true
		}
		at++
	}
	return 0, false
}

func (c *carving) whole(at uint64) bool {
	_, _, ok := c.frameAt(at)
	return ok
}
