package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"oobscope/audit"
	"oobscope/probes"
)

// Damage is something that cannot be read any more, or not be believed.
type Damage struct {
	File string
	Run  string // id; empty for a file that is not of a run
	What string // in one line
	Lost string // what is gone, and what can be done
}

// Checked is how much a check looked at.
type Checked struct {
	Files, Runs  int
	Bytes        int64
	Observations int64
	Busy         []string // runs in progress: their writer has them
	Left         []string // files that nothing refers to any more
}

// Inspect opens the store in dir without touching its index, which may be damaged: for Check, Salvage and Info.
func Inspect(dir string) (*Store, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", dir, err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return nil, explain("open store", dir, err)
	}
	if !info.IsDir() {
		return nil, refused("store %s: not a folder", dir)
	}
	if err := ours(dir); err != nil {
		return nil, err
	}
	return &Store{dir: dir}, nil
}

// Check reads everything that is in the store, each page and each record, and reports what is damaged. each is called
// with the name of every file before it is read; it may be nil. The error is ctx's, or says that the folder cannot be
// read.
func (s *Store) Check(ctx context.Context, each func(file string)) (list []Damage, sum Checked, err error) {
	if each == nil {
		each = func(string) {}
	}
	each(s.indexPath())
	list = s.checkIndex()
	sum.count(s.indexPath())
	ids, err := s.runFiles()
	if err != nil {
		return list, sum, err
	}
	slices.Sort(ids)
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return list, sum, err
		}
		each(s.runPath(id))
		d, err := s.checkRunFile(id, &sum)
		switch {
		case errors.Is(err, ErrLocked):
			sum.Busy = append(sum.Busy, id)
		case err != nil:
			list = append(list, s.damageOf(id, err))
		case d != nil:
			list = append(list, *d)
		}
	}
	each(filepath.Join(s.dir, trailName))
	list = append(list, s.checkTrail(&sum)...)
	sum.Left = s.leftOver(ids)
	return list, sum, nil
}

func (c *Checked) count(path string) {
	if info, err := os.Stat(path); err == nil {
		c.Files++
		c.Bytes += info.Size()
	}
}

// checkIndex reads every entry of the index.
func (s *Store) checkIndex() (list []Damage) {
	lost := "the entry; the rest is not touched"
	if s.view(func(*bbolt.Tx) error { return nil }) != nil {
		lost = "kits, sites, waivers, baselines and settings; the runs are not touched: move the file away, a new one is made and finds them; the rest is in your last backup"
	}
	_, errs := s.listedRuns()
	for _, read := range []func() []error{
		func() []error { _, errs := s.Kits(); return errs },
		func() []error { _, errs := s.Sites(); return errs },
		func() []error { _, errs := s.Waivers(""); return errs },
		func() []error { _, errs := s.Baselines(); return errs },
		func() []error { _, err := s.Active(); return some(err) },
		func() []error { _, err := s.Retention(); return some(err) },
		func() []error { return some(s.checkDigests()) },
	} {
		errs = append(errs, read()...)
	}
	said := map[string]bool{}
	for _, err := range errs {
		what := oneLine(err)
		if said[what] { // a file that does not open fails every reader
			continue
		}
		said[what] = true
		list = append(list, Damage{File: s.indexPath(), What: what, Lost: lost})
	}
	return list
}

func some(err error) []error {
	if err == nil {
		return nil
	}
	return []error{err}
}

// checkDigests holds the kits against the digests that they were stored with.
func (s *Store) checkDigests() error {
	stored := make(map[string][]byte)
	if err := s.view(func(tx *bbolt.Tx) error { return copyAll(tx, kitBucket, stored) }); err != nil {
		return err
	}
	kits, _ := s.Kits() // what does not read is named by another check
	for _, k := range kits {
		if file, err := decodeKit(stored[ref(k)]); err == nil && file.Digest != k.Digest {
			return damaged(s.indexPath(), "kit %s is not as it was stored: its digest is %.12s, and was %.12s", ref(k), k.Digest, file.Digest)
		}
	}
	return nil
}

