package views

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
)

// tablePictures are what can be done with a list, on each screen that has one.
var tablePictures = []struct {
	screen, state string
	keys          []string
}{
	{"rules", "ended", []string{"s", "s"}},
	{"rules", "ended", []string{"s", "s", "S", "c"}},
	{"rules", "ended", []string{"c", "j", "j", "space", ">", "c"}},
	{"rules", "ended", []string{">", ">"}},
	{"rules", "ended", []string{"i"}},
	{"rules", "ended", []string{"J"}},
	{"rules", "ended", []string{"filter zone:trust !sev:0"}},
	{"rules", "ended", []string{"filter verdict:fine"}},
	{"rule", "ended", []string{"J"}},
	{"threat", "ended", []string{"filter control:seg"}},
	{"threat", "ended", []string{"J"}},
	{"attack", "ended", []string{"J"}},
	{"attack", "ended", []string{"filter -f t10", "s", "s"}},
	{"probes", "ended", []string{"tab", "s", "s", "j", "J"}},
	{"probes", "ended", []string{"filter proto:udp", "s"}},
	{"host", "ended", []string{"s", "s", "s", "s", "s"}},
	{"host", "ended", []string{"filter verdict:exposed,conforms"}},
	{"host", "ended", []string{"J"}},
	{"host", "ended", []string{"i"}},
	{"overview", "ended", []string{"s", "s"}},
	{"overview", "ended", []string{"filter service:cim-http"}},
	{"overview", "ended", []string{"tab", "J"}},
	{"runs", "ended", []string{"c", "G", "space", "k", "space", "c", "s"}},
	{"runs", "ended", []string{"filter state:partial"}},
	{"runs", "ended", []string{"J"}},
	{"kits", "planned", []string{"filter used:no", "i"}},
	{"help", "ended", []string{"pgdown"}},
}

func TestTablePictures(t *testing.T) {
	t.Parallel()
	states := policyStates()
	for _, p := range tablePictures {
		for _, lang := range []string{"en", "ja"} {
			for _, size := range goldenSizes {
				name := strings.NewReplacer(" ", "-", ":", "=", "<", "lt", ">", "gt").Replace(fmt.Sprintf("%s_%s", p.screen, strings.Join(p.keys, "_")))
				t.Run(fmt.Sprintf("%s/%s_%dx%d", name, lang, size[0], size[1]), func(t *testing.T) {
					t.Parallel()
					s := states[p.state]()
					s.Lang, s.Words = lang, WordsFor(lang)
					text := walkedIn(s, p.screen, p.keys, size[0], size[1]).Render(s, size[0], size[1])
					requireFrame(t, name, text, size[0], size[1])
					golden.RequireEqual(t, ansi.Strip(text))
				})
			}
		}
	}
}

// What stands over a list is spoken like the rest.
func TestSpokenTablePictures(t *testing.T) {
	t.Parallel()
	for _, keys := range [][]string{{"c"}, {"i"}, {"J"}, {"s", "s"}, {"filter verdict:fine"}} {
		for _, lang := range []string{"en", "ja"} {
			t.Run(strings.NewReplacer(" ", "-", ":", "=").Replace(strings.Join(keys, "_"))+"_"+lang, func(t *testing.T) {
				t.Parallel()
				s := spokenState(lang, endedState)
				golden.RequireEqual(t, walkedIn(s, "rules", keys, spokenW, spokenH).Render(s, spokenW, spokenH)+"\n")
			})
		}
	}
}

func TestPanelsHoldEverySize(t *testing.T) {
	t.Parallel()
	for screen, paths := range map[string][][]string{
		"rules": {{"c", "G"}, {"i"}, {"J", "G"}, {">", ">", ">"}}, "runs": {{"c"}, {"i"}}, "host": {{"i"}, {"J"}, {"c", "s"}}, "probes": {{"tab", "J"}, {"c"}},
	} {
		for _, keys := range paths {
			s := endedState()
			at := walkedIn(s, screen, keys, 80, 24)
			for _, size := range sizes() {
				at.Press(s, "f1") // no key: it only forgets the picture
				requireFrame(t, screen+" after "+strings.Join(keys, " "), at.Render(s, size[0], size[1]), size[0], size[1])
			}
		}
	}
}
