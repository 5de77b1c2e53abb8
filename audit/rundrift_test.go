package audit

import (
	"encoding/json"
	"reflect"
	"testing"

	"oobscope/probes"
)

func TestStepOfADrift(t *testing.T) {
	t.Parallel()
	open, silent := seen(probes.OpenProto), seen(probes.SilenceUnproven)
	before := driftSide{cells: map[string]probes.Cell{"redfish": open, "cim-http": open, "upnp-psblock": open}}.results(t)
	after := driftSide{cells: map[string]probes.Cell{"redfish": open, "cim-http": silent, "upnp-psblock": open}}.results(t)
	d := Compare(before, after, Seen{})
	got := d.Step("01JD")
	if got.Against != "01JD" || got.New != d.Total.Of(New) || got.Absent != d.Total.Of(Absent) || got.Uncovered != d.Total.Of(Uncovered) ||
		got.Updated != d.Total.Of(Updated) || got.Standing != d.Total.Standing || got.Lost != d.Total.Lost {
		t.Errorf("step %+v of %+v", got, d.Total)
	}
	if got.Absent+got.Uncovered == 0 || got.Standing == 0 {
		t.Errorf("the two runs do not differ as they should: %+v", got)
	}
	raw, err := json.Marshal(Run{ID: "2", Since: got})
	var back Run
	if err != nil || json.Unmarshal(raw, &back) != nil || !reflect.DeepEqual(back.Since, got) {
		t.Errorf("%s reads as %+v (%v)", raw, back.Since, err)
	}
	if raw, _ := json.Marshal(Run{ID: "1"}); reflect.DeepEqual(raw, nil) || json.Unmarshal(raw, &back) != nil {
		t.Errorf("a run without a step: %s", raw)
	}
}

func TestPreviousRun(t *testing.T) {
	t.Parallel()
	runs := []Run{
		{ID: "9", Site: "lab", State: RunComplete}, {ID: "8", Site: "lab", State: RunRunning}, {ID: "7", Site: "other", State: RunComplete},
		{ID: "6", Site: "lab", State: RunComplete, Simulated: true},
		{ID: "55", Site: "lab", State: RunComplete, Again: "4"}, {ID: "5", Site: "lab", State: RunPartial}, {ID: "4", Site: "lab", State: RunComplete},
	}
	tested := func(id string, zone string, n int) Run {
		r := Run{ID: id, Site: "lab", Zone: zone, State: RunComplete}
		r.Total.ByVerdict[Conforms] = n
		return r
	}
	handedOver := func(r Run) Run {
		r.Imported = &Import{From: "somebody"}
		return r
	}
	later := tested("9", "trust", 100)
	for _, c := range []struct {
		runs []Run
		want string
	}{
		{[]Run{tested("8", "trust", 20), tested("7", "trust", 90), tested("6", "trust", 100)}, "7"},
		{[]Run{tested("8", "internet", 100), tested("7", "trust", 100)}, "7"},
		{[]Run{tested("8", "trust", 20), tested("7", "trust", 30)}, "8"}, // the site has grown
		{[]Run{handedOver(tested("8", "trust", 100)), tested("7", "trust", 100)}, "7"},
	} {
		if r, _ := PreviousRun(c.runs, &later); r.ID != c.want {
			t.Errorf("%v: held against %q, want %q", c.runs, r.ID, c.want)
		}
	}
	for id, want := range map[string]string{"95": "9", "9": "5", "5": "4", "4": "", "85": "5"} {
		r, ok := PreviousRun(runs, &Run{ID: id, Site: "lab"})
		if r.ID != want || ok != (want != "") {
			t.Errorf("before %s comes %q (%t), want %q", id, r.ID, ok, want)
		}
	}
}
