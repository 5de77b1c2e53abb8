package simbmc

import (
	"fmt"
	"strings"
)

const redfishRoot = "/redfish/v1"

// redfishOpen are the resources that the anonymous personality shows to anyone (DSP0266 allows none of them).
var redfishOpen = map[string]string{
	"/Systems":                 `"@odata.type":"#ComputerSystemCollection.ComputerSystemCollection","Name":"Systems","Members":[{"@odata.id":"/redfish/v1/Systems/1"}],"Members@odata.count":1`,
	"/Chassis":                 `"@odata.type":"#ChassisCollection.ChassisCollection","Name":"Chassis","Members":[],"Members@odata.count":0`,
	"/Managers":                `"@odata.type":"#ManagerCollection.ManagerCollection","Name":"Managers","Members":[],"Members@odata.count":0`,
	"/AccountService":          `"@odata.type":"#AccountService.v1_11_0.AccountService","Id":"AccountService","Name":"Accounts","MinPasswordLength":8`,
	"/AccountService/Accounts": `"@odata.type":"#ManagerAccountCollection.ManagerAccountCollection","Name":"Accounts","Members":[],"Members@odata.count":0`,
	"/SessionService":          `"@odata.type":"#SessionService.v1_1_8.SessionService","Id":"SessionService","Name":"Sessions"`,
	"/SessionService/Sessions": `"@odata.type":"#SessionCollection.SessionCollection","Name":"Sessions","Members":[],"Members@odata.count":0`,
}

// redfishStrictPage shows what DSP0266 lets anyone read, and asks for a login for everything else.
func redfishStrictPage(h *host, r request) page {
	if p, ok := redfishPublic(h, r); ok {
		return p
	}
	return page{code: 401, reason: "Unauthorized", body: `{"error":{"code":"Base.1.18.NoValidSession","message":"A login is needed."}}`}.
		with("Content-Type: application/json", `WWW-Authenticate: Basic realm="manager"`, "OData-Version: 4.0")
}

// redfishOpenPage shows inventory and accounts without a login.
func redfishOpenPage(h *host, r request) page {
	if p, ok := redfishPublic(h, r); ok {
		return p
	}
	path := strings.TrimSuffix(r.target, "/")
	if body, ok := redfishOpen[strings.TrimPrefix(path, redfishRoot)]; ok && reads(r) {
		return jsonPage(fmt.Sprintf(`{"@odata.id":%q,%s}`, path, body))
	}
	return page{code: 404, reason: "Not Found", body: `{"error":{"code":"Base.1.18.ResourceMissingAtURI","message":"No such resource."}}`}.
		with("Content-Type: application/json")
}

// redfishPublic answers the requests that need no login (DSP0266, section on authentication), and the
// front page.
func redfishPublic(h *host, r request) (page, bool) {
	if !reads(r) {
		return page{}, false
	}
	switch strings.TrimSuffix(r.target, "/") {
	case "":
		return htmlPage(h.Title + " sign-in"), true
	case "/redfish":
		return jsonPage(`{"v1":"/redfish/v1/"}`), true
	case redfishRoot:
		return jsonPage(serviceRoot(h)), true
	case redfishRoot + "/odata":
		return jsonPage(`{"@odata.context":"/redfish/v1/$metadata","value":[{"name":"Service","kind":"Singleton","url":"/redfish/v1/"}]}`), true
	case redfishRoot + "/$metadata":
		return page{code: 200, reason: "OK", header: []string{"Content-Type: application/xml"},
			body: `<?xml version="1.0"?><edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0"/>`}, true
	}
	return page{}, false
}

func serviceRoot(h *host) string {
	return fmt.Sprintf(`{"@odata.id":"/redfish/v1/","@odata.type":"#ServiceRoot.v1_15_0.ServiceRoot","Id":"RootService",`+
		`"Name":"Root Service","RedfishVersion":"1.15.1","UUID":%q,"Vendor":%q,"Product":%q,`+
		`"Systems":{"@odata.id":"/redfish/v1/Systems"},"Chassis":{"@odata.id":"/redfish/v1/Chassis"},`+
		`"Managers":{"@odata.id":"/redfish/v1/Managers"},"AccountService":{"@odata.id":"/redfish/v1/AccountService"},`+
		`"SessionService":{"@odata.id":"/redfish/v1/SessionService"},`+
		`"Links":{"Sessions":{"@odata.id":"/redfish/v1/SessionService/Sessions"}}}`,
		h.uuid, h.persona.vendor, h.persona.product)
}

func jsonPage(body string) page {
	return page{code: 200, reason: "OK", body: body}.with("Content-Type: application/json", "OData-Version: 4.0")
}

func reads(r request) bool { return r.method == "GET" || r.method == "HEAD" }
