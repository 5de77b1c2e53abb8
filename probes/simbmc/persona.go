package simbmc

import (
	"math/rand/v2"

	"oobscope/probes"
)

// persona is one kind of host: which doors it has, what stands behind them, and what is true of them.
// Doors that are not listed are closed.
type persona struct {
	name      string
	role      string
	vendor    string
	product   string
	cert      certKind
	echo      bool
	dead      bool
	slow      bool
	streams   map[door]stream
	datagrams map[door]datagram
}

func (p *persona) title() string { return p.vendor + " " + p.product }

// sockets is how many sockets a host of this kind holds open.
func (p *persona) sockets() int {
	n := 0
	for _, st := range p.streams {
		if st.state != closed {
			n++
		}
	}
	for _, d := range p.datagrams {
		if d.state != closed {
			n++
		}
	}
	return n
}

// streams that several personalities have in common.
var (
	redfishStrict = stream{state: speaking, tls: true, serve: serveHTTP(redfishStrictPage), class: probes.OpenProto}
	cimTLSLogin   = stream{state: speaking, tls: true, serve: serveHTTP(cimLoginPage), class: probes.OpenProto}
)

var hardened = persona{
	name: "hardened", role: "bmc", vendor: "Veldrane", product: "Bastion MC-5", cert: certOwn, echo: true,
	streams: map[door]stream{
		doorWeb: redfishStrict, doorCIMTLS: cimTLSLogin, doorCIM: droppedStream, doorSFTP: droppedStream,
		doorUPnP: droppedStream, doorPanel: droppedStream,
	},
	datagrams: map[door]datagram{doorIPMI: droppedDatagram},
}

var legacyClearText = persona{
	name: "legacy_clear_text", role: "bmc", vendor: "Ostrella", product: "RackMind 2", cert: certLegacy, echo: true,
	streams: map[door]stream{
		doorWeb: {state: speaking, tls: true, serve: serveHTTP(loginPage), class: probes.OpenOther},
		doorCIM: {state: speaking, serve: serveHTTP(cimOpenPage), class: probes.OpenProto,
			weak: weaknesses(probes.CIMNoLogin, probes.ClearTextLogin)},
		doorSFTP: {state: speaking, serve: serveRFC913, class: probes.OpenProto,
			weak: weaknesses(probes.ClearTextLogin)},
		doorSLP: {state: speaking, serve: slpClear.serve, class: probes.OpenProto,
			weak: weaknesses(probes.SLPAdvertisesClear)},
	},
	datagrams: map[door]datagram{
		doorSLP: {state: speaking, answer: slpClear.datagram, class: probes.OpenProto,
			weak: weaknesses(probes.SLPAdvertisesClear)},
		doorIPMI: {state: speaking, answer: ipmiV15.answer, class: probes.OpenProto,
			weak: weaknesses(probes.IPMIWeakAuth, probes.IPMIUnauthPackets, probes.IPMIV15, probes.IPMIV15Only)},
	},
}

var psblock = persona{
	name: "psblock", role: "bmc", vendor: "Kaldmoor", product: "X8 management board", echo: true,
	streams: map[door]stream{
		doorUPnP: {state: speaking, serve: serveHTTP(upnpPage), class: probes.OpenProto,
			weak: weaknesses(probes.PSBlockServed)},
	},
	datagrams: map[door]datagram{
		doorIPMI: {state: speaking, answer: ipmiBoard.answer, class: probes.OpenProto,
			weak: weaknesses(probes.IPMIWeakAuth, probes.IPMIDefaultKG, probes.IPMIV15, probes.IPMICipherZero,
				probes.IPMIRAKP)},
	},
}

var controlPanel = persona{
	name: "control_panel", role: "bmc", vendor: "Tervane", product: "Node Warden", cert: certShared, echo: true,
	streams: map[door]stream{
		doorWeb: redfishStrict, doorCIMTLS: cimTLSLogin,
		doorPanel: {state: speaking, serve: serveHTTP(panelPage), class: probes.OpenProto,
			weak: weaknesses(probes.PanelClearText)},
	},
	datagrams: map[door]datagram{
		doorSLP: {state: speaking, answer: slpTalkative.datagram, class: probes.OpenProto,
			weak: weaknesses(probes.SLPAmplifier)},
		doorIPMI: {state: speaking, answer: ipmiKeyed.answer, class: probes.OpenProto,
			weak: weaknesses(probes.IPMIRAKP)},
	},
}

