package tui

import (
	"errors"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"oobscope/audit"
	"oobscope/probes"
	"oobscope/tui/keymap"
	"oobscope/tui/palette"
	"oobscope/tui/settings"
	"oobscope/views"
)

// maxSide caps a window that a terminal claims to have; a frame grows with its area.
const maxSide = 4096

// model is the only tea.Model. Update changes it, does no input or output and never waits; View returns
// cached text unless something changed.
type model struct {
	cfg   Config
	held  *custody
	say   *views.FrameWords
	state views.State
	at    route
	over  overlay // nil: none; it takes all keys
	ask   *prompt // nil: no line of input; it takes all keys
	pal   *pane   // nil: the palette is closed; it takes all keys
	note  note

	set     settings.Settings // as they are now; the config file is never changed
	keys    *keymap.Map
	asked   *palette.History
	hosts   hostIndex
	masks   masks
	keeping bool // the last screen stays in the terminal
	hinted  bool // what tmux needs was said

	planned  planned
	planning bool     // a plan is under way for a run that the user wants
	starting bool     // a launch is under way
	landing  bool     // the run that starts takes us to its screen
	live     *session // nil: no run is on
	pulsing  bool     // one tick is under way
	portions int      // that followed the last pulse
	undrawn  bool     // they moved something
	pace     meter
	line     line
	late     *endedMsg                                       // the end of a run that waits for the display to thaw
	shown    *Stored                                         // the stored run on screen, if it has a file
	seen     func(probes.FlowID) (*probes.Observation, bool) // the evidence of the run on screen, for work beside the screens
	leaving  bool
	checking bool      // a site was just loaded: what its plan comes to is said
	draft    *siteForm // what was typed into the form of a site, until it is written
	deeds    deeds

	rereading bool // the waivers of the store are to be read again: a deed or a visit to their list makes it so

	w, h      int
	blurred   bool
	plain     bool // the terminal shows no colour
	sixteen   bool // it has the base colours alone
	ascii     bool
	ground    views.Ground
	dirty     bool
	frame     tea.View
	clip      func(string) tea.Cmd // puts a text on the clipboard
	suspended bool                 // by ourselves, until we are told that we go on
	raw       tea.Cmd              // sets the line of the terminal; nil: it is none
}

// planned is what the next run would do.
type planned struct {
	scope  *audit.Scope
	budget probes.Budget
}

func newModel(cfg Config, held *custody) *model {
	if cfg.Settings.Theme == "" {
		cfg.Settings = settings.Default()
	}
	m := &model{cfg: cfg, held: held, plain: cfg.NoColor, ascii: cfg.ASCII, set: cfg.Settings, dirty: true}
	m.clip = func(text string) tea.Cmd { return clip(m.cfg.Env, text) }
	m.keys, _ = keymap.New(m.set.Keys)
	screens := cfg.Screens
	if screens == nil {
		screens = views.Screens
	}
	m.at = newRoute(screens())
	m.state = views.State{
		Lang: cfg.Lang, Words: m.words(cfg.Lang), Now: cfg.Clock(), Version: cfg.Version,
		Kits: slices.Clone(cfg.Kits), Site: cfg.Site, Reading: true, Generation: 1,
	}
	m.say = &m.state.Words.Frame
	m.masks.plain = []string{cfg.Version}
	m.masked()
	m.takeUp()
	m.dress()
	if len(cfg.Troubles) > 0 {
		m.over = m.troublePage(aboutStart, errors.Join(cfg.Troubles...))
	}
	if cfg.Trouble != nil {
		m.over = m.configPage(cfg.Trouble)
	}
	return m
}

// dress puts the theme on that was asked for and fits what is known of the terminal.
func (m *model) dress() {
	d := views.Dress{Name: m.set.Theme, Ground: m.ground, Sixteen: m.sixteen, ASCII: m.ascii}
	if m.plain {
		d.Name = "mono"
	}
	m.state.Theme = d.Theme()
	if m.cfg.Plain {
		m.state.Theme = views.SpokenTheme(m.state.Words)
	}
	m.changed()
}

// changed tells the screens that the state is another one, and the next View that it must draw.
func (m *model) changed() {
	m.state.Generation++
	m.dirty = true
}

// Init implements tea.Model.
func (m *model) Init() tea.Cmd {
	cmds := []tea.Cmd{tea.RequestBackgroundColor, m.loadRuns(), m.loadWaivers(), synchronize(m.set.Sync, m.cfg.Env)}
	if m.cfg.StartNow {
		cmds = append(cmds, m.start())
	} else {
		cmds = append(cmds, m.replan())
	}
	return tea.Batch(cmds...)
}

