package simbmc

import "strings"

// secretFiles lay on the configuration flash that the UPnP daemon of 2014 used as its web root.
var secretFiles = []string{"/PSBlock", "/PSStore", "/PMConfig.dat", "/wsman/simple_auth.passwd"}

const secretSize = "10240"

// upnpPage is that daemon. A HEAD of a secret file is answered as it was then; what would have moved its
// contents is counted and refused, for there is nothing to serve.
func upnpPage(h *host, r request) page {
	sdk := page{code: 200, reason: "OK"}.with("SERVER: Linux/2.6.17, UPnP/1.0, Portable SDK for UPnP devices/1.3.1")
	for _, secret := range secretFiles {
		if !strings.EqualFold(strings.SplitN(r.target, "?", 2)[0], secret) {
			continue
		}
		if r.method == "HEAD" {
			sdk.length = secretSize
			return sdk.with("CONTENT-TYPE: application/octet-stream")
		}
		h.seg.secretReads.Add(1)
		sdk.code, sdk.reason = 403, "Forbidden"
		return sdk
	}
	if r.target == "/IPMIdevicedesc.xml" && reads(r) {
		sdk.body = upnpDescription(h)
		return sdk.with("CONTENT-TYPE: text/xml")
	}
	sdk.code, sdk.reason = 404, "Bad Request" // sic: a mark of this daemon
	return sdk
}

func upnpDescription(h *host) string {
	return `<?xml version="1.0"?>
<root xmlns="urn:schemas-upnp-org:device-1-0"><specVersion><major>1</major><minor>0</minor></specVersion>
<device><deviceType>urn:schemas-upnp-org:device:management:1</deviceType><friendlyName>IPMI console</friendlyName>
<manufacturer>` + h.persona.vendor + `</manufacturer><modelName>` + h.persona.product + `</modelName>
<UDN>uuid:` + h.uuid + `</UDN></device></root>
`
}