var ipmiNoneAuth = persona{
	name: "ipmi_none_auth", role: "bmc", vendor: "Bruntal", product: "ServerEye", cert: certShared, echo: true,
	streams: map[door]stream{
		doorWeb: redfishStrict,
		doorCIM: {state: speaking, serve: serveHTTP(cimLoginPage), class: probes.OpenProto,
			weak: weaknesses(probes.ClearTextLogin)},
	},
	datagrams: map[door]datagram{
		doorSLP: {state: speaking, answer: slpFlood.datagram, class: probes.OpenProto,
			weak: weaknesses(probes.SLPStrongAmplifier)},
		doorIPMI: {state: speaking, answer: ipmiOpen.answer, class: probes.OpenProto,
			weak: weaknesses(probes.IPMINoneAuth, probes.IPMIAnonymous, probes.IPMINullUser, probes.IPMIWeakAuth,
				probes.IPMIDefaultKG, probes.IPMIV15, probes.IPMICipherZero, probes.IPMIRAKP)},
	},
}

var redfishAnonymous = persona{
	name: "redfish_anonymous", role: "bmc", vendor: "Lysander", product: "OpenBoard 3", cert: certShared, echo: true,
	streams: map[door]stream{
		doorWeb: {state: speaking, tls: true, serve: serveHTTP(redfishOpenPage), class: probes.OpenProto,
			weak: weaknesses(probes.RedfishAnonymous, probes.RedfishAnonymousAdmin)},
		doorCIMTLS: cimTLSLogin, doorCIM: droppedStream, doorSFTP: droppedStream,
		doorUPnP: droppedStream, doorPanel: droppedStream,
		doorSLP: {state: speaking, serve: slpPlain.serve, class: probes.OpenProto},
	},
	datagrams: map[door]datagram{
		doorSLP: {state: speaking, answer: slpPlain.datagram, class: probes.OpenProto},
		doorIPMI: {state: speaking, answer: ipmiCanned.answer, class: probes.OpenProto,
			weak: weaknesses(probes.IPMIDefaultKG, probes.IPMIRAKP)},
	},
}

var mute = persona{
	name: "mute", role: "bmc", vendor: "Ferrow", product: "Quietus 1", // answers no echo: alive, and yet silent there
	streams: map[door]stream{
		doorWeb: muteStream, doorCIMTLS: muteStream, doorCIM: muteStream, doorSFTP: muteStream,
		doorUPnP: muteStream, doorPanel: muteStream, doorSLP: muteStream,
	},
	datagrams: map[door]datagram{doorSLP: droppedDatagram, doorIPMI: droppedDatagram},
}

var cutter = persona{
	name: "cutter", role: "bmc", vendor: "Ferrow", product: "Severn 4", echo: true,
	streams: map[door]stream{
		doorWeb: cutStream, doorCIMTLS: cutStream, doorCIM: cutStream, doorSFTP: cutAtOnceStream,
		doorUPnP: cutStream, doorPanel: cutStream, doorSLP: cutStream,
	},
}

var refusing = persona{name: "refusing", role: "bmc", vendor: "Veldrane", product: "Bastion MC-3", echo: true}

var quiet = persona{
	name: "silent", role: "bmc", vendor: "Veldrane", product: "Bastion MC-7", cert: certOwn, echo: true,
	streams: map[door]stream{
		doorWeb: redfishStrict, doorCIMTLS: droppedStream, doorCIM: droppedStream, doorSFTP: droppedStream,
		doorUPnP: droppedStream, doorPanel: droppedStream, doorSLP: droppedStream, doorDNS: droppedStream,
	},
	datagrams: map[door]datagram{doorSLP: droppedDatagram, doorDNS: droppedDatagram, doorIPMI: droppedDatagram},
}

