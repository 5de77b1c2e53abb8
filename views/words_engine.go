package views

import "oobscope/probes"

// EngineWords say how a run sends first packets, at what rate, and what has slowed it down.
type EngineWords struct {
	Name      map[string]string // by probes.Engine
	Mean      map[string]string // by probes.Engine: what it does
	Label     string
	Is        string // name
	With      string // name, what it does, what bounds it
	AtATime   string // hosts
	Sockets   string // sockets: the limit of open files
	PerSecond string // first packets a second
	Slowed    string // first packets a second now, those of the pace
	Tries     string // unanswered, all
	Limiter   string // first packets a second, time
	Losing    string // per cent
	Other     string // a key: another engine
	Chosen    string // name
}

// Of names an engine in the words of a user who may know it from the command line.
func (w *EngineWords) Of(e probes.Engine) string { return or(w.Name, e.String()) }

func engineInEnglish() EngineWords {
	return EngineWords{
		Name: map[string]string{"visits": "visits", "sweep": "sweep", "crowd": "crowd"},
		Mean: map[string]string{
			"visits": "host by host, a first packet from a socket of its own",
			"sweep":  "raw first packets to all hosts in turn (CAP_NET_RAW); what answers is visited",
			"crowd":  "first packets from many sockets at once; what answers is visited",
		},
		Is: "engine: %s", Label: "Engine", With: "%s: %s%s", AtATime: ", %s hosts at a time on this machine", Sockets: ", at most %s sockets (limit of open files)",
		PerSecond: "first packets %s/s", Slowed: "first packets %s/s, slowed down from %s/s", Tries: "%s of %s tries unanswered",
		Limiter: "A limiter on the path passes about %s first packets/s: keeping below it has cost %s so far.",
		Losing:  "The path loses about %s %% of the tries, whatever the rate.",
		Other:   "another engine", Chosen: "Engine: %s",
	}
}

func engineInJapanese() EngineWords {
	return EngineWords{
		Name: map[string]string{"visits": "巡回（visits）", "sweep": "掃引（sweep）", "crowd": "多重（crowd）"},
		Mean: map[string]string{
			"visits": "ホストごとに専用ソケットから最初のパケットを送る",
			"sweep":  "全ホストへ順に生パケットを送り（CAP_NET_RAW）、応答したものを調べる",
			"crowd":  "多数のソケットから同時に送り、応答したものを調べる",
		},
		Is: "方式：%s", Label: "方式", With: "%s：%s%s", AtATime: "、この機器では同時に%sホスト", Sockets: "、最大%sソケット（開けるファイル数の上限）",
		PerSecond: "最初のパケット%s/秒", Slowed: "最初のパケット%s/秒（%s/秒から減速）", Tries: "無応答の試行%s／%s",
		Limiter: "経路の制限は最初のパケット約%s/秒です。それ以下に抑えるため、これまでに%s余分にかかりました。",
		Losing:  "経路は速さによらず試行の約%s%%を失います。",
		Other:   "方式を変える", Chosen: "方式：%s",
	}
}
