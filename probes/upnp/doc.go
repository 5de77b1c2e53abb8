// Package upnp asks a UPnP device (the daemon of old Supermicro firmware above all) who it is, and
// whether it would hand out its password file, without moving one byte of that file.
//
// It never requests a secret path with anything but HEAD, never reads behind the head of such an answer,
// and never sends a multicast search.
package upnp
