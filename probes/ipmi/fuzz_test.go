package ipmi

import "testing"

func FuzzDecodePong(f *testing.F) {
	f.Add(unhex(f, "0600ff06000011be40420010000011be000000008100000000000000"), byte(0x42))
	f.Add(unhex(f, "0600ff06be11000040000010be110000000000008120000000000000"), byte(0))
	f.Add([]byte{6, 0, 255, 6}, byte(1))
	f.Fuzz(func(t *testing.T, b []byte, tag byte) {
		if _, err := decodePong(b, tag); err == nil && (len(b) < 28 || b[0] != 6 || b[3] != 6 || b[9] != tag) {
			t.Errorf("accepted %x for tag %02x", b, tag)
		}
	})
}

func FuzzDecodeReply(f *testing.F) {
	f.Add(unhex(f, simAnswer), byte(0), byte(cmdAuthCapability))
	f.Add(encodeCipherSuites(3, 1), byte(3), byte(cmdCipherSuites))
	f.Add([]byte{6, 0, 255, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255}, byte(0), byte(0))
	f.Fuzz(func(t *testing.T, b []byte, seq, cmd byte) {
		r, err := decodeReply(b, seq, cmd)
		if err != nil {
			return
		}
		size := int(b[13])
		if checksum(b[14:17]) != 0 || checksum(b[17:14+size]) != 0 || b[18]>>2 != seq || b[19] != cmd {
			t.Errorf("accepted %x", b)
		}
		if _, err := decodeCapabilities(r.data); err == nil && len(r.data) < 8 {
			t.Errorf("capabilities out of %x", r.data)
		}
	})
}

func FuzzDecodeSuites(f *testing.F) {
	f.Add(unhex(f, "c000004080c001014080c002014180c0"))
	f.Add(unhex(f, "c00000c003014181c1800102030141"))
	f.Fuzz(func(t *testing.T, b []byte) {
		suites, err := decodeSuites(b)
		if len(suites) > len(b)/2 {
			t.Errorf("%d suites out of %d bytes", len(suites), len(b))
		}
		tags := 0
		for _, s := range suites {
			tags += 2 + len(s.Auth) + len(s.Integ) + len(s.Crypto)
			if s.OEM {
				tags += 3
			}
			_ = s.String()
		}
		if err == nil && tags != len(b) {
			t.Errorf("%d bytes read of %d", tags, len(b))
		}
	})
}
