package audit

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"oobscope/kits"
	"oobscope/kits/document"
	"oobscope/probes"
)

// WaiverForm is a waiver as a person writes it: in a site file, in a dialog or on the command line. Its names are
// those of formats.md 4. All three are read by the same rules.
type WaiverForm struct {
	ID          string `json:"id"`
	Rule        string `json:"rule,omitempty"` // app_id; empty where a default decided
	Target      string `json:"target"`
	Service     string `json:"service"`
	Verdict     string `json:"verdict"`
	Fingerprint string `json:"fingerprint,omitempty"`
	Reason      string `json:"reason"`
	Ticket      string `json:"ticket,omitempty"`
	RequestedBy string `json:"requested_by"`
	ApprovedBy  string `json:"approved_by,omitempty"` // empty: nobody yet, and it does not count
	Starts      string `json:"starts"`                // 2026-11-22, like Expires; both days are included, in UTC
	Expires     string `json:"expires"`
}

// Flaw is what is wrong with one field of a form. A warning does not keep it from counting.
type Flaw struct {
	Field, Message, Hint string
	Warning              bool
}

// Error is one line for where there is no form to point into.
func (f Flaw) Error() string { return f.Field + ": " + f.Message }

// Flaws is what is wrong with a form, as an error.
type Flaws []Flaw

// Error is one line for each flaw.
func (fs Flaws) Error() string {
	var lines []string
	for _, f := range fs {
		lines = append(lines, f.Error())
	}
	return strings.Join(lines, "\n")
}

// WaiverFields are the names of the fields, in the order in which they are written.
func WaiverFields() []string {
	return []string{
		"id", "rule", "target", "service", "verdict", "fingerprint", "reason", "ticket", "requested_by", "approved_by", "starts", "expires",
	}
}

// Field is the field of that name; nil if there is none.
func (f *WaiverForm) Field(name string) *string {
	i := slices.Index(WaiverFields(), name)
	if i < 0 {
		return nil
	}
	return [...]*string{
		&f.ID, &f.Rule, &f.Target, &f.Service, &f.Verdict, &f.Fingerprint, &f.Reason, &f.Ticket, &f.RequestedBy, &f.ApprovedBy, &f.Starts, &f.Expires,
	}[i]
}

// Longest texts of a form, in characters.
const (
	maxReason = 500
	maxName   = 128
)

// waiverReader collects what is wrong with a form.
type waiverReader struct {
	form  *WaiverForm
	flaws Flaws
}

func (r *waiverReader) fail(field, message, hint string) {
	r.flaws = append(r.flaws, Flaw{Field: field, Message: message, Hint: hint})
}

// Read checks a form and makes the waiver of it; the flaws are in the order of the fields. The target must be listed
// by site; a nil site is not asked. A form without approver reads, but its waiver does not count.
func (f WaiverForm) Read(site *Site) (Waiver, Flaws) {
	r := &waiverReader{form: &f}
	w := Waiver{ID: f.ID, Rule: f.Rule, Service: f.Service, Verdict: f.Verdict, Fingerprint: f.Fingerprint,
		Reason: f.Reason, Ticket: f.Ticket, RequestedBy: f.RequestedBy, ApprovedBy: f.ApprovedBy}
	if !isWord(f.ID) {
		r.fail("id", "found "+document.Quote(f.ID)+", expected at most 63 letters, digits, dots, dashes or underscores", "")
	}
	r.text("rule", maxName, false)
	w.Target = r.target(site)
	r.what()
	r.fingerprint()
	r.text("reason", maxReason, true)
	r.text("ticket", maxName, false)
	r.people()
	w.Starts, w.Expires = r.days()
	slices.SortStableFunc(r.flaws, func(a, b Flaw) int {
		return slices.Index(WaiverFields(), a.Field) - slices.Index(WaiverFields(), b.Field)
	})
	return w, r.flaws
}

// ReadNew is Read for a waiver that is asked for at the moment now: it must be bound to what was seen, and it must not
// be over already.
func (f WaiverForm) ReadNew(site *Site, now time.Time) (Waiver, Flaws) {
	w, flaws := f.Read(site)
	for i := range flaws {
		flaws[i].Warning = false
	}
	if len(flaws) == 0 && !now.Before(w.end()) {
		flaws = append(flaws, Flaw{Field: "expires", Message: "found " + document.Quote(f.Expires) + ", which has passed", Hint: "it is a day in UTC, and the last one on which the waiver counts"})
	}
	return w, flaws
}

func (r *waiverReader) text(field string, most int, must bool) {
	s := *r.form.Field(field)
	switch {
	case strings.TrimSpace(s) == "" && must:
		r.fail(field, "found nothing, expected text", "")
	case utf8.RuneCountInString(s) > most:
		r.fail(field, fmt.Sprintf("found %d characters, expected at most %d", utf8.RuneCountInString(s), most), "")
	case probes.Clean(s, most) != s:
		r.fail(field, "found "+document.Quote(s)+", expected printable characters on one line", "")
	}
}

func (r *waiverReader) target(site *Site) netip.Addr {
	a, err := netip.ParseAddr(r.form.Target)
	if err != nil || a.Zone() != "" || a.Is4In6() || site != nil && !site.Lists(a) {
		r.fail("target", "found "+document.Quote(r.form.Target)+", expected one address that is listed as a target", "")
	}
	return a
}

