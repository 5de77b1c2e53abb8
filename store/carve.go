package store

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"time"

	"oobscope/audit"
	"oobscope/probes"
)

// carving is what can still be found in a run file, whatever happened to the tree that held it: every page is looked at
// by itself, and every frame proves by its checksum that it is whole.
type carving struct {
	file   *os.File
	chunks map[uint64][]extent // of the log, by offset; the longest first
	ends   []uint64            // the offsets in order
	shapes map[uint32][]byte
	meta   *audit.Run
	newest map[frameKind]uint32 // number of the fact that was taken
	inputs []byte
	gates  probes.Gates
	last   logEnd // where the log should end; zero if that is not known
}

// extent is a part of a file.
type extent struct {
	at   int64
	size int
}

// carve looks at every page of a file. The caller closes the file of what it found.
func (s *Store) carve(path string) (*carving, error) {
	f, err := openLocked(path, os.O_RDONLY, lockWait)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(explain("read", path, err), f.Close())
	}
	c := &carving{file: f, chunks: map[uint64][]extent{}, shapes: map[uint32][]byte{}, newest: map[frameKind]uint32{}}
	size := pageSizeOf(f, info.Size())
	for at := int64(0); at+pageHeader <= info.Size(); at += size {
		c.page(at, size, info.Size())
	}
	for offset, list := range c.chunks {
		slices.SortFunc(list, func(a, b extent) int { return cmp.Or(cmp.Compare(b.size, a.size), cmp.Compare(b.at, a.at)) })
		c.chunks[offset] = list[:min(len(list), 4)]
	}
	c.ends = slices.Sorted(maps.Keys(c.chunks))
	if len(c.ends) == 0 && c.inputs == nil {
		return nil, errors.Join(refused("%s: nothing of a run is in it", path), f.Close())
	}
	return c, nil
}

// pageSizeOf is the page size that a file says it has, or the one by which most of its pages know their number.
func pageSizeOf(r io.ReaderAt, size int64) int64 {
	best, most := int64(4096), -1
	for ps := int64(1024); ps <= 1<<16; ps <<= 1 {
		for i := range int64(2) {
			if m, ok := metaAt(r, i*ps); ok && m.pageSize == ps {
				return ps
			}
		}
		known := 0
		var head [8]byte
		for at := 2 * ps; at < size && known < 1000; at += ps {
			if _, err := r.ReadAt(head[:], at); err == nil && binary.LittleEndian.Uint64(head[:]) == uint64(at/ps) {
				known++
			}
		}
		if known > most {
			best, most = ps, known
		}
	}
	return best
}

// page takes what a leaf page has in it; any other page, and one that makes no sense, has nothing.
func (c *carving) page(at, pageSize, size int64) {
	var head [pageHeader]byte
	le := binary.LittleEndian
	if _, err := c.file.ReadAt(head[:], at); err != nil || le.Uint64(head[:]) != uint64(at/pageSize) || le.Uint16(head[8:]) != leafPage {
		return
	}
	b := make([]byte, min((int64(le.Uint32(head[12:]))+1)*pageSize, size-at, maxInputs+1<<20))
	n, err := c.file.ReadAt(b, at)
	if err != nil && !errors.Is(err, io.EOF) {
		return // a part of the disk that cannot be read
	}
	c.leaf(b[:n], at, true)
}

// leaf takes the elements of a leaf page that begins at an offset of the file. A small bucket is a page in an element.
func (c *carving) leaf(b []byte, at int64, buckets bool) {
	le := binary.LittleEndian
	count := int(le.Uint16(b[10:]))
	for i := pageHeader; count > 0 && i+element <= len(b); i, count = i+element, count-1 {
		key := int64(i) + int64(le.Uint32(b[i+4:]))
		value := key + int64(le.Uint32(b[i+8:]))
		end := value + int64(le.Uint32(b[i+12:]))
		if end > int64(len(b)) {
			continue
		}
		k, v := b[key:value], b[value:end]
		switch {
		case le.Uint32(b[i:]) == bucketEntry && buckets && len(v) > 16+pageHeader && le.Uint64(v) == 0:
			c.leaf(v[16:], at+value+16, false)
		case le.Uint32(b[i:]) == 0:
			c.take(k, v, at+value)
		}
	}
}

// take keeps one entry of a bucket, if it is of a run.
func (c *carving) take(k, v []byte, at int64) {
	switch {
	case len(k) == 8 && len(v) > 0 && len(v) <= chunkBytes && binary.BigEndian.Uint64(k)%chunkBytes == 0 && binary.BigEndian.Uint64(k) < 1<<48:
		offset := binary.BigEndian.Uint64(k)
		c.chunks[offset] = append(c.chunks[offset], extent{at, len(v)})
	case len(k) == 4 && bytes.HasPrefix(v, []byte(frameMagic)):
		if f, err := onlyFrame(v, shapeFrame); err == nil && f.number < maxShapes {
			c.shapes[f.number] = bytes.Clone(f.first)
			return
		}
		fallthrough // "meta" has four letters
	default:
		c.fact(string(k), v)
	}
}

// fact keeps a fact if none that is newer was found. Pages that were given up keep their old content for a while.
func (c *carving) fact(key string, v []byte) {
	kind, ok := map[string]frameKind{metaKey: metaFrame, inputsKey: inputsFrame, gatesKey: gatesFrame, endKey: endFrame}[key]
	if !ok {
		return
	}
	f, err := onlyFrame(v, kind)
	if newest, known := c.newest[kind]; err != nil || known && f.number < newest {
		return
	}
	switch kind {
	case metaFrame:
		run, err := decodeRun(f.first)
		if err != nil {
			return
		}
		c.meta = &run
	case inputsFrame:
		c.inputs = bytes.Clone(f.first)
	case gatesFrame:
		var g probes.Gates
		if json.Unmarshal(f.first, &g) != nil {
			return
		}
		cleanGates(&g)
		c.gates = g
	case endFrame:
		last, err := readEnd(f.first)
		if err != nil {
			return
		}
		c.last = last
	}
	c.newest[kind] = f.number
}

// list is the shapes that were found.
func (c *carving) list() (list shapeList) {
	for n, text := range c.shapes {
		list = append(list, make(shapeList, max(0, int(n)+1-len(list)))...)
		list[n], _ = decodeShape(text) // nil is what is lost
	}
	return list
}

// tally is how much of a run was found.
type tally struct {
	records, lost int64
	gaps          int  // places where something is missing
	tail          bool // nobody knows how much is missing behind the last that was found
}

// behind counts what is missing behind the last record that was found, if it is known where the log should end; 0
// stands for not known.
func (t *tally) behind(found, end uint32) {
	if end == 0 {
		return
	}
	t.tail = false
	if end > found {
		t.lost += int64(end - found)
		t.gaps++
	}
}

func (t tally) lostWords() string {
	const tail = "what stood behind the last that can be read"
	switch {
	case t.lost == 0 && t.tail:
		return tail
	case t.tail:
		return fmt.Sprintf("%d observations and %s", t.lost, tail)
	case t.lost > 0:
		return fmt.Sprintf("%d observations", t.lost)
	case t.gaps > 0:
		return "no observation, but notes about hosts"
	}
	return "no observation"
}

// count counts what can be read.
func (c *carving) count() tally {
	return c.frames(func(f frame) error {
		if f.kind != recordFrame {
			return nil
		}
		return eachRecord(f, time.Time{}, func(uint32, *probes.Observation) error { return nil })
	})
}
