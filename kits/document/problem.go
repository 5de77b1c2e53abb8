package document

import (
	"fmt"
	"strings"
)

// Problem is one thing wrong with a file, or noteworthy. It reads as file:line:column: path: message.
type Problem struct {
	File         string
	Line, Column int    // from 1; 0 if the problem has no place, such as a file that is too large
	Path         string // dotted key path: rules[3].action
	Message      string // what was found and what was expected
	Hint         string // what to do; may be empty
}

// Error returns the problem as one line, with the hint in brackets. It is cleaned: a hostile file cannot
// break the line or move the cursor.
func (p Problem) Error() string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(clean(p.File, 300))
		b.WriteByte(':')
	}
	if p.Line > 0 {
		fmt.Fprintf(&b, "%d:%d:", p.Line, p.Column)
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	if p.Path != "" {
		b.WriteString(clean(p.Path, 200))
		b.WriteString(": ")
	}
	b.WriteString(clean(p.Message, 300))
	if p.Hint != "" {
		b.WriteString(" (" + clean(p.Hint, 300) + ")")
	}
	return b.String()
}

// Problems is the error of a file that was refused: all that is wrong with it, in file order.
type Problems []Problem

// printed is how many problems one error shows: enough to work on, short enough for a screen.
const printed = 20

// Error returns one line for each problem, the first twenty of them, and a count of the rest.
func (ps Problems) Error() string {
	var b strings.Builder
	for i, p := range ps {
		if i == printed {
			fmt.Fprintf(&b, "\nand %d more", len(ps)-printed)
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p.Error())
	}
	return b.String()
}
