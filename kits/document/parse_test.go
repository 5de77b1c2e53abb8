package document

import (
	"fmt"
	"strings"
	"testing"
)

// outline writes a tree as one line for each node: position, path, kind, text.
func outline(n *Node) string {
	var b strings.Builder
	var walk func(n *Node)
	walk = func(n *Node) {
		fmt.Fprintf(&b, "%d:%d %s=%s %q\n", n.Line, n.Column, n.Path(), n.Kind, n.Text)
		for _, f := range n.Fields {
			fmt.Fprintf(&b, "%d:%d key %s\n", f.Line, f.Column, f.Key)
			walk(f.Value)
		}
		for _, item := range n.Items {
			walk(item)
		}
	}
	walk(n)
	return strings.TrimSuffix(b.String(), "\n")
}

func TestParseKeepsPositions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, in, want string }{
		{"block map", "f.yaml", "a: 1\nb:\n  c: x\n",
			"1:1 =a map \"\"\n1:1 key a\n1:4 a=a number \"1\"\n2:1 key b\n3:3 b=a map \"\"\n3:3 key c\n3:6 b.c=text \"x\""},
		{"list of maps", "f.yaml", "l:\n  - p: yes\n    q: ~\n",
			"1:1 =a map \"\"\n1:1 key l\n2:3 l=a list \"\"\n2:5 l[0]=a map \"\"\n2:5 key p\n2:8 l[0].p=text \"yes\"\n3:5 key q\n3:8 l[0].q=nothing \"\""},
		{"list as far left as its key", "f.yaml", "l:\n- a\n- b\n",
			"1:1 =a map \"\"\n1:1 key l\n2:1 l=a list \"\"\n2:3 l[0]=text \"a\"\n3:3 l[1]=text \"b\""},
		{"flow", "f.yaml", "{a: [1, 'x'], b}",
			"1:1 =a map \"\"\n1:2 key a\n1:5 a=a list \"\"\n1:6 a[0]=a number \"1\"\n1:9 a[1]=text \"x\"\n1:15 key b\n1:15 b=nothing \"\""},
		{"wide characters", "f.yaml", "日本: 語\n漢字:  かな # x\n",
			"1:1 =a map \"\"\n1:1 key 日本\n1:5 日本=text \"語\"\n2:1 key 漢字\n2:6 漢字=text \"かな\""},
		{"blocks of text", "f.yaml", "a: |\n  x\n  y\nb: >-\n  x\n  y\n",
			"1:1 =a map \"\"\n1:1 key a\n1:4 a=text \"x\\ny\\n\"\n4:1 key b\n4:4 b=text \"x y\""},
		{"one document, marked", "f.yaml", "---\na: 1\n...\n", "2:1 =a map \"\"\n2:1 key a\n2:4 a=a number \"1\""},
		{"CRLF and byte order mark", "f.yaml", "\ufeffa: 1\r\nb: 2\r\n",
			"1:1 =a map \"\"\n1:1 key a\n1:4 a=a number \"1\"\n2:1 key b\n2:4 b=a number \"2\""},
		{"empty", "f.yaml", "# nothing\n", "1:1 =nothing \"\""},
		{"empty value in the middle", "f.yaml", "a:\nb: 1\n", "1:1 =a map \"\"\n1:1 key a\n1:1 a=nothing \"\"\n2:1 key b\n2:4 b=a number \"1\""},
		{"steps back", "f.yaml", "a:\n  b:\n    c: 1\nd:\n  - e: 1\n  - e: 2\n  -\n",
			"1:1 =a map \"\"\n1:1 key a\n2:3 a=a map \"\"\n2:3 key b\n3:5 a.b=a map \"\"\n3:5 key c\n3:8 a.b.c=a number \"1\"\n4:1 key d\n5:3 d=a list \"\"\n" +
				"5:5 d[0]=a map \"\"\n5:5 key e\n5:8 d[0].e=a number \"1\"\n6:5 d[1]=a map \"\"\n6:5 key e\n6:8 d[1].e=a number \"2\"\n7:5 d[2]=nothing \"\""},
		{"json", "f.json", "{\n\t\"a\" : [ true,null ],\n \"日\":{\"b\":1e3}}",
			"1:1 =a map \"\"\n2:2 key a\n2:8 a=a list \"\"\n2:10 a[0]=a truth value \"true\"\n2:15 a[1]=nothing \"\"\n3:2 key 日\n3:6 日=a map \"\"\n3:7 key b\n3:11 日.b=a number \"1e3\""},
		{"json under another name", "f", "{\"a\":\"\\ud83d\\ude00\\/\"}", "1:1 =a map \"\"\n1:2 key a\n1:6 a=text \"😀/\""},
		{"big numbers stay as written", "f.json", "[123456789012345678901234567890]", "1:1 =a list \"\"\n1:2 [0]=a number \"123456789012345678901234567890\""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n, err := Parse(c.file, []byte(c.in))
			if err != nil {
				t.Fatal(err)
			}
			if got := outline(n); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestScalarsFollowTheCoreSchema(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Kind{
		"1": Number, "-1": Number, "+2": Number, "0777": Number, "0x1F": Number, "0o17": Number, "1e3": Number, "1.5E-3": Number,
		".5": Number, "1.": Number, "-.inf": Number, ".nan": Number,
		"1.0.0": String, "1_000": String, "0xZ": String, "1e": String, ".": String, "-x": String, "2026-06-04": String,
		"12:30": String, "1.1s": String, "198.18.0.1": String, "yes": String, "no": String, "on": String, "Infinity": String,
		"true": Bool, "False": Bool, "TRUE": Bool, "null": Null, "Null": Null, "'1'": String, `"true"`: String, `""`: String, `"~"`: String,
	} {
		n, err := Parse("f.yaml", []byte("k: "+text+"\n"))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := n.Get("k").Kind; got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}
