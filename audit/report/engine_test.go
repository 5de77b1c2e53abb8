package report

import (
	"testing"
	"time"

	"oobscope/probes"
)

func TestEngineWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		gates probes.Gates
		want  string
	}{
		{probes.Gates{}, ""},
		{probes.Gates{Engine: "sweep"}, "sweep"},
		{probes.Gates{Engine: "crowd", Rate: probes.RateState{PerSecond: 900, Limiter: 1000, Price: 12 * time.Second}},
			"crowd; a limiter on the path passes about 1000 first packets/s, and keeping below it took 12s longer"},
		{probes.Gates{Engine: "sweep", Rate: probes.RateState{Loss: 0.05}}, "sweep; the path loses about 5 % of the tries"},
		{probes.Gates{Engine: "a\x1b[31mb"}, `a\x1b[31mb`},
	} {
		if got := engineWords(&c.gates); got != c.want {
			t.Errorf("%+v: %q, want %q", c.gates, got, c.want)
		}
	}
}
