package ipmi

// The two commands that we send, both of network function App (IPMI v2.0 appendix G).
const (
	netFnApp           = 0x06
	cmdAuthCapability  = 0x38 // Get Channel Authentication Capabilities, 22.13
	cmdCipherSuites    = 0x54 // Get Channel Cipher Suites, 22.15
	addrBMC            = 0x20
	addrRemote         = 0x81
	lanHeader          = rmcpHeader + 10 // RMCP, authentication type, sequence, session id, length
	channelHere        = 0x0e            // "the channel that this came in on"
	askExtended        = 0x80            // ask for the v2.0 data
	levelAdministrator = 0x04
	payloadIPMI        = 0x00
	listByIndex        = 0x80
	suiteWindow        = 16
	maxSuiteRequests   = 8
)

// Completion codes that decide something (IPMI v2.0 5.2). The others are told by their number.
const (
	completeOK          = 0x00
	completeBusy        = 0xc0
	completeUnsupported = 0xc1
)

// reply is the payload of one IPMI answer.
type reply struct {
	completion byte
	data       []byte // aliases the datagram
}

// encodeRequest frames an App request as IPMI v1.5 sends it outside of a session: authentication type
// none, session sequence and id 0 (IPMI v2.0 13.6, 13.8). seq is the requester's sequence, 0 to 63.
func encodeRequest(seq, cmd byte, data ...byte) []byte {
	b := []byte{rmcpVersion, 0, 0xff, classIPMI, 0, 0, 0, 0, 0, 0, 0, 0, 0, byte(7 + len(data))}
	b = append(b, addrBMC, netFnApp<<2)
	b = append(b, checksum(b[lanHeader:]))
	b = append(b, addrRemote, seq<<2, cmd)
	b = append(b, data...)
	return append(b, checksum(b[lanHeader+3:]))
}

// encodeAuthCapabilities asks for the capabilities at administrator level; extended asks for the v2.0
// data too, which a controller that knows only v1.5 may not answer.
func encodeAuthCapabilities(seq byte, extended bool) []byte {
	channel := byte(channelHere)
	if extended {
		channel |= askExtended
	}
	return encodeRequest(seq, cmdAuthCapability, channel, levelAdministrator)
}

// encodeCipherSuites asks for one 16-byte window of the list of cipher suites; index is 0 to 63.
func encodeCipherSuites(seq, index byte) []byte {
	return encodeRequest(seq, cmdCipherSuites, channelHere, payloadIPMI, listByIndex|index)
}

// decodeReply reads an answer to the request with that sequence and command. It checks both checksums
// and every address; bytes behind the message (the v1.5 padding) are allowed.
func decodeReply(b []byte, seq, cmd byte) (reply, error) {
	body, err := decodeRMCP(b, classIPMI)
	if err != nil {
		return reply{}, err
	}
	if len(body) < lanHeader-rmcpHeader {
		return reply{}, errShort
	}
	if body[0] != 0 {
		return reply{}, errForeign
	}
	size, msg := int(body[9]), body[10:]
	if size < 8 || size > len(msg) {
		return reply{}, errLength
	}
	msg = msg[:size]
	if checksum(msg[:2]) != msg[2] || checksum(msg[3:size-1]) != msg[size-1] {
		return reply{}, errChecksum
	}
	if msg[0] != addrRemote || msg[1]>>2 != netFnApp|1 || msg[3] != addrBMC ||
		msg[4]>>2 != seq || msg[5] != cmd {
		return reply{}, errForeign
	}
	return reply{completion: msg[6], data: msg[7 : size-1]}, nil
}

// checksum is the two's complement of the byte sum (IPMI v2.0 13.8).
func checksum(b []byte) byte {
	var sum byte
	for _, c := range b {
		sum += c
	}
	return -sum
}
