package pseudonym

import (
	"fmt"
	"iter"
	"strings"
	"unicode"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
	"oobscope/store/bundle"
)

// Check reads a finished bundle from end to end and fails if anything in it that was renamed still stands there under
// its old name. Kits that come with the program are left out: they are public, and the same everywhere.
func (x *Names) Check(b *bundle.Bundle, builtIn func(kit int) bool) error {
	return b.EachLine(func(member string, kit, line int, text string) error {
		if kit >= 0 && builtIn(kit) {
			return nil
		}
		if found := x.survivor(text, kit >= 0); found != "" {
			return fmt.Errorf("pseudonyms: %s, line %d, still holds %q", member, line, probes.Clean(found, 80))
		}
		return nil
	})
}

// survivor finds the first address or name in a text that should not be there. In the prose of a kit a plain word like the
// login name "security" means nothing.
func (x *Names) survivor(text string, prose bool) string {
	for w := range strings.FieldsFuncSeq(text, func(r rune) bool { return !inWord(r) }) {
		for piece := range pieces(w) {
			if a, ok := parseAddr(piece); ok && x.addrs[a.Unmap().WithZone("")] {
				return piece
			}
			if x.words[strings.ToLower(piece)] && (!prose || strings.ContainsAny(piece, ".@:0123456789")) {
				return piece
			}
		}
	}
	return ""
}

// pieces are the ways in which a word may be an address or a name: as it is, without punctuation at its end, and the
// parts around colons.
func pieces(w string) iter.Seq[string] {
	return func(yield func(string) bool) {
		if !yield(w) {
			return
		}
		core := strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != ':' })
		if core != w && !yield(core) {
			return
		}
		if end := strings.TrimRight(core, ":"); end != core && !yield(end) {
			return
		}
		i := strings.LastIndexByte(w, ':')
		if i < 0 {
			return
		}
		for part := range strings.SplitSeq(w, ":") {
			if !yield(part) {
				return
			}
		}
		if i > 0 {
			yield(w[:i])
		}
	}
}

// bundleWords are words of the format itself.
var bundleWords = strings.Fields(`run site kits tool trail members name size format exported flow target service proto port class reason
	offender evidence steps facts banner tls names subject issuer host flags attempts packets weaknesses status sent got wait local icmp rst fin
	from to what key value true false null tcp udp complete partial origin paths first last path source interface options pace control zone
	zones vantage targets role addresses defaults enforcement style reject probe services ports waivers allow drop simulated raw state`)

// commonWords are the words that a bundle of any site has: those of the format, the zones, and the catalogue.
func commonWords(site *audit.Site) map[string]bool {
	out := map[string]bool{}
	add := func(list ...string) {
		for _, w := range list {
			out[strings.ToLower(w)] = true
		}
	}
	add(bundleWords...)
	for _, z := range site.Zones {
		add(z.Name)
	}
	for _, s := range kits.Catalogue() {
		add(s.ID)
		add(s.Roles...)
	}
	for _, w := range probes.Weaknesses() {
		add(w.String())
	}
	for _, c := range probes.Classes() {
		add(c.String())
	}
	return out
}
