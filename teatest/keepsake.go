package teatest

import (
	"errors"
	"io"
	"slices"
	"strings"
)

// formats are what the reports of the Engine can be written as.
var formats = []string{"text", "jsonl", "markdown"}

func (e *Engine) keep(data []byte) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.kept = data
	return e.Refuse["keep"]
}

// Kept is what the console left behind for its next session.
func (e *Engine) Kept() []byte {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.kept
}

func (e *Engine) spill(write func(w io.Writer) error) (string, error) {
	var b strings.Builder
	if err := errors.Join(e.Refuse["spill"], write(&b)); err != nil {
		return "", err
	}
	text := b.String()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.spilled = append(e.spilled, text)
	return "/state/copies/copy.txt", nil
}

// Spilled are the texts that were too large for a clipboard.
func (e *Engine) Spilled() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.spilled)
}

// Sends waits until the program has sent these bytes to the terminal: an escape sequence, say.
func (s *Session) Sends(raw string) *Session {
	s.tb.Helper()
	return s.until("was not sent "+strings.ReplaceAll(raw, "\x1b", "ESC"), func(string) bool { return strings.Contains(s.term.sent(), raw) })
}

// Sent is what the program has sent lately, escape sequences and all.
func (s *Session) Sent() string { return s.term.sent() }
