package tui

import (
	"errors"
	"fmt"
	"testing"

	tea "charm.land/bubbletea/v2"

	"oobscope/audit"
	"oobscope/probes"
	"oobscope/views"
)

// seen is a model with an ended run over a few hosts, all of whose flows answer.
func seen(tb testing.TB, lang string) *model {
	tb.Helper()
	m, s := liveModel(tb, "10.20.1.0/29")
	m.state.Lang, m.state.Words = lang, views.WordsFor(lang)
	m.say = &m.state.Words.Frame
	for id := range s.Scope.Plan.Flows() {
		s.Board.Set(probes.Observation{Flow: probes.FlowID(id), Class: probes.OpenProto, Attempts: 1})
	}
	m.Update(pulseMsg{})
	m.live = nil
	m.state.Run.Phase, m.state.Run.State = views.RunEnded, audit.RunComplete
	m.cfg.Work = Work{User: "netops",
		Waive:    func(*audit.Site, string, []audit.WaiverForm) ([]audit.Waiver, error) { return nil, nil },
		Withdraw: func(string, []string) ([]string, error) { return nil, nil },
	}
	m.see(func(id probes.FlowID) (*probes.Observation, bool) {
		return &probes.Observation{Flow: id, Class: probes.OpenProto}, true
	})
	m.goTo("diff", "")
	return m
}

func (m *model) formFor(flows ...probes.FlowID) *waiveForm {
	m.openWaive(flows)
	f, _ := m.over.(*waiveForm)
	return f
}

// The form holds every window, whatever is typed into it, and its cursor stays in the window.
func TestFormHoldsEveryWindow(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ja"} {
		m := seen(t, lang)
		all := make([]probes.FlowID, m.state.Scope.Plan.Flows())
		for i := range all {
			all[i] = probes.FlowID(i)
		}
		m.cfg.Formats = []string{"text", "jsonl", "markdown"}
		for name, set := range map[string]func(){
			"one":    func() { m.formFor(3) },
			"many":   func() { m.formFor(all...) },
			"faults": func() { m.formFor(all...).visitAll(func(string) string { return "" }) },
			"wide": func() {
				f := m.formFor(all...)
				m.Update(tea.PasteMsg{Content: fmt.Sprintf("%s\x1b[2J%200s", "日本語日本語日本語", "x")})
				f.failed = "a long reason 日本語 that takes more than a line in a window that is as narrow as this one is"
			},
			"storing": func() { m.formFor(all...).storing = true },
			"export":  func() { m.over = &exportMenu{formats: m.cfg.Formats} },
		} {
			set()
			for _, w := range []int{1, 2, 7, 30, 59, 60, 61, 72, 79, 80, 81, 100, 120, 240, 400} {
				for _, h := range []int{1, 2, 5, 15, 16, 17, 23, 24, 40, 80, 200} {
					m.Update(tea.WindowSizeMsg{Width: w, Height: h})
					v := m.View()
					requireFrame(t, lang+" "+name, v.Content, w, h)
					if c := v.Cursor; c != nil && (c.X < 0 || c.Y < 0 || c.X >= w || c.Y >= h) {
						t.Fatalf("%s %s at %dx%d: the cursor is at %d,%d", lang, name, w, h, c.X, c.Y)
					}
				}
			}
		}
	}
}

