package snmp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"oobscope/probes"
)

// The parts of a message that do not change (RFC 3412 section 6, RFC 3414 sections 2.4 and 4): version 3, an
// answer of no more than one datagram, no authentication and no privacy, and a report wanted.
const (
	version       = 3
	maxSize       = 1472 // an Ethernet frame less the headers of IPv4 and UDP; RFC 3412 wants 484 at least
	reportable    = 0x04
	securityModel = 3 // user-based (RFC 3411 section 5)
	maxID         = 1<<31 - 1
)

// Limits of what is read from an answer: one varbind is what a report has, and an engine's identity has 5 to
// 32 bytes (RFC 3411 section 5, SnmpEngineID).
const (
	maxMessage = 64 * 1024
	minEngine  = 5
	maxEngine  = 32
)

// unknownEngines is usmStatsUnknownEngineIDs.0, which a discovery is answered with (RFC 3414 sections 4 and 5).
const unknownEngines = "1.3.6.1.6.3.15.1.1.4.0"

var (
	errVersion = errors.New("not SNMPv3")
	errForeign = errors.New("an answer to another request")
	errRequest = errors.New("a request, not an answer")
)

// Answer is what an SNMPv3 message tells before any login.
type Answer struct {
	Engine []byte // snmpEngineID of the agent; empty if it does not name itself
	Boots  uint32 // how often the engine was started
	Time   uint32 // seconds since then
	Secret bool   // the rest is encrypted
	Report bool   // it is a Report-PDU
	Object string // the first object that a report names, in dots; empty if none
	Count  uint32 // its counter
}

// encode makes the discovery request with that message and request id: an empty engine, an empty user and no
// object (RFC 3414 section 4).
func encode(id uint32) []byte {
	empty := value(tagOctets)
	security := value(tagSequence, empty, integer(0), integer(0), empty, empty, empty)
	pdu := value(tagGet, integer(id), integer(0), integer(0), value(tagSequence))
	return value(tagSequence,
		integer(version),
		value(tagSequence, integer(id), integer(maxSize), value(tagOctets, []byte{reportable}), integer(securityModel)),
		value(tagOctets, security),
		value(tagSequence, empty, empty, pdu))
}

// decode reads the answer to the request with that id. Everything up to the security parameters must be
// whole; what stands in the PDU is read as far as it can be.
func decode(b []byte, id uint32) (Answer, error) {
	if len(b) > maxMessage {
		return Answer{}, errLength
	}
	outer := reader{b}
	m, err := outer.inside(tagSequence)
	if err != nil {
		return Answer{}, err
	}
	if err := outer.end(); err != nil {
		return Answer{}, err
	}
	v, err := m.number()
	if err != nil {
		return Answer{}, err
	}
	if v != version {
		return Answer{}, errVersion
	}
	if err := readHeader(&m, id); err != nil {
		return Answer{}, err
	}
	a, err := readSecurity(&m)
	if err != nil {
		return Answer{}, err
	}
	if err := a.readData(&m); err != nil {
		return Answer{}, err
	}
	return a, m.end()
}

// readHeader reads msgGlobalData, whose id must be ours.
func readHeader(m *reader, id uint32) error {
	h, err := m.inside(tagSequence)
	if err != nil {
		return err
	}
	got, err := h.number()
	if err != nil {
		return err
	}
	if got != id {
		return errForeign
	}
	if _, err := h.number(); err != nil { // msgMaxSize
		return err
	}
	flags, err := h.expect(tagOctets)
	if err != nil {
		return err
	}
	if len(flags) != 1 {
		return fmt.Errorf("%d bytes of flags, 1 expected", len(flags))
	}
	model, err := h.number()
	if err == nil && model != securityModel {
		err = fmt.Errorf("security model %d, %d expected", model, securityModel)
	}
	return errors.Join(err, h.end())
}

// readSecurity reads UsmSecurityParameters (RFC 3414 section 2.4), which stand inside an octet string.
func readSecurity(m *reader) (a Answer, err error) {
	wrapped, err := m.inside(tagOctets)
	if err != nil {
		return a, err
	}
	s, err := wrapped.inside(tagSequence)
	if err != nil {
		return a, err
	}
	engine, err := s.expect(tagOctets)
	if err != nil {
		return a, err
	}
	if n := len(engine); n != 0 && (n < minEngine || n > maxEngine) {
		return a, fmt.Errorf("an engine with %d bytes of identity, %d to %d expected", n, minEngine, maxEngine)
	}
	a.Engine = slices.Clone(engine)
	if a.Boots, err = s.number(); err != nil {
		return a, err
	}
	if a.Time, err = s.number(); err != nil {
		return a, err
	}
	for range 3 { // user name, authentication and privacy parameters: not ours to read
		if _, err := s.expect(tagOctets); err != nil {
			return a, err
		}
	}
	return a, errors.Join(s.end(), wrapped.end())
}

