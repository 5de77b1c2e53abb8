package tui

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"oobscope/probes"
)

// wide is the largest segment that the design promises: a /16.
const wide = "10.20.0.0/16"

// pour settles the flows of n hosts from host from on, round and round.
func pour(s *session, from, n int) {
	hosts := s.Scope.Plan.Hosts()
	for i := from; i < from+n; i++ {
		h := s.Scope.Plan.Host(i % hosts)
		slot := i % h.Count
		s.Board.Set(probes.Observation{Flow: h.First + probes.FlowID(slot), Class: probes.Class(1 + i%15), Attempts: 1})
	}
}

// on goes to a screen by name.
func on(m *model, name string) {
	m.goTo(name, "")
	m.dirty = true
	m.View()
}

// BenchmarkViewIdle is what every message costs that changes nothing.
func BenchmarkViewIdle(b *testing.B) {
	m, _ := liveModel(b, wide)
	on(m, "diff")
	b.ReportAllocs()
	for b.Loop() {
		m.Update(tea.FocusMsg{})
		m.View()
	}
}

// opens is what the screens that are about something are about in the benchmarks; a screen without an entry is opened
// as it is.
var opens = map[string]string{"host": "10.20.200.7", "rule": "0", "evidence": "400000"}

// BenchmarkView draws each screen again after a key, in a window of 120x40 over 65,536 hosts.
func BenchmarkView(b *testing.B) {
	m, s := liveModel(b, wide)
	pour(s, 0, s.Scope.Plan.Hosts()*4)
	m.refresh()
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	for _, screen := range m.at.screens {
		name := screen.Name()
		b.Run(name, func(b *testing.B) {
			m.goTo(name, opens[name])
			m.dirty = true
			m.View()
			if at := m.at.screen().Name(); at != name {
				b.Fatalf("on %s", at)
			}
			b.ReportAllocs()
			for b.Loop() {
				m.Update(tea.KeyPressMsg{Code: 'j', Text: "j"})
				m.View()
			}
		})
	}
}

// BenchmarkLivePulse is one pulse of a run at 20,000 results a second over 65,536 hosts, drawn.
func BenchmarkLivePulse(b *testing.B) {
	m, s := liveModel(b, wide)
	pour(s, 0, s.Scope.Plan.Hosts())
	m.refresh()
	for _, name := range []string{"overview", "probes", "diff"} {
		b.Run(name, func(b *testing.B) {
			on(m, name)
			n := 0
			b.ReportAllocs()
			for b.Loop() {
				pour(s, n, 2000)
				n += 2000
				m.Update(pulseMsg{})
				m.View()
			}
		})
	}
}

// BenchmarkFirstFrame makes a console and its first frame.
func BenchmarkFirstFrame(b *testing.B) {
	for b.Loop() {
		m := quiet(b, "en")
		m.View()
	}
}

// BenchmarkPalette is one key in the palette over 65,536 hosts, drawn: without the terminal, which draws 60 times a
// second whatever we do.
func BenchmarkPalette(b *testing.B) {
	m, s := liveModel(b, wide)
	pour(s, 0, s.Scope.Plan.Hosts())
	m.refresh()
	for _, query := range []string{"10.20.7", "cltxt", "2"} {
		b.Run(query, func(b *testing.B) {
			m.openPalette()
			m.pal.line.set(query)
			b.ReportAllocs()
			for b.Loop() {
				m.Update(tea.KeyPressMsg{Code: '1', Text: "1"})
				m.View()
				m.Update(tea.KeyPressMsg{Code: tea.KeyBackspace})
				m.View()
			}
		})
	}
	m.pal = nil
	b.Run("open", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			m.openPalette()
		}
	})
}
