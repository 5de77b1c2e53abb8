package views

// TableWords belong to what every list can do: sort, choose columns, read a row in full.
type TableWords struct {
	Columns, MoreColumns, LessColumns, WholeRow string // keys
	Toggle, MoveColumn, SortByIt, Reset, Close  string // keys of the chooser
	NextRow                                     string
	NotAmongWorst                               string // how many are listed, name of the screen of all
	DoesThings, ForTheList, ForMoving           string // groups of keys
	ColumnsTitle, RowTitle                      string // heads of panels
	On, Off, NoRoom                             string // what a column is
	NoKeys                                      string // a screen has none of its own
}

func tableInEnglish() TableWords {
	return TableWords{
		ColumnsTitle: "Columns of the list", RowTitle: "The whole line",
		Columns: "columns", MoreColumns: "more columns", LessColumns: "columns before", WholeRow: "whole line",
		Toggle: "show or hide", MoveColumn: "move the column", SortByIt: "sort by it", Reset: "as before", Close: "close",
		NotAmongWorst: "None of the worst %s matches; %s lists them all.",
		DoesThings:    "What is chosen", ForTheList: "The list", ForMoving: "Moving",
		NextRow: "next, previous line", On: "shown", Off: "hidden", NoRoom: "shown, but no room in this window",
		NoKeys: "nothing but what works everywhere",
	}
}

func tableInJapanese() TableWords {
	return TableWords{
		ColumnsTitle: "一覧の列", RowTitle: "行の全文",
		Columns: "列の選択", MoreColumns: "右の列", LessColumns: "左の列", WholeRow: "行の全文",
		Toggle: "表示・非表示", MoveColumn: "移動", SortByIt: "この列で並べる", Reset: "元に戻す", Close: "閉じる",
		NotAmongWorst: "深刻なほうから%s件の中にはありません。全件は%sの画面にあります。",
		DoesThings:    "選択中のもの", ForTheList: "一覧", ForMoving: "移動",
		NextRow: "次・前の行", On: "表示", Off: "非表示", NoRoom: "表示（画面幅に入りません）",
		NoKeys: "共通のキーのみ",
	}
}
