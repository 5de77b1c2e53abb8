package upnp

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// The limits on a device description.
const (
	descriptionLimit = 8 << 10
	maxDepth         = 16
	maxTokens        = 2000
	maxText          = 200 // bytes of one value
)

// description is what a device says it is (UPnP Device Architecture 1.0, section 2.1). Serial number
// and UDN are left out: they name one machine and are not needed.
type description struct {
	DeviceType, Manufacturer, Model string
}

// upnp tells whether the document describes a UPnP device.
func (d description) upnp() bool {
	return strings.HasPrefix(d.DeviceType, "urn:") && strings.Contains(d.DeviceType, ":device:")
}

var errTooMuch = errors.New("device description goes over its limits")

// parseDescription reads the root device of a description. What was read before an error stands, since
// the document may have been cut at the cap.
func parseDescription(doc []byte) (d description, err error) {
	dec := xml.NewDecoder(bytes.NewReader(doc[:min(len(doc), descriptionLimit)]))
	// Other encodings would need tables that nothing here is worth; every value we look for is ASCII.
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	fields := map[string]*string{
		"root/device/deviceType":   &d.DeviceType,
		"root/device/manufacturer": &d.Manufacturer,
		"root/device/modelName":    &d.Model,
	}
	var path []string
	for range maxTokens {
		tok, err := dec.Token()
		if err == io.EOF {
			return d, nil
		}
		if err != nil {
			return d, err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if path = append(path, tok.Name.Local); len(path) > maxDepth {
				return d, errTooMuch
			}
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			if f := fields[strings.Join(path, "/")]; f != nil && *f == "" {
				text := bytes.TrimSpace(tok)
				*f = string(text[:min(len(text), maxText)])
			}
		}
	}
	return d, errTooMuch
}
