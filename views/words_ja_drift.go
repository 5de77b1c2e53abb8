package views

import "oobscope/audit"

func driftInJapanese() DriftWords {
	return DriftWords{
		Change: map[audit.Change]string{
			audit.Unchanged: "変化なし", audit.New: "新規", audit.Updated: "変更", audit.Absent: "解消", audit.Uncovered: "未確認",
		},
		Lost: "証明喪失", Short: "C",
		Against: "比較対象：監査%s（%s）", CameFrom: "監査%sからの再プローブ：{diff.d}キーで比較",
		Reading: "読み込み中", OnlyChanges: "変化のみ", Nothing: "逸脱に変化はありません。",
		NoneYet: "まだどの監査とも比較していません。{diff.d}キーで選びます。",
		NotLive: "監査中は比較できません。未実施のフローが未確認に見えてしまいます。",
		Choose:  "監査を選んで比較", ChooseThis: "表示中の監査とこれを比較", ChooseTitle: "以前の監査と比較", ChooseWhich: "表示中の監査をどの監査と比べますか。フローはアドレス、サービス、ポートで対応づけます。",
		NoOther:    "サイト%sのより古い監査は保存されていません。",
		Unfinished: "その監査には比較できる観測がありません。",
		Newer:      "監査%sのほうが新しいため、そちらを開いてからこの監査と比較してください。",
		SeeThere:   "監査%sだけが尋ねたフローです。証拠はその監査を開いて確認します。", OnlyThen: "%s（以前の監査のみ）",
		Then: "以前は%s、%s", NotPlannedThen: "以前の監査では尋ねていません", NotPlannedNow: "今回は尋ねていないため、何も証明されていません", AbsentIs: "なくなったと証明済み", UncoveredIs: "今回は証明なし",
		FirstSeen: "以前は未試験で、いつからかは不明", ByPolicy: "適用されるポリシーが変わりました",
		RunOf:        "監査%s（%s）",
		SinceUnknown: "%sの監査で観測。以前の監査とは未比較", SinceBefore: "少なくとも%sから同じ状態",
		SinceNew: "新規：%sでは逸脱なし", SinceUntested: "初めて観測：%sでは未試験",
		SinceUpdated: "%sでも逸脱していたが、内容が異なる", SinceAbsent: "解消：%sでは逸脱していた",
		SinceUncovered: "%sでは逸脱しており、今回は何も証明されていない",
	}
}

func takeInJapanese() TakeWords {
	return TakeWords{
		Mark: "印", Range: "範囲に印", EndRange: "範囲を確定", DropRange: "範囲を取り消し", Invert: "印を反転", Unmark: "印をすべて解除",
		Waive: "例外を申請", Withdraw: "例外を取り下げ", ProbeAgain: "再プローブ", Copy: "コピー", CopyAs: "形式を選んでコピー",
		AsTable: "表", AsTabs: "タブ区切り", AsMarkdown: "Markdown", AsFinding: "チケット用の文章", NotNow: "やめる",
		CopyFinding: "コピー", OneFinding: "所見1件",
		AsWhat: "コピー形式", Ranging: "範囲選択中",
		NoFlow: "この監査のフローが選ばれていません。", Marked: "印%s件", NotListed: "うち%sは表示外",
		Others:      "選んだ%s行はこの監査のフローではないため除きました。",
		WaivedUntil: "%sまで例外承認、承認者%s：%s",
		Where:       "対象", SeenFrom: "観測点", Since: "いつから", Proof: "証拠",
	}
}
