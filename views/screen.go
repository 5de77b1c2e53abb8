package views

import (
	"io"
	"time"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
)

// Screen is one full page of the console.
type Screen interface {
	// Name is the stable name of the screen, used for going there by name and in goldens: "rules".
	Name() string
	// Title is what the header shows, in the user's language; it may name the thing shown.
	Title(s *State) string
	// Render returns exactly h lines, none wider than w cells. It must be cheap: it reads the state and
	// never computes over all flows.
	Render(s *State, w, h int) string
	// Press handles a key in the notation of Bubble Tea ("j", "enter", "pgdown", "ctrl+d").
	Press(s *State, key string) Action
	// Keys lists what works here and now, for the footer and the help page.
	Keys(s *State) []Key
	// Filter narrows what is listed; the empty query shows all. Screens without a list ignore it.
	Filter(s *State, query string)
}

// Keeper is a screen with settings that outlive a session: order, columns, grouping.
type Keeper interface {
	// Kept is the settings as one line; empty for the defaults.
	Kept() string
	// Restore takes what an earlier Kept returned and ignores what it does not understand.
	Restore(kept string)
}

// Queried is a screen whose list can be narrowed: what its filter understands.
type Queried interface {
	// Grammar is what can be asked of what is listed now, with the values that the data has.
	Grammar(s *State) *Grammar
}

// Wide is a screen that shows a part of its lines by itself, and all of them when it is asked to.
type Wide interface{ ShowAll() }

// Key is one entry of a keymap.
type Key struct{ Keys, Help string }

// ActionKind is what the user wants. The set is closed; only tui performs it.
type ActionKind uint8

// The actions.
const (
	None       ActionKind = iota
	Goto                  // To (and Arg): show that screen, remember where we were
	Back                  // to where we came from
	Copy                  // Text to the clipboard
	Start                 // confirm and start a run
	Cancel                // confirm and stop the run
	Resume                // Arg: id of a partial run to go on with
	OpenRun               // Arg: id of a stored run to show
	ToggleKit             // Arg: kit id@version to use, or no longer use, in the next run
	DeleteRun             // Arg: id of a stored run, after confirmation
	Freeze                // stop or go on redrawing; the run goes on
	Export                // Arg: format
	Waive                 // Flows: deviations to accept for a while; asks for the reason, the approver and the end
	ProbeAgain            // Flows: confirm and start a run of these alone
	Withdraw              // Flows, or Arg: waivers given in a console to take back, after confirmation
	Approve               // Flows, or Arg: requested waivers to let count, after confirmation
	Compare               // Arg: id of a stored run to hold the one on screen against; empty for none
	OpenSite              // Arg: path of a site file to load; empty asks for it
	NewSite               // write a site file, in a form
	Demo                  // confirm and start the simulated segment
	Quit
)

// Action is what a key press means.
type Action struct {
	Kind ActionKind
	To   string // Goto: name of the screen
	Arg  string // what it is about: rule index, technique id, host address, flow number, run id
	Text string // Copy: what; anything else: a line for the status bar

	Filter string // Goto: what that screen is narrowed to; one that is Wide then shows all of its lines

	// Write is in place of Text for a Copy that is too much for one key press: it writes the text, and is called beside the
	// message loop, once or more, while nothing judges the run anew.
	Write func(w io.Writer) error

	Flows []probes.FlowID // Waive, Withdraw, ProbeAgain: of the run on screen, in rising order; Goto: the list that a Walker goes through
}

// State is all that the screens draw. tui owns it and changes it between two frames only.
type State struct {
	Lang  string
	Words *Words
	Theme *Theme
	Now   time.Time

	Version string
	Kits    []KitEntry
	Site    *audit.Site    // nil: none loaded
	Scope   *audit.Scope   // nil: nothing planned
	Results *audit.Results // nil: no run yet
	Run     RunView
	Runs    []audit.Run // newest first
	Reading bool        // the list of runs is still being read
	Unread  []string    // why stored runs could not be read, one line each
	// Waivers are those of the store, withdrawn ones too; UnreadWaivers say why others could not be read.
	Waivers       []audit.WaiverRecord
	UnreadWaivers []string
	Budget        probes.Budget
	// Bounds are what this machine allows the plan; zero if that is not known.
	Bounds  probes.Bounds
	Drift   *audit.Drift       // the run on screen held against an earlier one; nil for none
	Against audit.Run          // that one; known while it is still being read
	Live    probes.BoardReader // nil unless a run is on

	// Masked tells that addresses and names are hidden in what is drawn: what spells them otherwise must not be shown.
	Masked bool
	// Generation grows whenever anything above changed; screens may cache by it.
	Generation uint64
	// Evidence looks up what is stored for a flow of the run on screen.
	Evidence func(probes.FlowID) (*probes.Observation, bool)
}

// KitEntry is a kit of the library.
type KitEntry struct {
	Kit    *kits.Kit
	Active bool // used in the next run
}

// RunPhase is what the run on screen is doing.
type RunPhase uint8

// The phases.
const (
	RunNone RunPhase = iota // no run on screen
	RunLive
	RunStopping
	RunEnded
	RunFailed
)

// RunView is the run on screen.
type RunView struct {
	audit.Run
	Phase  RunPhase
	Frozen bool
	Rate   float64       // settled flows a second, over the last seconds
	Left   time.Duration // estimate; 0 if unknown
	Err    string        // what ended it, if it failed
}
