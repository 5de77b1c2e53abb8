package cli

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// steps says on standard error, if that is a terminal, how far a long piece of work is, and ends it when ctx does. done wipes
// the line. doing is a verb: "write", "check".
func (p *program) steps(ctx context.Context, doing string) (step func(done, all int) error, done func()) {
	const often = 300 * time.Millisecond
	last := p.now()
	said := false
	step = func(n, all int) error {
		if ctx.Err() != nil {
			return errors.New("it was stopped")
		}
		if now := p.now(); p.progress && now.Sub(last) >= often {
			last, said = now, true
			fmt.Fprintf(p.stderr, "\r\x1b[K%s: %d of %d flows", doing, n, all)
		}
		return nil
	}
	return step, func() {
		if said {
			fmt.Fprint(p.stderr, "\r\x1b[K")
		}
	}
}
