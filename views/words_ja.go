package views

import "oobscope/audit"

// japanese are the Japanese words; keys in them are marked.
func japanese() *Words {
	w := &Words{Lang: "ja", Frame: frameInJapanese(), Spoken: spokenInJapanese(), Shell: shellInJapanese()}
	glanceInJapanese(w)
	w.Verdict = map[audit.Verdict]string{
		audit.Pending: "判定待ち", audit.Conforms: "適合", audit.Exposed: "露出",
		audit.NotEnforced: "遮断なし", audit.Broken: "不通", audit.WrongMode: "方式違い",
		audit.Undeclared: "未宣言", audit.Unverifiable: "検証不能", audit.Error: "エラー",
		audit.NotTested: "未試験",
	}
	w.VerdictMean = map[audit.Verdict]string{
		audit.Pending:      "まだ判定していません。",
		audit.Conforms:     "観測はポリシーの意図どおりで、証拠があります。",
		audit.Exposed:      "ポリシーが閉じているはずのところに届きます。",
		audit.NotEnforced:  "フィルタはパケットを通しました。受けるサービスはありません。",
		audit.Broken:       "ポリシーは許可していますが、通信できません。",
		audit.WrongMode:    "開いてはいませんが、ポリシーの方式と違います。",
		audit.Undeclared:   "どのルールにも書かれていないものが開くか応答します。",
		audit.Unverifiable: "証拠からは、どちらとも言えません。",
		audit.Error:        "この機器の側でプローブが失敗し、何も分かりません。",
		audit.NotTested:    "パケットを送っていないため、何も分かりません。",
	}
	w.Intent = map[audit.Intent]string{
		audit.Unstated: "記載なし", audit.IntentAllow: "許可", audit.IntentDrop: "破棄",
		audit.IntentReject: "拒否", audit.DefaultDrop: "既定で破棄",
		audit.DefaultReject: "既定で拒否", audit.DefaultAllow: "既定で許可",
	}
	w.Severity = [6]string{"なし", "情報", "低", "中", "高", "重大"}
	w.Confidence = map[audit.Confidence]string{audit.Low: "低", audit.Medium: "中", audit.High: "高"}
	w.Mark = map[audit.Mark]string{
		audit.MarkWaiting: "待機", audit.MarkConforms: "適合", audit.MarkUnverifiable: "検証不能",
		audit.MarkError: "エラー", audit.MarkInfo: "情報", audit.MarkLow: "低", audit.MarkMedium: "中",
		audit.MarkHigh: "高", audit.MarkCritical: "重大",
	}
	w.Phase = map[RunPhase]string{
		RunNone: "監査なし", RunLive: "実行中", RunStopping: "停止処理中", RunEnded: "終了", RunFailed: "失敗",
	}
	w.RunState = map[audit.RunState]string{
		audit.RunRunning: "実行中", audit.RunComplete: "完了", audit.RunPartial: "途中まで",
	}
	w.Reason = reasonsJA
	w.ProbeReason = probeReasonsJA
	w.Class = classesJA
	w.Weakness, w.Ending = weaknessesJA, endingsJA
	japaneseFrame(w)
	japanesePolicy(w)
	japaneseFlows(w)
	japaneseEvidence(w)
	japaneseConsole(w)
	w.Proof = proofInJapanese()
	w.Table, w.Filter, w.Jump = tableInJapanese(), filterInJapanese(), jumpInJapanese()
	w.Handover, w.Time = handoverInJapanese(), timeInJapanese()
	return w
}

var reasonsJA = map[string]string{
	"":                     "",
	"app_mismatch":         "別のプロトコルが応答",
	"l7_mute":              "接続後に無応答",
	"l7":                   "他では応答、ここでは無応答",
	"l4_only":              "ポートは開くがアプリは無応答",
	"l7_cut":               "最初のデータで切断",
	"late_app_id":          "アプリ識別後にファイアウォールが切断",
	"service_closed":       "ポートで待ち受けなし",
	"path_rejected":        "経路上の機器が拒否",
	"closed_or_rejected":   "閉鎖か経路上の拒否か証明不能",
	"rst_origin":           "リセットの送信元が証明不能",
	"host_filter":          "ホスト自身のフィルタが拒否",
	"path_prohibited":      "経路上で禁止",
	"nothing_listening":    "待ち受けなし",
	"blocked":              "ルールはないが遮断",
	"no_path":              "ホストは稼働中だが経路なし",
	"host_down":            "ホスト停止",
	"routing":              "経路ループまたはホップ数超過",
	"path_dropped":         "経路上で破棄",
	"drop_where_reject":    "拒否すべきところで無応答",
	"liveness":             "無応答、ホストの稼働も未証明",
	"udp_silent":           "UDP無応答、対照なし",
	"no_enforcement_point": "経路上にファイアウォールなし",
	"syn_proxy":            "経路上の何かが代理応答",
	"lossy":                "対照プローブの損失が過大",
	"vantage":              "観測点がルールの送信元ゾーン外",
	"target":               "サイトに該当する対象なし",
	"went_quiet":           "途中から無応答、以後は触れず",
	"interrupted":          "順番の前に監査が終了",
	"host_budget":          "ホストの予算を使い切り",
	"forwarded":            "ファイアウォールが転送した",
	"unreach_origin":       "到達不能、経路上の位置が不明",
	"no_permission":        "この機器でICMPの権限なし",
	"local_error":          "ローカル障害、証拠を参照",
	"reject_where_drop":    "無応答であるべきところで応答",
	"not_probed":           "対応するプローブなし",
	"out_of_scope":         "実行時の指定で対象外",
	"icmp_limited":         "無応答、ただしICMPエラーの制限で拒否が見えない",
	"egress":               "無応答、ただし自機から出た証明なし",
	"impostor":             "応答あり、ただし存在しないアドレスも同じ応答",
}

