package snmp

import (
	"errors"
	"fmt"
)

// Tags of the values that a message is made of (X.690 8.1.2, RFC 3416 section 3).
const (
	tagInteger  = 0x02
	tagOctets   = 0x04
	tagNull     = 0x05
	tagObject   = 0x06
	tagSequence = 0x30
	tagCounter  = 0x41
	tagGet      = 0xa0 // GetRequest-PDU
	tagReport   = 0xa8 // Report-PDU
	tagLastPDU  = 0xa8
)

// What a value can lack. The words end up in the packet story.
var (
	errShort  = errors.New("the message ends inside a value")
	errLength = errors.New("a length that is not allowed here")
	errRange  = errors.New("a number out of its range")
)

// value encodes one value with a definite length. Contents are far below the 64 KiB that two bytes of
// length can say.
func value(tag byte, contents ...[]byte) []byte {
	n := 0
	for _, c := range contents {
		n += len(c)
	}
	out := []byte{tag}
	switch {
	case n < 0x80:
		out = append(out, byte(n))
	case n < 0x100:
		out = append(out, 0x81, byte(n))
	default:
		out = append(out, 0x82, byte(n>>8), byte(n))
	}
	for _, c := range contents {
		out = append(out, c...)
	}
	return out
}

// integer encodes a number from 0 up in the fewest bytes (X.690 8.3).
func integer(n uint32) []byte {
	b := []byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}
	for len(b) > 1 && b[0] == 0 && b[1] < 0x80 {
		b = b[1:]
	}
	if b[0] >= 0x80 {
		b = append([]byte{0}, b...)
	}
	return value(tagInteger, b)
}

// reader takes values off the front of a message. It copies nothing and never recurses: whoever calls it knows
// the shape. Lengths need not be in their shortest form, which agents of the field do not use either.
type reader struct{ rest []byte }

// next takes one value of any tag that fits into one byte.
func (r *reader) next() (tag byte, contents []byte, err error) {
	if len(r.rest) < 2 {
		return 0, nil, errShort
	}
	tag, n := r.rest[0], int(r.rest[1])
	at := 2
	if n >= 0x80 { // X.690 8.1.3.5; 0x80 itself is the indefinite form, which RFC 3417 section 8 forbids
		count := n & 0x7f
		if count == 0 || count > 4 {
			return 0, nil, errLength
		}
		if len(r.rest) < at+count {
			return 0, nil, errShort
		}
		n = 0
		for _, b := range r.rest[at : at+count] {
			n = n<<8 | int(b)
		}
		at += count
	}
	if tag&0x1f == 0x1f {
		return 0, nil, fmt.Errorf("a tag of several bytes, %02xh", tag)
	}
	if n < 0 || n > len(r.rest)-at {
		return 0, nil, errShort
	}
	contents, r.rest = r.rest[at:at+n], r.rest[at+n:]
	return tag, contents, nil
}

// expect takes one value of that tag.
func (r *reader) expect(tag byte) ([]byte, error) {
	got, contents, err := r.next()
	if err == nil && got != tag {
		err = fmt.Errorf("a value of type %02xh where %02xh belongs", got, tag)
	}
	return contents, err
}

// inside takes one value of that tag and reads on in it.
func (r *reader) inside(tag byte) (reader, error) {
	contents, err := r.expect(tag)
	return reader{contents}, err
}

// number takes an INTEGER from 0 to 2^31-1, the range of every number in a message (RFC 3412 section 6).
func (r *reader) number() (uint32, error) {
	b, err := r.expect(tagInteger)
	if err != nil {
		return 0, err
	}
	return unsigned(b, 1<<31-1)
}

// unsigned reads the contents of a number from 0 to most.
func unsigned(b []byte, most uint64) (uint32, error) {
	if len(b) == 0 || b[0] >= 0x80 {
		return 0, errRange
	}
	for len(b) > 1 && b[0] == 0 {
		b = b[1:]
	}
	if len(b) > 4 {
		return 0, errRange
	}
	n := uint64(0)
	for _, c := range b {
		n = n<<8 | uint64(c)
	}
	if n > most {
		return 0, errRange
	}
	return uint32(n), nil
}

// end refuses what stands behind the last value.
func (r *reader) end() error {
	if len(r.rest) > 0 {
		return fmt.Errorf("%d bytes behind the message", len(r.rest))
	}
	return nil
}
