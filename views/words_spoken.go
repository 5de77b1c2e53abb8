package views

// SpokenWords are what the dialogue of plain mode says around the screens. %1 and %2 are numbers or texts that are
// formatted already.
type SpokenWords struct {
	MoreRows, Chosen, Marked, To  string
	SortedUp, SortedDown          string // column
	Greeting, HowTo, Commands     string
	CommandLines                  []string // for help
	Unknown, NoLine, Nothing      string
	Progress                      string // percent, deviations so far
	Copied                        string // bytes
	CopyEnds, AnswerYesNo, Closed string
	TypeInto                      string
	Goodbye, TooLong              string
	Menu, Ready, Filter, Elsewise string
}

func spokenInEnglish() SpokenWords {
	return SpokenWords{
		MoreRows: "%1 more; say \"more\" to go on.", Chosen: "Chosen:", Marked: "Marked.", To: "to",
		SortedUp: "Sorted by %1, rising.", SortedDown: "Sorted by %1, falling.",
		Greeting: "oobscope %1 in plain mode. Nothing is redrawn; every answer is printed once.",
		HowTo:    "Type a command and press Enter. \"help\" lists the commands, \"quit\" ends.",
		Commands: "Commands",
		CommandLines: []string{
			"NAME: go to a screen: overview, rules, zones, threat, attack, probes, diff, runs, kits. \"menu\" lists all.",
			"again: say this screen once more. more, less: the next or the previous lines of a list.",
			"NUMBER: open that line. choose NUMBER: only choose it. open: open the chosen line.",
			"filter TEXT: only the lines that hold it; filter alone shows all again.",
			"back: where we came from. where: the name of this screen and the state of the run.",
			"start: start a run, after a question. stop: stop it. status: how far it is.",
			"keys: what else works on this screen. key K: press that key, as in \"key v\".",
			"copy: print the chosen line in full. export FORMAT: write a report to a file.",
			"A line that begins with a colon is a command of the console's own, as in \":host 198.18.1.5\".",
		},
		Unknown: "There is no command %1 here. Say \"help\".", NoLine: "There is no line %1 here.", Nothing: "Nothing changed.",
		Progress: "%1 percent of the run is done, %2 deviations so far.",
		Copied:   "The text, %1 bytes:", CopyEnds: "End of the text.", AnswerYesNo: "Answer \"yes\" or \"no\".", Closed: "Closed.",
		TypeInto: "Type what belongs in the field and press Enter; \"/enter\" confirms, \"/esc\" closes, \"/tab\" goes on.",
		Goodbye:  "Closed; what was observed is stored.", TooLong: "That line is too long.",
		Menu: "Screens", Ready: "Ready.", Filter: "Filter: %1", Elsewise: "Keys on this screen",
	}
}

func spokenInJapanese() SpokenWords {
	return SpokenWords{
		MoreRows: "残り%1件。続きは more。", Chosen: "選択中：", Marked: "印あり。", To: "→",
		SortedUp: "%1の昇順。", SortedDown: "%1の降順。",
		Greeting: "oobscope %1、プレーンモードです。画面は描き直さず、答えは一度だけ印字します。",
		HowTo:    "コマンドを入力してEnterを押してください。helpで一覧、quitで終了します。",
		Commands: "コマンド",
		CommandLines: []string{
			"画面の名前：その画面へ移ります。overview、rules、zones、threat、attack、probes、diff、runs、kits。menuで全部を示します。",
			"again：この画面をもう一度。more、less：一覧の次、前の行。",
			"番号：その行を開きます。choose 番号：選ぶだけ。open：選んだ行を開きます。",
			"filter 語：その語を含む行だけにします。filterだけなら全部に戻ります。",
			"back：前の画面へ。where：画面の名前と監査の状態。",
			"start：確認のあと監査を始めます。stop：止めます。status：進み具合。",
			"keys：この画面でほかに使えるキー。key K：そのキーを押します。例：key v",
			"copy：選んだ行の全文を印字します。export 形式：報告書をファイルに書きます。",
			"コロンで始まる行は、画面のコマンドです。例：:host 198.18.1.5",
		},
		Unknown: "%1というコマンドはここにはありません。helpで一覧を示します。", NoLine: "%1番の行はありません。", Nothing: "変わりません。",
		Progress: "監査は%1パーセントまで進みました。これまでの逸脱は%2件です。",
		Copied:   "本文、%1バイト：", CopyEnds: "本文は以上です。", AnswerYesNo: "yes か no で答えてください。", Closed: "閉じました。",
		TypeInto: "欄に入れる文字を打ってEnterを押してください。/enterで確定、/escで閉じる、/tabで次の欄です。",
		Goodbye:  "閉じました。観測した分は保存済みです。", TooLong: "行が長すぎます。",
		Menu: "画面", Ready: "待機中です。", Filter: "絞り込み：%1", Elsewise: "この画面のキー",
	}
}
