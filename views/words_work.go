package views

// WaiveWords belong to the form that accepts deviations for a while, and to taking that back.
type WaiveWords struct {
	Title                                                      string // number
	TitleOne                                                   string
	Reason, Ticket, RequestedBy, ApprovedBy, Starts, Expires   string // labels
	Needed, NotADay, SamePerson, BeforeStart, Passed, Optional string
	TooLong                                                    string // days
	NobodyYet                                                  string
	NamedBy                                                    string // login name
	Keys, Storing, Dropped                                     string
	Refused                                                    string // what was left out
	OnlyDeviations                                             string
	AlreadyWaived, Unproved, Double                            string // behind a number
	None                                                       string
	TooMany                                                    string // number
	Stored, Asked, SomeStored                                  string // number
	YAML                                                       string // number
	YAMLNeeds                                                  string
	InSite, NoWaiver, WithdrawMeans                            string
	WithdrawOne                                                string
	WithdrawTitle, SomeInSite, Withdrawn                       string // number
	Pending, Expired, Voided, Early                            string // id, day: what became of a waiver that does not count
}

// WorkWords belong to the other work with single flows and runs.
type WorkWords struct {
	StillReading, StillStoring, NotHere, Itself string
	OtherSite                                   string // run, site
	LoadSite, NothingLeft                       string // site
	AgainOne                                    string
	AgainTitle                                  string // flows, hosts
	ThenCompare                                 string
	AgainFrom                                   string // run
	AgainLeft                                   string // number, site
	ExportTitle                                 string // run
	ExportKeys                                  string
	Format                                      map[string]string // by format of a report
}
