//go:build !linux

package store

import "errors"

func mountMemory(string, string) error { return errors.New("not on this system") }

func unmount(string) error { return nil }
