package views

import (
	"fmt"
	"time"
)

// TimeWords write how long something lasts. The formats take whole numbers, Gap one with a fraction.
type TimeWords struct {
	Millis, Seconds string
	Minutes         string // minutes, seconds
	Hours           string // hours, minutes
	Gap             string // seconds
}

// Span writes a duration for people: 850ms, 12s, 3m20s, 2h05m.
func (w *TimeWords) Span(d time.Duration) string {
	switch {
	case d < 0:
		return fmt.Sprintf(w.Seconds, 0)
	case d < time.Second:
		return fmt.Sprintf(w.Millis, d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf(w.Seconds, int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf(w.Minutes, int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf(w.Hours, int(d.Hours()), int(d.Minutes())%60)
}

// Pause writes how long a step of a plan lasts: 1.1s.
func (w *TimeWords) Pause(d time.Duration) string { return fmt.Sprintf(w.Gap, d.Seconds()) }

func timeInEnglish() TimeWords {
	return TimeWords{Millis: "%dms", Seconds: "%ds", Minutes: "%dm%02ds", Hours: "%dh%02dm", Gap: "%gs"}
}

func timeInJapanese() TimeWords {
	return TimeWords{Millis: "%dミリ秒", Seconds: "%d秒", Minutes: "%d分%02d秒", Hours: "%d時間%02d分", Gap: "%g秒"}
}
