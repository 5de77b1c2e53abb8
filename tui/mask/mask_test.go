package mask

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"oobscope/views"
)

func newMask() *Mask {
	m := New([32]byte{1}, "0.1.0-dev")
	m.Know(netip.MustParseAddr("198.18.1.5"))
	return m
}

// shape is a text with every letter that a mask uses turned into a question mark.
func shape(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(letters, r) {
			return '?'
		}
		return r
	}, s)
}

func TestMasked(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"198.18.1.5":                      "???.??.?.?",
		"198.18.1.5:443":                  "???.??.?.?:???",
		"A 198.18.0.0/22 B":               "A ???.??.?.?/22 B",
		"(198.18.1.5)":                    "(???.??.?.?)",
		"IC 198.18.1.5.":                  "IC ???.??.?.?.",
		"198.18.1…":                       "???.??.?…",
		"198.18.…":                        "???.??.…",
		"198…":                            "???…",
		"…8.1.5":                          "…?.?.?",
		"…5":                              "…?",
		"198.18.1~":                       "???.??.?~",
		"198.18":                          "???.??",  // the segment is known
		"  203.0":                         "  ???.?", // and where a word may have been broken, so is the rest
		"198.18.1":                        "???.??.?",
		"fd00:20::5":                      "????:??::?",
		"FD00:20::A":                      "????:??::?",
		"[fd00:20::5]:443":                "[????:??::?]:443",
		"fd00:20:…":                       "????:??:…",
		"fd00…":                           "????…",
		"2001:db8:1:2:3:4:5:6":            "????:???:?:?:?:?:?:?",
		"::1":                             "::?",
		"::ffff:198.18.1.5":               "::????:???.??.?.?",
		"aa:bb:cc:dd:ee:ff":               "??:??:??:??:??:??",
		"aa-bb-cc-00-ee-ff":               "??-??-??-??-??-??",
		"bAc-198-18-1-5.Lab":              "bAc-???-??-?-?.Lab",
		"bAc_198_18_1_5":                  "bAc_???_??_?_?",
		"198-18-1…":                       "???-??-?…",
		"5.1.18.198.IN-ADDR.ARPA":         "?.?.??.???.IN-ADDR.ARPA",
		"\x1b[1m198.\x1b[7m18\x1b[0m.1.5": "\x1b[1m???.\x1b[7m??\x1b[0m.?.?",
	} {
		m := newMask()
		got := m.Text(text)
		// The letters of the escape sequences and of words in capitals are none of the mask's.
		if shape(strings.ReplaceAll(got, "\x1b[1m", "\x1b[1M")) != shape(strings.ReplaceAll(want, "\x1b[1m", "\x1b[1M")) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if m.Text(text) != got {
			t.Errorf("%q: another mask the second time", text)
		}
	}
}

