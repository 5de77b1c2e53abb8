package audit

import (
	"encoding/json"
	"errors"
	"net/netip"
	"slices"
	"strings"

	"oobscope/kits/document"
	"oobscope/probes"
)

// SiteDraft is a site as a person answers for it, line by line; File writes the file that says so.
type SiteDraft struct {
	Name       string
	Targets    string // addresses and prefixes of the controllers, apart by blanks or commas
	TargetZone string // the zone that they lie in
	Vantage    string // a name for where we stand
	Own        string // our own addresses or prefixes, likewise apart
	OwnZone    string // the zone that those lie in
	Interzone  string // drop, reject or allow
	Intrazone  string
	OnLink     string // yes or no: traffic on one link is filtered as well
	Canary     string // addresses that are never assigned; may be empty
}

// SiteComments are the comments of a file that was drafted, line by line, in the language of who drafts it.
type SiteComments struct{ Head, Zones, Vantage, Targets, Defaults, Enforcement, Probe []string }

// The fields of a draft, as Faults names them.
const (
	DraftName       = "name"
	DraftTargets    = "targets"
	DraftTargetZone = "target_zone"
	DraftVantage    = "vantage"
	DraftOwn        = "own"
	DraftOwnZone    = "own_zone"
	DraftInterzone  = "interzone"
	DraftIntrazone  = "intrazone"
	DraftOnLink     = "on_link"
	DraftCanary     = "canary"
)

// restZone is the zone of everything else in a drafted file.
const restZone = "internet"

// File writes the site file. It is a sound one if Faults finds nothing.
func (d *SiteDraft) File(c SiteComments) []byte {
	var b strings.Builder
	note := func(lines []string) {
		for _, line := range lines {
			b.WriteString("# " + probes.Clean(line, 200) + "\n")
		}
	}
	note(c.Head)
	b.WriteString("schema: " + SiteSchema + "\nname: " + scalar(d.Name) + "\n\n")
	note(c.Zones)
	b.WriteString("zones:\n")
	for _, z := range d.zones() {
		b.WriteString("  " + scalar(z.name) + ": " + sequence(z.prefixes) + "\n")
	}
	b.WriteString("  " + restZone + ": [\"*\"]\n\n")
	note(c.Vantage)
	b.WriteString("vantage: {name: " + scalar(d.Vantage) + ", zone: " + scalar(d.OwnZone) + "}\n\n")
	note(c.Targets)
	b.WriteString("targets:\n  - {role: bmc, addresses: " + sequence(items(d.Targets)) + "}\n\n")
	note(c.Defaults)
	b.WriteString("defaults: {interzone: " + scalar(d.Interzone) + ", intrazone: " + scalar(d.Intrazone) + "}\n\n")
	note(c.Enforcement)
	b.WriteString("enforcement: {style: port, on_link: " + flagWord(d.OnLink) + "}\n\n")
	note(c.Probe)
	b.WriteString("probe: {pace: normal")
	if list := items(d.Canary); len(list) > 0 {
		b.WriteString(", canary: " + sequence(list))
	}
	b.WriteString("}\n")
	return []byte(b.String())
}

// drafted is a zone of a draft.
type drafted struct {
	name     string
	prefixes []string
}

// zones are that of the targets and ours, joined if they are the same. A prefix of ours that lies in one of the targets'
// needs no line of its own there.
func (d *SiteDraft) zones() []drafted {
	own := items(d.Own)
	targets := drafted{d.TargetZone, items(d.Targets)}
	switch d.OwnZone {
	case restZone: // we stand in the zone of everything else
		return []drafted{targets}
	case d.TargetZone:
	default:
		return []drafted{targets, {d.OwnZone, own}}
	}
	for _, o := range own {
		p, known := prefixOf(o)
		inside := known && slices.ContainsFunc(targets.prefixes, func(t string) bool {
			q, ok := prefixOf(t)
			return ok && q.Bits() <= p.Bits() && q.Contains(p.Addr())
		})
		if !inside {
			targets.prefixes = append(targets.prefixes, o)
		}
	}
	return []drafted{targets}
}

func prefixOf(s string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	p, err := netip.ParsePrefix(s)
	return p, err == nil
}

// items cuts a line into what stands between blanks and commas, each once.
func items(line string) []string {
	var out []string
	for _, s := range strings.FieldsFunc(line, func(r rune) bool { return r == ',' || r == ' ' || r == ';' || r == '\t' }) {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// words of YAML that a bare scalar would be taken for.
var bareWords = []string{"true", "false", "yes", "no", "on", "off", "null", "y", "n"}

// scalar writes a text so that YAML reads it back as that text: bare if that is safe, else as a JSON string.
func scalar(s string) string {
	letter := s != "" && (s[0] >= 'a' && s[0] <= 'z' || s[0] >= 'A' && s[0] <= 'Z')
	if letter && isWord(s) && !slices.Contains(bareWords, strings.ToLower(s)) {
		return s
	}
	if p, ok := prefixOf(s); ok && p.Addr().Is4() {
		return s
	}
	out, _ := json.Marshal(s) // a string always has a form
	return string(out)
}

func sequence(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = scalar(s)
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// flagWord is a yes or a no as YAML has it; what is neither stays as it was typed, for the reader to refuse.
func flagWord(s string) string {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "yes", "y", "true", "はい":
		return "true"
	case "no", "n", "false", "", "いいえ":
		return "false"
	}
	return scalar(s)
}

// Faults says what is wrong with each field, in the words of the reader of site files; empty if the file is sound.
func (d *SiteDraft) Faults() map[string]string {
	out := map[string]string{}
	_, err := ReadSite("", d.File(SiteComments{}))
	var list document.Problems
	if err != nil && !errors.As(err, &list) {
		out[DraftName] = err.Error()
	}
	for _, p := range list {
		field := d.fieldOf(p.Path)
		if _, known := out[field]; !known {
			out[field] = p.Message
			if p.Hint != "" {
				out[field] += " (" + p.Hint + ")"
			}
		}
	}
	if len(items(d.Own)) == 0 && out[DraftOwn] == "" && d.OwnZone != d.TargetZone && d.OwnZone != restZone {
		out[DraftOwn] = "found no address, expected at least one of ours"
	}
	return out
}

// fieldOf finds the field that a key path of the file came from.
func (d *SiteDraft) fieldOf(path string) string {
	zone, _, _ := strings.Cut(strings.TrimPrefix(path, "zones."), "[")
	switch {
	case strings.HasPrefix(path, "targets"):
		return DraftTargets
	case strings.HasPrefix(path, "vantage.name"):
		return DraftVantage
	case strings.HasPrefix(path, "vantage"):
		return DraftOwnZone
	case strings.HasPrefix(path, "defaults.interzone"):
		return DraftInterzone
	case strings.HasPrefix(path, "defaults.intrazone"):
		return DraftIntrazone
	case strings.HasPrefix(path, "enforcement"):
		return DraftOnLink
	case strings.HasPrefix(path, "probe"):
		return DraftCanary
	case !strings.HasPrefix(path, "zones"):
		return DraftName
	case zone == d.OwnZone && zone != d.TargetZone && strings.Contains(path, "["):
		return DraftOwn
	case zone == d.OwnZone && zone != d.TargetZone:
		return DraftOwnZone
	case strings.Contains(path, "["):
		return DraftTargets
	}
	return DraftTargetZone
}
