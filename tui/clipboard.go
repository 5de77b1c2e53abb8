package tui

import (
	"io"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"oobscope/views"
)

// maxClip is the largest text for the clipboard: base64 makes 100,000 bytes of it, and terminals drop
// longer sequences without a word.
const maxClip = 74_000

// copy puts text on the clipboard of the terminal (OSC 52), which also works over SSH. Whether the terminal
// took it cannot be known, so the message says what was sent and how. what names the text; it may be empty.
func (m *model) copy(text, what string) tea.Cmd {
	if text == "" {
		m.warn(m.state.Words.Console.NothingToCopy)
		return nil
	}
	if m.set.Mask {
		text = m.masks.text(m, text)
	}
	if what == "" {
		what = say(m.say.Lines, count(strings.Count(strings.TrimSuffix(text, "\n"), "\n")+1))
	}
	if len(text) > maxClip && !m.cfg.Plain {
		return m.spill(text, what, m.set.Mask)
	}
	return m.toClipboard(text, what)
}

// toClipboard puts a text that fits, and is masked if anything is, on the clipboard.
func (m *model) toClipboard(text, what string) tea.Cmd {
	if !m.cfg.Plain { // there it is read out
		rest := m.besides()
		room := m.w - 2 - views.Width(say(m.say.Copied, "", count(len(text)))+rest)
		m.cheer(say(m.say.Copied, views.Cut(what, max(leastWhat, min(maxWhat, room))), count(len(text))) + rest)
	}
	return m.clip(text)
}

// The cells that the name of what was copied may take: what else there is to say of a copy matters more.
const (
	leastWhat = 8
	maxWhat   = 30
)

// besides is what else has to be said of a copy.
func (m *model) besides() string {
	out := ""
	if m.set.Mask {
		out += m.state.Words.Host.Also + m.state.Words.Shell.CopiedMasked
	}
	return out + m.tmuxNeeds()
}

// tmuxNeeds says once what tmux needs to pass a copy on.
func (m *model) tmuxNeeds() string {
	out := ""
	if lookup(m.cfg.Env, "TMUX") != "" && !m.hinted {
		m.hinted = true // said once
		out += m.state.Words.Host.Also + m.state.Words.Shell.TmuxNeeds
	}
	return out
}

// clip sets the clipboard. Bubble Tea's own command is for terminals; GNU screen passes a sequence through only
// in an envelope, and only so much of it at a time. Where screen and tmux both stand around us, TERM seldom says
// which is the nearer one. Each ignores what is for the other, but screen prints what is too long for it.
func clip(env []string, text string) tea.Cmd {
	plain := tea.SetClipboard(text)
	if lookup(env, "STY") == "" || strings.HasPrefix(lookup(env, "TERM"), "tmux") {
		return plain
	}
	wrapped := tea.Raw(ansi.ScreenPassthrough(ansi.SetSystemClipboard(text), screenLimit))
	if lookup(env, "TMUX") != "" && len(text) < screenLimit/2 {
		return tea.Batch(plain, wrapped)
	}
	return wrapped
}

// screenLimit is how long a string GNU screen takes in one envelope, with room for the envelope (MAXSTR is 768).
const screenLimit = 700

// spill writes what no clipboard would take into a file, and copies its name instead.
func (m *model) spill(text, what string, masked bool) tea.Cmd {
	write := m.cfg.Spill
	if write == nil {
		m.warn(say(m.state.Words.Console.TooLarge, count(len(text))))
		return nil
	}
	return func() tea.Msg {
		path, err := write(func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
		return spilledMsg{path, what, len(text), masked, err}
	}
}

func (m *model) whenSpilled(msg spilledMsg) tea.Cmd {
	if msg.err != nil {
		m.fail(msg.err)
		return nil
	}
	s := &m.state.Words.Shell
	hidden := s.NotMasked
	if msg.masked {
		hidden = s.MaskedFile
	}
	text := []string{say(s.SpilledWhat, msg.what, count(msg.bytes)), views.Safe(msg.path), hidden, "", s.SpilledName + m.tmuxNeeds()}
	m.over, m.note = &page{title: s.Spilled, errors: text, fine: true}, note{} // a line would cut the path off
	return m.clip(msg.path)
}
