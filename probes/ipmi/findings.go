package ipmi

import (
	"fmt"
	"strings"

	"oobscope/probes"
)

// maxSuites caps how many suites are told one by one; the list itself is bounded by its 8 windows.
const maxSuites = 24

// suiteList is what became of the question for the cipher suites.
type suiteList struct {
	suites      []Suite
	unsupported bool // completion code C1h
	silent      bool // not one answer
	note        string
}

// pongFacts tells what the presence pong said.
func pongFacts(rec *probes.Recorder, p Pong) {
	var entities []string
	if p.IPMI {
		entities = append(entities, "IPMI")
	}
	entities = append(entities, fmt.Sprintf("ASF %d", p.ASFVersion))
	if p.Secure {
		entities = append(entities, "RMCP security extensions (udp/664)")
	}
	if p.DASH {
		entities = append(entities, "DASH")
	}
	rec.Fact("asf.pong", strings.Join(entities, ", "))
	rec.Fact("asf.enterprise", fmt.Sprint(p.Enterprise))
	if p.HostOrder {
		rec.Fact("asf.byte_order", "enterprise numbers low byte first, as OpenBMC sends them")
	}
}

// capabilityFacts tells the deciding bytes and what they mean.
func capabilityFacts(rec *probes.Recorder, c Capabilities) {
	rec.Fact("ipmi.auth_types", words("none offered", c.auth,
		bit{c.None, "none"}, bit{c.MD2, "MD2"}, bit{c.MD5, "MD5"},
		bit{c.Password, "straight password"}, bit{c.OEM, "OEM"}))
	rec.Fact("ipmi.login_status", words("no user announced", c.login,
		bit{c.Anonymous, "anonymous login"}, bit{c.NullUser, "null user name"},
		bit{c.NamedUsers, "named users"}, bit{c.NoPerMsg, "per-message authentication off"},
		bit{c.NoUserLevel, "user level authentication off"}, bit{c.KeySet, "KG key set"}))
	if c.Extended {
		rec.Fact("ipmi.connections", words("none", c.ext, bit{c.V15, "v1.5"}, bit{c.V20, "v2.0"}))
	} else {
		rec.Fact("ipmi.connections", "v2.0 is not announced")
	}
	rec.Fact("ipmi.channel", fmt.Sprint(c.Channel))
	if c.IANA != 0 {
		rec.Fact("ipmi.oem_iana", fmt.Sprint(c.IANA))
	}
	if c.canned() {
		rec.Fact("ipmi.note", "equals the fixed answer of OpenBMC: its bits say little about the users")
	}
	if c.Extended && !c.V15 && (c.None || c.MD2 || c.MD5 || c.Password) {
		rec.Fact("ipmi.contradiction", "v1.5 authentication types are offered while v1.5 connections are off")
	}
}

// bit is one flag of a byte and its word.
type bit struct {
	set  bool
	word string
}

func words(empty string, raw byte, bits ...bit) string {
	var set []string
	for _, b := range bits {
		if b.set {
			set = append(set, b.word)
		}
	}
	if len(set) == 0 {
		set = []string{empty}
	}
	return fmt.Sprintf("%s (%02xh)", strings.Join(set, ", "), raw)
}

// suiteFacts tells the list, and where it contradicts the capabilities.
func suiteFacts(rec *probes.Recorder, c Capabilities, l suiteList) {
	for i, s := range l.suites {
		if i == maxSuites {
			rec.Fact("ipmi.cipher_suite", fmt.Sprintf("and %d more", len(l.suites)-i))
			break
		}
		rec.Fact("ipmi.cipher_suite", s.String())
	}
	if l.note != "" {
		rec.Fact("ipmi.cipher_suites", l.note)
	}
	if !c.V20 && len(l.suites) > 0 {
		rec.Fact("ipmi.contradiction", "v2.0 is not announced, yet v2.0 cipher suites are listed")
	}
}

// weaknesses draws the findings from what the controller said of itself.
func weaknesses(c Capabilities, l suiteList) probes.WeakSet {
	var set probes.WeakSet
	claim := func(is bool, w probes.Weakness) {
		if is {
			set = set.With(w)
		}
	}
	claim(c.None, probes.IPMINoneAuth)
	claim(c.Anonymous, probes.IPMIAnonymous)
	claim(c.NullUser, probes.IPMINullUser)
	claim(c.Password || c.MD2, probes.IPMIWeakAuth)
	claim(c.NoPerMsg || c.NoUserLevel, probes.IPMIUnauthPackets)
	claim(c.V20 && !c.KeySet, probes.IPMIDefaultKG)
	claim(c.acceptsV15(), probes.IPMIV15)
	claim(!c.V20 && (l.silent || l.unsupported), probes.IPMIV15Only)
	claim(c.V20, probes.IPMIRAKP)
	for _, s := range l.suites {
		claim(s.zero(), probes.IPMICipherZero)
		claim(s.rakp(), probes.IPMIRAKP)
	}
	return set
}
