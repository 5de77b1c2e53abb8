package cli

import (
	"strings"
	"testing"
)

// Plain mode needs no terminal: it is a dialogue, and the end of the input ends it.
func TestPlainNeedsNoTerminal(t *testing.T) {
	t.Parallel()
	site := write(t, "dc1.yaml", goodSite)
	code, out, errs := call(t, "rules\n1\nback\nkits\nquit\n", "--plain", "--lang", "en", "--site", site)
	for _, want := range []string{"in plain mode", "Overview", "1. # 0; App ", "Chosen: 1. Used ", "stored."} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not said", want)
		}
	}
	if code != 0 || errs != "" || strings.Contains(out, "\x1b") || t.Failed() {
		t.Errorf("exit %d, stderr %q, said\n%s", code, errs, out)
	}
}
