package views

// TroubleWords are the pages about what went wrong. The maps are keyed by what was asked for (plan, launch, run, stored,
// list, site, demo, start) and by the kind of an error (locked, damaged, gone).
type TroubleWords struct {
	What, IsSafe, Scroll string // sections; the key that scrolls
	Title, KindTitle     map[string]string
	Safe, Next           map[string]string
	Warnings             string // site, how many
	Unread               string // how many, the first
	Small, SmallNext     string // what is safe in a window that is too small; what to do
}

func troubleInEnglish() TroubleWords {
	return TroubleWords{
		What: "What happened", IsSafe: "What is safe", Scroll: "j/k: scroll",
		Title: map[string]string{
			"plan": "The run could not be planned", "launch": "The run could not be started", "run": "The run failed", "stored": "The run could not be opened",
			"list": "Some of the store could not be read", "site": "The site file is not sound", "demo": "The simulated segment did not start",
			"start": "Something could not be read at the start",
		},
		KindTitle: map[string]string{"locked": "It is in use by another program", "damaged": "The file is damaged", "gone": "It is not in the store any more", "missing": "There is no such file", "forbidden": "It may not be read by this user",
			"newer": "It was written by a newer oobscope", "full": "The disk is full"},
		Safe: map[string]string{
			"plan": "No packet was sent, and nothing stored was changed.", "launch": "No packet was sent. What was stored before is as it was.",
			"run":    "What was observed before is stored, and the run can be resumed.",
			"stored": "Nothing was changed. The other runs can be opened.", "list": "Nothing was changed. The other runs are listed and can be opened.",
			"site": "Nothing was sent, stored or changed. The site that was loaded before stays in use.", "demo": "Nothing was sent.",
			"start": "Nothing was changed. What is named here is left out; everything else works.", "locked": "Nothing was changed. The other program goes on undisturbed.",
			"damaged": "Only what is named above is affected. It was not changed; every other run can be opened.", "gone": "Nothing was changed.", "missing": "Nothing was changed.", "forbidden": "Nothing was changed.", "newer": "Nothing was changed.",
			"warnings": "The site is loaded and can be used as it is.",
		},
		Next: map[string]string{
			"plan":   "Correct what is named above in the site file and load it again with {overview.o} on the overview; oobscope site check FILE says the same.",
			"launch": "Correct what is named above, then press {r} again.",
			"run":    "Correct the cause if it is on this machine, then resume the run with {runs.R} on the screen of runs.",
			"stored": "Choose another run on the screen of runs, or try again.", "list": "See what is damaged with oobscope store check, and get out what is readable with oobscope store salvage.",
			"site": "Correct the lines that are named above in an editor, then load the file again with {overview.o} on the overview. oobscope site check FILE says the same.",
			"demo": "Close what keeps the loopback addresses or file handles, then try again.", "start": "Import the kit again or load the site file again, once it is corrected.",
			"locked": "Close it there, or wait until it has ended, and try again.", "damaged": "oobscope store check names all that is damaged; oobscope store salvage RUN copies what is readable into a new run. What is beyond repair can be deleted with {runs.D} on the screen of runs.",
			"missing": "Check the name: in the prompt, tab completes it.", "forbidden": "Make it readable for this user, or name another one.",
			"newer": "Open it with the program that wrote it, or with a newer one. oobscope version says which this is.",
			"full":  "Free some space: oobscope store info says what the store takes, oobscope store prune deletes old runs. Then resume a run that was cut short with {runs.R} on the screen of runs.",
			"gone":  "Leave this page; the list is read again.", "warnings": "Read them once; a run says the same again.",
		},
		Warnings: "%s is sound; worth knowing: %s", Unread: "%s stored [run|runs] could not be read: %s",
		Small: "Nothing is lost: a run goes on, and what it observes is stored.", SmallNext: "Make the window larger or the letters smaller.",
	}
}

