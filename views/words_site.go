package views

import "oobscope/audit"

// SiteWords belong to loading and writing a site file, and to the simulated segment.
type SiteWords struct {
	OpenTitle, OpenHint, OpenKeys, Path      string // the prompt for a path
	NoPath, NoCompletion                     string
	Checking                                 string // path
	Loaded                                   string // site, hosts, flows
	FormTitle, FormIntro, FormKeys, Writing  string
	ZonesOfKits                              string            // names
	Labels, Hints                            map[string]string // by field of audit.SiteDraft, and "file"
	Comments                                 audit.SiteComments
	DemoTitle, DemoWhat, DemoTakes, DemoKept string
	DemoStarting, OpenKey, NewKey, DemoKey   string
}

func siteInEnglish() SiteWords {
	return SiteWords{
		OpenTitle: "Load a site file", OpenHint: "It is read and checked; nothing is sent.", OpenKeys: "tab: complete   enter: load   esc: leave",
		Path: "File", NoPath: "Name a file.", NoCompletion: "Nothing to complete.", Checking: "Reading %s.",
		Loaded:    "%s is loaded: %s [host|hosts], %s [flow|flows] testable from here; {r} shows a run's cost",
		FormTitle: "Write a site file", FormIntro: "It says where things are and where you stand. Only what it lists is ever sent a packet. Writing it sends nothing.",
		FormKeys: "tab: next  shift+tab: back  enter on the last: write, load  esc: leave", Writing: "Writing the file.",
		ZonesOfKits: "The kits in use speak of: %s.",
		Labels: map[string]string{
			audit.DraftName: "Site", audit.DraftTargets: "Controllers", audit.DraftTargetZone: "Their zone", audit.DraftVantage: "We are",
			audit.DraftOwn: "Our address", audit.DraftOwnZone: "Our zone", audit.DraftInterzone: "Between zones", audit.DraftIntrazone: "Inside a zone",
			audit.DraftOnLink: "Link filtered", audit.DraftCanary: "Never assigned", "file": "File",
		},
		Hints: map[string]string{
			audit.DraftName:       "A short name for this site, such as dc1.",
			audit.DraftTargets:    "Addresses and prefixes of the management controllers, such as 198.18.1.0/24 198.18.2.7. Nothing else is ever sent a packet.",
			audit.DraftTargetZone: "The zone that the controllers lie in, as the policy names it.",
			audit.DraftVantage:    "A name for this machine; it stands in every report.",
			audit.DraftOwn:        "The address from which this machine reaches them.",
			audit.DraftOwnZone:    "The zone that this machine stands in. It decides which rules can be tested from here.",
			audit.DraftInterzone:  "What the firewall does between zones where no rule matches: drop, reject or allow (arrow keys).",
			audit.DraftIntrazone:  "What it does inside one zone where no rule matches. Many firewalls allow that.",
			audit.DraftOnLink:     "yes, if traffic between two stations of one link is filtered too (private VLAN). Else a drop on the own link cannot be verified.",
			audit.DraftCanary:     "Optional: addresses that are never assigned. An answer from one means that something on the path answers for everybody.",
			"file":                "Where to write it. A file that exists is never overwritten.",
		},
		Comments: audit.SiteComments{
			Head:        []string{"Where things are and where we stand, for oobscope. It holds addresses: keep it to yourself.", "Check it with: oobscope site check FILE"},
			Zones:       []string{"Zones, named as the rules of the kit name them. The longest prefix decides; \"*\" is the rest."},
			Vantage:     []string{"Where this machine stands. A zone that contradicts its own address is an error."},
			Targets:     []string{"Only what stands here is ever sent a packet. Roles: bmc, appliance, resolver, vendor.", "exclude: [...] leaves addresses out."},
			Defaults:    []string{"What the firewall does where no rule matches: drop, reject or allow. It must be stated."},
			Enforcement: []string{"style: app_id for a firewall that lets the first packets through to classify them.", "on_link: true if traffic on one link is filtered too."},
			Probe:       []string{"pace: gentle, normal or fast; none is harder on a single host.", "canary: addresses that are never assigned."},
		},
		DemoTitle: "Start the simulated segment?", DemoWhat: "64 simulated controllers answer on loopback addresses of this machine, and are audited live. No packet leaves the machine.",
		DemoTakes: "It takes about 12 seconds.", DemoKept: "Runs of the simulated segment are forgotten when the console closes; your own store is not touched.",
		DemoStarting: "Starting the simulated segment.", OpenKey: "load a site", NewKey: "write a site file", DemoKey: "see it work",
	}
}

