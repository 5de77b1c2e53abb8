package sweep

import (
	"testing"
	"time"
	"unsafe"

	"oobscope/probes"
)

// A flow may cost 64 bytes in engine and board; a host has twelve flows in an ordinary run. With one flow it cannot be
// had for that: what is kept for a host is kept once, however little it is asked.
func TestRecordsStaySmall(t *testing.T) {
	t.Parallel()
	const lists = 4 + 16 // the order, and the book at its emptiest
	host := unsafe.Sizeof(host{}) + unsafe.Sizeof(probes.HostState{}) + lists
	for flows, most := range map[uintptr]uintptr{12: 64, 6: 66, 1: 128} {
		cost := unsafe.Sizeof(flow{}) + unsafe.Sizeof(probes.Cell{}) + (host+flows-1)/flows
		if cost > most {
			t.Errorf("a flow of %d costs %d bytes: a record of %d, a cell of %d, and its part of a host of %d", flows, cost,
				unsafe.Sizeof(flow{}), unsafe.Sizeof(probes.Cell{}), host)
		}
		t.Logf("%d flows a host: %d bytes each", flows, cost)
	}
}

func TestFlowKeepsItsTimes(t *testing.T) {
	t.Parallel()
	var f flow
	at := uint32(7)
	var want []uint32
	for try := range maxTries {
		f.mark(at)
		want = append(want, at)
		at += uint32(try+1) * uint32(1100*time.Millisecond/tick)
	}
	for try, at := range want {
		if got := f.sent(try); got != at {
			t.Errorf("try %d left at %d, want %d", try, got, at)
		}
	}
	var slow flow
	slow.mark(1)
	slow.mark(1 + uint32(10*time.Minute/tick)) // more than the record can hold: it says the most that it can
	if got := time.Duration(slow.sent(1)-1) * tick; got < time.Minute || got > 10*time.Minute {
		t.Errorf("the second try left after %s", got)
	}
}
