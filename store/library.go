package store

import (
	"cmp"
	"encoding/json"
	"path/filepath"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"oobscope/kits"
	"oobscope/probes"
)

// storedKit is an imported kit: the file as it came. Everything else is read from it again.
type storedKit struct {
	Origin string `json:"origin"`
	Digest string `json:"digest"`
	Raw    []byte `json:"raw"`
}

// SiteFile is a site file as it was handed in. What it means is for audit to say.
type SiteFile struct {
	Name string    `json:"name"`
	Raw  []byte    `json:"raw"`
	Used time.Time `json:"used"` // when it was last used for a run; zero for never
}

// decodeKit reads the entry of a kit.
func decodeKit(b []byte) (file storedKit, err error) {
	err = json.Unmarshal(b, &file)
	return file, err
}

// activeKey is the setting that lists the kits in force.
const activeKey = "active"

// ref is how a kit is named in the store.
func ref(k *kits.Kit) string { return k.ID + "@" + k.Version }

// PutKit stores an imported kit under id@version, as the file that it was read from. added is false if the
// very same file is there already. Another file under the same id and version is refused unless replace is
// set: two policies must not share a name by accident.
func (s *Store) PutKit(k *kits.Kit, replace bool) (added bool, err error) {
	err = s.update(func(tx *bbolt.Tx) error {
		var old storedKit
		// What cannot be decoded can be replaced.
		if b := tx.Bucket([]byte(kitBucket)).Get([]byte(ref(k))); b != nil && json.Unmarshal(b, &old) == nil {
			if old.Digest == k.Digest {
				return nil
			}
			if !replace {
				return refused("kit %s is stored already with other content (digest %.12s, this one %.12s): raise its version or replace it",
					ref(k), probes.Clean(old.Digest, 64), k.Digest)
			}
		}
		added = true
		return putJSON(tx, kitBucket, ref(k), storedKit{Origin: k.Origin, Digest: k.Digest, Raw: k.Raw})
	})
	return added && err == nil, err
}

// Kits reads the imported kits, by id and version. The built-in kits are not among them. A kit that cannot
// be read any more is named in the errors and does not hide the rest.
func (s *Store) Kits() ([]*kits.Kit, []error) {
	stored := make(map[string][]byte)
	err := s.view(func(tx *bbolt.Tx) error { return copyAll(tx, kitBucket, stored) })
	if err != nil {
		return nil, []error{err}
	}
	var list []*kits.Kit
	var troubles []error
	for name, b := range stored {
		var file storedKit
		err := json.Unmarshal(b, &file)
		var k *kits.Kit
		if err == nil {
			k, err = kits.Read(file.Origin, file.Raw)
		}
		if err == nil && ref(k) != name {
			err = refused("the file says that it is %q", ref(k))
		}
		if err != nil {
			troubles = append(troubles, damaged(s.indexPath(), "kit %s: %v", name, err))
			continue
		}
		list = append(list, k)
	}
	slices.SortFunc(list, func(a, b *kits.Kit) int { return cmp.Compare(ref(a), ref(b)) })
	return list, troubles
}

// DeleteKit removes an imported kit, and from the kits in force. Runs keep their own copy.
func (s *Store) DeleteKit(ref string) error {
	return s.update(func(tx *bbolt.Tx) error {
		list := tx.Bucket([]byte(kitBucket))
		if list.Get([]byte(ref)) == nil {
			return notFound("kit", ref)
		}
		if err := list.Delete([]byte(ref)); err != nil {
			return err
		}
		active, err := activeRefs(tx)
		if err != nil || !slices.Contains(active, ref) {
			return err
		}
		active = slices.DeleteFunc(active, func(r string) bool { return r == ref })
		return putJSON(tx, settingBucket, activeKey, active)
	})
}

// SetActive says which kits are in force, in their order, by id@version. Built-in kits may be among them.
func (s *Store) SetActive(refs []string) error {
	return s.update(func(tx *bbolt.Tx) error { return putJSON(tx, settingBucket, activeKey, refs) })
}

// Active returns the kits in force, in their order; none if that was never said.
func (s *Store) Active() (refs []string, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		refs, err = activeRefs(tx)
		return err
	})
	return refs, err
}

func activeRefs(tx *bbolt.Tx) (refs []string, err error) {
	b := tx.Bucket([]byte(settingBucket)).Get([]byte(activeKey))
	if b == nil {
		return nil, nil
	}
	if err := json.Unmarshal(b, &refs); err != nil {
		return nil, damaged(tx.DB().Path(), "the list of kits in force: %v", err)
	}
	for i := range refs {
		cleanAll(&refs[i])
	}
	return refs, nil
}

// PutSite stores a site file under its name; it replaces what was there and keeps when that was last used.
func (s *Store) PutSite(name string, raw []byte) error {
	return s.update(func(tx *bbolt.Tx) error {
		var old SiteFile
		if b := tx.Bucket([]byte(siteBucket)).Get([]byte(name)); b != nil && json.Unmarshal(b, &old) != nil {
			old = SiteFile{} // what cannot be decoded is replaced
		}
		return putJSON(tx, siteBucket, name, SiteFile{Name: name, Raw: raw, Used: old.Used})
	})
}

// UseSite notes that a run used the site at that time.
func (s *Store) UseSite(name string, at time.Time) error {
	return s.update(func(tx *bbolt.Tx) error {
		site, err := decodeSite(tx.Bucket([]byte(siteBucket)).Get([]byte(name)), name)
		if err != nil {
			return err
		}
		site.Used = at
		return putJSON(tx, siteBucket, name, site)
	})
}

// Sites returns the stored site files, the last used first, then by name. What cannot be read is named in the errors.
func (s *Store) Sites() ([]SiteFile, []error) {
	stored := make(map[string][]byte)
	err := s.view(func(tx *bbolt.Tx) error { return copyAll(tx, siteBucket, stored) })
	if err != nil {
		return nil, []error{err}
	}
	var list []SiteFile
	var troubles []error
	for name, b := range stored {
		site, err := decodeSite(b, name)
		if err != nil {
			troubles = append(troubles, damaged(s.indexPath(), "%v", err))
			continue
		}
		list = append(list, site)
	}
	slices.SortFunc(list, func(a, b SiteFile) int {
		return cmp.Or(b.Used.Compare(a.Used), cmp.Compare(a.Name, b.Name))
	})
	return list, troubles
}

func decodeSite(b []byte, name string) (SiteFile, error) {
	var site SiteFile
	if b == nil {
		return site, notFound("site", name)
	}
	if err := json.Unmarshal(b, &site); err != nil {
		return site, refused("site %q: %v", name, err)
	}
	if site.Name != name {
		return site, refused("site %q: its entry is of %q", name, site.Name)
	}
	return site, nil
}

// copyAll copies a bucket, since its bytes die with the transaction.
func copyAll(tx *bbolt.Tx, bucket string, into map[string][]byte) error {
	return tx.Bucket([]byte(bucket)).ForEach(func(k, v []byte) error {
		into[string(k)] = slices.Clone(v)
		return nil
	})
}

func (s *Store) indexPath() string { return filepath.Join(s.dir, indexName) }
