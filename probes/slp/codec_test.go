package slp

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestRequestsByteByByte(t *testing.T) {
	t.Parallel()
	for q, want := range map[question]string{
		askTypes: "0209" + "00001d" + "0000" + "000000" + "1234" + "0002656e" + "0000" + "ffff" + "000744454641554c54",
		askWBEM: "0201" + "00002d" + "0000" + "000000" + "1234" + "0002656e" + "0000" + "000c736572766963653a7762656d" +
			"000744454641554c54" + "0000" + "0000",
	} {
		if got := hex.EncodeToString(encode(q, 0x1234)); got != want {
			t.Errorf("%v: %s, want %s", q, got, want)
		}
	}
}

// Functions 3 (SrvReg) and 4 (SrvDeReg) change the peer. The encoder takes a question, of which there
// are 256 values; none makes them, nor a multicast flag, nor anything but the two requests.
func TestEncoderCannotRegister(t *testing.T) {
	t.Parallel()
	for q := range 256 {
		b := encode(question(q), 0xffff)
		if f := b[1]; f != funcSrvRqst && f != funcTypeRqst {
			t.Fatalf("question %d makes function %d", q, f)
		}
		if b[5] != 0 || b[6] != 0 {
			t.Fatalf("question %d sets flags %x", q, b[5:7])
		}
	}
}

// message builds a reply with that function, flags and body.
func message(function byte, flags, xid uint16, body ...byte) []byte {
	n := 16 + len(body)
	b := []byte{2, function, 0, byte(n >> 8), byte(n), byte(flags >> 8), byte(flags), 0, 0, 0, byte(xid >> 8), byte(xid), 0, 2, 'e', 'n'}
	return append(b, body...)
}

func typesReply(xid uint16, types string) []byte {
	return message(funcTypeRply, 0, xid, appendString([]byte{0, 0}, types)...)
}

func urlsReply(xid uint16, urls ...string) []byte {
	body := []byte{0, 0, byte(len(urls) >> 8), byte(len(urls))}
	for _, u := range urls {
		body = append(appendString(append(body, 0, 0x0e, 0x10), u), 0)
	}
	return message(funcSrvRply, 0, xid, body...)
}

func TestDecode(t *testing.T) {
	t.Parallel()
	auth := append(appendString([]byte{0, 0, 0, 2, 0, 0, 9}, "service:a://h"), 1, 0, 2, 0, 6, 0xaa, 0xbb)
	auth = append(appendString(append(auth, 0, 0, 9), "service:b://h"), 0)
	long := strings.Repeat("x", 300)
	many := strings.TrimSuffix(strings.Repeat("service:t,", 40), ",")
	for name, c := range map[string]struct {
		in   []byte
		want Answer
		err  error
	}{
		"types": {
			in:   typesReply(7, "service:wbem:https, service:x"),
			want: Answer{Function: 10, Types: []string{"service:wbem:https", "service:x"}},
		},
		"no types": {in: typesReply(7, ""), want: Answer{Function: 10}},
		"URLs":     {in: urlsReply(7, "service:wbem:https://h:5989"), want: Answer{Function: 2, URLs: []string{"service:wbem:https://h:5989"}}},
		"URLs with authentication blocks": {
			in: message(funcSrvRply, 0, 7, auth...), want: Answer{Function: 2, URLs: []string{"service:a://h", "service:b://h"}},
		},
		"error alone":        {in: message(funcTypeRply, 0, 7, 0, 14), want: Answer{Function: 10, Code: 14}},
		"acknowledged error": {in: message(funcAck, 0, 7, 0, 2), want: Answer{Function: 5, Code: 2}},
		"overflow": {
			in: message(funcTypeRply, 0x8000, 7, 0, 0, 0, 1, 'a'), want: Answer{Function: 10, Overflow: true, Types: []string{"a"}},
		},
		"directory agent": {
			in:   message(funcDAAdvert, 0, 7, appendString([]byte{0, 0, 1, 2, 3, 4}, "service:directory-agent://h")...),
			want: Answer{Function: 8, URLs: []string{"service:directory-agent://h"}},
		},
		"service agent": {
			in:   message(funcSAAdvert, 0, 7, appendString(nil, "service:service-agent://h")...),
			want: Answer{Function: 11, URLs: []string{"service:service-agent://h"}},
		},
		"no body":           {in: message(funcTypeRply, 0, 7), want: Answer{Function: 10, Damaged: true}},
		"length beyond":     {in: typesReply(7, "abc")[:19], want: Answer{Function: 10, Damaged: true}},
		"more URLs claimed": {in: message(funcSrvRply, 0, 7, 0, 0, 0xff, 0xff), want: Answer{Function: 2, Damaged: true}},
		"block too short": {
			in:   message(funcSrvRply, 0, 7, append(appendString([]byte{0, 0, 0, 1, 0, 0, 9}, "u"), 1, 0, 2, 0, 3)...),
			want: Answer{Function: 2, URLs: []string{"u"}, Damaged: true},
		},
		"long URL":       {in: urlsReply(7, long), want: Answer{Function: 2, URLs: []string{long[:256]}}},
		"many types":     {in: typesReply(7, many), want: Answer{Function: 10, Types: slices.Repeat([]string{"service:t"}, 32), Dropped: 8}},
		"another XID":    {in: typesReply(8, "a"), err: errXID},
		"version 1":      {in: append([]byte{1}, typesReply(7, "a")[1:]...), err: errVersion},
		"a request":      {in: encode(askTypes, 7), err: errFunction},
		"a registration": {in: message(3, 0, 7, 0, 0), err: errFunction},
		"header cut":     {in: typesReply(7, "a")[:13], err: errShort},
		"tag cut":        {in: typesReply(7, "a")[:15], err: errLength},
		"length small":   {in: append([]byte{2, 10, 0, 0, 15}, typesReply(7, "a")[5:]...), err: errLength},
		"nothing":        {err: errShort},
	} {
		got, err := decode(c.in, 7)
		if !errors.Is(err, c.err) || fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", c.want) {
			t.Errorf("%s: %+v, %v; want %+v, %v", name, got, err, c.want, c.err)
		}
	}
}

