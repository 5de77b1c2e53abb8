package tls

import (
	"context"
	gotls "crypto/tls"
	"fmt"
	"strings"

	"oobscope/probes"
	"oobscope/probes/tcp"
)

// failed turns a handshake error into a finding. A failure is never "closed": the connection had been
// accepted, and whatever came back says what stands there.
func failed(ctx context.Context, err error, first *firstBytes) Result {
	res := Result{First: first.got}
	fact := func(c probes.Class, why string) Result {
		res.Class = c
		res.Facts.Failure = probes.Clean(why, 200)
		return res
	}
	switch {
	case ctx.Err() != nil:
		return fact(probes.ProbeError, "stopped during the handshake")
	case len(first.got) == 0 && tcp.Mute(first.err):
		return fact(probes.OpenMute, "no answer to the ClientHello")
	case len(first.got) == 0:
		return fact(probes.OpenCut, "closed on the ClientHello")
	case sslv2(first.got):
		res.Weak = res.Weak.With(probes.TLSUnspoken)
		return fact(probes.OpenProto, "answered in SSLv2")
	case !LooksLikeTLS(first.got):
		return fact(probes.OpenOther, "not TLS: "+Describe(first.got))
	}
	// Only a peer that speaks TLS gets here, whatever went wrong after its first record.
	res.Weak |= causes(err, first.got)
	if _, code, ok := Alert(first.got); ok {
		return fact(probes.OpenProto, "alert: "+gotls.AlertError(code).Error())
	}
	if tcp.Mute(first.err) {
		return fact(probes.OpenProto, "went silent during the handshake")
	}
	return fact(probes.OpenProto, err.Error())
}

// causes recognises the failures that are findings of their own: what the library refuses to speak is
// what the owner has to know (bmc-services 5.3).
func causes(err error, got []byte) (weak probes.WeakSet) {
	text := err.Error()
	_, _, alert := Alert(got)
	serverHello := len(got) >= 11 && got[0] == recordHandshake && got[5] == 2
	switch {
	case strings.Contains(text, "negative serial number"):
		weak = weak.With(probes.TLSNegativeSerial)
	case strings.Contains(text, "keys are insecure"):
		weak = weak.With(probes.TLSWeakKey)
	case alert, serverHello && got[9] == 3 && got[10] == 0:
		// An alert to the widest offer we can make, or a ServerHello that picks SSLv3.
		weak = weak.With(probes.TLSUnspoken)
	}
	return weak
}

// sslv2 tells whether bytes look like an SSLv2 server message: two-byte record header with the top bit
// set, then message type 4 (ServerHello) or 0 (error).
func sslv2(b []byte) bool {
	return len(b) >= 5 && b[0]&0x80 != 0 && (b[2] == 4 || b[2] == 0 && b[0] == 0x80 && b[1] == 3)
}

// Describe names what bytes that are not the expected protocol look like, for a fact.
func Describe(b []byte) string {
	s := string(b[:min(len(b), 16)])
	switch {
	case len(b) == 0:
		return "nothing"
	case LooksLikeTLS(b):
		if _, code, ok := Alert(b); ok {
			return "TLS alert, " + gotls.AlertError(code).Error()
		}
		return "TLS record"
	case strings.HasPrefix(s, "HTTP/"):
		return "HTTP in clear text"
	case strings.HasPrefix(s, "SSH-"):
		return "SSH"
	case strings.HasPrefix(s, "220 "), strings.HasPrefix(s, "220-"):
		return "FTP or SMTP greeting"
	case strings.HasPrefix(s, "RFB "):
		return "RFB (VNC)"
	case strings.HasPrefix(s, "<"):
		return "markup without HTTP head"
	}
	return fmt.Sprintf("unknown protocol, first bytes %x", s)
}
