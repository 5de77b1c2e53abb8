package audit

import (
	"net/netip"
	"slices"
	"testing"

	"oobscope/probes"
)

func TestDriftSelection(t *testing.T) {
	t.Parallel()
	open, silent := seen(probes.OpenProto), seen(probes.SilenceUnproven)
	before := driftSide{cells: map[string]probes.Cell{"redfish": open, "cim-http": open, "cim-https": open}}.results(t)
	after := driftSide{
		cells: map[string]probes.Cell{"redfish": open, "cim-http": silent, "cim-https": open, "upnp-psblock": open},
		site:  siteText + "services: {cim-https: {ports: [15989]}}\n",
	}.results(t)
	d := Compare(before, after, Seen{})
	pfx := func(s string) []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix(s)} }
	for _, row := range []struct {
		name  string
		sel   Selection
		lines []string
		flows int
	}{
		{"all", Selection{}, []string{"cim-https 15989 unchanged", "cim-http 5988 absent", "upnp-psblock 49152 new", "cim-https 5989 unchanged"}, d.Later.Scope.Plan.Flows() + len(d.Missing)},
		{"only new", Selection{Changes: []Change{New}}, []string{"upnp-psblock 49152 new"}, d.Later.Scope.Plan.Flows() + len(d.Missing)},
		{"rule", Selection{Rules: []string{"clear_text_mgmt"}}, []string{"cim-http 5988 absent"}, 9},
		{"default", Selection{Rules: []string{""}}, []string{"upnp-psblock 49152 new"}, -1},
		{"service", Selection{Services: []string{"cim-https"}}, []string{"cim-https 15989 unchanged", "cim-https 5989 unchanged"}, 6},
		{"host", Selection{Hosts: pfx("198.18.0.20/32")}, nil, -1},
		{"host and service", Selection{Hosts: pfx("198.18.1.0/24"), Services: []string{"cim-http"}}, []string{"cim-http 5988 absent"}, 1},
	} {
		var got []string
		d.Each(row.sel, func(l *DriftLine) bool {
			f := l.Flow()
			got = append(got, f.ServiceID()+" "+itoa(f.Port)+" "+l.Change.String())
			return true
		})
		if !slices.Equal(got, row.lines) {
			t.Errorf("%s: %q, want %q", row.name, got, row.lines)
		}
		n := 0
		tally := d.TallyOf(row.sel)
		for _, k := range tally.ByChange {
			n += k
		}
		if row.flows >= 0 && n != row.flows {
			t.Errorf("%s: %d flows, want %d", row.name, n, row.flows)
		}
	}
	if all := d.TallyOf(Selection{}); all != d.Total {
		t.Errorf("of all %+v, total %+v", all, d.Total)
	}
	n := 0
	d.Each(Selection{}, func(*DriftLine) bool { n++; return false })
	if n != 1 {
		t.Errorf("%d lines after being told to stop", n)
	}
}

func itoa(n uint16) string {
	return netip.AddrPortFrom(netip.IPv4Unspecified(), n).String()[len("0.0.0.0:"):]
}

func TestDriftLine(t *testing.T) {
	t.Parallel()
	open := seen(probes.OpenProto)
	before := driftSide{cells: map[string]probes.Cell{"redfish": open, "cim-http": open}}.results(t)
	after := driftSide{opt: Options{Services: []string{"redfish"}}, cells: map[string]probes.Cell{"redfish": open}}.results(t)
	d := Compare(before, after, Seen{})
	var lines []DriftLine
	d.Each(Selection{}, func(l *DriftLine) bool { lines = append(lines, *l); return true })
	if len(lines) != 1 {
		t.Fatalf("%d lines: %+v", len(lines), lines)
	}
	l := lines[0]
	if l.Change != Uncovered || l.HasAfter || !l.HasBefore || l.Flow().ServiceID() != "cim-http" || l.Deviation() != l.Flow() {
		t.Errorf("%+v", l)
	}
}

func TestDriftExit(t *testing.T) {
	t.Parallel()
	open, silent := seen(probes.OpenProto), seen(probes.SilenceUnproven)
	cells := func(cim probes.Cell) map[string]probes.Cell {
		return map[string]probes.Cell{"redfish": open, "cim-http": cim}
	}
	for _, row := range []struct {
		name          string
		before, after driftSide
		sel           Selection
		failOn        uint8
		budget        float64
		want          int
	}{
		{"nothing changed", driftSide{cells: cells(open)}, driftSide{cells: cells(open)}, Selection{}, 2, 0, ExitFine},
		{"fixed", driftSide{cells: cells(open)}, driftSide{cells: cells(silent)}, Selection{}, 2, 0, ExitFine},
		{"new", driftSide{cells: cells(silent)}, driftSide{cells: cells(open)}, Selection{}, 2, 1, ExitDeviation},
		{"new below the limit", driftSide{cells: cells(silent)}, driftSide{cells: cells(open)}, Selection{}, 5, 1, ExitFine},
		{"new, of another rule", driftSide{cells: cells(silent)}, driftSide{cells: cells(open)},
			Selection{Rules: []string{"bmc_management"}}, 2, 1, ExitFine},
		{"updated", driftSide{cells: cells(open)}, driftSide{cells: cells(seen(probes.RstHost))}, Selection{}, 2, 0, ExitDeviation},
		{"uncovered above the budget", driftSide{cells: cells(open)}, driftSide{cells: map[string]probes.Cell{"redfish": open}}, Selection{}, 2, 0.4, ExitIncomplete},
		{"uncovered within the budget", driftSide{cells: cells(open)}, driftSide{cells: map[string]probes.Cell{"redfish": open}}, Selection{}, 2, 0.5, ExitFine},
		{"coverage lost", driftSide{cells: cells(silent)}, driftSide{cells: map[string]probes.Cell{"redfish": open}}, Selection{}, 2, 0.4, ExitIncomplete},
		{"nothing was tested before", driftSide{}, driftSide{cells: cells(silent)}, Selection{}, 2, 1, ExitIncomplete},
		{"nothing in common", driftSide{cells: cells(open)}, driftSide{cells: cells(open)}, Selection{Services: []string{"nosuch"}}, 2, 1, ExitIncomplete},
	} {
		d := Compare(row.before.results(t), row.after.results(t), Seen{})
		if got := d.Exit(row.sel, row.failOn, row.budget); got != row.want {
			t.Errorf("%s: exit %d, want %d (%+v)", row.name, got, row.want, d.Total)
		}
	}
}
