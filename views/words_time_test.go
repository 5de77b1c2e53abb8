package views

import (
	"testing"
	"time"

	"oobscope/audit"
)

func TestDurationsInBothLanguages(t *testing.T) {
	t.Parallel()
	en, ja := English(), Japanese()
	for _, c := range []struct {
		d      time.Duration
		en, ja string
	}{
		{-1, "0s", "0秒"}, {0, "0ms", "0ミリ秒"}, {850 * time.Millisecond, "850ms", "850ミリ秒"}, {12 * time.Second, "12s", "12秒"},
		{200 * time.Second, "3m20s", "3分20秒"}, {time.Hour, "1h00m", "1時間00分"}, {125 * time.Minute, "2h05m", "2時間05分"},
	} {
		if e, j := en.Time.Span(c.d), ja.Time.Span(c.d); e != c.en || j != c.ja {
			t.Errorf("%d: %q and %q, want %q and %q", c.d, e, j, c.en, c.ja)
		}
	}
	if e, j := en.Time.Pause(1100*time.Millisecond), ja.Time.Pause(1100*time.Millisecond); e != "1.1s" || j != "1.1秒" {
		t.Errorf("a pause is %q and %q", e, j)
	}
}

// What is stored of the end of a run is said in the user's language; an error keeps its own words.
func TestEndingsInBothLanguages(t *testing.T) {
	t.Parallel()
	en, ja := English(), Japanese()
	for _, why := range []string{audit.StoppedEarly, audit.CutOff} {
		if en.EndingOf(why) != why || ja.EndingOf(why) == why {
			t.Errorf("%q: %q and %q", why, en.EndingOf(why), ja.EndingOf(why))
		}
	}
	for _, why := range []string{"", "no space left on device"} {
		if en.EndingOf(why) != why || ja.EndingOf(why) != why {
			t.Errorf("%q: %q and %q", why, en.EndingOf(why), ja.EndingOf(why))
		}
	}
}
