package views

import (
	"fmt"

	"oobscope/audit"
)

// siteCell names the site of a run; a run that is not of a real network, or not of this store, says so first.
func siteCell(s *State, r *audit.Run) Cell {
	switch {
	case r.Simulated:
		return Cell{s.Words.Plain.SimulatedShort, s.Theme.Warn}
	case r.Imported != nil:
		return Cell{s.Words.Handover.Imported + " " + r.Site, s.Theme.Accent}
	}
	return Cell{Text: r.Site}
}

// resumable tells whether a run can be gone on with here.
func resumable(r *audit.Run) bool { return r.State == audit.RunPartial && r.Imported == nil }

// handedOver is the line that says where a run came from and who vouches for it; none for a run of this store.
func handedOver(w *Words, in *audit.Import) [][2]string {
	if in == nil {
		return nil
	}
	h := &w.Handover
	from, signed := h.Unknown, h.Unsigned
	if in.From != "" {
		from = fmt.Sprintf(h.From, in.From)
	}
	switch {
	case in.Principal != "":
		signed = fmt.Sprintf(h.SignedBy, in.Principal, in.Signer)
	case in.Signer != "":
		signed = fmt.Sprintf(h.SignedWith, in.Signer)
	}
	return [][2]string{{h.Label, join(w.Host.Comma, from, signed, fmt.Sprintf(h.On, Stamp(in.At), in.By))}}
}
