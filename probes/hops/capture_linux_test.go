package hops

import (
	"errors"
	"io/fs"
	"net/netip"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestOpenNeedsThePrivilege(t *testing.T) {
	t.Parallel()
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // and never given back: the thread ends without its capabilities
		var none [2]unix.CapUserData
		if err := unix.Capset(&unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, &none[0]); err != nil {
			done <- err
			return
		}
		c, err := Open(Ports{})
		if err == nil {
			err = c.Close()
		}
		done <- err
	}()
	err := <-done
	if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "CAP_NET_RAW") || strings.Contains(err.Error(), "\n") {
		t.Errorf("Open without CAP_NET_RAW: %v", err)
	}
}

func TestAClosedCaptureStillAnswers(t *testing.T) {
	t.Parallel()
	c, err := Open(Ports{})
	if errors.Is(err, fs.ErrPermission) {
		lacking(t, err)
	}
	if err != nil {
		t.Fatal(err)
	}
	c.Watch(host4)
	c.mu.Lock()
	c.kept.learn(from4(accept, 63, 443, 40000), 0)
	c.kept.learn(from4(reset, 64, 443, 40000), 0)
	c.mu.Unlock()
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	remote := netip.AddrPortFrom(host4, 443)
	reset, ok := c.Reset(remote, local(40000))
	accept, also := c.Accept(remote, local(40000))
	if reset != 64 || accept != 63 || !ok || !also {
		t.Errorf("reset %d, accept %d", reset, accept)
	}
	if _, ok := c.Reset(remote, local(40001)); ok {
		t.Error("a reset of a connection that there was not")
	}
	if got := c.Reference(host4, true); len(got) != 1 || got[0] != 63 {
		t.Errorf("references %v", got)
	}
	if err := c.Close(); err == nil {
		t.Error("the second Close says nothing")
	}
}
