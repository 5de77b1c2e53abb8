package store

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"oobscope/audit"
	"oobscope/probes"
)

// Buckets of a run file of schema 1. Its facts were bare JSON, its observations records of a fixed size.
const (
	oldFlowBucket     = "flows"    // number of the first record -> records of one commit
	oldEvidenceBucket = "evidence" // number of the record -> JSON of its evidence
	oldHostBucket     = "hosts"    // host index -> flags, control probes sent, control probes lost
)

// oldRecordSize is the size of a record of schema 1, big endian:
//
//	0 flow u32 | 4 ms since the run began u32 | 8 round trip in µs u32 | 12 weaknesses u64 | 20 class |
//	21 reason | 22 flags | 23 bytes of the offender (0, 4, 16) | 24 ICMP type | 25 ICMP code |
//	26 attempts u16 | 28 packets u32 | 32 offender, zero behind its end
const oldRecordSize = 48

// frameRun is the step of run files from schema 1 to 2: everything moves into frames.
func frameRun(tx *bbolt.Tx) error {
	started, err := frameFacts(tx)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if err := addBuckets(logBucket, shapeBucket)(tx); err != nil {
		return err
	}
	w := oldLog{tx: tx, shapes: newShapes(nil)}
	w.framer = framer{started: started, evidence: evidencePacker{shapes: w.shapes}}
	if err := w.move(); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	for _, name := range []string{oldFlowBucket, oldEvidenceBucket, oldHostBucket} {
		if err := tx.DeleteBucket([]byte(name)); err != nil {
			return err
		}
	}
	return nil
}

// frameFacts puts frames around the facts and returns when the run began.
func frameFacts(tx *bbolt.Tx) (started time.Time, err error) {
	facts := tx.Bucket([]byte(factBucket))
	if facts == nil {
		return started, errors.New("bucket run is missing")
	}
	for _, fact := range []struct {
		key  string
		kind frameKind
		most int
	}{{metaKey, metaFrame, maxMeta}, {inputsKey, inputsFrame, maxInputs}, {gatesKey, gatesFrame, maxMeta}} {
		text := slices.Clone(facts.Get([]byte(fact.key)))
		if len(text) > fact.most {
			return started, fmt.Errorf("%s is longer than %d bytes", fact.key, fact.most)
		}
		if fact.kind == metaFrame {
			var run audit.Run
			if err := json.Unmarshal(text, &run); err != nil {
				return started, fmt.Errorf("record of the run: %w", err)
			}
			started = run.Started
		}
		if text == nil {
			continue
		}
		if err := putFrame(tx, fact.key, fact.kind, text); err != nil {
			return started, err
		}
	}
	return started, nil
}

// oldLog moves the observations of a run of schema 1.
type oldLog struct {
	tx     *bbolt.Tx
	framer framer
	shapes *shapes
	end    logEnd
	waits  batch
}

func (w *oldLog) move() error {
	flows, evidence, hosts := w.tx.Bucket([]byte(oldFlowBucket)), w.tx.Bucket([]byte(oldEvidenceBucket)), w.tx.Bucket([]byte(oldHostBucket))
	if flows == nil || evidence == nil || hosts == nil {
		return errors.New("bucket flows, evidence or hosts is missing")
	}
	seq := uint32(0)
	err := flows.ForEach(func(k, v []byte) error {
		first, err := number(k)
		if err != nil || first != seq || len(v)%oldRecordSize != 0 {
			return fmt.Errorf("record %d is missing", seq)
		}
		for b := range slices.Chunk(v, oldRecordSize) {
			if err := w.take(b, evidence.Get(key(seq))); err != nil {
				return err
			}
			seq++
		}
		return nil
	})
	if err == nil {
		err = w.hosts(hosts)
	}
	if err == nil {
		err = w.put()
	}
	if err != nil {
		return err
	}
	return errors.Join(putEnd(w.tx, w.end), w.shapes.save(w.tx))
}

// take takes one observation; it moves them by the thousands.
func (w *oldLog) take(record, evidence []byte) error {
	o, err := decodeOldRecord(record, w.framer.started)
	if err != nil {
		return err
	}
	if evidence != nil {
		if o.Evidence, err = decodeEvidence(evidence); err != nil {
			return fmt.Errorf("flow %d: %w", o.Flow, err)
		}
	}
	if w.waits.seen = append(w.waits.seen, o); len(w.waits.seen) == commitEach {
		return w.put()
	}
	return nil
}

func (w *oldLog) put() error {
	frames, end, _, err := w.framer.batch(w.end, &w.waits, w.framer.inOrder(w.waits.seen))
	if err != nil {
		return err
	}
	err = appendLog(w.tx.Bucket([]byte(logBucket)), w.end.size, frames)
	w.waits.seen, w.end = w.waits.seen[:0], end
	return err
}

// hosts takes what was noted about hosts.
func (w *oldLog) hosts(old *bbolt.Bucket) error {
	w.waits.hosts = make(map[int]probes.HostState)
	return old.ForEach(func(k, v []byte) error {
		i, err := number(k)
		if err != nil || i >= maxFlows || len(v) != 3 {
			return fmt.Errorf("a host with the key %x and %d bytes", k, len(v))
		}
		w.waits.hosts[int(i)] = probes.HostState{Flags: probes.HostFlags(v[0]), ControlSent: v[1], ControlLost: v[2]}
		return nil
	})
}

// decodeOldRecord reads one record of schema 1. The bytes are not trusted.
func decodeOldRecord(b []byte, started time.Time) (o probes.Observation, err error) {
	be := binary.BigEndian
	o.Flow = probes.FlowID(be.Uint32(b))
	o.At = started.Add(time.Duration(be.Uint32(b[4:])) * time.Millisecond)
	o.RTT = time.Duration(be.Uint32(b[8:])) * time.Microsecond
	o.Weak = probes.WeakSet(be.Uint64(b[12:]))
	o.Class, o.Reason, o.Flags = probes.Class(b[20]), probes.Reason(b[21]), probes.Flags(b[22])
	o.ICMPType, o.ICMPCode = b[24], b[25]
	o.Attempts, o.Packets = int(be.Uint16(b[26:])), int(be.Uint32(b[28:]))
	if err := storable(&o); err != nil {
		return o, err
	}
	n := int(b[23])
	switch n {
	case 0:
	case 4, 16:
		o.Offender, _ = netip.AddrFromSlice(b[32 : 32+n])
	default:
		return o, fmt.Errorf("flow %d: an offender of %d bytes", o.Flow, n)
	}
	for _, pad := range b[32+n:] {
		if pad != 0 {
			return o, fmt.Errorf("flow %d: bytes behind its end", o.Flow)
		}
	}
	return o, nil
}