var probeReasonsJA = map[string]string{
	"":                 "",
	"no_permission":    "ソケットの権限なし",
	"no_route":         "この機器から経路なし",
	"no_files":         "ファイルハンドル不足",
	"no_ports":         "送信元ポート不足",
	"cancelled":        "監査が停止された",
	"went_quiet":       "ホストが無応答になった",
	"host_budget":      "ホストの予算を使い切り",
	"busy":             "対象がビジーと応答",
	"local_error":      "ローカル障害",
	"neighbour_failed": "リンク上に該当ホストなし",
	"late_answer":      "応答が遅れて到着",
	"not_sent":         "この機器自身が破棄、未送信",
	"shaken":           "直後の対照プローブが消失",
	"unvouched":        "対照プローブの前に中断",
}

var classesJA = map[string]string{
	"unobserved":       "未観測",
	"open_proto":       "宣言どおり応答",
	"open_other":       "別のプロトコルで応答",
	"open_mute":        "接続後に無応答",
	"open_cut":         "接続後に切断",
	"rst_host":         "ホストがリセット",
	"rst_mid":          "経路上でリセット",
	"rst_unknown":      "リセット、送信元不明",
	"port_unreach":     "ポート到達不能（ホスト）",
	"prohibited":       "禁止（ICMP）",
	"port_unreach_mid": "ポート到達不能（経路上）",
	"unreach":          "ホスト・ネットワーク到達不能",
	"ttl_exceeded":     "経路上で時間超過",
	"silence":          "無応答、ホストは稼働",
	"silence_unproven": "無応答、稼働は未証明",
	"host_down":        "ホスト停止",
	"probe_error":      "ローカル障害",
}

var weaknessesJA = map[string]string{
	"ipmi_none_auth":          "IPMI：認証なしのセッション",
	"ipmi_anonymous":          "IPMI：匿名ログインが有効",
	"ipmi_null_user":          "IPMI：名前のないユーザ",
	"ipmi_weak_auth":          "IPMI：平文またはMD2の認証",
	"ipmi_unauth_packets":     "IPMI：パケットが未認証",
	"ipmi_default_kg":         "IPMI 2.0：鍵がすべてゼロ",
	"ipmi_v15":                "IPMI 1.5を受け付ける",
	"ipmi_v15_only":           "IPMI 1.5のみ",
	"ipmi_cipher_zero":        "IPMI：暗号スイート0",
	"ipmi_rakp":               "IPMI：パスワードハッシュを要求可能（RAKP）",
	"slp_amplifier":           "SLP：10～50倍に増幅",
	"slp_strong_amplifier":    "SLP：50倍を超えて増幅",
	"slp_advertises_clear":    "SLP：平文URLを広告",
	"redfish_anonymous":       "Redfish：認証なしで構成を閲覧可能",
	"redfish_anonymous_admin": "Redfish：認証なしでアカウントを閲覧可能",
	"redfish_clear_text":      "Redfish：平文のHTTP",
	"redfish_answers_all":     "Redfish：何にでも200を返す",
	"cim_no_login":            "CIM：認証なしで操作を受け付ける",
	"cim_clear_text":          "CIMのTLSポートで平文",
	"psblock_served":          "パスワードファイルが取得可能",
	"panel_clear_text":        "コントロールパネルが平文のHTTP",
	"tls_expired":             "証明書が有効期間外",
	"tls_self_signed":         "自己署名証明書",
	"tls_weak_key":            "RSA鍵が2048ビット未満",
	"tls_old_version":         "TLS 1.1以前のみ",
	"tls_negative_serial":     "証明書のシリアル番号が負数",
	"tls_name_mismatch":       "証明書の名前が不一致",
	"tls_unspoken":            "TLSアラートのみ（SSLv3または不明）",
	"clear_text_login":        "パスワードを平文で受け付ける",
}
