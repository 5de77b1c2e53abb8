//go:build !linux

package simbmc

import "testing"

func TestStartSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	if s, err := Start(Options{}); err == nil || s != nil {
		t.Errorf("started: %v, %v", s, err)
	}
}
