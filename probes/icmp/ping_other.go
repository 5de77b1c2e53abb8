//go:build !linux

package icmp

const permissionHint = "run the program with the right to open raw ICMP sockets"

// openPing opens a ping socket. It has no error queue here; what ICMP errors the system hands over
// come as messages.
func openPing(v6 bool) (link, error) {
	s, err := listen(v6, "udp4", "udp6")
	if err != nil {
		return nil, err
	}
	s.name, s.plain = wayPing, true
	return s, nil
}
