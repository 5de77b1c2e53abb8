package store

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"

	"oobscope/audit"
)

// maxWaivers is how many waivers a store keeps, withdrawn ones included.
const maxWaivers = 4096

// AddWaiver stores a new waiver, which the caller has checked, and returns it with the id that it was given:
// w-YYMMDD-N by the day on which it was asked for, with the first number that neither the store nor taken has.
func (s *Store) AddWaiver(rec audit.WaiverRecord, taken func(id string) bool) (audit.WaiverRecord, error) {
	if rec.Requested.At.IsZero() || rec.Requested.By == "" {
		return rec, errors.New("new waiver: who asked for it and when is missing")
	}
	err := s.update(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket([]byte(waiverBucket))
		if bucket.Stats().KeyN >= maxWaivers {
			return refused("new waiver: the store has %d already: export those that count into the site file", maxWaivers)
		}
		for n := 1; ; n++ {
			rec.ID = fmt.Sprintf("w-%s-%d", rec.Requested.At.UTC().Format("060102"), n)
			if bucket.Get([]byte(rec.ID)) == nil && (taken == nil || !taken(rec.ID)) {
				return putJSON(tx, waiverBucket, rec.ID, rec)
			}
		}
	})
	return rec, err
}

// ChangeWaiver lets change work on a stored waiver and stores what it makes of it, unless it returns an error. Nobody
// else can change it in between. The id and the site stay as they are.
func (s *Store) ChangeWaiver(id string, change func(*audit.WaiverRecord) error) (rec audit.WaiverRecord, err error) {
	var failed error
	err = s.update(func(tx *bbolt.Tx) error {
		raw := tx.Bucket([]byte(waiverBucket)).Get([]byte(id))
		if raw == nil {
			return notFound("waiver", id)
		}
		if rec, failed = decodeWaiver(id, raw); failed != nil {
			failed = damaged(s.indexPath(), "%v", failed)
			return failed
		}
		site := rec.Site
		if failed = change(&rec); failed != nil {
			return failed
		}
		rec.ID, rec.Site = id, site
		return putJSON(tx, waiverBucket, id, rec)
	})
	if failed != nil {
		return rec, failed // in its own words
	}
	return rec, err
}

// Waivers lists the waivers of a site, withdrawn ones too, the oldest first; those of all sites if site is empty. What
// cannot be read is named in the errors and does not hide the rest.
func (s *Store) Waivers(site string) ([]audit.WaiverRecord, []error) {
	stored := make(map[string][]byte)
	if err := s.view(func(tx *bbolt.Tx) error { return copyAll(tx, waiverBucket, stored) }); err != nil {
		return nil, []error{err}
	}
	var list []audit.WaiverRecord
	var troubles []error
	for id, raw := range stored {
		rec, err := decodeWaiver(id, raw)
		switch {
		case err != nil:
			troubles = append(troubles, damaged(s.indexPath(), "%v", err))
		case site == "" || rec.Site == site:
			list = append(list, rec)
		}
	}
	slices.SortFunc(list, func(a, b audit.WaiverRecord) int {
		return cmp.Or(a.Requested.At.Compare(b.Requested.At), cmp.Compare(a.ID, b.ID))
	})
	return list, troubles
}

// decodeWaiver reads a stored waiver and cleans what is shown of it.
func decodeWaiver(id string, raw []byte) (audit.WaiverRecord, error) {
	var rec audit.WaiverRecord
	if err := json.Unmarshal(raw, &rec); err != nil {
		return rec, fmt.Errorf("waiver %q: %w", id, err)
	}
	if rec.ID != id {
		return rec, fmt.Errorf("waiver %q: its entry is of %q", id, rec.ID)
	}
	for _, field := range audit.WaiverFields() {
		cleanAll(rec.Field(field))
	}
	cleanAll(&rec.Site, &rec.Run)
	for _, d := range []*audit.Deed{&rec.Requested, rec.Approved, rec.Withdrawn} {
		if d != nil {
			cleanAll(&d.By, &d.Note)
		}
	}
	return rec, nil
}
