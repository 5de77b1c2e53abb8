package dns

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// The one question: address of "localhost.", recursion not desired. The bit alone keeps a server from
// asking others (RFC 1035 4.1.1), and the name is one that resolvers answer themselves (RFC 6761 6.3), so
// not even a forwarder that ignores the bit has a reason to send anything. Every server that speaks DNS
// answers it somehow: with an address, a referral, or REFUSED.
var question = dnsmessage.Question{
	Name:  dnsmessage.MustNewName("localhost."),
	Type:  dnsmessage.TypeA,
	Class: dnsmessage.ClassINET,
}

const (
	maxAnswers = 4 // addresses told
	prefixSize = 2 // length before a message over TCP (RFC 1035 4.2.2)
)

var (
	errNotDNS   = errors.New("not a DNS message")
	errNoAnswer = errors.New("a query, not a response")
	errID       = errors.New("response to another query")
	errQuestion = errors.New("response to another question")
	errFrame    = errors.New("no length before a whole message")
)

// Reply is what a response says.
type Reply struct {
	Code          dnsmessage.RCode
	Recursion     bool // RA: the server offers recursion
	Authoritative bool // AA
	Truncated     bool // TC
	Answers       []netip.Addr
}

// encode makes the query with that id.
func encode(id uint16) []byte {
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: id},
		Questions: []dnsmessage.Question{question},
	}
	b, err := m.Pack()
	if err != nil { // the message is a constant but for its id
		panic(err)
	}
	return b
}

// frame puts the length before a message, as TCP wants it.
func frame(b []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...)
}

// decode reads the response to the query with that id. The question must be ours; a server that
// refuses before it reads the question may leave it out. Records behind the first damage are ignored.
func decode(b []byte, id uint16) (Reply, error) {
	var p dnsmessage.Parser
	h, err := p.Start(b)
	if err != nil {
		return Reply{}, errNotDNS
	}
	if h.ID != id {
		return Reply{}, errID
	}
	if !h.Response {
		return Reply{}, errNoAnswer
	}
	q, err := p.Question()
	switch {
	case errors.Is(err, dnsmessage.ErrSectionDone) && h.RCode != dnsmessage.RCodeSuccess:
	case err != nil:
		return Reply{}, errNotDNS
	case !strings.EqualFold(q.Name.String(), question.Name.String()) ||
		q.Type != question.Type || q.Class != question.Class:
		return Reply{}, errQuestion
	}
	r := Reply{
		Code: h.RCode, Recursion: h.RecursionAvailable, Authoritative: h.Authoritative, Truncated: h.Truncated,
	}
	if p.SkipAllQuestions() == nil {
		r.Answers = addresses(&p)
	}
	return r, nil
}

func addresses(p *dnsmessage.Parser) []netip.Addr {
	var out []netip.Addr
	for len(out) < maxAnswers {
		h, err := p.AnswerHeader()
		if err != nil {
			break
		}
		if h.Type != dnsmessage.TypeA {
			if p.SkipAnswer() != nil {
				break
			}
			continue
		}
		a, err := p.AResource()
		if err != nil {
			break
		}
		out = append(out, netip.AddrFrom4(a.A))
	}
	return out
}

var codeNames = map[dnsmessage.RCode]string{
	dnsmessage.RCodeSuccess: "NOERROR", dnsmessage.RCodeFormatError: "FORMERR",
	dnsmessage.RCodeServerFailure: "SERVFAIL", dnsmessage.RCodeNameError: "NXDOMAIN",
	dnsmessage.RCodeNotImplemented: "NOTIMP", dnsmessage.RCodeRefused: "REFUSED",
}

// codeName is the name that RFC 2136 and the field use, else the number.
func codeName(c dnsmessage.RCode) string {
	if s := codeNames[c]; s != "" {
		return s
	}
	return fmt.Sprintf("RCODE %d", uint16(c))
}
