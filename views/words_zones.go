package views

// ZonesWords belong to the matrix of zones.
type ZonesWords struct {
	Bar, Here, Elsewhere, NoTarget string // the legend; the last two also stand in a cell
	Testable                       string // flows
	InSight                        string // rows, columns
}

func zonesInEnglish() ZonesWords {
	return ZonesWords{
		Bar: "sign: worst, bar: share tested", Here: "we stand here", Elsewhere: "not from here", NoTarget: "no target",
		Testable: "%s can be tested from here; none was yet.", InSight: "rows %s, columns %s",
	}
}

func zonesInJapanese() ZonesWords {
	return ZonesWords{
		Bar: "記号：最悪、棒：試験済みの割合", Here: "観測点", Elsewhere: "ここから不可", NoTarget: "対象なし",
		Testable: "%sをここから試験できます。まだ試験していません。", InSight: "行%s、列%s",
	}
}
