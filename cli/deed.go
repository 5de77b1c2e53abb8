package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"oobscope/store"
)

// engine makes the engine for whoever runs this program.
func (p *program) engine(st *store.Store) *engine {
	e := newEngine(st, p.version, p.now, nil)
	e.who = p.person()
	e.warn = func(err error) { fmt.Fprintln(p.stderr, "warning: "+clean(err.Error())) }
	e.tell = func(words string) { fmt.Fprintln(p.stderr, clean(words)) }
	return e
}

// record puts into the trail of the store what was done just now, by whom and from where. The deed itself is done
// already, so an error says that, too.
func (e *engine) record(action, subject, detail, digest string) error {
	_, err := e.store.Record(store.TrailEntry{
		Time: e.now(), UID: e.who.uid, Login: e.who.login, Sudo: e.who.sudo, Host: e.who.host, From: e.who.from,
		Action: action, Subject: subject, Detail: detail, Digest: digest,
	})
	if err != nil {
		return incomplete(fmt.Errorf("%s %s is done, but not in the trail: %w", action, clean(subject), err), "oobscope trail verify says whether the trail is whole")
	}
	return nil
}

// deleteRun deletes a stored run and says so in the trail.
func (e *engine) deleteRun(id string) error {
	if err := e.store.DeleteRun(id); err != nil {
		return err
	}
	return e.record(store.RunDeleted, id, "", "")
}

// digestOf names content.
func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(sum[:])
}