// What is pasted or typed goes into the field, as one safe line; keys of the console are text there.
func TestFormTakesText(t *testing.T) {
	t.Parallel()
	m := seen(t, "en")
	f := m.formFor(1)
	m.Update(tea.PasteMsg{Content: "see\nCHG\x1b[2J"})
	for _, r := range " q?/:7" {
		m.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	if got := f.value("reason"); got != `see CHG\x1b[2J q?/:7` || m.over != f {
		t.Errorf("typed %q", got)
	}
	m.Update(tea.KeyPressMsg{Code: tea.KeyEscape})
	if m.over != nil {
		t.Error("esc did not close the form")
	}
}

// Nothing works with the results of a run while another Cmd reads them, or once they are of another run.
func TestWorkNeverMeets(t *testing.T) {
	t.Parallel()
	m := seen(t, "en")
	earlier := audit.Run{ID: "01JC", Site: m.state.Run.Site, State: audit.RunComplete}
	m.state.Runs = []audit.Run{earlier}
	if cmd := m.compare("01JC"); cmd == nil || m.state.Against.ID != "01JC" || m.state.Drift != nil {
		t.Fatal("nothing is being compared")
	}
	m.openWaive([]probes.FlowID{1})
	if m.over != nil || m.note.text != m.state.Words.Work.StillReading {
		t.Errorf("waived while a run is read: %q", m.note.text)
	}
	drift := audit.Compare(m.state.Results, m.state.Results, audit.Seen{})
	m.Update(comparedMsg{id: "01JC", later: audit.NewResults(m.state.Scope), drift: drift}) // of a run that is gone
	if m.state.Drift != nil || m.deeds.comparing != "01JC" {
		t.Error("a late answer was taken for the one that is awaited")
	}
	m.Update(comparedMsg{id: "01JC", later: m.state.Results, drift: drift})
	if m.state.Drift != drift || m.deeds.comparing != "" {
		t.Error("the answer was not taken over")
	}
	m.deeds.storing = true
	if cmd := m.compare("01JC"); cmd != nil || m.note.text != m.state.Words.Work.StillStoring {
		t.Errorf("compared while something is stored: %q", m.note.text)
	}
	m.Update(waivedMsg{form: &waiveForm{}, later: audit.NewResults(m.state.Scope), stored: []audit.Waiver{{ID: "w-1"}}})
	if m.deeds.storing || len(m.state.Results.Scope.Waivers) != 0 {
		t.Error("a waiver of another run was laid over this one")
	}
	m.compare("")
	if m.state.Drift != nil || m.state.Against.ID != "" {
		t.Error("the comparison did not end")
	}
}

// A plan that comes late, when other keys were pressed, asks nothing.
func TestLatePlanOfProbingAgainAsksNothing(t *testing.T) {
	t.Parallel()
	m := seen(t, "en")
	m.deeds.wanted = true
	m.Update(tea.KeyPressMsg{Code: 'j', Text: "j"})
	m.Update(againMsg{planned: planned{scope: m.state.Scope}, asked: 1})
	if m.over != nil {
		t.Error("a question that nobody waits for")
	}
	m.deeds.wanted = true
	m.Update(againMsg{err: errors.New("no route")})
	if _, failed := m.over.(*page); !failed {
		t.Error("a plan that failed was not told")
	}
}

// BenchmarkWork is what the work with many lines costs the message loop, over 65,536 hosts: the form for 500 lines opened
// and drawn, and 500 waivers laid over the run.
func BenchmarkWork(b *testing.B) {
	m, s := liveModel(b, wide)
	pour(s, 0, s.Scope.Plan.Hosts())
	m.Update(pulseMsg{})
	m.live = nil
	m.state.Run.Phase = views.RunEnded
	m.see(func(id probes.FlowID) (*probes.Observation, bool) {
		return &probes.Observation{Flow: id, Class: m.state.Results.Cells[id].Class}, true
	})
	m.cfg.Work.Waive = func(*audit.Site, string, []audit.WaiverForm) ([]audit.Waiver, error) { return nil, nil }
	var flows []probes.FlowID
	for id := range m.state.Results.Judged {
		if m.state.Results.Judged[id].Verdict.Deviation() && len(flows) < maxWaived {
			flows = append(flows, probes.FlowID(id))
		}
	}
	b.Run("open-form", func(b *testing.B) {
		for b.Loop() {
			m.openWaive(flows)
			m.dirty = true
			m.View()
		}
	})
	f := m.formFor(flows...)
	f.list[0].edit.set("reason")
	forms, _ := waiversFor(f.found, f.terms(), m.state.Evidence)
	var list []audit.Waiver
	for i := range forms {
		forms[i].ID, forms[i].RequestedBy, forms[i].ApprovedBy = fmt.Sprintf("w-%d", i), "a", "b"
		w, _ := forms[i].Read(nil)
		list = append(list, w)
	}
	m.over = nil
	b.Run("lay-waivers", func(b *testing.B) {
		for b.Loop() {
			m.layWaivers(list)
		}
	})
	if m.layWaivers(list); m.state.Results.Total.Waived < len(list) {
		b.Fatalf("%d are waived, %d were laid", m.state.Results.Total.Waived, len(list))
	}
	b.Run("draw-waived", func(b *testing.B) {
		on(m, "diff")
		m.setFilter("waived:yes")
		m.View()
		b.ReportAllocs()
		for b.Loop() {
			m.Update(tea.KeyPressMsg{Code: 'j', Text: "j"})
			m.View()
		}
	})
}
