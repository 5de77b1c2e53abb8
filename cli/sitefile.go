package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"oobscope/audit"
	"oobscope/probes/vantage"
)

// loadSite reads and checks a site file for the console, and remembers it: the next console opens with it.
func (p *program) loadSite(eng *engine, path string) (*audit.Site, error) {
	path = p.expand(path)
	data, err := p.readFile(path)
	if err != nil {
		return nil, usage(readable(path, err), "")
	}
	site, err := audit.ReadSite(path, data)
	if err != nil {
		return nil, usage(err, "")
	}
	if err := eng.keepSite(site); err != nil {
		return nil, incomplete(fmt.Errorf("remember the site: %w", err), "the file itself is sound")
	}
	return site, nil
}

// readable says in a line why a file could not be read.
func readable(path string, err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	return fmt.Errorf("read %s: %w", path, err)
}

// writeSite makes a new file. One that exists is left alone, whatever it is.
func (p *program) writeSite(path string, data []byte) error {
	path = p.expand(path)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		hint := "name another place"
		if errors.Is(err, fs.ErrExist) {
			hint = "name another file: one that exists is never overwritten"
		}
		return usage(fmt.Errorf("write %s: %w", path, errors.Unwrap(err)), hint)
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if shut := f.Close(); err == nil {
		err = shut
	}
	if err != nil {
		return incomplete(errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(path)), "")
	}
	return nil
}

// expand replaces a leading "~/" by the home of the user, as a shell would.
func (p *program) expand(path string) string {
	rest, ok := strings.CutPrefix(path, "~/")
	if home := p.getenv("HOME"); ok && home != "" {
		return filepath.Join(home, rest)
	}
	return path
}

// Completions look at no more entries of a folder, and offer no more.
const (
	entriesMost = 4096
	offersMost  = 64
)

// paths are what the beginning of a path can become: folders, with a slash behind, and files that may hold a site. If
// there are none of these, every file is offered.
func (p *program) paths(begun string) []string {
	dir, part := filepath.Split(begun)
	from := p.expand(dir)
	if from == "" {
		from = "."
	}
	f, err := os.Open(from)
	if err != nil {
		return nil
	}
	defer f.Close()
	entries, _ := f.ReadDir(entriesMost) // what was read before an error is still true
	var likely, others []string
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, part) || strings.HasPrefix(name, ".") && part == "" {
			continue
		}
		switch ext := strings.ToLower(filepath.Ext(name)); {
		case isFolder(from, e):
			likely = append(likely, dir+name+"/")
		case ext == ".yaml", ext == ".yml", ext == ".json":
			likely = append(likely, dir+name)
		default:
			others = append(others, dir+name)
		}
	}
	if len(likely) == 0 {
		likely = others
	}
	slices.Sort(likely)
	return likely[:min(len(likely), offersMost)]
}

// isFolder tells whether an entry is a folder, or a link to one.
func isFolder(dir string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.IsDir()
	}
	info, err := os.Stat(filepath.Join(dir, e.Name()))
	return err == nil && info.IsDir()
}

// here is the name of this machine and its addresses, for the form of a site.
func here() (string, []netip.Addr) {
	name, err := os.Hostname()
	if err != nil {
		name = ""
	}
	v, _ := vantage.Look() // what could be looked up is still true
	return name, v.Addrs
}
