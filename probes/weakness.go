package probes

// Weakness is something a service said of itself before any login that an owner should know, beside
// the question whether the flow should exist at all. It never changes a class or a verdict.
type Weakness uint8

// The weaknesses that probers recognise. Sources: IPMI v2.0 22.13 and 22.15, CVE-2013-4782,
// CVE-2013-4786, CVE-2023-29552, CVE-2013-3619, DSP0266 13, DSP0200.
const (
	IPMINoneAuth          Weakness = iota // sessions without authentication are accepted
	IPMIAnonymous                         // null user with null password is enabled
	IPMINullUser                          // a user without a name is enabled
	IPMIWeakAuth                          // straight password or MD2 is offered
	IPMIUnauthPackets                     // per-message or user-level authentication is off
	IPMIDefaultKG                         // v2.0 with the all-zero KG key
	IPMIV15                               // v1.5 connections are accepted
	IPMIV15Only                           // v2.0 is not announced
	IPMICipherZero                        // cipher suite 0 is advertised
	IPMIRAKP                              // password-based RAKP sessions are reachable
	SLPAmplifier                          // answers 10 to 50 times the request
	SLPStrongAmplifier                    // answers above 50 times, or above 1400 bytes in a datagram
	SLPAdvertisesClear                    // advertises a clear-text management URL
	RedfishAnonymous                      // inventory readable without credentials
	RedfishAnonymousAdmin                 // account or session resources readable without credentials
	RedfishClearText                      // API answered over http
	RedfishAnswersAll                     // answers 200 to a path that cannot exist
	CIMNoLogin                            // CIM operations reach the server without a login
	CIMClearText                          // a clear-text answer on the TLS port
	PSBlockServed                         // the password file would be served
	PanelClearText                        // control panel over http
	TLSExpired                            // certificate outside its validity
	TLSSelfSigned                         // issuer is the subject, own signature
	TLSWeakKey                            // RSA below 2048 bits
	TLSOldVersion                         // nothing newer than TLS 1.1 was accepted
	TLSNegativeSerial                     // certificate with a negative serial number
	TLSNameMismatch                       // no name or address of the certificate fits the target
	TLSUnspoken                           // port answers TLS alerts only: SSLv3 or unknown
	ClearTextLogin                        // a service that takes passwords in clear answered
	weaknessCount
)

var weaknessSlugs = [weaknessCount]string{
	"ipmi_none_auth", "ipmi_anonymous", "ipmi_null_user", "ipmi_weak_auth", "ipmi_unauth_packets",
	"ipmi_default_kg", "ipmi_v15", "ipmi_v15_only", "ipmi_cipher_zero", "ipmi_rakp", "slp_amplifier",
	"slp_strong_amplifier", "slp_advertises_clear", "redfish_anonymous", "redfish_anonymous_admin",
	"redfish_clear_text", "redfish_answers_all", "cim_no_login", "cim_clear_text", "psblock_served",
	"panel_clear_text", "tls_expired", "tls_self_signed", "tls_weak_key", "tls_old_version",
	"tls_negative_serial", "tls_name_mismatch", "tls_unspoken", "clear_text_login",
}

// String returns the wire name of the weakness.
func (w Weakness) String() string {
	if w >= weaknessCount {
		return "invalid"
	}
	return weaknessSlugs[w]
}

// ParseWeakness finds a weakness by its wire name.
func ParseWeakness(slug string) (Weakness, bool) {
	for i, s := range weaknessSlugs {
		if s == slug {
			return Weakness(i), true
		}
	}
	return 0, false
}

// Weaknesses lists all of them, in a fixed order.
func Weaknesses() []Weakness {
	out := make([]Weakness, weaknessCount)
	for i := range out {
		out[i] = Weakness(i)
	}
	return out
}

// WeakSet is a set of weaknesses in one word.
type WeakSet uint64

// With returns the set with w added.
func (s WeakSet) With(w Weakness) WeakSet { return s | 1<<w }

// Has tells whether w is in the set.
func (s WeakSet) Has(w Weakness) bool { return s&(1<<w) != 0 }

// List returns the members in their fixed order.
func (s WeakSet) List() []Weakness {
	var out []Weakness
	for w := Weakness(0); w < weaknessCount; w++ {
		if s.Has(w) {
			out = append(out, w)
		}
	}
	return out
}
