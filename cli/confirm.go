package cli

import (
	"bufio"
	"errors"
	"fmt"
	"strings"
)

// confirm asks a question that is answered with y or n, on standard error, and returns an error for anything but y.
// undone says what was not done then. Without a terminal nobody can answer: --yes must have been given.
func (p *program) confirm(yes bool, undone, question string) error {
	if yes {
		return nil
	}
	const hint = "use --yes to do it without the question"
	if !p.terminal {
		return usage(errors.New(undone+": nobody was asked"), hint)
	}
	fmt.Fprint(p.stderr, question+" [y/N] ")
	line, err := bufio.NewReader(p.stdin).ReadString('\n')
	if err != nil {
		return usage(errors.New(undone+": no answer"), hint)
	}
	if a := strings.ToLower(strings.TrimSpace(line)); a != "y" && a != "yes" {
		return usage(errors.New(undone+": not confirmed"), hint)
	}
	return nil
}

// bytesWord is a number of bytes for people.
func bytesWord(n int64) string {
	const k = 1024
	switch {
	case n < k:
		return fmt.Sprintf("%d bytes", n)
	case n < k*k:
		return fmt.Sprintf("%.0f KiB", float64(n)/k)
	case n < k*k*k:
		return fmt.Sprintf("%.1f MiB", float64(n)/k/k)
	}
	return fmt.Sprintf("%.1f GiB", float64(n)/k/k/k)
}
