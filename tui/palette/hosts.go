package palette

import (
	"bytes"
	"net/netip"
	"strings"
)

// Hosts are the addresses of a plan as one text, so that a /16 is searched within a millisecond or two.
type Hosts struct {
	text []byte
	ends []int32 // of each address in text
}

// NewHosts writes out n addresses.
func NewHosts(n int, addr func(i int) netip.Addr) *Hosts {
	h := &Hosts{text: make([]byte, 0, n*14), ends: make([]int32, n)}
	for i := range n {
		h.text = addr(i).AppendTo(h.text)
		h.ends[i] = int32(len(h.text))
	}
	return h
}

// Len is how many there are.
func (h *Hosts) Len() int { return len(h.ends) }

// Addr is the text of one address.
func (h *Hosts) Addr(i int) string { return string(h.at(i)) }

func (h *Hosts) at(i int) []byte {
	from := int32(0)
	if i > 0 {
		from = h.ends[i-1]
	}
	return h.text[from:h.ends[i]]
}

// Search finds the addresses that have a text in them: that very one first, then those that begin with it,
// those that end with it, and the others, each in the order of the plan. At most most of them are returned;
// total is how many there are.
func (h *Hosts) Search(part string, most int) (found []int, total int) {
	want := []byte(strings.ToLower(part))
	var tier [4][]int
	put := func(t, i int) {
		total++
		if len(tier[t]) < most {
			tier[t] = append(tier[t], i)
		}
	}
	for i := range h.ends {
		a := h.at(i)
		switch at := bytes.Index(a, want); {
		case at < 0:
		case len(a) == len(want):
			put(0, i)
		case at == 0:
			put(1, i)
		case bytes.HasSuffix(a, want):
			put(2, i)
		default:
			put(3, i)
		}
	}
	for _, t := range tier {
		found = append(found, t...)
	}
	return found[:min(len(found), most)], total
}

// Address tells whether a word can be a part of an address, and is worth a search through all of them: it has
// a digit or a separator of addresses, and nothing that no address has.
func Address(word string) bool {
	return word != "" && strings.Trim(strings.ToLower(word), "0123456789abcdef.:") == "" && strings.ContainsAny(word, "0123456789.:")
}