// readData reads the scoped PDU. Its type must be one of an answer; damage further inside only leaves the
// object unnamed.
func (a *Answer) readData(m *reader) error {
	tag, contents, err := m.next()
	switch {
	case err != nil:
		return err
	case tag == tagOctets:
		a.Secret = true
		return nil
	case tag != tagSequence:
		return fmt.Errorf("a value of type %02xh where a PDU belongs", tag)
	}
	scoped := reader{contents}
	for range 2 { // context engine and context name
		if _, err := scoped.expect(tagOctets); err != nil {
			return err
		}
	}
	tag, contents, err = scoped.next()
	if err != nil {
		return err
	}
	if tag == tagGet {
		return errRequest
	}
	if tag < tagGet || tag > tagLastPDU {
		return fmt.Errorf("a value of type %02xh where a PDU belongs", tag)
	}
	if a.Report = tag == tagReport; a.Report {
		a.readReport(reader{contents})
	}
	return scoped.end()
}

// readReport takes the first object of a report and its counter.
func (a *Answer) readReport(r reader) {
	for range 3 { // request id, error status and error index
		if _, err := r.expect(tagInteger); err != nil {
			return
		}
	}
	list, err := r.inside(tagSequence)
	if err != nil {
		return
	}
	bind, err := list.inside(tagSequence)
	if err != nil {
		return
	}
	name, err := bind.expect(tagObject)
	if err != nil {
		return
	}
	counter, err := bind.expect(tagCounter)
	if err != nil {
		return
	}
	count, err := unsigned(counter, 1<<32-1)
	if object := dotted(name); object != "" && err == nil {
		a.Object, a.Count = object, count
	}
}

// dotted writes an object identifier (X.690 8.19) in dots; empty if it is damaged or absurdly long.
func dotted(b []byte) string {
	if len(b) == 0 || len(b) > 64 {
		return ""
	}
	out := []string{fmt.Sprint(min(b[0]/40, 2)), fmt.Sprint(b[0] - 40*min(b[0]/40, 2))}
	arc, open := uint64(0), false
	for _, c := range b[1:] {
		if arc = arc<<7 | uint64(c&0x7f); arc > 1<<32-1 {
			return ""
		}
		if open = c >= 0x80; !open {
			out = append(out, fmt.Sprint(arc))
			arc = 0
		}
	}
	if open {
		return ""
	}
	return strings.Join(out, ".")
}

// objectWords names the object that a discovery is answered with.
func objectWords(object string) string {
	if object == unknownEngines {
		return "usmStatsUnknownEngineIDs"
	}
	return object
}

// engineWords says who made an engine and how it was named (RFC 3411 section 5, SnmpEngineID): the private
// enterprise number, and behind the format byte what that format holds.
func engineWords(id []byte) (enterprise uint32, format string) {
	if len(id) < minEngine {
		return 0, ""
	}
	enterprise = binary.BigEndian.Uint32(id) &^ (1 << 31)
	if id[0] < 0x80 {
		return enterprise, "as of SNMPv3's first draft, enterprise's own"
	}
	rest := id[5:]
	switch kind := id[4]; {
	case kind == 1 && len(rest) == 4, kind == 2 && len(rest) == 16:
		a, _ := netip.AddrFromSlice(rest)
		return enterprise, fmt.Sprintf("IPv%d address %s", map[byte]int{1: 4, 2: 6}[kind], a)
	case kind == 3 && len(rest) == 6:
		return enterprise, fmt.Sprintf("MAC address %02x:%02x:%02x:%02x:%02x:%02x", rest[0], rest[1], rest[2], rest[3], rest[4], rest[5])
	case kind == 4:
		return enterprise, "text " + probes.Clean(string(rest), maxEngine)
	case kind == 5:
		return enterprise, fmt.Sprintf("octets %x", rest)
	case kind >= 128:
		return enterprise, fmt.Sprintf("enterprise's own, %d", kind)
	default:
		return enterprise, fmt.Sprintf("unknown, %d", kind)
	}
}
