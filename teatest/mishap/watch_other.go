//go:build !linux

package mishap

import "errors"

func (p Plan) arm() error { return errors.New("system calls can be watched on Linux alone") }
