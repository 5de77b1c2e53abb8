package kits

import "embed"

//go:embed builtin/*.yaml
var builtinFiles embed.FS

// builtinNames fixes the order: the first match decides, and the policy comes before the watch list.
var builtinNames = [...]string{"out_of_band_server_management.yaml", "bmc_exposure_watch.yaml"}

// BuiltIn returns the kits that this program brings along: the policy for out-of-band server management,
// then the watch on what the police report of July 2014 warned of. Each call gives fresh kits.
func BuiltIn() []*Kit {
	out := make([]*Kit, 0, len(builtinNames))
	for _, name := range builtinNames {
		data, err := builtinFiles.ReadFile("builtin/" + name)
		if err != nil {
			panic("kits: " + err.Error())
		}
		k, err := Read("built-in", data)
		if err != nil {
			// The bytes are part of this program and a test reads them: this is a broken build.
			panic("kits: broken built-in kit: " + err.Error())
		}
		k.BuiltIn = true
		out = append(out, k)
	}
	return out
}
