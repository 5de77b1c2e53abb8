package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"time"

	"oobscope/probes"
)

// The records of a frame are in the order of their flows. A record is a row of numbers in the encoding of
// encoding/binary's Uvarint, unless said otherwise, and only what is not zero is written:
//
//	class byte | which of the following are there, byte | flow, less that of the record before |
//	ms since the run began, less the frame's base |
//	reason byte | flags byte | weaknesses | ICMP type byte, code byte | offender: its place in the frame's
//	list, or the length of the list, the bytes of the address (4 or 16) and the address itself, which joins the
//	list | round trip in µs | attempts and packets: one byte for both, or two numbers | bytes of evidence
//
// In front of them stand the base in ms, zigzag, and the bases of the addresses in the evidence (see alike.go).
const (
	hasReason uint8 = 1 << iota
	hasFlags
	hasWeak
	hasICMP
	hasOffender
	hasRTT
	hasCounts // two numbers, for they do not fit into half a byte each
)

// maxFlows is the largest plan that a run file takes: 256 questions to each host of a /16.
const maxFlows = 1 << 24

// A frame is closed at this many records, or when this many bytes of evidence came together. Reading one
// flow reads one frame.
const (
	frameRecords  = 128
	frameEvidence = 64 << 10
)

// recordPacker writes the records of one frame.
type recordPacker struct {
	out       []byte
	count     int
	base      int64 // ms since the run began that the records count from
	flow      probes.FlowID
	offenders []netip.Addr
}

// begin starts a frame whose earliest record is base.
func (p *recordPacker) begin(base int64) {
	*p = recordPacker{out: p.out[:0], base: base, offenders: p.offenders[:0]}
}

// add writes the record of o, which must be storable, not before base and not of a lower flow than the last.
func (p *recordPacker) add(o *probes.Observation, at int64, evidence int) {
	attempts, packets := min(clamp(int64(o.Attempts)), math.MaxUint16), clamp(int64(o.Packets))
	rtt := clamp(o.RTT.Microseconds())
	has := uint8(0)
	mark := func(bit uint8, there bool) {
		if there {
			has |= bit
		}
	}
	mark(hasReason, o.Reason != 0)
	mark(hasFlags, o.Flags != 0)
	mark(hasWeak, o.Weak != 0)
	mark(hasICMP, o.ICMPType != 0 || o.ICMPCode != 0)
	mark(hasOffender, o.Offender.IsValid())
	mark(hasRTT, rtt != 0)
	mark(hasCounts, attempts > 15 || packets > 15)

	b := append(p.out, byte(o.Class), has)
	b = binary.AppendUvarint(b, uint64(o.Flow-p.flow))
	b = binary.AppendUvarint(b, uint64(at-p.base))
	if has&hasReason != 0 {
		b = append(b, byte(o.Reason))
	}
	if has&hasFlags != 0 {
		b = append(b, byte(o.Flags))
	}
	if has&hasWeak != 0 {
		b = binary.AppendUvarint(b, uint64(o.Weak))
	}
	if has&hasICMP != 0 {
		b = append(b, o.ICMPType, o.ICMPCode)
	}
	if has&hasOffender != 0 {
		b = p.appendOffender(b, o.Offender)
	}
	if has&hasRTT != 0 {
		b = binary.AppendUvarint(b, uint64(rtt))
	}
	if has&hasCounts != 0 {
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(attempts)), uint64(packets))
	} else {
		b = append(b, byte(attempts<<4|packets))
	}
	p.out = binary.AppendUvarint(b, uint64(evidence))
	p.flow = o.Flow
	p.count++
}

func (p *recordPacker) appendOffender(b []byte, a netip.Addr) []byte {
	a = a.WithZone("")
	for i, known := range p.offenders {
		if known == a {
			return binary.AppendUvarint(b, uint64(i))
		}
	}
	b = binary.AppendUvarint(b, uint64(len(p.offenders)))
	p.offenders = append(p.offenders, a)
	raw := a.AsSlice()
	return append(append(b, byte(len(raw))), raw...)
}

// recordReader reads the records of one frame. Its bytes are not trusted.
type recordReader struct {
	rest      []byte
	started   time.Time
	base      int64
	flow      uint64
	offenders []netip.Addr
}

