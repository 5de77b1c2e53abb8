package snmp

import (
	"bytes"
	"testing"
)

func FuzzDecode(f *testing.F) {
	f.Add(unhex(f, report), uint32(id))
	f.Add(unhex(f, request), uint32(id))
	f.Add(long(unhex(f, report)), uint32(id))
	f.Add([]byte{0x30, 0x84, 0xff, 0xff, 0xff, 0xff}, uint32(1))
	f.Fuzz(func(t *testing.T, b []byte, id uint32) {
		a, err := decode(b, id)
		if err != nil {
			return
		}
		if len(b) < 40 || b[0] != tagSequence || !bytes.Contains(b, integer(id)[2:]) && id>>24 != 0 {
			t.Errorf("accepted %x for %x", b, id)
		}
		if n := len(a.Engine); n != 0 && (n < minEngine || n > maxEngine) || a.Boots > maxID || a.Time > maxID {
			t.Errorf("%x: %+v", b, a)
		}
		if a.Secret && a.Report || len(a.Object) > 1024 {
			t.Errorf("%x: %+v", b, a)
		}
		engineWords(a.Engine)
	})
}

func FuzzReader(f *testing.F) {
	f.Add(unhex(f, report))
	f.Add([]byte{0x04, 0x82, 0, 1, 7, 0x02, 0x01, 0x80})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, taken := reader{b}, 0
		for range len(b) {
			before := len(r.rest)
			_, contents, err := r.next()
			if err != nil {
				return
			}
			taken += len(contents)
			if len(r.rest) >= before || taken > len(b) {
				t.Fatalf("%x: %d bytes left after %d, %d taken", b, len(r.rest), before, taken)
			}
		}
	})
}
