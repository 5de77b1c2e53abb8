package tls

import (
	"context"
	gotls "crypto/tls"
	"net"
	"sync"
	"time"

	"oobscope/probes"
)

// Result is what one handshake showed.
type Result struct {
	Conn  *gotls.Conn     // the encrypted connection, nil if the handshake failed
	Facts probes.TLSFacts // Failure says why there is no Conn
	Weak  probes.WeakSet
	// Class is Unobserved after a finished handshake. Otherwise: OpenProto the peer spoke TLS, but not to
	// the end; OpenOther it spoke something else; OpenCut it closed or reset on our ClientHello; OpenMute
	// it said nothing; ProbeError the run was stopped.
	Class probes.Class
	First []byte // the first bytes received, 512 at most; set when the handshake failed
}

// Spoke tells whether the peer proved that it speaks TLS.
func (r *Result) Spoke() bool { return r.Class == probes.Unobserved || r.Class == probes.OpenProto }

// Record writes what the handshake showed into the evidence of a probe.
func (r *Result) Record(rec *probes.Recorder) {
	facts := r.Facts
	rec.Edit(func(o *probes.Observation) {
		if r.Spoke() || len(r.First) > 0 {
			o.Flags |= probes.Spoke
		}
		o.Evidence.TLS = &facts
		o.Weak |= r.Weak
	})
}

// Handshake makes one handshake over conn, within the pace's TLS deadline. now is the time against which
// the certificate's validity is held. The caller closes conn in every case; closing it is enough, no
// close_notify is owed to a peer that gets no further byte.
func Handshake(ctx context.Context, conn net.Conn, t probes.Target, now time.Time) Result {
	first := &takingTurns{firstBytes: firstBytes{Conn: conn}}
	if err := conn.SetDeadline(time.Now().Add(t.Pace.TLS)); err != nil {
		return Result{Class: probes.OpenCut, Facts: probes.TLSFacts{Failure: "connection lost before the handshake"}}
	}
	client := gotls.Client(first, wide())
	probes.Computing.Take()
	defer first.end()
	if err := client.HandshakeContext(ctx); err != nil {
		return failed(ctx, err, &first.firstBytes)
	}
	res := Result{Conn: client}
	state := client.ConnectionState()
	res.Facts.Version = gotls.VersionName(state.Version)
	res.Facts.Suite = gotls.CipherSuiteName(state.CipherSuite)
	if state.Version < gotls.VersionTLS12 {
		res.Weak = res.Weak.With(probes.TLSOldVersion)
	}
	if len(state.PeerCertificates) > 0 {
		res.Weak |= certificate(&res.Facts, state.PeerCertificates[0], t.Addr, now)
	}
	return res
}

// wide offers everything that the library can still speak: old controllers know TLS 1.0, RSA key
// exchange or 3DES only, and refusing them here would make an exposed service look closed.
//
// The key agreement groups are the classical ones on purpose: the post-quantum shares that are offered
// by default push the ClientHello over one segment, which old controllers do not survive.
//
// It is shared by all handshakes, so nobody may change it.
var wide = sync.OnceValue(func() *gotls.Config {
	var suites []uint16
	for _, s := range gotls.CipherSuites() {
		suites = append(suites, s.ID)
	}
	for _, s := range gotls.InsecureCipherSuites() {
		suites = append(suites, s.ID)
	}
	return &gotls.Config{
		MinVersion:             gotls.VersionTLS10,
		CipherSuites:           suites,
		CurvePreferences:       []gotls.CurveID{gotls.X25519, gotls.CurveP256, gotls.CurveP384, gotls.CurveP521},
		InsecureSkipVerify:     true,
		SessionTicketsDisabled: true,
	}
})
