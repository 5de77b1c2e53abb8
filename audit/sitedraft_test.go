package audit

import (
	"strings"
	"testing"
)

func soundDraft() SiteDraft {
	return SiteDraft{Name: "dc1", Targets: "198.18.1.0/24, 198.18.2.7 fd00:20::10", TargetZone: "management", Vantage: "jump1", Own: "198.18.90.10",
		OwnZone: "trust", Interzone: "drop", Intrazone: "allow", OnLink: "no", Canary: "198.18.3.250"}
}

func TestDraftIsASoundSite(t *testing.T) {
	t.Parallel()
	d := soundDraft()
	c := SiteComments{Head: []string{"first", "# second: [", "\x1b[2J\n"}, Zones: []string{"zones"}, Targets: []string{"only these"}}
	raw := d.File(c)
	site, err := ReadSite("draft.yaml", raw)
	if err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	if site.Name != "dc1" || site.Vantage != (SiteVantage{"jump1", "trust"}) || len(site.Zones) != 3 || len(site.Targets) != 1 || len(site.Targets[0].Addresses) != 3 ||
		site.Interzone != "drop" || site.Intrazone != "allow" || site.OnLink || len(site.Probe.Canaries) != 1 || site.Probe.Pace != "normal" {
		t.Errorf("read back as %+v from\n%s", site, raw)
	}
	if faults := d.Faults(); len(faults) > 0 {
		t.Errorf("faults of a sound draft: %v", faults)
	}
	for _, want := range []string{"# first\n# # second: [\n# \\x1b[2J", "# only these\ntargets:"} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("no %q in\n%s", want, raw)
		}
	}
}

// In the zone of the targets ourselves: one zone, and what the targets cover already is not listed twice.
func TestDraftInsideTheZone(t *testing.T) {
	t.Parallel()
	d := soundDraft()
	d.OwnZone, d.Own = "management", "198.18.1.9 198.18.7.7"
	site, err := ReadSite("", d.File(SiteComments{}))
	if err != nil || len(site.Zones) != 2 || len(site.Zones[0].Prefixes) != 4 {
		t.Errorf("zones %+v, %v", site, err)
	}
	d.Own, d.OwnZone = "", "internet"
	if faults := d.Faults(); len(faults) > 0 {
		t.Errorf("in the zone of everything else: %v", faults)
	}
	d.OwnZone = "management"
	if faults := d.Faults(); len(faults) > 0 {
		t.Errorf("without an address of our own: %v", faults)
	}
}

// Each fault is told at the field that it came from.
func TestDraftFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(*SiteDraft)
		field string
		says  string
	}{
		"no name":            {func(d *SiteDraft) { d.Name = "" }, DraftName, "expected text"},
		"a name with blank":  {func(d *SiteDraft) { d.Name = "my site" }, DraftName, "letters"},
		"a name like a flag": {func(d *SiteDraft) { d.Name = "yes" }, "", ""},
		"no target":          {func(d *SiteDraft) { d.Targets = " , " }, DraftTargets, "found no"},
		"no address":         {func(d *SiteDraft) { d.Targets = "bmc1.example" }, DraftTargets, "an address or a prefix"},
		"host bits":          {func(d *SiteDraft) { d.Targets = "198.18.1.5/24" }, DraftTargets, "198.18.1.0/24"},
		"a whole /64":        {func(d *SiteDraft) { d.Targets = "fd00:20::/64" }, DraftTargets, "/112"},
		"multicast":          {func(d *SiteDraft) { d.Targets = "224.0.0.1" }, DraftTargets, "multicast"},
		"a zone called any":  {func(d *SiteDraft) { d.TargetZone = "any" }, DraftTargetZone, "any"},
		"no zone of ours":    {func(d *SiteDraft) { d.OwnZone = "" }, DraftOwnZone, ""},
		"not our address":    {func(d *SiteDraft) { d.Own = "here" }, DraftOwn, "an address or a prefix"},
		"nobody":             {func(d *SiteDraft) { d.Own = "" }, DraftOwn, "found no"},
		"no vantage":         {func(d *SiteDraft) { d.Vantage = "" }, DraftVantage, ""},
		"a wrong default":    {func(d *SiteDraft) { d.Interzone = "deny" }, DraftInterzone, "drop"},
		"no default":         {func(d *SiteDraft) { d.Intrazone = "" }, DraftIntrazone, ""},
		"a wrong flag":       {func(d *SiteDraft) { d.OnLink = "perhaps" }, DraftOnLink, ""},
		"a canary target":    {func(d *SiteDraft) { d.Canary = "198.18.1.9" }, DraftCanary, "target"},
	} {
		d := soundDraft()
		c.spoil(&d)
		faults := d.Faults()
		if c.field == "" && len(faults) > 0 || c.field != "" && (faults[c.field] == "" || !strings.Contains(faults[c.field], c.says)) {
			t.Errorf("%s: %v, want one at %q that says %q", name, faults, c.field, c.says)
		}
	}
}

// FuzzDraft: whatever is typed, a draft without a fault is a site that reads back as it was typed.
func FuzzDraft(f *testing.F) {
	f.Add("dc1", "198.18.1.0/24", "management", "10.0.0.9", "trust", "drop", "no", "")
	f.Add("a: b\n- c", "1.2.3.4\", x: [\"", "z\x00", "#", "'", "allow # x", "yes", "::")
	f.Add("null", "fd00::1", "true", "fd00::2", "~", "reject", "on", "198.18.0.1,198.18.0.2")
	f.Fuzz(func(t *testing.T, name, targets, zone, own, ownZone, inter, link, canary string) {
		if len(name)+len(targets)+len(own)+len(canary) > 2000 {
			return
		}
		d := SiteDraft{name, targets, zone, "here", own, ownZone, inter, "allow", link, canary}
		raw := d.File(SiteComments{Head: []string{name}, Zones: []string{targets}})
		if len(d.Faults()) > 0 {
			return
		}
		site, err := ReadSite("", raw)
		if err != nil {
			t.Fatalf("no fault, but %v in\n%s", err, raw)
		}
		if site.Name != name || site.Vantage.Zone != ownZone || site.Interzone != inter || len(site.Targets) != 1 || len(site.Targets[0].Addresses) != len(items(targets)) {
			t.Fatalf("%+v from\n%s", site, raw)
		}
	})
}
