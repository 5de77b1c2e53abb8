package store

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// Baseline names a run of a site that later ones are held against. As long as it stands, the run cannot be deleted.
type Baseline struct {
	Site string    `json:"site"`
	Name string    `json:"name"`
	Run  string    `json:"run"`
	Set  time.Time `json:"set"`
	By   string    `json:"by"` // login name
}

// maxBaselines is how many baselines a store keeps, over all sites.
const maxBaselines = 1024

// key is where a baseline stands in its bucket. Neither a site nor a name has a slash in it.
func (b *Baseline) key() string { return b.Site + "/" + b.Name }

// PutBaseline stores a baseline and returns the one that had its site and name before; nil for none.
func (s *Store) PutBaseline(b Baseline) (former *Baseline, err error) {
	if !validID(b.Run) || b.Name == "" {
		return nil, refused("baseline %q of site %q: a name and the id of a run are needed", b.Name, b.Site)
	}
	err = s.update(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket([]byte(baselineBucket))
		if old := bucket.Get([]byte(b.key())); old != nil {
			former = &Baseline{}
			if json.Unmarshal(old, former) != nil {
				former = nil // what cannot be decoded is replaced
			}
		} else if bucket.Stats().KeyN >= maxBaselines {
			return refused("baseline %s: the store has %d already: remove one first", b.key(), maxBaselines)
		}
		return putJSON(tx, baselineBucket, b.key(), b)
	})
	return former, err
}

// DeleteBaseline removes a baseline and returns it. The run stays.
func (s *Store) DeleteBaseline(site, name string) (gone Baseline, err error) {
	key := (&Baseline{Site: site, Name: name}).key()
	err = s.update(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket([]byte(baselineBucket))
		b := bucket.Get([]byte(key))
		if b == nil {
			return notFound("baseline", key)
		}
		if json.Unmarshal(b, &gone) != nil {
			gone = Baseline{Site: site, Name: name}
		}
		return bucket.Delete([]byte(key))
	})
	return gone, err
}

// Baselines lists the baselines, by site and name. What cannot be read is named in the errors.
func (s *Store) Baselines() ([]Baseline, []error) {
	stored := make(map[string][]byte)
	if err := s.view(func(tx *bbolt.Tx) error { return copyAll(tx, baselineBucket, stored) }); err != nil {
		return nil, []error{err}
	}
	var list []Baseline
	var troubles []error
	for key, raw := range stored {
		var b Baseline
		err := json.Unmarshal(raw, &b)
		if err == nil && (b.key() != key || !validID(b.Run)) {
			err = fmt.Errorf("it says %q, run %q", b.key(), b.Run)
		}
		if err != nil {
			troubles = append(troubles, damaged(s.indexPath(), "baseline %q: %v", key, err))
			continue
		}
		cleanAll(&b.Site, &b.Name, &b.By)
		list = append(list, b)
	}
	slices.SortFunc(list, func(a, b Baseline) int { return cmp.Or(cmp.Compare(a.Site, b.Site), cmp.Compare(a.Name, b.Name)) })
	return list, troubles
}
