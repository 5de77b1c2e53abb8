package document

import (
	"fmt"

	"github.com/goccy/go-yaml/token"
)

// guard looks over the tokens of a YAML file before the parser sees them. It refuses what a document may
// not hold, and whatever would make the parser slow or deep.
type guard struct {
	open   []byte // brackets that are open: '[' or '{'
	colons []int  // by open bracket: colons since the last comma
	blocks []block
	values int  // entries of maps and lists so far
	empty  int  // those without a value
	began  bool // something of the document was seen
	ended  bool // its end mark was seen
}

// block is a block map or list that is open.
type block struct{ column, keys int }

func (g *guard) check(tokens token.Tokens) *Problem {
	var last *token.Token
	for _, t := range tokens {
		if t.Type == token.CommentType {
			continue
		}
		if message, hint := g.next(t, last); message != "" {
			fault := &Problem{Message: message, Hint: hint}
			fault.Line, fault.Column = place(t)
			return fault
		}
		last = t
	}
	return nil
}

// next judges one token after last, which is nil for the first one. An empty message means that it may
// pass.
func (g *guard) next(t, last *token.Token) (message, hint string) {
	if t.Type == token.InvalidType {
		return "found broken YAML: " + clean(t.Error, 120), "check indentation and quotes"
	}
	if message, hint = g.banned(t); message != "" {
		return message, hint
	}
	if last != nil && g.hollow(t, last) {
		if g.empty++; g.empty > maxEmpty {
			return fmt.Sprintf("found more than %d keys or entries without a value", maxEmpty), ""
		}
	}
	g.began = true
	return g.nest(t, last)
}

// banned tells what is wrong with a token whose kind has no place in a document.
func (g *guard) banned(t *token.Token) (message, hint string) {
	if g.ended && t.Type != token.DocumentEndType {
		return "found a second document", "one file holds one document"
	}
	switch t.Type {
	case token.AnchorType, token.AliasType:
		return "found an anchor or alias", "write the value out where it is used, or put it in quotes if & or * is part of it"
	case token.MergeKeyType:
		return "found a merge key", "write the keys out where they are used"
	case token.TagType:
		return "found a tag", "leave the tag out, or put the value in quotes if ! is part of it"
	case token.DirectiveType:
		return "found a directive", "leave the line out"
	case token.MappingKeyType:
		return "found a key marked with a question mark", "write the key plainly: key: value"
	case token.DocumentHeaderType:
		if g.began {
			return "found a second document", "one file holds one document"
		}
	case token.DocumentEndType:
		g.ended = true
	}
	return "", ""
}

// hollow tells whether a key or entry ended without a value between last and t. It may count too many.
func (g *guard) hollow(t, last *token.Token) bool {
	switch last.Type {
	case token.SequenceEntryType, token.MappingValueType:
		if last.Type == token.MappingValueType && t.Type == token.SequenceEntryType && t.Position.Column == g.column() {
			return false // a list may stand as far left as its key
		}
		return t.Position.Line != last.Position.Line && t.Position.Column <= g.column() ||
			t.Type == token.CollectEntryType || t.Type == token.MappingEndType || t.Type == token.SequenceEndType
	}
	n := len(g.open)
	return n > 0 && g.open[n-1] == '{' && g.colons[n-1] == 0 &&
		(t.Type == token.CollectEntryType || t.Type == token.MappingEndType && last.Type != token.MappingStartType)
}

// column is where the innermost open block map or list stands.
func (g *guard) column() int {
	if len(g.blocks) == 0 {
		return 0
	}
	return g.blocks[len(g.blocks)-1].column
}

// nest keeps count of what is open and of what is in it.
func (g *guard) nest(t, last *token.Token) (message, hint string) {
	n := len(g.open)
	switch t.Type {
	case token.SequenceStartType, token.MappingStartType:
		g.open = append(g.open, t.Value[0])
		g.colons = append(g.colons, 0)
	case token.SequenceEndType, token.MappingEndType:
		if n > 0 {
			g.open, g.colons = g.open[:n-1], g.colons[:n-1]
		}
	case token.CollectEntryType:
		g.values++
		if n > 0 {
			g.colons[n-1] = 0
		}
	case token.SequenceEntryType:
		g.values++
		g.enter(max(1, t.Position.Column))
	case token.MappingValueType:
		g.values++
		if message, hint = g.colon(last); message != "" {
			return message, hint
		}
	}
	switch {
	case len(g.open)+len(g.blocks) > maxNested:
		return fmt.Sprintf("nested deeper than %d levels", MaxDepth), ""
	case g.values > MaxNodes:
		return fmt.Sprintf("found more than %d values", MaxNodes), ""
	}
	return "", ""
}

// colon judges the colon behind a key. The parser writes out the path of every value, so that long keys
// would be paid for many times.
func (g *guard) colon(key *token.Token) (message, hint string) {
	n := len(g.open)
	switch {
	case key == nil:
		return "", ""
	case len(key.Value) > maxKey:
		return fmt.Sprintf("found a key of %d bytes, expected at most %d", len(key.Value), maxKey), ""
	case n > 0:
		if g.colons[n-1]++; g.colons[n-1] > 1 {
			return "found a second colon in one entry, expected a comma", "put the value in quotes if the colon is part of it"
		}
		return "", ""
	}
	g.enter(max(1, key.Position.Column))
	b := &g.blocks[len(g.blocks)-1]
	if b.keys++; b.keys > maxKeys {
		return fmt.Sprintf("found more than %d keys in one map", maxKeys), ""
	}
	return "", ""
}

// enter notes that a block map or list goes on, or begins, at a column.
func (g *guard) enter(column int) {
	for len(g.blocks) > 0 && g.column() > column {
		g.blocks = g.blocks[:len(g.blocks)-1]
	}
	if g.column() < column {
		g.blocks = append(g.blocks, block{column: column})
	}
}
