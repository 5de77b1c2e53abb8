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

// recordSize is the fixed size of an observation without its evidence. All numbers are big endian:
//
//	0 flow u32 | 4 ms since the run began u32 | 8 round trip in µs u32 | 12 weaknesses u64 | 20 class |
//	21 reason | 22 flags | 23 bytes of the offender (0, 4, 16) | 24 ICMP type | 25 ICMP code |
//	26 attempts u16 | 28 packets u32 | 32 offender, zero behind its end
const recordSize = 48

// maxFlows is the largest plan that a run file takes: 256 questions to each host of a /16.
const maxFlows = 1 << 24

// appendRecord appends the record of o. Times and counts that do not fit become the largest that does.
func appendRecord(b []byte, o *probes.Observation, started time.Time) ([]byte, error) {
	if err := storable(o); err != nil {
		return b, err
	}
	var r [recordSize]byte
	be := binary.BigEndian
	be.PutUint32(r[0:], uint32(o.Flow))
	be.PutUint32(r[4:], clamp(o.At.Sub(started).Milliseconds()))
	be.PutUint32(r[8:], clamp(o.RTT.Microseconds()))
	be.PutUint64(r[12:], uint64(o.Weak))
	r[20], r[21], r[22] = byte(o.Class), byte(o.Reason), byte(o.Flags)
	r[24], r[25] = o.ICMPType, o.ICMPCode
	be.PutUint16(r[26:], uint16(min(clamp(int64(o.Attempts)), math.MaxUint16)))
	be.PutUint32(r[28:], clamp(int64(o.Packets)))
	if o.Offender.IsValid() {
		r[23] = byte(copy(r[32:], o.Offender.AsSlice()))
	}
	return append(b, r[:]...), nil
}

// decodeRecord reads one record. The bytes are not trusted.
func decodeRecord(b []byte, started time.Time) (probes.Observation, error) {
	var o probes.Observation
	if len(b) != recordSize {
		return o, fmt.Errorf("a record of %d bytes", len(b))
	}
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

// storable says why an observation cannot stand in a run file, if it cannot.
func storable(o *probes.Observation) error {
	switch {
	case o.Flow >= maxFlows:
		return fmt.Errorf("flow %d: a run has %d flows at most", o.Flow, maxFlows)
	case o.Class == probes.Unobserved:
		return fmt.Errorf("flow %d: nothing was observed", o.Flow)
	}
	if _, ok := probes.ParseClass(o.Class.String()); !ok {
		return fmt.Errorf("flow %d: unknown class %d", o.Flow, o.Class)
	}
	if _, ok := probes.ParseReason(o.Reason.String()); !ok {
		return fmt.Errorf("flow %d: unknown reason %d", o.Flow, o.Reason)
	}
	return nil
}

func clamp(n int64) uint32 { return uint32(min(max(n, 0), math.MaxUint32)) }

// Host records: flags, control probes sent, control probes lost.
const hostSize = 3

func encodeHost(h probes.HostState) []byte {
	return []byte{byte(h.Flags), h.ControlSent, h.ControlLost}
}

func decodeHost(b []byte) (probes.HostState, error) {
	if len(b) != hostSize {
		return probes.HostState{}, fmt.Errorf("a host record of %d bytes", len(b))
	}
	return probes.HostState{Flags: probes.HostFlags(b[0]), ControlSent: b[1], ControlLost: b[2]}, nil
}

// A number as a key, so that the order of keys is the order of numbers.
func key(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

func number(key []byte) (uint32, error) {
	if len(key) != 4 {
		return 0, errors.New("a key of the wrong length")
	}
	return binary.BigEndian.Uint32(key), nil
}
