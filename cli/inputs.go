package cli

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes/vantage"
	"oobscope/store"
)

// maxInput is well above what a kit or a site may have, so that its own reader refuses a larger file and
// says how large it is, and a stream without an end is still cut.
const maxInput = 16 << 20

// readFile reads at most maxInput bytes of a file; "-" is standard input.
func (p *program) readFile(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(io.LimitReader(p.stdin, maxInput))
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, fmt.Errorf("read %s: it is a folder, expected a file", name)
	}
	return io.ReadAll(io.LimitReader(f, maxInput))
}

// storeFolder is where the store of this call is.
func (p *program) storeFolder() (string, error) {
	dir := p.storeDir
	if dir == "" {
		dir = p.getenv("OOBSCOPE_STORE")
	}
	if dir == "" {
		var err error
		if dir, err = store.DefaultDir(p.getenv); err != nil {
			return "", usage(err, "name the folder with --store DIR")
		}
	}
	return dir, nil
}

func (p *program) openStore() (*store.Store, error) {
	dir, err := p.storeFolder()
	if err != nil {
		return nil, err
	}
	st, err := store.Open(dir)
	switch {
	case errors.Is(err, store.ErrNewer):
		return nil, usage(err, "or name another store with --store DIR or OOBSCOPE_STORE")
	case errors.Is(err, store.ErrDamaged):
		return nil, incomplete(err, "oobscope store check says what is lost and what to do; nothing was changed")
	case err != nil:
		return nil, incomplete(err, "choose another folder with --store DIR or OOBSCOPE_STORE")
	}
	return st, nil
}

// readSite reads and checks a site file.
func (p *program) readSite(name string) (*audit.Site, error) {
	data, err := p.readFile(name)
	if err != nil {
		return nil, usage(err, "")
	}
	site, err := audit.ReadSite(name, data)
	if err != nil {
		return nil, usage(err, "the layout of a site file is in docs/site.md; try: oobscope site check "+name)
	}
	p.warn(site.Warnings)
	return site, nil
}

// chooseSite returns the site of the console: the file if one is named, else the site of the last run, else
// none. A stored site that is not sound any more is reported and left out.
func (p *program) chooseSite(st *store.Store, file string) (*audit.Site, error) {
	if file != "" {
		return p.readSite(file)
	}
	sites, errs := st.Sites()
	for _, err := range errs {
		fmt.Fprintln(p.stderr, "warning: "+clean(err.Error()))
	}
	if len(sites) == 0 {
		return nil, nil
	}
	site, err := audit.ReadSite(sites[0].Name, sites[0].Raw)
	if err != nil {
		fmt.Fprintln(p.stderr, "warning: the stored site is not used: "+clean(err.Error()))
		p.siteTrouble = append(p.siteTrouble, fmt.Errorf("the stored site is not used: %w", err))
		return nil, nil
	}
	return site, nil
}

func (p *program) readKit(name string) (*kits.Kit, error) {
	data, err := p.readFile(name)
	if err != nil {
		return nil, usage(err, "")
	}
	k, err := kits.Read(name, data)
	if err != nil {
		return nil, usage(err, "nothing was stored; an example to compare with: oobscope kit show --raw out_of_band_server_management")
	}
	p.warn(k.Warnings)
	return k, nil
}

func (p *program) warn(problems []kits.Problem) {
	for _, w := range problems {
		fmt.Fprintln(p.stderr, "warning: "+w.Error())
	}
}

// library is every kit there is: the built-in ones first, then those of the store.
func library(st *store.Store) ([]*kits.Kit, []error) {
	stored, errs := st.Kits()
	return append(kits.BuiltIn(), stored...), errs
}

// findKit takes an id, an id@version, or a file.
func (p *program) findKit(st *store.Store, name string) (*kits.Kit, error) {
	all, errs := library(st)
	var found *kits.Kit
	for _, k := range all {
		if k.Ref() == name || k.ID == name {
			found = k // the newest import of an id wins over the one built in
		}
	}
	if found != nil {
		return found, nil
	}
	if _, err := os.Stat(name); err == nil || name == "-" || strings.ContainsAny(name, "/.") {
		return p.readKit(name)
	}
	hint := "known kits: oobscope kit list"
	if len(errs) > 0 {
		hint = errors.Join(errs...).Error()
	}
	return nil, usage(fmt.Errorf("kit %s: no kit of that id in the store, and no such file", name), hint)
}

// chooseKits returns the kits of a run: those named, else those marked active, else the built-in ones.
func (p *program) chooseKits(st *store.Store, names []string) ([]*kits.Kit, error) {
	if len(names) == 0 {
		var err error
		if names, err = st.Active(); err != nil {
			return nil, incomplete(err, "")
		}
	}
	if len(names) == 0 {
		return kits.BuiltIn(), nil
	}
	var out []*kits.Kit
	for _, n := range names {
		k, err := p.findKit(st, n)
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, nil
}

// standpoint looks up where this machine stands towards the targets.
func standpoint(name string) (audit.Vantage, error) {
	v, err := vantage.Look()
	if err != nil {
		return audit.Vantage{}, incomplete(fmt.Errorf("look up our own addresses and routes: %w", err), "")
	}
	if name == "" {
		if name, err = os.Hostname(); err != nil {
			name = "here"
		}
	}
	return audit.Vantage{Name: name, Privileged: v.Raw, Path: func(to netip.Addr) (audit.Path, bool) {
		source, iface, onLink, ok := v.Path(to)
		return audit.Path{Source: source, Interface: iface, OnLink: onLink}, ok
	}}, nil
}