// Update implements tea.Model.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := m.update(msg)
	if m.rereading {
		m.rereading = false
		cmd = tea.Batch(cmd, m.loadWaivers())
	}
	return m, cmd
}

func (m *model) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return m.key(msg)
	case pulseMsg:
		return m.pulse()
	case portionMsg:
		return m.followUp()
	case tea.WindowSizeMsg:
		m.resize(msg.Width, msg.Height)
	case tea.PasteMsg:
		m.paste(msg.Content)
	case tea.FocusMsg:
		m.blurred = false
		m.refresh()
	case tea.BlurMsg:
		m.blurred = true
	case tea.MouseClickMsg:
		return m.click(msg.Mouse())
	case tea.MouseWheelMsg:
		return m.wheel(msg.Mouse())
	case tea.BackgroundColorMsg:
		m.stand(msg.IsDark())
	case tea.ColorProfileMsg:
		m.colours(msg.Profile)
	case wokenMsg:
		return m.takeBack()
	case drawnMsg:
		return m.revive(msg)
	case leaveMsg:
		return m.leave()
	case graceMsg:
		return tea.Quit
	default:
		return m.outcome(msg)
	}
	return nil
}

// outcome handles what a Cmd of our own came back with.
func (m *model) outcome(msg tea.Msg) tea.Cmd {
	m.state.Now = m.cfg.Clock()
	m.dirty = true
	switch msg := msg.(type) {
	case plannedMsg:
		return m.whenPlanned(msg)
	case launchedMsg:
		return m.whenLaunched(msg)
	case endedMsg:
		return m.whenEnded(msg)
	case runsMsg:
		m.whenRuns(msg)
	case openedMsg:
		return m.whenOpened(msg)
	case deletedMsg:
		return m.whenDeleted(msg)
	case keptMsg:
		m.whenKept(msg)
	case exportedMsg:
		m.whenExported(msg)
	case siteMsg:
		return m.whenSite(msg)
	case writtenMsg:
		return m.whenWritten(msg)
	case pathsMsg:
		return m.whenPaths(msg)
	case hereMsg:
		m.whenHere(msg)
	case demoMsg:
		return m.whenDemo(msg)
	case writtenCopyMsg:
		return m.whenCopyWritten(msg)
	case spilledMsg:
		return m.whenSpilled(msg)
	default:
		return m.done(msg)
	}
	return nil
}

// stand takes over what the terminal says of its background.
func (m *model) stand(dark bool) {
	ground := views.LightGround
	if dark {
		ground = views.DarkGround
	}
	if ground != m.ground {
		m.ground = ground
		m.dress()
	}
}

// colours takes over how many colours the terminal has.
func (m *model) colours(p colorprofile.Profile) {
	plain, sixteen := m.cfg.NoColor || p <= colorprofile.Ascii, p <= colorprofile.ANSI
	if plain != m.plain || sixteen != m.sixteen {
		m.plain, m.sixteen = plain, sixteen
		m.dress()
	}
}

func (m *model) resize(w, h int) {
	if w <= 0 || h <= 0 {
		return
	}
	w, h = min(w, maxSide), min(h, maxSide)
	m.dirty = m.dirty || w != m.w || h != m.h
	m.w, m.h = w, h
}

// paste puts pasted text into a line of input and nowhere else: a paste is data, never keys.
func (m *model) paste(text string) {
	if form, ok := m.over.(typist); ok && !m.leaving {
		m.dirty = true
		form.paste(m, text)
		return
	}
	if m.leaving || m.ask == nil && m.pal == nil {
		return
	}
	m.dirty = true
	whole := true
	if m.pal != nil {
		whole = m.pal.line.insert(text)
		m.pal.edited(m)
	} else {
		whole = m.ask.line.insert(text)
		m.ask.edited(m)
	}
	if !whole {
		m.warn(m.say.TooLong)
	}
}

// View implements tea.Model. Bubble Tea calls it once for each message, so it draws only if something
// changed since the last call.
func (m *model) View() tea.View {
	if m.dirty {
		m.dirty = false
		m.frame = m.draw()
	}
	return m.frame
}

// busy tells whether a run is on, or about to be.
func (m *model) busy() bool { return m.live != nil || m.starting }

// simulated tells whether what is on screen, or what a run would probe, is a simulated segment.
func (m *model) simulated() bool {
	if m.state.Results != nil {
		return m.state.Run.Simulated
	}
	return m.cfg.Simulated || m.state.Site != nil && m.state.Site.Simulated
}

// wait is how long the console stays open for a run to be stored once the user wants to leave.
const wait = 5 * time.Second
