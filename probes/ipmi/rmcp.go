package ipmi

import (
	"encoding/binary"
	"errors"
)

// RMCP classes of messages (IPMI v2.0 13.1.3, ASF 2.0 3.2.2.2). Bit 7 marks an acknowledgement, which
// is never an answer to what we ask.
const (
	classASF  = 0x06
	classIPMI = 0x07
)

const (
	rmcpVersion   = 0x06
	rmcpHeader    = 4
	asfHeader     = rmcpHeader + 8
	asfEnterprise = 4542 // IANA number of the Alerting Specifications Forum
	asfPing       = 0x80
	asfPong       = 0x40
)

// What an answer can lack. The words end up in the packet story.
var (
	errShort    = errors.New("datagram is too short")
	errNotRMCP  = errors.New("no RMCP header")
	errClass    = errors.New("another RMCP class")
	errLength   = errors.New("length field does not fit the datagram")
	errChecksum = errors.New("checksum is wrong")
	errForeign  = errors.New("answer to another request")
)

// Pong is what a presence pong says (ASF 2.0 3.2.4.3).
type Pong struct {
	Enterprise uint32 // OEM enterprise number, 4542 where the OEM has nothing to add
	HostOrder  bool   // enterprise numbers came low byte first, a habit of OpenBMC
	IPMI       bool   // supported entities, bit 7
	ASFVersion byte   // supported entities, bits 3:0
	Secure     bool   // supported interactions, bit 7: RMCP security extensions, udp/664
	DASH       bool   // supported interactions, bit 5
}

// encodePing makes the 12 bytes of a presence ping (ASF 2.0 3.2.4.2) with a message tag of 0 to FEh.
func encodePing(tag byte) []byte {
	return []byte{rmcpVersion, 0, 0xff, classASF, 0, 0, 0x11, 0xbe, asfPing, tag, 0, 0}
}

// decodePong reads a presence pong that answers the ping with that tag. Both byte orders of the
// enterprise numbers are taken.
func decodePong(b []byte, tag byte) (Pong, error) {
	body, err := decodeRMCP(b, classASF)
	if err != nil {
		return Pong{}, err
	}
	if len(body) < asfHeader-rmcpHeader+16 {
		return Pong{}, errShort
	}
	if body[4] != asfPong || body[5] != tag {
		return Pong{}, errForeign
	}
	if int(body[7]) < 16 || int(body[7]) > len(body)-8 {
		return Pong{}, errLength
	}
	var order binary.ByteOrder = binary.BigEndian
	switch {
	case binary.BigEndian.Uint32(body) == asfEnterprise:
	case binary.LittleEndian.Uint32(body) == asfEnterprise:
		order = binary.LittleEndian
	default:
		return Pong{}, errForeign
	}
	data := body[8:]
	return Pong{
		Enterprise: order.Uint32(data), HostOrder: order == binary.LittleEndian,
		IPMI: data[8]&0x80 != 0, ASFVersion: data[8] & 0x0f,
		Secure: data[9]&0x80 != 0, DASH: data[9]&0x20 != 0,
	}, nil
}

// decodeRMCP checks the RMCP header and returns what follows it.
func decodeRMCP(b []byte, class byte) ([]byte, error) {
	if len(b) < rmcpHeader {
		return nil, errShort
	}
	if b[0] != rmcpVersion {
		return nil, errNotRMCP
	}
	if b[3] != class {
		return nil, errClass
	}
	return b[rmcpHeader:], nil
}
