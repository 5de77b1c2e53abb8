package redfish

import (
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/stmcginnis/gofish/schemas"

	"oobscope/probes"
)

func TestMask(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                                     "",
		"92384634-2938-2342-8820-489239905423": "92384634-****-****-****-************",
		"9238463429382342":                     "92384634********",
		"serial 12345":                         "************",
		"a1z2":                                 "a1**",
		"\x1b[2J":                              "****",
	} {
		if got := mask(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// Whatever the library may come up with, no second request and no other path leaves.
func TestTransportRefusesEverythingElse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method, path string
		asked        bool
	}{
		{http.MethodPost, rootPath, false}, {http.MethodGet, rootPath + "SessionService/Sessions", false},
		{http.MethodDelete, rootPath, false}, {http.MethodGet, rootPath + "?$expand=.", false}, {http.MethodGet, rootPath, true},
	} {
		u, err := url.Parse("https://198.18.1.5" + c.path)
		if err != nil {
			t.Fatal(err)
		}
		// Without a line, a request that got through would crash.
		tr := &transport{rec: probes.NewRecorder(), asked: c.asked}
		if _, err := tr.RoundTrip(&http.Request{Method: c.method, URL: u}); !errors.Is(err, errRefused) {
			t.Errorf("%s %s: %v", c.method, c.path, err)
		}
	}
}

// A panic below the library ends as an error of this one target. A target without a line provokes one.
func TestPanicBecomesAnError(t *testing.T) {
	t.Parallel()
	target := probes.Target{Addr: netip.MustParseAddr("127.0.0.1"), Endpoint: probes.Endpoint{Port: 9, TLS: true}}
	tr := &transport{target: target, rec: probes.NewRecorder()}
	if s, err := connect(t.Context(), target, tr); s != nil || err == nil || !strings.Contains(err.Error(), "gave up") {
		t.Errorf("service %v error %v", s, err)
	}
}

func TestShortKeepsTheBodyOut(t *testing.T) {
	t.Parallel()
	api := &schemas.Error{HTTPReturnedStatusCode: 401}
	if got := short(api); got != "status 401" {
		t.Errorf("got %q", got)
	}
	if got := short(errors.New("first\nsecond")); got != "first" {
		t.Errorf("got %q", got)
	}
}

func FuzzProofs(f *testing.F) {
	for _, s := range []string{
		`{"v1":"/redfish/v1/"}`, `{"@odata.type":"#ServiceRoot.v1_5_0.ServiceRoot"}`, `{"RedfishVersion":"1.0"}`,
		`{"v1":[[[[]]]]}`, `null`, `{"RedfishVersion":null,"RedfishVersion":""}`, strings.Repeat("[", 20000),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if (provesRoot(body) || provesVersions(body)) && !strings.Contains(string(body), "{") {
			t.Fatalf("%q proves Redfish", body)
		}
	})
}
