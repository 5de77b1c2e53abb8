package views

import "oobscope/audit"

// markKinds is how many marks there are.
const markKinds = int(audit.MarkCritical) + 1

// markCount counts hosts by their marks.
type markCount [markKinds]int32

// hosts is how many hosts were counted.
func (c *markCount) hosts() int {
	n := 0
	for _, k := range c {
		n += int(k)
	}
	return n
}

// noHost stands beside the marks for a cell without a target.
const noHost = uint8(markKinds)

// shown is the worst mark that occurs, or noHost.
func (c *markCount) shown() uint8 {
	w := c.worst()
	if w == audit.MarkWaiting && c[w] == 0 {
		return noHost
	}
	return uint8(w)
}

// worst is the worst mark that occurs; MarkWaiting if none does.
func (c *markCount) worst() audit.Mark {
	for m := markKinds - 1; m > 0; m-- {
		if c[m] > 0 {
			return audit.Mark(m)
		}
	}
	return audit.MarkWaiting
}

// cellCount keeps the counts of every cell of a picture. While a run goes on it looks at the marks alone, in strides
// that compare at the speed of memory, and moves the counts of the few hosts that changed.
type cellCount struct {
	marks []audit.Mark // by host, as they were counted
	cell  []int32      // by host; -1 if it is not in the picture
	by    []markCount
	look  []uint8   // by cell: its worst mark, noHost if it has no host
	moved []bool    // by cell: look is another one than it was when a picture was drawn
	all   markCount // in the picture
	total markCount // of the whole plan
}

// begin counts the hosts of an area at places lo to lo+1<<n, 1<<per places to a cell.
func (c *cellCount) begin(a *area, marks []audit.Mark, lo uint32, n, per int) {
	c.marks = append(c.marks[:0], marks...)
	c.cell = resized(c.cell, len(marks))
	for i := range c.cell {
		c.cell[i] = -1
	}
	c.by, c.all = resized(c.by, 1<<(n-per)), markCount{}
	clear(c.by)
	c.total = markCount{}
	for _, m := range marks {
		c.total[m]++
	}
	from, to := a.between(lo, lo+1<<n)
	for i := from; i < to; i++ {
		host, cell := a.hosts[i], int32((a.at[i]-lo)>>per)
		c.cell[host] = cell
		c.by[cell][marks[host]]++
		c.all[marks[host]]++
	}
	c.look, c.moved = resized(c.look, len(c.by)), resized(c.moved, len(c.by))
	for i := range c.by {
		c.look[i], c.moved[i] = c.by[i].shown(), true
	}
}

// stride is how many marks are compared at once.
const stride = 64

// follow takes over what changed since.
func (c *cellCount) follow(marks []audit.Mark) {
	n := len(marks)
	from := 0
	for ; from+stride <= n; from += stride {
		if *(*[stride]audit.Mark)(marks[from:]) != *(*[stride]audit.Mark)(c.marks[from:]) {
			c.take(marks, from, from+stride)
		}
	}
	c.take(marks, from, n)
}

func (c *cellCount) take(marks []audit.Mark, from, to int) {
	for h := from; h < to; h++ {
		was, is := c.marks[h], marks[h]
		if was == is {
			continue
		}
		c.marks[h] = is
		c.total[was]--
		c.total[is]++
		if cell := c.cell[h]; cell >= 0 {
			c.by[cell][was]--
			c.by[cell][is]++
			if k := c.by[cell].shown(); k != c.look[cell] {
				c.look[cell], c.moved[cell] = k, true
			}
			c.all[was]--
			c.all[is]++
		}
	}
}

// resized is a slice of n elements, in the memory of s where that is large enough.
func resized[T any](s []T, n int) []T {
	if cap(s) >= n {
		return s[:n]
	}
	return make([]T, n)
}

// rest counts the hosts that are not in the picture.
func (c *cellCount) rest() *markCount {
	out := c.total
	for i := range out {
		out[i] -= c.all[i]
	}
	return &out
}
