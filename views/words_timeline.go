package views

// TimelineWords belong to the runs of a site over time.
type TimelineWords struct {
	Name, Key, Hold, NextSite       string // title; keys
	SiteOf                          string // number, of
	Tested, BySeverity, Since       string // column heads
	Less                            string // tested less than the run before: short
	LessLine                        string // flows
	TestedLine                      string // tested, all
	SinceLine                       string // run, changes
	SinceWhen                       string // when an earlier run began
	RunAt                           string // run, when it began
	First, NotCompared, Same        string
	OfWidest                        string // flows of the widest run
	HowToCompare                    string
	New, Updated, Uncovered, Absent string // %s: a number
	Standing, Lost                  string
	Rules, Trend, Now, NotThere     string
	Span                            string // first, last, of
	Legend                          string // what the signs of changes mean
	TrendLegend                     string // signs of none, of most, of a run without the rule, of less
}

func timelineInEnglish() TimelineWords {
	return TimelineWords{
		Name: "Timeline", Key: "timeline", Hold: "hold the run on screen against it", NextSite: "next site", SiteOf: "site %s of %s",
		Tested: "Tested", BySeverity: "By severity", Since: "Changes", Less: "tested less",
		LessLine:   "It tested %s [flow|flows] fewer than the run before: fewer deviations are no improvement.",
		TestedLine: "%s of %s [flow|flows] tested", SinceLine: "Since %s: %s", SinceWhen: "since %s", RunAt: "%s (%s)",
		First: "the first run", NotCompared: "not compared", Same: "nothing changed",
		OfWidest:     "The fullest run in sight has %s [flow|flows]; shares are of that.",
		HowToCompare: "Not compared with the run before: open the run and hold it against that one.",
		New:          "%s new", Updated: "%s updated", Uncovered: "%s uncovered", Absent: "%s absent", Standing: "%s standing", Lost: "%s no longer proved",
		Rules: "Deviations by rule, oldest run first", Trend: "Trend", Now: "Here", NotThere: "not in it", Span: "runs %s-%s of %s",
		Legend:      "+ new ~ updated ? uncovered - absent",
		TrendLegend: "%s none %s most ? too little tested %s no such rule %s tested less",
	}
}

func timelineInJapanese() TimelineWords {
	return TimelineWords{
		Name: "時系列", Key: "時系列", Hold: "表示中の監査をこれと比較", NextSite: "次のサイト", SiteOf: "サイト%s／%s",
		Tested: "試験済み", BySeverity: "深刻度別", Since: "変化", Less: "試験減",
		LessLine:   "前回より%sフロー少ない試験です。逸脱が減っても改善とは言えません。",
		TestedLine: "%s／%sフローを試験", SinceLine: "%s以降：%s", SinceWhen: "%s以降", RunAt: "%s（%s）",
		First: "最初の監査", NotCompared: "未比較", Same: "変化なし",
		OfWidest:     "最も広い監査は%sフローで、割合はそれに対するものです。",
		HowToCompare: "前回と比較していません。この監査を開き、前回のものと比較してください。",
		New:          "新規%s", Updated: "変更%s", Uncovered: "未確認%s", Absent: "解消%s", Standing: "継続%s", Lost: "証明喪失%s",
		Rules: "ルール別の逸脱（古い順）", Trend: "推移", Now: "この回", NotThere: "対象外", Span: "監査%s～%s／%s",
		Legend:      "+新規 ~変更 ?未確認 -解消（証明済み）",
		TrendLegend: "%sなし %s最多 ?試験不足 %s対象外 %s試験減",
	}
}
