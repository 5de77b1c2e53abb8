package document

import "strings"

// didYouMean returns a hint that names the word nearest to what was found, or "" if none is near.
func didYouMean(found string, words []string) string {
	if len(found) > 40 {
		return ""
	}
	best, least := "", max(1, len(found)/3)
	for _, w := range words {
		if d := distance(strings.ToLower(found), w); d <= least && d < max(len(found), len(w)) {
			if best == "" || d < least {
				best, least = w, d
			}
		}
	}
	if best == "" {
		return ""
	}
	return "did you mean " + Quote(best) + "?"
}

// distance is how many edits of one byte lie between two words; two neighbours that changed places are one
// edit (optimal string alignment).
func distance(a, b string) int {
	var before []int // the row before last
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := last[j]
			if a[i] != b[j] {
				cost++
			}
			row[j+1] = min(cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
