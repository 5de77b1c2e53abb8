package views

import (
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
)

// Ink is a style that was rendered once: putting it on a text is two string joins, where a style's own
// Render costs microseconds. An Ink never changes the width, and takes one line of plain text.
type Ink struct{ open, end string }

// On returns s in this ink.
func (i Ink) On(s string) string {
	if i.open == "" || s == "" {
		return s
	}
	return i.open + s + i.end
}

func ink(s lipgloss.Style) Ink {
	const probe = "x"
	open, end, ok := strings.Cut(s.Render(probe), probe)
	if !ok {
		return Ink{}
	}
	return Ink{open, end}
}

// Look is how one state of a closed set looks: a sign that stands for it without colour, and an ink.
type Look struct {
	Sign string // one cell
	Ink  Ink
}

// Show is the sign and a word, in the state's ink.
func (l Look) Show(word string) string { return l.Ink.On(l.Sign + " " + word) }

// Cell is the sign and a word as a cell of a list.
func (l Look) Cell(word string) Cell { return Cell{l.Sign + " " + word, l.Ink} }

// Glyphs are the drawing characters of a theme; each is one cell.
type Glyphs struct{ Cursor, Rule, Bar, Up, Down, Arrow, Bullet, Check, Cross, Mark string }

// Theme is how everything looks. Body text keeps the terminal's own colours; the 16 base colours carry
// meaning, and never alone: a sign or a word stands beside each.
type Theme struct {
	Dark, ASCII, Plain bool
	Glyph              Glyphs
	Spoken             *SpokenWords // nil unless the pictures are spoken: see SpokenTheme

	Body, Bold, Dim, Title, Accent, Selected, Head, Key Ink
	Good, Warn, Bad, Note, Banner                       Ink

	verdicts   [audit.NotTested + 1]Look
	marks      [audit.MarkCritical + 1]Look
	severities [6]Look
	intents    [audit.DefaultAllow + 1]Look
	classes    map[probes.Class]Look
	halves     [audit.MarkCritical + 1][audit.MarkCritical + 1]string // upper, lower: a half-block cell
	uppers     [audit.MarkCritical + 1]string                         // likewise with nothing below
	cursors    [audit.MarkCritical + 1]string                         // the selected cell, as a sign
}

// NewTheme makes the theme for a dark or light background; ascii keeps to ASCII signs and lines.
func NewTheme(dark, ascii bool) *Theme {
	ground := LightGround
	if dark {
		ground = DarkGround
	}
	return Dress{Ground: ground, ASCII: ascii}.Theme()
}

// PlainTheme has no colour at all; bold and reverse stay.
func PlainTheme(ascii bool) *Theme { return Dress{Name: "mono", ASCII: ascii}.Theme() }

func newTheme(h *hues, ascii, plain bool) *Theme {
	t := &Theme{Dark: h.ground == DarkGround, ASCII: ascii, Plain: plain}
	base := lipgloss.NewStyle()
	fg := func(c color.Color) Ink { return ink(base.Foreground(c).Bold(h.strong)) }
	t.Glyph = Glyphs{"▸", "─", "│", "▲", "▼", "→", "•", "✓", "✗", "◆"}
	if ascii {
		t.Glyph = Glyphs{">", "-", "|", "^", "v", ">", "*", "+", "!", "*"}
	}
	t.Bold = ink(base.Bold(true))
	t.Dim = ink(base.Foreground(h.grey))
	t.Title = ink(base.Bold(true).Foreground(h.cyan))
	t.Accent = fg(h.cyan)
	t.Selected = ink(base.Reverse(true))
	t.Head = ink(base.Bold(true))
	t.Key = ink(base.Bold(true).Foreground(h.blue))
	t.Good, t.Warn, t.Note = fg(h.green), fg(h.yellow), fg(h.magenta)
	t.Bad = ink(base.Bold(true).Foreground(h.red).Reverse(h.loud))
	t.Banner = ink(base.Bold(true).Reverse(true).Foreground(h.yellow))
	t.fillLooks(h)
	t.fillMarks(h)
	return t
}

func (t *Theme) sign(unicode, ascii string) string {
	if t.ASCII {
		return ascii
	}
	return unicode
}

