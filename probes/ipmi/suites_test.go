package ipmi

import (
	"errors"
	"slices"
	"testing"
)

func TestDecodeSuites(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in         string
		want       []string
		zero, rakp bool
		err        error
	}{
		"long form of suite 0": {
			in: "c000004080" + "c001014080", zero: true, rakp: true,
			want: []string{"0 (none, none, none)", "1 (HMAC-SHA1, none, none)"},
		},
		"short form of suite 0": {
			in: "c00000" + "c003014181" + "c011034481", zero: true, rakp: true,
			want: []string{"0 (none)", "3 (HMAC-SHA1, SHA1-96, AES-CBC-128)", "17 (HMAC-SHA256, SHA256-128, AES-CBC-128)"},
		},
		"bare number": {in: "c000", want: []string{"0"}, zero: true},
		"suite 0 with an algorithm is another thing": {
			in: "c000014080", want: []string{"0 (HMAC-SHA1, none, none)"}, rakp: true,
		},
		"OEM suite 0 is another thing": {
			in: "c10057010000408" + "0", want: []string{"OEM 343/0 (none, none, none)"},
		},
		"unknown algorithms": {in: "c0070a", want: []string{"7 (algorithm 10)"}},
		"several of a kind":  {in: "c005014142", want: []string{"5 (HMAC-SHA1, SHA1-96, HMAC-MD5-128)"}, rakp: true},
		"empty":              {in: ""},
		"cut in a record":    {in: "c000004080c0", want: []string{"0 (none, none, none)"}, zero: true, err: errSuites},
		"cut OEM record":     {in: "c1800102", err: errSuites},
		"no start byte":      {in: "014181", err: errSuites},
		"unknown start byte": {in: "c2000000", err: errSuites},
	} {
		got, err := decodeSuites(unhex(t, c.in))
		var words []string
		zero, rakp := false, false
		for _, s := range got {
			words = append(words, s.String())
			zero, rakp = zero || s.zero(), rakp || s.rakp()
		}
		if !errors.Is(err, c.err) || !slices.Equal(words, c.want) || zero != c.zero || rakp != c.rakp {
			t.Errorf("%s: %q zero %v rakp %v, %v", name, words, zero, rakp, err)
		}
	}
}
