package http1

import (
	"oobscope/probes"
	"oobscope/probes/tls"
)

// Record writes the first answer of a probe into its evidence: banner, digest, TLS facts and weaknesses,
// and what the head says of the server.
func (a *Answer) Record(rec *probes.Recorder) {
	var banner string
	var whole []byte
	switch {
	case a.HTTP():
		banner = a.Head.Line()
		rec.Fact("status", banner)
		for _, name := range []string{"Server", "Location", "WWW-Authenticate"} {
			if v := a.Head.Get(name); v != "" {
				rec.Fact(name, v)
			}
		}
		if s := a.Head.Get("Server"); s != "" {
			banner += " | " + s
		}
		// A date, a cookie or a nonce would give the same server another digest at each run.
		whole = []byte(a.Head.Line() + "\n" + a.Head.Get("Server") + "\n" + a.Head.Get("Content-Type"))
	case len(a.First) > 0:
		banner = string(a.First)
		whole = a.First
		rec.Fact("answered", tls.Describe(a.First))
	}
	if banner != "" {
		rec.Said(banner, whole)
	}
	if a.TLS != nil {
		a.TLS.Record(rec)
	}
}
