package store

import (
	"encoding/json"

	"go.etcd.io/bbolt"

	"oobscope/probes"
)

// pinned returns the runs that are a baseline, with its name. An entry that cannot be read pins nothing.
func pinned(tx *bbolt.Tx) map[string]string {
	runs := make(map[string]string)
	// The function below returns no error.
	_ = tx.Bucket([]byte(baselineBucket)).ForEach(func(k, v []byte) error {
		var b struct {
			Run string `json:"run"`
		}
		if json.Unmarshal(v, &b) == nil && validID(b.Run) {
			runs[b.Run] = probes.Clean(string(k), 128)
		}
		return nil
	})
	return runs
}

// baselineOf returns the name of the baseline that a run is; empty for none.
func baselineOf(tx *bbolt.Tx, id string) string { return pinned(tx)[id] }
