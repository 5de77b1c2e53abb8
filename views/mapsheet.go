package views

// sheet says how a range of places is laid out on the screen: a grid of cells, each of which stands for a power
// of two of neighbouring places.
type sheet struct {
	x, y   int   // log2 of the columns and rows of cells
	per    int   // log2 of the places in a cell
	half   bool  // two rows of cells to a line
	wide   int   // columns of the terminal that a cell takes
	tall   int   // lines that a row takes
	cellAt []int // by row and column: the cell, counted by places
	gridAt []int // by cell: row and column
}

// sheetKey is all that a sheet depends on.
type sheetKey struct {
	bits, w, h     int
	signs, hilbert bool
}

// newSheet lays 1<<bits places out in h lines of w columns. It takes as few places to a cell as fit. Half-blocks
// say it by colour alone, so they are used only where signs is false and single places do not fit as signs.
func newSheet(k sheetKey) *sheet {
	s := &sheet{wide: 1, tall: 1}
	if !s.fit(k, k.bits, k.h) {
		lines := k.h
		if !k.signs {
			s.half, lines = true, 2*k.h
		}
		for s.per = 0; !s.fit(k, k.bits-s.per, lines); s.per++ {
		}
	}
	s.order(k.hilbert)
	if s.half {
		return s
	}
	for s.wide < cellMost && (s.wide+1)<<s.x <= k.w {
		s.wide++
	}
	if s.wide > 1 && s.rows() > 1 && 2*s.rows()-1 <= k.h {
		s.tall = 2
	}
	return s
}

// cellMost is the width from which a cell has room for the last part of its address.
const cellMost = 7

// fit finds a grid of 1<<n cells, as near to a square as there is room for: in a terminal's proportions that is
// two columns to a line. It is never higher than wide, because the curve needs whole squares side by side.
func (s *sheet) fit(k sheetKey, n, lines int) bool {
	s.y = n / 2
	for s.y > 0 && 1<<s.y > lines {
		s.y--
	}
	s.x = n - s.y
	return n == 0 || 1<<s.x <= k.w
}

func (s *sheet) cols() int  { return 1 << s.x }
func (s *sheet) rows() int  { return 1 << s.y }
func (s *sheet) cells() int { return 1 << (s.x + s.y) }

// lines is how many lines of the terminal the sheet takes, width how many columns.
func (s *sheet) lines() int {
	if s.half {
		return (s.rows() + 1) / 2
	}
	return s.rows()*s.tall - s.tall + 1
}
func (s *sheet) width() int { return s.wide << s.x }

// order gives each cell its place in the grid.
func (s *sheet) order(hilbert bool) {
	s.cellAt, s.gridAt = make([]int, s.cells()), make([]int, s.cells())
	for c := range s.gridAt {
		g := c
		if hilbert {
			col, row := hilbertAt(s.y, c&(1<<(2*s.y)-1))
			g = row<<s.x + col + c>>(2*s.y)<<s.y // squares stand side by side, each going on where the last one ended
		}
		s.gridAt[c], s.cellAt[g] = g, c
	}
}

// hilbertAt is where the curve of order n, from the upper left to the upper right corner of its square, is after d
// steps (D. Hilbert, Math. Ann. 38, 1891): neighbours on the curve are neighbours in the square, and each quarter of
// the curve fills a quarter of it.
func hilbertAt(n, d int) (col, row int) {
	for k := range n {
		right := d >> 1 & 1
		down := (d ^ right) & 1
		if down == 0 {
			if right == 1 {
				col, row = 1<<k-1-col, 1<<k-1-row
			}
			col, row = row, col
		}
		col += right << k
		row += down << k
		d >>= 2
	}
	return col, row
}

// step is the cell that a key leads to from a cell; ok is false if it is no key that moves.
func (s *sheet) step(key string, cell int) (to int, ok bool) {
	g := s.gridAt[cell]
	col, row := g&(s.cols()-1), g>>s.x
	switch key {
	case "h", "left":
		col--
	case "l", "right":
		col++
	case "k", "up":
		row--
	case "j", "down":
		row++
	case "pgup", "ctrl+u":
		row -= max(1, s.rows()/4)
	case "pgdown", "ctrl+d":
		row += max(1, s.rows()/4)
	case "g", "home":
		return 0, true
	case "G", "end":
		return s.cells() - 1, true
	default:
		return cell, false
	}
	col, row = max(0, min(col, s.cols()-1)), max(0, min(row, s.rows()-1))
	return s.cellAt[row<<s.x+col], true
}
