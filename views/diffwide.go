package views

// ShowAll implements Wide: what conforms or could not be tested is listed too.
func (d *Diff) ShowAll() {
	d.all = true
	d.still.touch()
}

// Grammar implements Queried.
func (d *Diff) Grammar(s *State) *Grammar { return flowGrammar(inForce(s), s.Words) }
