package simbmc

// cimLoginPage is a CIM server that demands a login for every operation (DSP0200 7.2).
func cimLoginPage(_ *host, r request) page {
	if r.method != "POST" {
		return cimOnlyPost()
	}
	return page{code: 401, reason: "Unauthorized"}.with(`WWW-Authenticate: Basic realm="cimom"`, "Server: cimhttpd")
}

// cimOpenPage is a CIM server with its authentication switched off.
func cimOpenPage(_ *host, r request) page {
	if r.method != "POST" {
		return cimOnlyPost()
	}
	return page{code: 200, reason: "OK", body: cimNoNames}.with(
		`Content-Type: application/xml; charset="utf-8"`, "CIMOperation: MethodResponse", "Server: cimhttpd")
}

func cimOnlyPost() page {
	return page{code: 501, reason: "Not Implemented"}.with("CIMError: Only POST and M-POST are implemented", "Server: cimhttpd")
}

// cimNoNames is the answer of an interop namespace without class names (DSP0201).
const cimNoNames = `<?xml version="1.0" encoding="utf-8"?>
<CIM CIMVERSION="2.0" DTDVERSION="2.0"><MESSAGE ID="1" PROTOCOLVERSION="1.0"><SIMPLERSP>` +
	`<IMETHODRESPONSE NAME="EnumerateClassNames"><IRETURNVALUE></IRETURNVALUE></IMETHODRESPONSE>` +
	`</SIMPLERSP></MESSAGE></CIM>
`
