package views

import "oobscope/audit"

// ProbesWords belong to the live screen: figures, the table of services, the hosts at a glance.
type ProbesWords struct {
	Open, Other, Mute, Cut, Refused, Rejected, Silent, Failed string   // column heads: what was seen
	Columns                                                   []string // what those heads mean
	Glance                                                    string   // head over the hosts
	MoreServices                                              string   // %s services that found no room
	HostsDone                                                 string   // done, under way, all
	HostsEnded                                                string   // done, all
	Took                                                      string   // %s
	Packets, Conversations                                    string   // so far, at most
	Flows                                                     string   // settled, all, percent
	PerCell                                                   string   // %s hosts a cell
	UnderWay                                                  string
	Ready, Press                                              string // before a run: what the page is, which key
	Sends, Paced, Host, Takes, Source, Canaries, Left         string // labels of the plan
	Budget                                                    string // packets, conversations
	Pace                                                      string // name, gap between two, tries TCP, tries UDP
	Unlimited, Limited                                        string // over the segment; %s conversations a second
	PerHost                                                   string // %s conversations
	About                                                     string // %s
	From                                                      string // address, interface, zone
	CanaryLine                                                string // %s addresses
	LeftLine                                                  string // %s lines
	Asks                                                      string // what a group is asked
	To                                                        string // hosts, first, last
	OnlyTargets                                               string // what is never done
	Answering, Losing, Turned                                 string // gates that failed
	ShowBoth, ShowServices, ShowHosts, NextWorst              string // keys
}

// HostWords belong to one host.
type HostWords struct {
	Place                                                       string // role, zone
	Alive, Refusal, Control, State                              string // labels
	AliveBy                                                     string // %s: a service
	AliveControl, NotProved, Quiet, FakesOpen, Honest, NotAsked string
	UDPControl, NoUDPControl, NoControl                         string
	ControlLost                                                 string // lost, sent
	Waiting, Active, Done, Path, Enforced, NotEnforced          string
	Usage                                                       string // when no host was chosen
	Comma, Also, Colon                                          string // between two parts of a line: closely, loosely
}

// DiffWords belong to the lines of the policy held against what was seen.
type DiffWords struct {
	About                                  string // what the page will show, before a run
	Sev                                    string // severity, as a narrow column head
	Order                                  [6]string
	OnlyDeviations, Everything             string
	SoFar                                  string // no deviation, but the run is on
	ToggleAll, ToggleDeviations, NextOrder string // keys
	Fold, FoldAll                          string
	Lines, OneLine                         string // %s lines; a single one
	Worst                                  string // %s: a severity
	Default, NoService, NoHost             string // groups without a rule, a service, an address
	NotPlanned                             string // app, reason: why a line has no evidence
	Cut                                    string // %s lines left out of a copy
	Head                                   []string
	Intent                                 map[audit.Intent]string // short: 12 cells
	Class                                  map[string]string       // by probes.Class slug; short: 12 cells
	Sentence                               string                  // intent, observation
	Heading                                string
}
