package lab

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"oobscope/audit"
)

// A mutant is the intended policy with one thing wrong, as a firewall might have it.
type mutant struct {
	name string
	policy
}

// atOnce is how many estates stand at the same time.
const atOnce = 12

// TestMutants breaks a correct firewall in one place at a time. The report must change for exactly the
// flows that the firewall now treats in another way, and say of them what the page says.
// OOBSCOPE_MUTANTS=n adds n mutants drawn at random.
func TestMutants(t *testing.T) {
	required(t)
	t.Parallel()
	more := 0
	if text := os.Getenv("OOBSCOPE_MUTANTS"); text != "" {
		var err error
		if more, err = strconv.Atoi(text); err != nil || more < 0 {
			t.Fatalf("OOBSCOPE_MUTANTS=%s: want a number", text)
		}
	}
	all := append([]mutant{{"none", intended}}, chosen()...)
	for seed := range more {
		all = append(all, drawn(uint64(seed)))
	}
	for wave := range slices.Chunk(all, atOnce) {
		var waits []func(*testing.T) *outcome
		for i := range wave {
			n := newEstate(t, &wave[i].policy)
			waits = append(waits, n.start(t, stand{space: "jump", user: 0}, intended.site(), intended.kit(), questioned))
		}
		for i, m := range wave {
			t.Run(m.name, func(t *testing.T) { m.hold(t, waits[i](t)) })
		}
	}
}

// hold compares the report with what this firewall does.
func (m *mutant) hold(t *testing.T, o *outcome) {
	t.Helper()
	want, have := decisions(intended.scope(t)), decisions(m.scope(t))
	for key := range want {
		if _, ok := have[key]; !ok { // a host that is left out: the defaults hold
			have[key] = m.byDefault(key)
		}
	}
	seen, living := o.tested(), m.living(have)
	changed, aside := 0, 0
	for _, key := range sorted(want) {
		f, done := seen[key], have[key]
		if f == nil {
			t.Errorf("%s: no line in the report", key)
			continue
		}
		if done != want[key] {
			changed++
		} else if o.doubts(f) { // of a flow that the mutant does not touch
			aside++
			continue
		}
		class, row := m.observed(key, done, living[f.Target])
		page := cellOf(row, column(slices.Index(intents[:], want[key].String())))
		if f.Observed != class || f.Intent != want[key].String() || f.Verdict != page.verdict || page.reason != "" && f.Reason != page.reason {
			t.Errorf("the firewall does %s, want %s -> %s/%s\n\t%s", done, class, page.verdict, page.reason, f)
		}
	}
	if len(seen) != len(want) || !o.Complete || o.Tainted {
		t.Errorf("%d flows in the report, want %d; complete %v, tainted %v: %s", len(seen), len(want), o.Complete, o.Tainted, o.stderr)
	}
	if aside > 3 {
		t.Errorf("%d flows put aside on this busy machine: this proves too little; gates %+v", aside, o.Gates)
	}
	t.Logf("%d of %d flows are treated in another way, %d put aside; %v", changed, len(want), aside, o.Counts)
}

// byDefault is what the site's defaults do to a host that the policy leaves out.
func (m *mutant) byDefault(key string) audit.Intent {
	word := m.interzone
	if strings.HasPrefix(key, "198.18.") {
		word = m.intrazone
	}
	return map[string]audit.Intent{"drop": audit.DefaultDrop, "reject": audit.DefaultReject, "allow": audit.DefaultAllow}[word]
}

