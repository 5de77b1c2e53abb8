package shots

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/vt"
)

// Album keeps the shots of one thing: in several windows, with several ways to show colour.
type Album struct {
	list  []kept
	terms map[string]*vt.Emulator // by size: one is dear to make
}

type kept struct {
	size, mode string
	Shot
}

// Take shows a frame on a terminal of w x h cells with so many colours and keeps what is seen there, under the name of
// the way to show colour. See take for the error; the shot is kept in any case.
func (a *Album) Take(frame string, w, h int, mode string, colours colorprofile.Profile) error {
	size := fmt.Sprintf("%dx%d", w, h)
	term := a.terms[size]
	if term == nil {
		if a.terms == nil {
			a.terms = map[string]*vt.Emulator{}
		}
		term = vt.NewEmulator(w, h)
		a.terms[size] = term
	}
	shot, err := take(term, frame, w, h, colours)
	a.list = append(a.list, kept{size, mode, shot})
	return err
}

// String is the file: for each size its texts, each with the modes that show it, and below them the inks, likewise.
// An ink has a letter; what it means stands at the end.
func (a *Album) String() string {
	var b strings.Builder
	var legend []string
	for _, size := range a.sizes() {
		list := slices.DeleteFunc(slices.Clone(a.list), func(s kept) bool { return s.size != size })
		for _, g := range alike(list, func(s kept) string { return s.Text }) {
			fmt.Fprintf(&b, "=== %s %s\n%s", size, g.modes, g.of.Text)
		}
		for _, g := range alike(list, func(s kept) string { return strings.Join(s.Inks, "\n") }) {
			lines := lettered(g.of.Inks, &legend)
			if len(lines) == 0 {
				lines = []string{"none"}
			}
			fmt.Fprintf(&b, "--- inks %s %s\n%s\n", size, g.modes, strings.Join(lines, "\n"))
		}
	}
	for i, ink := range legend {
		fmt.Fprintf(&b, "%s = %s\n", letter(i), ink)
	}
	return b.String()
}

// Cells are the pictures that a file of String holds, as "80x24 256": those of which it has both the text and the inks.
func Cells(file string) map[string]bool {
	texts, out := map[string]bool{}, map[string]bool{}
	for line := range strings.Lines(file) {
		line = strings.TrimSuffix(line, "\n")
		if rest, ok := strings.CutPrefix(line, "=== "); ok {
			each(rest, func(cell string) { texts[cell] = true })
		}
		if rest, ok := strings.CutPrefix(line, "--- inks "); ok {
			each(rest, func(cell string) { out[cell] = texts[cell] })
		}
	}
	return out
}

// each goes through the cells that a heading is for: "80x24 256, 16".
func each(heading string, do func(cell string)) {
	size, modes, _ := strings.Cut(heading, " ")
	for mode := range strings.SplitSeq(modes, ", ") {
		do(size + " " + mode)
	}
}

func (a *Album) sizes() []string {
	var out []string
	for _, s := range a.list {
		if !slices.Contains(out, s.size) {
			out = append(out, s.size)
		}
	}
	return out
}

// group are the modes in which something is the same.
type group struct {
	modes string
	of    kept
}

func alike(list []kept, key func(kept) string) []group {
	var out []group
	for _, s := range list {
		i := slices.IndexFunc(out, func(g group) bool { return key(g.of) == key(s) })
		if i < 0 {
			out = append(out, group{s.mode, s})
			continue
		}
		out[i].modes += ", " + s.mode
	}
	return out
}

// lettered writes the inks of the lines with the letters of a legend, which it adds to.
func lettered(inks []string, legend *[]string) []string {
	var out []string
	for y, line := range inks {
		if line == "" {
			continue
		}
		var runs []string
		for run := range strings.SplitSeq(line, "; ") {
			cells, ink, _ := strings.Cut(run, " ")
			i := slices.Index(*legend, ink)
			if i < 0 {
				i = len(*legend)
				*legend = append(*legend, ink)
			}
			runs = append(runs, letter(i)+cells)
		}
		out = append(out, fmt.Sprintf("%d: %s", y+1, strings.Join(runs, " ")))
	}
	return out
}

// letter is the sign of an ink in the legend: a to z, then A to Z, then aa.
func letter(i int) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	if i < len(letters) {
		return letters[i : i+1]
	}
	return letter(i/len(letters)-1) + letter(i%len(letters))
}
