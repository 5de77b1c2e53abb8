package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"oobscope/audit"
	"oobscope/probes"
	"oobscope/store"
	"oobscope/store/bundle"
	"oobscope/store/bundle/signers"
)

// importFlags are the flags of run import.
type importFlags struct {
	allowed         string
	unsigned, check bool
}

func (p *program) runImportCommand() *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Check a bundle and put its run into the store, read-only",
		Long: "import checks every byte of a bundle, says who signed it, and stores the run with its kits and its site. A bundle that\n" +
			"was changed is refused. With --allowed-signers only keys of that list are accepted (ssh-keygen(1), ALLOWED SIGNERS); a bundle\n" +
			"that nobody signed needs --unsigned, for its sums prove only that it arrived as it was sent.\n" +
			"Exit codes: 0 stored, 2 wrong call or a bundle of a newer oobscope, 3 could not be stored, 4 changed, unsigned or not trusted.",
		Example: "  oobscope run import oobscope-01JD.tar --allowed-signers ~/.ssh/allowed_signers\n  oobscope run import --check bundle.tar",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return p.runImport(cmd.Context(), args[0], &f) },
	}
	cmd.Flags().StringVar(&f.allowed, "allowed-signers", "", "file that says whose keys are accepted")
	cmd.Flags().BoolVar(&f.unsigned, "unsigned", false, "accept a bundle that nobody signed")
	cmd.Flags().BoolVar(&f.check, "check", false, "only check it and say what it holds; store nothing")
	return cmd
}

func (p *program) runImport(ctx context.Context, name string, f *importFlags) error {
	file, err := os.Open(name)
	if err != nil {
		return usage(err, "")
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && !info.Mode().IsRegular() {
		return usage(fmt.Errorf("read %s: not a regular file", clean(name)), "")
	}
	b, err := bundle.Open(file)
	if err != nil {
		return p.refuse(name, err)
	}
	imported, err := p.vouched(b, f)
	if err != nil {
		return err
	}
	if imported.Digest, _, err = digestOfFile(file); err != nil {
		return incomplete(err, "")
	}
	c, err := b.Content()
	if err != nil {
		return p.refuse(name, err)
	}
	p.tellBundle(b, &c, &imported)
	step, wipe := p.steps(ctx, "import")
	defer wipe()
	c.Step = step
	if f.check {
		if err := b.Observations(&c, func(probes.Observation) error { return nil }); err != nil {
			return p.refuse(name, err)
		}
		fmt.Fprintln(p.stdout, "checked; nothing was stored")
		return nil
	}
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	return p.keepImport(st, b, &c, imported)
}

// refuse tells a changed bundle from one that is too new and from a file that cannot be read.
func (p *program) refuse(name string, err error) error {
	switch {
	case errors.Is(err, bundle.ErrNewer):
		return usage(fmt.Errorf("%s: %w", clean(name), err), "import it with that version")
	case errors.Is(err, bundle.ErrChanged):
		return mark(exitTrust, fmt.Errorf("%s: %w", clean(name), err), "nothing was stored; ask for it again, over another way")
	}
	return usage(fmt.Errorf("%s: %w", clean(name), err), "nothing was stored")
}

// vouched checks who signed.
func (p *program) vouched(b *bundle.Bundle, f *importFlags) (audit.Import, error) {
	who := p.person()
	in := audit.Import{At: p.now().UTC(), By: who.name(), From: b.Manifest.By, Pseudonymised: b.Manifest.Pseudonymised}
	if b.Signature == nil {
		if f.unsigned && f.allowed == "" {
			return in, nil
		}
		return in, mark(exitTrust, errors.New("bundle: nobody signed it: its sums prove only that it arrived as it was sent"),
			"if you know where it comes from: --unsigned")
	}
	key, err := signers.Verify(b.Raw, b.Signature, bundle.Namespace)
	if err != nil {
		return in, mark(exitTrust, fmt.Errorf("bundle: %w", err), "nothing was stored")
	}
	in.Signer = key.Fingerprint
	if f.allowed == "" {
		return in, nil
	}
	text, err := p.readFile(f.allowed)
	if err != nil {
		return in, usage(err, "")
	}
	list, err := signers.ReadAllowed(f.allowed, text, time.Local)
	if err != nil {
		return in, usage(err, "its form is in ssh-keygen(1), ALLOWED SIGNERS")
	}
	if in.Principal, err = list.Principals(key, bundle.Namespace, p.now()); err != nil {
		return in, mark(exitTrust, fmt.Errorf("bundle: %w", err), "nothing was stored")
	}
	return in, nil
}

// tellBundle says what a bundle holds and who vouches for it.
func (p *program) tellBundle(b *bundle.Bundle, c *bundle.Content, in *audit.Import) {
	m := &b.Manifest
	fmt.Fprintf(p.stdout, "run      %s, %s, %s, %s\n", m.Run, c.Run.Started.UTC().Format("2006-01-02 15:04 UTC"), c.Run.State, plural(c.Scope.Plan.Flows(), "flow"))
	site := "site     " + clean(m.Site)
	if m.Simulated {
		site += " (simulated segment)"
	}
	if m.Pseudonymised {
		site += " (pseudonymised: addresses and names are not the real ones)"
	}
	fmt.Fprintf(p.stdout, "%s, sha256 %s\n", site, m.SiteDigest)
	for i, k := range m.Kits {
		fmt.Fprintf(p.stdout, "kit      %s, sha256 %s\n", clean(k), clean(m.KitDigests[i]))
	}
	from := in.From
	if from == "" {
		from = "somebody"
	}
	fmt.Fprintf(p.stdout, "exported %s by %s with oobscope %s\n", m.Exported.UTC().Format("2006-01-02 15:04 UTC"), clean(from), clean(m.Tool))
	switch {
	case in.Signer == "":
		fmt.Fprintln(p.stdout, "signed   by nobody: who made it is not known")
	case in.Principal == "":
		fmt.Fprintf(p.stdout, "signed   by %s; whose key that is was not asked (--allowed-signers)\n", in.Signer)
	default:
		fmt.Fprintf(p.stdout, "signed   by %s, key %s\n", in.Principal, in.Signer)
	}
	if m.Trail != nil {
		fmt.Fprintf(p.stdout, "trail    entry %d, %s\n", m.Trail.Seq, clean(m.Trail.Hash))
	}
}

// keepImport stores the run of a bundle, all of it or nothing.
func (p *program) keepImport(st *store.Store, b *bundle.Bundle, c *bundle.Content, in audit.Import) error {
	runs, _ := st.Runs()
	if i := slices.IndexFunc(runs, func(r audit.Run) bool { return r.ID == c.Run.ID }); i >= 0 {
		old := &runs[i]
		switch {
		case old.Imported == nil || old.Imported.Digest != in.Digest:
		case old.State == c.Run.State && old.Ended.Equal(c.Run.Ended):
			fmt.Fprintln(p.stdout, "already in the store, unchanged")
			return nil
		default:
			return usage(fmt.Errorf("run %s is in the store, but an import of it was cut off", c.Run.ID), "delete it and import it again: oobscope run delete "+c.Run.ID)
		}
		return usage(fmt.Errorf("run %s is in the store already", c.Run.ID), "see: oobscope run show "+c.Run.ID)
	}
	eng := p.engine(st)
	if err := eng.importRun(b, c, &in); err != nil {
		return err
	}
	words := fmt.Sprintf("site %s, signed by %s", clean(c.Run.Site), orNobody(in.Signer))
	if in.Principal != "" {
		words += " as " + in.Principal
	}
	if t := b.Manifest.Trail; t != nil {
		words += fmt.Sprintf(", trail of its store at %d %s", t.Seq, clean(t.Hash))
	}
	if err := eng.record(store.RunImported, c.Run.ID, words, in.Digest); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "imported; read it: oobscope run show %s, or open it in the console\n", c.Run.ID)
	return nil
}

