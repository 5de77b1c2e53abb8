package store

import (
	"crypto/rand"
	"encoding/binary"
	"strings"
	"sync"
	"time"
)

// crockford is the alphabet of a ULID: base 32 without I, L, O and U (ULID specification, "Encoding").
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// ulids makes ULIDs that sort by time and, within one process, by the order of the calls.
type ulids struct {
	mu   sync.Mutex
	last [16]byte
}

// next returns a ULID for the moment now: 48 bits of milliseconds, 80 random bits. A moment that is not
// later than the last one yields the last value plus one.
func (u *ulids) next(now time.Time) string {
	u.mu.Lock()
	defer u.mu.Unlock()
	var id [16]byte
	binary.BigEndian.PutUint64(id[:8], uint64(max(now.UnixMilli(), 0))<<16)
	if string(id[:6]) > string(u.last[:6]) {
		_, _ = rand.Read(id[6:]) // never fails: crypto/rand ends the program instead
	} else {
		id = u.last
		for i := len(id) - 1; i >= 0; i-- {
			if id[i]++; id[i] != 0 {
				break
			}
		}
	}
	u.last = id
	return encodeULID(id)
}

// encodeULID writes 128 bits as 26 digits of 5 bits; the first digit has 3.
func encodeULID(id [16]byte) string {
	hi, lo := binary.BigEndian.Uint64(id[:8]), binary.BigEndian.Uint64(id[8:])
	var out [26]byte
	for i := len(out) - 1; i >= 0; i-- {
		out[i] = crockford[lo&31]
		lo = lo>>5 | hi<<59
		hi >>= 5
	}
	return string(out[:])
}

// validID tells whether id is a ULID as we write it. It also keeps a name from leaving the folder of the runs.
func validID(id string) bool {
	if len(id) != 26 || id[0] > '7' {
		return false
	}
	for i := range len(id) {
		if strings.IndexByte(crockford, id[i]) < 0 {
			return false
		}
	}
	return true
}
