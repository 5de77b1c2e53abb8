package views

// FilterWords belong to the filter: what its keys mean, and what is wrong with a term.
type FilterWords struct {
	Key                           map[FilterKey]string // what a key asks for
	UnknownKey                    string               // key, keys of the screen
	NoKeys                        string               // key
	BadHost, BadSeverity, BadPort string               // value; left out
	BadNumber, BadYes             string               // key, value; left out
	NoSuch                        string               // key, value, known values; matches nothing
	Grammar                       []string             // how it is written, a line each
	Numbers, Networks, Completes  string               // further lines, where there are such keys
	Here, NothingHere             string
}

func filterInEnglish() FilterWords {
	return FilterWords{
		UnknownKey:  "%s: is no key here and is looked for as a word; keys are %s",
		NoKeys:      "%s: is looked for as a word; this screen has no keys",
		BadHost:     "host: %s left out; it takes an address, its beginning, or a network such as 198.18.1.0/24",
		BadSeverity: "sev: %s left out; it takes 0-5 or none to critical, with >= <= > < before it",
		BadPort:     "port: %s left out; it takes a number, a range such as 5988-5989, or tcp/443",
		BadNumber:   "%s: %s left out; it takes a number, a range (2-5), with >= <= > < before it",
		BadYes:      "%s: %s left out; it takes yes or no",
		NoSuch:      "%s: nothing here is like %s; there is %s",
		Here:        "Filter keys of the screen", NothingHere: "The screen has no list to filter.",
		Grammar: []string{
			"a word: lines that have it anywhere; several words must all be there",
			"!word: lines without it; ! before any term turns it round",
			"-f word: loosely, letters in their order: -f clrtxt finds clear_text",
			"key:value: in that field alone; a,b takes either; \"in quotes\" for blanks and commas",
		},
		Numbers: "sev:>=3, sev:high, port:5988-5989: numbers compare and range", Networks: "host: an address, its beginning, or a network: host:198.18.1.0/24",
		Completes: "tab: complete the key or value",
		Key: map[FilterKey]string{
			ByText: "any word", ByVerdict: "verdict", BySeverity: "severity, 0-5 or a word", ByHost: "address or network",
			ByRule: "rule, by app or number", ByService: "service", ByZone: "zone", ByFrom: "source zone", ByTo: "destination zone",
			ByRole: "role of the host", ByIntent: "what is intended", ByObserved: "what was seen", ByReason: "why the verdict is so",
			ByPort: "port", ByProto: "tcp, udp or icmp", ByWaived: "accepted for a while: yes or no", ByWeak: "weakness",
			ByKit: "kit", ByTechnique: "ATT&CK technique", ByControl: "key control", ByAction: "allow, drop or reject",
			ByDirection: "direction", ByCategory: "category of the app", ByRisk: "risk, 1-5", ByTactic: "tactic", ByRun: "id of the run",
			ByStarted: "when it started", BySite: "site", ByState: "state", ByVantage: "where we stood",
			BySimulated: "simulated: yes or no", ByDeviations: "number of deviations", ByTrust: "trust tier", ByOrigin: "where it came from",
			ByUsed: "used in the next run: yes or no", ByWarnings: "number of warnings",
			ByChange: "since the earlier run: new, updated, ...",
		},
	}
}

func filterInJapanese() FilterWords {
	return FilterWords{
		UnknownKey:  "%s: はこの画面のキーではなく、語として探します。使えるキー：%s",
		NoKeys:      "%s: は語として探します。この画面にキーはありません",
		BadHost:     "host: %sは無視しました。アドレス、その先頭、198.18.1.0/24のようなネットワークを書きます",
		BadSeverity: "sev: %sは無視しました。0-5かnone, info, low, medium, high, critical。前に >= <= > < を付けられます",
		BadPort:     "port: %sは無視しました。番号、5988-5989のような範囲、tcp/443を書きます",
		BadNumber:   "%s: %sは無視しました。数か2-5のような範囲。前に >= <= > < を付けられます",
		BadYes:      "%s: %sは無視しました。yesかnoを書きます",
		NoSuch:      "%s: %sに当たるものがありません。あるもの：%s",
		Here:        "この画面の絞り込みキー", NothingHere: "この画面に絞り込む一覧はありません。",
		Grammar: []string{
			"語：その語を含む行。複数あればすべてを含む行",
			"!語：含まない行。! はどの条件も反転します",
			"-f 語：文字の順だけ合えばよい。-f clrtxt は clear_text に当たります",
			"キー:値：その項目だけを探す。a,b はどちらか。空白やカンマは\"引用符\"で囲む",
		},
		Numbers: "sev:>=3、sev:high、port:5988-5989：数は比較と範囲が使えます", Networks: "host: アドレス、その先頭、またはネットワーク：host:198.18.1.0/24",
		Completes: "tab：キーや値を補完",
		Key: map[FilterKey]string{
			ByText: "任意の語", ByVerdict: "判定", BySeverity: "深刻度（0-5か語）", ByHost: "アドレスかネットワーク",
			ByRule: "ルール（アプリ名か番号）", ByService: "サービス", ByZone: "ゾーン", ByFrom: "送信元ゾーン", ByTo: "宛先ゾーン",
			ByRole: "ホストの役割", ByIntent: "意図", ByObserved: "観測", ByReason: "判定の理由",
			ByPort: "ポート", ByProto: "tcp、udp、icmp", ByWaived: "例外承認済み（yes・no）", ByWeak: "弱点",
			ByKit: "キット", ByTechnique: "ATT&CKのテクニック", ByControl: "主要コントロール", ByAction: "allow、drop、reject",
			ByDirection: "方向", ByCategory: "アプリの分類", ByRisk: "リスク（1-5）", ByTactic: "戦術", ByRun: "監査のID",
			ByStarted: "開始時刻", BySite: "サイト", ByState: "状態", ByVantage: "観測点",
			BySimulated: "模擬（yes・no）", ByDeviations: "逸脱の数", ByTrust: "信頼区分", ByOrigin: "出所",
			ByUsed: "次の監査で使う（yes・no）", ByWarnings: "警告の数",
			ByChange: "以前の監査からの変化",
		},
	}
}
