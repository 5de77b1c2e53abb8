package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"oobscope/audit"
	"oobscope/probes"
)

// Buckets of a run file. Everything in them is a frame.
const (
	factBucket  = "run"    // meta, inputs, gates and end
	logBucket   = "log"    // offset -> chunk of the log: frames of records and hosts in the order of the commits
	shapeBucket = "shapes" // number -> shape
)

// Keys in factBucket.
const (
	metaKey   = "meta"
	inputsKey = "inputs"
	gatesKey  = "gates"
	endKey    = "end"
)

// Caps on what a run file says of itself, in bytes.
const (
	maxMeta   = 1 << 20
	maxInputs = 64 << 20
)

var runFormat = format{
	kind:    "run",
	buckets: []string{factBucket, logBucket, shapeBucket},
	steps:   []func(*bbolt.Tx) error{frameRun},
}

// runReader reads an open run file. It is safe for concurrent use, beside a writer too.
type runReader struct {
	*dbFile
	started time.Time
}

// fact returns a copy of what stands under key in factBucket, nil if nothing does.
func (r *runReader) fact(key string, kind frameKind, limit int) (b []byte, err error) {
	err = r.view(func(tx *bbolt.Tx) error {
		v := tx.Bucket([]byte(factBucket)).Get([]byte(key))
		if v == nil {
			return nil
		}
		if len(v) > limit+frameHead {
			return damaged(r.path, "%s is longer than %d bytes", key, limit)
		}
		f, err := onlyFrame(v, kind)
		if err != nil {
			return damaged(r.path, "%s: %v", key, err)
		}
		b = bytes.Clone(f.first)
		return nil
	})
	return b, err
}

// meta reads the record of the run and checks that it belongs to this file.
func (r *runReader) meta(id string) (audit.Run, error) {
	b, err := r.fact(metaKey, metaFrame, maxMeta)
	if err != nil {
		return audit.Run{}, err
	}
	run, err := decodeRun(b)
	if err != nil {
		return audit.Run{}, damaged(r.path, "%v", err)
	}
	if run.ID != id {
		return audit.Run{}, damaged(r.path, "it holds run %q", run.ID)
	}
	return run, nil
}

// decodeRun reads the record of a run and cleans its texts.
func decodeRun(b []byte) (audit.Run, error) {
	var run audit.Run
	if err := json.Unmarshal(b, &run); err != nil {
		return run, fmt.Errorf("record of the run: %w", err)
	}
	cleanAll(&run.Site, &run.Vantage, &run.Zone, &run.Tool, &run.Why, &run.Again)
	for i := range run.Kits {
		cleanAll(&run.Kits[i])
	}
	for i := range run.ByRule {
		cleanAll(&run.ByRule[i].Rule)
	}
	if run.Since != nil {
		cleanAll(&run.Since.Against)
	}
	if in := run.Imported; in != nil {
		cleanAll(&in.By, &in.From, &in.Signer, &in.Principal, &in.Digest)
	}
	cleanGates(&run.Gates)
	switch run.State {
	case audit.RunRunning, audit.RunComplete, audit.RunPartial:
		return run, nil
	}
	return run, fmt.Errorf("record of the run: unknown state %q", run.State)
}

func cleanGates(g *probes.Gates) {
	cleanAll(&g.Engine)
	for i := range g.CanaryAnswered {
		cleanAll(&g.CanaryAnswered[i])
	}
	for i := range g.CanarySpoke {
		cleanAll(&g.CanarySpoke[i])
	}
}

func (r *runReader) gates() (g probes.Gates, err error) {
	b, err := r.fact(gatesKey, gatesFrame, maxMeta)
	if err != nil || b == nil {
		return g, err
	}
	if err := json.Unmarshal(b, &g); err != nil {
		return g, damaged(r.path, "gates: %v", err)
	}
	cleanGates(&g)
	return g, nil
}

// shapes reads the shapes that evidence is written against. A damaged one is left out: it costs the evidence
// of its flows, never what was observed on them.
func (r *runReader) shapes() (list shapeList, err error) {
	err = r.view(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(shapeBucket)).ForEach(func(k, v []byte) error {
			n, err := number(k)
			if err != nil || n >= maxShapes {
				return damaged(r.path, "a shape with the key %x", k)
			}
			list = append(list, make(shapeList, max(0, int(n)+1-len(list)))...)
			if f, err := onlyFrame(v, shapeFrame); err == nil && f.number == n && len(f.first) <= maxShape {
				list[n], _ = decodeShape(f.first) // nil is what is lost
			}
			return nil
		})
	})
	return list, err
}
