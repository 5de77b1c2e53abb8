package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

// trailName is the file of the trail, in the folder of the store.
const trailName = "trail.jsonl"

// The deeds that the trail knows. The names are wire names.
const (
	RunStarted      = "run.started"
	RunResumed      = "run.resumed"
	RunEnded        = "run.ended"
	RunDeleted      = "run.deleted"
	RunExported     = "run.exported"
	RunImported     = "run.imported"
	KitImported     = "kit.imported"
	WaiverRequested = "waiver.requested"
	WaiverApproved  = "waiver.approved"
	WaiverWithdrawn = "waiver.withdrawn"
	BaselineSet     = "baseline.set"
	BaselineUnset   = "baseline.unset"
	StorePruned     = "store.pruned"
	trailTorn       = "trail.torn" // what stands between this entry and the one before was cut off while it was written
)

// TrailEntry is one line of the trail: who did what, when and from where. Seq, Prev and Hash are filled in by Record.
type TrailEntry struct {
	Seq     uint64    `json:"seq"`
	Time    time.Time `json:"time"`
	UID     int       `json:"uid"`
	Login   string    `json:"login"`
	Sudo    string    `json:"sudo,omitempty"` // who became root with sudo, as sudo says
	Host    string    `json:"host"`
	From    string    `json:"from,omitempty"` // address that an SSH session came from
	Action  string    `json:"action"`
	Subject string    `json:"subject"`          // id of the run, kit, waiver
	Detail  string    `json:"detail,omitempty"` // what else a reader should know
	Digest  string    `json:"digest,omitempty"` // of what was handled, "sha256:" and hex
	Prev    string    `json:"prev"`             // Hash of the entry before; zeros for the first
	Hash    string    `json:"-"`                // stands last in the line
}

// TrailHead is the last entry of a trail. Whoever keeps it can tell later whether the trail was cut behind it or changed
// before it.
type TrailHead struct {
	Seq  uint64 `json:"seq"`
	Hash string `json:"hash"`
}

const (
	trailDomain = "oobscope.trail/v1\n"
	trailTail   = `,"hash":"` // then 64 hex digits, `"}`
	trailKey    = "trail"     // in settingBucket: the head, so that a cut of the file is seen
	maxTrail    = 4096        // bytes of a line
	maxTail     = 64 << 10    // bytes at the end of the file that Record looks at
)

// noHash stands before the first entry.
var noHash = strings.Repeat("0", 64)

// line writes an entry with its hash: SHA-256 over the domain and the line up to the hash.
func (e *TrailEntry) line() ([]byte, error) {
	body, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	body = body[:len(body)-1]
	e.Hash = trailHash(body)
	return append(append(body, trailTail...), e.Hash+"\"}\n"...), nil
}

func trailHash(body []byte) string {
	h := sha256.New()
	h.Write([]byte(trailDomain))
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

// readTrailLine reads a line, without its end, and checks that its hash is that of its bytes.
func readTrailLine(line []byte) (e TrailEntry, err error) {
	const tail = len(trailTail) + 64 + len(`"}`)
	if len(line) > maxTrail {
		return e, fmt.Errorf("it has %d bytes, at most %d are possible", len(line), maxTrail)
	}
	if len(line) < tail || string(line[len(line)-tail:len(line)-tail+len(trailTail)]) != trailTail || !bytes.HasSuffix(line, []byte(`"}`)) {
		return e, errors.New("it is no entry")
	}
	body, hash := line[:len(line)-tail], string(line[len(line)-66:len(line)-2])
	dec := json.NewDecoder(bytes.NewReader(append(bytes.Clone(body), '}')))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&e); err != nil {
		return e, fmt.Errorf("it is no entry: %w", err)
	}
	if trailHash(body) != hash {
		return e, errors.New("its hash is not that of its content: it was changed")
	}
	e.Hash = hash
	cleanAll(&e.Login, &e.Sudo, &e.Host, &e.From, &e.Action, &e.Subject, &e.Detail, &e.Digest, &e.Prev)
	return e, nil
}

