package views

import "oobscope/audit"

// still keeps the last picture of a screen, because a screen is asked for it after every message, whether
// or not anything moved. The zero value holds none.
type still struct {
	key  stillKey
	text string
	set  bool
}

// stillKey is all that a picture depends on beside the screen's own fields; a screen calls touch when
// it changes those.
type stillKey struct {
	state   *State
	gen     uint64
	w, h    int
	theme   *Theme
	words   *Words
	results *audit.Results
	phase   RunPhase
	frozen  bool
}

// show returns the kept picture, or draws it anew.
func (c *still) show(s *State, w, h int, draw func() string) string {
	key := stillKey{s, s.Generation, w, h, s.Theme, s.Words, s.Results, s.Run.Phase, s.Run.Frozen}
	if !c.set || c.key != key {
		c.key, c.text, c.set = key, draw(), true
	}
	return c.text
}

// touch forgets the picture.
func (c *still) touch() { c.set = false }
