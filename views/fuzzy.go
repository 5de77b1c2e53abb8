package views

// The points of a loose match: for each letter found, more at the beginning of a word and after the one before
// it, less for what lies between.
const (
	fuzzyHit   = 16
	fuzzyWord  = 8
	fuzzyNext  = 4
	fuzzyGap   = 3  // for the first letter in between
	fuzzyFar   = 1  // for each further one
	fuzzyLeast = 12 // points a letter must have on average, or the letters are merely there
)

// Fuzzy tells how well the letters of a pattern, which is lower case, are found in a text in their order, and
// whether that is well enough to be meant. Case of the text does not matter outside ASCII letters' own.
func Fuzzy(pattern, text string) (score int, ok bool) {
	if pattern == "" {
		return 0, true
	}
	best := -1
	for from := 0; from+len(pattern) <= len(text); {
		first, end, found := shortest(pattern, text, from)
		if !found {
			break
		}
		best = max(best, points(pattern, text[:end], first))
		from = first + 1
	}
	return best, best >= fuzzyLeast*len(pattern)
}

// shortest finds the first place from a byte on where all letters of the pattern have come by in their order,
// and the latest place where they can have begun.
func shortest(pattern, text string, from int) (first, end int, ok bool) {
	k := 0
	for end = from; end < len(text) && k < len(pattern); end++ {
		if lower(text[end]) == pattern[k] {
			k++
		}
	}
	if k < len(pattern) {
		return 0, 0, false
	}
	for first = end - 1; ; first-- {
		if lower(text[first]) == pattern[k-1] {
			k--
		}
		if k == 0 {
			return first, end, true
		}
	}
}

// points counts what a match is worth that begins at a byte and ends with the text.
func points(pattern, text string, first int) int {
	sum, k, gap := 0, 0, 0
	for i := first; i < len(text) && k < len(pattern); i++ {
		if lower(text[i]) != pattern[k] {
			gap++
			continue
		}
		sum += fuzzyHit
		switch start := i == 0 || !letter(text[i-1]); {
		case start && k == 0:
			sum += 2 * fuzzyWord
		case start:
			sum += fuzzyWord
		case gap == 0 && k > 0:
			sum += fuzzyNext
		}
		if gap > 0 && k > 0 {
			sum -= fuzzyGap + (gap-1)*fuzzyFar
		}
		gap = 0
		k++
	}
	return sum
}

func letter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}
