package views

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"testing"

	"oobscope/audit"
	"oobscope/probes"
)

// texts walks a Words value and returns each text by its path.
func texts(v reflect.Value, path string, out map[string]string) {
	switch v.Kind() {
	case reflect.Pointer:
		texts(v.Elem(), path, out)
	case reflect.Struct:
		for i := range v.NumField() {
			texts(v.Field(i), path+"."+v.Type().Field(i).Name, out)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			texts(v.MapIndex(k), fmt.Sprintf("%s[%v]", path, k), out)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			texts(v.Index(i), fmt.Sprintf("%s[%d]", path, i), out)
		}
	case reflect.String:
		out[path] = v.String()
	}
}

var verb = regexp.MustCompile(`%(?:\[\d+\])?([%a-z])`)

func verbs(s string) []string {
	var out []string
	for _, m := range verb.FindAllStringSubmatch(s, -1) {
		out = append(out, m[1])
	}
	return out
}

func TestWordsAreComplete(t *testing.T) {
	t.Parallel()
	en, ja := map[string]string{}, map[string]string{}
	texts(reflect.ValueOf(English()), "", en)
	texts(reflect.ValueOf(Japanese()), "", ja)
	if len(en) < 400 {
		t.Fatalf("only %d texts were found: the walk is broken", len(en))
	}
	for path, e := range en {
		j, ok := ja[path]
		switch {
		case !ok:
			t.Errorf("%s: no Japanese text", path)
		case (e == "" || j == "") && path != ".Reason[]" && path != ".ProbeReason[]":
			t.Errorf("%s: empty text %q / %q", path, e, j)
		case !slices.Equal(verbs(e), verbs(j)):
			t.Errorf("%s: verbs differ: %q / %q", path, e, j)
		case Safe(e) != e || Safe(j) != j:
			t.Errorf("%s: a text holds something that does not print: %q / %q", path, e, j)
		}
	}
	for path := range ja {
		if _, ok := en[path]; !ok {
			t.Errorf("%s: no English text", path)
		}
	}
}

func TestWordsCoverTheClosedSets(t *testing.T) {
	t.Parallel()
	for _, w := range []*Words{English(), Japanese()} {
		for _, v := range append(audit.Verdicts(), audit.Pending) {
			if w.Verdict[v] == "" || w.VerdictMean[v] == "" {
				t.Errorf("%s: verdict %s has no words", w.Lang, v)
			}
		}
		for r := audit.NoReason; r <= audit.OutOfScope; r++ {
			if _, ok := w.Reason[r.String()]; !ok {
				t.Errorf("%s: reason %q has no words", w.Lang, r)
			}
		}
		for _, c := range append(probes.Classes(), probes.Unobserved) {
			if _, ok := w.Class[c.String()]; !ok {
				t.Errorf("%s: class %s has no words", w.Lang, c)
			}
		}
		for _, k := range probes.Weaknesses() {
			if _, ok := w.Weakness[k.String()]; !ok {
				t.Errorf("%s: weakness %s has no words", w.Lang, k)
			}
		}
		for r := probes.NoReason; r <= probes.Unvouched; r++ {
			if _, ok := w.ProbeReason[r.String()]; !ok {
				t.Errorf("%s: probe reason %q has no words", w.Lang, r)
			}
		}
		for i := audit.Unstated; i <= audit.DefaultAllow; i++ {
			if w.Intent[i] == "" {
				t.Errorf("%s: intent %s has no words", w.Lang, i)
			}
		}
		for m := audit.MarkWaiting; m <= audit.MarkCritical; m++ {
			if w.Mark[m] == "" {
				t.Errorf("%s: mark %d has no words", w.Lang, m)
			}
		}
		for p := RunNone; p <= RunFailed; p++ {
			if w.Phase[p] == "" {
				t.Errorf("%s: phase %d has no words", w.Lang, p)
			}
		}
	}
}

func TestWordsForFallsBackToEnglish(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{"ja": "ja", "en": "en", "fr": "en", "": "en"} {
		if got := WordsFor(lang).Lang; got != want {
			t.Errorf("WordsFor(%q) speaks %q, want %q", lang, got, want)
		}
	}
	if got := English().ReasonOf(audit.PathDropped); got != "dropped on the way" {
		t.Errorf("ReasonOf: %q", got)
	}
}
