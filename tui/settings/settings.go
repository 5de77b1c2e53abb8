package settings

import (
	"time"

	"oobscope/tui/keymap"
)

// Settings is how a person wants the console.
type Settings struct {
	Theme        string        // one of Themes
	Lang         string        // "en" or "ja"; "auto" follows the locale
	ASCII        string        // "on", "off"; "auto" follows the locale
	Sync         string        // synchronized output: "on", "off"; "auto" leaves out terminals that print the marks
	Pulse        time.Duration // between two redraws of a live run
	LowBandwidth bool          // a slow line: the pulse is at least SlowPulse
	Mouse        bool
	Mask         bool // no address is shown
	Progress     bool // the terminal shows the progress of a run in its tab or task bar (OSC 9;4)
	KeepScreen   bool // the last screen stays in the terminal after quitting
	Plain        bool // a dialogue in lines, for screen readers
	Keys         []keymap.Change
}

// SlowPulse is the pulse on a slow line.
const SlowPulse = 250 * time.Millisecond

// The bounds of Settings.Pulse. A faster one would cost more than the eye can see.
const (
	fastest = 50 * time.Millisecond
	slowest = 5 * time.Second
)

// Themes are the names that Settings.Theme can have.
var Themes = []string{"auto", "dark", "light", "high-contrast", "colour-blind", "mono"}

// Languages are the languages that the console speaks.
var Languages = []string{"en", "ja"}

// choice are the words of a setting that may be left to the program.
var choice = []string{"auto", "on", "off"}

// Default are the settings without a config file.
func Default() Settings {
	return Settings{Theme: "auto", Lang: "auto", ASCII: "auto", Sync: "auto", Pulse: 100 * time.Millisecond}
}

// Beat is the time between two redraws of a live run.
func (s *Settings) Beat() time.Duration {
	if s.LowBandwidth {
		return max(s.Pulse, SlowPulse)
	}
	return s.Pulse
}
