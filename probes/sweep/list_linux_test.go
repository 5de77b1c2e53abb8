package sweep

import (
	"context"
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"oobscope/probes"
)

// A list of a hundred thousand IPv6 addresses, strewn over a /64 as an inventory would have them.
func TestLongListOfIPv6(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: sends a hundred thousand packets in a namespace")
	}
	const size = 100_000
	alone(t, "link set lo up\nroute add local fd00:20::/64 dev lo\n", func() {
		p := &probes.Plan{Seed: 5, Simulated: true, Pace: probes.Paces()[2]}
		p.Pace.Gap = 0 // nobody is spared by it here
		g := probes.Group{Role: "bmc", Endpoints: []probes.Endpoint{{Service: "a", Proto: probes.TCP, Port: 443, Prober: "fake"}}}
		for i := range uint64(size) {
			a := [16]byte{0xfd, 0, 0, 0x20}
			binary.BigEndian.PutUint64(a[8:], (i+1)*0x9e3779b97f4a7c15)
			g.Addrs = append(g.Addrs, netip.AddrFrom16(a))
		}
		p.Groups = []probes.Group{g}
		p.Seal()
		board := probes.NewBoard(p)
		err := Raw{}.Scout(context.Background(), &probes.Search{
			Plan: p, Probers: probes.Probers{}, Began: time.Now(), Control: probes.Control{UDPPort: 40001},
			Host:   func(i int) ([]probes.Cell, probes.HostState) { return board.Row(i, nil) },
			Settle: func(o probes.Observation, _ probes.References) { board.Set(o) },
			Leave:  func(probes.Parting, func(int) probes.Swept) {}, Sent: board.AddSent, Controlled: func(bool) {},
			Rate: func(probes.RateState) {}, Answered: func(int) {},
		})
		c := board.Counters()
		if err != nil || c.Of(probes.RstUnknown) != size {
			t.Errorf("%v; of %d addresses %d have refused, %d were silent, %d failed", err, size, c.Of(probes.RstUnknown),
				c.Of(probes.SilenceUnproven), c.Of(probes.ProbeError))
		}
	})
}
