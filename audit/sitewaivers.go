package audit

import "oobscope/kits/document"

// waivers reads the accepted deviations (formats.md 4). A waiver that could hide more than it says, or
// that nobody else has agreed to, is an error and not a waiver without effect.
func (r *siteReader) waivers(items []*document.Node) {
	seen := map[string]bool{}
	for _, m := range items {
		if r.AsMap(m) == nil {
			continue
		}
		form, unread := r.waiverForm(m)
		w, flaws := form.Read(r.site)
		for _, f := range flaws {
			n := m.Get(f.Field)
			switch {
			case unread[f.Field]:
			case f.Warning:
				r.warn(m, f.Message, f.Hint)
			case n == nil:
				r.Fail(m, f.Field+": "+f.Message, f.Hint)
			default:
				r.Fail(n, f.Message, f.Hint)
			}
		}
		if w.ID != "" && seen[w.ID] {
			r.Fail(m, "found the waiver "+w.ID+" twice", "")
		}
		seen[w.ID] = true
		w.Origin = WaiverInSite
		r.Unknown(m)
		r.site.Waivers = append(r.site.Waivers, w)
	}
}

// waiverForm reads the texts of a waiver; unread are the fields that are missing or no texts, which is reported already.
func (r *siteReader) waiverForm(m *document.Node) (form WaiverForm, unread map[string]bool) {
	unread = map[string]bool{}
	for _, field := range WaiverFields() {
		need := document.Required
		switch field {
		case "rule", "ticket", "fingerprint":
			need = document.Optional
		}
		n := r.Field(m, need, field)
		text := r.AsString(n)
		*form.Field(field) = text
		unread[field] = text == "" && (n != nil || need == document.Required)
	}
	return form, unread
}
