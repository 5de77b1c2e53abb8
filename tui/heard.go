package tui

import (
	"regexp"
	"strings"
	"sync"

	"oobscope/audit"
	"oobscope/probes"
	"oobscope/tui/mask"
)

// heard are the names of hosts in the evidence that was looked up: what screens draw of it comes from there. They are
// noted whether or not anything is masked yet, because a screen keeps what it has looked up.
type heard struct {
	mu    sync.Mutex
	names map[string]bool // since they were taken last
}

// Caps on the names of one piece of evidence, which comes from the network, and on those that nobody has taken yet.
const (
	mostHeard = 64
	mostNames = 4096
)

// take returns the names since the last time.
func (h *heard) take() map[string]bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := h.names
	h.names = nil
	return out
}

func (h *heard) note(o *probes.Observation) {
	list := namesIn(&o.Evidence)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.names == nil {
		h.names = map[string]bool{}
	}
	for _, name := range list {
		if len(h.names) < mostNames {
			h.names[name] = true
		}
	}
}

// see takes over the look-up of the evidence of the run on screen; nil for none. Screens get one that notes the names in
// what it finds; work beside them looks up a great deal and draws nothing of it.
func (m *model) see(look func(probes.FlowID) (*probes.Observation, bool)) {
	m.seen, m.state.Evidence = look, nil
	if look == nil {
		return
	}
	h := &m.masks.heard
	m.state.Evidence = func(id probes.FlowID) (*probes.Observation, bool) {
		o, ok := look(id)
		if ok && o != nil {
			h.note(o)
		}
		return o, ok
	}
}

// dotted finds what looks like the name of a host: labels with points between them, the last one of letters.
var dotted = regexp.MustCompile(`(?i)[a-z0-9_][a-z0-9_-]*(?:\.[a-z0-9_-]+)*\.[a-z][a-z-]{1,62}\b`)

// commonName finds the common names in the subject of a certificate (RFC 4514).
var commonName = regexp.MustCompile(`(?i)\bCN=([^,+/\s]+)`)

// namesIn are the names of hosts that evidence gives away: in certificates, banners, and what a protocol said.
func namesIn(e *probes.Evidence) (out []string) {
	text := func(s string) { out = append(out, dotted.FindAllString(s, mostHeard)...) }
	if t := e.TLS; t != nil {
		for _, dn := range [...]string{t.Subject, t.Issuer} {
			for _, cn := range commonName.FindAllStringSubmatch(dn, mostHeard) {
				out = append(out, cn[1])
			}
			text(dn)
		}
		out = append(out, t.Names...)
	}
	text(e.Banner)
	for _, f := range e.Facts {
		if key := strings.ToLower(f.Key); strings.Contains(key, "name") || strings.Contains(key, "host") || strings.Contains(key, "fqdn") {
			out = append(out, f.Value)
		}
		text(f.Value)
	}
	for _, s := range e.Steps {
		text(s.What)
	}
	return out[:min(len(out), mostHeard)]
}

// spare keeps the words of the policy from being taken for names.
func spare(k *mask.Mask, sc *audit.Scope) {
	for i := range sc.Rules {
		r := sc.Rules[i].Rule
		k.Spare(r.From...)
		k.Spare(r.To...)
		k.Spare(r.App.ID, r.App.Category)
	}
	for g := range sc.Plan.Groups {
		k.Spare(sc.Plan.Groups[g].Role)
		for _, e := range sc.Plan.Groups[g].Endpoints {
			k.Spare(e.Service)
		}
	}
}

// knowSite makes the names of a site known: its own, where we stand, and zones that the policy has no word for. Those of
// the simulated segment are everybody's.
func knowSite(k *mask.Mask, site *audit.Site) {
	if site == nil || site.Simulated {
		return
	}
	k.KnowName(site.Name)
	k.KnowName(site.Vantage.Name)
	for _, z := range site.Zones {
		k.KnowName(z.Name)
	}
}

// knowRuns makes the sites and the standpoints of the stored runs known.
func knowRuns(k *mask.Mask, runs []audit.Run) {
	for i := range runs {
		if r := &runs[i]; !r.Simulated {
			k.KnowName(r.Site)
			k.KnowName(r.Vantage)
		}
	}
}