// Record adds an entry to the trail and returns it. The line is on disk when it returns. An entry that was cut off
// before, by a crash or a full disk, stays and is accounted for by an entry of its own.
func (s *Store) Record(e TrailEntry) (TrailEntry, error) {
	cleanAll(&e.Login, &e.Sudo, &e.Host, &e.From, &e.Action, &e.Subject, &e.Detail, &e.Digest)
	e.Time = e.Time.UTC().Round(0)
	path := filepath.Join(s.dir, trailName)
	f, err := openLocked(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, lockWait)
	if err != nil {
		return e, err
	}
	defer f.Close()
	head, rest, err := trailEnd(f)
	if err != nil {
		return e, explain("read", path, err)
	}
	if kept, err := s.keptHead(); err != nil {
		return e, err
	} else if kept.Seq > head.Seq || kept.Seq == head.Seq && kept.Seq > 0 {
		head = kept // if the file was cut or replaced, go on from what is known, so that it stays visible
	}
	var lines []byte
	if len(rest) > 0 {
		torn := e
		torn.Action, torn.Subject, torn.Detail = trailTorn, trailName, fmt.Sprintf("%d bytes that are no whole entry", len(rest))
		sum := sha256.Sum256(rest)
		torn.Digest = "sha256:" + hex.EncodeToString(sum[:])
		if !bytes.HasSuffix(rest, []byte("\n")) {
			lines = append(lines, '\n')
		}
		if lines, head, err = appendEntry(lines, &torn, head); err != nil {
			return e, err
		}
	}
	if lines, head, err = appendEntry(lines, &e, head); err != nil {
		return e, err
	}
	if _, err := f.Write(lines); err != nil {
		return e, explain("write", path, err)
	}
	err = f.Sync()
	if err == nil && head.Seq == 1 {
		err = syncFolder(s.dir)
	}
	if err != nil {
		return e, explain("write", path, err)
	}
	return e, s.keepHead(head)
}

func appendEntry(lines []byte, e *TrailEntry, head TrailHead) ([]byte, TrailHead, error) {
	e.Seq, e.Prev = head.Seq+1, head.Hash
	line, err := e.line()
	if err == nil && len(line) > maxTrail {
		err = refused("trail: an entry of %d bytes, at most %d are possible", len(line), maxTrail)
	}
	return append(lines, line...), TrailHead{e.Seq, e.Hash}, err
}

// trailEnd finds the last whole entry of the file and what stands behind it.
func trailEnd(f *os.File) (TrailHead, []byte, error) {
	info, err := f.Stat()
	if err != nil {
		return TrailHead{}, nil, err
	}
	from := max(info.Size()-maxTail, 0)
	b := make([]byte, info.Size()-from)
	if _, err := io.ReadFull(io.NewSectionReader(f, from, int64(len(b))), b); err != nil {
		return TrailHead{}, nil, err
	}
	for end := len(b); end > 0; {
		if b[end-1] != '\n' {
			end = bytes.LastIndexByte(b[:end], '\n') + 1
			continue
		}
		begin := bytes.LastIndexByte(b[:end-1], '\n') + 1
		if e, err := readTrailLine(b[begin : end-1]); err == nil {
			return TrailHead{e.Seq, e.Hash}, b[end:], nil
		}
		end = begin
	}
	return TrailHead{Hash: noHash}, b, nil
}

// keptHead is the head that the index remembers.
func (s *Store) keptHead() (head TrailHead, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		if b := tx.Bucket([]byte(settingBucket)).Get([]byte(trailKey)); b != nil {
			if err := json.Unmarshal(b, &head); err != nil {
				return damaged(s.indexPath(), "the head of the trail: %v", err)
			}
		}
		return nil
	})
	return head, err
}

func (s *Store) keepHead(head TrailHead) error {
	return s.update(func(tx *bbolt.Tx) error {
		return putJSON(tx, settingBucket, trailKey, head)
	})
}

// Trail hands out the entries in their order, without asking whether they hang together, and stops when fn returns
// false. What is no entry comes with an error in its place.
func (s *Store) Trail(fn func(line int, e TrailEntry, err error) bool) error {
	path := filepath.Join(s.dir, trailName)
	f, err := openLocked(path, os.O_RDONLY, lockWait)
	switch {
	case errors.Is(err, ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	defer f.Close()
	return explain("read", path, eachTrailLine(f, func(n int, line []byte, whole bool) bool {
		if !whole {
			return fn(n, TrailEntry{}, errTorn(line))
		}
		e, err := readTrailLine(line)
		return fn(n, e, err)
	}))
}

func errTorn(line []byte) error {
	return fmt.Errorf("it is torn: %d bytes without an end; the program was stopped while it wrote them", len(line))
}
