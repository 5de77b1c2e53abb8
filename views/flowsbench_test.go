package views

import (
	"fmt"
	"testing"
)

// The screens over 65,536 hosts and 786,432 flows. "still" is a frame after a message that changed nothing,
// "pulse" one after a new generation without a change, "key" one after a key.
func BenchmarkLarge(b *testing.B) {
	s := largeState(65536)
	screens := []struct {
		name string
		make func() Screen
	}{
		{"probes", func() Screen { return NewProbes() }},
		{"diff", func() Screen { return NewDiff() }},
		{"diff-all", func() Screen { return pressed(NewDiff(), s, "a") }},
		{"diff-by-host", func() Screen { return pressed(NewDiff(), s, "v", "v", "a") }},
		{"evidence", func() Screen { return openEvidence("48")() }},
		{"host", func() Screen { h := NewHost(); h.Open(s, "10.0.200.7"); return h }},
	}
	for _, c := range screens {
		screen := c.make()
		screen.Render(s, 120, 40)
		b.Run(c.name+"/still", func(b *testing.B) {
			for b.Loop() {
				screen.Render(s, 120, 40)
			}
		})
		b.Run(c.name+"/pulse", func(b *testing.B) {
			for b.Loop() {
				s.Generation++
				screen.Render(s, 120, 40)
			}
		})
		b.Run(c.name+"/key", func(b *testing.B) { benchmarkScreen(b, screen, s, 120, 40) })
	}
}

// What a change costs: a deviation more or less, or a letter typed into the filter.
func BenchmarkLargeDiffRebuilt(b *testing.B) {
	s := largeState(65536)
	for _, keys := range [][]string{nil, {"a"}, {"v"}, {"v", "v", "a"}} {
		screen := pressed(NewDiff(), s, keys...)
		b.Run(fmt.Sprint("change", keys), func(b *testing.B) {
			for b.Loop() {
				s.Results.Total.ByVerdict[2]++
				s.Generation++
				screen.Render(s, 120, 40)
			}
		})
		b.Run(fmt.Sprint("filter", keys), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				screen.Filter(s, fmt.Sprintf("10.0.%d !slp sev:>=0", i%200))
				screen.Render(s, 120, 40)
			}
		})
	}
}

func pressed(screen Screen, s *State, keys ...string) Screen {
	screen.Render(s, 120, 40)
	for _, k := range keys {
		screen.Press(s, k)
		screen.Render(s, 120, 40)
	}
	return screen
}
