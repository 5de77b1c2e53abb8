package sweep

import (
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"oobscope/probes"
)

// mixed answers as an ordinary host behind a filter does.
func mixed(a *ask, _ int) kind {
	switch a.slot {
	case 0:
		return gotAnswer
	case 1:
		return gotAccept
	case 3:
		return gotStrange
	case 4:
		return gotReset
	}
	return 0
}

func TestEveryFlowIsToldOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := planFor(300, endpoints)
		n := &network{answer: mixed}
		out, _ := carryOut(t, p, n, nil)
		if len(out.twice) > 0 || len(out.left) != 300 || out.packets != int64(n.sent) {
			t.Fatalf("%d twice, %d left, %d packets told, %d sent", len(out.twice), len(out.left), out.packets, n.sent)
		}
		for i := range 300 {
			first := p.Host(i).First
			want := map[int]probes.Class{0: probes.OpenProto, 2: probes.SilenceUnproven, 4: probes.RstUnknown, 5: probes.SilenceUnproven}
			for slot, class := range want {
				o, ok := out.settled[first+probes.FlowID(slot)]
				if !ok || o.Class != class {
					t.Fatalf("host %d, slot %d: %v %s", i, slot, ok, o.Class)
				}
				if o.Class.Silent() && (o.Attempts != 2 || len(o.Evidence.Steps) != 4 || o.Evidence.Steps[2].AtMS < o.Evidence.Steps[1].AtMS) {
					t.Fatalf("host %d, slot %d: %+v", i, slot, o)
				}
			}
			l := out.left[i]
			if len(l.Seen) != 2 || l.Seen[0].Class != probes.OpenMute || l.Seen[1].Class != probes.OpenOther || len(l.Resets) != 1 || !l.Proven {
				t.Fatalf("host %d: %+v", i, l)
			}
			if l.Resets[0].Evidence.TTL != 60 || len(l.References.Answers) != 1 || l.References.Answers[0] != 60 {
				t.Fatalf("host %d: %+v", i, l)
			}
		}
	})
}

// The time of many hosts is that of one, and a round more for the beginning and the sample.
func TestManyHostsTakeTheTimeOfOne(t *testing.T) {
	bubble(t, func(t *testing.T) {
		one, _ := carryOut(t, planFor(1, endpoints), &network{answer: mixed}, nil)
		many, _ := carryOut(t, planFor(5000, endpoints), &network{answer: mixed}, nil)
		gap := probes.PoliteGap
		if many.took > one.took+4*gap {
			t.Errorf("one host takes %s, 5000 take %s", one.took, many.took)
		}
	})
}

func TestSilenceHasAllItsTries(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := planFor(20, endpoints)
		n := &network{answer: func(*ask, int) kind { return 0 }}
		out, _ := carryOut(t, p, n, nil)
		want := map[probes.Proto]int{probes.TCP: 2, probes.UDP: 3, probes.ICMP: 3}
		for id, o := range out.settled {
			e := p.Flow(id).Endpoint
			if o.Attempts != want[e.Proto] || o.Class != probes.SilenceUnproven || o.RTT != 0 {
				t.Errorf("%s: %+v", e.Proto, o)
			}
		}
		if len(out.settled) != p.Flows() {
			t.Errorf("%d settled", len(out.settled))
		}
	})
}

// A host that answered and then stops is left alone: it gets its control, and nothing more.
func TestQuietHostIsLeftAlone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var many []probes.Endpoint
		many = append(many, endpoints[0])
		for port := range uint16(40) {
			many = append(many, probes.Endpoint{Service: fmt.Sprint(port), Proto: probes.TCP, Port: 1000 + port, Prober: "fake"})
		}
		p := planFor(1, many)
		answers := 0
		n := &network{answer: func(*ask, int) kind {
			if answers++; answers > 3 {
				return 0
			}
			return gotAnswer
		}}
		out, _ := carryOut(t, p, n, nil)
		if out.left[0].State.Flags&probes.HostQuiet == 0 {
			t.Fatal("nobody noticed")
		}
		quiet := 0
		for _, o := range out.settled {
			if o.Reason == probes.WentQuiet && o.Attempts == 0 {
				quiet++
			}
		}
		if quiet < 20 || n.sent > 25 {
			t.Errorf("%d flows were left alone, %d packets were sent", quiet, n.sent)
		}
	})
}

