package simbmc

// Commands of the application network function that are answered before a session (IPMI v2.0 22.13, 22.15).
const (
	ipmiAuthCapabilities = 0x38
	ipmiCipherSuites     = 0x54

	ipmiInvalidCommand = 0xc1
)

// ipmiChip is what one personality says of its LAN channel. The bytes are those of IPMI v2.0 table 22-15:
// auth types (without bit 7), login status, extended capabilities.
type ipmiChip struct {
	auth, status, extended byte
	suites                 []byte // cipher suite records; nil: a v1.5 chip, without the command and extended data
}

// Cipher suite records as chips really send them: with and without the zero algorithm bytes.
var (
	suiteZero      = []byte{0xc0, 0, 0x00, 0x40, 0x80}
	suiteZeroShort = []byte{0xc0, 0, 0x00}
	suiteSHA1      = []byte{0xc0, 3, 0x01, 0x41, 0x81}
	suiteSHA256    = []byte{0xc0, 17, 0x03, 0x44, 0x81}
	suiteOEM       = []byte{0xc1, 0x80, 0x01, 0x02, 0x03, 0x01, 0x41, 0x81}
)

var (
	// ipmiV15: MD5 and straight password, per-message authentication off; it has never heard of v2.0.
	ipmiV15 = ipmiChip{auth: 0x14, status: 0x14}
	// ipmiBoard: MD2, MD5, straight password, default key. Its records fill one window exactly, so that a
	// reader must ask for the next one, which is empty.
	ipmiBoard = ipmiChip{auth: 0x16, status: 0x04, extended: 0x03, suites: join(suiteZeroShort, suiteSHA1, suiteOEM)}
	// ipmiKeyed: nothing below v2.0, own key.
	ipmiKeyed = ipmiChip{auth: 0x00, status: 0x24, extended: 0x02, suites: join(suiteSHA1, suiteSHA256)}
	// ipmiCanned: as ipmiKeyed with the all-zero key.
	ipmiCanned = ipmiChip{auth: 0x00, status: 0x04, extended: 0x02, suites: join(suiteSHA256)}
	// ipmiOpen: every door open; the windows cut records in two.
	ipmiOpen = ipmiChip{auth: 0x17, status: 0x07, extended: 0x03, suites: join(suiteZero,
		[]byte{0xc0, 1, 0x01, 0x40, 0x80}, []byte{0xc0, 2, 0x01, 0x41, 0x80}, suiteSHA1,
		[]byte{0xc0, 6, 0x02, 0x40, 0x80}, []byte{0xc0, 8, 0x02, 0x42, 0x81}, suiteSHA256)}
)

func join(records ...[]byte) []byte {
	var all []byte
	for _, r := range records {
		all = append(all, r...)
	}
	return all
}

// answer is the RMCP port: ASF presence ping and the two questions before a session. Everything else,
// sessions above all, meets silence.
func (chip ipmiChip) answer(_ *host, r []byte) []byte {
	if len(r) < 12 || r[0] != 6 {
		return nil
	}
	switch r[3] {
	case 6:
		return asfPong(r)
	case 7:
		return chip.command(r)
	}
	return nil
}

// asfPong answers a presence ping (ASF 2.0 section 3.2.4): IPMI supported, ASF 1.0.
func asfPong(r []byte) []byte {
	if r[8] != 0x80 {
		return nil
	}
	pong := []byte{6, 0, 0xff, 6, 0, 0, 0x11, 0xbe, 0x40, r[9], 0, 16, 0, 0, 0x11, 0xbe, 0, 0, 0, 0, 0x81, 0}
	return append(pong, make([]byte, 6)...)
}

// command answers an IPMI v1.5 packet outside a session: type none, sequence and session zero, checksums right.
func (chip ipmiChip) command(r []byte) []byte {
	if len(r) < 21 || [9]byte(r[4:13]) != [9]byte{} || int(r[13]) != len(r)-14 {
		return nil
	}
	m := r[14:]
	if m[0] != 0x20 || m[1] != 0x18 || ipmiSum(m[:3]) != 0 || ipmiSum(m[3:]) != 0 {
		return nil
	}
	data := m[6 : len(m)-1]
	switch {
	case m[5] == ipmiAuthCapabilities && len(data) == 2:
		return ipmiReply(m, chip.capabilities(data[0]&0x80 != 0))
	case m[5] == ipmiCipherSuites && len(data) == 3:
		return ipmiReply(m, chip.window(int(data[2]&0x3f)))
	}
	return nil
}

func (chip ipmiChip) capabilities(v2 bool) []byte {
	data := []byte{0, 1, chip.auth, chip.status, 0, 0, 0, 0, 0}
	if v2 && chip.suites != nil {
		data[2] |= 0x80
		data[4] = chip.extended
	}
	return data
}

// window is the index-th 16 bytes of the cipher suite records, after completion code and channel.
func (chip ipmiChip) window(index int) []byte {
	if chip.suites == nil {
		return []byte{ipmiInvalidCommand}
	}
	from := min(16*index, len(chip.suites))
	return append([]byte{0, 1}, chip.suites[from:min(from+16, len(chip.suites))]...)
}

// ipmiReply frames completion code and data as the answer to message m.
func ipmiReply(m, data []byte) []byte {
	out := append([]byte{6, 0, 0xff, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, byte(7 + len(data))}, m[3], 0x1c)
	out = append(out, -ipmiSum(out[14:16]), 0x20, m[4], m[5])
	out = append(out, data...)
	return append(out, -ipmiSum(out[17:]))
}

func ipmiSum(b []byte) (sum byte) {
	for _, c := range b {
		sum += c
	}
	return sum
}
