package simbmc

import (
	"strings"
	"testing"
)

func TestFileHandles(t *testing.T) {
	t.Parallel()
	if _, err := conversationsWithin(256, 5000, 1024); err == nil || !strings.Contains(err.Error(), "ulimit -n 5192") {
		t.Errorf("too few handles: %v", err)
	}
	for limit, want := range map[uint64]int{5192: 64, 6064: 500, 1 << 62: maxConversations} {
		if n, err := conversationsWithin(limit, 5000, 1024); err != nil || n != want {
			t.Errorf("%d handles: %d conversations, want %d (%v)", limit, n, want, err)
		}
	}
}
