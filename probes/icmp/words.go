package icmp

import (
	"fmt"

	"oobscope/probes"
)

// The codes of destination unreachable: RFC 792 and RFC 1812 5.2.7.1 for IPv4, RFC 4443 3.1 for IPv6.
var (
	v4Codes = map[uint8]string{
		0: "network unreachable", 1: "host unreachable", 2: "protocol unreachable", 3: "port unreachable",
		6: "network unknown", 7: "host unknown", 8: "source host isolated",
		9: "network administratively prohibited", 10: "host administratively prohibited",
		11: "network unreachable for this type of service", 12: "host unreachable for this type of service",
		13: "communication administratively prohibited", 14: "host precedence violation",
		15: "precedence cut-off in effect",
	}
	v6Codes = map[uint8]string{
		0: "no route to destination", 1: "communication administratively prohibited",
		2: "beyond scope of source address", 3: "address unreachable", 4: "port unreachable",
		5: "source address failed policy", 6: "reject route to destination",
	}
)

// words names an ICMP error in the packet story: "host unreachable: icmp 3/1 from 198.18.0.1".
func words(e probes.ICMPError) string {
	exceeded, codes := uint8(v4Exceeded), v4Codes
	if e.V6 {
		exceeded, codes = v6Exceeded, v6Codes
	}
	name := codes[e.Code]
	switch {
	case e.Local:
		return e.String()
	case e.Type == exceeded:
		name = "time exceeded"
	}
	return fmt.Sprintf("%s: %s", name, e)
}
