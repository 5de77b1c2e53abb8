package tui_test

import (
	"strings"
	"testing"

	"oobscope/teatest"
	"oobscope/views"
)

func TestPlainFromPlanToFinding(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	d := teatest.Talk(t, e.Config())
	d.Hears("oobscope 1.0.0 in plain mode", "\"help\" lists", "Overview").Say("start").
		Hears("Start this run?", "62 hosts", "Answer \"yes\" or \"no\".").Say("maybe").Hears("Answer \"yes\" or \"no\".").Say("yes")
	r := e.Launched()
	d.Hears("The run is on.").Say("status").Hears("sending packets", "0 percent of the run is done")
	r.Settle(0, 40)
	d.Hears("percent of the run is done")
	r.Finish()
	d.Hears("The run ended:", "deviations").Say("diff").Hears("Diff", "Chosen: 1. Host 10.20.1.", "2. Host", "more; say \"more\" to go on.")
	d.Say("more").Hears("Chosen: 11. Host").Say("less").Hears("Chosen: 1. Host").Say("choose 3").Hears("Chosen: 3. Host")
	d.Say("3").Hears("Diff / Evidence", "Verdict:", "Gates").Say("back").Hears("Diff", "Chosen: 3. Host")
	d.Say("copy").Hears("The text,", "10.20.1.", "End of the text.").Say("99999").Hears("There is no line 99999 here.")
	d.Say("filter verdict:nothing").Hears("Filter: verdict:nothing", "nothing here is like nothing; there is conforms").Say("filter").Hears("Chosen: 3. Host")
	d.Say("key v").Hears("by rule").Say("nonsense").Hears("nonsense").Say("key nonsense").Hears("no command nonsense")
	d.Say("runs").Hears("Chosen: 1. Run 01JD").Say("menu").Hears("overview: Overview", "evidence:").Say("keys").Hears("enter:").Say("help").Hears("NUMBER: open that line")
	d.Say("quit").Hears("what was observed is stored")
	if err := d.Ended(); err != nil {
		t.Error(err)
	}
	e.HasOpen(0)
	if said := d.Said(); strings.ContainsAny(said, "\x1b\x07\r") {
		t.Errorf("an escape sequence was written: %q", said)
	}
}

// However the user goes, a run that is on is stopped and stored first.
func TestPlainLeavesWithARunOn(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(*teatest.Dialogue){
		"quit":   func(d *teatest.Dialogue) { d.Say("quit").Hears("Stop it and quit?").Say("yes") },
		"input":  func(d *teatest.Dialogue) { d.Leaves() },
		"signal": func(d *teatest.Dialogue) { d.Hang() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := teatest.NewEngine(t)
			d := teatest.Talk(t, e.Config())
			d.Hears("Overview").Say("start").Hears("Answer").Say("yes")
			r := e.Launched()
			d.Hears("The run is on.")
			r.Settle(0, 3)
			leave(d)
			d.Hears("what was observed is stored")
			if err := d.Ended(); err != nil {
				t.Error(err)
			}
			e.HasOpen(0)
		})
	}
}

func TestPlainRefusesWhatIsTooLong(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	d := teatest.Talk(t, e.Config())
	d.Hears("Overview").Say("filter " + strings.Repeat("a", 70_000)).Hears("That line is too long.").Say("where").Hears("Overview")
}

// What comes from outside is read out as text, whatever it holds.
func TestPlainShowsHostileTextAsText(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	e.Refuse["plan"] = hostileError{}
	d := teatest.Talk(t, e.Config())
	d.Hears("Overview").Say("start").Hears("red", "What to do", "reset").Say("").Hears("red").Say("close").Hears("Closed.")
	if strings.ContainsAny(d.Said(), "\x1b\x07") {
		t.Errorf("an escape sequence was written: %q", d.Said())
	}
}

type hostileError struct{}

func (hostileError) Error() string { return "\x1b[31mred\x07\nsecond" }
func (hostileError) Hint() string  { return "\x1bcreset" }

func TestPlainInJapanese(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	cfg := e.Config()
	cfg.Lang = "ja"
	d := teatest.Talk(t, cfg)
	d.Hears("プレーンモード", "概要").Say("help").Hears("番号：その行を開きます").Say("start").Hears("yes か no").Say("いいえ").Hears("閉じました")
}

// Every screen can be reached by its name and says something in every state.
func TestPlainReachesEveryScreen(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	d := teatest.Talk(t, e.Config())
	d.Hears("Overview")
	for _, s := range views.Screens()[:views.MenuSize] {
		if s.Name() == "overview" {
			continue
		}
		d.Say(s.Name()).Hears("\n\n").Say("where").Hears("\n")
	}
}

// Lines are marked and waived, and a report is written, without a picture.
func TestPlainWaivesAndExports(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	d := teatest.Talk(t, e.Config())
	d.Hears("Overview").Say("start").Hears("Answer").Say("yes")
	e.Launched().Finish()
	d.Hears("The run ended:").Say("diff").Hears("Chosen: 1. Host 10.20.1.1").Say("key space").Hears("1 marked", "1. Marked. Host 10.20.1.1")
	d.Say("key w").Hears("Accept this deviation for a while", "Chosen: Reason", "Type what belongs in the field").Say("array is replaced in Q1")
	d.Hears("Reason array is replaced in Q1", "Chosen: Ticket").Say("/tab").Hears("Chosen: Requested by").Say("/tab").Hears("Chosen: Approved by").Say("security")
	d.Hears("Chosen: Starts").Say("/enter").Hears("Chosen: Expires").Say("/enter").Hears("Waived: 1")
	if r := e.Waivers(); len(r) != 1 || r[0].Reason != "array is replaced in Q1" || r[0].ApprovedBy != "security" {
		t.Errorf("stored %+v", r)
	}
	d.Say("filter waived:yes").Hears("Verdict exposed, waived", "agreed by security").Say("key e").Hears("Write a report of run", "2 jsonl").Say("2").Hears("Written to")
	d.Say("where").Hears("Diff")
}
