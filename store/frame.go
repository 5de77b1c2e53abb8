package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
)

// Everything in a run file stands in frames. A frame says what it is and proves by its checksum that it is
// whole, so that a turned bit is noticed instead of judged, and so that what is left of a damaged file can be
// found again without the tree that held it. All numbers of its head are big endian:
//
//	0 magic | 4 CRC-32C of all that follows u32 | 8 kind | 9 zero | 10 count u16 | 12 number u32 |
//	16 bytes of the first part u32 | 20 bytes of the second part u32 | 24 first part | second part
const (
	frameMagic = "OBF\x02"
	frameHead  = 24
)

// frameKind says what a frame holds, and with it what its count and number mean.
type frameKind uint8

const (
	recordFrame frameKind = 1 + iota // count records from number on; their evidence is the second part
	hostFrame                        // what was noted of count hosts; number is that of the next record
	shapeFrame                       // shape number: what many pieces of evidence have in common
	metaFrame                        // audit.Run; a larger number is newer, here and below
	inputsFrame                      // opaque
	gatesFrame                       // probes.Gates
	endFrame                         // where the log ends: number of the next record, bytes of the log
)

type frame struct {
	kind          frameKind
	count         uint16
	number        uint32
	first, second []byte
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// append writes the frame behind b.
func (f *frame) append(b []byte) ([]byte, error) {
	if len(f.first) > math.MaxInt32 || len(f.second) > math.MaxInt32 {
		return b, errors.New("a frame is too long")
	}
	start := len(b)
	b = append(b, frameMagic...)
	b = append(b, 0, 0, 0, 0, byte(f.kind), 0)
	b = binary.BigEndian.AppendUint16(b, f.count)
	b = binary.BigEndian.AppendUint32(b, f.number)
	b = binary.BigEndian.AppendUint32(b, uint32(len(f.first)))
	b = binary.BigEndian.AppendUint32(b, uint32(len(f.second)))
	b = append(append(b, f.first...), f.second...)
	binary.BigEndian.PutUint32(b[start+4:], crc32.Checksum(b[start+8:], castagnoli))
	return b, nil
}

// frameSize is how many bytes the frame has whose head stands at the front of b.
func frameSize(b []byte) (uint64, error) {
	if len(b) < frameHead || string(b[:4]) != frameMagic || b[9] != 0 {
		return 0, errors.New("no frame where one belongs")
	}
	return frameHead + uint64(binary.BigEndian.Uint32(b[16:])) + uint64(binary.BigEndian.Uint32(b[20:])), nil
}

// nextFrame reads the first frame in b and returns it with the bytes behind it. Its checksum is not looked at.
// The parts stay inside b.
func nextFrame(b []byte) (f frame, rest []byte, err error) {
	size, err := frameSize(b)
	if err != nil {
		return f, nil, err
	}
	be := binary.BigEndian
	f.kind, f.count, f.number = frameKind(b[8]), be.Uint16(b[10:]), be.Uint32(b[12:])
	if size > uint64(len(b)) {
		return f, nil, fmt.Errorf("frame %d is cut short", f.number)
	}
	first := frameHead + uint64(be.Uint32(b[16:]))
	f.first, f.second = b[frameHead:first], b[first:size]
	return f, b[size:], nil
}

// wholeFrame reads the first frame in b and checks that not one of its bits has turned.
func wholeFrame(b []byte) (f frame, rest []byte, err error) {
	if f, rest, err = nextFrame(b); err != nil {
		return f, nil, err
	}
	if crc32.Checksum(b[8:len(b)-len(rest)], castagnoli) != binary.BigEndian.Uint32(b[4:]) {
		return f, rest, fmt.Errorf("frame %d is not as it was written", f.number)
	}
	return f, rest, nil
}

// onlyFrame reads a value that is one whole frame of a kind.
func onlyFrame(b []byte, kind frameKind) (frame, error) {
	f, rest, err := wholeFrame(b)
	if err == nil && (f.kind != kind || len(rest) > 0) {
		err = errors.New("another frame than the one that belongs here")
	}
	return f, err
}

// cutUvarint reads a number from the front of b.
func cutUvarint(b []byte) (uint64, []byte, error) {
	n, size := binary.Uvarint(b)
	if size <= 0 {
		return 0, nil, errors.New("a number is cut short")
	}
	return n, b[size:], nil
}

// cutBytes takes n bytes from the front of b.
func cutBytes(b []byte, n uint64) (front, rest []byte, err error) {
	if n > uint64(len(b)) {
		return nil, nil, errors.New("bytes are missing")
	}
	return b[:n], b[n:], nil
}

// zigzag maps small numbers of either sign to small ones without.
func zigzag(n int64) uint64 { return uint64(n<<1) ^ uint64(n>>63) }

func unzigzag(n uint64) int64 { return int64(n>>1) ^ -int64(n&1) }
