package tui

import (
	tea "charm.land/bubbletea/v2"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
	"oobscope/views"
)

// Work is what the console can do with single flows of the run on screen. The functions do the work of other rooms
// and are called outside the message loop; one that is nil cannot be done here, and the console says so.
type Work struct {
	User string // login name of the person at the keyboard
	// Again plans a run of single flows (Options.Only). Its plan may be smaller than what was asked for, if the
	// site as it is now has no such flow any more.
	Again func(ks []*kits.Kit, site *audit.Site, o audit.Options) (*audit.Scope, probes.Budget, error)
	// Waive stores waivers that are about what a run showed of a site. It returns those that it stored, with the ids
	// that they were given, also beside an error.
	Waive func(site *audit.Site, run string, forms []audit.WaiverForm) ([]audit.Waiver, error)
	// Withdraw takes back stored waivers that are about what a run showed, and returns those that no longer count, also
	// beside an error.
	Withdraw func(run string, ids []string) ([]string, error)
	// Approve lets requested waivers count, as User, and returns those that do then, also beside an error. Whoever does
	// it holds them against the rules once more: the store may have moved on.
	Approve func(run string, ids []string) ([]audit.Waiver, error)
	// Waivers reads the waivers that are kept where a run is; those of the user's own store if run is empty.
	Waivers func(run string) ([]audit.WaiverRecord, []error)
}

// deeds is the work under way, as far as it must not meet with other work.
type deeds struct {
	comparing string  // id of the run that is being read to be held against
	storing   bool    // waivers are being stored or withdrawn
	wanted    bool    // the plan of a run of single flows is awaited
	again     planned // what such a run would do
}

// What Cmds of this work come back with.
type (
	comparedMsg struct {
		id    string
		later *audit.Results
		drift *audit.Drift
		err   error
	}
	againMsg struct {
		planned
		asked int // flows that were asked for
		err   error
	}
	waivedMsg struct {
		form   *waiveForm
		later  *audit.Results
		stored []audit.Waiver
		left   refusals
		err    error
	}
	yamlMsg struct {
		text string
		n    int // waivers
		left refusals
	}
	withdrawnMsg struct {
		later *audit.Results
		gone  []string
		err   error
	}
	approvedMsg struct {
		later *audit.Results
		given []audit.Waiver
		err   error
	}
	waiversMsg struct {
		later *audit.Results
		list  []audit.WaiverRecord
		errs  []error
	}
)

// done handles what a Cmd of this work came back with.
func (m *model) done(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case comparedMsg:
		m.whenCompared(msg)
	case againMsg:
		m.whenAgain(msg)
	case waivedMsg:
		m.whenWaived(msg)
	case yamlMsg:
		return m.whenYAML(msg)
	case withdrawnMsg:
		m.whenWithdrawn(msg)
	case approvedMsg:
		m.whenApproved(msg)
	case waiversMsg:
		m.whenWaivers(msg)
	case engineMsg:
		m.whenEngine(msg)
	}
	return nil
}

// work does what a screen said that the user meant with single flows, or with another run.
func (m *model) work(a views.Action) tea.Cmd {
	switch a.Kind {
	case views.Compare:
		return m.compare(a.Arg)
	case views.ProbeAgain:
		return m.probeAgain(a.Flows)
	case views.Waive:
		m.openWaive(a.Flows)
	case views.Withdraw:
		m.askWithdraw(a.Flows, a.Arg)
	case views.Approve:
		m.askApprove(a.Flows, a.Arg)
	}
	return nil
}

// forgetDrift drops what the run that was on screen was held against.
func (m *model) forgetDrift() {
	m.state.Drift, m.state.Against = nil, audit.Run{}
	m.deeds.comparing = ""
}

// holdsStill tells whether the run on screen holds still; it says why not otherwise. Nothing may be judged or compared
// while its results still move, or while something else works with them.
func (m *model) holdsStill() bool {
	if m.state.Results == nil {
		m.warn(m.state.Words.Empty.NoRun)
		return false
	}
	return m.atRest()
}

// atRest tells whether nothing is under way that moves results or waivers; it says what is otherwise.
func (m *model) atRest() bool {
	switch {
	case m.busy():
		m.warn(m.say.NotWhileLive)
	case m.deeds.comparing != "":
		m.warn(m.state.Words.Work.StillReading)
	case m.deeds.storing:
		m.warn(m.state.Words.Work.StillStoring)
	default:
		return true
	}
	return false
}
