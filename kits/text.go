package kits

func (t Text) in(lang string) string {
	for _, k := range [...]string{lang, "en", ""} {
		if s, ok := t[k]; ok && s != "" {
			return s
		}
	}
	// Any language beats nothing; the smallest key keeps the choice the same each time.
	best := ""
	for k, s := range t {
		if s != "" && (best == "" || k < best) {
			best = k
		}
	}
	return t[best]
}
