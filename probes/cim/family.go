package cim

import (
	"net/http"
	"strings"

	"oobscope/probes/http1"
)

// family is the kind of server behind an answer to GET / (bmc-services 6).
type family string

const (
	unknown  family = ""
	pegasus  family = "OpenPegasus"
	sfcb     family = "SBLIM sfcb"
	openwbem family = "OpenWBEM"
	javaWBEM family = "Java WBEM"
	other    family = "CIM server of another make"
	listener family = "indication listener"
)

// proves tells whether that family is a CIM server. A listener takes indications and serves nothing.
func (f family) proves() bool { return f != unknown && f != listener }

// ordered tells whether the family is known to check the login before it looks at anything else of a
// request. Only then does a refusal other than 401 prove that no login was demanded.
func (f family) ordered() bool { return f == pegasus || f == sfcb }

// recognise reads the marks that CIM servers put in the head of an answer. A plain web server has none.
func recognise(h *http1.Head) family {
	server := strings.ToLower(h.Get("Server"))
	has := func(name string) bool { return h.Get(name) != "" }
	for _, f := range h.Fields {
		if strings.HasPrefix(strings.ToLower(f.Name), "cimexport") {
			return listener
		}
	}
	switch {
	case strings.Contains(server, "sfchttpd"):
		return sfcb
	case strings.Contains(server, "openwbem"):
		return openwbem
	case strings.Contains(server, "javax.wbem"), h.Status == http.StatusBadRequest && strings.Contains(h.Reason, "javax.wbem"):
		return javaWBEM
	case strings.Contains(server, "pegasus"), has("PGErrorDetail"),
		h.Status == http.StatusNotImplemented && strings.HasPrefix(h.Get("CIMError"), "Only POST and M-POST"):
		return pegasus
	case has("CIMError"), has("CIMOperation"), has("CIMProtocolVersion"),
		strings.Contains(h.Get("WWW-Authenticate"), `realm="cimom"`):
		return other
	}
	return unknown
}

// login is what an answer to the empty POST says about authentication.
type login uint8

const (
	undecided login = iota
	demanded
	absent
)

// String returns the word for a fact.
func (l login) String() string {
	return [...]string{"undecided", "demanded", "not demanded"}[l]
}

// judge reads the answer to the empty POST. 401 and 407 ask for a login and 403 refuses without one. A
// success means that the operation reached the server. Beyond that it depends on who answers:
// OpenPegasus and sfcb are known to check the login first, so that a complaint about the (empty) request
// comes only from behind it. Any other family may complain first, and 404, 405, a redirect or 500 can
// come from a front end that never saw a CIM server: that stays undecided.
func judge(f family, h *http1.Head) login {
	switch h.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired:
		return demanded
	case http.StatusOK, http.StatusMultiStatus:
		if f.proves() {
			return absent
		}
	case http.StatusBadRequest, http.StatusLengthRequired, http.StatusRequestEntityTooLarge, http.StatusNotImplemented:
		if f.ordered() {
			return absent
		}
	}
	return undecided
}
