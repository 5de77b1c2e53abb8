package views

import "oobscope/audit"

// DriftWords belong to a run held against an earlier one.
type DriftWords struct {
	Change                                                                          map[audit.Change]string // at most 10 cells
	Lost                                                                            string                  // proved before, not now; at most 10 cells
	Short                                                                           string                  // head of the column where there is room for a sign only
	Against                                                                         string                  // run, time
	CameFrom                                                                        string                  // run
	Reading, OnlyChanges, Nothing, NoneYet, NotLive                                 string
	Choose, ChooseThis, Unfinished, ChooseTitle, ChooseWhich                        string
	NoOther                                                                         string // site
	Newer                                                                           string // run
	SeeThere                                                                        string // run
	OnlyThen                                                                        string // rule or host of the earlier run
	Then                                                                            string // verdict, observation
	NotPlannedThen, NotPlannedNow, FirstSeen, ByPolicy                              string
	AbsentIs, UncoveredIs                                                           string // what these changes mean
	RunOf                                                                           string // run, time
	SinceUnknown                                                                    string // time
	SinceBefore, SinceNew, SinceUntested, SinceUpdated, SinceAbsent, SinceUncovered string // a run
}

// TakeWords belong to what is done with chosen lines: marking, waiving, asking again, copying.
type TakeWords struct {
	Mark, Range, EndRange, DropRange, Invert, Unmark string // keys
	Waive, Withdraw, ProbeAgain, Copy, CopyAs        string // keys
	AsTable, AsTabs, AsMarkdown, AsFinding, NotNow   string // keys
	CopyFinding, OneFinding                          string // a key; what was copied
	AsWhat, Ranging, NoFlow                          string
	Marked, NotListed, Others                        string // number
	WaivedUntil                                      string // day, who agreed, why
	Where, SeenFrom, Since, Proof                    string // labels
}