func siteInJapanese() SiteWords {
	return SiteWords{
		OpenTitle: "サイトファイルを読み込む", OpenHint: "読んで検査するだけで、何も送りません。", OpenKeys: "tab：補完   enter：読み込む   esc：やめる",
		Path: "ファイル", NoPath: "ファイル名を入力してください。", NoCompletion: "補完するものがありません。", Checking: "%sを読んでいます。",
		Loaded:    "%sを読み込みました。%sホスト、%sフローをここから試験できます。{r}で監査の規模を確認できます。",
		FormTitle: "サイトファイルを書く", FormIntro: "どこに何があり、どこから見るかを示します。パケットを送るのは、ここに挙げた対象だけです。書くだけでは何も送りません。",
		FormKeys: "tab/enter：次   shift+tab：前   最後でenter：書いて読み込む   esc：やめる", Writing: "ファイルを書いています。",
		ZonesOfKits: "使用中のキットのゾーン：%s。",
		Labels: map[string]string{
			audit.DraftName: "サイト名", audit.DraftTargets: "対象アドレス", audit.DraftTargetZone: "対象のゾーン", audit.DraftVantage: "この機器",
			audit.DraftOwn: "自アドレス", audit.DraftOwnZone: "自ゾーン", audit.DraftInterzone: "ゾーン間", audit.DraftIntrazone: "ゾーン内",
			audit.DraftOnLink: "リンク内遮断", audit.DraftCanary: "未割り当て", "file": "ファイル",
		},
		Hints: map[string]string{
			audit.DraftName:       "このサイトの短い名前。例：dc1",
			audit.DraftTargets:    "管理コントローラのアドレスやプレフィックス。例：198.18.1.0/24 198.18.2.7（ほかにはパケットを送りません）",
			audit.DraftTargetZone: "コントローラのあるゾーン。ポリシーの名前で書きます。",
			audit.DraftVantage:    "この機器の名前。報告書に載ります。",
			audit.DraftOwn:        "この機器が対象に届くときのアドレス。",
			audit.DraftOwnZone:    "この機器のあるゾーン。どのルールをここから試験できるかが決まります。",
			audit.DraftInterzone:  "ルールがないとき、ゾーン間の通信をどうするか：drop、reject、allow（矢印キー）",
			audit.DraftIntrazone:  "ルールがないとき、ゾーン内の通信をどうするか。許可するファイアウォールが多くあります。",
			audit.DraftOnLink:     "同じリンク上の通信も遮断するならyes（プライベートVLANなど）。noなら、自リンクでの破棄は検証できません。",
			audit.DraftCanary:     "任意：割り当てのないアドレス。応答があれば、経路上の何かが代わりに答えています。",
			"file":                "書き込み先。既存のファイルは上書きしません。",
		},
		Comments: audit.SiteComments{
			Head:        []string{"oobscope用：どこに何があり、どこから見るか。アドレスを含むので扱いに注意。", "検査：oobscope site check FILE"},
			Zones:       []string{"ゾーン。名前はキットのルールに合わせる。最長のプレフィックスが優先、\"*\"は残りすべて。"},
			Vantage:     []string{"この機器の位置。自アドレスと矛盾するゾーンは誤り。"},
			Targets:     []string{"パケットを送るのはここに挙げたものだけ。役割：bmc、appliance、resolver、vendor", "exclude: [...] で除外できる。"},
			Defaults:    []string{"ルールがないときの動作：drop、reject、allow。必ず書くこと。"},
			Enforcement: []string{"style: app_id は、最初のパケットを通して識別するファイアウォール。", "on_link: true は、同じリンク上の通信も遮断する場合。"},
			Probe:       []string{"pace：gentle、normal、fast。どれも一台への負荷は同じ。", "canary：割り当てのないアドレス。"},
		},
		DemoTitle: "模擬セグメントを始めますか。", DemoWhat: "この機器のループバックで64台の模擬コントローラが応答し、その場で監査します。パケットは機器の外に出ません。",
		DemoTakes: "約12秒かかります。", DemoKept: "模擬の監査は画面を閉じると消えます。既存の保存内容には触れません。",
		DemoStarting: "模擬セグメントを始めています。", OpenKey: "サイトを読み込む", NewKey: "サイトファイルを書く", DemoKey: "動作を見る",
	}
}