func (t *Theme) fillLooks(h *hues) {
	base := lipgloss.NewStyle()
	fg := func(c color.Color) Ink { return ink(base.Foreground(c).Bold(h.strong)) }
	info := fg(h.cyan)
	t.verdicts = [...]Look{
		audit.Pending:      {t.sign("·", "."), t.Dim},
		audit.Conforms:     {t.sign("✓", "+"), t.Good},
		audit.Exposed:      {t.sign("✗", "!"), t.Bad},
		audit.NotEnforced:  {t.sign("◐", "%"), t.Warn},
		audit.Broken:       {t.sign("⊘", "x"), fg(h.blue)},
		audit.WrongMode:    {t.sign("≠", "~"), info},
		audit.Undeclared:   {t.sign("◇", "*"), t.Warn},
		audit.Unverifiable: {"?", t.Note},
		audit.Error:        {"E", t.Bad},
		audit.NotTested:    {t.sign("–", "-"), t.Dim},
	}
	t.severities = [...]Look{
		{t.sign("·", "."), t.Dim}, {"1", t.Dim}, {"2", info}, {"3", t.Warn}, {"4", t.Bad},
		{"5", ink(base.Bold(true).Reverse(true).Foreground(h.red))},
	}
	drop := Look{t.sign("■", "#"), t.Warn}
	reject := Look{t.sign("◧", "="), t.Note}
	allow := Look{t.sign("►", ">"), t.Good}
	t.intents = [...]Look{
		audit.Unstated:    {"?", t.Dim},
		audit.IntentAllow: allow, audit.IntentDrop: drop, audit.IntentReject: reject,
		audit.DefaultDrop: drop, audit.DefaultReject: reject, audit.DefaultAllow: allow,
	}
	open := Look{t.sign("●", "o"), fg(h.yellow)}
	half := Look{t.sign("◒", "c"), fg(h.yellow)}
	shut := Look{t.sign("○", "r"), info}
	icmp := Look{t.sign("◌", "i"), info}
	quiet := Look{t.sign("–", "-"), t.Body}
	t.classes = map[probes.Class]Look{
		probes.Unobserved: {t.sign("·", "."), t.Dim},
		probes.OpenProto:  open, probes.OpenOther: open, probes.OpenMute: half, probes.OpenCut: half,
		probes.RstHost: shut, probes.RstMid: shut, probes.RstUnknown: shut,
		probes.PortUnreach: icmp, probes.Prohibited: icmp, probes.PortUnreachMid: icmp, probes.Unreach: icmp,
		probes.TTLExceeded: icmp,
		probes.Silence:     quiet, probes.SilenceUnproven: {"?", t.Note}, probes.HostDown: {t.sign("⊗", "X"), t.Note},
		probes.ProbeError: {"E", t.Bad},
	}
}

func (t *Theme) fillMarks(h *hues) {
	t.marks = [...]Look{
		audit.MarkWaiting:      {t.sign("·", "."), t.Dim},
		audit.MarkConforms:     {t.sign("✓", "+"), t.Good},
		audit.MarkUnverifiable: {"?", t.Note},
		audit.MarkError:        {"E", t.Bad},
		audit.MarkInfo:         t.severities[1],
		audit.MarkLow:          t.severities[2],
		audit.MarkMedium:       t.severities[3],
		audit.MarkHigh:         t.severities[4],
		audit.MarkCritical:     t.severities[5],
	}
	// In a half-block the colour has to stand alone, so each mark gets a colour of its own; the cursor
	// and the legend give the word.
	colours := &h.marks
	for up := range t.halves {
		for low := range t.halves[up] {
			t.halves[up][low] = lipgloss.NewStyle().Foreground(colours[up]).Background(colours[low]).Render("▀")
		}
		t.uppers[up] = lipgloss.NewStyle().Foreground(colours[up]).Render("▀")
		t.cursors[up] = t.Selected.On(t.marks[up].Sign)
	}
}

// Verdict is how a verdict looks.
func (t *Theme) Verdict(v audit.Verdict) Look { return t.verdicts[min(int(v), len(t.verdicts)-1)] }

// Mark is how a host looks at a glance; severities are digits.
func (t *Theme) Mark(m audit.Mark) Look { return t.marks[min(int(m), len(t.marks)-1)] }

// Severity is how a severity looks.
func (t *Theme) Severity(s uint8) Look { return t.severities[min(int(s), len(t.severities)-1)] }

// Intent is how an intent looks; a default looks like the rule that would say the same.
func (t *Theme) Intent(i audit.Intent) Look { return t.intents[min(int(i), len(t.intents)-1)] }

// Class is how an observation looks.
func (t *Theme) Class(c probes.Class) Look { return t.classes[c] }

// Action is how a rule's action looks: like the intent that it states.
func (t *Theme) Action(a kits.Action) Look {
	switch a {
	case kits.Allow:
		return t.intents[audit.IntentAllow]
	case kits.Drop:
		return t.intents[audit.IntentDrop]
	case kits.Reject:
		return t.intents[audit.IntentReject]
	}
	return t.intents[audit.Unstated]
}
