package dns

import (
	"encoding/hex"
	"errors"
	"fmt"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

const query = "1234" + "0000" + "0001000000000000" + "096c6f63616c686f737400" + "0001" + "0001"

func TestQueryByteByByte(t *testing.T) {
	t.Parallel()
	if got := hex.EncodeToString(encode(0x1234)); got != query {
		t.Errorf("%s, want %s", got, query)
	}
	if got := hex.EncodeToString(frame(encode(0x1234))); got != "001b"+query {
		t.Errorf("framed: %s", got)
	}
	if b := encode(0); b[2]&1 != 0 {
		t.Error("recursion is desired: the resolver might ask others")
	}
}

// response packs a response to our question.
func response(t testing.TB, h dnsmessage.Header, questions []dnsmessage.Question, answers ...dnsmessage.Resource) []byte {
	t.Helper()
	h.Response = true
	m := dnsmessage.Message{Header: h, Questions: questions, Answers: answers}
	b, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func ours() []dnsmessage.Question { return []dnsmessage.Question{question} }

func address(last byte) dnsmessage.Resource {
	return dnsmessage.Resource{
		Header: dnsmessage.ResourceHeader{Name: question.Name, Class: dnsmessage.ClassINET},
		Body:   &dnsmessage.AResource{A: [4]byte{127, 0, 0, last}},
	}
}

func TestDecode(t *testing.T) {
	t.Parallel()
	alias := dnsmessage.Resource{
		Header: dnsmessage.ResourceHeader{Name: question.Name, Class: dnsmessage.ClassINET},
		Body:   &dnsmessage.CNAMEResource{CNAME: question.Name},
	}
	upper := question
	upper.Name = dnsmessage.MustNewName("LOCALHOST.")
	other := question
	other.Name = dnsmessage.MustNewName("example.")
	good := response(t, dnsmessage.Header{ID: 9, RecursionAvailable: true, Authoritative: true}, ours(), alias, address(1))
	for name, c := range map[string]struct {
		in   []byte
		want string
		err  error
	}{
		"address":   {in: good, want: "{RCodeSuccess true true false [127.0.0.1]}"},
		"refused":   {in: response(t, dnsmessage.Header{ID: 9, RCode: dnsmessage.RCodeRefused}, ours()), want: "{RCodeRefused false false false []}"},
		"truncated": {in: response(t, dnsmessage.Header{ID: 9, Truncated: true}, ours()), want: "{RCodeSuccess false false true []}"},
		"refused without the question": {
			in: response(t, dnsmessage.Header{ID: 9, RCode: dnsmessage.RCodeFormatError}, nil), want: "{RCodeFormatError false false false []}",
		},
		"letters of another case": {in: response(t, dnsmessage.Header{ID: 9}, []dnsmessage.Question{upper}), want: "{RCodeSuccess false false false []}"},
		"many addresses": {
			in:   response(t, dnsmessage.Header{ID: 9}, ours(), address(1), address(2), address(3), address(4), address(5)),
			want: "{RCodeSuccess false false false [127.0.0.1 127.0.0.2 127.0.0.3 127.0.0.4]}",
		},
		"damaged answer":               {in: good[:len(good)-2], want: "{RCodeSuccess true true false []}"},
		"another id":                   {in: response(t, dnsmessage.Header{ID: 8}, ours()), err: errID},
		"another question":             {in: response(t, dnsmessage.Header{ID: 9}, []dnsmessage.Question{other}), err: errQuestion},
		"success without the question": {in: response(t, dnsmessage.Header{ID: 9}, nil), err: errNotDNS},
		"our own query":                {in: encode(9), err: errNoAnswer},
		"header cut":                   {in: good[:11], err: errNotDNS},
		"question cut":                 {in: good[:14], err: errNotDNS},
		"nothing":                      {err: errNotDNS},
	} {
		got, err := decode(c.in, 9)
		if c.err == nil && fmt.Sprint(got) != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %v, %v; want %s, %v", name, got, err, c.want, c.err)
		}
	}
}

func TestCodeName(t *testing.T) {
	t.Parallel()
	for c, want := range map[dnsmessage.RCode]string{0: "NOERROR", 3: "NXDOMAIN", 5: "REFUSED", 9: "RCODE 9"} {
		if got := codeName(c); got != want {
			t.Errorf("%d: %q, want %q", c, got, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(response(f, dnsmessage.Header{ID: 9}, ours(), address(1)))
	f.Add(response(f, dnsmessage.Header{ID: 9, RCode: dnsmessage.RCodeRefused}, nil))
	f.Add([]byte{0, 9, 0x80, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xc0, 0x0c})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := decode(b, 9)
		if err != nil {
			return
		}
		if b[0] != 0 || b[1] != 9 || b[2]&0x80 == 0 || len(r.Answers) > maxAnswers {
			t.Errorf("accepted %x as %+v", b, r)
		}
	})
}
