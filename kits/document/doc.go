// Package document reads YAML and JSON files from strangers and keeps the position of everything in
// them, so that whoever gives the content a meaning can name the line, the column and the key of what is
// wrong. Kits and site files are read with it.
//
// It never runs, expands or fetches anything: aliases, anchors, merge keys, tags, directives and second
// documents are refused, and every cost is bounded before the file is parsed. It knows no kit and no
// site.
package document

// The limits of a document (formats.md 2). Nodes, keys and parts are bounded so that no file within the
// byte limit can cost more than a moment.
const (
	MaxBytes = 1 << 20 // of the file
	MaxDepth = 32      // of nesting; the top level is depth 1
	MaxNodes = 100_000 // maps, lists and values
	maxKey   = 64      // bytes of one key
	maxKeys  = 1000    // keys of one map
)
