package views

// WaiversWords belong to the list of waivers, and to agreeing to one.
type WaiversWords struct {
	Name, Key                       string // title; what the key that leads there does
	State                           map[WaiverStanding]string
	Mean                            map[WaiverStanding]string // one sentence: what it means now, and what to do
	Until, Requested, Approved      string                    // column heads
	None                            string
	Approve, OpenFlow, CopyLine     string // keys
	What, Covers, Days, Run, Source string // labels
	InSite, InStore                 string
	CoversLine                      string // flows
	NotInRun                        string
	DaysLeft, DayLeft, DaysPast     string // number
	ByAt                            string // who, when
	NamedBy                         string // approver, by whom, when
	AnyAnswer                       string
	OnlyRequested, OnlyStored       string
	NothingAsked                    string // Diff: nothing chosen waits for an approval
	ApproveOne                      string
	ApproveTitle, Done              string // number
	ApproveMeans                    string // login
	OwnRequest                      string // login
	Unreadable                      string // number, the first trouble
}

func waiversInEnglish() WaiversWords {
	return WaiversWords{
		Name: "Waivers", Key: "waivers",
		State: map[WaiverStanding]string{
			standsRequested: "requested", standsEarly: "not begun", standsActive: "active", standsEnding: "expiring", standsExpired: "expired",
			standsVoided: "voided", standsStale: "stale", standsUnmatched: "unmatched", standsWithdrawn: "withdrawn", standsInvalid: "not valid",
		},
		Mean: map[WaiverStanding]string{
			standsRequested: "It does not count yet: somebody else than who asked for it has to approve it.",
			standsEarly:     "It is approved, and counts from its first day on.",
			standsActive:    "It counts: what it covers stays a deviation, and is marked as waived.",
			standsEnding:    "It counts, and ends soon: remove the cause, or ask for it anew.",
			standsExpired:   "It has ended and counts no more: what it covered deviates again.",
			standsVoided:    "It does not count: something else answers there now than what was accepted.",
			standsStale:     "It is not needed any more: the run on screen proves that the flow conforms. Withdraw it.",
			standsUnmatched: "It covers nothing in the run on screen: nothing deviates there as it says.",
			standsWithdrawn: "It was taken back and counts no more. It stays on record.",
			standsInvalid:   "It cannot be read as a waiver and does not count.",
		},
		Until: "Until", Requested: "Requested by", Approved: "Approved by",
		None:    "No waiver. On the Diff screen, {diff.w} asks for one: a deviation that is accepted for a while.",
		Approve: "approve", OpenFlow: "open the line it is about", CopyLine: "copy it as a line",
		What: "About", Covers: "Covers", Days: "Valid", Run: "Seen in run", Source: "Kept in",
		InSite: "the site file: change it there", InStore: "the store",
		CoversLine: "%s flows of the run on screen", NotInRun: "nothing of the run on screen",
		DaysLeft: "%s [day|days] left", DayLeft: "the last day", DaysPast: "ended %s [day|days] ago", ByAt: "%s, %s",
		NamedBy: "%s, named by %s, %s", AnyAnswer: "not bound to what answers",
		OnlyRequested: "Only one that was requested can be approved.", OnlyStored: "This waiver stands in the site file: change it there.",
		NothingAsked: "No waiver that is about this waits for an approval.",
		ApproveOne:   "Approve this waiver?", ApproveTitle: "Approve %s waivers?", Done: "Approved: %s",
		ApproveMeans: "You approve as %s, and the trail records it. From then on it counts, to its last day or until something else answers there.",
		OwnRequest:   "You (%s) asked for it: a waiver needs a second person.",
		Unreadable:   "%s stored [waiver|waivers] cannot be read and [does|do] not count: %s",
	}
}

func waiversInJapanese() WaiversWords {
	return WaiversWords{
		Name: "例外承認", Key: "例外一覧",
		State: map[WaiverStanding]string{
			standsRequested: "申請中", standsEarly: "開始前", standsActive: "有効", standsEnding: "期限間近", standsExpired: "期限切れ",
			standsVoided: "無効化", standsStale: "不要", standsUnmatched: "該当なし", standsWithdrawn: "取り下げ", standsInvalid: "不正",
		},
		Mean: map[WaiverStanding]string{
			standsRequested: "まだ有効ではありません。申請者とは別の人の承認が必要です。",
			standsEarly:     "承認済みで、開始日から有効になります。",
			standsActive:    "有効です。対象は逸脱のまま、例外と表示されます。",
			standsEnding:    "有効ですが、まもなく終わります。原因を除くか、申請し直してください。",
			standsExpired:   "期限が切れました。対象は再び逸脱として数えます。",
			standsVoided:    "無効です。承認されたときとは別のものが応答しています。",
			standsStale:     "もう不要です。表示中の監査が適合を証明しています。取り下げてください。",
			standsUnmatched: "表示中の監査には、これに当たる逸脱がありません。",
			standsWithdrawn: "取り下げられました。記録には残ります。",
			standsInvalid:   "例外として読めないため、有効ではありません。",
		},
		Until: "期限", Requested: "申請者", Approved: "承認者",
		None:    "例外はありません。差分画面の{diff.w}で、逸脱を期限付きの例外として申請できます。",
		Approve: "承認", OpenFlow: "対象の行を開く", CopyLine: "1行でコピー",
		What: "対象", Covers: "範囲", Days: "期間", Run: "見つけた監査", Source: "保存場所",
		InSite: "サイトファイル（変更はそちらで）", InStore: "ストア",
		CoversLine: "表示中の監査の%sフロー", NotInRun: "表示中の監査には該当なし",
		DaysLeft: "残り%s日", DayLeft: "今日まで", DaysPast: "%s日前に終了", ByAt: "%s、%s",
		NamedBy: "%s（%sが記入）、%s", AnyAnswer: "応答の内容に結び付いていません",
		OnlyRequested: "承認できるのは申請中のものだけです。", OnlyStored: "この例外はサイトファイルにあります。そちらで変えてください。",
		NothingAsked: "これに関する承認待ちの例外はありません。",
		ApproveOne:   "この例外を承認しますか。", ApproveTitle: "例外%s件を承認しますか。", Done: "承認しました：%s件",
		ApproveMeans: "%sとして承認し、証跡に記録します。以後、期限の日まで、または別のものが応答するまで有効です。",
		OwnRequest:   "あなた（%s）の申請です。承認には別の人のログインが必要です。",
		Unreadable:   "保存された例外のうち%s件が読めず、有効ではありません：%s",
	}
}
