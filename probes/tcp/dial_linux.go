package tcp

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"oobscope/probes"
)

// The system repeats an unanswered SYN one second later (RFC 6298 section 2, and tcp(7)). Newer kernels
// would go on each second whatever TCP_SYNCNT says (sysctl tcp_syn_linear_timeouts), so a user timeout
// ends the connect before a second copy leaves. It is lifted as soon as the connection stands.
const (
	synCopy  = time.Second
	synLimit = 2 * synCopy
)

// receiveBuffer keeps what the other side may have under way close to MaxBytes.
const receiveBuffer = 64 * 1024

// States of tcp_info that matter here (include/net/tcp_states.h).
const (
	tcpEstablished = 1
	tcpSynSent     = 2
	tcpClose       = 7
	tcpCloseWait   = 8
)

// try is one connect under way, watched by the runtime's poller: no thread waits for it.
type try struct {
	began  time.Time
	target netip.Addr
	own    netip.AddrPort
	file   *os.File
	raw    syscall.RawConn
	icmp   []probes.ICMPError
	stop   func() bool
}

// start sends the SYN.
func start(ctx context.Context, to netip.AddrPort, _ time.Duration) (*try, error) {
	fd, address, err := probes.OpenSocket(to, unix.SOCK_STREAM)
	if err != nil {
		return nil, err
	}
	for _, o := range [][3]int{
		{unix.IPPROTO_TCP, unix.TCP_SYNCNT, 1},
		{unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(synLimit.Milliseconds())},
		{unix.SOL_SOCKET, unix.SO_RCVBUF, receiveBuffer},
	} {
		if err := unix.SetsockoptInt(fd, o[0], o[1], o[2]); err != nil {
			unix.Close(fd)
			return nil, os.NewSyscallError("setsockopt", err)
		}
	}
	y := &try{began: time.Now(), target: to.Addr()}
	if err := unix.Connect(fd, address); err != nil && err != unix.EINPROGRESS && err != unix.EINTR {
		unix.Close(fd)
		return nil, os.NewSyscallError("connect", err)
	}
	y.own = probes.LocalAddr(fd)
	y.file = os.NewFile(uintptr(fd), "tcp "+to.String())
	if y.raw, err = y.file.SyscallConn(); err != nil {
		y.file.Close()
		return nil, err
	}
	y.stop = context.AfterFunc(ctx, func() { y.file.SetWriteDeadline(time.Unix(1, 0)) })
	return y, nil
}

// wait watches until something is decided, the moment is over or ctx of start has ended.
func (y *try) wait(ctx context.Context, until time.Time) (state, probes.Outcome) {
	if err := y.file.SetWriteDeadline(until); err != nil {
		return failed, probes.LocalFailure("watch a connect to "+y.target.String(), err)
	}
	if ctx.Err() != nil { // it ended before the deadline above was set, so nobody else will move it
		return pending, probes.Outcome{}
	}
	var at state
	var out probes.Outcome
	look := func(fd uintptr) bool {
		at, out = y.look(int(fd))
		return at != pending
	}
	if err := y.raw.Write(look); errors.Is(err, os.ErrDeadlineExceeded) {
		err = y.raw.Control(func(fd uintptr) { look(fd) })
		if err != nil {
			return failed, probes.LocalFailure("watch a connect to "+y.target.String(), err)
		}
	} else if err != nil {
		return failed, probes.LocalFailure("watch a connect to "+y.target.String(), err)
	}
	return at, out
}

// look reads the error queue first: it says more than SO_ERROR, and asking for that one empties it.
func (y *try) look(fd int) (state, probes.Outcome) {
	fresh := probes.ReadErrors(fd)
	y.icmp = append(y.icmp, fresh...)
	for _, e := range fresh {
		if out, decides := probes.ICMPFailure(e, y.target, y.own.Addr()); decides {
			return failed, out
		}
	}
	info, err := unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO)
	if err != nil {
		return failed, probes.LocalFailure("ask for the state of a connect to "+y.target.String(), err)
	}
	switch info.State {
	case tcpSynSent:
		return pending, probes.Outcome{}
	case tcpClose:
		errno, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
		if err != nil {
			errno = int(err.(syscall.Errno))
		}
		return failed, y.failure(syscall.Errno(errno))
	}
	return accepted, probes.Outcome{}
}

