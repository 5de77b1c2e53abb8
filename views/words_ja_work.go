package views

func waiveInJapanese() WaiveWords {
	return WaiveWords{
		Title: "逸脱%s件を期限付きの例外に", TitleOne: "この逸脱を期限付きの例外に",
		Reason: "理由", Ticket: "チケット", RequestedBy: "申請者", ApprovedBy: "承認者", Starts: "開始日", Expires: "期限",
		Needed: "必須です", NotADay: "日付は2026-11-22の形で書きます", SamePerson: "申請者とは別の人が必要です",
		BeforeStart: "開始日より前です", Passed: "すでに過ぎています", Optional: "空でも可",
		TooLong: "開始日から%s日以内にします", NobodyYet: "未承認：承認されるまで無効", NamedBy: "%sが記入と記録",
		Keys:    "enter：次へ、最後で保存   tab   ctrl+y：YAMLでコピー   esc：やめる",
		Storing: "保存中です。", Dropped: "例外にしませんでした。",
		Refused: "対象外：%s。", OnlyDeviations: "例外にできるのは証明された逸脱だけです。",
		AlreadyWaived: "例外承認済み", Unproved: "証拠が読めない", Double: "重複",
		None: "例外にできるものがありません", TooMany: "一度に例外にできるのは%s行までです。対象を減らしてください。",
		Stored: "例外にしました：%s件", Asked: "申請しました：%s件。別の人の承認後に有効になります", SomeStored: "その前に%s件を保存しました。",
		YAML: "例外%s件のYAML", YAMLNeeds: "サイトファイルの例外には承認者が必要です。",
		InSite: "この例外はサイトファイルにあります。そちらで消してください。", NoWaiver: "該当する例外はありません。",
		WithdrawMeans: "対象は再び逸脱として数えます。この操作は記録されます。",
		WithdrawOne:   "この例外を取り下げますか。", WithdrawTitle: "例外%s件を取り下げますか。", SomeInSite: "ほか%s件はサイトファイルにあり、残ります。", Withdrawn: "取り下げました：%s件",
		Pending: "例外%sは申請中（期限%s）、未承認", Expired: "例外%sは%sで期限切れ",
		Voided: "例外%s（期限%s）は無効：別のものが応答", Early: "例外%sは開始前（期限%s）",
	}
}

func workInJapanese() WorkWords {
	return WorkWords{
		StillReading: "別の監査を読み込み中です。", StillStoring: "保存中です。",
		NotHere: "ここではできません。", Itself: "表示中の監査そのものです。",
		OtherSite: "監査%sは別のサイト%sのものです。", LoadSite: "送信先は読み込んだサイトだけです。--siteで%sのファイルを指定して起動してください。",
		NothingLeft: "現在のサイト%sに、これらのフローはありません。",
		AgainOne:    "このフローを再プローブしますか。", AgainTitle: "%sフロー、%sホストを再プローブしますか。", AgainFrom: "独立した監査として行います。元の監査：%s",
		ThenCompare: "{diff.d}キーで元の監査と比較", AgainLeft: "%sフローは除きました。現在のサイト%sにありません。",
		ExportTitle: "監査%sの報告書を書き出し", ExportKeys: "enterか番号：書き出す   esc：やめる",
		Format: map[string]string{
			"text": "閲覧用のプレーンテキスト", "jsonl": "1行1件のJSON、プログラム用", "json": "1つのJSON文書",
			"csv": "表計算用の表", "markdown": "Wikiやチケット用", "junit": "ビルドサーバ用",
			"sarif": "コード検査サービス用", "navigator": "ATT&CK Navigator用のレイヤー", "html": "ブラウザ用の1ページ",
		},
	}
}
