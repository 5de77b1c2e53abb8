package views

import (
	"strings"
	"testing"
	"time"

	"oobscope/probes"
)

// The engine of a run, its rate and what holds it back stand on the screen, in both languages.
func TestEngineOnScreen(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string][]string{
		"en": {"engine: sweep", "first packets 1,200/s, slowed down from 4,000/s", "30 of 900 tries unanswered", "passes about 1,500 first packets/s", "has cost 12s"},
		"ja": {"方式：掃引（sweep）", "最初のパケット1,200/秒（4,000/秒から減速）", "無応答の試行30／900", "約1,500/秒", "12"},
	} {
		s := dressed(liveState(), lang, Dress{Name: "mono"})
		s.Results.Scope.Plan.Pace.Rate = 4000
		g := &s.Results.Gates
		g.Engine, g.Rate, g.TriesSent, g.TriesLost = "sweep", probes.RateState{PerSecond: 1200, Limiter: 1500, Price: 12 * time.Second}, 900, 30
		text := strings.Join(strings.Fields(NewProbes().Render(s, 80, 24)), " ")
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: no %q in\n%s", lang, w, text)
			}
		}
		g.Rate = probes.RateState{PerSecond: 4000, Loss: 0.034}
		if text := NewProbes().Render(s, 80, 24); !strings.Contains(text, "3") || strings.Contains(text, "1,500") || !strings.Contains(strings.ReplaceAll(text, " ", ""), "4,000/") {
			t.Errorf("%s: a path that loses:\n%s", lang, text)
		}
	}
}

func TestEngineLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		engine probes.Engine
		bounds probes.Bounds
		want   string
	}{
		{probes.Visits, probes.Bounds{}, "visits: host by host, a first packet from a socket of its own"},
		{probes.Sweep, probes.Bounds{Hosts: 64}, "sweep: raw first packets to all hosts in turn (CAP_NET_RAW); what answers is visited, 64 hosts at a time on this machine"},
		{probes.Crowd, probes.Bounds{Hosts: 16, Sockets: 700}, "crowd: first packets from many sockets at once; what answers is visited, at most 700 sockets (limit of open files), 16 hosts at a time on this machine"},
	} {
		if got := EngineLine(English(), &probes.Plan{Engine: c.engine}, c.bounds); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
	for e := range probes.Engines {
		for _, w := range []*Words{English(), Japanese()} {
			if w.Engine.Name[e.String()] == "" || w.Engine.Mean[e.String()] == "" {
				t.Errorf("%s: engine %s has no words", w.Lang, e)
			}
		}
	}
}
