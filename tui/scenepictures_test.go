package tui

import (
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"oobscope/teatest/shots"
	"oobscope/tui/settings"
)

// The whole frame in every scene of the shell: in each window, with each way to show colour, in both languages.
func TestShellPictures(t *testing.T) {
	t.Parallel()
	for _, sc := range shellScenes() {
		for _, lang := range settings.Languages {
			t.Run(sc.name+"_"+lang, func(t *testing.T) {
				t.Parallel()
				var album shots.Album
				for _, how := range ways {
					m := staged(t, lang, sc.stage, how)
					sc.play(m)
					for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
						if how.ascii && size[0] > 80 {
							continue
						}
						frame := sc.in(m, size[0], size[1])
						requireFrame(t, sc.name, frame, size[0], size[1])
						if err := album.Take(frame, size[0], size[1], how.name, how.colours); err != nil {
							t.Error(err)
						}
					}
				}
				golden.RequireEqual(t, album.String())
			})
		}
	}
}
