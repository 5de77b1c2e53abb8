package views

// FirstWords lead a new user to a first verdict.
type FirstWords struct {
	Reading                          string
	Nothing, NoneLoaded              string // without a stored run; with some
	About, Harmless                  string
	There, Policy, Site, Runs        string // what is there: heading and labels
	PolicyIs, PolicyOne              string // kits, rules; rules of one kit
	NoSite, NoRuns                   string
	RunsAre                          string // number
	WaysOn, Sends                    string // heading
	Demo, DemoCost                   string
	Open, OpenCost, Write, WriteCost string
}

func firstInEnglish() FirstWords {
	return FirstWords{
		Reading: "Reading the store ...", Nothing: "Nothing was audited yet.", NoneLoaded: "No site is loaded, and no run is on screen.",
		About:    "oobscope shows what an out-of-band (BMC) segment really exposes, held against what its policy intends, with the packets that prove it.",
		Harmless: "It never logs in, never writes, reads no secret, and holds one conversation with a host at a time.",
		There:    "What is there", Policy: "Policy", Site: "Site", Runs: "Runs", PolicyIs: "%s kits, %s [rule|rules]: what should be", PolicyOne: "1 kit, %s [rule|rules]: what should be",
		NoSite: "missing: where things are, and where you stand", NoRuns: "none stored yet", RunsAre: "%s stored",
		WaysOn: "Three ways on", Sends: "nothing is sent before you confirm",
		Demo: "See it work", DemoCost: "64 simulated controllers on this machine, about 12 s",
		Open: "Load a site file", OpenCost: "it is read and checked",
		Write: "Write a site file", WriteCost: "eleven short questions, a file with comments",
	}
}

func firstInJapanese() FirstWords {
	return FirstWords{
		Reading: "保存内容を読んでいます…", Nothing: "まだ何も監査していません。", NoneLoaded: "サイトも監査も読み込まれていません。",
		About:    "oobscopeは、アウトオブバンド（BMC）セグメントが実際にさらしているものを、ポリシーの意図と照らし合わせ、証拠のパケットとともに示します。",
		Harmless: "ログインも書き込みもせず、機密情報を読まず、1台とは一度に1つの会話だけです。",
		There:    "いまあるもの", Policy: "ポリシー", Site: "サイト", Runs: "履歴", PolicyIs: "%sキット、%sルール：あるべき姿", PolicyOne: "1キット、%sルール：あるべき姿",
		NoSite: "未設定：どこに何があり、どこから見るか", NoRuns: "まだありません", RunsAre: "%s件を保存済み",
		WaysOn: "ここからの三つの道", Sends: "確認するまで何も送りません",
		Demo: "動作を見る", DemoCost: "この機器に64台の模擬コントローラ、約12秒",
		Open: "サイトファイルを読み込む", OpenCost: "読んで検査します",
		Write: "サイトファイルを書く", WriteCost: "11の短い質問、注釈つきのファイル",
	}
}
