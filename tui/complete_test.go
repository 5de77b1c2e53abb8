package tui

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oobscope/teatest/shots"
)

// Every scene of the shell has its picture in each language, window and way to show colour, and there is no picture of
// anything else.
func TestEveryShellPictureIsThere(t *testing.T) {
	t.Parallel()
	const root = "testdata/TestShellPictures"
	known := map[string]bool{}
	for _, sc := range shellScenes() {
		for _, lang := range []string{"en", "ja"} {
			file := filepath.Join(root, sc.name+"_"+lang+".golden")
			known[file] = true
			text, err := os.ReadFile(file)
			if err != nil {
				t.Error(err)
				continue
			}
			cells := shots.Cells(string(text))
			for _, cell := range []string{
				"80x24 true", "80x24 256", "80x24 16", "80x24 none", "80x24 ascii",
				"120x40 true", "120x40 256", "120x40 16", "120x40 none", "200x60 true", "200x60 256", "200x60 16", "200x60 none",
			} {
				if !cells[cell] {
					t.Errorf("%s has no picture of %s", file, cell)
				}
			}
		}
	}
	files, err := filepath.Glob(root + "/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !known[file] {
			t.Errorf("%s is a picture of nothing that is there", file)
		}
	}
}

// Everything in this room that can lie over a screen does so in one scene at least, and so is pictured and held to every
// window.
func TestEveryOverlayHasAScene(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	for _, sc := range shellScenes() {
		m := staged(t, "en", sc.stage, ways[1])
		sc.play(m)
		if m.over != nil {
			shown[strings.TrimPrefix(strings.TrimPrefix(fmt.Sprintf("%T", m.over), "*"), "tui.")] = true
		}
		shown["pane"] = shown["pane"] || m.pal != nil
		shown["prompt"] = shown["prompt"] || m.ask != nil
	}
	for name := range overlaysOf(t) {
		if !shown[name] {
			t.Errorf("no scene shows the overlay %s", name)
		}
	}
	if len(shown) < 5 {
		t.Errorf("only %v are shown", shown)
	}
}

// overlaysOf are the types of this package that take the keys of the whole console: their method press is given the
// model.
func overlaysOf(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range parsed.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != "press" || f.Type.Params.NumFields() != 2 {
				continue
			}
			of := f.Recv.List[0].Type
			if star, ok := of.(*ast.StarExpr); ok {
				of = star.X
			}
			if name, ok := of.(*ast.Ident); ok {
				out[name.Name] = true
			}
		}
	}
	return out
}
