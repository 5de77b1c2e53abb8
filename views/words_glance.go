package views

// glanceInEnglish and glanceInJapanese are the words of what is seen at a glance and of the first minutes.
func glanceInEnglish(w *Words) {
	w.Map, w.Zones = mapInEnglish(), zonesInEnglish()
	w.Story, w.Timeline, w.First = storyInEnglish(), timelineInEnglish(), firstInEnglish()
	w.Site, w.Trouble = siteInEnglish(), troubleInEnglish()
	w.Waivers, w.Engine = waiversInEnglish(), engineInEnglish()
}

func glanceInJapanese(w *Words) {
	w.Map, w.Zones = mapInJapanese(), zonesInJapanese()
	w.Story, w.Timeline, w.First = storyInJapanese(), timelineInJapanese(), firstInJapanese()
	w.Site, w.Trouble = siteInJapanese(), troubleInJapanese()
	w.Waivers, w.Engine = waiversInJapanese(), engineInJapanese()
}