var wrongProtocol = persona{
	name: "wrong_protocol", role: "bmc", vendor: "Ostrella", product: "RackMind 5", cert: certShared, echo: true,
	streams: map[door]stream{
		doorCIMTLS: {state: speaking, serve: serveHTTP(cimLoginPage), class: probes.OpenOther,
			weak: weaknesses(probes.CIMClearText)},
		doorCIM:   {state: speaking, serve: serveHTTP(loginPage), class: probes.OpenOther},
		doorSFTP:  {state: speaking, serve: serveSSHBanner, class: probes.OpenOther},
		doorUPnP:  {state: speaking, serve: serveHTTP(loginPage), class: probes.OpenOther},
		doorPanel: {state: speaking, tls: true, serve: serveHTTP(loginPage), class: probes.OpenOther},
	},
}

var slow = persona{
	name: "slow", role: "bmc", vendor: "Tervane", product: "Node Warden Lite", cert: certOwn, echo: true, slow: true,
	streams: map[door]stream{
		doorWeb: redfishStrict, doorCIMTLS: cimTLSLogin, doorCIM: droppedStream, doorSFTP: droppedStream,
		doorUPnP: droppedStream, doorPanel: droppedStream,
		doorSLP: {state: speaking, serve: slpStrict.serve, class: probes.OpenProto},
	},
	datagrams: map[door]datagram{
		doorSLP:  {state: speaking, answer: slpStrict.datagram, class: probes.OpenProto},
		doorIPMI: droppedDatagram,
	},
}

// dead drops whatever comes, and the control ports too: a reset or a port unreachable of the kernel would
// be a sign of life.
var dead = persona{
	name: "dead", role: "bmc", vendor: "Kaldmoor", product: "X9 management board", dead: true,
	streams: map[door]stream{
		doorWeb: droppedStream, doorCIMTLS: droppedStream, doorCIM: droppedStream, doorSFTP: droppedStream,
		doorUPnP: droppedStream, doorPanel: droppedStream, doorSLP: droppedStream, doorDNS: droppedStream,
		doorControlTCP: droppedStream,
	},
	datagrams: map[door]datagram{
		doorSLP: droppedDatagram, doorDNS: droppedDatagram, doorIPMI: droppedDatagram, doorControlUDP: droppedDatagram,
	},
}

var appliance = persona{
	name: "appliance", role: "appliance", vendor: "Meridock", product: "integration appliance", cert: certOwn, echo: true,
	streams: map[door]stream{
		doorWeb: {state: speaking, tls: true, serve: serveHTTP(loginPage), class: probes.OpenOther},
	},
}

var resolver = persona{
	name: "resolver", role: "resolver", vendor: "Meridock", product: "name server", echo: true,
	streams: map[door]stream{doorDNS: {state: speaking, serve: serveDNS, class: probes.OpenProto}},
	datagrams: map[door]datagram{
		doorDNS: {state: speaking, answer: answerDNS, class: probes.OpenProto},
	},
}

// kinds are the personalities of BMCs; extras are dealt once more in every round of 16, so that most of a
// large segment is in order, as in the field.
func kinds() []*persona {
	return []*persona{
		&hardened, &legacyClearText, &psblock, &controlPanel, &ipmiNoneAuth, &redfishAnonymous, &mute,
		&cutter, &refusing, &quiet, &wrongProtocol, &slow, &dead,
	}
}

func extras() []*persona { return []*persona{&hardened, &hardened, &quiet} }

// deal gives n BMCs their personalities: fixed proportions, places by seed.
func deal(n int, seed uint64) []*persona {
	rng := rand.New(rand.NewPCG(seed, 0x6f6f62))
	var out []*persona
	for len(out) < n {
		round := kinds()
		rng.Shuffle(len(round), func(i, j int) { round[i], round[j] = round[j], round[i] })
		out = append(out, append(round, extras()...)...)
	}
	out = out[:n]
	rng.Shuffle(n, func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}
