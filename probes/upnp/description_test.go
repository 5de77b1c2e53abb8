package upnp

import (
	"strings"
	"testing"
)

func TestParseDescription(t *testing.T) {
	t.Parallel()
	const device = "<root><device><deviceType>urn:schemas-upnp-org:device:management:1</deviceType>"
	for _, c := range []struct {
		name, doc string
		upnp      bool
		fails     bool
		model     string
	}{
		{"whole", device + "<modelName> IPMI Console </modelName></device></root>", true, false, "IPMI Console"},
		{"cut", device + "<modelName>IPMI", true, true, "IPMI"},
		{"first value stands", device + "<modelName>a</modelName><modelName>b</modelName></device></root>", true, false, "a"},
		{"inner device is not the root", "<root><device><deviceList><device><modelName>x</modelName></device></deviceList></device></root>", false, false, ""},
		{"other encoding", `<?xml version="1.0" encoding="ISO-8859-1"?>` + device + "<modelName>IPMI</modelName></device></root>", true, false, "IPMI"},
		{"long value", device + "<modelName>" + strings.Repeat("m", 500) + "</modelName></device></root>", true, false, strings.Repeat("m", maxText)},
		{"other device", "<root><device><deviceType>printer</deviceType></device></root>", false, false, ""},
		{"page", "<html><p>hello</html>", false, true, ""},
		{"nothing", "", false, false, ""},
		{"deep", strings.Repeat("<a>", maxDepth+1), false, true, ""},
		{"many", "<r>" + strings.Repeat("<a/>", maxTokens), false, true, ""},
		{"entity", `<!DOCTYPE r [<!ENTITY a "aaaa">]><root><device><modelName>&a;</modelName></device></root>`, false, true, ""},
		{"bytes", "\x00\xff\xfe", false, true, ""},
	} {
		d, err := parseDescription([]byte(c.doc))
		if d.upnp() != c.upnp || (err != nil) != c.fails || d.Model != c.model {
			t.Errorf("%s: %+v, error %v", c.name, d, err)
		}
	}
}

func FuzzParseDescription(f *testing.F) {
	for _, s := range []string{
		"<root><device><deviceType>urn:x:device:y:1</deviceType></device></root>", "<a", "<?xml version='1.0' encoding='x'?><root/>",
		"<!DOCTYPE a [<!ENTITY b 'c'>]><root>&b;</root>", strings.Repeat("<device>", 40), "</root>",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		d, _ := parseDescription(doc)
		for _, v := range []string{d.DeviceType, d.Manufacturer, d.Model} {
			if len(v) > maxText {
				t.Fatalf("value of %d bytes", len(v))
			}
		}
	})
}
