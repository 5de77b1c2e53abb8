package store

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"oobscope/probes"
)

// framer turns what a run learned into the bytes of its file. One goroutine uses it at a time.
type framer struct {
	started  time.Time
	records  recordPacker
	evidence evidencePacker
	order    []int32
	said     []byte // the evidence of the frame under way
}

// inOrder returns the numbers of observations in the order in which they are written: by flow, and those of
// one flow as they came. What is near each other in a plan then stands near each other in the file, which
// makes both smaller.
func (f *framer) inOrder(seen []probes.Observation) []int32 {
	f.order = f.order[:0]
	for i := range seen {
		f.order = append(f.order, int32(i))
	}
	slices.SortStableFunc(f.order, func(a, b int32) int { return cmp.Compare(seen[a].Flow, seen[b].Flow) })
	return f.order
}

// frame appends one frame of the first observations that order names; the first of them becomes record number.
// It returns how many found room.
func (f *framer) frame(b []byte, seen []probes.Observation, order []int32, number uint32) (_ []byte, taken int, err error) {
	order = order[:min(len(order), frameRecords)]
	base := int64(math.MaxInt64)
	for _, i := range order {
		base = min(base, sinceStart(&seen[i], f.started))
	}
	var near neighbourhood
	f.records.begin(base)
	f.said = f.said[:0]
	for _, i := range order {
		o, before := &seen[i], len(f.said)
		if f.said, err = f.evidence.pack(f.said, &o.Evidence, &near); err != nil {
			return b, 0, fmt.Errorf("flow %d: %w", o.Flow, err)
		}
		f.records.add(o, sinceStart(o, f.started), len(f.said)-before)
		if len(f.said) >= frameEvidence {
			break
		}
	}
	head := near.appendBases(binary.AppendUvarint(nil, zigzag(base)))
	part := frame{recordFrame, uint16(f.records.count), number, append(head, f.records.out...), f.said}
	b, err = part.append(b)
	return b, f.records.count, err
}

// batch makes the frames of a batch, given where the log ends, and returns where it will end then and where in it
// the frames of records stand.
func (f *framer) batch(end logEnd, b *batch, order []int32) (out []byte, _ logEnd, places []place, err error) {
	for len(order) > 0 {
		places = append(places, place{end.next, end.size + uint64(len(out))})
		taken := 0
		if out, taken, err = f.frame(out, b.seen, order, end.next); err != nil {
			return nil, end, nil, err
		}
		order, end.next = order[taken:], end.next+uint32(taken)
	}
	if out, err = appendHosts(out, b.hosts, end.next); err != nil {
		return nil, end, nil, err
	}
	end.size += uint64(len(out))
	return out, end, places, nil
}

// openRecords begins to read the first part of a frame of records.
func openRecords(f frame, started time.Time) (r recordReader, near neighbourhood, err error) {
	row := rowReader{rest: f.first}
	r.base = unzigzag(row.number(math.MaxUint64))
	near = readBases(&row)
	r.rest, r.started = row.rest, started
	return r, near, row.err
}

// eachRecord calls fn for each record of a frame, without its evidence. fn must not keep o.
func eachRecord(f frame, started time.Time, fn func(seq uint32, o *probes.Observation) error) error {
	r, _, err := openRecords(f, started)
	if err != nil {
		return err
	}
	var o probes.Observation
	for i := range uint32(f.count) {
		if _, err := r.next(&o); err != nil {
			return err
		}
		if err := fn(f.number+i, &o); err != nil {
			return err
		}
	}
	if len(r.rest) > 0 {
		return fmt.Errorf("frame %d has bytes behind its last record", f.number)
	}
	return nil
}

// eachWhole calls fn for each record of a frame, with its evidence, or with the reason why that is lost. fn must
// not keep o.
func eachWhole(f frame, started time.Time, list shapeList, fn func(seq uint32, o *probes.Observation, lost error) error) error {
	r, near, err := openRecords(f, started)
	if err != nil {
		return err
	}
	said := f.second
	for i := range uint32(f.count) {
		var o probes.Observation
		size, err := r.next(&o)
		if err != nil {
			return err
		}
		text, rest, lost := cutBytes(said, uint64(size))
		if lost == nil {
			o.Evidence, lost = unpackEvidence(text, list, near)
		}
		if lost != nil {
			lost = fmt.Errorf("flow %d: %w", o.Flow, lost)
		}
		said = rest
		if err := fn(f.number+i, &o, lost); err != nil {
			return err
		}
	}
	return nil
}

// oneRecord reads record seq of a frame, which must be in it, with its evidence.
func oneRecord(f frame, seq uint32, started time.Time, list shapeList) (o probes.Observation, err error) {
	r, near, err := openRecords(f, started)
	if err != nil {
		return o, err
	}
	said, before := 0, 0
	for range seq - f.number + 1 {
		before += said
		if said, err = r.next(&o); err != nil {
			return o, err
		}
	}
	if before+said > len(f.second) {
		return o, fmt.Errorf("flow %d: its evidence is cut short", o.Flow)
	}
	if o.Evidence, err = unpackEvidence(f.second[before:before+said], list, near); err != nil {
		err = fmt.Errorf("flow %d: %w", o.Flow, err)
	}
	return o, err
}

// appendHosts appends a frame of what was noted about hosts: for each its index less that of the host
// before, the flags, the control probes sent and lost.
func appendHosts(b []byte, noted map[int]probes.HostState, number uint32) (_ []byte, err error) {
	for list := range slices.Chunk(slices.Sorted(maps.Keys(noted)), math.MaxUint16) {
		part := frame{kind: hostFrame, count: uint16(len(list)), number: number}
		last := 0
		for _, i := range list {
			part.first = binary.AppendUvarint(part.first, uint64(i-last))
			s := noted[i]
			part.first = append(part.first, byte(s.Flags), s.ControlSent, s.ControlLost)
			last = i
		}
		if b, err = part.append(b); err != nil {
			return b, err
		}
	}
	return b, nil
}

// eachHost calls fn for each host of a frame.
func eachHost(f frame, fn func(index int, s probes.HostState) error) error {
	row, index := rowReader{rest: f.first}, uint64(0)
	for range f.count {
		index += row.number(maxFlows)
		s := probes.HostState{Flags: probes.HostFlags(row.byte()), ControlSent: row.byte(), ControlLost: row.byte()}
		switch {
		case row.err != nil:
			return fmt.Errorf("hosts: %w", row.err)
		case index >= maxFlows:
			return fmt.Errorf("host %d: a run has %d hosts at most", index, maxFlows)
		}
		if err := fn(int(index), s); err != nil {
			return err
		}
	}
	if len(row.rest) > 0 {
		return fmt.Errorf("frame %d has bytes behind its last host", f.number)
	}
	return nil
}
