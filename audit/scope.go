package audit

import (
	"net/netip"
	"time"

	"oobscope/kits"
	"oobscope/probes"
)

// Site is one site file, validated. Only what it lists is ever sent a packet.
type Site struct {
	Name         string
	Zones        []Zone
	Vantage      SiteVantage
	Targets      []SiteTarget
	Interzone    string // drop, reject, allow
	Intrazone    string
	Style        string // port, app_id
	OnLink       bool   // on-link traffic is enforced as well
	RejectWith   []string
	HostFirewall bool
	Probe        ProbeSettings
	Ports        map[string][]uint16 // service id -> ports that replace the catalogue's
	Waivers      []Waiver
	Simulated    bool // never read from a file: set by the demo alone
	Origin       string
	Digest       string // SHA-256 of the file as read, hex
	Raw          []byte
	Warnings     []kits.Problem
}

// Zone is a named set of prefixes. Rest marks the zone of "*".
type Zone struct {
	Name     string
	Prefixes []netip.Prefix
	Rest     bool
}

// SiteVantage is where the site says that we stand. Zone may be empty.
type SiteVantage struct{ Name, Zone string }

// SiteTarget is a set of addresses with one role.
type SiteTarget struct {
	Role      string
	Addresses []netip.Prefix // single addresses are /32 or /128
	Exclude   []netip.Prefix
}

// ProbeSettings come from the site; zero values mean the pace's own.
type ProbeSettings struct {
	Pace     string
	Gap      time.Duration
	Attempts int
	Timeout  time.Duration
	Canaries []netip.Addr
	Window   string // "22:00-05:00" local time, empty for always
}

// Waiver accepts one known deviation for a while (formats.md 4). Dates are UTC days; it ends at the end
// of Expires.
type Waiver struct {
	ID, Rule, Service, Verdict, Fingerprint string
	Target                                  netip.Addr
	Reason, Ticket, RequestedBy, ApprovedBy string
	Starts, Expires                         time.Time
	Origin                                  WaiverOrigin
	Named                                   bool // who approved it was named by whoever entered it, and did not do it under their own login
}

// WaiverOrigin says where a waiver stands.
type WaiverOrigin string

// The origins of a waiver.
const (
	WaiverInSite  WaiverOrigin = "site"  // in the site file
	WaiverInStore WaiverOrigin = "store" // in the store: asked for in the console or on the command line
)

// Vantage is where we really stand, looked up by the caller (probes/vantage) before the plan is made.
type Vantage struct {
	Name       string
	Privileged bool // CAP_NET_RAW
	// Path says how a packet to a target would leave. ok is false if there is no route.
	Path func(target netip.Addr) (Path, bool)
}

// Path is how packets to one target leave this machine.
type Path struct {
	Source    netip.Addr `json:"source"`
	Interface string     `json:"interface,omitempty"`
	OnLink    bool       `json:"on_link,omitempty"` // no gateway in between
}

// Options narrow a run.
type Options struct {
	Targets  []netip.Prefix // --targets; empty = all of the site
	Services []string       // --services; empty = the catalogue's defaults and what the kits name
	Pace     string         // --pace; empty = the site's, else normal
	Seed     uint64
	Only     []FlowBlock `json:",omitempty"` // single flows; empty = all that the rest lets through
	Again    string      `json:",omitempty"` // id of the run whose flows are asked again; empty for none
	// Catalogue is the version of the service catalogue to plan with; empty = this program's. A stored run
	// is planned again with its own.
	Catalogue string `json:"-"`
}

// RuleRef is a rule in the ordered list over all kits of the run.
type RuleRef struct {
	Index int // in the ordered list
	Local int // in its own kit
	Kit   *kits.Kit
	Rule  *kits.Rule
}

// Scope is a run, planned: kits x site, seen from here.
type Scope struct {
	Kits    []*kits.Kit
	Site    *Site
	Vantage Vantage
	Options Options
	Rules   []RuleRef
	Plan    *probes.Plan
	Places  []Place    // one for each group of the plan, same order
	Left    []Untested // what cannot be tested from here, with the reason
	Waivers []Waiver   // of the site file; whoever has a store adds those that it keeps (MergeWaivers)
}

// Place says where the hosts of one group of the plan stand, and what is intended for each endpoint.
type Place struct {
	Role      string
	Zone      string // of the targets
	FromZone  string // of our source address towards them
	Source    netip.Addr
	Interface string
	OnLink    bool
	Enforced  bool       // the path gate: there is an enforcement point on the way
	Decisions []Decision // by slot of the group's endpoints
}

// Decision is what the policy intends for one endpoint of one group.
type Decision struct {
	Intent  Intent
	Rule    int // index in Scope.Rules; -1 if a default decided
	Service *kits.Service
}

// Untested is a set of flows that this run cannot test, all for the same reason. They have no number in
// the plan; each has its line in a report.
type Untested struct {
	Rule    int // index in Scope.Rules; -1 for none
	Intent  Intent
	Reason  Reason
	Service *kits.Service
	Proto   probes.Proto
	Port    uint16
	Role    string
	Zone    string       // of the targets; a rule's first destination zone if there are none
	From    string       // the zone that we stand in; empty if it is in no zone of the site
	Addrs   []netip.Addr // empty if there is no target: the set then stands for one line
}

// Lines is how many lines the set has in a report.
func (u *Untested) Lines() int { return max(1, len(u.Addrs)) }

// Decision returns what is intended for a flow of the plan.
func (s *Scope) Decision(f probes.Flow) *Decision { return &s.Places[f.Group].Decisions[f.Slot] }

// Place returns where the host of a flow stands.
func (s *Scope) Place(f probes.Flow) *Place { return &s.Places[f.Group] }

// StandsIn is the zone that we stand in: as the site says, else that of our address towards the first
// group of targets.
func (s *Scope) StandsIn() string {
	if s.Site.Vantage.Zone != "" || len(s.Places) == 0 {
		return s.Site.Vantage.Zone
	}
	return s.Places[0].FromZone
}
