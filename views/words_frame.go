package views

// FrameWords are what the console says around the screens: the header, the status line, the questions it
// asks. A %s takes a text that is formatted already.
type FrameWords struct {
	Sending, Planning, Launching, Storing, Leaving                   string
	LeaveLate                                                        string
	Copied, Lines                                                    string // what, bytes; number
	Menu, Escape, Suspend                                            string
	NoSite, NoKit, RunIsOn, NoRunOn, NotWhileLive, NoSuspend, Stored string
	OnScreen                                                         string // run
	NothingToExport, Exporting, Opening, Opened                      string
	NotRemembered                                                    string // error
	EndedNext                                                        string // key, name of a screen
	EndedComplete, EndedPartial                                      string // deviations
	EndedFrozen                                                      string
	KitCount                                                         string // number
	Pace                                                             string // name, gap, at once
	DeadRun, WhatToDo, KeptAll, AnyKey                               string
	RunsUnread                                                       string // number, first error
	TooLong, Simulated                                               string
	ConfirmResume, Deleted                                           string // run
	RunCounts                                                        string // flows, deviations
	DeleteMeans, StopMeans                                           string // what comes of it
	ResumeLeft                                                       string // flows
}

func frameInEnglish() FrameWords {
	return FrameWords{
		Sending: "sending packets", Planning: "Planning the run.", Launching: "Starting the run.",
		Storing:   "Stopping the run and storing what was observed.",
		Leaving:   "The console closes as soon as that is done; at most %s.",
		LeaveLate: "The run is still being stored; the console is closed, the program waits for it.",
		Copied:    "copied %s, %s bytes (OSC 52)", Lines: "%s [line|lines]", Menu: "the screens of the menu",
		Escape: "clear the filter, else back", Suspend: "suspend the program",
		NoSite: "No site is loaded: press {overview.o} on the overview to load one.", NoKit: "No kit is in use: choose one on the Kits screen.",
		RunIsOn: "A run is on already.", NoRunOn: "No run is on.",
		NotWhileLive: "Not while a run is on: stop it first.",
		NoSuspend:    "Not while a run is on: stopped clocks would turn answers into silence.",
		Stored:       "What was observed is kept.",
		OnScreen:     "Run %s is on screen: open another one first.", NothingToExport: "There is no stored run on screen to export.",
		Exporting: "Writing the report.", Opening: "Opening the run.", Opened: "Run %s is on screen.",
		NotRemembered: "The choice holds until the console closes, but could not be kept: %s",
		EndedNext:     "press %s for %s",
		EndedComplete: "The run ended: %s [deviation|deviations]", EndedPartial: "The run stopped and is partial: %s [deviation|deviations]",
		EndedFrozen: "The run ended; the display is frozen: press {f} to see its end.",
		KitCount:    "%s kits", Pace: "Pace %s: %s between two conversations with one host",
		DeadRun: "The run failed", WhatToDo: "What to do",
		KeptAll: "What was observed before is stored, and the run can be resumed on the Runs screen.",
		AnyKey:  "enter or esc: close this page", RunsUnread: "%s stored [run|runs] could not be read: %s",
		TooLong: "The text was cut to what fits here.", Simulated: "SIMULATED SEGMENT", ConfirmResume: "Go on with run %s?",
		Deleted: "Run %s is deleted.", RunCounts: "%s [flow|flows], %s [deviation|deviations]",
		DeleteMeans: "Its file is removed for good: export the run first if it is still needed.",
		StopMeans:   "It can go on later: {runs.R} on the Runs screen.",
		ResumeLeft:  "%s [flow|flows] left. Packets are sent again.",
	}
}

func frameInJapanese() FrameWords {
	return FrameWords{
		Sending: "パケット送信中", Planning: "監査を計画しています。", Launching: "監査を始めています。",
		Storing:   "監査を停止し、観測した分を保存しています。",
		Leaving:   "終わりしだい閉じます。長くても%sです。",
		LeaveLate: "まだ保存中です。画面は閉じましたが、保存が終わるまで待ちます。",
		Copied:    "コピーしました：%s、%sバイト（OSC 52）", Lines: "%s行", Menu: "メニューの画面",
		Escape: "絞り込みを消す、なければ戻る", Suspend: "プログラムを一時停止",
		NoSite: "サイトが読み込まれていません。概要で{overview.o}を押して読み込んでください。", NoKit: "使うキットがありません。キット画面で選んでください。",
		RunIsOn: "すでに監査中です。", NoRunOn: "監査中ではありません。",
		NotWhileLive: "監査中はできません。先に停止してください。",
		NoSuspend:    "監査中は中断できません。時計が止まると、応答が無応答に見えてしまいます。",
		Stored:       "観測した分は残ります。",
		OnScreen:     "監査%sは表示中です。先に別の監査を開いてください。", NothingToExport: "書き出せる保存済みの監査が表示されていません。",
		Exporting: "報告書を書いています。", Opening: "監査を開いています。", Opened: "監査%sを表示しています。",
		NotRemembered: "この選択は閉じるまで有効ですが、保存できませんでした：%s",
		EndedNext:     "%sキーで%s",
		EndedComplete: "監査が終わりました。逸脱%s件", EndedPartial: "監査は途中で止まりました。逸脱%s件",
		EndedFrozen: "監査が終わりました。表示は固定中です。{f}キーで結果を見られます。",
		KitCount:    "キット%s個", Pace: "ペース：%s（同じホストとの会話は%s以上あける）",
		DeadRun: "監査が失敗しました", WhatToDo: "できること",
		KeptAll: "それまでの観測は保存され、履歴の画面から再開できます。",
		AnyKey:  "enterかescで閉じます", RunsUnread: "保存済みの監査%s件を読めませんでした：%s",
		TooLong: "入りきらない分は切り捨てました。", Simulated: "模擬セグメント", ConfirmResume: "監査%sを再開しますか。",
		Deleted: "監査%sを削除しました。", RunCounts: "%sフロー、逸脱%s件",
		DeleteMeans: "ファイルは完全に消えます。まだ要るなら、先に書き出してください。",
		StopMeans:   "{runs.R}キーで、履歴の画面から再開できます。",
		ResumeLeft:  "残り%sフロー。再びパケットを送ります。",
	}
}
