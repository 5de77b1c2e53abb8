//go:build !linux

package vantage

import "errors"

// Refused returns an error: this system does not count what it refuses to send.
func Refused() (int64, error) {
	return 0, errors.New("count what was not sent: this system does not tell")
}
