package audit

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"oobscope/probes"
)

// WaiverRecord is a waiver that a store keeps, with who did what to it. It is asked for by one person and counts once
// another one has approved it.
type WaiverRecord struct {
	Site string `json:"site"` // name of the site that it is about
	WaiverForm
	Run       string `json:"run,omitempty"` // the run in which the deviation was seen
	Requested Deed   `json:"requested"`
	Approved  *Deed  `json:"approved,omitempty"`
	Withdrawn *Deed  `json:"withdrawn,omitempty"`
}

// Deed is who did something to a waiver, and when.
type Deed struct {
	By   string    `json:"by"` // login name
	At   time.Time `json:"at"`
	Note string    `json:"note,omitempty"`
}

// Pending tells whether a record waits for its approval.
func (r *WaiverRecord) Pending() bool { return r.ApprovedBy == "" && r.Withdrawn == nil }

// Approve notes that somebody agreed. Neither who asked for the waiver nor who entered it can approve it.
func (r *WaiverRecord) Approve(d Deed) error {
	switch {
	case strings.TrimSpace(d.By) == "":
		return errors.New("who approves it is not known")
	case r.Withdrawn != nil:
		return fmt.Errorf("waiver %s was withdrawn by %s", r.ID, r.Withdrawn.By)
	case r.ApprovedBy != "":
		return fmt.Errorf("waiver %s is approved already, by %s", r.ID, r.ApprovedBy)
	case samePerson(d.By, r.RequestedBy), samePerson(d.By, r.Requested.By):
		return fmt.Errorf("waiver %s was requested by %s: a waiver needs a second person", r.ID, d.By)
	}
	r.ApprovedBy, r.Approved = d.By, &d
	return nil
}

// Withdraw notes that a waiver counts no more. Anybody may: it only makes a deviation visible again.
func (r *WaiverRecord) Withdraw(d Deed) error {
	if r.Withdrawn != nil {
		return fmt.Errorf("waiver %s was withdrawn already, by %s", r.ID, r.Withdrawn.By)
	}
	r.Withdrawn = &d
	return nil
}

// Waiver makes the waiver of a record. What a store holds is not trusted more than a file.
func (r *WaiverRecord) Waiver() (Waiver, error) {
	w, flaws := r.Read(nil)
	for _, f := range flaws {
		if !f.Warning {
			return w, fmt.Errorf("waiver %s: %w", probes.Clean(r.ID, 64), f)
		}
	}
	w.Origin = WaiverInStore
	w.Named = r.ApprovedBy != "" &&
		(r.Approved == nil || !samePerson(r.Approved.By, r.ApprovedBy) || samePerson(r.Approved.By, r.Requested.By))
	return w, nil
}

// MergeWaivers are the waivers that count for a site: those of its file, then the records that are about it and were not
// withdrawn. Where both have one of the same id, the file's counts: a waiver that was exported into it is one waiver.
// What cannot be read is named in the errors and does not count.
func MergeWaivers(site *Site, records []WaiverRecord) (list []Waiver, troubles []error) {
	list = append(list, site.Waivers...)
	known := map[string]bool{}
	for i := range list {
		known[list[i].ID] = true
	}
	for i := range records {
		r := &records[i]
		if r.Site != site.Name || r.Withdrawn != nil || known[r.ID] {
			continue
		}
		w, err := r.Waiver()
		if err != nil {
			troubles = append(troubles, err)
			continue
		}
		known[w.ID] = true
		list = append(list, w)
	}
	return list, troubles
}
