//go:build !linux

package simbmc

import (
	"errors"
	"io"
	"net/netip"
	"runtime"
)

var errSystem = errors.New("simulate a segment on " + runtime.GOOS +
	": every host needs its own address of 127.0.0.0/8, which only Linux gives without set-up; run it on Linux or in a Linux container")

func checkSystem([]*persona) (int, error) { return 0, errSystem }

func dropTCP(netip.AddrPort) (io.Closer, error) { return nil, errSystem }

func dropUDP(netip.AddrPort) (io.Closer, error) { return nil, errSystem }

func (s *Segment) checkSilence() error { return errSystem }
