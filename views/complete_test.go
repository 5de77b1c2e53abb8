package views

import (
	"os"
	"path/filepath"
	"testing"

	"oobscope/teatest/shots"
)

// What is promised, in words of its own: a test that took the lists of the pictures would agree with them whatever they
// leave out.
var (
	promisedSizes  = []string{"80x24", "120x40", "200x60"}
	promisedModes  = []string{"true", "256", "16", "none"}
	promisedLangs  = []string{"en", "ja"}
	promisedScenes = map[string][]string{
		"full": {"live", "ended"}, "empty": {"empty"}, "loading": {"reading", "planned", "begun"}, "error": {"aborted", "unread"},
	}
)

// Every screen that is in the list of screens has its picture in every state, language, window and way to show colour,
// and there is no picture of anything else.
func TestEveryPictureIsThere(t *testing.T) {
	t.Parallel()
	const root = "testdata/TestEveryScreenPictures"
	known := map[string]bool{}
	for _, screen := range Screens() {
		for kind, scenes := range promisedScenes {
			for _, scene := range scenes {
				for _, lang := range promisedLangs {
					file := filepath.Join(root, screen.Name(), scene+"_"+lang+".golden")
					known[file] = true
					text, err := os.ReadFile(file)
					if err != nil {
						t.Errorf("%s, %s state: %v", screen.Name(), kind, err)
						continue
					}
					cells := shots.Cells(string(text))
					for _, size := range promisedSizes {
						for _, mode := range promisedModes {
							if !cells[size+" "+mode] {
								t.Errorf("%s has no picture of %s in %s", file, size, mode)
							}
						}
					}
					if !cells["80x24 ascii"] {
						t.Errorf("%s has no picture in ASCII", file)
					}
				}
			}
		}
	}
	files, err := filepath.Glob(root + "/*/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !known[file] {
			t.Errorf("%s is a picture of nothing that is there", file)
		}
	}
}