// observed is what a program with CAP_NET_RAW sees of a flow that the firewall treats so, and its row. A
// host that nothing is let through to gives no sign of life, and no answer to compare a reset with. And
// whether its ICMP errors come back, which is what makes a silent datagram mean something, is up to the
// default: no rule is about a port where nobody listens.
func (m *mutant) observed(key string, done audit.Intent, alive bool) (class, row string) {
	udp, tcp := strings.HasSuffix(key, "/udp"), strings.HasSuffix(key, "/tcp")
	switch {
	case done == audit.IntentAllow || done == audit.DefaultAllow:
		return "open_proto", "open_proto"
	case done == audit.IntentReject || done == audit.DefaultReject:
		switch {
		case tcp && alive:
			return "rst_mid", "rst_mid"
		case tcp:
			return "rst_unknown", "rst_unknown"
		}
		return "prohibited", "prohibited"
	case udp && (!alive || m.byDefault(key) != audit.DefaultAllow):
		return "silence_unproven", "silence_unproven, udp"
	case !alive:
		return "silence_unproven", "silence_unproven"
	}
	return "silence", "silence"
}

// living are the hosts that the firewall lets something through to: a flow, or the echo that the program
// asks for by itself where it has no other way.
func (m *mutant) living(have map[string]audit.Intent) map[string]bool {
	out := map[string]bool{}
	for key, done := range have {
		host, _, _ := strings.Cut(key, " ")
		out[host] = out[host] || done == audit.IntentAllow || done == audit.DefaultAllow || m.byDefault(key) == audit.DefaultAllow
	}
	return out
}

// chosen are the mutants of every run: one for each kind of mistake.
func chosen() []mutant {
	change := func(name string, f func(p *policy)) mutant {
		m := mutant{name, intended}
		m.laws = slices.Clone(intended.laws)
		f(&m.policy)
		return m
	}
	return []mutant{
		change("allow became drop", func(p *policy) { p.laws[0].action = "drop" }),
		change("allow became reject", func(p *policy) { p.laws[3].action = "reject" }),
		change("drop became allow", func(p *policy) { p.laws[5].action = "allow" }),
		change("drop became reject", func(p *policy) { p.laws[5].action = "reject" }),
		change("reject became drop", func(p *policy) { p.laws[4].action = "drop" }),
		change("a rule is gone", func(p *policy) { p.laws = slices.Delete(p.laws, 6, 7) }),
		change("two rules change places", func(p *policy) { p.laws[2], p.laws[3] = p.laws[3], p.laws[2] }),
		change("a port is open", func(p *policy) {
			p.laws = slices.Insert(p.laws, 0, law{"lab_hole", "allow", "any", "management", "control-panel", "bmc"})
		}),
		change("a host is exempt", func(p *policy) { p.exempt = []string{"198.19.1.2"} }),
		change("the default allows", func(p *policy) { p.interzone = "allow" }),
		change("a default rejects", func(p *policy) { p.intrazone = "reject" }),
	}
}

// drawn makes a mutant by chance, the same for the same seed.
func drawn(seed uint64) mutant {
	random := rand.New(rand.NewPCG(seed, 20))
	m := mutant{policy: intended}
	m.laws = slices.Clone(intended.laws)
	i := random.IntN(len(m.laws))
	switch random.IntN(6) {
	case 0, 1:
		actions := []string{"allow", "drop", "reject"}
		m.laws[i].action = actions[random.IntN(len(actions))]
		m.name = fmt.Sprintf("%s is %s", m.laws[i].app, m.laws[i].action)
	case 2:
		m.name = m.laws[i].app + " is gone"
		m.laws = slices.Delete(m.laws, i, i+1)
	case 3:
		j := random.IntN(len(m.laws))
		m.laws[i], m.laws[j] = m.laws[j], m.laws[i]
		m.name = fmt.Sprintf("%s and %s change places", m.laws[i].app, m.laws[j].app)
	case 4:
		h := members[random.IntN(len(members))]
		m.exempt = []string{h.host}
		m.name = h.host + " is exempt"
	case 5:
		words := []string{"allow", "drop", "reject"}
		m.interzone, m.intrazone = words[random.IntN(3)], words[random.IntN(3)]
		m.name = fmt.Sprintf("defaults %s between zones, %s inside", m.interzone, m.intrazone)
	}
	m.name = fmt.Sprintf("%d: %s", seed, m.name)
	return m
}
