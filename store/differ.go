package store

import (
	"encoding/binary"
	"errors"
	"math"
	"net/netip"
)

// maxLoad is how many bytes of a payload the evidence has at most (probes.Recorder).
const maxLoad = 64

// earlier picks the payload that another of the same length is written against: the last one like it of the
// same story, else that of the shape.
func earlier(before [][]byte, like []byte) []byte {
	for k := len(before) - 1; k >= 0; k-- {
		if len(before[k]) == len(like) {
			return before[k]
		}
	}
	return like
}

// appendRuns writes the runs of bytes in which load differs from base, which is as long.
func appendRuns(b, load, base []byte) []byte {
	type run struct{ from, to int }
	var runs [maxLoad]run
	n := 0
	for i := range load {
		switch {
		case load[i] == base[i]:
		case n > 0 && i-runs[n-1].to < 3: // closer than the cost of another run
			runs[n-1].to = i + 1
		case n < len(runs):
			runs[n] = run{i, i + 1}
			n++
		default:
			runs[n-1].to = i + 1
		}
	}
	b = binary.AppendUvarint(b, uint64(n))
	end := 0
	for _, r := range runs[:n] {
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(r.from-end)), uint64(r.to-r.from))
		b = append(b, load[r.from:r.to]...)
		end = r.to
	}
	return b
}

// readRuns turns base, a copy of an earlier payload, into the one that was written against it.
func readRuns(row *rowReader, base []byte) []byte {
	end := uint64(0)
	for runs := row.number(uint64(len(base))); runs > 0 && row.err == nil; runs-- {
		from := end + row.number(uint64(len(base)))
		load := row.bytes(row.number(uint64(len(base))))
		if from+uint64(len(load)) > uint64(len(base)) {
			row.err = errors.New("a payload that is too long")
			break
		}
		copy(base[from:], load)
		end = from + uint64(len(load))
	}
	return base
}

// neighbourhood is what the addresses in one frame are counted from: the first of each family.
type neighbourhood struct{ four, six netip.Addr }

// append writes an address as its distance from the first of its family in the frame: a byte, which is 0 for
// none, 1 for an IPv6 address in full, 2 and 3 for the distance of an IPv4 and an IPv6 address.
func (n *neighbourhood) append(b []byte, a netip.Addr) []byte {
	switch {
	case !a.IsValid():
		return append(b, 0)
	case a.Is4():
		if !n.four.IsValid() {
			n.four = a
		}
		return binary.AppendUvarint(append(b, 2), zigzag(int64(low(a))-int64(low(n.four))))
	}
	if !n.six.IsValid() {
		n.six = a
	}
	if high(a) != high(n.six) {
		raw := a.As16()
		return append(append(b, 1), raw[:]...)
	}
	return binary.AppendUvarint(append(b, 3), zigzag(int64(low(a)-low(n.six))))
}

func (n neighbourhood) read(row *rowReader) netip.Addr {
	switch kind := row.byte(); {
	case kind == 1:
		a, _ := netip.AddrFromSlice(row.bytes(16))
		return a
	case kind == 2 && n.four.IsValid():
		var raw [4]byte
		binary.BigEndian.PutUint32(raw[:], uint32(low(n.four))+uint32(unzigzag(row.number(math.MaxUint64))))
		return netip.AddrFrom4(raw)
	case kind == 3 && n.six.IsValid():
		raw := n.six.As16()
		binary.BigEndian.PutUint64(raw[8:], low(n.six)+uint64(unzigzag(row.number(math.MaxUint64))))
		return netip.AddrFrom16(raw)
	case kind != 0 && row.err == nil:
		row.err = errors.New("an address of an unknown form")
	}
	return netip.Addr{}
}

// appendBases writes the addresses that the others are counted from: which of them there are, one byte, and
// each in full.
func (n *neighbourhood) appendBases(b []byte) []byte {
	at := len(b)
	b = append(b, 0)
	if n.four.IsValid() {
		b[at] |= 1
		b = append(b, n.four.AsSlice()...)
	}
	if n.six.IsValid() {
		b[at] |= 2
		b = append(b, n.six.AsSlice()...)
	}
	return b
}

func readBases(row *rowReader) (n neighbourhood) {
	which := row.byte()
	if which > 3 {
		row.err = errors.New("addresses of an unknown family")
	}
	if which&1 != 0 {
		n.four, _ = netip.AddrFromSlice(row.bytes(4))
	}
	if which&2 != 0 {
		n.six, _ = netip.AddrFromSlice(row.bytes(16))
	}
	return n
}

// high and low are the two halves of an address; an IPv4 address has only the low one.
func high(a netip.Addr) uint64 {
	raw := a.As16()
	return binary.BigEndian.Uint64(raw[:8])
}

func low(a netip.Addr) uint64 {
	if a.Is4() {
		raw := a.As4()
		return uint64(binary.BigEndian.Uint32(raw[:]))
	}
	raw := a.As16()
	return binary.BigEndian.Uint64(raw[8:])
}
