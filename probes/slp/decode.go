package slp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// Functions that can be an answer (RFC 2608 section 4.2).
const (
	funcSrvRply  = 2
	funcAck      = 5
	funcAttrRply = 7
	funcDAAdvert = 8
	funcTypeRply = 10
	funcSAAdvert = 11
)

var functionNames = map[byte]string{
	funcSrvRply: "SrvRply", funcAck: "SrvAck", funcAttrRply: "AttrRply",
	funcDAAdvert: "DAAdvert", funcTypeRply: "SrvTypeRply", funcSAAdvert: "SAAdvert",
}

var errorNames = map[uint16]string{
	1: "language not supported", 2: "parse error", 3: "invalid registration", 4: "scope not supported",
	5: "authentication unknown", 6: "authentication absent", 7: "authentication failed",
	9: "version not supported", 10: "internal error", 11: "busy now", 12: "option not understood",
	13: "invalid update", 14: "message not supported", 15: "refresh rejected",
}

const (
	flagOverflow = 0x8000
	codeBusy     = 11
	codeNoSuch   = 14 // the function is not supported; legal for SrvTypeRqst (RFC 2608 section 8)
	maxListed    = 32 // types and URLs kept of one answer
	maxText      = 256
)

var (
	errShort    = errors.New("message is too short")
	errVersion  = errors.New("not SLP version 2")
	errFunction = errors.New("not a function that answers")
	errLength   = errors.New("length field does not fit the message")
	errXID      = errors.New("answer to another request")
)

// Answer is what one reply says. Lists are capped at 32 entries of 256 bytes; Dropped counts the rest.
// The texts are as the peer sent them, so they need cleaning before anybody sees them.
type Answer struct {
	Function byte
	Overflow bool
	Code     uint16 // error code; 0 is success, and SAAdvert has none
	Types    []string
	URLs     []string
	Dropped  int
	Damaged  bool // the body ends early or makes no sense; what was read before stands
}

// String names the reply and its error: "SrvTypeRply, error 14 (message not supported)".
func (a Answer) String() string {
	s := functionNames[a.Function]
	if a.Code != 0 {
		word := errorNames[a.Code]
		if word == "" {
			word = "unknown error"
		}
		s = fmt.Sprintf("%s, error %d (%s)", s, a.Code, word)
	}
	return s
}

// messageLength returns the length field of a header; false until 5 bytes are there.
func messageLength(b []byte) (int, bool) {
	if len(b) < 5 {
		return 0, false
	}
	return int(b[2])<<16 | int(b[3])<<8 | int(b[4]), true
}

// decode reads one reply to the request with that transaction number. A header that is not well formed
// is an error; a damaged or cut body is not, for the header alone proves the protocol.
func decode(b []byte, xid uint16) (Answer, error) {
	if len(b) < headerSize {
		return Answer{}, errShort
	}
	if b[0] != version {
		return Answer{}, errVersion
	}
	if functionNames[b[1]] == "" {
		return Answer{}, errFunction
	}
	if binary.BigEndian.Uint16(b[offsetXID:]) != xid {
		return Answer{}, errXID
	}
	a := Answer{Function: b[1], Overflow: binary.BigEndian.Uint16(b[5:])&flagOverflow != 0}
	body := headerSize + int(binary.BigEndian.Uint16(b[12:]))
	length, _ := messageLength(b)
	if length < body || len(b) < body {
		return Answer{}, errLength
	}
	a.body(&reader{rest: b[body:min(length, len(b))]})
	a.Damaged = a.Damaged || length > len(b) && !a.Overflow
	return a, nil
}

// body reads what stands behind the header. After an error code the rest may be missing (7).
func (a *Answer) body(r *reader) {
	if a.Function != funcSAAdvert {
		a.Code = r.uint16()
	}
	if a.Code != 0 {
		return
	}
	switch a.Function {
	case funcTypeRply:
		for _, t := range strings.Split(r.text(), ",") {
			a.Types = a.keep(a.Types, strings.TrimSpace(t))
		}
	case funcSrvRply:
		a.entries(r)
	case funcDAAdvert:
		r.skip(4) // boot timestamp
		a.URLs = a.keep(a.URLs, r.text())
	case funcSAAdvert:
		a.URLs = a.keep(a.URLs, r.text())
	}
	a.Damaged = r.failed
}

// entries reads the URL entries of a SrvRply (RFC 2608 sections 4.3 and 8.2).
func (a *Answer) entries(r *reader) {
	for n := r.uint16(); n > 0 && !r.failed; n-- {
		r.skip(3) // reserved, lifetime
		url := r.text()
		for auths := r.uint8(); auths > 0 && !r.failed; auths-- {
			r.skip(2) // block structure descriptor
			r.skip(int(r.uint16()) - 4)
		}
		a.URLs = a.keep(a.URLs, url)
	}
}

func (a *Answer) keep(list []string, s string) []string {
	if s == "" {
		return list
	}
	if len(list) >= maxListed {
		a.Dropped++
		return list
	}
	return append(list, s[:min(len(s), maxText)])
}

// reader takes fields off a body; after the first that does not fit it returns zeros.
type reader struct {
	rest   []byte
	failed bool
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.rest) {
		r.rest, r.failed = nil, true
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *reader) skip(n int) { r.take(n) }

func (r *reader) uint8() uint8 {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) uint16() uint16 {
	if b := r.take(2); b != nil {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

func (r *reader) text() string { return string(r.take(int(r.uint16()))) }
