package mask

import (
	"math/rand/v2"
	"net/netip"
	"strings"
)

// Mask makes up the letters that stand for addresses. It is not safe for use by several goroutines.
type Mask struct {
	rand  *rand.Rand
	memo  map[string]string // by the groups before, a slash and the group itself
	taken map[string]bool   // by the groups before, a slash and the letters
	known map[string]bool   // the first two groups of addresses that matter
	plain map[string]bool   // texts that look like addresses and are none: our own version

	names  names
	spared map[string]bool // words that are no names, whoever says so
}

// most caps what is remembered; beyond it all new groups look alike, which hides more and not less.
const most = 1 << 18

// letters are none of those that an address is written with.
const letters = "ghjkmnpqrstuvwxyz"

// New makes a mask. The seed decides which letters are drawn; it must be secret.
func New(seed [32]byte, plain ...string) *Mask {
	m := &Mask{rand: rand.New(rand.NewChaCha8(seed)), memo: map[string]string{}, taken: map[string]bool{}, known: map[string]bool{}, plain: map[string]bool{},
		names: names{whole: map[string]bool{}, domains: map[string]bool{}}, spared: map[string]bool{}}
	for _, p := range plain {
		if i := strings.IndexFunc(p, func(r rune) bool { return r != '.' && (r < '0' || r > '9') }); i > 0 {
			p = p[:i] // 0.1.0-dev: what follows is no part of a run
		}
		m.plain[p] = true
	}
	return m
}

// Know makes the beginnings of an address of the segment known, so that they are masked even where only two
// numbers of it are left, which could be any number elsewhere.
func (m *Mask) Know(a netip.Addr) {
	if a.Is4() {
		b := a.As4()
		text := netip.AddrFrom4(b).String()
		first := strings.SplitN(text, ".", 3)
		m.known[first[0]+"."+first[1]] = true
	}
}

// group is what stands for a group of an address behind the groups before it.
func (m *Mask) group(before, text string) string {
	key := before + "/" + strings.ToLower(text)
	if got, ok := m.memo[key]; ok {
		return got
	}
	if len(m.memo) >= most {
		return strings.Repeat("x", len(text))
	}
	got := m.draw(len(text))
	for tries := 0; m.taken[before+"/"+got] && tries < 64; tries++ {
		got = m.draw(len(text))
	}
	m.memo[key], m.taken[before+"/"+got] = got, true
	return got
}

func (m *Mask) draw(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[m.rand.IntN(len(letters))]
	}
	return string(b)
}

// Text masks a picture or any other text, line by line. Escape sequences stay, and so does the width of
// everything. What is in words (a filter that the user typed) is masked wherever it stands, however little it
// looks like an address.
func (m *Mask) Text(text string, words ...string) string {
	if !m.worth(text) {
		return text
	}
	var v visible
	var b strings.Builder
	b.Grow(len(text))
	for line := range strings.SplitAfterSeq(text, "\n") {
		if !m.worth(line) {
			b.WriteString(line)
			continue
		}
		v.read(line)
		m.line(&v, words)
		b.Write(v.line)
	}
	return b.String()
}

// worth tells whether a text can hold anything to mask.
func (m *Mask) worth(text string) bool {
	return len(m.names.heads) > 0 || strings.IndexFunc(text, suspicious) >= 0
}

// suspicious are the characters without one of which no address can be written.
func suspicious(r rune) bool { return r == ':' || r >= '0' && r <= '9' }

// visible is a line, and what of it is seen: escape sequences go between the characters.
type visible struct {
	line []byte
	text []byte
	at   []int // of each byte of text in line
}

func (v *visible) read(line string) {
	v.line = append(v.line[:0], line...)
	v.text, v.at = v.text[:0], v.at[:0]
	for i := 0; i < len(v.line); {
		if n := escape(v.line[i:]); n > 0 {
			i += n
			continue
		}
		v.text, v.at = append(v.text, v.line[i]), append(v.at, i)
		i++
	}
}

// escape is the length of the escape sequence that a text begins with: a CSI (ECMA-48, 5.4) or an OSC; 0 if it
// begins with none.
func escape(b []byte) int {
	if len(b) < 2 || b[0] != 0x1b {
		return 0
	}
	switch b[1] {
	case '[':
		for i := 2; i < len(b); i++ {
			if b[i] >= 0x40 && b[i] <= 0x7e {
				return i + 1
			}
		}
	case ']':
		for i := 2; i < len(b); i++ {
			if b[i] == 0x07 {
				return i + 1
			}
			if b[i] == 0x1b && i+1 < len(b) && b[i+1] == '\\' {
				return i + 2
			}
		}
	}
	return 2
}

// put writes letters over the visible bytes from i on.
func (v *visible) put(i int, letters string) {
	for k := range len(letters) {
		v.text[i+k] = letters[k]
		v.line[v.at[i+k]] = letters[k]
	}
}