// Where the path loses packets, a silence is believed later, and no answer is missed.
func TestLossIsNotSilence(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		p := planFor(4000, endpoints)
		n := &network{answer: func(a *ask, nth int) kind {
			if r.IntN(100) < 8 {
				return 0
			}
			return mixed(a, nth)
		}}
		out, _ := carryOut(t, p, n, nil)
		missed := 0
		for id, o := range out.settled {
			if slot := p.Flow(id).Slot; o.Class.Silent() && slot != 2 && slot != 5 {
				missed++
			}
		}
		if missed > 0 {
			t.Errorf("%d answers were missed", missed)
		}
		if out.rate.Limiter != 0 {
			t.Errorf("loss that does not depend on the rate was taken for a limiter: %+v", out.rate)
		}
		if out.controls[0] < 100 || out.controls[1] == 0 {
			t.Errorf("controls %v", out.controls)
		}
	})
}

// A rate limiter on the path is found and named, and slowing down keeps it from hiding answers, however little it lets
// through: a round over all hosts then takes longer than anything is waited for.
func TestLimiterIsFound(t *testing.T) {
	for _, limit := range []int{200, 400, 1000} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				p := planFor(4000, endpoints)
				n := &network{answer: mixed, most: limit}
				out, s := carryOut(t, p, n, nil)
				missed := 0
				for id, o := range out.settled {
					if slot := p.Flow(id).Slot; o.Class.Silent() && slot != 2 && slot != 5 {
						missed++
					}
				}
				if found := out.rate.Limiter; found < 0.7*float64(limit) || found > 1.3*float64(limit) || out.rate.Price == 0 {
					t.Errorf("limiter %+v, rate %.0f", out.rate, s.pace.rate)
				}
				if missed > 8 { // what the limiter's own bursts may swallow six times in a row
					t.Errorf("%d of %d answers were missed", missed, 4*4000)
				}
				t.Logf("%d of %d answers missed; %+v, %s", missed, 4*4000, out.rate, out.took)
			})
		})
	}
}

func TestLocalRefusals(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := planFor(30, endpoints)
		n := &network{answer: mixed, refuse: func(a *ask, nth int) error {
			switch {
			case a.slot == 2:
				return syscall.EPERM
			case nth == 0 && a.host%3 == 0:
				return errLater
			}
			return nil
		}}
		out, _ := carryOut(t, p, n, nil)
		for id, o := range out.settled {
			if p.Flow(id).Slot == 2 && (o.Class != probes.ProbeError || o.Reason != probes.NoPermission || o.Attempts != 0) {
				t.Errorf("a refused packet: %+v", o)
			}
		}
		if len(out.left) != 30 || len(out.twice) != 0 {
			t.Errorf("%d left, %d twice", len(out.left), len(out.twice))
		}
	})
}

// A resumed search asks what is not settled, and waits a gap first: the run before may have ended a moment ago.
func TestResumedSearch(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := planFor(50, endpoints)
		n := &network{answer: mixed}
		begin := time.Now()
		var first time.Time
		n.refuse = func(*ask, int) error {
			if first.IsZero() {
				first = time.Now()
			}
			return nil
		}
		out, _ := carryOut(t, p, n, func(id probes.FlowID) bool { return id%2 == 0 })
		for id := range out.settled {
			if id%2 == 0 {
				t.Errorf("flow %d was asked again", id)
			}
		}
		if first.Sub(begin) < p.Pace.Gap-tick {
			t.Errorf("the first packet left after %s", first.Sub(begin))
		}
	})
}
