package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"oobscope/audit"
	"oobscope/probes"
)

// Buckets of a run file. Observations are kept in the order of their arrival, so that a commit appends
// to the file instead of rewriting pages all over it, and so does their evidence.
const (
	factBucket     = "run"      // meta: audit.Run; inputs: opaque; gates: probes.Gates
	flowBucket     = "flows"    // number of the first record -> records of one commit
	evidenceBucket = "evidence" // number of the record -> JSON of its evidence
	hostBucket     = "hosts"    // host index -> host record
)

// Keys in factBucket.
const (
	metaKey   = "meta"
	inputsKey = "inputs"
	gatesKey  = "gates"
)

// Caps on what a run file says of itself, in bytes.
const (
	maxMeta   = 1 << 20
	maxInputs = 64 << 20
)

var runFormat = format{
	kind:    "run",
	buckets: []string{factBucket, flowBucket, evidenceBucket, hostBucket},
}

// runReader reads an open run file. It is safe for concurrent use, beside a writer too.
type runReader struct {
	*dbFile
	started time.Time
}

// fact returns a copy of what stands under key in factBucket, nil if nothing does.
func (r *runReader) fact(key string, limit int) (b []byte, err error) {
	err = r.view(func(tx *bbolt.Tx) error {
		v := tx.Bucket([]byte(factBucket)).Get([]byte(key))
		if len(v) > limit {
			return damaged(r.path, "%s is longer than %d bytes", key, limit)
		}
		b = bytes.Clone(v)
		return nil
	})
	return b, err
}

// meta reads the record of the run and checks that it belongs to this file.
func (r *runReader) meta(id string) (audit.Run, error) {
	b, err := r.fact(metaKey, maxMeta)
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
	cleanAll(&run.Site, &run.Vantage, &run.Zone, &run.Tool, &run.Why)
	for i := range run.Kits {
		cleanAll(&run.Kits[i])
	}
	for i := range run.ByRule {
		cleanAll(&run.ByRule[i].Rule)
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
	for i := range g.CanaryAnswered {
		cleanAll(&g.CanaryAnswered[i])
	}
}

func (r *runReader) gates() (g probes.Gates, err error) {
	b, err := r.fact(gatesKey, maxMeta)
	if err != nil || b == nil {
		return g, err
	}
	if err := json.Unmarshal(b, &g); err != nil {
		return g, damaged(r.path, "gates: %v", err)
	}
	cleanGates(&g)
	return g, nil
}

// records calls fn for each observation, without evidence, in the order of arrival. No transaction is open
// while fn runs. A flow that was observed twice comes twice; the later one counts.
func (r *runReader) records(fn func(seq uint32, o *probes.Observation) error) error {
	var o probes.Observation // one for all: fn must not keep it
	for seq := uint32(0); ; {
		chunk, err := r.chunk(seq)
		if err != nil || chunk == nil {
			return err
		}
		for b := range slices.Chunk(chunk, recordSize) {
			if o, err = decodeRecord(b, r.started); err != nil {
				return damaged(r.path, "%v", err)
			}
			if err := fn(seq, &o); err != nil {
				return err
			}
			seq++
		}
	}
}

// chunk returns a copy of the records of the commit that began with record seq, nil behind the last one.
func (r *runReader) chunk(seq uint32) (chunk []byte, err error) {
	err = r.view(func(tx *bbolt.Tx) error {
		flows := tx.Bucket([]byte(flowBucket))
		v := flows.Get(key(seq))
		if v == nil {
			if last, _ := flows.Cursor().Last(); last != nil && bytes.Compare(last, key(seq)) >= 0 {
				return damaged(r.path, "record %d is missing", seq)
			}
			return nil
		}
		if len(v) == 0 || len(v)%recordSize != 0 || uint64(seq)+uint64(len(v)/recordSize) > math.MaxUint32 {
			return damaged(r.path, "the records from %d on have %d bytes", seq, len(v))
		}
		chunk = bytes.Clone(v)
		return nil
	})
	return chunk, err
}

// observation reads record seq, which must be one of flow, with its evidence.
func (r *runReader) observation(seq uint32, flow probes.FlowID) (*probes.Observation, error) {
	var record [recordSize]byte
	var evidence []byte
	err := r.view(func(tx *bbolt.Tx) error {
		cur := tx.Bucket([]byte(flowBucket)).Cursor()
		k, v := cur.Seek(key(seq))
		if k == nil || !bytes.Equal(k, key(seq)) { // it stands inside the chunk before
			k, v = cur.Prev()
		}
		first, err := number(k)
		off := (uint64(seq) - uint64(first)) * recordSize
		if err != nil || first > seq || off+recordSize > uint64(len(v)) {
			return damaged(r.path, "record %d of flow %d is missing", seq, flow)
		}
		copy(record[:], v[off:])
		evidence = bytes.Clone(tx.Bucket([]byte(evidenceBucket)).Get(key(seq)))
		return nil
	})
	if err != nil {
		return nil, err
	}
	o, err := decodeRecord(record[:], r.started)
	if err == nil && o.Flow != flow {
		err = fmt.Errorf("record %d is of flow %d, not %d", seq, o.Flow, flow)
	}
	if err == nil && evidence != nil {
		if o.Evidence, err = decodeEvidence(evidence); err != nil {
			err = fmt.Errorf("flow %d: %w", flow, err)
		}
	}
	if err != nil {
		return nil, damaged(r.path, "%v", err)
	}
	return &o, nil
}

// evidence reads record seq for a person. Where the file is damaged, the words for it come instead.
func (r *runReader) evidence(seq uint32, flow probes.FlowID) *probes.Observation {
	o, err := r.observation(seq, flow)
	if err != nil {
		return lost(flow, err)
	}
	return o
}

// lost stands for an observation that cannot be read any more.
func lost(flow probes.FlowID, err error) *probes.Observation {
	return &probes.Observation{Flow: flow, Evidence: probes.Evidence{Error: probes.Clean(err.Error(), 1024)}}
}

// notedHost is what a run noted about one host.
type notedHost struct {
	index int
	state probes.HostState
}

// hosts reads what was noted about hosts, in their order.
func (r *runReader) hosts() (list []notedHost, err error) {
	err = r.view(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(hostBucket)).ForEach(func(k, v []byte) error {
			i, err := number(k)
			if err != nil || i >= maxFlows {
				return damaged(r.path, "a host with the key %x", k)
			}
			s, err := decodeHost(v)
			if err != nil {
				return damaged(r.path, "host %d: %v", i, err)
			}
			list = append(list, notedHost{int(i), s})
			return nil
		})
	})
	return list, err
}

// ledger reads where everything stands.
func (r *runReader) ledger() (l ledger, next uint32, err error) {
	err = r.records(func(seq uint32, o *probes.Observation) error {
		l.add(o, seq)
		next = seq + 1
		return nil
	})
	return l, next, err
}
