package views

import "oobscope/audit"

// japaneseFlows are the words of the screens that list flows.
func japaneseFlows(w *Words) {
	w.Probes = ProbesWords{
		Open: "応答", Other: "別応答", Mute: "接続のみ", Cut: "切断", Refused: "閉鎖", Rejected: "途中拒否",
		Silent: "無応答", Failed: "障害",
		Columns: []string{
			"応答：宣言どおりの応答", "別応答：別のプロトコルの応答", "接続のみ：接続後に無応答", "切断：接続後に切断",
			"閉鎖：ホストまたは送信元不明のリセットやエラー", "途中拒否：経路上の機器のエラーやリセット", "無応答：何も戻らない",
			"障害：この機器の側で失敗",
		},
		Glance: "ホスト全景", MoreServices: "ほか%sサービス：{tab}キーで表示",
		HostsDone: "ホスト：完了%s、進行中%s、全%s", Packets: "パケット%s（上限%s）",
		HostsEnded: "ホスト%s／%sが完了", Took: "所要%s",
		Conversations: "会話%s（上限%s）", Flows: "フロー%s／%s（%d%%）",
		PerCell: "1マス%sホスト", UnderWay: "進行中",
		Ready: "計画済み、未開始", Press: "{r}キーで開始します。最初のパケットを送る前に、もう一度確認します。",
		Sends: "送信の上限", Paced: "ペース", Host: "1ホスト", Takes: "所要時間", Source: "送信元",
		Canaries: "カナリア", Left: "試験不能",
		Budget: "%sパケット、%s会話", Pace: "%s：同じホストとの会話は%s以上あける。TCPは%s回、UDPは%s回試行",
		Unlimited: "セグメント全体の上限なし", Limited: "セグメント全体で毎秒%s会話まで",
		PerHost: "最大%s会話、一度に一つ", About: "約%s", From: "%s（%s、ゾーン%s）",
		CanaryLine: "応答してはならない%sアドレスを確認", LeftLine: "%s行はここから試験できません",
		Asks: "それぞれに次を尋ねます（見出しはポリシーの意図）", To: "%sホスト（%sから%s）",
		OnlyTargets: "送る相手は下記のホストとサイトのカナリアだけです。ログイン、書き込み、機密情報の読み取りはしません。",
		Answering:   "存在しないはずのアドレスが応答：接続の成功は証拠になりません。",
		Losing:      "対照プローブの損失%s／%s：無応答は証拠になりません。",
		Turned:      "開いていたフローの%s／%sが無応答：途中で防御が働いた疑いがあります。",
		ShowBoth:    "サービスとホスト", ShowServices: "サービスのみ", ShowHosts: "ホストのみ", NextWorst: "次に深刻なホスト",
	}
	w.Host = HostWords{
		Place: "%s（ゾーン%s）", Alive: "稼働", Refusal: "接続", Control: "対照", State: "状態", Path: "経路",
		AliveBy: "%sで応答", AliveControl: "閉じたUDPポートがICMPエラーで応答",
		NotProved: "未証明：無応答に意味はありません", Quiet: "途中から無応答になり、以後は触れていません",
		FakesOpen: "使われないはずのTCPポートが接続を受けた：接続は証拠になりません", Honest: "使われないはずのTCPポートは接続を受けない：接続に意味があります",
		NotAsked: "使われないはずのTCPポートは未確認", UDPControl: "ICMPエラーが戻るので、UDPの無応答に意味があります",
		NoUDPControl: "ICMPエラーが戻らず、UDPの無応答は判断できません", NoControl: "対照プローブは未送信",
		ControlLost: "対照プローブの損失%d／%d", Waiting: "待機", Active: "進行中", Done: "完了",
		Enforced: "途中に遮断点があります", NotEnforced: "途中に遮断点がなく、破棄は検証できません",
		Comma: "、", Also: "；", Colon: "：",
		Usage: "プローブ画面でホストを選び、{enter}キーを押してください。",
	}
	w.Diff, w.Drift, w.Take = japaneseDiff(), driftInJapanese(), takeInJapanese()
	w.Waive, w.Work = waiveInJapanese(), workInJapanese()
}

func japaneseDiff() DiffWords {
	return DiffWords{
		About: "ポリシーの意図、観測、判定をフローごとに並べる画面です。監査が始まると埋まります。",
		Sev:   "深刻", Order: [6]string{"深刻な順", "ルール別", "ホスト別", "サービス別", "ゾーン別", "判定別"},
		OnlyDeviations: "逸脱のみ", Everything: "全フロー", SoFar: "今のところ逸脱はありません。",
		ToggleAll: "全フローを表示", ToggleDeviations: "逸脱のみ表示", NextOrder: "並びを変更", Fold: "折りたたみ・展開",
		FoldAll: "すべて折りたたみ",
		Lines:   "%s行", OneLine: "1行", Worst: "最悪：%s", Default: "ルールなし、サイトの既定",
		NoService: "不明なサービス", NoHost: "ここから試験できないもの",
		NotPlanned: "未試験のため証拠はありません：%s。", Cut: "ほか%s行はコピーに含みません。監査を書き出してください。",
		Head: []string{"深刻度", "判定", "理由", "意図", "観測", "対象", "サービス", "ポート", "ルール", "送信元", "宛先"},
		Intent: map[audit.Intent]string{
			audit.Unstated: "記載なし", audit.IntentAllow: "許可", audit.IntentDrop: "破棄", audit.IntentReject: "拒否",
			audit.DefaultDrop: "既定で破棄", audit.DefaultReject: "既定で拒否", audit.DefaultAllow: "既定で許可",
		},
		Class: map[string]string{
			"unobserved": "未観測", "open_proto": "応答", "open_other": "別の応答", "open_mute": "接続後無応答",
			"open_cut": "接続後切断", "rst_host": "ホストRST", "rst_mid": "経路上RST", "rst_unknown": "RST元不明",
			"port_unreach": "ポート閉鎖", "prohibited": "ICMPで禁止", "port_unreach_mid": "経路上で閉鎖",
			"unreach": "到達不能", "ttl_exceeded": "時間超過", "silence": "無応答", "silence_unproven": "無応答（？）",
			"host_down": "ホスト停止", "probe_error": "ローカル障害",
		},
		Sentence: "意図：%s、観測：%s",
		Heading:  "ポリシーと観測の突き合わせ",
	}
}
