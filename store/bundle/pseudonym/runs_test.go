package pseudonym

import (
	"slices"
	"strings"
	"testing"

	"oobscope/audit"
	"oobscope/probes"
)

// A run names others: the one whose flows it asked again, and the one that it was compared with. They are renamed as
// the run itself is, wherever they stand, and the run that was handed in stays as it was.
func TestRunsThatARunNames(t *testing.T) {
	t.Parallel()
	const own, other = "01JD0000000000000000000002", "01JD0000000000000000000001"
	x, err := New(make([]byte, 32), realRun(t).Scope.Site, nil)
	if err != nil {
		t.Fatal(err)
	}
	in := audit.Run{ID: own, Again: other, Since: &audit.RunDrift{Against: other, New: 3}}
	out := x.run(in)
	if out.ID == own || out.Again == other || out.Since.Against == other {
		t.Errorf("a run keeps its name: %+v, since %+v", out, out.Since)
	}
	if want := x.run(audit.Run{ID: other}).ID; out.Again != want || out.Since.Against != want || out.Since.New != 3 {
		t.Errorf("named %q and %q, want %q", out.Again, out.Since.Against, want)
	}
	if in.Since.Against != other {
		t.Error("the run that was handed in was changed")
	}
	if again := x.run(audit.Run{ID: own}); again.Again != "" || again.Since != nil {
		t.Errorf("a run that names none names %q", again.Again)
	}
}

// The verdicts of both runs are compared on a board that is made from the real one. It holds what the renamed run holds.
func TestMirrorIsTheRenamedRun(t *testing.T) {
	t.Parallel()
	real := realRun(t)
	renamed, x, err := Rename(real, secret)
	if err != nil {
		t.Fatal(err)
	}
	m, err := x.match(real.Scope, renamed.Scope)
	if err != nil {
		t.Fatal(err)
	}
	from, err := filled(&real, func(*probes.Observation) {})
	if err != nil {
		t.Fatal(err)
	}
	want, err := filled(&renamed, func(*probes.Observation) {})
	if err != nil {
		t.Fatal(err)
	}
	got := x.mirror(&real, from, m)
	for i := range renamed.Scope.Plan.Hosts() {
		a, as := got.Row(i, nil)
		b, bs := want.Row(i, nil)
		if !slices.Equal(a, b) || as != bs {
			t.Errorf("host %d: %+v %+v, want %+v %+v", i, a, as, b, bs)
		}
		for slot := range a {
			if got.Offender(a[slot].Offender) != want.Offender(b[slot].Offender) {
				t.Errorf("host %d: offender %s, want %s", i, got.Offender(a[slot].Offender), want.Offender(b[slot].Offender))
			}
		}
	}
}

// A word that was left as it was is renamed once it is known to be a name.
func TestNameThatIsLearnedLate(t *testing.T) {
	t.Parallel()
	x, err := New(make([]byte, 32), realRun(t).Scope.Site, nil)
	if err != nil {
		t.Fatal(err)
	}
	const text = "rack7left says 200 to rack7left"
	if got := x.Text(text); got != text {
		t.Errorf("renamed to %q", got)
	}
	x.Know("rack7left")
	got := x.Text(text)
	if strings.Contains(got, "rack7left") || got != x.Text(text) || x.survivor(text, false) != "rack7left" || x.survivor(got, false) != "" {
		t.Errorf("renamed to %q", got)
	}
}

// A certificate with the serial number 2 for a host called bmc tells nothing, and such words stand in every bundle. They
// are renamed where they are names, and no reason to write nothing.
func TestNamesThatTellNothing(t *testing.T) {
	t.Parallel()
	real := realRun(t)
	seen := real.Observation
	real.Observation = func(id probes.FlowID) (*probes.Observation, bool) {
		o, ok := seen(id)
		certificate := *o.Evidence.TLS
		certificate.Serial, certificate.Subject, certificate.Names = "2", "CN=bmc", []string{"bmc", "443", "open_proto"}
		o.Evidence.TLS = &certificate
		return o, ok
	}
	renamed, names, err := Rename(real, secret)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := handedOver(t, renamed)
	if err := names.Check(b, builtIn); err != nil {
		t.Error(err)
	}
	o, _ := renamed.Observation(0)
	if c := o.Evidence.TLS; c.Serial == "2" || strings.Contains(c.Subject, "bmc") || slices.Contains(c.Names, "bmc") || slices.Contains(c.Names, "443") {
		t.Errorf("%+v", c)
	}
}
