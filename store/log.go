package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"go.etcd.io/bbolt"

	"oobscope/probes"
)

// The log of a run is one long string of frames that only grows. It is kept in chunks under their place in the
// string, so that bbolt never writes more than the last of them again: two chunks with their keys fill a page of
// 4 KiB to a few bytes, and pages that are full stay as they are.
const chunkBytes = 2012

// maxLogFrame is the length of the longest frame that a log may hold, in bytes.
const maxLogFrame = 1 << 20

// logEnd is where a log ends.
type logEnd struct {
	next uint32 // number of the next record
	size uint64 // bytes of the log
}

// place is where a frame of records begins.
type place struct {
	number uint32 // of its first record
	offset uint64 // in the log
}

func chunkKey(offset uint64) []byte { return binary.BigEndian.AppendUint64(nil, offset) }

// appendLog writes b behind the first size bytes of a log. What stands behind them came from a transaction
// that said it had failed: it is written over.
func appendLog(log *bbolt.Bucket, size uint64, b []byte) error {
	// Keys only grow, so a page that is left behind never takes another entry: fill it.
	log.FillPercent = 1
	at, used := size-size%chunkBytes, int(size%chunkBytes)
	var chunk []byte
	if used > 0 {
		last := log.Get(chunkKey(at))
		if len(last) < used {
			return errors.New("the end of the log is gone")
		}
		chunk = bytes.Clone(last[:used])
	}
	for len(b) > 0 {
		n := min(len(b), chunkBytes-len(chunk))
		chunk = append(chunk, b[:n]...)
		if err := log.Put(chunkKey(at), chunk); err != nil {
			return err
		}
		b, at, chunk = b[n:], at+chunkBytes, nil
	}
	return nil
}

// stretch appends a copy of the bytes of the log from offset on to b, about as many as are wanted, fewer at its end.
func (r *runReader) stretch(b []byte, offset uint64, wanted int) ([]byte, error) {
	had := len(b)
	b = slices.Grow(b, wanted+chunkBytes)
	err := r.view(func(tx *bbolt.Tx) error {
		at, skip := offset-offset%chunkBytes, int(offset%chunkBytes)
		cur := tx.Bucket([]byte(logBucket)).Cursor()
		k, v := cur.Seek(chunkKey(at))
		for full := true; k != nil && len(b)-had < wanted; k, v = cur.Next() {
			if len(k) != 8 || binary.BigEndian.Uint64(k) != at || !full || len(v) == 0 || len(v) > chunkBytes {
				return damaged(r.path, "byte %d of the log is missing", at)
			}
			b = append(b, v[min(skip, len(v)):]...)
			full, skip, at = len(v) == chunkBytes, 0, at+chunkBytes
		}
		return nil
	})
	return b, err
}

// A walker of a log is called for each frame of records, for each record, without its evidence, and for each note
// about a host, in the order of their commits: the later one counts. It must not keep o. Any of them may be
// nil. No transaction is open meanwhile.
type logWalker struct {
	frame  func(p place)
	record func(seq uint32, o *probes.Observation) error
	whole  func(seq uint32, o *probes.Observation, lost error) error // with its evidence, or why that is lost
	shapes shapeList                                                 // for whole
	host   func(index int, s probes.HostState) error
}

// walk reads the whole log and returns where it ends.
func (r *runReader) walk(w logWalker) (end logEnd, err error) {
	var buf, b []byte // b is the end of buf: of the log, from end.size on
	for {
		size, err := logFrameSize(b)
		for err == nil && len(b) < size {
			had := len(b)
			buf, err = r.stretch(append(buf[:0], b...), end.size+uint64(had), 128<<10)
			if b = buf; err != nil {
				return end, err
			}
			if len(b) == had && had == 0 {
				return end, r.endsAt(end)
			}
			if len(b) == had {
				return end, damaged(r.path, "the log is cut short behind record %d", end.next)
			}
			if size, err = logFrameSize(b); err != nil {
				return end, damaged(r.path, "behind record %d: %v", end.next, err)
			}
		}
		if err == nil {
			end.next, err = r.logFrame(end, b[:size], w)
		}
		if err != nil {
			return end, explainDamage(r.path, err)
		}
		b, end.size = b[size:], end.size+uint64(size)
	}
}

