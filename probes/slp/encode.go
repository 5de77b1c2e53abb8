package slp

import "encoding/binary"

// question is a request that exists here. Registration and withdrawal (functions 3 and 4 of RFC 2608
// section 4.2), which change the peer, can not be expressed.
type question uint8

const (
	askTypes question = iota // SrvTypeRqst, all naming authorities, scope DEFAULT: 29 bytes
	askWBEM                  // SrvRqst for service:wbem, scope DEFAULT: 45 bytes
)

// String names the request for the packet story.
func (q question) String() string {
	if q == askTypes {
		return "SLP SrvTypeRqst, all types"
	}
	return "SLP SrvRqst, service:wbem"
}

const (
	version      = 2
	headerSize   = 14 // without the language tag
	language     = "en"
	scope        = "DEFAULT"
	allAuthority = 0xffff
	funcSrvRqst  = 1
	funcTypeRqst = 9
	offsetXID    = 10
	wbemType     = "service:wbem"
)

// encode makes the request with that transaction number. It is unicast: the multicast flag stays zero,
// which also obliges an agent to answer when it has nothing to offer (RFC 2608 section 7).
func encode(q question, xid uint16) []byte {
	function := byte(funcTypeRqst)
	if q == askWBEM {
		function = funcSrvRqst
	}
	b := []byte{version, function, 0, 0, 0, 0, 0, 0, 0, 0}
	b = binary.BigEndian.AppendUint16(b, xid)
	b = appendString(b, language)
	b = appendString(b, "") // previous responders: only multicast needs them
	if q == askWBEM {
		b = appendString(b, wbemType)
		b = appendString(b, scope)
		b = appendString(b, "") // predicate
		b = appendString(b, "") // security parameter index
	} else {
		b = binary.BigEndian.AppendUint16(b, allAuthority)
		b = appendString(b, scope)
	}
	b[3], b[4] = byte(len(b)>>8), byte(len(b))
	return b
}

func appendString(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint16(b, uint16(len(s))), s...)
}
