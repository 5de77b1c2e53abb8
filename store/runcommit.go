package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"go.etcd.io/bbolt"

	"oobscope/audit"
)

// write brings a batch to the file in one transaction: after a kill all of it is there, or none. order is
// that in which the observations become records. It may be called again after it failed. It returns where the
// frames of the records stand.
func (w *RunWriter) write(b *batch, order []int32) ([]place, error) {
	if uint64(w.end.next)+uint64(len(b.seen)) >= math.MaxUint32 {
		return nil, refused("run %s: the file has no more numbers for records", w.id)
	}
	frames, end, places, err := w.framer.batch(w.end, b, order)
	if err != nil {
		return nil, fmt.Errorf("run %s: %w", w.id, err)
	}
	err = w.read.update(func(tx *bbolt.Tx) error {
		if err := errors.Join(appendLog(tx.Bucket([]byte(logBucket)), w.end.size, frames), putEnd(tx, end), w.shapes.save(tx)); err != nil {
			return err
		}
		if b.gates == nil {
			return nil
		}
		return putFact(tx, gatesKey, gatesFrame, b.gates)
	})
	if err == nil {
		w.end = end
	}
	return places, err
}

// save writes the shapes that are not in the file yet.
func (s *shapes) save(tx *bbolt.Tx) error {
	for n, like := range s.list[s.saved:] {
		text, err := json.Marshal(like)
		if err != nil {
			return fmt.Errorf("encode shape: %w", err)
		}
		part := frame{kind: shapeFrame, number: uint32(s.saved + n), first: text}
		b, err := part.append(nil)
		if err != nil {
			return err
		}
		if err := tx.Bucket([]byte(shapeBucket)).Put(key(part.number), b); err != nil {
			return err
		}
	}
	return nil
}

// putFact stores v as JSON in place of what stood there.
func putFact(tx *bbolt.Tx, key string, kind frameKind, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %s: %w", key, err)
	}
	return putFrame(tx, key, kind, text)
}

// putFrame stores a fact under the number after the one that it replaces.
func putFrame(tx *bbolt.Tx, key string, kind frameKind, text []byte) error {
	facts := tx.Bucket([]byte(factBucket))
	part := frame{kind: kind, first: text}
	if old, err := onlyFrame(facts.Get([]byte(key)), kind); err == nil {
		part.number = old.number + 1
	}
	b, err := part.append(nil)
	if err != nil {
		return err
	}
	return facts.Put([]byte(key), b)
}

// putMeta writes the record of the run to its file.
func (w *RunWriter) putMeta(meta audit.Run) error {
	return w.read.update(func(tx *bbolt.Tx) error { return putFact(tx, metaKey, metaFrame, meta) })
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
		return errors.Join(putFrame(tx, metaKey, metaFrame, text), putFrame(tx, inputsKey, inputsFrame, inputs))
	})
}