func troubleInJapanese() TroubleWords {
	return TroubleWords{
		What: "起きたこと", IsSafe: "無事なもの", Scroll: "j/k：スクロール",
		Title: map[string]string{
			"plan": "監査を計画できませんでした", "launch": "監査を始められませんでした", "run": "監査が失敗しました", "stored": "監査を開けませんでした",
			"list": "保存内容の一部を読めませんでした", "site": "サイトファイルに誤りがあります", "demo": "模擬セグメントを始められませんでした",
			"start": "起動時に読めないものがありました",
		},
		KindTitle: map[string]string{"locked": "ほかのプログラムが使用中です", "damaged": "ファイルが壊れています", "gone": "もう保存されていません", "missing": "そのようなファイルはありません", "forbidden": "このユーザには読めません",
			"newer": "新しい版のoobscopeが書いたものです", "full": "ディスクに空きがありません"},
		Safe: map[string]string{
			"plan": "パケットは送られず、保存内容も変わっていません。", "launch": "パケットは送られていません。保存済みの内容はそのままです。",
			"run":    "それまでの観測は保存され、監査は再開できます。",
			"stored": "何も変わっていません。ほかの監査は開けます。", "list": "何も変わっていません。ほかの監査は一覧にあり、開けます。",
			"site": "何も送られず、保存も変更もされていません。前に読み込んだサイトを引き続き使います。", "demo": "何も送られていません。",
			"start": "何も変わっていません。ここに挙げたもの以外はすべて使えます。", "locked": "何も変わっていません。相手のプログラムはそのまま動いています。",
			"damaged": "影響は上に挙げたものだけです。変更はしておらず、ほかの監査は開けます。", "gone": "何も変わっていません。", "missing": "何も変わっていません。", "forbidden": "何も変わっていません。", "newer": "何も変わっていません。",
			"warnings": "サイトは読み込まれ、このまま使えます。",
		},
		Next: map[string]string{
			"plan":   "上に挙げた点をサイトファイルで直し、概要で{overview.o}を押して読み込み直してください。oobscope site check FILEでも確認できます。",
			"launch": "上に挙げた点を直してから、もう一度{r}を押してください。",
			"run":    "原因がこの機器にあれば直し、履歴の画面で{runs.R}を押して再開してください。",
			"stored": "履歴の画面で別の監査を選ぶか、もう一度試してください。", "list": "oobscope store checkで壊れた箇所を確かめ、oobscope store salvageで読める分を取り出してください。",
			"site": "上に挙げた行をエディタで直し、概要で{overview.o}を押して読み込み直してください。oobscope site check FILEでも確認できます。",
			"demo": "ループバックのアドレスやファイルハンドルを使っているものを閉じて、もう一度試してください。", "start": "直したうえで、キットを取り込み直すか、サイトファイルを読み込み直してください。",
			"locked": "そちらを閉じるか終わるのを待って、もう一度試してください。", "damaged": "oobscope store checkで壊れた箇所をすべて確かめ、oobscope store salvage RUNで読める分を新しい監査に移せます。直せないものは履歴の画面で{runs.D}で削除できます。",
			"missing": "名前を確かめてください。入力欄ではtabで補完できます。", "forbidden": "このユーザに読めるようにするか、別のファイルを指定してください。",
			"newer": "書いた版かそれより新しい版で開いてください。この版はoobscope versionで分かります。",
			"full":  "空きを作ってください。oobscope store infoで使用量を確かめ、oobscope store pruneで古い監査を消せます。途中で止まった監査は履歴の画面で{runs.R}を押すと再開できます。",
			"gone":  "このページを閉じてください。一覧は読み直されます。", "warnings": "一度目を通してください。監査でも同じことを示します。",
		},
		Warnings: "%sに誤りはありません。注意点：%s件", Unread: "保存済みの監査%s件を読めませんでした：%s",
		Small: "失われるものはありません。監査は続き、観測は保存されます。", SmallNext: "画面を広げるか、文字を小さくしてください。",
	}
}
