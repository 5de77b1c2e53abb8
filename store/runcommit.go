package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"go.etcd.io/bbolt"

	"oobscope/audit"
)

// write brings a batch to the file in one transaction: after a kill all of it is there, or none.
func (w *RunWriter) write(b *batch) error {
	if uint64(w.next)+uint64(len(b.seen)) >= math.MaxUint32 {
		return refused("run %s: the file has no more numbers for records", w.id)
	}
	return w.read.update(func(tx *bbolt.Tx) error {
		if err := w.writeSeen(tx, b); err != nil {
			return err
		}
		hosts := tx.Bucket([]byte(hostBucket))
		for _, i := range slices.Sorted(maps.Keys(b.hosts)) {
			if err := hosts.Put(key(uint32(i)), encodeHost(b.hosts[i])); err != nil {
				return err
			}
		}
		if b.gates == nil {
			return nil
		}
		return putJSON(tx, factBucket, gatesKey, b.gates)
	})
}

func (w *RunWriter) writeSeen(tx *bbolt.Tx, b *batch) error {
	if len(b.seen) == 0 {
		return nil
	}
	flows, evidence := tx.Bucket([]byte(flowBucket)), tx.Bucket([]byte(evidenceBucket))
	// Keys only grow, so a page that is left behind never takes another entry: fill it.
	flows.FillPercent, evidence.FillPercent = 1, 1
	records := make([]byte, 0, len(b.seen)*recordSize)
	for i := range b.seen {
		var err error
		if records, err = appendRecord(records, &b.seen[i], w.read.started); err != nil {
			return err
		}
		text, err := encodeEvidence(b.seen[i].Evidence)
		if err != nil {
			return fmt.Errorf("flow %d: %w", b.seen[i].Flow, err)
		}
		if text == nil {
			continue
		}
		if err := evidence.Put(key(w.next+uint32(i)), text); err != nil {
			return err
		}
	}
	return flows.Put(key(w.next), records)
}

// putMeta writes the record of the run to its file.
func (w *RunWriter) putMeta(meta audit.Run) error {
	return w.read.update(func(tx *bbolt.Tx) error { return putJSON(tx, factBucket, metaKey, meta) })
}

// begin writes what a new run file must hold from its first moment on.
func (w *RunWriter) begin(meta audit.Run, inputs []byte) error {
	text, err := json.Marshal(meta)
	switch {
	case err != nil:
		return fmt.Errorf("encode run %s: %w", w.id, err)
	case len(text) > maxMeta || len(inputs) > maxInputs:
		return refused("run %s: its kits and its site are too large to store (%d bytes at most)", w.id, maxInputs)
	}
	return w.read.update(func(tx *bbolt.Tx) error {
		facts := tx.Bucket([]byte(factBucket))
		return errors.Join(facts.Put([]byte(metaKey), text), facts.Put([]byte(inputsKey), inputs))
	})
}