func orNobody(signer string) string {
	if signer == "" {
		return "nobody"
	}
	return signer
}

// importRun writes the run of a bundle into the store. What the bundle says of its own results is not taken over: they are
// judged here.
func (e *engine) importRun(b *bundle.Bundle, c *bundle.Content, in *audit.Import) (err error) {
	inputs, err := json.Marshal(c.Inputs)
	if err != nil {
		return incomplete(fmt.Errorf("encode the inputs of the run: %w", err), "")
	}
	meta := e.meta(c.Scope)
	meta.ID, meta.Started, meta.Tool, meta.Imported = c.Run.ID, c.Run.Started.UTC(), c.Inputs.Tool, in
	w, err := e.store.NewRun(meta, inputs)
	if err != nil {
		return incomplete(err, "")
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.Close(), e.store.DeleteRun(meta.ID))
		}
	}()
	board := probes.NewBoard(c.Scope.Plan)
	board.Begin(meta.Started)
	if err := e.pour(b, c, board, w); err != nil {
		return e.notStored(err)
	}
	res := audit.NewResults(c.Scope)
	res.CutOff = c.Run.State != audit.RunComplete
	res.LoadBoard(board)
	res.ApplyWaivers(e.now(), w.Evidence)
	meta.Ended, meta.State, meta.Why = c.Run.Ended.UTC(), c.Run.State, probes.Clean(c.Run.Why, 256)
	meta.Settled, meta.Gates, meta.Total, meta.ByRule = board.Counters().Settled, c.Gates, res.Total, res.RuleCounts()
	if err := w.Finish(meta); err != nil {
		return incomplete(err, "nothing was stored")
	}
	return nil
}

func (e *engine) notStored(err error) error {
	if errors.Is(err, bundle.ErrChanged) {
		return mark(exitTrust, err, "nothing was stored")
	}
	return incomplete(err, "nothing was stored")
}

// pour brings everything that was seen to the board and to the store.
func (e *engine) pour(b *bundle.Bundle, c *bundle.Content, board *probes.Board, w *store.RunWriter) error {
	err := b.Observations(c, func(o probes.Observation) error {
		board.Set(o)
		return w.Observe(o)
	})
	if err != nil {
		return err
	}
	err = b.Hosts(c.Scope.Plan, func(i int, s probes.HostState) error {
		board.SetHost(i, s)
		return w.Host(i, s)
	})
	if err != nil {
		return err
	}
	board.SetGates(c.Gates)
	return w.Gates(c.Gates)
}

// digestOfFile names the content of a file and tells how long it is.
func digestOfFile(f *os.File) (string, int64, error) {
	sum := sha256.New()
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", 0, err
	}
	n, err := io.Copy(sum, f)
	return "sha256:" + hex.EncodeToString(sum.Sum(nil)), n, err
}