// next reads the next record into o, all but its evidence, and returns how many bytes that has.
func (r *recordReader) next(o *probes.Observation) (evidence int, err error) {
	row := rowReader{rest: r.rest}
	*o = probes.Observation{Class: probes.Class(row.byte())}
	has := row.byte()
	r.flow += row.number(maxFlows)
	o.Flow = probes.FlowID(min(r.flow, math.MaxUint32))
	at := row.number(math.MaxInt64 / 4)
	if has&hasReason != 0 {
		o.Reason = probes.Reason(row.byte())
	}
	if has&hasFlags != 0 {
		o.Flags = probes.Flags(row.byte())
	}
	if has&hasWeak != 0 {
		o.Weak = probes.WeakSet(row.number(math.MaxUint64))
	}
	if has&hasICMP != 0 {
		o.ICMPType, o.ICMPCode = row.byte(), row.byte()
	}
	if has&hasOffender != 0 {
		o.Offender = r.offender(&row)
	}
	if has&hasRTT != 0 {
		o.RTT = time.Duration(row.number(math.MaxUint32)) * time.Microsecond
	}
	if has&hasCounts != 0 {
		o.Attempts, o.Packets = int(row.number(math.MaxUint16)), int(row.number(math.MaxUint32))
	} else {
		both := row.byte()
		o.Attempts, o.Packets = int(both>>4), int(both&15)
	}
	evidence = int(row.number(maxPacked))
	r.rest = row.rest
	switch {
	case row.err != nil:
		return 0, row.err
	case has >= hasCounts<<1:
		return 0, fmt.Errorf("flow %d: a record with fields of a newer program", o.Flow)
	}
	o.At = moment(r.started, r.base+int64(at))
	return evidence, storable(o)
}

func (r *recordReader) offender(row *rowReader) netip.Addr {
	i := row.number(uint64(len(r.offenders)))
	if row.err != nil || i < uint64(len(r.offenders)) {
		if row.err != nil {
			return netip.Addr{}
		}
		return r.offenders[i]
	}
	a, ok := netip.AddrFromSlice(row.bytes(uint64(row.byte())))
	if !ok && row.err == nil {
		row.err = errors.New("an offender that is no address")
	}
	r.offenders = append(r.offenders, a)
	return a
}

// rowReader takes numbers from the front of bytes; after the first failure it only returns zeros.
type rowReader struct {
	rest []byte
	err  error
}

func (r *rowReader) byte() byte {
	b := r.bytes(1)
	if len(b) == 0 {
		return 0
	}
	return b[0]
}

func (r *rowReader) bytes(n uint64) (b []byte) {
	if r.err == nil {
		b, r.rest, r.err = cutBytes(r.rest, n)
	}
	return b
}

func (r *rowReader) number(most uint64) (n uint64) {
	if r.err == nil {
		n, r.rest, r.err = cutUvarint(r.rest)
	}
	if n > most {
		n, r.err = 0, errors.New("a number is too large")
	}
	return n
}

// sinceStart is when o was observed, in ms by the wall clock. The monotonic clock stands still while a
// machine sleeps, and the times of the evidence would no longer be those in a firewall's log.
func sinceStart(o *probes.Observation, started time.Time) int64 {
	return o.At.Round(0).Sub(started.Round(0)).Milliseconds()
}

// moment is the inverse of sinceStart. What a duration cannot hold (292 years) ends there.
func moment(started time.Time, ms int64) time.Time {
	const most = math.MaxInt64 / int64(time.Millisecond)
	return started.Add(time.Duration(min(max(ms, -most), most)) * time.Millisecond)
}

// storable says why an observation cannot stand in a run file, if it cannot.
func storable(o *probes.Observation) error {
	switch {
	case o.Flow >= maxFlows:
		return fmt.Errorf("flow %d: a run has %d flows at most", o.Flow, maxFlows)
	case o.Class == probes.Unobserved:
		return fmt.Errorf("flow %d: nothing was observed", o.Flow)
	case !knownClass[o.Class]:
		return fmt.Errorf("flow %d: unknown class %d", o.Flow, o.Class)
	case !knownReason[o.Reason]:
		return fmt.Errorf("flow %d: unknown reason %d", o.Flow, o.Reason)
	}
	return nil
}

// What this program has a name for; asked for every record.
var knownClass, knownReason = func() (class, reason [256]bool) {
	for i := range 256 {
		_, class[i] = probes.ParseClass(probes.Class(i).String())
		_, reason[i] = probes.ParseReason(probes.Reason(i).String())
	}
	return class, reason
}()

func clamp(n int64) uint32 { return uint32(min(max(n, 0), math.MaxUint32)) }

// A number as a key, so that the order of keys is the order of numbers.
func key(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

func number(key []byte) (uint32, error) {
	if len(key) != 4 {
		return 0, errors.New("a key of the wrong length")
	}
	return binary.BigEndian.Uint32(key), nil
}