func TestAnswerInWords(t *testing.T) {
	t.Parallel()
	for want, a := range map[string]Answer{
		"SrvTypeRply": {Function: funcTypeRply},
		"SrvTypeRply, error 14 (message not supported)": {Function: funcTypeRply, Code: 14},
		"SrvRply, error 99 (unknown error)":             {Function: funcSrvRply, Code: 99},
	} {
		if got := a.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAdvertisesClear(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"service:wbem:http":                    true,
		"service:wbem:http://198.18.1.5:5988":  true,
		"SERVICE:WBEM:HTTP://h":                true,
		"service:wbem:http.example://h":        true,
		"service:x://h:5988":                   true,
		"service:x://h:5988/path":              true,
		"service:x://[fd00::1]:5988;a=b":       true,
		"http://h/":                            true,
		"service:wbem:https":                   false,
		"service:wbem:https://h:5989":          false,
		"service:wbem:https://h:5988":          false,
		"service:wbem:https://h/http/x":        false,
		"service:wbem":                         false,
		"service:x://h:15988":                  false,
		"service:management-hardware.X:http-y": false,
		"":                                     false,
	} {
		if got := advertisesClear(s); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
}

func TestNamesWBEM(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"service:wbem": true, "service:WBEM:https": true, "service:wbem.example": true,
		"service:wbemish": false, "service:x": false, "": false,
	} {
		if got := namesWBEM([]string{"service:other", s}); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(typesReply(7, "service:wbem:https,service:x"))
	f.Add(urlsReply(7, "service:wbem:http://h:5988", "service:x://h"))
	f.Add(message(funcDAAdvert, 0x8000, 7, 0, 0, 1, 2, 3, 4, 0, 1, 'x'))
	f.Add(message(funcSrvRply, 0, 7, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0xff, 0, 2, 0, 4))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := decode(b, 7)
		if err != nil {
			return
		}
		if len(a.Types) > maxListed || len(a.URLs) > maxListed {
			t.Errorf("%d types, %d URLs", len(a.Types), len(a.URLs))
		}
		for _, s := range append(a.Types, a.URLs...) {
			if len(s) > maxText {
				t.Errorf("a text of %d bytes", len(s))
			}
			_ = advertisesClear(s)
		}
		if functionNames[a.Function] == "" || a.String() == "" {
			t.Errorf("function %d", a.Function)
		}
	})
}
