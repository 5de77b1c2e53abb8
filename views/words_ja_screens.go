package views

func japaneseFrame(w *Words) {
	w.Name = ScreenWords{
		Overview: "概要", Rules: "ルール一覧", Rule: "ルール", Zones: "ゾーン", Threat: "脅威",
		Attack: "ATT&CK", Probes: "プローブ", Hosts: "ホスト一覧", Host: "ホスト", Diff: "差分",
		Evidence: "証拠", Runs: "履歴", Kits: "キット", Help: "ヘルプ",
	}
	w.Head = HeadWords{
		Number: "番", App: "アプリ", Category: "分類", Risk: "リスク", Action: "動作", Direction: "方向",
		From: "送信元", To: "宛先", Profiles: "検査", Decryption: "復号", Logging: "ログ",
		Verdict: "判定", Severity: "深刻度", Reason: "理由", Confidence: "確度",
		Observed: "観測", Intent: "意図", Rule: "ルール", Service: "サービス", Port: "ポート", Flows: "フロー",
		Host: "ホスト", Role: "役割", Zone: "ゾーン", State: "状態", Worst: "最悪", Attempts: "試行", RTT: "往復",
		Weak: "弱点", Tactic: "戦術", Technique: "テクニック", Name: "名前", Kit: "キット", Version: "版",
		Title: "題名", Rules: "ルール", Trust: "信頼", Origin: "出所", Used: "使用", Run: "監査",
		Started: "開始", Duration: "所要", Settled: "確定", Site: "サイト", Deviations: "逸脱",
		Exposed: "露出", Coverage: "網羅率", Change: "変化", Was: "前", Is: "今", Key: "項目",
		Value: "値", Time: "時刻", What: "内容", Count: "件数", Share: "割合", Test: "試験",
		Mitigates: "緩和", Control: "コントロール", Vantage: "観測点", Bytes: "バイト",
	}
	w.Key = KeyWords{
		Move: "移動", Page: "ページ", Ends: "先頭・末尾", Open: "開く", Back: "戻る", Filter: "絞り込み",
		Clear: "絞り込み解除", Sort: "並べ替え", SortDir: "順序を反転", Copy: "コピー", CopyRow: "行をコピー",
		Start: "監査を開始", Cancel: "監査を停止", Resume: "途中から再開", Freeze: "表示を固定",
		Thaw: "表示を再開", Export: "書き出し", Help: "ヘルプ", Quit: "終了", Goto: "画面へ移動",
		Toggle: "次の監査で使う", Delete: "削除", Next: "次", Previous: "前", Compare: "比較",
		Mark: "比較用に印", Heat: "ヒートマップ", List: "一覧", Worst: "次の逸脱", Expand: "展開",
		Collapse: "折りたたみ", Scroll: "スクロール", Switch: "枠を切替", Palette: "コマンド", OpenHost: "ホストを開く",
		OpenRule: "ルールを開く", OpenEvidence: "証拠",
	}
	w.Empty = EmptyWords{
		NoRun: "監査はまだありません。{r}キーで計画します。", NoSite: "サイトが読み込まれていません。概要で{o}を押して読み込むか、{d}で動作を見てください。",
		NoKit:  "使用中のキットがありません。キット画面で選んでください。",
		NoRuns: "保存された監査はありません。{r}キーで計画します。", NoMatch: "該当なし。{esc}キーで絞り込みを解除します。",
		NoFinding: "逸脱は見つかっていません。", NoEvidence: "このフローの証拠は保存されていません。", NoRule: "その番号のルールはありません。",
		NoHost:      "そのアドレスのホストはありません。",
		NoTechnique: "キットにテクニックの記載はありません。", NoThreat: "キットに脅威モデルはありません。",
		NoWeakness: "弱点は見つかりません。", NoReference: "キットに参考資料はありません。",
		NoUntested: "対象はすべてここから試験できます。",
		TooSmall:   "画面は%dx%dです。oobscopeには%dx%dが必要です。",
	}
	w.Plain = PlainWords{
		Yes: "はい", No: "いいえ", None: "なし", Unknown: "不明", Any: "任意", Unset: "未設定", NotStated: "記載なし",
		Default: "既定", All: "すべて", Of: "／", And: "と", Waived: "例外", NotWaived: "例外承認なし",
		Simulated:      "模擬セグメント：実在のホストの情報ではありません",
		SimulatedShort: "模擬", Partial: "途中まで", Tainted: "汚染：監査中に防御が働いた疑い",
		Lossy: "損失多：無応答は証拠になりません", Privileged: "rawソケットあり", Unprivileged: "rawソケットなし",
		BuiltIn: "組み込み", Claimed: "自称", Sorted: "%s順", Ascending: "昇順", Descending: "降順",
		Filtered: "絞り込み：%s", Position: "%s/%s", Matching: "%s／%s", HostCount: "%sホスト", FlowCount: "%sフロー",
		RuleCount: "%sルール", DeviationCount: "逸脱%s件", PacketCount: "%sパケット", OneHost: "1ホスト",
		OneFlow: "1フロー", OneDeviation: "逸脱1件", WorstCase: "最悪の場合：%s", SeverityAndWord: "%d %s",
		More: "ほか%s件", Counted: "%[2]s%[1]s件", Left: "左", Right: "右", Selected: "選択中",
	}
}

func japaneseConsole(w *Words) {
	w.Console = ConsoleWords{
		ReadOnly: "読み取り専用", RunOn: "監査中", Stopping: "停止処理中", Frozen: "固定", ConfirmStart: "この監査を始めますか。",
		ConfirmCancel: "監査を停止しますか。観測した分は残ります。", ConfirmQuit: "監査中です。停止して終了しますか。",
		ConfirmDelete: "監査%sを削除しますか。", Sends: "最大%sパケット、%s会話", Targets: "%sホスト、%sフロー",
		PerHost: "1ホストにつき最大%s会話", Takes: "約%s", YesKey: "enter：はい", NoKey: "esc：いいえ",
		Command: "移動先", FilterPrompt: "絞り込み", Unknown: "%sという画面はありません。", Copied: "%sをコピーしました（%sバイト）。",
		Exported: "%sに書き出しました。", Ended: "監査が終わりました。", Failed: "失敗：%s", Started: "監査を始めました。",
		Cancelled: "停止しました。途中から再開できます。", KitsChanged: "次の監査は%s個のキットを使います。",
		NothingToCopy: "コピーするものがありません。", TooLarge: "クリップボードには大きすぎます（%sバイト）。書き出してください。",
		Palette: "画面名かコマンドを入力",
	}
}
