package views

// Step moves a cursor over n things by a key. page is how many are in sight. ok is false if the key does
// not move.
func Step(key string, cursor, n, page int) (to int, ok bool) {
	if to, ok = byNumber(key, n); ok {
		return to, true
	}
	page = max(page, 1)
	switch key {
	case "j", "down":
		cursor++
	case "k", "up":
		cursor--
	case "pgdown", "ctrl+f", "space":
		cursor += page
	case "pgup":
		cursor -= page
	case "ctrl+d":
		cursor += max(page/2, 1)
	case "ctrl+u":
		cursor -= max(page/2, 1)
	case "g", "home":
		cursor = 0
	case "G", "end":
		cursor = n - 1
	default:
		return cursor, false
	}
	return max(0, min(cursor, n-1)), true
}

// Scroll is a page of prose that may be longer than the screen. The zero value shows its top.
type Scroll struct {
	Top  int
	n, h int
}

// Window returns the h lines in sight.
func (s *Scroll) Window(lines []string, h int) []string {
	s.n, s.h = len(lines), max(h, 0)
	s.Top = max(0, min(s.Top, s.n-s.h))
	return lines[s.Top:min(s.n, s.Top+s.h)]
}

// Press scrolls; false if the key does not.
func (s *Scroll) Press(key string) bool {
	to, ok := Step(key, s.Top, max(1, s.n-s.h+1), s.h)
	if ok {
		s.Top = to
	}
	return ok
}

// Position is the last line in sight and the number of lines: "40/120"; empty if all are in sight.
func (s *Scroll) Position() string {
	if s.n <= s.h {
		return ""
	}
	return Count(min(s.n, s.Top+s.h)) + "/" + Count(s.n)
}

// MoveKeysFor are the keys that move in a list of n rows, for Screen.Keys; none if there is nowhere to move to.
func MoveKeysFor(w *Words, n int) []Key {
	if n < 2 {
		return nil
	}
	return MoveKeys(w)
}

// MoveKeys are the keys of every list, for Screen.Keys.
func MoveKeys(w *Words) []Key {
	return []Key{{"j/k", w.Key.Move}, {"pgup/pgdn", w.Key.Page}, {"g/G", w.Key.Ends}}
}
