package views

import (
	"oobscope/audit"
	"oobscope/probes"
)

// Words is every text that the console shows, in one language. Wire names (slugs, ids, addresses) and the
// prose of kits are not in it. Texts with verbs are formats; both languages take the same verbs.
type Words struct {
	Lang string

	// What the judge and the probes say. Maps keyed by slug cover the closed sets of other rooms.
	Verdict     map[audit.Verdict]string // "conforms"
	VerdictMean map[audit.Verdict]string // one sentence: what it means for the owner
	Reason      map[string]string        // by audit.Reason slug
	ProbeReason map[string]string        // by probes.Reason slug
	Class       map[string]string        // by probes.Class slug
	Weakness    map[string]string        // by probes.Weakness slug
	Intent      map[audit.Intent]string
	Severity    [6]string
	Confidence  map[audit.Confidence]string
	Mark        map[audit.Mark]string
	Phase       map[RunPhase]string
	RunState    map[audit.RunState]string
	Ending      map[string]string // why a run is partial, by what is stored

	Name  ScreenWords // screen names for the header and the palette
	Head  HeadWords   // column heads
	Key   KeyWords    // what a key does
	Empty EmptyWords  // what to do when there is nothing to show
	Plain PlainWords  // short words used everywhere

	Overview OverviewWords
	Rule     RuleWords
	Threat   ThreatWords
	Attack   AttackWords
	Probes   ProbesWords
	Host     HostWords
	Diff     DiffWords
	Drift    DriftWords
	Take     TakeWords
	Waive    WaiveWords
	Waivers  WaiversWords
	Work     WorkWords
	Evidence EvidenceWords
	Runs     RunsWords
	Kits     KitsWords
	Help     HelpWords
	Console  ConsoleWords
	Frame    FrameWords
	Spoken   SpokenWords
	Table    TableWords
	Filter   FilterWords
	Map      MapWords
	Zones    ZonesWords
	Story    StoryWords
	Timeline TimelineWords
	First    FirstWords
	Site     SiteWords
	Trouble  TroubleWords
	Jump     JumpWords
	Shell    ShellWords
	Handover HandoverWords
	Proof    ProofWords
	Engine   EngineWords
	Time     TimeWords
}

// WordsFor returns the words of a language, English for one that is not spoken here, with the default keys.
func WordsFor(lang string) *Words {
	return WordsWithKeys(lang, func(_, standard string) string { return standard })
}

// English returns the English words, with the default keys.
func English() *Words { return WordsFor("en") }

// Japanese returns the Japanese words, with the default keys.
func Japanese() *Words { return WordsFor("ja") }

// VerdictOf names a verdict.
func (w *Words) VerdictOf(v audit.Verdict) string { return w.Verdict[v] }

// ReasonOf says a judge's reason in a short phrase; empty for none. A slug without words is shown as it is.
func (w *Words) ReasonOf(r audit.Reason) string { return or(w.Reason, r.String()) }

// ProbeReasonOf says a prober's reason in a short phrase; empty for none.
func (w *Words) ProbeReasonOf(r probes.Reason) string { return or(w.ProbeReason, r.String()) }

// ClassOf says what was seen, in a short phrase.
func (w *Words) ClassOf(c probes.Class) string { return or(w.Class, c.String()) }

// WeaknessOf says a weakness in a short phrase.
func (w *Words) WeaknessOf(k probes.Weakness) string { return or(w.Weakness, k.String()) }

// SeverityOf names a severity.
func (w *Words) SeverityOf(s uint8) string { return w.Severity[min(int(s), len(w.Severity)-1)] }

func or(m map[string]string, slug string) string {
	if s, ok := m[slug]; ok {
		return s
	}
	return slug
}