// what reads which service and verdict are accepted.
func (r *waiverReader) what() {
	if kits.ServiceByID(r.form.Service) == nil {
		r.fail("service", "found "+document.Quote(r.form.Service)+", expected a service of the catalogue", "")
	}
	if v, known := ParseVerdict(r.form.Verdict); !known || !v.Deviation() {
		r.fail("verdict", "found "+document.Quote(r.form.Verdict)+", expected "+strings.Join(deviations(), ", "),
			"what was not verified cannot be accepted: a waiver never covers error, unverifiable or not_tested")
	}
}

func (r *waiverReader) fingerprint() {
	const hint = "take it from the finding"
	s := r.form.Fingerprint
	if s == "" {
		r.flaws = append(r.flaws, Flaw{Field: "fingerprint", Warning: true, Hint: hint,
			Message: "found no fingerprint, so the waiver covers whatever answers there"})
		return
	}
	digits, prefixed := strings.CutPrefix(s, "sha256:")
	b, err := hex.DecodeString(digits)
	if !prefixed || err != nil || len(b) != 32 || digits != strings.ToLower(digits) {
		r.fail("fingerprint", "found "+document.Quote(s)+", expected sha256: and 64 hex digits", hint)
	}
}

// people reads who asked and who agreed.
func (r *waiverReader) people() {
	r.text("requested_by", maxName, true)
	r.text("approved_by", maxName, false)
	if samePerson(r.form.ApprovedBy, r.form.RequestedBy) {
		r.fail("approved_by", "found the requester, expected somebody else", "a waiver needs a second person")
	}
}

// samePerson tells whether two names are of one person. No name is nobody.
func samePerson(a, b string) bool {
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	return a != "" && strings.EqualFold(a, b)
}

// days reads when the waiver counts.
func (r *waiverReader) days() (starts, expires time.Time) {
	var ok [2]bool
	for i, field := range [...]string{"starts", "expires"} {
		t, err := time.Parse(time.DateOnly, *r.form.Field(field))
		if err != nil {
			r.fail(field, "found "+document.Quote(*r.form.Field(field))+", expected a day", "write it as 2026-11-22")
		}
		ok[i] = err == nil
		if i == 0 {
			starts = t
		} else {
			expires = t
		}
	}
	switch length := expires.Sub(starts); {
	case !ok[0] || !ok[1]:
	case length < 0:
		r.fail("expires", "found "+document.Quote(r.form.Expires)+", which is before the start", "")
	case length > MaxWaiver:
		r.fail("expires", fmt.Sprintf("found %d days, expected at most %d", int(length.Hours()/24), int(MaxWaiver.Hours()/24)),
			"accept it for a shorter time and look again then")
	}
	return starts, expires
}

func deviations() []string {
	var out []string
	for _, v := range Verdicts() {
		if v.Deviation() {
			out = append(out, v.String())
		}
	}
	return out
}

// Form is the waiver as it is written.
func (w *Waiver) Form() WaiverForm {
	return WaiverForm{
		ID: w.ID, Rule: w.Rule, Target: w.Target.String(), Service: w.Service, Verdict: w.Verdict, Fingerprint: w.Fingerprint,
		Reason: w.Reason, Ticket: w.Ticket, RequestedBy: w.RequestedBy, ApprovedBy: w.ApprovedBy,
		Starts: w.Starts.Format(time.DateOnly), Expires: w.Expires.Format(time.DateOnly),
	}
}

// WaiverFor fills in what a finding says of itself: what is accepted and how it is bound. Who asks, why and for how long
// is left open. o is the stored observation of the flow; without it the form has no fingerprint. ok is false if there is
// nothing to accept: only deviations can be waived.
func WaiverFor(f *Finding, o *probes.Observation) (form WaiverForm, ok bool) {
	if !f.Verdict.Deviation() || !f.Target.IsValid() {
		return form, false
	}
	form = WaiverForm{Rule: f.App, Target: f.Target.String(), Service: f.ServiceID(), Verdict: f.Verdict.String()}
	if o != nil {
		form.Fingerprint = Fingerprint(form.Service, o)
	}
	return form, true
}

// FormYAML is a waiver as an item of the list under waivers in a site file, two blanks in.
func FormYAML(f WaiverForm) string {
	var b strings.Builder
	lead := "  - "
	for _, field := range WaiverFields() {
		value := *f.Field(field)
		if value == "" {
			continue
		}
		fmt.Fprintf(&b, "%s%s: %s\n", lead, field, yamlText(value))
		lead = "    "
	}
	return b.String()
}

// yamlText writes a text as a double-quoted YAML scalar (YAML 1.2.2, 7.3.1 and 5.7), whatever it holds: in plain style it
// could read as a number, a comment or a map.
func yamlText(s string) string {
	b := []byte{'"'}
	for _, r := range s {
		switch {
		case r == '\\' || r == '"':
			b = append(b, '\\', byte(r))
		case unicode.IsPrint(r):
			b = utf8.AppendRune(b, r)
		default:
			b = fmt.Appendf(b, `\U%08x`, r)
		}
	}
	return string(append(b, '"'))
}
