package tls

import "oobscope/probes"

// takingTurns is a connection under a handshake: between two reads the handshake computes and has a turn, while it waits
// for the peer it has none. It is for one goroutine.
type takingTurns struct {
	firstBytes
	over bool // the handshake
}

// Read implements io.Reader.
func (c *takingTurns) Read(p []byte) (int, error) {
	if c.over {
		return c.firstBytes.Read(p)
	}
	probes.Computing.Leave()
	defer probes.Computing.Take()
	return c.firstBytes.Read(p)
}

// end gives the turn back for good.
func (c *takingTurns) end() {
	c.over = true
	probes.Computing.Leave()
}
