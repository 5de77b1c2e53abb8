package views

import (
	"image/color"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// Ground is what is known of the background of the terminal.
type Ground uint8

// The grounds. A theme for an unknown one can be read on both.
const (
	UnknownGround Ground = iota
	DarkGround
	LightGround
)

// Dress is all that a theme depends on.
type Dress struct {
	Name    string // "auto", "dark", "light", "high-contrast", "colour-blind", "mono"; empty is auto
	Ground  Ground
	Sixteen bool // the terminal has the 16 base colours alone
	ASCII   bool // signs and lines in ASCII
}

// Theme makes the theme.
func (d Dress) Theme() *Theme { return newTheme(d.hues(), d.ASCII, d.Name == "mono") }

// hues are colours by what they mean here, not by what they look like: red is bad, green is good, yellow is a
// warning, magenta is doubt, cyan is a remark, blue is a key.
type hues struct {
	ground                                        Ground
	red, green, yellow, blue, magenta, cyan, grey color.Color
	// marks are the colours of hosts at a glance, from waiting to critical. In a half-block a colour stands
	// alone, so there each needs one of its own.
	marks  [9]color.Color
	strong bool // what has a meaning is bold
	loud   bool // what is bad is reversed: no colour has the contrast
}

// shades makes hues of numbers in the palette of 256 colours; -1 is the terminal's own colour. Those above 15 are
// the same on every terminal, those below are what the user made of them.
func shades(ground Ground, red, green, yellow, blue, magenta, cyan, grey int, marks [9]int) *hues {
	shade := func(n int) color.Color {
		switch {
		case n < 0:
			return lipgloss.NoColor{}
		case n < 16:
			return ansi.BasicColor(n)
		}
		return ansi.IndexedColor(n)
	}
	h := &hues{ground: ground, red: shade(red), green: shade(green), yellow: shade(yellow), blue: shade(blue), magenta: shade(magenta),
		cyan: shade(cyan), grey: shade(grey)}
	for i, n := range marks {
		h.marks[i] = shade(n)
	}
	return h
}

// hues picks the palette.
func (d Dress) hues() *hues {
	ground := d.Ground
	switch d.Name {
	case "mono":
		return shades(DarkGround, -1, -1, -1, -1, -1, -1, -1, [9]int{-1, -1, -1, -1, -1, -1, -1, -1, -1})
	case "dark":
		ground = DarkGround
	case "light":
		ground = LightGround
	case "high-contrast":
		return contrasting(ground, d.Sixteen)
	case "colour-blind":
		return forTheColourBlind(ground, d.Sixteen)
	}
	return usual(ground, d.Sixteen)
}

// usual are the colours that people expect. On a dark ground they are the base colours, which the user may have
// set. On a light one the base green and yellow cannot be read; where there are more colours, darker ones stand
// for them, else blue and magenta do.
func usual(ground Ground, sixteen bool) *hues {
	switch {
	case ground == LightGround && sixteen:
		return shades(ground, 1, 4, 5, 4, 5, 0, 8, [9]int{8, 2, 5, 7, 4, 6, 3, 1, 9})
	case ground == LightGround:
		return shades(ground, 124, 28, 94, 25, 90, 24, 243, [9]int{250, 71, 133, 245, 68, 37, 178, 203, 124})
	case ground == UnknownGround && !sixteen:
		return shades(ground, 160, 28, 130, 32, 133, 30, 243, [9]int{243, 28, 133, 250, 25, 37, 178, 124, 196})
	}
	return shades(ground, 9, 10, 11, 12, 13, 14, 8, [9]int{8, 2, 13, 7, 4, 14, 11, 1, 9})
}

// contrasting has at least 6.7:1 for everything but what is dimmed, and says it in bold as well.
func contrasting(ground Ground, sixteen bool) *hues {
	var h *hues
	switch {
	case ground == LightGround && sixteen:
		h = shades(ground, -1, 4, 0, 4, 0, 0, 0, [9]int{8, 2, 5, 7, 4, 6, 3, 1, 9})
		h.loud = true
	case ground == LightGround:
		h = shades(ground, 88, 22, 58, 18, 54, 23, 239, [9]int{250, 28, 90, 244, 26, 37, 178, 124, 88})
	case sixteen:
		h = shades(ground, 15, 10, 11, 14, 15, 14, 7, [9]int{8, 2, 13, 7, 4, 14, 11, 1, 9})
		h.loud = true
	default:
		h = shades(ground, 210, 46, 226, 117, 219, 51, 250, [9]int{240, 34, 207, 252, 27, 51, 226, 160, 196})
	}
	h.strong = true
	return h
}

// forTheColourBlind has blue for good and orange for bad. Its colours stay apart under each of the three kinds of
// colour blindness; the test computes how far.
func forTheColourBlind(ground Ground, sixteen bool) *hues {
	switch {
	case ground == LightGround && sixteen:
		return shades(ground, 1, 4, 5, 4, 8, 0, 8, [9]int{8, 4, 5, 7, 6, 14, 3, 1, 0})
	case ground == LightGround:
		return shades(ground, 52, 27, 130, 25, 163, 240, 243, [9]int{250, 27, 163, 244, 73, 117, 178, 130, 52})
	case sixteen:
		return shades(ground, 9, 12, 11, 14, 15, 14, 8, [9]int{8, 4, 15, 7, 6, 14, 11, 1, 9})
	}
	return shades(ground, 202, 33, 186, 75, 169, 159, 245, [9]int{240, 33, 169, 250, 67, 159, 186, 166, 202})
}
