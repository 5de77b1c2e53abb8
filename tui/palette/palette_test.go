package palette

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

var some = []Entry{
	{Name: "diff", Does: "go to Diff", Key: "7", Also: "go to screen"},
	{Name: "rules", Does: "go to Rules", Key: "2", Also: "go to screen"},
	{Name: "rule clear_text_mgmt", Does: "open the rule", Also: "go to open 7"},
	{Name: "runs", Does: "go to Runs", Key: "8"},
	{Name: "start_run", Does: "start a run", Key: "r"},
	{Name: "stop_run", Does: "stop the run", Key: "x"},
	{Name: "next_order", Does: "next order", Key: "v"},
	{Name: "theme dark", Does: "colours"},
	{Name: "theme high-contrast", Does: "colours"},
	{Name: "lang ja", Does: "日本語"},
	{Name: "service redfish", Does: "its flows on Diff"},
	{Name: "different", Does: "nothing"},
}

func names(x *Index, hits []int) []string {
	out := []string{}
	for _, i := range hits {
		out = append(out, x.Entries[i].Name)
	}
	return out
}

func TestRank(t *testing.T) {
	t.Parallel()
	x := NewIndex(some)
	for query, want := range map[string]string{
		"diff":                 "diff",                 // an exact name wins over what it also begins
		"rul":                  "rules",                // the shorter of two names that begin so
		"rule":                 "rule clear_text_mgmt", // a whole word of the name
		"rules":                "rules",                //
		"rule clear_text_mgmt": "rule clear_text_mgmt", //
		"clear":                "rule clear_text_mgmt", // a word in the name
		"clrtxt":               "rule clear_text_mgmt", // letters in their order
		"start":                "start_run",            //
		"START":                "start_run",            //
		"run stop":             "stop_run",             // words in any order
		"nxtord":               "next_order",           //
		"contrast":             "theme high-contrast",  //
		"go to runs":           "runs",                 //
		"日本":                   "lang ja",              // what it does, in the user's language
		"redfish":              "service redfish",      //
		"  theme   dark ":      "theme dark",           //
		"colours":              "theme dark",           // equals stand in their order
	} {
		hits := x.Rank(query)
		if len(hits) == 0 || x.Entries[hits[0]].Name != want {
			t.Errorf("%q: %v, want %s first", query, names(x, hits), want)
		}
	}
	for _, query := range []string{"zzz", "diff nothing here", "xq", "run run run q"} {
		if hits := x.Rank(query); len(hits) > 0 {
			t.Errorf("%q matches %v", query, names(x, hits))
		}
	}
	if hits := x.Rank(" "); len(hits) != len(some) || hits[0] != 0 {
		t.Errorf("the empty query: %v", hits)
	}
	if x.Exact("THEME dark") != 7 || x.Exact("theme") != -1 {
		t.Error("exact names")
	}
}

func slash16() *Hosts {
	return NewHosts(1<<16, func(i int) netip.Addr { return netip.AddrFrom4([4]byte{10, 20, byte(i >> 8), byte(i)}) })
}

func TestHosts(t *testing.T) {
	t.Parallel()
	h := slash16()
	for part, first := range map[string]string{
		"10.20.1.5": "10.20.1.5", "10.20.7.": "10.20.7.0", ".255.255": "10.20.255.255", "99.1": "10.20.99.1", "10.20.": "10.20.0.0",
		"198.": "", "10.20.1.50": "10.20.1.50", "0.7": "10.20.0.7",
	} {
		found, total := h.Search(part, 50)
		brute := 0
		for i := range h.Len() {
			if strings.Contains(h.Addr(i), part) {
				brute++
			}
		}
		if total != brute || len(found) != min(50, total) {
			t.Errorf("%s: %d of %d found, want %d", part, len(found), total, brute)
		}
		if first != "" && (len(found) == 0 || h.Addr(found[0]) != first) {
			t.Errorf("%s: first is %v, want %s", part, found, first)
		}
	}
	six := NewHosts(3, func(i int) netip.Addr { return netip.MustParseAddr(fmt.Sprintf("fd00:20::%x", i+9)) })
	if found, total := six.Search("FD00:20::A", 9); total != 1 || six.Addr(found[0]) != "fd00:20::a" {
		t.Errorf("v6: %v", found)
	}
	for word, want := range map[string]bool{"198.18.1.5": true, "fd00::": true, "5": true, "host": false, "": false, "dead": false, "redfish1": false, "::": true} {
		if Address(word) != want {
			t.Errorf("%q is an address: %t", word, !want)
		}
	}
}

func TestHistory(t *testing.T) {
	t.Parallel()
	h := NewHistory([]string{"a", "b", "a", "", strings.Repeat("x", 600), "c"})
	if got := h.Lines(); !slices.Equal(got, []string{"b", "a", "c"}) {
		t.Fatal(got)
	}
	step := func(move string, want string, wantOK bool) {
		t.Helper()
		line, ok := h.Older("typed")
		if move == "newer" {
			h.at-- // undo the step back that was tried
			line, ok = h.Newer()
		}
		if line != want || ok != wantOK {
			t.Errorf("%s: %q %t, want %q %t", move, line, ok, want, wantOK)
		}
	}
	step("older", "c", true)
	step("older", "a", true)
	step("newer", "c", true)
	step("newer", "typed", true)
	if h.Looking() {
		t.Error("still looking back")
	}
	if _, ok := h.Newer(); ok {
		t.Error("newer than now")
	}
	for range 3 {
		h.Older("x")
	}
	if _, ok := h.Older("x"); ok {
		t.Error("older than the oldest")
	}
	for i := range 3 * MaxHistory {
		h.Add(fmt.Sprint(i))
	}
	if n := len(h.Lines()); n != MaxHistory || h.Looking() {
		t.Errorf("%d lines", n)
	}
}

// Whatever is typed: no panic, no entry twice, an exact name first.
func FuzzRank(f *testing.F) {
	x := NewIndex(some)
	for _, q := range []string{"diff", "rule clear", "日本", "::", "\x00", "theme dark", strings.Repeat("r", 600)} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, query string) {
		hits := x.Rank(query)
		seen := map[int]bool{}
		for _, i := range hits {
			if seen[i] {
				t.Fatalf("%q: entry %d twice", query, i)
			}
			seen[i] = true
		}
		if i := x.Exact(query); i >= 0 && hits[0] != i {
			t.Fatalf("%q is a name, and stands behind %d", query, hits[0])
		}
	})
}

// BenchmarkKey is what one key in the palette costs over a /16 and a thousand entries.
func BenchmarkKey(b *testing.B) {
	var many []Entry
	for i := range 1000 {
		e := some[i%len(some)]
		e.Name += fmt.Sprint(" ", i)
		many = append(many, e)
	}
	x, h := NewIndex(many), slash16()
	for _, query := range []string{"cltxt", "10.20.7", "2"} {
		b.Run(query, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				x.Rank(query)
				h.Search(query, 200)
			}
		})
	}
}

// BenchmarkNewHosts is what the first look at a /16 costs.
func BenchmarkNewHosts(b *testing.B) {
	for b.Loop() {
		slash16()
	}
}
