package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"unsafe"

	"golang.org/x/sys/unix"
)

// standApart gives what arrives at these interfaces of this namespace a kernel thread of its own. By default a
// virtual link is received in the name of whoever has sent into it, so that the work of the firewall and of the
// responder behind it counts as processor time of the scanner, as it never would on a real network.
func standApart(links []string) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return os.NewSyscallError("socket", err)
	}
	defer unix.Close(fd)
	for _, link := range links {
		// A virtual link has a queue of its own only with receive offload, and uses it only for what its peer does not
		// cut into segments by itself (drivers/net/veth.c, veth_skb_is_eligible_for_gro).
		if err := offload(fd, link, setGRO, 1); err != nil {
			return fmt.Errorf("%s: switch on receive offload: %w", link, err)
		}
		if err := offload(fd, link, setTSO, 0); err != nil {
			return fmt.Errorf("%s: switch off segmentation offload: %w", link, err)
		}
		if err := os.WriteFile(filepath.Join("/sys/class/net", link, "threaded"), []byte("1"), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Commands of ethtool (linux/ethtool.h).
const (
	setTSO = 0x1f
	setGRO = 0x2c
)

func offload(fd int, link string, command, on uint32) error {
	value := struct{ command, data uint32 }{command, on}
	request := struct {
		name [unix.IFNAMSIZ]byte
		data unsafe.Pointer
		_    [16]byte
	}{data: unsafe.Pointer(&value)}
	copy(request.name[:unix.IFNAMSIZ-1], link)
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.SIOCETHTOOL, uintptr(unsafe.Pointer(&request))); errno != 0 {
		return errno
	}
	return nil
}
