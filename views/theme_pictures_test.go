package views

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"oobscope/audit"
	"oobscope/probes"
)

// dresses are the themes whose pictures are kept, as a person gets them.
var dresses = map[string]Dress{
	"auto_unknown":         {},
	"dark":                 {Name: "dark"},
	"dark_16":              {Name: "dark", Sixteen: true},
	"light":                {Name: "light"},
	"light_16":             {Name: "light", Sixteen: true},
	"high_contrast_dark":   {Name: "high-contrast", Ground: DarkGround},
	"high_contrast_light":  {Name: "high-contrast", Ground: LightGround},
	"colour_blind_dark":    {Name: "colour-blind", Ground: DarkGround},
	"colour_blind_dark_16": {Name: "colour-blind", Ground: DarkGround, Sixteen: true},
	"colour_blind_light":   {Name: "colour-blind", Ground: LightGround},
	"mono":                 {Name: "mono"},
	"mono_ascii":           {Name: "mono", ASCII: true},
}

// swatch shows everything that a theme decides, in one picture.
func swatch(t *Theme, w *Words) string {
	var b strings.Builder
	row := func(what string, parts ...string) {
		b.WriteString(Fit(what, 12) + strings.Join(parts, "  ") + "\n")
	}
	row("plain", "body", t.Bold.On("bold"), t.Dim.On("dim"), t.Title.On("title"), t.Accent.On("accent"), t.Selected.On("selected"), t.Head.On("head"), t.Key.On("key"))
	row("meaning", t.Good.On("good"), t.Warn.On("warning"), t.Bad.On("bad"), t.Note.On("note"), t.Banner.On(" banner "))
	var verdicts, marks, severities, intents, classes []string
	for v := audit.Pending; v <= audit.NotTested; v++ {
		verdicts = append(verdicts, t.Verdict(v).Show(w.VerdictOf(v)))
	}
	for m := audit.MarkWaiting; m <= audit.MarkCritical; m++ {
		marks = append(marks, t.Mark(m).Show(w.Mark[m]))
	}
	for s := range uint8(6) {
		severities = append(severities, t.Severity(s).Show(w.SeverityOf(s)))
	}
	for _, i := range []audit.Intent{audit.Unstated, audit.IntentAllow, audit.IntentDrop, audit.IntentReject} {
		intents = append(intents, t.Intent(i).Show(w.Intent[i]))
	}
	for _, c := range append(probes.Classes(), probes.Unobserved) {
		classes = append(classes, t.Class(c).Show(w.ClassOf(c)))
	}
	row("verdicts", verdicts...)
	row("marks", marks...)
	row("severities", severities...)
	row("intents", intents...)
	row("classes", classes...)
	for up := range t.halves {
		row("halves", strings.Join(t.halves[up][:], "")+"  "+t.uppers[up]+t.cursors[up])
	}
	return b.String()
}

// Every theme as a whole, and two screens in each.
func TestThemePictures(t *testing.T) {
	t.Parallel()
	for name, d := range dresses {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			th := d.Theme()
			t.Run("swatch", func(t *testing.T) { golden.RequireEqual(t, swatch(th, English())) })
			for _, open := range []func() Screen{func() Screen { return NewOverview() }, func() Screen { return NewDiff() }} {
				s := endedState()
				s.Theme = th
				screen := open()
				t.Run(screen.Name(), func(t *testing.T) { golden.RequireEqual(t, screen.Render(s, 80, 24)) })
			}
		})
	}
}
