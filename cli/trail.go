package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"oobscope/store"
	"oobscope/store/bundle"
)

func (p *program) trailCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "trail", Short: "Who ran, waived, imported or deleted what, when and from where: show, verify", Args: cobra.NoArgs, RunE: needsSubcommand,
	}
	var f trailFlags
	show := &cobra.Command{
		Use: "show", Short: "Print the trail of the store", Args: cobra.NoArgs,
		Example: "  oobscope trail show --last 20\n  oobscope trail show --action waiver --format jsonl",
		RunE:    func(*cobra.Command, []string) error { return p.trailShow(&f) },
	}
	show.Flags().IntVar(&f.last, "last", 0, "only so many of the newest entries; 0 is all")
	show.Flags().StringVar(&f.action, "action", "", "only deeds whose name begins so: run, waiver, kit, waiver.approved")
	show.Flags().StringVar(&f.subject, "subject", "", "only what was done to this: an id of a run, a kit or a waiver")
	show.Flags().StringVar(&f.format, "format", "text", "text or jsonl")
	var bundles []string
	verify := &cobra.Command{
		Use: "verify", Short: "Follow the hash chain; exit 4 and name the first entry that cannot be believed", Args: cobra.NoArgs,
		Long: "verify reads the trail from its first entry. Each holds the hash of the one before, and the store remembers the last,\n" +
			"so that a change, a gap, a cut and a replaced file are seen. Exit codes: 0 whole, 3 cannot be read, 4 broken.\n" +
			"Who can write both the trail and the index of the store could replace both: --bundle holds the trail against the head in a\n" +
			"bundle that was exported from this store and that somebody else has kept.",
		Example: "  oobscope trail verify --bundle handed-over-in-march.tar",
		RunE:    func(*cobra.Command, []string) error { return p.trailVerify(bundles) },
	}
	verify.Flags().StringArrayVar(&bundles, "bundle", nil, "bundle of this store that somebody kept; repeat it for several")
	cmd.AddCommand(show, verify)
	return cmd
}

type trailFlags struct {
	last                    int
	action, subject, format string
}

func (f *trailFlags) wants(e *store.TrailEntry) bool {
	return (f.action == "" || e.Action == f.action || strings.HasPrefix(e.Action, strings.TrimSuffix(f.action, ".")+".")) &&
		(f.subject == "" || strings.HasPrefix(e.Subject, f.subject))
}

// shownEntry is a line of trail show: an entry, or what stands in its place.
type shownEntry struct {
	entry store.TrailEntry
	line  int
	err   error
}

func (p *program) trailShow(f *trailFlags) error {
	if f.format != "text" && f.format != "jsonl" {
		return usage(fmt.Errorf("--format %s: expected text or jsonl", clean(f.format)), "")
	}
	if f.last < 0 {
		return usage(fmt.Errorf("--last %d: expected 0 or more", f.last), "")
	}
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	var list []shownEntry
	broken := 0
	err = st.Trail(func(n int, e store.TrailEntry, err error) bool {
		if err != nil {
			broken++
		} else if !f.wants(&e) {
			return true
		}
		list = append(list, shownEntry{e, n, err})
		if f.last > 0 && len(list) > 2*f.last {
			list = append(list[:0], list[len(list)-f.last:]...)
		}
		return true
	})
	if err != nil {
		return incomplete(err, "")
	}
	if f.last > 0 && len(list) > f.last {
		list = list[len(list)-f.last:]
	}
	write := p.trailText
	if f.format == "jsonl" {
		write = p.trailJSONL
	}
	if err := write(list); err != nil {
		return incomplete(err, "")
	}
	if broken > 0 {
		fmt.Fprintf(p.stderr, "warning: %s of the trail cannot be believed: oobscope trail verify\n", plural(broken, "line"))
	}
	return nil
}

func (p *program) trailText(list []shownEntry) error {
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SEQ\tTIME (UTC)\tWHO\tFROM\tDID\tWHAT\tDETAIL")
	for _, l := range list {
		if l.err != nil {
			fmt.Fprintf(w, "-\t\t\t\tline %d\t\t%s\n", l.line, clean(l.err.Error()))
			continue
		}
		e := &l.entry
		who := fmt.Sprintf("%s (%d)", clean(e.Login), e.UID)
		if e.Sudo != "" {
			who = clean(e.Sudo) + " as " + who
		}
		from := clean(e.Host)
		if e.From != "" {
			from += " via " + clean(e.From)
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s\n", e.Seq, e.Time.UTC().Format("2006-01-02 15:04:05"), who, from, clean(e.Action), clean(e.Subject), clean(e.Detail))
	}
	return w.Flush()
}

func (p *program) trailJSONL(list []shownEntry) error {
	out := bufio.NewWriter(p.stdout)
	enc := json.NewEncoder(out)
	for _, l := range list {
		var v any = struct {
			store.TrailEntry
			Hash string `json:"hash"`
		}{l.entry, l.entry.Hash}
		if l.err != nil {
			v = struct {
				Line  int    `json:"line"`
				Error string `json:"error"`
			}{l.line, clean(l.err.Error())}
		}
		if err := enc.Encode(v); err != nil {
			return err
		}
	}
	return out.Flush()
}

func (p *program) trailVerify(bundles []string) error {
	var heads []store.TrailHead
	for _, name := range bundles {
		head, err := p.headOf(name)
		if err != nil {
			return err
		}
		heads = append(heads, head)
	}
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	r, err := st.VerifyTrail(heads...)
	if err != nil {
		return incomplete(err, "")
	}
	if r.Broken != nil {
		return mark(exitTrust, fmt.Errorf("trail: %w", r.Broken),
			fmt.Sprintf("%s before it hold together; compare with the head in an exported bundle or in a backup", plural(r.Entries, "entry")))
	}
	fmt.Fprintf(p.stdout, "the trail holds: %s, head %d %s\n", plural(r.Entries, "entry"), r.Head.Seq, r.Head.Hash)
	if len(heads) > 0 {
		fmt.Fprintf(p.stdout, "it holds the entries that %s\n", carried(len(heads)))
	}
	if r.Torn > 0 {
		fmt.Fprintf(p.stdout, "%s cut off by a crash or a full disk; the entry behind it accounts for it\n", plural(r.Torn, "line"))
	}
	return nil
}

func carried(n int) string {
	if n == 1 {
		return "the bundle carries"
	}
	return fmt.Sprintf("the %d bundles carry", n)
}

// headOf is the head of the trail that a bundle carries.
func (p *program) headOf(name string) (store.TrailHead, error) {
	file, err := os.Open(name)
	if err != nil {
		return store.TrailHead{}, usage(err, "")
	}
	defer file.Close()
	b, err := bundle.Open(file)
	switch {
	case err != nil:
		return store.TrailHead{}, p.refuse(name, err)
	case b.Manifest.Trail == nil:
		return store.TrailHead{}, usage(fmt.Errorf("%s: the bundle carries no head of a trail", clean(name)), "")
	}
	return store.TrailHead{Seq: b.Manifest.Trail.Seq, Hash: b.Manifest.Trail.Hash}, nil
}
