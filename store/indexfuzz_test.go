package store

import (
	"context"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"oobscope/probes"
)

// Whatever stands in the index, every reader comes back, and no word of it can harm a terminal.
func FuzzIndexValues(f *testing.F) {
	buckets := indexFormat.buckets
	for n, text := range []string{
		`{"digest":"x","raw":"aWQ6IGE="}`, `{"name":"dc1","raw":""}`, `{"ID":"01KANRKD800000000000000001","State":"complete"}`, `["a@1.0.0"]`,
		`{"id":"w-261122-1","requested":{"by":"\u001b[2J"}}`, `{"site":"dc1","name":"x","run":"01KANRKD800000000000000001"}`,
	} {
		for _, key := range []string{"dc1", activeKey, retentionKey, trailKey, "01KANRKD800000000000000001", "w-261122-1", "dc1/x", "\x1b[2J"} {
			f.Add(uint8(n), key, []byte(text))
		}
	}
	s := quickStore(f)
	f.Fuzz(func(t *testing.T, n uint8, key string, value []byte) {
		if len(key) == 0 || len(key) > 1000 {
			return
		}
		bucket := []byte(buckets[int(n)%len(buckets)])
		change := func(fn func(b *bbolt.Bucket) error) {
			if err := s.update(func(tx *bbolt.Tx) error { return fn(tx.Bucket(bucket)) }); err != nil {
				t.Fatal(err)
			}
		}
		change(func(b *bbolt.Bucket) error { return b.Put([]byte(key), value) })
		defer change(func(b *bbolt.Bucket) error { return b.Delete([]byte(key)) })
		list, _, err := s.Check(context.Background(), nil)
		if err != nil {
			t.Fatal(err)
		}
		runs, errs := s.Runs()
		in := s.Info()
		for _, d := range list {
			harmless(t, d.What+d.Lost)
		}
		for _, err := range append(errs, in.Troubles...) {
			harmless(t, strings.ReplaceAll(err.Error(), "\n", " "))
		}
		for _, r := range runs {
			harmless(t, r.Site+r.Why+r.Vantage)
		}
		_, _ = s.Expired(Retention{Keep: 1}, began)
	})
}

func harmless(t *testing.T, text string) {
	t.Helper()
	if text != probes.Clean(text, len(text)+1) {
		t.Errorf("not fit for a terminal: %q", text)
	}
}
