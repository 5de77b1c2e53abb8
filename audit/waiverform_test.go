package audit

import (
	"errors"
	"strings"
	"testing"
	"time"

	"oobscope/kits/document"
	"oobscope/probes"
)

// goodForm is what waivedSite says, bound to a fingerprint.
func goodForm() WaiverForm {
	return WaiverForm{
		ID: "w-1", Rule: "clear_text_mgmt", Target: "198.18.1.5", Service: "cim-http", Verdict: "exposed",
		Fingerprint: "sha256:" + strings.Repeat("0a", 32), Reason: "replaced soon", Ticket: "CHG-1", RequestedBy: "netops", ApprovedBy: "security",
		Starts: "2026-11-01", Expires: "2027-01-31",
	}
}

// A waiver is read by the same rules wherever it stands: what is wrong with a field of the form is wrong at that line
// and column of the file.
func TestWaiverFormAndFileAgree(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 600)
	rows := []struct{ field, value, want string }{
		{"id", "a/b", "expected at most 63 letters"},
		{"target", "198.18.2.40", "listed as a target"},
		{"target", "198.18.1.0/24", "expected one address"},
		{"service", "cim", "expected a service of the catalogue"},
		{"verdict", "conforms", "expected exposed"},
		{"verdict", "unverifiable", "expected exposed"},
		{"fingerprint", "sha256:xyz", "64 hex digits"},
		{"reason", long, "found 600 characters, expected at most 500"},
		{"reason", "a\u202eb", "printable"},
		{"reason", "a\nb", "printable"},
		{"ticket", long, "expected at most 128"},
		{"approved_by", " NetOps ", "expected somebody else"},
		{"starts", "yesterday", "expected a day"},
		{"expires", "2026-10-31", "before the start"},
		{"expires", "2027-05-01", "found 181 days, expected at most 180"},
	}
	site := mustSite(t, siteText)
	for _, row := range rows {
		form := goodForm()
		*form.Field(row.field) = row.value
		_, flaws := form.Read(site)
		if len(flaws) != 1 || flaws[0].Field != row.field || !strings.Contains(flaws[0].Message, row.want) {
			t.Errorf("%s %q: flaws %v, want %q", row.field, row.value, flaws, row.want)
			continue
		}
		_, err := ReadSite("site.yaml", []byte(siteText+"waivers:\n"+FormYAML(form)))
		var ps document.Problems
		if !errors.As(err, &ps) || len(ps) != 1 || ps[0].Message != flaws[0].Message || !strings.HasSuffix(ps[0].Path, row.field) || ps[0].Line < 15 || ps[0].Column < 9 {
			t.Errorf("%s %q: the file says %v, the form %v", row.field, row.value, err, flaws)
		}
	}
}

// What is written for the site file reads back as it was, whatever the texts hold.
func TestFormYAMLReadsBack(t *testing.T) {
	t.Parallel()
	form := goodForm()
	form.Reason, form.Ticket, form.RequestedBy = `array: "replaced" # in Q1 \ {x}`, "2026", "true"
	site, err := ReadSite("site.yaml", []byte(siteText+"waivers:\n"+FormYAML(form)))
	if err != nil {
		t.Fatalf("%v\n%s", err, FormYAML(form))
	}
	if got := site.Waivers[0].Form(); got != form {
		t.Errorf("read back\n%+v, wrote\n%+v", got, form)
	}
	if site.Waivers[0].Origin != WaiverInSite {
		t.Errorf("origin %q", site.Waivers[0].Origin)
	}
}

func TestReadNewWaiver(t *testing.T) {
	t.Parallel()
	site := mustSite(t, siteText)
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	if _, flaws := goodForm().ReadNew(site, now); len(flaws) != 0 {
		t.Errorf("good: %v", flaws)
	}
	unbound := goodForm()
	unbound.Fingerprint = ""
	if _, flaws := unbound.Read(site); len(flaws) != 1 || !flaws[0].Warning {
		t.Errorf("a file may leave it out: %v", flaws)
	}
	if _, flaws := unbound.ReadNew(site, now); len(flaws) != 1 || flaws[0].Warning {
		t.Errorf("a new one may not: %v", flaws)
	}
	if _, flaws := goodForm().ReadNew(site, now.AddDate(1, 0, 0)); len(flaws) != 1 || flaws[0].Field != "expires" || !strings.Contains(flaws[0].Message, "passed") {
		t.Errorf("over: %v", flaws)
	}
	if _, flaws := (WaiverForm{}).Read(nil); len(flaws) < 7 {
		t.Errorf("empty: %v", flaws)
	}
}

func TestWaiverFor(t *testing.T) {
	t.Parallel()
	r := driftSide{cells: map[string]probes.Cell{"cim-http": seen(probes.OpenProto), "redfish": seen(probes.OpenProto)}}.results(t)
	f := r.Finding(flowOf(t, r.Scope, "198.18.1.5", "cim-http", probes.TCP).ID)
	form, ok := WaiverFor(&f, exposedCIM())
	if !ok || form.Rule != "clear_text_mgmt" || form.Target != "198.18.1.5" || form.Verdict != "exposed" || form.Fingerprint != Fingerprint("cim-http", exposedCIM()) {
		t.Errorf("%v %+v", ok, form)
	}
	fine := r.Finding(flowOf(t, r.Scope, "198.18.1.5", "redfish", probes.TCP).ID)
	if _, ok := WaiverFor(&fine, nil); ok {
		t.Error("a conforming flow can be waived")
	}
}
