package audit

import (
	"fmt"

	"oobscope/kits"
	"oobscope/probes"
)

// Inputs is everything that a plan was made of. The store keeps it with the run, so that the run can be
// read, resumed and reported on a machine that has neither the files nor the routes.
type Inputs struct {
	Kits       []Source       `json:"kits"`
	Site       Source         `json:"site"`
	Simulated  bool           `json:"simulated,omitempty"`
	Options    Options        `json:"options"`
	Paths      []PathRange    `json:"paths"`
	Vantage    string         `json:"vantage,omitempty"`
	Privileged bool           `json:"privileged,omitempty"`
	Pace       probes.Pace    `json:"pace"` // as the run really kept it
	Control    probes.Control `json:"control"`
	Waivers    []WaiverRecord `json:"waivers,omitempty"` // of a run that was handed over: those of the store that it came from
	Tool       string         `json:"tool"`
	Catalogue  string         `json:"catalogue"`
}

// Source is one file that a plan was made of.
type Source struct {
	Origin  string `json:"origin"`
	BuiltIn bool   `json:"built_in,omitempty"`
	Raw     []byte `json:"raw"`
}

// InputsOf writes down what a plan was made of. tool is the version of the program.
func InputsOf(s *Scope, tool string) Inputs {
	in := Inputs{
		Site: Source{Origin: s.Site.Origin, Raw: s.Site.Raw}, Simulated: s.Site.Simulated, Options: s.Options,
		Paths: PathRanges(s), Vantage: s.Vantage.Name, Privileged: s.Vantage.Privileged,
		Pace: s.Plan.Pace, Control: s.Plan.Control, Tool: tool, Catalogue: kits.CatalogueVersion,
	}
	for _, k := range s.Kits {
		in.Kits = append(in.Kits, Source{Origin: k.Origin, BuiltIn: k.BuiltIn, Raw: k.Raw})
	}
	return in
}

// Rebuild makes the plan again, flow by flow as it was. It fails if a file no longer reads, or if the
// plan was made with a service catalogue that this program does not know: its flows would be numbered
// differently.
func (in Inputs) Rebuild() (*Scope, error) {
	if _, ok := new(kits.Service).KnownIn(in.Catalogue); !ok {
		return nil, fmt.Errorf("the run was planned with service catalogue %s by oobscope %s, this program has catalogue %s: use that version to read it",
			probes.Clean(in.Catalogue, 32), probes.Clean(in.Tool, 32), kits.CatalogueVersion)
	}
	var list []*kits.Kit
	for _, src := range in.Kits {
		k, err := kits.Read(src.Origin, src.Raw)
		if err != nil {
			return nil, fmt.Errorf("read the kit of a stored run: %w", err)
		}
		k.BuiltIn = src.BuiltIn
		list = append(list, k)
	}
	site, err := ReadSite(in.Site.Origin, in.Site.Raw)
	if err != nil {
		return nil, fmt.Errorf("read the site of a stored run: %w", err)
	}
	site.Simulated = in.Simulated
	if err := in.harmless(site); err != nil {
		return nil, err
	}
	v := Vantage{Name: in.Vantage, Privileged: in.Privileged, Path: ReplayPaths(in.Paths)}
	options := in.Options
	options.Catalogue = in.Catalogue
	s, err := NewScope(list, site, v, options)
	if err != nil {
		return nil, fmt.Errorf("plan a stored run again: %w", err)
	}
	s.Plan.Pace, s.Plan.Control = in.Pace, in.Control
	s.Waivers, _ = MergeWaivers(site, in.Waivers) // one that does not read does not count
	return s, nil
}

// harmless refuses a stored run that would be less polite than a site file may ask for: the file may come
// from a stranger, and a plan can be resumed.
func (in Inputs) harmless(site *Site) error {
	if !in.Simulated && in.Pace.Gap < minGap {
		return fmt.Errorf("stored run: gap per host is %s, expected at least %s", in.Pace.Gap, minGap)
	}
	if !in.Simulated {
		return nil
	}
	for _, t := range site.Targets {
		for _, p := range t.Addresses {
			if !p.Addr().IsLoopback() {
				return fmt.Errorf("stored run: it claims to be simulated, but lists %s", p)
			}
		}
	}
	return nil
}
