package views

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

func TestFitIsExact(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		w    int
		want string
	}{
		{"abc", 5, "abc  "}, {"abcdef", 4, "abc…"}, {"abc", 3, "abc"}, {"abc", 0, ""}, {"abc", -1, ""},
		{"監査履歴", 8, "監査履歴"}, {"監査履歴", 7, "監査履…"}, {"監査履歴", 6, "監査… "}, {"監", 1, "…"},
		{"\x1b[1mbold\x1b[m", 6, "\x1b[1mbold\x1b[m  "}, {"", 2, "  "}, {"e\u0301t\u00e9", 4, "e\u0301t\u00e9 "},
	} {
		if got := Fit(c.in, c.w); got != c.want {
			t.Errorf("Fit(%q, %d) = %q, want %q", c.in, c.w, got, c.want)
		}
	}
	if got := FitRight("12", 5); got != "   12" {
		t.Errorf("FitRight: %q", got)
	}
}

func TestSafeKeepsTheTerminalStill(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain": "plain", "監査": "監査", "a\nb": "a b", "a\tb": "a b", "\x1b[2J": `\x1b[2J`, "a\u202eb": `a\u{202e}b`,
		"\xff": `\xff`, "a\u3000b": "a  b", "\x7f": `\x7f`, "": "",
	} {
		if got := Safe(in); got != want {
			t.Errorf("Safe(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("plain words and more", 7)
	f.Add("監査は未完了です。答えのない問いがあります。", 9)
	f.Add("\x1b[31mred\x1b[m e\u0301 \u202e 👩‍👩‍👧 ｶﾞ", 3)
	f.Add("（「『、。」", 2)
	f.Add("✓ 適合\u3099か\u3099 ▸a\u0301 …", 5)
	f.Fuzz(func(t *testing.T, s string, w int) {
		w = max(0, w%300)
		safe := Safe(s)
		if n, want := Width(safe), ansi.StringWidth(safe); n != want {
			t.Fatalf("Width(%q) = %d, the library says %d", safe, n, want)
		}
		if !utf8.ValidString(safe) || strings.ContainsAny(safe, "\x1b\n\r\t") {
			t.Fatalf("Safe(%q) = %q", s, safe)
		}
		if n := ansi.StringWidth(Fit(safe, w)); n != w {
			t.Fatalf("Fit(%q, %d) is %d wide", safe, w, n)
		}
		for _, l := range Wrap(s, w) {
			if n := ansi.StringWidth(l); n > w {
				t.Fatalf("Wrap(%q, %d): line %q is %d wide", s, w, l, n)
			}
		}
		requireFrame(t, "frame", PlainTheme(false).Frame([]string{safe, safe}, w, 3), w, 3)
	})
}

func TestCertainWidthsAreTheLibrarys(t *testing.T) {
	t.Parallel()
	for r := rune(0x80); r <= 0x1ffff; r++ {
		// Twice and between letters: it must not join with its neighbours either.
		if w := certain(r); w > 0 && ansi.StringWidth("a"+string(r)+string(r)+"b") != 2+2*w {
			t.Errorf("%U: %d, the library says %d", r, w, ansi.StringWidth(string(r)))
		}
	}
}

func TestWrap(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		w    int
		want []string
	}{
		{"one two three", 7, []string{"one two", "three"}},
		{"unbreakable", 4, []string{"unbr", "eaka", "ble"}},
		{"a\nb", 10, []string{"a", "b"}},
		{"", 5, []string{""}},
		{"x", 0, nil},
		{"接続後に切断", 6, []string{"接続後", "に切断"}},
		{"あいう。えお", 6, []string{"あい", "う。え", "お"}},       // no full stop at the head of a line
		{"ああ「いい」", 6, []string{"ああ", "「い", "い」"}},       // no opening bracket at the end of one
		{"TLS 1.1以前のみ", 8, []string{"TLS 1.1", "以前のみ"}}, // Latin words stay whole
		{"監", 1, []string{"…"}},
	} {
		if got := Wrap(c.in, c.w); !slices.Equal(got, c.want) {
			t.Errorf("Wrap(%q, %d) = %q, want %q", c.in, c.w, got, c.want)
		}
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		Count(0): "0", Count(999): "999", Count(1000): "1,000", Count(65536): "65,536", Count(-1234567): "-1,234,567",
		Millis(0): "", Millis(420): "0.42ms", Millis(12345): "12.3ms",
		Stamp(time.Time{}): "-", Stamp(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)): "2026-11-22 10:00:00",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if Percent(999, 1000) != 99 || Percent(1, 0) != 0 || Percent(3, 3) != 100 {
		t.Error("Percent rounds up or divides by nothing")
	}
}

func TestBar(t *testing.T) {
	t.Parallel()
	uni, asc := PlainTheme(false), PlainTheme(true)
	for _, c := range []struct {
		f          float64
		uni, ascii string
	}{
		{0, "░░░░", "...."}, {1, "████", "####"}, {0.5, "██░░", "##.."}, {0.001, "▏░░░", "#..."},
		{2, "████", "####"}, {-1, "░░░░", "...."}, {0.3, "█▏░░", "#..."},
	} {
		if got := ansi.Strip(uni.Bar(c.f, 4)); got != c.uni {
			t.Errorf("Bar(%v) = %q, want %q", c.f, got, c.uni)
		}
		if got := ansi.Strip(asc.Bar(c.f, 4)); got != c.ascii {
			t.Errorf("ASCII Bar(%v) = %q, want %q", c.f, got, c.ascii)
		}
	}
}

func TestHeadingAndColumnsHoldTheirWidth(t *testing.T) {
	t.Parallel()
	th := NewTheme(true, false)
	block := func(w int) []string { return []string{Cut("監査履歴 and words", w), Cut("x", w)} }
	for w := range 130 {
		if n := ansi.StringWidth(th.Heading("監査履歴", "12/65,536", w)); n > w {
			t.Fatalf("heading at %d is %d wide", w, n)
		}
		fields := th.Fields([][2]string{{"Vantage", "jump1 in zone management"}, {"観測点", "a\x1bb"}}, w)
		for _, l := range append(TwoColumns(block, block, w, 0.5, 20), th.Frame(fields, w, 1)) {
			if n := ansi.StringWidth(l); n > max(w, 0) {
				t.Fatalf("block at %d is %d wide: %q", w, n, l)
			}
		}
	}
	if got := len(TwoColumns(block, block, 41, 0.5, 20)); got != 5 {
		t.Errorf("two columns of 20 and 19 did not collapse: %d lines", got)
	}
	if got := len(TwoColumns(block, block, 42, 0.5, 20)); got != 2 {
		t.Errorf("two columns of 20 collapsed: %d lines", got)
	}
}
