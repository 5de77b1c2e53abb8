package views

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"oobscope/probes"
)

// factLines are what the service said, each with a word for what it is. A fact without words is shown as it is.
func factLines(s *State, facts []probes.Fact, w int) []string {
	pairs := make([][2]string, len(facts))
	for i, f := range facts {
		pairs[i] = [2]string{or(s.Words.Story.Fact, f.Key), factSays(s.Words, &f)}
	}
	return s.Theme.Fields(pairs, w)
}

// suiteParts are a cipher suite of IPMI 2.0: its number, and what it uses for login, integrity and encryption.
var suiteParts = regexp.MustCompile(`^(\d+) \(([^,]+), ([^,]+), (.+)\)$`)

// factSays is the value of a fact in words.
func factSays(words *Words, f *probes.Fact) string {
	st := &words.Story
	if m := suiteParts.FindStringSubmatch(f.Value); f.Key == "ipmi.cipher_suite" && m != nil {
		return fmt.Sprintf(st.Suite, m[1], m[2], m[3], m[4])
	}
	value := f.Value
	if head, slug, _ := cutLast(value, ": "); words.Class[slug] != "" { // an observation, by its wire name
		value = head + words.Class[slug]
	}
	for _, p := range st.Prefix {
		if rest, ok := strings.CutPrefix(value, p[0]); ok {
			value = p[1] + rest
			break
		}
	}
	key := f.Key
	if factor, err := strconv.ParseFloat(value, 64); key == "slp.amplification" && (err != nil || factor < 10) {
		key += ".small" // nothing that a forger would use
	}
	if format, ok := st.Says[key]; ok {
		return fmt.Sprintf(format, value)
	}
	return value
}

// cutLast cuts a text behind the last sep; head is empty if there is none.
func cutLast(text, sep string) (head, tail string, found bool) {
	if i := strings.LastIndex(text, sep); i >= 0 {
		return text[:i+len(sep)], text[i+len(sep):], true
	}
	return "", text, false
}

// tlsLines are the certificate and the handshake: one sentence, then the facts.
func tlsLines(s *State, o *probes.Observation, w int) []string {
	f := o.Evidence.TLS
	if f == nil {
		return nil
	}
	words := &s.Words.Evidence
	valid := ""
	if f.NotBefore != "" || f.NotAfter != "" {
		valid = fmt.Sprintf(words.FromTo, f.NotBefore, f.NotAfter)
	}
	var pairs [][2]string
	if f.Version != "" && f.Failure != "" {
		pairs = append(pairs, [2]string{words.Failure, f.Failure})
	}
	for _, p := range [][2]string{
		{words.Version, f.Version}, {words.Suite, f.Suite}, {words.Subject, f.Subject}, {words.Issuer, f.Issuer},
		{words.Valid, valid}, {words.Key, f.Key}, {words.Signature, f.Signature}, {words.Names, strings.Join(f.Names, ", ")},
		{words.Serial, f.Serial}, {words.Leaf, f.LeafSHA256}, {words.Public, f.KeySHA256},
	} {
		if p[1] != "" {
			pairs = append(pairs, p)
		}
	}
	return append(Wrap(tlsSays(s, o), w), s.Theme.Fields(pairs, w)...)
}

// tlsSays is the handshake in one sentence.
func tlsSays(s *State, o *probes.Observation) string {
	f, st := o.Evidence.TLS, &s.Words.Story
	if f.Version == "" {
		return fmt.Sprintf(st.NoTLS, f.Failure)
	}
	signed := fmt.Sprintf(st.IssuedBy, f.Issuer)
	if f.SelfSigned {
		signed = s.Words.Evidence.SelfSigned
	}
	valid := ""
	if end, err := time.Parse(time.RFC3339, f.NotAfter); err == nil {
		format := st.ValidUntil
		if !o.At.IsZero() && end.Before(o.At) {
			format = st.Expired
		}
		valid = fmt.Sprintf(format, end.UTC().Format("2006-01-02"))
	}
	return join(s.Words.Host.Comma, f.Version, f.Key, signed, valid)
}

// weakLines name what the service said of itself before any login, and what that means.
func weakLines(s *State, set probes.WeakSet, w int) []string {
	var out []string
	for _, weak := range set.List() {
		out = append(out, s.Theme.Warn.On(Cut(s.Theme.Glyph.Bullet+" "+s.Words.WeaknessOf(weak), w)))
		out = append(out, Indent(Wrap(s.Words.Evidence.WeakMean[weak.String()], max(1, w-2)), 2)...)
	}
	return out
}
