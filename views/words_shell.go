package views

// ShellWords belong to what surrounds the screens and is no screen itself: the palette, settings that are
// changed on the way, masks, the clipboard.
type ShellWords struct {
	Command, NoCommand                      string // head of the palette; when nothing matches
	Do, Choose, Complete, Close, Earlier    string // its keys
	GoTo, With                              string // screen; screen, what it is opened for
	OpenRun                                 string // when, where, how it ended
	UseKit, DropKit                         string
	OpenHost, OpenRule                      string
	FlowsOf, TechniqueOn                    string // screen
	ExportAs                                string // format
	SetTheme, SetLang                       string // name
	SortBy                                  string // column
	Mask, Mouse, QuitKeep, Forward          string // what a key does
	LowBandwidth, ASCII, Progress           string // likewise
	Masked                                  string // the banner
	MaskOn, MaskOff, MouseOn, MouseOff      string
	ThemeIs, LangIs, SettingOn, SettingOff  string // name
	NoForward, NoBack                       string
	ConfigWrong, ConfigHint                 string
	RecallWrong                             string // error
	NotKept                                 string // error
	Spilled, SpilledName                    string
	SpilledWhat                             string // what, bytes
	CopiedMasked, ExportUnmasked, TmuxNeeds string // added to a message
	Copying                                 string // what
	NotMasked, MaskedFile                   string // of a copy that went to a file
	Scrolls                                 string // keys of a page that is longer than the window
}

func shellInEnglish() ShellWords {
	return ShellWords{
		Command: "Command", NoCommand: "Nothing here has that name. Try a screen, a host, a rule, or a word of what you want to do.",
		Do: "do it", Choose: "choose", Complete: "complete", Close: "close", Earlier: "asked before",
		GoTo: "go to %s", With: "open %s for %s", OpenRun: "open the run: %s",
		UseKit: "use in the next run", DropKit: "no longer use in the next run", OpenHost: "open the host", OpenRule: "open the rule",
		FlowsOf: "its flows on %s", TechniqueOn: "find it on %s", ExportAs: "write the report as %s", SetTheme: "colours: %s", SetLang: "language: %s", SortBy: "in the order of: %s",
		Mask: "mask addresses and names", Mouse: "take or leave the mouse", QuitKeep: "quit, keep this screen", Forward: "forward",
		LowBandwidth: "for a slow line: redraw less often", ASCII: "draw with ASCII alone", Progress: "progress in the terminal's tab",
		Masked: "MASKED", MaskOn: "Addresses and host names are masked, in what is copied too. Reports are not.", MaskOff: "Addresses and names are shown again, and copied as they are.",
		MouseOn: "The mouse is ours: wheel and clicks work. Most terminals select text while shift is held.", MouseOff: "The mouse is the terminal's again.",
		ThemeIs: "Theme: %s", LangIs: "Language: %s", SettingOn: "%s: on", SettingOff: "%s: off",
		NoForward: "There is nothing to go forward to.", NoBack: "This is where you began.",
		ConfigWrong: "The config file has mistakes", ConfigHint: "What is wrong there has its default, everything else holds. To look at it again: oobscope config check",
		RecallWrong: "What the last session kept is not used: %s.", NotKept: "What this session leaves behind could not be kept: %s",
		Spilled: "Too large for the clipboard, so it is in a file", SpilledWhat: "%s, %s bytes, readable by you alone:", SpilledName: "The name of the file is copied (OSC 52)",
		CopiedMasked: "addresses and names masked", ExportUnmasked: "Its addresses and names are not masked.", Copying: "Writing %s.", NotMasked: "Nothing in it is masked.", MaskedFile: "Addresses and names in it are masked.", TmuxNeeds: "tmux: needs set-clipboard on",
		Scrolls: "j/k: scroll",
	}
}

func shellInJapanese() ShellWords {
	return ShellWords{
		Command: "コマンド", NoCommand: "その名前のものはありません。画面、ホスト、ルール、したいことの一語を入力してください。",
		Do: "実行", Choose: "選択", Complete: "補完", Close: "閉じる", Earlier: "前に使ったもの",
		GoTo: "%sへ移動", With: "%sを開く：%s", OpenRun: "監査を開く：%s",
		UseKit: "次の監査で使う", DropKit: "次の監査では使わない", OpenHost: "ホストを開く", OpenRule: "ルールを開く",
		FlowsOf: "%sでフローを見る", TechniqueOn: "%sで探す", ExportAs: "報告書を書き出す：%s", SetTheme: "配色：%s", SetLang: "言語：%s", SortBy: "並べ替え：%s",
		Mask: "アドレスと名前を隠す", Mouse: "マウスの使用を切り替える", QuitKeep: "画面を残して終了", Forward: "進む",
		LowBandwidth: "遅い回線向け：描き直しを減らす", ASCII: "ASCIIだけで描く", Progress: "端末のタブに進み具合を出す",
		Masked: "伏せ字", MaskOn: "アドレスとホスト名を隠しました。コピーにも効きますが、報告書には効きません。", MaskOff: "アドレスと名前をまた表示し、そのままコピーします。",
		MouseOn: "マウスを使います。ホイールとクリックが効きます。文字の選択はShiftを押しながら。", MouseOff: "マウスを端末に返しました。",
		ThemeIs: "配色：%s", LangIs: "言語：%s", SettingOn: "%s：オン", SettingOff: "%s：オフ",
		NoForward: "これより先はありません。", NoBack: "ここが始まりです。",
		ConfigWrong: "設定ファイルに誤りがあります", ConfigHint: "誤りのある項目は既定値です。ほかの設定は有効です。確認するには oobscope config check",
		RecallWrong: "前回の続きは使いません：%s。", NotKept: "今回の続きを残せませんでした：%s",
		Spilled: "クリップボードには大きすぎるため、ファイルに書きました", SpilledWhat: "%s、%sバイト。読めるのはあなただけです：", SpilledName: "ファイル名をコピーしました（OSC 52）",
		CopiedMasked: "アドレスと名前は伏せ字", ExportUnmasked: "この中のアドレスと名前は隠れていません。", Copying: "%sを書き出しています。", NotMasked: "伏せ字はありません。", MaskedFile: "アドレスと名前は伏せ字です。", TmuxNeeds: "tmuxではset-clipboard onが必要",
		Scrolls: "j/kで続き",
	}
}
