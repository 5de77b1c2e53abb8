package views

import (
	"slices"
	"testing"
)

func TestStepStaysInside(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 50} {
		for _, key := range listKeys {
			for _, at := range []int{-3, 0, n / 2, n + 3} {
				to, ok := Step(key, at, n, 10)
				if ok && (to < 0 || to > max(0, n-1)) {
					t.Errorf("%q from %d of %d goes to %d", key, at, n, to)
				}
				if !ok && to != at {
					t.Errorf("%q does not move, but went from %d to %d", key, at, to)
				}
			}
		}
	}
}

func TestScroll(t *testing.T) {
	t.Parallel()
	lines := []string{"a", "b", "c", "d", "e"}
	var s Scroll
	if got := s.Window(lines, 2); !slices.Equal(got, lines[:2]) || s.Position() != "2/5" {
		t.Errorf("top: %q %s", got, s.Position())
	}
	s.Press("G")
	if got := s.Window(lines, 2); !slices.Equal(got, lines[3:]) || s.Position() != "5/5" {
		t.Errorf("end: %q %s", got, s.Position())
	}
	if got := s.Window(lines, 9); !slices.Equal(got, lines) || s.Position() != "" {
		t.Errorf("all: %q %q", got, s.Position())
	}
	if s.Press("enter") {
		t.Error("enter scrolled")
	}
	if got := s.Window(nil, 3); len(got) != 0 {
		t.Errorf("no lines: %q", got)
	}
	if got := s.Window(lines, 0); len(got) != 0 {
		t.Errorf("no room: %q", got)
	}
}

func TestMoveKeysHaveWords(t *testing.T) {
	t.Parallel()
	for _, k := range MoveKeys(Japanese()) {
		if k.Keys == "" || k.Help == "" {
			t.Errorf("%+v", k)
		}
	}
}
