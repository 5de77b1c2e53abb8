package simbmc

import (
	"net"

	"oobscope/probes"
)

// door is one port number of the segment; every host has the same numbers.
type door uint8

const (
	doorWeb door = iota
	doorCIMTLS
	doorCIM
	doorSFTP
	doorUPnP
	doorPanel
	doorSLP
	doorDNS
	doorIPMI
	doorControlTCP
	doorControlUDP
	doorCount
)

// endpoint ties a service of the catalogue to a door.
type endpoint struct {
	service string
	proto   probes.Proto
	door    door
}

// endpoints are all questions that have a truth. Three services share the web port, as they share 443 in the
// field; echo has no door.
var endpoints = []endpoint{
	{"redfish", probes.TCP, doorWeb},
	{"https-mgmt", probes.TCP, doorWeb},
	{"vendor-https", probes.TCP, doorWeb},
	{"cim-https", probes.TCP, doorCIMTLS},
	{"cim-http", probes.TCP, doorCIM},
	{"sftp-rfc913", probes.TCP, doorSFTP},
	{"upnp-psblock", probes.TCP, doorUPnP},
	{"control-panel", probes.TCP, doorPanel},
	{"slp", probes.UDP, doorSLP},
	{"slp", probes.TCP, doorSLP},
	{"dns", probes.UDP, doorDNS},
	{"dns", probes.TCP, doorDNS},
	{"ipmi", probes.UDP, doorIPMI},
	{"icmp-echo", probes.ICMP, doorCount},
}

// state is what the transport layer of a door does.
type state uint8

const (
	closed   state = iota // nothing bound: the kernel answers RST or port unreachable
	silent                // bound, and every packet is dropped
	speaking              // a server answers
)

// stream is a TCP door of a personality. class and weak are the truth about it; weaknesses of the
// certificate are added where tls is set.
type stream struct {
	state state
	tls   bool
	serve func(h *host, c net.Conn)
	class probes.Class
	weak  probes.WeakSet
}

// datagram is a UDP door of a personality.
type datagram struct {
	state  state
	answer func(h *host, request []byte) []byte // nil for no answer
	class  probes.Class
	weak   probes.WeakSet
}

func weaknesses(list ...probes.Weakness) probes.WeakSet {
	var set probes.WeakSet
	for _, w := range list {
		set = set.With(w)
	}
	return set
}

// The doors without a server behind them.
var (
	droppedStream   = stream{state: silent}
	droppedDatagram = datagram{state: silent}
	muteStream      = stream{state: speaking, serve: serveMute, class: probes.OpenMute}
	cutStream       = stream{state: speaking, serve: serveCut, class: probes.OpenCut}
	cutAtOnceStream = stream{state: speaking, serve: serveCutAtOnce, class: probes.OpenCut}
)
