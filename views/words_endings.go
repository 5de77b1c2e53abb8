package views

import "oobscope/audit"

// endingsEN and endingsJA say why a run is partial, by the words that are stored for it. What is not in them is the
// text of an error and stays as it is.
var endingsEN = map[string]string{
	audit.StoppedEarly: audit.StoppedEarly,
	audit.CutOff:       audit.CutOff,
}

var endingsJA = map[string]string{
	audit.StoppedEarly: "終わる前に停止",
	audit.CutOff:       "監査の途中でプログラムが終了",
}

// EndingOf says why a run is partial; empty for none.
func (w *Words) EndingOf(why string) string { return or(w.Ending, why) }
