package views

// HandoverWords belong to runs that somebody else handed over.
type HandoverWords struct {
	Imported      string // beside the site of such a run
	ReadOnly      string // why it cannot be resumed
	Label         string // of the line that says where it came from
	From, Unknown string // %s: who exported it
	SignedBy      string // %s, %s: whom a list of allowed signers names, and the key
	SignedWith    string // %s: a key that nobody looked up
	Unsigned      string
	On            string // %s, %s: when and by whom it was imported
	Pseudonymised string
}

func handoverInEnglish() HandoverWords {
	return HandoverWords{
		Imported: "imported", ReadOnly: "An imported run is read-only: whoever made it can go on with it.", Label: "Handed over",
		From: "by %s", Unknown: "by somebody", SignedBy: "signed by %s, key %s", SignedWith: "signed with %s, a key that nobody looked up",
		Unsigned: "signed by nobody", On: "imported %s by %s",
		Pseudonymised: "Pseudonymised: addresses and names here are not the real ones.",
	}
}

func handoverInJapanese() HandoverWords {
	return HandoverWords{
		Imported: "取込", ReadOnly: "取り込んだ監査は読み取り専用です。続行できるのは実施した人だけです。", Label: "引き渡し",
		From: "%sから", Unknown: "差出人不明", SignedBy: "%sの署名、鍵%s", SignedWith: "%sによる署名（鍵の持ち主は未確認）",
		Unsigned: "署名なし", On: "%sに%sが取り込み",
		Pseudonymised: "仮名化済み：ここのアドレスと名前は実際のものではありません。",
	}
}
