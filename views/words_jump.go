package views

// JumpWords belong to the list of places that name a thing. A %s is that thing.
type JumpWords struct {
	Key, Title, Go, Nowhere                                                      string
	Letter, Place, HowMuch                                                       string // column heads
	Evidence                                                                     string
	Host, OnMap, Rule, Technique, Control, Kit                                   string // %s
	FlowsOfHost, FlowsOfRule, FlowsOfService, FlowsOfBoth, FlowsOfTechnique      string // %s
	FlowsOfControl, RulesOfTechnique, RulesOfControl, RulesOfService, RulesOfKit string // %s
	FlowsOfWeakness                                                              string // %s
	OpenRun, RunsOfSite, TimelineOf, RunsWithKit, OneRun, RunCount               string
}

func jumpInEnglish() JumpWords {
	return JumpWords{
		Key: "what names this", Title: "What names this", Go: "go there", Nowhere: "Nothing else names this line.",
		Letter: "Key", Place: "Where", HowMuch: "What is there", Evidence: "the evidence of this flow",
		Host: "host %s", OnMap: "host %s on the heat map", Rule: "rule %s", Technique: "technique %s", Control: "key control %s", Kit: "kit %s",
		FlowsOfHost: "all flows of host %s", FlowsOfRule: "all flows of rule %s", FlowsOfService: "all flows of service %s",
		FlowsOfBoth: "service %s on this host", FlowsOfTechnique: "all flows under technique %s",
		FlowsOfControl: "all flows under key control %s", RulesOfTechnique: "rules against technique %s",
		RulesOfControl: "rules that carry key control %s", RulesOfService: "rules about service %s", RulesOfKit: "rules of kit %s",
		FlowsOfWeakness: "all flows with weakness %s",
		OpenRun:         "run %s", RunsOfSite: "runs over site %s", TimelineOf: "timeline of site %s", RunsWithKit: "runs with kit %s", OneRun: "1 run", RunCount: "%s runs",
	}
}

func jumpInJapanese() JumpWords {
	return JumpWords{
		Key: "関連する画面", Title: "これを扱う画面", Go: "開く", Nowhere: "この行を扱う画面はほかにありません。",
		Letter: "キー", Place: "行き先", HowMuch: "内容", Evidence: "このフローの証拠",
		Host: "ホスト%s", OnMap: "ヒートマップ上のホスト%s", Rule: "ルール%s", Technique: "テクニック%s", Control: "主要コントロール%s", Kit: "キット%s",
		FlowsOfHost: "ホスト%sの全フロー", FlowsOfRule: "ルール%sの全フロー", FlowsOfService: "サービス%sの全フロー",
		FlowsOfBoth: "このホストのサービス%s", FlowsOfTechnique: "テクニック%sに関わる全フロー",
		FlowsOfControl: "主要コントロール%sに関わる全フロー", RulesOfTechnique: "テクニック%sに対するルール",
		RulesOfControl: "主要コントロール%sを担うルール", RulesOfService: "サービス%sのルール", RulesOfKit: "キット%sのルール",
		FlowsOfWeakness: "弱点%sのある全フロー",
		OpenRun:         "監査%s", RunsOfSite: "サイト%sの監査", TimelineOf: "サイト%sの時系列", RunsWithKit: "キット%sによる監査", OneRun: "監査1件", RunCount: "監査%s件",
	}
}