// What is no address stays, or a masked screen could not be read.
func TestLeftAlone(t *testing.T) {
	t.Parallel()
	m := newMask()
	for _, text := range []string{
		"2026-11-22 10:05:00", "2026-11-22T10:05:00.123Z", "at 10:05", "0.42ms", "12.3ms", "1,234 flows", "65,536", "tcp/443", "udp/623", "100%", "0.1.0-dev",
		"oobscope 0.1.0 x", "bmc_exposure_watch@1.0.0", "T1542.001", "HTTP/1.1 200 OK", "TLS 1.2 only", "c.yaml:2:13: theme", "01JD0000000000000000000001",
		"…0000000000001", "3m20s", "severity 5", "Added: 3", "facade", "1 2 3", "w-1", "CHG-4411", "Feed…", "the bad…", "a:b", "x 1.5 y", "127 hosts",
		"ctrl+d", "5988", "a.b.c", "sha1", "日本語 5件", "", "\n", "::", "deadbeef",
	} {
		if got := m.Text(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestTypedWordsAreMasked(t *testing.T) {
	t.Parallel()
	m := newMask()
	got := m.Text("filter: host:203.0 kept, 12 of 99", "host:203.0")
	if shape(got) != shape("filter: host:???.? kept, 12 of 99") {
		t.Errorf("what was typed is left: %q", got)
	}
	if got := m.Text("4 Threat model, sev:>=4, 12", "4", "sev:>=4", "12"); got != "4 Threat model, sev:>=4, 12" {
		t.Errorf("numbers that were typed are masked: %q", got)
	}
	if one, two := m.Text("198.18.1.5"), m.Text("198.18.1.5", "198.", "18"); one != two {
		t.Errorf("%s became %s while a part of it was typed", one, two)
	}
	if got := m.Text("Go to: host 203.1", "host 203.1"); strings.Contains(got, "203") {
		t.Errorf("what is being typed is left: %q", got)
	}
}

// The same address looks the same everywhere, another one looks different, and their network shows.
func TestConsistent(t *testing.T) {
	t.Parallel()
	m := newMask()
	seen := map[string]string{}
	for i := range 2000 {
		a := netip.AddrFrom4([4]byte{198, 18, byte(i >> 8), byte(i)}).String()
		got := m.Text("x " + a + " y")
		if other, dup := seen[got]; dup {
			t.Fatalf("%s and %s look alike: %s", a, other, got)
		}
		seen[got] = a
	}
	one, two := m.Text("198.18.1.5"), m.Text("198.18.1.77")
	if one[:9] != two[:9] {
		t.Errorf("one network, two looks: %s %s", one, two)
	}
	if again := New([32]byte{2}).Text("198.18.1.5"); again == one {
		t.Error("another secret gives the same letters")
	}
}

var groupsOf = regexp.MustCompile(`[0-9a-f]+`)

// requireNoLeak fails if two neighbouring groups of an address are left on a line.
func requireNoLeak(t testing.TB, what, masked, addr string) {
	t.Helper()
	sep := "."
	if strings.Contains(addr, ":") {
		sep = ":"
	}
	g := groupsOf.FindAllString(addr, -1)
	for i := 0; i+1 < len(g); i++ {
		pair := g[i] + sep + g[i+1]
		if len(pair) >= 4 && strings.Contains(ansi.Strip(masked), pair) {
			t.Fatalf("%s: %q of %s is left in %q", what, pair, addr, masked)
		}
	}
}

// Random addresses, cut, wrapped, coloured and set in columns as the screens do it: none is left.
func TestNothingLeaks(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	th := views.NewTheme(true, false)
	for n := range 3000 {
		var addr string
		if n%2 == 0 {
			addr = netip.AddrFrom4([4]byte{byte(100 + r.IntN(150)), byte(r.IntN(256)), byte(r.IntN(256)), byte(r.IntN(256))}).String()
		} else {
			var b [16]byte
			for i := range b {
				b[i] = byte(r.IntN(256))
			}
			if n%3 == 0 {
				clear(b[6:14])
			}
			addr = netip.AddrFrom16(b).String()
		}
		m := New([32]byte{byte(n)})
		m.Know(netip.MustParseAddr(addr))
		text := [...]string{"at " + addr + " it", "https://[" + addr + "]:443/redfish/v1", addr, "(" + addr + ")", "from " + addr + ", to " + addr + "."}[n%5]
		w := 1 + r.IntN(60)
		requireNoLeak(t, "whole", m.Text(text), addr)
		requireNoLeak(t, "cut", m.Text(views.Cut(text, w)), addr)
		requireNoLeak(t, "cut left", m.Text(ansi.TruncateLeft(text, min(w, views.Width(text)-1), "…")), addr)
		for _, l := range views.Wrap(text, max(w, 8)) {
			requireNoLeak(t, fmt.Sprintf("wrapped at %d", max(w, 8)), m.Text(l), addr)
		}
		for _, l := range th.Fields([][2]string{{"label", text}}, max(w, 20)) {
			requireNoLeak(t, "in fields", m.Text(l), addr)
		}
		requireNoLeak(t, "coloured", m.Text(th.Bad.On(text)), addr)
		if got := m.Text(th.Bad.On(text)); views.Width(got) != views.Width(text) {
			t.Fatalf("%q has another width than %q", got, text)
		}
	}
}

// Whatever the picture: the same bytes but for those of addresses, the same width, no full IPv4 address left.
func FuzzText(f *testing.F) {
	for _, s := range []string{"198.18.1.5", "fd00::1 …5", "\x1b[1m198.\x1b[7m18.1.5", "\x1b]0;1.2.3.4\x07x", "\x1b[", "198-18-1-5\n日本 1.2.3.4…", "::::", "\x1b", "1.1.1.1.1.1"} {
		f.Add(s)
	}
	full := regexp.MustCompile(`(?:^|[^0-9.])(\d{1,3}\.){3}\d{1,3}(?:$|[^0-9.])`)
	f.Fuzz(func(t *testing.T, text string) {
		got := newMask().Text(text, "7.7")
		if len(got) != len(text) {
			t.Fatalf("%q became %q", text, got)
		}
		for i := range len(text) {
			if got[i] != text[i] && (strings.IndexByte(letters, got[i]) < 0 || !of(text[i])) {
				t.Fatalf("%q became %q", text, got)
			}
		}
		var v visible
		for line := range strings.SplitSeq(got, "\n") {
			if v.read(line); full.Match(v.text) {
				t.Fatalf("%q keeps an address: %q", text, got)
			}
		}
	})
}

// BenchmarkText masks a full screen of 120x40.
func BenchmarkText(b *testing.B) {
	th := views.NewTheme(true, false)
	var rows []string
	for i := range 40 {
		rows = append(rows, fmt.Sprintf("%s 198.18.%d.%d   clear_text_mgmt   tcp/5988  %s", th.Accent.On(">"), i, i*5, th.Bad.On("exposed 2026-11-22 10:05:00")))
	}
	text := th.Frame(rows, 120, 40)
	m := newMask()
	b.ReportAllocs()
	for b.Loop() {
		m.Text(text, "clear")
	}
}
