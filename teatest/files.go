package teatest

import (
	"fmt"
	"io/fs"
	"net/netip"
	"slices"
	"strings"

	"oobscope/audit"
)

// File puts a file where the console can load it.
func (e *Engine) File(path string, data []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.files == nil {
		e.files = map[string][]byte{}
	}
	e.files[path] = data
}

// Written is what the console wrote to a path; nil if it wrote nothing there.
func (e *Engine) Written(path string) []byte {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.files[path]
}

func (e *Engine) loadSite(path string) (*audit.Site, error) {
	data := e.Written(path)
	if data == nil {
		return nil, fmt.Errorf("read %s: %w", path, fs.ErrNotExist)
	}
	return audit.ReadSite(path, data)
}

func (e *Engine) writeSite(path string, data []byte) error {
	if e.Written(path) != nil {
		return fmt.Errorf("write %s: %w", path, fs.ErrExist)
	}
	e.File(path, data)
	return nil
}

func (e *Engine) paths(begun string) []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var out []string
	for path := range e.files {
		if strings.HasPrefix(path, begun) {
			out = append(out, path)
		}
	}
	slices.Sort(out)
	return out
}

func (e *Engine) here() (string, []netip.Addr) {
	return "jump1.example.org", []netip.Addr{netip.MustParseAddr("10.20.9.9")}
}

// demo is the engine's own site, as if it were simulated.
func (e *Engine) demo() (*audit.Site, error) {
	if err := e.Refuse["demo"]; err != nil {
		return nil, err
	}
	site := *e.Site
	site.Simulated = true
	return &site, nil
}
