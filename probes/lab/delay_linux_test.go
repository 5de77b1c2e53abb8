package lab

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// A way back that takes its time. The kernel here has no netem, so the router slow hands everything that comes from
// the firewall to a TUN device of our own, where a process keeps each packet for a while and gives it back. Whoever
// looks through it sees every answer late: those of the hosts, of the firewall and of the router behind it.
const (
	slowEdge  = 100 // between firewall and slow router
	farEdge   = 101 // between slow router and the machine behind it
	longWay   = 300 * time.Millisecond
	delayWord = "lab-delay" // makes this test binary the process behind the device
	delayName = "delay"
)

// slowDown builds far and the slow way back to it.
func (n *network) slowDown() {
	n.t.Helper()
	n.set("slow", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
	n.set("far", "net.ipv4.ping_group_range=0 2147483647")
	n.link("far", "wan", "slow", "far")
	n.ip("slow", fmt.Sprintf("addr add 198.18.%d.1/24 dev far", farEdge), fmt.Sprintf("addr add fd00:20:%d::1/64 nodad dev far", farEdge))
	n.ip("far", fmt.Sprintf("addr add 198.18.%d.10/24 dev wan", farEdge), fmt.Sprintf("addr add fd00:20:%d::10/64 nodad dev wan", farEdge),
		fmt.Sprintf("route add default via 198.18.%d.1", farEdge), fmt.Sprintf("route add default via fd00:20:%d::1", farEdge))
	n.ip("fw", fmt.Sprintf("route add 198.18.%d.0/24 via 198.18.%d.10", farEdge, slowEdge),
		fmt.Sprintf("route add fd00:20:%d::/64 via fd00:20:%d::10", farEdge, slowEdge))
	n.service("slow", delayWord, nil)
	n.ip("slow", "link set dev "+delayName+" up", "route add default dev "+delayName+" table 100", "rule add iif wan lookup 100",
		"route add ::/0 dev "+delayName+" table 100")
	n.in("slow", "", "ip", "-6", "rule", "add", "iif", "wan", "lookup", "100") // a batch adds rules of IPv4 alone
}

// delay is this binary as the process behind the TUN device (tun.txt of the kernel's documentation). It ends when in
// closes.
func delay(in io.Reader, out io.Writer) int {
	device, err := openTUN(delayName)
	if err != nil {
		fmt.Fprintln(os.Stderr, "open the TUN device:", err)
		return 1
	}
	type held struct {
		due    time.Time
		packet []byte
	}
	queue := make(chan held, 1<<16)
	go func() {
		for h := range queue {
			time.Sleep(time.Until(h.due))
			_, _ = device.Write(h.packet) // a link that is going down with the laboratory loses its packets
		}
	}()
	go func() {
		for buf := make([]byte, 1<<16); ; {
			n, err := device.Read(buf)
			if err != nil {
				return
			}
			queue <- held{time.Now().Add(longWay), append([]byte{}, buf[:n]...)}
		}
	}()
	if _, err := io.WriteString(out, readyWord); err != nil {
		return 1
	}
	_, _ = io.Copy(io.Discard, in) // until the maker is gone
	return 0
}

// openTUN makes the device, for bare IP packets.
func openTUN(name string) (*os.File, error) {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	request, err := unix.NewIfreq(name)
	if err != nil {
		return nil, err
	}
	request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
	if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, request); err != nil {
		unix.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), "tun"), nil
}
