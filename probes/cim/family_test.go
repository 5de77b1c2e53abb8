package cim

import (
	"testing"

	"oobscope/probes/http1"
)

func TestJudgeByFamily(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		family family
		want   login
	}{
		{401, sfcb, demanded}, {407, other, demanded}, {403, pegasus, demanded},
		{200, sfcb, absent}, {207, pegasus, absent}, {200, openwbem, absent}, {200, javaWBEM, absent}, {200, other, absent},
		{200, unknown, undecided}, {200, listener, undecided},
		{400, sfcb, absent}, {411, sfcb, absent}, {413, pegasus, absent}, {501, pegasus, absent},
		{400, openwbem, undecided}, {501, other, undecided}, {411, javaWBEM, undecided},
		{404, sfcb, undecided}, {405, pegasus, undecided}, {302, sfcb, undecided}, {500, sfcb, undecided}, {503, sfcb, undecided},
	} {
		if got := judge(c.family, &http1.Head{Status: c.status}); got != c.want {
			t.Errorf("%d from %q: %v, want %v", c.status, c.family, got, c.want)
		}
	}
}

func FuzzRecognise(f *testing.F) {
	for _, s := range []string{
		"HTTP/1.1 501 Not Implemented\r\nServer: sfcHttpd\r\n\r\n",
		"HTTP/1.1 501 x\r\nCIMError: Only POST and M-POST are implemented\r\n\r\n",
		"HTTP/1.1 400 javax.wbem\r\n\r\n", "HTTP/1.1 200 OK\r\nCIMExport: x\r\n\r\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		h, err := http1.ParseHead(raw)
		if err != nil {
			return
		}
		fam := recognise(h)
		if l := judge(fam, h); l == absent && !fam.proves() {
			t.Fatalf("%q claims that %q wants no login", raw, fam)
		}
	})
}
