package views

// ProofWords say whether the packets of a silent flow have left this machine, and whether they were enough.
type ProofWords struct {
	Departure       string // name of the gate
	Left, Missing   string
	NoneRefused     string
	NobodySaysAfter string // packets that were refused here
	Tries           string // tries made, tries needed
	KeptBack        string // alarm; packets that were refused here
	Impostor        string // alarm; what canaries answered
	NothingYet      string // the answer on top while not one flow is judged
	NotJudged       string // a control or technique whose flows all wait
	NotRechecked    string // the run is over, and no flow was asked again
}

func proofInEnglish() ProofWords {
	return ProofWords{
		Departure: "Departure", Left: "the packets left this machine",
		Missing:         "a capture sees packets to this host leave, but none of this flow",
		NoneRefused:     "this machine refused none of the packets of this run",
		NobodySaysAfter: "nobody can say whether the packets left, and this machine refused to send %s [packet|packets] in this run",
		Tries:           "asked %d [time|times], %d [is|are] needed on a path that loses so much",
		KeptBack:        "This machine refused to send %s [packet|packets] during the run: silence counts only where the packets are known to have left.",
		Impostor:        "Addresses that must not exist gave answers (%s): the same from a target proves neither a service nor a live host.",
		NothingYet:      "No flow is judged yet.", NotJudged: "not judged yet",
		NotRechecked: "not made: no early open flow was asked again in this run",
	}
}

func proofInJapanese() ProofWords {
	return ProofWords{
		Departure: "送出", Left: "パケットはこの機器から出ました",
		Missing:         "このホスト宛ての送出は見えるのに、このフローのものはありません",
		NoneRefused:     "今回この機器が送出を拒んだパケットはありません",
		NobodySaysAfter: "送出されたか不明、今回この機器は%sパケットの送出を拒みました",
		Tries:           "試行%d回、この損失の経路では%d回必要です",
		KeptBack:        "監査中にこの機器が%sパケットの送出を拒みました：無応答は送出が分かるものだけ数えます。",
		Impostor:        "存在しないはずのアドレスが応答（%s）：同じ応答はサービスの証拠にも生存の証拠にもなりません。",
		NothingYet:      "まだ判定したフローはありません。", NotJudged: "まだ判定していません",
		NotRechecked: "実施なし：序盤に開いていたフローを再確認していません",
	}
}