// failure sorts the end of a connect that left nothing in the error queue.
func (y *try) failure(errno syscall.Errno) probes.Outcome {
	switch errno {
	case unix.ECONNREFUSED:
		return probes.Outcome{Class: probes.RstUnknown}
	case unix.ETIMEDOUT:
		return probes.Outcome{Class: probes.SilenceUnproven}
	case unix.ECONNRESET, unix.EPIPE, 0: // the handshake was done and the reset came before we looked
		return probes.Outcome{Class: probes.OpenCut}
	}
	return probes.LocalFailure("connect to "+y.target.String(), errno)
}

// conn hands the connection over to the net package.
func (y *try) conn() (net.Conn, error) {
	if err := y.raw.Control(func(fd uintptr) {
		unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, 0)
	}); err != nil {
		return nil, err
	}
	return net.FileConn(y.file)
}

// adopt goes on with a connection that was accepted before.
func adopt(ctx context.Context, t probes.Target, rec *probes.Recorder, a probes.Accepted) (*Conn, probes.Outcome) {
	y := &try{began: time.Now(), target: t.Addr, own: a.Local, file: os.NewFile(uintptr(a.FD), "tcp "+t.AddrPort().String())}
	y.stop = func() bool { return true }
	defer y.close()
	var err error
	if y.raw, err = y.file.SyscallConn(); err != nil {
		t.Line.End()
		return nil, probes.LocalFailure("take over a connection to "+t.AddrPort().String(), err)
	}
	s := story{rec: rec, hops: t.Hops, local: a.Local, remote: t.AddrPort()}
	nc, err := y.conn()
	if err != nil {
		t.Line.End()
		return nil, probes.LocalFailure("talk to "+t.AddrPort().String(), err)
	}
	t.Line.Count(-1) // its SYN was counted when it left, and the system will count it again
	return newConn(ctx, nc, t.Line, s, 0), probes.Outcome{RTT: a.RTT, Packets: -1}
}

// sent returns how many copies of the SYN the system has sent by itself, and all packets.
func (y *try) sent() (copies, packets int) {
	y.raw.Control(func(fd uintptr) {
		info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
		if err == nil {
			copies, packets = int(info.Total_retrans), int(info.Segs_out)
		}
	})
	packets = max(packets, 1)
	return min(copies, packets-1), packets // a copy that never got past a failed ARP counts as a try alone
}

// errors returns the ICMP errors that came.
func (y *try) errors() []probes.ICMPError { return y.icmp }

func (y *try) local() netip.AddrPort { return y.own }

func (y *try) close() {
	y.stop()
	y.file.Close()
}

// lastCopy is when the last SYN of an attempt leaves.
func (y *try) lastCopy(t probes.Target) time.Time {
	if t.Pace.Connect > synCopy || !t.Addr.IsLoopback() {
		return y.began.Add(synCopy)
	}
	return y.began
}

// tells: the system says of its copy of a SYN whether it could send it.
const tells = true

// said is what the system says of its copy of the SYN: it counts the copies that it has made, and those that are
// under way. A copy that its own filters or its interface refused is made and not under way (tcp_retransmit_skb;
// tcpi_total_retrans and tcpi_retrans of tcp_info).
func (y *try) said() (d probes.Departure) {
	_ = y.raw.Control(func(fd uintptr) { // fails only when closed: nothing to learn then
		info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
		switch {
		case err != nil || info.Total_retrans == 0:
		case info.Retrans > 0:
			d = probes.Departed
		default:
			d = probes.Refused
		}
	})
	return d
}

// holdFor is how long an unanswered SYN keeps the line.
func holdFor(t probes.Target) time.Duration { return t.Line.Gap() }

// segments asks the system what a connection has sent (segs_out of tcp_info).
func segments(c net.Conn) traffic {
	var t traffic
	control(c, func(fd int) {
		info, err := unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO)
		if err != nil {
			return
		}
		t.out = int(info.Segs_out)
		switch info.State {
		case tcpEstablished:
			t.closing = 2
		case tcpCloseWait:
			t.closing = 1
		}
	})
	return t
}

// queued reads the ICMP errors that came for an open connection.
func queued(c net.Conn) (found []probes.ICMPError) {
	control(c, func(fd int) { found = probes.ReadErrors(fd) })
	return found
}

func control(c net.Conn, fn func(fd int)) {
	s, ok := c.(syscall.Conn)
	if !ok {
		return
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return
	}
	raw.Control(func(fd uintptr) { fn(int(fd)) }) // fails only on a closed connection: nothing to learn then
}
