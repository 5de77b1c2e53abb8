package views

// FirstWords lead a new user to a first verdict.
type FirstWords struct{ Reading string }

func firstInEnglish() FirstWords { return FirstWords{Reading: "Reading the store ..."} }

func firstInJapanese() FirstWords { return FirstWords{Reading: "保存内容を読んでいます…"} }
