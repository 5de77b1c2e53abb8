package views

import (
	"cmp"
	"fmt"
	"strings"

	"oobscope/kits"
)

// Kits is the library: which kits there are, which the next run uses, and how far each can be trusted.
type Kits struct {
	list  list
	page  page
	whole bool // the page of the selected kit has the whole window
}

// NewKits returns the screen.
func NewKits() *Kits { return &Kits{} }

// Name implements Screen.
func (v *Kits) Name() string { return "kits" }

// Title implements Screen.
func (v *Kits) Title(s *State) string { return s.Words.Name.Kits }

// Filter implements Screen.
func (v *Kits) Filter(_ *State, query string) {
	v.list.filter(query)
	v.whole = false
}

// Kept implements Keeper.
func (v *Kits) Kept() string { return v.list.Kept() }

// Restore implements Keeper.
func (v *Kits) Restore(kept string) { v.list.Restore(kept) }

// Keys implements Screen.
func (v *Kits) Keys(s *State) []Key {
	w := s.Words
	e := v.current(s)
	if e == nil || v.list.over() {
		return v.list.keys(s)
	}
	toggle := Key{"space", w.Key.Toggle}
	if e.Active {
		toggle.Help = w.Shell.DropKit
	}
	if v.whole {
		return append([]Key{{"enter", w.Kits.BackToList}, toggle}, v.page.keys(w)...)
	}
	return append([]Key{toggle, {"enter", w.Kits.WholePage}}, v.list.keys(s)...)
}

// Press implements Screen.
func (v *Kits) Press(s *State, key string) Action {
	e := v.current(s)
	switch {
	case e == nil:
	case key == "space" && !v.list.over():
		return Action{Kind: ToggleKit, Arg: e.Kit.Ref()}
	case key == "enter" && !v.list.over():
		v.whole = !v.whole
		v.page.top()
	case v.whole:
		v.page.press(key)
	default:
		before := v.list.chosen()
		a, _ := v.list.press(s, key)
		if v.current(s); v.list.chosen() != before {
			v.page.top()
		}
		return a
	}
	return Action{}
}

// Grammar implements Queried.
func (v *Kits) Grammar(s *State) *Grammar {
	g := NewGrammar(s.Words, ByKit, ByTrust, ByOrigin, ByUsed, ByWarnings)
	for i := range s.Kits {
		k := s.Kits[i].Kit
		tier, _ := k.Trust()
		g.Know(ByKit, k.Ref(), k.ID)
		g.Know(ByTrust, tier)
		g.Know(ByOrigin, originOf(s, k))
	}
	return g
}

// kitFacts is what a filter may ask of a kit.
func kitFacts(s *State, e *KitEntry, f *Facts) {
	k := e.Kit
	tier, _ := k.Trust()
	f.Of[ByKit], f.Of[ByTrust], f.Of[ByOrigin] = lines(k.Ref(), k.ID, k.Title.In(s.Lang)), tier, lines(originOf(s, k), k.Origin)
	f.Of[ByUsed], f.Number[ByWarnings] = yes(e.Active), len(k.Warnings)
	f.Text = lines(f.Of[ByKit], tier, f.Of[ByOrigin])
}

// compareKits compares two kits by a column.
func compareKits(s *State, column string, a, b *KitEntry) int {
	switch column {
	case "used":
		return cmp.Compare(boolean(a.Active), boolean(b.Active))
	case "kit":
		return byText(a.Kit.Ref(), b.Kit.Ref())
	case "rules":
		return cmp.Compare(len(a.Kit.Rules), len(b.Kit.Rules))
	case "trust":
		x, _ := a.Kit.Trust()
		y, _ := b.Kit.Trust()
		return byText(x, y)
	case "origin":
		return byText(originOf(s, a.Kit), originOf(s, b.Kit))
	case "warnings":
		return cmp.Compare(len(a.Kit.Warnings), len(b.Kit.Warnings))
	}
	return 0
}

// current is the kit under the cursor; nil if there is none.
func (v *Kits) current(s *State) *KitEntry {
	v.list.pick(rows{n: len(s.Kits), gen: s.Generation, words: s.Words, columns: kitColumns,
		grammar: func() *Grammar { return v.Grammar(s) },
		facts:   func(i int, f *Facts) { kitFacts(s, &s.Kits[i], f) },
		compare: func(column string, a, b int) int { return compareKits(s, column, &s.Kits[a], &s.Kits[b]) },
		row:     func(i int, c []Cell) { v.row(s, &s.Kits[i], c) },
		about:   func(i int) subject { return aboutKit(s.Kits[i].Kit) }})
	if i := v.list.chosen(); i >= 0 {
		return &s.Kits[i]
	}
	return nil
}

// Render implements Screen.
func (v *Kits) Render(s *State, w, h int) string {
	e := v.current(s)
	if e == nil {
		text := s.Words.Kits.NoKits
		if len(s.Kits) > 0 {
			text = v.list.none(s)
		}
		return s.Theme.Frame(Wrap(text, w), w, h)
	}
	if v.page.fresh(s, v.list.chosen(), w) {
		v.fill(s, e, w)
	}
	switch {
	case v.list.over():
		return v.list.look(s, w, h)
	case v.whole:
		return s.Theme.Frame(v.page.window(s.Theme, h), w, h)
	}
	n := v.list.kept()
	lines := []string{s.Theme.Heading(s.Words.Name.Kits, v.list.Position(n), w)}
	lines = append(lines, v.list.draw(s.Theme, w, min(n+1, max(2, h/2)))...)
	lines = append(lines, "")
	room := h - len(lines)
	excerpt := v.page.scroll.Window(v.page.lines, room)
	if len(v.page.lines) > room && room > 1 {
		left := len(v.page.lines) - room + 1
		excerpt = append(append([]string(nil), excerpt[:room-1]...), s.Theme.Dim.On(agreed(s.Words.Kits.MoreBelow, Count(left))))
	}
	return s.Theme.Frame(append(lines, excerpt...), w, h)
}