// endsAt checks that the log ends where the last commit has said, so that it cannot lose its end unseen.
func (r *runReader) endsAt(end logEnd) error {
	b, err := r.fact(endKey, endFrame, maxMeta)
	if err != nil || b == nil {
		return err // a run that has no commit yet
	}
	said, err := readEnd(b)
	if err != nil || said != end {
		return damaged(r.path, "the log ends behind record %d, and should behind record %d", end.next, said.next)
	}
	return nil
}

func putEnd(tx *bbolt.Tx, end logEnd) error {
	return putFrame(tx, endKey, endFrame, binary.AppendUvarint(binary.AppendUvarint(nil, uint64(end.next)), end.size))
}

func readEnd(b []byte) (end logEnd, err error) {
	row := rowReader{rest: b}
	end.next, end.size = uint32(row.number(math.MaxUint32)), row.number(math.MaxInt64)
	return end, row.err
}

// logFrameSize is how many bytes at the front of b are the first frame: at least as many as its head has.
func logFrameSize(b []byte) (int, error) {
	if len(b) < frameHead {
		return frameHead, nil
	}
	size, err := frameSize(b)
	if err == nil && size > maxLogFrame {
		err = fmt.Errorf("a frame of %d bytes", size)
	}
	return int(size), err
}

// logFrame reads one frame, whose number must be the next, and returns the number behind it.
func (r *runReader) logFrame(end logEnd, b []byte, w logWalker) (next uint32, err error) {
	f, _, err := wholeFrame(b)
	switch {
	case err != nil:
	case f.number != end.next || uint64(f.number)+uint64(f.count) > math.MaxUint32:
		err = fmt.Errorf("record %d is missing", end.next)
	case f.kind == hostFrame:
		if w.host != nil {
			err = eachHost(f, w.host)
		}
	case f.kind != recordFrame:
		err = fmt.Errorf("a frame of kind %d in the log", f.kind)
	default:
		if w.frame != nil {
			w.frame(place{f.number, end.size})
		}
		if w.record != nil {
			err = eachRecord(f, r.started, w.record)
		}
		if w.whole != nil && err == nil {
			err = eachWhole(f, r.started, w.shapes, w.whole)
		}
		return end.next + uint32(f.count), err
	}
	return end.next, err
}

// observation reads record seq, which must be one of flow, with its evidence, from the frame at a place.
func (r *runReader) observation(seq uint32, flow probes.FlowID, at place, list shapeList) (*probes.Observation, error) {
	o, err := r.readObservation(seq, at, list)
	if err == nil && o.Flow != flow {
		err = fmt.Errorf("record %d is of flow %d, not %d", seq, o.Flow, flow)
	}
	return &o, explainDamage(r.path, err)
}

func (r *runReader) readObservation(seq uint32, at place, list shapeList) (o probes.Observation, err error) {
	b, err := r.stretch(nil, at.offset, 3*chunkBytes) // enough for most
	if err != nil {
		return o, err
	}
	size, err := logFrameSize(b)
	if err == nil && size > len(b) {
		b, err = r.stretch(nil, at.offset, size)
	}
	if err != nil {
		return o, err
	}
	f, _, err := wholeFrame(b)
	if err == nil && (f.kind != recordFrame || seq < f.number || seq-f.number >= uint32(f.count)) {
		err = fmt.Errorf("record %d is missing", seq)
	}
	if err != nil {
		return o, err
	}
	return oneRecord(f, seq, r.started, list)
}

// evidence reads record seq for a person. Where the file is damaged, the words for it come instead.
func (r *runReader) evidence(seq uint32, flow probes.FlowID, at place, list shapeList) *probes.Observation {
	o, err := r.observation(seq, flow, at, list)
	if err != nil {
		return lost(flow, err)
	}
	return o
}

// lost stands for an observation that cannot be read any more.
func lost(flow probes.FlowID, err error) *probes.Observation {
	return &probes.Observation{Flow: flow, Evidence: probes.Evidence{Error: probes.Clean(err.Error(), 1024)}}
}

// ledger reads where everything stands.
func (r *runReader) ledger() (l ledger, end logEnd, err error) {
	end, err = r.walk(logWalker{
		frame: func(p place) { l.places = append(l.places, p) },
		record: func(seq uint32, o *probes.Observation) error {
			l.add(o, seq)
			return nil
		},
	})
	return l, end, err
}
