package audit

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"oobscope/kits"
	"oobscope/kits/document"
)

// waivers reads the accepted deviations (formats.md 4). A waiver that could hide more than it says, or
// that nobody else has agreed to, is an error and not a waiver without effect.
func (r *siteReader) waivers(items []*document.Node) {
	seen := map[string]bool{}
	for _, m := range items {
		if r.AsMap(m) == nil {
			continue
		}
		w := Waiver{
			ID: r.word(r.Field(m, document.Required, "id")), Rule: r.String(m, "rule", document.Optional),
			Reason: r.String(m, "reason", document.Required), Ticket: r.String(m, "ticket", document.Optional),
			RequestedBy: r.String(m, "requested_by", document.Required), ApprovedBy: r.String(m, "approved_by", document.Required),
		}
		if w.ID != "" && seen[w.ID] {
			r.Fail(m, "found the waiver "+w.ID+" twice", "")
		}
		seen[w.ID] = true
		r.waived(m, &w)
		r.waivedFor(m, &w)
		if w.ApprovedBy != "" && strings.EqualFold(strings.TrimSpace(w.ApprovedBy), strings.TrimSpace(w.RequestedBy)) {
			r.Fail(m.Get("approved_by"), "found the requester, expected somebody else", "a waiver needs a second person")
		}
		r.Unknown(m)
		r.site.Waivers = append(r.site.Waivers, w)
	}
}

// waived reads what a waiver covers.
func (r *siteReader) waived(m *document.Node, w *Waiver) {
	if n := r.Field(m, document.Required, "target"); n != nil {
		if p, ok := r.prefix(n); ok {
			w.Target = p.Addr()
			if !p.IsSingleIP() || !r.site.Lists(w.Target) {
				r.Fail(n, "found "+n.Found()+", expected one address that is listed as a target", "")
			}
		}
	}
	if n := r.Field(m, document.Required, "service"); n != nil {
		if w.Service = r.AsString(n); w.Service != "" && kits.ServiceByID(w.Service) == nil {
			r.Fail(n, "found "+n.Found()+", expected a service of the catalogue", "")
		}
	}
	if n := r.Field(m, document.Required, "verdict"); n != nil {
		v, known := ParseVerdict(n.Text)
		if n.Kind != document.String || !known || !v.Deviation() {
			r.Fail(n, "found "+n.Found()+", expected "+strings.Join(deviations(), ", "),
				"what was not verified cannot be accepted: a waiver never covers error, unverifiable or not_tested")
		}
		w.Verdict = n.Text
	}
	n := r.Field(m, document.Optional, "fingerprint")
	if n == nil {
		r.warn(m, "found no fingerprint, so the waiver covers whatever answers there", "take it from the finding")
		return
	}
	w.Fingerprint = r.AsString(n)
	digits, prefixed := strings.CutPrefix(w.Fingerprint, "sha256:")
	if b, err := hex.DecodeString(digits); w.Fingerprint != "" && (!prefixed || err != nil || len(b) != 32 || digits != strings.ToLower(digits)) {
		r.Fail(n, "found "+n.Found()+", expected sha256: and 64 hex digits", "take it from the finding")
	}
}

// waivedFor reads when a waiver counts.
func (r *siteReader) waivedFor(m *document.Node, w *Waiver) {
	var known bool
	w.Starts, known = r.day(m, "starts")
	end, ok := r.day(m, "expires")
	w.Expires = end
	switch {
	case !known || !ok:
	case end.Before(w.Starts):
		r.Fail(m.Get("expires"), "found "+document.Quote(m.Get("expires").Text)+", which is before the start", "")
	case end.Sub(w.Starts) > MaxWaiver:
		r.Fail(m.Get("expires"), fmt.Sprintf("found %d days, expected at most %d", int(end.Sub(w.Starts).Hours()/24), int(MaxWaiver.Hours()/24)),
			"accept it for a shorter time and look again then")
	}
}

func (r *siteReader) day(m *document.Node, key string) (time.Time, bool) {
	n := r.Field(m, document.Required, key)
	if n == nil {
		return time.Time{}, false
	}
	t, err := time.Parse(time.DateOnly, n.Text)
	if n.Kind != document.String || err != nil {
		r.Fail(n, "found "+n.Found()+", expected a day", "write it as 2026-11-22")
		return time.Time{}, false
	}
	return t, true
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