func kitColumns(w *Words) []Column {
	hd := &w.Head
	return []Column{
		{ID: "used", Title: hd.Used, Min: max(2+Width(w.Plain.Yes), 2+Width(w.Plain.No), Width(hd.Used)), Falls: true},
		{ID: "kit", Title: hd.Kit, Min: 35, Max: 60, Weight: 3, Pin: true},
		{ID: "rules", Title: hd.Rules, Min: max(5, Width(hd.Rules)), Align: Right, Falls: true},
		{ID: "trust", Title: hd.Trust, Min: 11, Max: 64, Weight: 3}, {ID: "origin", Title: hd.Origin, Min: 14, Max: 40, Weight: 2},
		{ID: "warnings", Title: w.Kits.Warnings, Min: 9, Max: 12, Align: Right, Drop: 1, Falls: true},
	}
}

func (v *Kits) row(s *State, e *KitEntry, c []Cell) {
	k := e.Kit
	c[0] = Cell{s.Theme.Verdict(0).Sign + " " + s.Words.Plain.No, s.Theme.Dim}
	if e.Active {
		c[0] = Cell{s.Theme.Glyph.Check + " " + s.Words.Plain.Yes, s.Theme.Good}
	}
	tier, why := trustOf(s, k)
	if full := tier + s.Words.Host.Colon + why; Width(Safe(full)) <= v.list.widths[3] {
		tier = full
	}
	c[1].Text, c[2].Text, c[3].Text, c[4].Text = k.Ref(), Count(len(k.Rules)), tier, originOf(s, k)
	c[5].Text = Count(len(k.Warnings))
	if len(k.Warnings) > 0 {
		c[5].Ink = s.Theme.Warn
	}
}

// trustOf is the tier that a kit has earned, and why in the user's language. A tier above the lowest has a
// reason that only the kit's own room knows.
func trustOf(s *State, k *kits.Kit) (tier, why string) {
	tier, why = k.Trust()
	switch {
	case tier != "community":
		return tier, why
	case k.TrustClaim == "" || k.TrustClaim == tier:
		return tier, s.Words.Kits.NoSignature
	}
	return tier, fmt.Sprintf(s.Words.Kits.NotBacked, k.TrustClaim)
}

func originOf(s *State, k *kits.Kit) string {
	if k.BuiltIn {
		return s.Words.Plain.BuiltIn
	}
	return orText(k.Origin, s.Words.Plain.Unknown)
}

// fill writes the page of a kit.
func (v *Kits) fill(s *State, e *KitEntry, w int) {
	k, p, kw := e.Kit, &v.page, &s.Words.Kits
	p.kitHead(s, k)
	p.prose(orText(k.Description.In(s.Lang), s.Words.Plain.NotStated))
	p.head(s.Theme, kw.Identity, "")
	tier, why := trustOf(s, k)
	used := s.Words.Plain.No
	if e.Active {
		used = s.Words.Plain.Yes
	}
	p.add(s.Theme.Fields([][2]string{
		{s.Words.Head.Trust, tier + s.Words.Host.Colon + why}, {s.Words.Head.Origin, originOf(s, k)}, {kw.Authors, authorsOf(s, k)},
		{kw.Digest, orText(k.Digest, s.Words.Plain.Unknown)}, {kw.Schema, orText(k.SchemaVersion, s.Words.Plain.NotStated)},
		{"ATT&CK", orText(k.AttackVersion, s.Words.Plain.NotStated)}, {s.Words.Head.Used, used},
	}, w)...)
	if len(k.Warnings) > 0 {
		p.head(s.Theme, kw.Warnings, Count(len(k.Warnings)))
		for i := range k.Warnings {
			for _, l := range Wrap(k.Warnings[i].Error(), w) {
				p.add(s.Theme.Warn.On(l))
			}
		}
	}
	p.head(s.Theme, kw.References, "")
	if len(k.References) == 0 {
		p.add(s.Words.Empty.NoReference)
	}
	for i := range k.References {
		v.reference(s, &k.References[i], w)
	}
}

func (v *Kits) reference(s *State, r *kits.Reference, w int) {
	v.page.add(Wrap(s.Theme.Glyph.Bullet+" "+orText(r.Title, s.Words.Plain.NotStated), w)...)
	var rest []string
	if r.URL != "" {
		rest = append(rest, r.URL)
	}
	if r.Retrieved != "" {
		rest = append(rest, fmt.Sprintf(s.Words.Kits.Retrieved, r.Retrieved))
	}
	if len(r.Endpoints) > 0 {
		rest = append(rest, fmt.Sprintf(s.Words.Kits.Endpoints, strings.Join(r.Endpoints, ", ")))
	}
	for _, l := range rest {
		v.page.add(Indent(Wrap(l, max(1, w-gutter)), gutter)...)
	}
}

func authorsOf(s *State, k *kits.Kit) string {
	var out []string
	for _, a := range k.Authors {
		text := a.Name
		if a.Org != "" && a.Org != a.Name {
			text += " (" + a.Org + ")"
		}
		if a.Email != "" {
			text += " <" + a.Email + ">"
		}
		out = append(out, text)
	}
	return orText(strings.Join(out, ", "), s.Words.Kits.Nobody)
}
