package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"oobscope/audit"
	"oobscope/probes"
)

// Salvaged is what came out of a damaged run.
type Salvaged struct {
	Run          string // id of the new run
	Observations int64
	Lost         string // in words, what is missing
	Evidence     int64  // observations whose evidence is lost
}

// Salvage copies what can be read of a damaged run, given by its id or as a file, into a new run of this store. The new
// run is partial, so that what was lost can be asked again, and says where it came from.
func (s *Store) Salvage(runOrFile string) (out Salvaged, err error) {
	path, id := runOrFile, strings.TrimSuffix(filepath.Base(runOrFile), runSuffix)
	if validID(runOrFile) {
		path = s.runPath(runOrFile)
	}
	c, err := s.carve(path)
	if err != nil {
		return out, err
	}
	defer c.file.Close()
	if c.inputs == nil {
		return out, refused("%s: what the run was planned from is lost, and with it the meaning of every observation", path)
	}
	meta, err := s.metaOf(c, id)
	if err != nil {
		return out, err
	}
	former := meta.ID
	meta.ID = ""
	w, err := s.NewRun(meta, c.inputs)
	if err != nil {
		return out, err
	}
	out.Run = w.id
	tally, err := c.pour(w, &out)
	if err != nil {
		return out, errors.Join(err, w.Close())
	}
	out.Observations, out.Lost = tally.records, tally.lostWords()
	end := w.Meta()
	end.State, end.Ended, end.Gates, end.Total, end.ByRule = audit.RunPartial, meta.Ended, c.gates, meta.Total, meta.ByRule
	end.Settled = w.settledNow()
	end.Why = fmt.Sprintf("salvaged from %s; lost: %s", former, out.Lost)
	return out, w.Finish(end)
}

// metaOf is the record of a damaged run: its own, else the entry of the list, else what its name says.
func (s *Store) metaOf(c *carving, id string) (audit.Run, error) {
	if c.meta != nil {
		return *c.meta, nil
	}
	if listed, _ := s.listedRuns(); listed[id].ID == id && id != "" {
		return listed[id], nil
	}
	if !validID(id) {
		return audit.Run{}, refused("%s: the record of the run is lost, and the file is not named after it", c.file.Name())
	}
	return audit.Run{ID: id, Started: timeOf(id)}, nil
}

// pour hands everything that was found to the writer of a new run.
func (c *carving) pour(w *RunWriter, out *Salvaged) (t tally, err error) {
	list := c.list()
	t = c.frames(func(f frame) error {
		if err != nil {
			return nil
		}
		if f.kind == hostFrame {
			return eachHost(f, func(i int, h probes.HostState) error { err = w.Host(i, h); return err })
		}
		if f.kind != recordFrame {
			return fmt.Errorf("a frame of kind %d in the log", f.kind)
		}
		return eachWhole(f, w.read.started, list, func(_ uint32, o *probes.Observation, lost error) error {
			if lost != nil {
				o.Evidence = probes.Evidence{Error: "the evidence was lost: " + probes.Clean(lost.Error(), 200)}
				out.Evidence++
			}
			err = w.Observe(*o)
			return err
		})
	})
	if err == nil {
		err = w.Gates(c.gates)
	}
	return t, err
}

// settledNow commits what waits and returns how many flows are settled.
func (w *RunWriter) settledNow() int {
	_ = w.commit() // Finish meets the same error, and says it
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ledger.settled
}

// timeOf is the moment that a ULID was made for.
func timeOf(id string) time.Time {
	var ms uint64
	for i := range 10 {
		ms = ms<<5 | uint64(strings.IndexByte(crockford, id[i]))
	}
	return time.UnixMilli(int64(ms)).UTC()
}
