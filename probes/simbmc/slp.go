package simbmc

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
)

// Function ids of RFC 2608 section 8. Registrations (3 and 4) get no answer.
const (
	slpServiceRequest   = 1
	slpServiceReply     = 2
	slpAttributeRequest = 6
	slpAttributeReply   = 7
	slpTypeRequest      = 9
	slpTypeReply        = 10

	slpNotSupported = 14
)

// slpAgent is a service agent of one personality.
type slpAgent struct {
	types   string // for a service type request; empty: the request is not supported
	wbemURL string // %s is the host's address; empty: no such service
}

// The agents. RFC 2608 asks for at most 1400 bytes in a datagram; slpFlood does not care.
var (
	slpPlain     = slpAgent{"service:wbem:https", "service:wbem:https://%s:5989"}
	slpStrict    = slpAgent{"", "service:wbem:https://%s:5989"}
	slpClear     = slpAgent{"service:wbem:http,service:management-hardware.Example:manager", "service:wbem:http://%s:5988"}
	slpTalkative = slpAgent{slpTypes(16), "service:wbem:https://%s:5989"}
	slpFlood     = slpAgent{slpTypes(60), ""}
)

func slpTypes(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("service:inventory.Example:module-%02d", i)
	}
	return strings.Join(list, ",")
}

// datagram answers one message; nil if it is none or wants no answer.
func (a slpAgent) datagram(h *host, request []byte) []byte {
	if len(request) < 16 || request[0] != 2 || slpLength(request) != len(request) {
		return nil
	}
	xid, tag := request[10:12], int(binary.BigEndian.Uint16(request[12:]))
	if len(request) < 14+tag {
		return nil
	}
	language, rest := request[14:14+tag], request[14+tag:]
	switch request[1] {
	case slpTypeRequest:
		if a.types == "" {
			return slpMessage(slpTypeReply, xid, language, []byte{0, slpNotSupported})
		}
		return slpMessage(slpTypeReply, xid, language, slpString([]byte{0, 0}, a.types))
	case slpServiceRequest:
		return slpMessage(slpServiceReply, xid, language, a.services(h, rest))
	case slpAttributeRequest:
		return slpMessage(slpAttributeReply, xid, language, append(slpString([]byte{0, 0}, "(model="+h.persona.product+")"), 0))
	}
	return nil
}

// services is the body of a service reply: error, count, URL entries.
func (a slpAgent) services(h *host, request []byte) []byte {
	_, rest, ok := slpField(request) // previous responders
	wanted, _, ok2 := slpField(rest)
	if !ok || !ok2 {
		return []byte{0, 2, 0, 0} // parse error
	}
	url := strings.ReplaceAll(a.wbemURL, "%s", h.Addr.String())
	if url == "" || !strings.HasPrefix(url, strings.ToLower(wanted)+":") {
		return []byte{0, 0, 0, 0}
	}
	entry := append([]byte{0, 0, 0, 1, 0}, 0x0e, 0x10) // one URL; reserved; lifetime 3600 s
	return append(slpString(entry, url), 0)
}

// serve answers messages over TCP until the peer closes.
func (a slpAgent) serve(h *host, c net.Conn) {
	head := make([]byte, 14)
	for {
		if _, err := io.ReadFull(c, head); err != nil {
			return
		}
		n := slpLength(head)
		if head[0] != 2 || n < 16 || n > 4096 {
			return
		}
		message := append(make([]byte, 0, n), head...)
		message = message[:n]
		if _, err := io.ReadFull(c, message[14:]); err != nil || !h.think() {
			return
		}
		if _, err := c.Write(a.datagram(h, message)); err != nil {
			return
		}
	}
}

func slpLength(m []byte) int { return int(m[2])<<16 | int(m[3])<<8 | int(m[4]) }

func slpMessage(function byte, xid, language, body []byte) []byte {
	n := 14 + len(language) + len(body)
	m := []byte{2, function, byte(n >> 16), byte(n >> 8), byte(n), 0, 0, 0, 0, 0}
	m = append(m, xid...)
	m = append(m, byte(len(language)>>8), byte(len(language)))
	m = append(m, language...)
	return append(m, body...)
}

func slpString(to []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint16(to, uint16(len(s))), s...)
}

func slpField(b []byte) (field string, rest []byte, ok bool) {
	if len(b) < 2 {
		return "", nil, false
	}
	n := int(binary.BigEndian.Uint16(b))
	if len(b) < 2+n {
		return "", nil, false
	}
	return string(b[2 : 2+n]), b[2+n:], true
}
