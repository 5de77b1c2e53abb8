package cli

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"oobscope/audit"
	"oobscope/probes"
	"oobscope/store"
	"oobscope/store/bundle"
	"oobscope/store/bundle/pseudonym"
	"oobscope/store/bundle/signers"
)

// exportFlags are the flags of run export.
type exportFlags struct {
	output, sign string
	pseudonymise bool
}

func (p *program) runExportCommand() *cobra.Command {
	var f exportFlags
	cmd := &cobra.Command{
		Use:   "export RUN",
		Short: "Write a run into one file for somebody else: observations, kits, site, digests, head of the trail",
		Long: "export writes everything that a run is made of into one tar file, which oobscope run import reads elsewhere and others can\n" +
			"unpack. " + runNamesHelp + "\n--sign has the user's own ssh-keygen sign it: with a key file, or with a key of the SSH agent.\n" +
			"--pseudonymise renames addresses, host names, MAC addresses, serial numbers and people by a secret that is thrown away.",
		Example: "  oobscope run export last --sign ~/.ssh/id_ed25519\n  oobscope run export 01JD --sign agent --pseudonymise --output for-the-vendor.tar",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return p.runExport(cmd.Context(), args[0], &f) },
	}
	cmd.Flags().StringVar(&f.output, "output", "", "file to write (default oobscope-RUN.tar)")
	cmd.Flags().StringVar(&f.sign, "sign", "", "key file, or agent, or agent:SHA256:... for one of several keys")
	cmd.Flags().BoolVar(&f.pseudonymise, "pseudonymise", false, "rename what says where the run was made")
	return cmd
}

func (p *program) runExport(ctx context.Context, name string, f *exportFlags) error {
	st, names, err := p.openRuns("")
	if err != nil {
		return err
	}
	defer st.Close()
	run, err := names.find(name, nil)
	if err != nil {
		return err
	}
	eng := p.engine(st)
	content, done, err := eng.content(run.ID)
	if err != nil {
		return err
	}
	defer done()
	step, wipe := p.steps(ctx, "export")
	defer wipe()
	content.Step = step
	m := bundle.Manifest{Exported: p.now().UTC(), By: eng.who.name() + "@" + eng.who.host, Tool: p.version, Pseudonymised: f.pseudonymise, Trail: p.trailHead(st)}
	check := func(*bundle.Bundle) error { return nil }
	if f.pseudonymise {
		m.By = ""
		if content, check, err = renamed(content); err != nil {
			return incomplete(err, "nothing was written")
		}
	}
	var key signers.Key
	var sign bundle.Signer
	if f.sign != "" {
		sign = p.signer(ctx, f.sign, &key)
	}
	if f.output == "" {
		f.output = "oobscope-" + content.Run.ID + ".tar"
	}
	digest, size, err := writeBundle(f.output, m, content, sign, check)
	if err != nil {
		return incomplete(err, "nothing was written")
	}
	signed := "not signed"
	if sign != nil {
		signed = "signed by " + key.Fingerprint
	}
	words := fmt.Sprintf("%s, %s", f.output, signed)
	if f.pseudonymise {
		words += ", pseudonymised"
	}
	wipe()
	if err := eng.record(store.RunExported, run.ID, words, digest); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "wrote %s: run %s of site %s, %d bytes, %s\n%s\n", clean(f.output), content.Run.ID, clean(content.Run.Site), size, signed, digest)
	return nil
}

// trailHead is the head of the trail for the manifest; none, with a warning, if the trail cannot be believed.
func (p *program) trailHead(st *store.Store) *bundle.TrailHead {
	head, err := st.TrailHead()
	if err != nil {
		fmt.Fprintln(p.stderr, "warning: the bundle carries no head of the trail: "+clean(err.Error()))
		return nil
	}
	return &bundle.TrailHead{Seq: head.Seq, Hash: head.Hash}
}

// content gathers a stored run for a bundle; done closes its file.
func (e *engine) content(id string) (c bundle.Content, done func(), err error) {
	f, scope, board, err := e.read(id)
	if err != nil {
		return c, nil, err
	}
	done = func() { _ = f.Close() } // read only: nothing can be lost
	c = bundle.Content{
		Run: f.Meta(), Scope: scope, Gates: board.Gates(), Observation: f.Evidence,
		Host: func(i int) probes.HostState { _, s := board.Row(i, nil); return s },
	}
	if err := json.Unmarshal(f.Inputs(), &c.Inputs); err != nil {
		done()
		return c, nil, incomplete(fmt.Errorf("run %s: its inputs are damaged: %w", id, err), "")
	}
	if c.Run.Imported == nil {
		records, troubles := e.store.Waivers(scope.Site.Name)
		if len(troubles) > 0 {
			done()
			return c, nil, incomplete(errors.Join(troubles...), "")
		}
		for _, r := range records {
			if r.Withdrawn == nil {
				c.Inputs.Waivers = append(c.Inputs.Waivers, r)
			}
		}
	}
	c.Run.Imported = nil // where it came from is for whoever imports it to say
	return c, done, nil
}

// renamed pseudonymises a content; check reads the finished bundle for survivors. The secret is drawn here and kept nowhere.
func renamed(c bundle.Content) (bundle.Content, func(*bundle.Bundle) error, error) {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails: crypto/rand ends the program instead
	out, names, err := pseudonym.Rename(c, secret)
	if err != nil {
		return c, nil, err
	}
	builtIn := func(kit int) bool { return c.Scope.Kits[kit].BuiltIn }
	return out, func(b *bundle.Bundle) error { return names.Check(b, builtIn) }, nil
}

// writeBundle writes beside the target, reads all of it back as an importer would, and only then gives it its name.
func writeBundle(name string, m bundle.Manifest, c bundle.Content, sign bundle.Signer, check func(*bundle.Bundle) error) (digest string, size int64, err error) {
	tmp, err := os.CreateTemp(dirOf(name), ".oobscope-*")
	if err != nil {
		return "", 0, fmt.Errorf("write %s: %w", clean(name), err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp.Name())
		}
	}()
	out := bufio.NewWriterSize(tmp, 1<<20)
	_, err = bundle.Write(out, m, c, sign, dirOf(name))
	if err = errors.Join(err, out.Flush()); err == nil {
		err = readBack(tmp, c.Step, check)
	}
	if err == nil {
		digest, size, err = digestOfFile(tmp)
	}
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return "", 0, err
	}
	return digest, size, os.Rename(tmp.Name(), name)
}

func readBack(f *os.File, step func(done, all int) error, check func(*bundle.Bundle) error) error {
	b, err := bundle.Open(f)
	if err != nil {
		return err
	}
	c, err := b.Content()
	if err != nil {
		return err
	}
	n := 0
	c.Step = step
	if err := b.Observations(&c, func(probes.Observation) error { n++; return nil }); err != nil {
		return err
	}
	if c.Run.State == audit.RunComplete && n < c.Run.Settled {
		return fmt.Errorf("bundle: %d observations were written, the run has %d", n, c.Run.Settled)
	}
	return check(b)
}
