package mask

import (
	"fmt"
	"strings"
	"testing"

	"oobscope/views"
)

func namedMask() *Mask {
	m := newMask()
	m.Spare("management", "bmc")
	for _, n := range []string{"bmc-07.mgmt.example.net", "dc1", "jump1", "東京DC", "*.lab.example.org", "idrac-3fk2l1", "management", "bmc", "x"} {
		m.KnowName(n)
	}
	return m
}

func TestNamesAreMasked(t *testing.T) {
	t.Parallel()
	m := namedMask()
	for _, text := range []string{
		"bmc-07.mgmt.example.net", "BMC-07.MGMT.Example.NET", "CN=bmc-07.mgmt.example.net,O=Acme", "dc1", "jump1 in zone", "(dc1)", "dc1, jump1.", "dc1.yaml",
		"bmc-08.mgmt.example.net", "ns.example.net", "a.lab.example.org", "bmc-07.mgm…", "…mgmt.example.net", "bmc-07.mg~", "idrac-3FK2L1", "\x1b[1midrac\x1b[0m-3fk2l1",
		"x  bmc-07.mgmt.", "example.net  x", "東京DC", "サイト：東京DC。", "dc1（ゾーン", "監査dc1のサイト", "サイト東京dcの",
	} {
		got := m.Text(text)
		if got == text {
			t.Errorf("%q is left", text)
		}
		if views.Width(got) != views.Width(text) || len(got) != len(text) {
			t.Errorf("%q became %q, which has another size", text, got)
		}
		if m.Text(text) != got {
			t.Errorf("%q: another mask the second time", text)
		}
		for _, secret := range []string{"example", "jump", "idrac", "東京", "dc1"} {
			if strings.Contains(strings.ToLower(got), secret) {
				t.Errorf("%q became %q", text, got)
			}
		}
	}
	one, two := m.Text("bmc-07.mgmt.example.net"), m.Text("bmc-08.mgmt.example.net")
	if one == two || one[6:] != two[6:] {
		t.Errorf("names of one network must look alike and not the same: %s %s", one, two)
	}
}

func TestWordsThatAreNoNamesStay(t *testing.T) {
	t.Parallel()
	m := namedMask()
	for _, text := range []string{
		"role bmc in zone management", "bmc_management  redfish", "x y", "net", "the example x", "manage…", "an example x", "out_of_band_server_management@1.0.0", "dc10 dc2", "日本語 5件",
		"network.", "a mgmt b", "a lab b", "1 of 2", "a jump b",
	} {
		if got := m.Text(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// A name that is cut anywhere, wrapped or coloured leaves nothing of it that is longer than three signs.
func TestNoNameLeaks(t *testing.T) {
	t.Parallel()
	th := views.NewTheme(true, false)
	name := "kestrel-12.osaka.example.net"
	for w := 1; w < 60; w++ {
		m := New([32]byte{byte(w)})
		m.KnowName(name)
		for i, text := range []string{name, "from " + name + " it came", "CN=" + name + " OU=x"} {
			check := func(what, got string) {
				for _, part := range []string{"kest", "estr", "osak", "saka", "exam", "ampl"} {
					if strings.Contains(got, part) {
						t.Errorf("%s at %d, text %d: %q", what, w, i, got)
					}
				}
			}
			check("cut", m.Text(views.Cut(text, w)))
			check("coloured", m.Text(th.Bad.On(text)))
			if w >= 12 { // a name that is broken inside a word of four is beyond recognition
				for _, l := range views.Wrap(text, w) {
					check("wrapped", m.Text(l))
				}
			}
		}
	}
}

func FuzzNames(f *testing.F) {
	for _, s := range []string{"bmc-07.mgmt.example.net", "\x1b[1mdc1\x1b[0m", "東京DC…", "...", "dc1.dc1..", "\xff\xfe dc1"} {
		f.Add(s, "dc1")
	}
	f.Fuzz(func(t *testing.T, text, name string) {
		m := namedMask()
		m.KnowName(name)
		if got := m.Text(text); len(got) != len(text) {
			t.Fatalf("%q became %q", text, got)
		}
	})
}

// BenchmarkNames masks a full screen of 120x40 while 4,096 names are known.
func BenchmarkNames(b *testing.B) {
	th := views.NewTheme(true, false)
	var rows []string
	for i := range 40 {
		rows = append(rows, fmt.Sprintf("%s host-%d.osaka.example.net   clear_text_mgmt   tcp/5988  %s", th.Accent.On(">"), i, th.Bad.On("exposed 2026-11-22 10:05:00")))
	}
	text := th.Frame(rows, 120, 40)
	m := newMask()
	for i := range mostNames {
		m.KnowName(fmt.Sprintf("host-%d.osaka.example.net", i))
	}
	b.ReportAllocs()
	for b.Loop() {
		m.Text(text)
	}
}
