package recall

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	want := Recall{Screen: "diff", Filters: map[string]string{"diff": "verdict:exposed 日本"}, Kept: map[string]string{"diff": "sort=-sev"},
		History: []string{"theme dark", "host 198.18.1.5"}, Theme: "light", Over: "auto"}
	data, err := want.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Decode(data); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := Decode(nil); err != nil || !reflect.DeepEqual(got, Recall{}) {
		t.Errorf("nothing: %+v, %v", got, err)
	}
}

// What is damaged, foreign or hostile is refused or dropped, never passed on.
func TestDecodeTrustsNothing(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"{":                        "damaged JSON",
		"\x00\xff":                 "damaged JSON",
		"[]":                       "damaged JSON",
		"{}":                       "another schema",
		`{"schema":"x/v9"}`:        "another schema",
		`{"schema":7}`:             "damaged JSON",
		strings.Repeat(" ", 1<<17): "more than",
	} {
		if got, err := Decode([]byte(text)); err == nil || !strings.Contains(err.Error(), want) || !reflect.DeepEqual(got, Recall{}) {
			t.Errorf("%.20q: %+v, %v", text, got, err)
		}
	}
	long := strings.Repeat("x", maxText+1)
	got, err := Decode([]byte(`{"schema":"` + schema + `","screen":"a\u001b[2J","theme":"` + long + `","filters":{"diff":"a\nb","runs":"fine"},"history":["\u0000","ok","` + long + `"]}`))
	want := Recall{Filters: map[string]string{"runs": "fine"}, History: []string{"ok"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestEncodeIsCapped(t *testing.T) {
	t.Parallel()
	r := Recall{Screen: "diff", Filters: map[string]string{}}
	for i := range 300 {
		r.History = append(r.History, fmt.Sprint(i, strings.Repeat("h", 2000)))
		r.Filters[fmt.Sprint("screen", i)] = strings.Repeat("f", 3000)
	}
	data, err := r.Encode()
	if err != nil || len(data) > MaxBytes {
		t.Fatalf("%d bytes, %v", len(data), err)
	}
	if got, err := Decode(data); err != nil || got.Screen != "diff" {
		t.Errorf("%v", err)
	}
	r.Filters = nil
	data, _ = r.Encode()
	got, err := Decode(data)
	if err != nil || len(got.History) == 0 || !strings.HasPrefix(got.History[len(got.History)-1], "299") {
		t.Errorf("the newest of the history is lost: %d lines, %v", len(got.History), err)
	}
}

func FuzzDecode(f *testing.F) {
	good, _ := Recall{Screen: "runs", History: []string{"diff"}}.Encode()
	for _, s := range [][]byte{good, []byte("{"), []byte(`{"schema":"` + schema + `","kept":{"a":"b"}}`), {0}} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Decode(data)
		if err != nil {
			return
		}
		again, err := r.Encode()
		if err != nil || len(again) > MaxBytes {
			t.Fatalf("%d bytes, %v", len(again), err)
		}
		if got, err := Decode(again); err != nil || !reflect.DeepEqual(got, r) {
			t.Fatalf("%q: %+v became %+v, %v", data, r, got, err)
		}
	})
}