// checkRunFile reads every record of a run with its evidence. The damage is what does not fit together, the error
// what does not read.
func (s *Store) checkRunFile(id string, sum *Checked) (*Damage, error) {
	r, err := s.openRun(id, os.O_RDONLY, false)
	if err != nil {
		return nil, err
	}
	defer r.close() // opened for reading: nothing can be lost
	run, err := r.meta(id)
	if err != nil {
		return nil, err
	}
	r.started = run.Started
	if _, err := r.fact(inputsKey, inputsFrame, maxInputs); err != nil {
		return nil, err
	}
	if _, err := r.gates(); err != nil {
		return nil, err
	}
	shapes, err := r.shapes()
	if err != nil {
		return nil, err
	}
	if n := slices.Index(shapes, nil); n >= 0 {
		return &Damage{File: r.path, Run: id, What: fmt.Sprintf("shape %d is lost", n), Lost: "the evidence of the flows that share it; what was observed on them is there"}, nil
	}
	var l ledger
	_, err = r.walk(logWalker{shapes: shapes, whole: func(seq uint32, o *probes.Observation, lost error) error {
		l.add(o, seq)
		sum.Observations++
		return lost
	}, host: func(int, probes.HostState) error { return nil }})
	if err != nil {
		return nil, err
	}
	sum.Runs++
	sum.count(r.path)
	if run.State != audit.RunRunning && run.Settled > l.settled {
		return &Damage{
			File: r.path, Run: id, What: fmt.Sprintf("it says that %d flows are settled, and has %d", run.Settled, l.settled),
			Lost: fmt.Sprintf("%d observations", run.Settled-l.settled),
		}, nil
	}
	return nil, nil
}

// damageOf describes a run that does not read, and how much of it does.
func (s *Store) damageOf(id string, err error) Damage {
	d := Damage{File: s.runPath(id), Run: id, What: oneLine(err)}
	found, err := s.carve(s.runPath(id))
	if err != nil {
		d.Lost = "all of it: " + oneLine(err)
		return d
	}
	defer found.file.Close()
	if d.Lost = "what it was planned from, and with it the meaning of the rest"; found.inputs != nil {
		n := found.count()
		d.Lost = fmt.Sprintf("%s; %d observations can be read: oobscope store salvage %s", n.lostWords(), n.records, id)
	}
	return d
}

// checkTrail follows the chain of the trail.
func (s *Store) checkTrail(sum *Checked) []Damage {
	path := filepath.Join(s.dir, trailName)
	if _, err := os.Stat(path); err != nil {
		return nil
	}
	sum.count(path)
	report, err := s.VerifyTrail()
	if err != nil {
		return []Damage{{File: path, What: oneLine(err), Lost: "whether the trail is whole cannot be said"}}
	}
	if report.Broken != nil {
		return []Damage{{File: path, What: report.Broken.Error(), Lost: "the proof of what stands behind it; oobscope trail verify says more"}}
	}
	return nil
}

// leftOver lists the files beside the runs that nothing refers to: copies that were never finished, and what belongs to
// a run that is gone.
func (s *Store) leftOver(ids []string) (left []string) {
	for _, dir := range []string{s.dir, filepath.Join(s.dir, runsName)} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			id, behind, _ := strings.Cut(e.Name(), ".")
			gone := validID(id) && behind != "db" && !slices.Contains(ids, id)
			if e.Type().IsRegular() && (gone || strings.HasSuffix(e.Name(), ".part") || strings.HasSuffix(e.Name(), newSuffix)) {
				left = append(left, filepath.Join(dir, e.Name()))
			}
		}
	}
	return left
}

// oneLine is the first line of what an error says.
func oneLine(err error) string {
	first, _, _ := strings.Cut(err.Error(), "\n")
	return probes.Clean(first, 400)
}
