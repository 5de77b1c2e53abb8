package kits

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// prose returns every text of a kit by its path.
func prose(k *Kit) map[string]Text {
	out := map[string]Text{
		"title": k.Title, "description": k.Description,
		"summary": k.Threat.Summary, "attacker_goal": k.Threat.AttackerGoal,
	}
	for i, r := range k.Rules {
		out[fmt.Sprintf("rules[%d].rationale", i)] = r.Rationale
	}
	return out
}

func TestBuiltInProseIsInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, k := range BuiltIn() {
		for path, text := range prose(k) {
			en, ja := text["en"], text["ja"]
			if len(text) != 2 || len(en) < 20 || strings.IndexFunc(en, japanese) >= 0 {
				t.Errorf("%s %s: English is %q", k.ID, path, en)
			}
			if len(ja) < 20 || strings.IndexFunc(ja, kana) < 0 {
				t.Errorf("%s %s: Japanese is %q", k.ID, path, ja)
			}
			if strings.ContainsAny(en+ja, "\n\t") || strings.Contains(en+ja, "  ") {
				t.Errorf("%s %s: folded badly: %q", k.ID, path, en+ja)
			}
		}
	}
}

func kana(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana) }

func japanese(r rune) bool { return kana(r) || unicode.Is(unicode.Han, r) }

// What both languages must say: numbers, ports, techniques and names do not get lost on the way.
func TestBuiltInProseAgreesAcrossLanguages(t *testing.T) {
	t.Parallel()
	facts := regexp.MustCompile(`T\d{4}(?:\.\d{3})?|\b\d{3,5}\b|\b32,000\b|[a-z]+_[a-z_]+`)
	for _, k := range BuiltIn() {
		for path, text := range prose(k) {
			for _, fact := range facts.FindAllString(text["en"], -1) {
				if !strings.Contains(text["ja"], fact) {
					t.Errorf("%s %s: the Japanese text does not have %s", k.ID, path, fact)
				}
			}
		}
	}
}

func TestWatchTellsTheReport(t *testing.T) {
	t.Parallel()
	summary := BuiltIn()[1].Threat.Summary
	for lang, facts := range map[string][]string{
		"en": {"9 June 2014", "tcp/7778", "HEAD / HTTP/1.0", "19 June 2014", "clear text", "tcp/49152", "About 32,000", "20 June 2014", "strong passwords", "up to date", "restrict the sources"},
		"ja": {"6 月 9 日", "tcp/7778", "HEAD / HTTP/1.0", "6 月 19 日", "平文", "tcp/49152", "約 32,000 台", "6 月 20 日", "使い回さないパスワード", "最新版への更新", "接続元の制限"},
	} {
		for _, fact := range facts {
			if !strings.Contains(summary[lang], fact) {
				t.Errorf("%s: nothing about %s", lang, fact)
			}
		}
	}
}

// Rules are cited by app_id: a number in prose is wrong as soon as a rule is added.
func TestProseCitesNoRuleByNumber(t *testing.T) {
	t.Parallel()
	index := regexp.MustCompile(`(?i)\brules? \d|ルール ?\d|\d ?番目のルール`)
	for _, k := range BuiltIn() {
		for path, text := range prose(k) {
			for lang, s := range text {
				if m := index.FindString(s); m != "" {
					t.Errorf("%s %s (%s) cites %q", k.ID, path, lang, m)
				}
			}
		}
	}
}

func TestTextFallsBack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text       Text
		lang, want string
	}{
		{Text{"en": "e", "ja": "j"}, "ja", "j"},
		{Text{"en": "e", "ja": "j"}, "fr", "e"},
		{Text{"": "plain"}, "ja", "plain"},
		{Text{"fr": "f", "de": "d"}, "ja", "d"},
		{Text{"ja": "", "en": "e"}, "ja", "e"},
		{nil, "en", ""},
	} {
		if got := c.text.In(c.lang); got != c.want {
			t.Errorf("%v in %s is %q, want %q", c.text, c.lang, got, c.want)
		}
	}
}
