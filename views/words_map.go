package views

// MapWords belong to the heat map.
type MapWords struct {
	Name                                                                       string
	ZoomIn, ZoomOut, NextArea, Differences, ToCurve, ToRows, ToSigns, ToBlocks string // keys
	InRows, OnCurve, InIndex                                                   string // orders
	Addresses, OneAddress, Targets, OneTarget                                  string // what a cell stands for; %s
	FromTo                                                                     string // first and last address
	Area                                                                       string // number, of
	Elsewhere                                                                  string // hosts, the worst of them
	WorstIs                                                                    string // host
	NoTarget, NoPrefix, Blank, InSight, WorstHosts                             string
}

func mapInEnglish() MapWords {
	return MapWords{
		Name: "Heat map", ZoomIn: "zoom in", ZoomOut: "zoom out", NextArea: "next area", Differences: "differences",
		ToCurve: "Hilbert order", ToRows: "row order", ToSigns: "signs", ToBlocks: "blocks",
		InRows: "rows", OnCurve: "Hilbert curve", InIndex: "in their order",
		Addresses: "1 cell = %s addresses", OneAddress: "1 cell = 1 address", Targets: "1 cell = %s targets", OneTarget: "1 cell = 1 target",
		FromTo: "%s to %s", Area: "area %s of %s", Elsewhere: "%s [host|hosts] elsewhere, worst %s", WorstIs: "worst %s",
		NoTarget: "no target here", NoPrefix: "These targets are no prefix: zoom in to a host first.",
		Blank: "blank: no target", InSight: "In sight", WorstHosts: "Worst hosts",
	}
}

func mapInJapanese() MapWords {
	return MapWords{
		Name: "ヒートマップ", ZoomIn: "拡大", ZoomOut: "縮小", NextArea: "次の領域", Differences: "差分",
		ToCurve: "ヒルベルト順", ToRows: "行順", ToSigns: "記号", ToBlocks: "ブロック",
		InRows: "行順", OnCurve: "ヒルベルト曲線", InIndex: "並び順",
		Addresses: "1マス=%sアドレス", OneAddress: "1マス=1アドレス", Targets: "1マス=%s対象", OneTarget: "1マス=1対象",
		FromTo: "%s～%s", Area: "領域%s／%s", Elsewhere: "ほかに%sホスト、最悪：%s", WorstIs: "最悪：%s",
		NoTarget: "対象なし", NoPrefix: "この対象は一つのプレフィックスになりません。ホストまで拡大してください。",
		Blank: "空白：対象なし", InSight: "表示中", WorstHosts: "最も深刻なホスト",
	}
}
