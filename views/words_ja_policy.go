package views

func japanesePolicy(w *Words) {
	w.Overview = OverviewWords{
		Clean: "範囲内はすべて試験済みで、ポリシーに適合しています。", SoFar: "今のところ逸脱はありません。",
		NoProof: "何も証明できていません。試験できたフローがありません。", NotLoaded: "まだ何も試験していません。",
		Planned:    "準備完了です。まだ何も送っていないため、何も分かっていません。",
		NotClean:   "ポリシーからの%s、最も深刻なものは「%s」です。",
		CleanSoFar: "試験できた分は適合していますが、%s／%sのフローに証拠がありません。",
		Failed:     "監査は失敗しました：%s", CanaryAnswered: "存在しないアドレスが応答しました。ここでは接続成功が証拠になりません。",
		Lossy:   "対照プローブの%s／%sが失われました。この監査では無応答が証拠になりません。",
		Tainted: "開いていたフローの%s／%sが最後は無応答でした。防御が働いた疑いがあります。",
		Stopped: "途中で止まりました。確定したフローは%s／%sです。履歴の画面で再開できます。", Verdicts: "判定",
		Coverage: "網羅率", Tested: "試験済み", NotTested: "未試験", Unverifiable: "観測したが検証不能",
		Worst: "最も深刻な所見", Weaknesses: "弱点", Untested: "ここから試験できない",
		CoverageLine: "%s／%sを試験（%d%%）", VantageIn: "%s（ゾーン%s）", ProgressLine: "%s／%s（%d%%）",
		RatePerSecond: "毎秒%sフロー", LeftFor: "残り約%s", Elapsed: "経過%s",
		Packets: "パケット", Conversations: "会話", Loaded: "読み込み済み", Site: "サイト", Kits: "キット", Vantage: "観測点",
		Targets: "対象", Budget: "予算", Estimate: "所要時間", Defaults: "ルールなし", NextStep: "次の一手",
		BudgetLine: "最大%sパケット、%s会話、1ホストにつき%s会話", DefaultsLine: "ゾーン間は%s、ゾーン内は%s",
		OpenLine: "行を開く", NextList: "次の一覧",
	}
	w.Rule = RuleWords{
		FirstMatch: "ルール：最初に一致したもので決まります", Rationale: "根拠", Application: "アプリ", DependsOn: "依存先",
		Profiles: "検査プロファイル", Decryption: "復号", Exclusions: "除外", DecryptionLogging: "復号とログ",
		LogStart: "開始", LogEnd: "終了", LogAtStart: "開始時のログ", LogAtEnd: "終了時のログ", Forwarding: "転送先", Antivirus: "アンチウイルス", IPS: "IPS", URLFilter: "URLフィルタ",
		CredentialPhishing: "認証情報フィッシング：%s", BlockCategories: "遮断：%s", Uncategorized: "未分類：%s", AllowList: "許可：%s",
		Sandbox: "サンドボックス", FileTypes: "ファイル種別：%s", DNSSecurity: "DNSセキュリティ", Sinkhole: "シンクホールあり", MinSeverity: "深刻度%s以上",
		NotAttached: "未適用", On: "有効", Off: "無効", Services: "実際の通信", Mitigates: "対応するテクニック", Controls: "主要コントロール",
		ControlsTechniques: "コントロールとテクニック", Observed: "このルールの下で観測したもの", WorstDeviations: "最も深刻な逸脱",
		NothingAsked: "該当フローなし", NothingAskedLong: "この監査に、このルールで決まるフローはありません。",
		NoService: "カタログに該当するサービスがなく、試験できません", OneRule: "1ルール", Untested: "%s行は未試験：%s",
		ZoneMatrix: "縦は送信元、横は宛先のゾーン",
		ZoneLegend: "適用されるルール、なければ既定を示します。",
		KitZones:   "サイトがないため、キットに書かれたゾーンを示しています。", StandIn: "観測点は%s",
		NotFromZone: "観測点が%sではないため、ここから試験できません。", ZoneUnknown: "ルールにあってサイトにないゾーン：%s",
		NoTargetThere: "サイトに該当する対象がありません。", TestedOf: "%s／%sを試験", Elsewhere: "その他すべて：%s",
		WholeRule: "ルール全体の判定", NextRule: "次・前のルール", NextDeviation: "次の逸脱",
		AllDeviations: "このルールの全行",
	}
	w.Threat = ThreatWords{
		Summary: "脅威", Goal: "攻撃者の狙い", Controls: "主要コントロール", ControlsMean: "攻撃を阻むもの",
		Carried: "担うルール", NotCarried: "担うルールなし", Proved: "全%sフローで証明済み",
		Disproved: "守られていません：逸脱%s／%s", Partly: "%s／%sフローで証明済み", Open: "試験していません",
		NextControl: "次のコントロール", OpenCarrier: "担うルールを開く",
	}
	w.Attack = AttackWords{
		Version:    "ATT&CK %s",
		PolicyOnly: "ネットワークポリシーのみの評価です。攻撃が失敗するとは限りません。",
		Says:       "%s（ネットワークポリシーのみ）",
		RunSays:    "監査の結果", NoRule: "対応するルールなし",
	}
	w.Runs = RunsWords{
		OnScreen: "表示中", Resumable: "{R}キーで途中から再開できます。", OnlyPartial: "再開できるのは途中までの監査だけです。",
		StillRunning: "監査はまだ実行中です。", Tool: "作成ツール", Doubts: "疑問点",
		SettledLine: "%s／%sフロー、ほかに%s行は観測点から試験不可", CopyID: "IDをコピー",
	}
	w.Kits = KitsWords{
		Warnings: "警告", Digest: "SHA-256", Schema: "スキーマ", Authors: "作成者", Nobody: "記載なし", Identity: "素性",
		References: "参考資料", Endpoints: "接続先：%s", NoSignature: "このファイルを保証する署名がありません", NotBacked: "「%s」を自称していますが、裏付ける署名がありません",
		NoKits:    "キットがありません。oobscope kit import FILEで追加できます。",
		Retrieved: "%s取得", MoreBelow: "ほか%s行：{enter}キーで表示", WholePage: "全文を表示", BackToList: "一覧へ戻る",
	}
	w.Help = HelpWords{
		Here: "この画面", Everywhere: "共通", Filter: "絞り込み", Verdicts: "判定", RestsOn: "判定のよりどころ",
		Signs: "記号", Severities: "深刻度とルールのリスク", Intents: "ポリシーの意図", About: "保証すること",
		Rests: []string{
			"実際にやり取りしたパケットを、最初に一致したルール、なければサイトの既定と照らし合わせます。",
			"無応答を遮断とみなすのは、ホストの稼働が証明され、経路にファイアウォールがあるときだけです。それ以外は検証不能です。",
		},
		Promise: []string{
			"確認した監査の間だけ、サイトに書かれた対象にだけパケットを送ります。",
			"ログイン、対象への書き込み、保存された機密情報の読み取りは決して行いません。",
		},
	}
}
