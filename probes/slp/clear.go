package slp

import "strings"

// clearPort is where CIM-XML is spoken without TLS (DSP0200).
const clearPort = "5988"

// advertisesClear tells whether a service type or URL leads to clear-text management: the scheme http,
// or port 5988 without the scheme https. "service:wbem:http" and "service:wbem:http://bmc:5988" do.
func advertisesClear(s string) bool {
	scheme, rest, isURL := strings.Cut(strings.ToLower(s), "://")
	secure := false
	for part := range strings.SplitSeq(scheme, ":") {
		name, _, _ := strings.Cut(part, ".") // a naming authority may follow: "http.example"
		switch name {
		case "http":
			return true
		case "https":
			secure = true
		}
	}
	if !isURL || secure {
		return false
	}
	authority, _, _ := strings.Cut(rest, "/")
	authority, _, _ = strings.Cut(authority, ";")
	return strings.HasSuffix(authority, ":"+clearPort)
}

// namesWBEM tells whether a list of service types has one of the service:wbem family.
func namesWBEM(types []string) bool {
	for _, t := range types {
		t = strings.ToLower(t)
		if t == wbemType || strings.HasPrefix(t, wbemType+":") || strings.HasPrefix(t, wbemType+".") {
			return true
		}
	}
	return false
}
