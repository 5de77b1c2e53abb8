package tui

import (
	"context"
	"io"
	"net/netip"
	"os"
	"time"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
	"oobscope/tui/settings"
	"oobscope/views"
)

// Config is all that the console is given. The functions do the work of other rooms, so that the console
// itself links no protocol and opens no file. All functions must be set; they are called
// outside the message loop. An error with a method Hint() string is shown with that hint.
type Config struct {
	Version   string
	Lang      string // "en" or "ja"
	ASCII     bool   // draw with ASCII alone
	NoColor   bool
	Plain     bool // a dialogue in lines instead of pictures: see Plain
	Clock     func() time.Time
	Simulated bool
	// Env is the environment of the terminal (TERM, COLORTERM, SSH_TTY, NO_COLOR); nil means that of the process.
	Env []string
	// Woken tells that the process goes on after somebody stopped it; nil: nobody says so.
	Woken <-chan os.Signal
	// Screens makes the screens, in the order of the menu; nil means views.Screens.
	Screens func() []views.Screen

	// Settings is how the user wants the console; the zero value is settings.Default. Its language and ASCII
	// are not looked at: Lang and ASCII above are what came of them and of the locale.
	Settings settings.Settings
	// Trouble is what is wrong with the config file; nil: nothing. It is shown on a page at the start.
	Trouble error
	// Pulse, if set, is the time between two redraws of a live run, whatever the settings say.
	Pulse time.Duration
	// Recalled is what an earlier session kept, and Keep keeps it for the next; nil: nothing is kept.
	Recalled []byte
	Keep     func(data []byte) error
	// Spill lets what is too large for a clipboard be written into a file of the user's own, which is gone again if that
	// fails; nil: it cannot be copied.
	Spill func(write func(w io.Writer) error) (path string, err error)
	// Formats are what Export knows, for the palette and the menu of reports.
	Formats []string
	// MaskSeed decides which letters stand for addresses; zero: nobody knows.
	MaskSeed [32]byte

	Kits []views.KitEntry
	Site *audit.Site // nil: none was given
	// StartNow begins a run at once, without asking: the demo does.
	StartNow bool

	Plan func(ks []*kits.Kit, site *audit.Site) (*audit.Scope, probes.Budget, error)
	// Engine lets a plan send first packets in another way, and returns what that costs; an error says why it cannot be.
	// nil: there is no choice.
	Engine func(scope *audit.Scope, e probes.Engine) (probes.Budget, error)
	// Bounds are what this machine allows a plan; nil: that is not known.
	Bounds func(p *probes.Plan) probes.Bounds
	Launch func(ctx context.Context, scope *audit.Scope) (*Live, error)
	Resume func(ctx context.Context, id string) (*Live, error)

	Runs      func() ([]audit.Run, []error)
	OpenRun   func(id string) (*Stored, error)
	DeleteRun func(id string) error
	SetActive func(refs []string) error // remember which kits the next run uses
	Export    func(st *Stored, format string) (path string, err error)
	Work      Work

	LoadSite  func(path string) (*audit.Site, error) // reads and checks a site file, and remembers it for the next time
	WriteSite func(path string, data []byte) error   // makes a file; one that exists is left alone
	Paths     func(begun string) []string            // what the beginning of a path can become; folders end in a slash
	Here      func() (name string, own []netip.Addr) // this machine and its addresses
	Demo      func() (*audit.Site, error)            // starts the simulated segment, if it does not run yet
	Troubles  []error                                // what could not be read before the console opened
}

// Live is a run under way.
type Live struct {
	Run      audit.Run
	Scope    *audit.Scope
	Board    *probes.Board
	Evidence func(probes.FlowID) (*probes.Observation, bool)
	// Wait blocks until the run has stopped and everything is stored. It is called once.
	Wait func() (audit.Run, error)
}

// Stored is a run read back from the store.
type Stored struct {
	Run      audit.Run
	Results  *audit.Results
	Evidence func(probes.FlowID) (*probes.Observation, bool)
	Close    func() error // gives the run's file back
}
