package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
)

// The layout of a bbolt file, version 2: 16 bytes of page header (id 8, flags 2, count 2, overflow 4), then
// elements of 16 bytes, then keys and values. Numbers are in the byte order of the machine, little endian on
// every platform that we build for.
const (
	metaMagic   = 0xED0CDAED
	metaVersion = 2
	metaSize    = 64 // magic, version, page size, flags, root, sequence, freelist, high water, txid, checksum
	pageHeader  = 16
	element     = 16
	branchPage  = 0x01
	leafPage    = 0x02
	freePage    = 0x10
	bucketEntry = 0x01
	maxDepth    = 64
)

// metaPage is the part of a file that says where everything else is.
type metaPage struct {
	pageSize             int64
	root, freelist, high uint64 // pages; high is the first page that is not in use
	txid                 uint64
}

// readMeta finds the newest valid meta page and checks that the file is as long as it claims.
func readMeta(r io.ReaderAt, size int64) (metaPage, error) {
	var best metaPage
	for ps := int64(1024); ps <= 1<<16 && best.pageSize == 0; ps <<= 1 {
		for i := range int64(2) {
			if m, ok := metaAt(r, i*ps); ok && m.pageSize == ps && (best.pageSize == 0 || m.txid > best.txid) {
				best = m
			}
		}
	}
	switch {
	case best.pageSize == 0:
		return best, errors.New("not a store file, or its first pages are gone")
	case best.high > uint64(size/best.pageSize):
		return best, fmt.Errorf("cut short: %d bytes of %d", size, best.high*uint64(best.pageSize))
	}
	return best, nil
}

func metaAt(r io.ReaderAt, off int64) (metaPage, bool) {
	var b [pageHeader + metaSize]byte
	if _, err := r.ReadAt(b[:], off); err != nil {
		return metaPage{}, false
	}
	m := b[pageHeader:]
	le := binary.LittleEndian
	sum := fnv.New64a()
	_, _ = sum.Write(m[:metaSize-8]) // a hash never fails
	if le.Uint32(m) != metaMagic || le.Uint32(m[4:]) != metaVersion || le.Uint64(m[56:]) != sum.Sum64() {
		return metaPage{}, false
	}
	return metaPage{
		pageSize: int64(le.Uint32(m[8:])), root: le.Uint64(m[16:]), freelist: le.Uint64(m[32:]),
		high: le.Uint64(m[40:]), txid: le.Uint64(m[48:]),
	}, true
}

// verify walks the tree of a file before bbolt maps it. bbolt trusts its pages: an offset that points
// elsewhere makes it read foreign memory, and a loop among pages makes it recurse until the program dies,
// which no recover can catch. Every page is visited at most once and every offset stays inside its page.
func verify(r io.ReaderAt, size int64) error {
	m, err := readMeta(r, size)
	if err != nil {
		return err
	}
	w := walker{r: r, meta: m, seen: make([]uint64, m.high/64+1), buf: make([]byte, m.pageSize)}
	if err := w.tree(m.root, 0, true); err != nil {
		return err
	}
	return w.freelist()
}

type walker struct {
	r    io.ReaderAt
	meta metaPage
	seen []uint64 // a bit for each page in use
	buf  []byte   // one page
}

// claim marks the pages of one node or list as used; a page has one owner.
func (w *walker) claim(id, pages uint64) error {
	if id < 2 || pages > w.meta.high || id > w.meta.high-pages {
		return fmt.Errorf("page %d lies outside the file", id)
	}
	for p := id; p < id+pages; p++ {
		if w.seen[p/64]&(1<<(p%64)) != 0 {
			return fmt.Errorf("page %d is used twice", p)
		}
		w.seen[p/64] |= 1 << (p % 64)
	}
	return nil
}

// page reads the first part of page id into the buffer and returns its flags, its number of elements and
// the bytes of it and its overflow pages.
func (w *walker) page(id uint64) (flags, count uint16, extent uint64, err error) {
	if id < 2 || id >= w.meta.high {
		return 0, 0, 0, fmt.Errorf("page %d lies outside the file", id)
	}
	if _, err := w.r.ReadAt(w.buf, int64(id)*w.meta.pageSize); err != nil {
		return 0, 0, 0, fmt.Errorf("page %d: %w", id, err)
	}
	le := binary.LittleEndian
	if got := le.Uint64(w.buf); got != id {
		return 0, 0, 0, fmt.Errorf("page %d says that it is page %d", id, got)
	}
	pages := uint64(le.Uint32(w.buf[12:])) + 1
	if err := w.claim(id, pages); err != nil {
		return 0, 0, 0, err
	}
	return le.Uint16(w.buf[8:]), le.Uint16(w.buf[10:]), pages * uint64(w.meta.pageSize), nil
}

// tree checks the page id and all below it. Only the root tree may hold buckets.
func (w *walker) tree(id uint64, depth int, root bool) error {
	if depth > maxDepth {
		return fmt.Errorf("page %d lies too deep", id)
	}
	flags, count, extent, err := w.page(id)
	if err != nil {
		return err
	}
	if flags != leafPage && flags != branchPage || flags == branchPage && count == 0 {
		return fmt.Errorf("page %d is no node of a tree", id)
	}
	heads, err := w.heads(id, count, extent)
	if err != nil {
		return err
	}
	if root || flags == branchPage {
		heads = bytes.Clone(heads) // more pages are read before it is done
	}
	if flags == branchPage {
		return w.branch(heads, id, depth, extent, root)
	}
	return w.leaf(heads, id, extent, root)
}

// heads returns the element headers of the page in the buffer, which the next page overwrites. Many small
// elements may reach into an overflow page.
func (w *walker) heads(id uint64, count uint16, extent uint64) ([]byte, error) {
	n := uint64(count) * element
	if pageHeader+n > extent {
		return nil, fmt.Errorf("page %d has more elements than room", id)
	}
	if pageHeader+n <= uint64(len(w.buf)) {
		return w.buf[pageHeader : pageHeader+n], nil
	}
	heads := make([]byte, n)
	if _, err := w.r.ReadAt(heads, int64(id)*w.meta.pageSize+pageHeader); err != nil {
		return nil, fmt.Errorf("page %d: %w", id, err)
	}
	return heads, nil
}

func (w *walker) branch(heads []byte, id uint64, depth int, extent uint64, root bool) error {
	le := binary.LittleEndian
	for i := 0; i < len(heads); i += element {
		e := heads[i:]
		if uint64(pageHeader+i)+uint64(le.Uint32(e))+uint64(le.Uint32(e[4:])) > extent {
			return fmt.Errorf("page %d: a key lies outside", id)
		}
		if err := w.tree(le.Uint64(e[8:]), depth+1, root); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) leaf(heads []byte, id, extent uint64, root bool) error {
	le := binary.LittleEndian
	for i := 0; i < len(heads); i += element {
		e := heads[i:]
		key := uint64(pageHeader+i) + uint64(le.Uint32(e[4:]))
		value := key + uint64(le.Uint32(e[8:]))
		size := uint64(le.Uint32(e[12:]))
		if value+size > extent {
			return fmt.Errorf("page %d: a value lies outside", id)
		}
		switch flags := le.Uint32(e); {
		case flags == 0:
		case flags != bucketEntry || !root:
			return fmt.Errorf("page %d holds an entry that we never write", id)
		default:
			if err := w.bucket(int64(id)*w.meta.pageSize+int64(value), size); err != nil {
				return err
			}
		}
	}
	return nil
}

// bucket checks a bucket entry: 8 bytes of root page, 8 of sequence, and, if the root is 0, a small leaf
// page in place.
func (w *walker) bucket(off int64, size uint64) error {
	if size < 16 || size > uint64(w.meta.pageSize) {
		return errors.New("a bucket entry of the wrong size")
	}
	b := make([]byte, size)
	if _, err := w.r.ReadAt(b, off); err != nil {
		return fmt.Errorf("a bucket entry: %w", err)
	}
	le := binary.LittleEndian
	if root := le.Uint64(b); root != 0 {
		return w.tree(root, 1, false)
	}
	page := b[16:]
	if len(page) < pageHeader || le.Uint16(page[8:]) != leafPage {
		return errors.New("a small bucket without its page")
	}
	n := int(le.Uint16(page[10:])) * element
	if pageHeader+n > len(page) {
		return errors.New("a small bucket has more elements than room")
	}
	return w.leaf(page[pageHeader:pageHeader+n], 0, uint64(len(page)), false)
}

// freelist checks the list of free pages: a page that is both free and in use would be written over.
func (w *walker) freelist() error {
	id := w.meta.freelist
	flags, count, extent, err := w.page(id)
	if err != nil {
		return fmt.Errorf("list of free pages: %w", err)
	}
	if flags != freePage {
		return errors.New("the list of free pages is missing")
	}
	list := make([]byte, extent-pageHeader)
	if _, err := w.r.ReadAt(list, int64(id)*w.meta.pageSize+pageHeader); err != nil {
		return fmt.Errorf("list of free pages: %w", err)
	}
	n := uint64(count)
	if count == 0xFFFF { // too many for two bytes: the first entry is the number
		n = binary.LittleEndian.Uint64(list)
		list = list[8:]
	}
	if n > uint64(len(list)/8) {
		return errors.New("the list of free pages is longer than its pages")
	}
	for ; n > 0; n-- {
		if err := w.claim(binary.LittleEndian.Uint64(list), 1); err != nil {
			return fmt.Errorf("list of free pages: %w", err)
		}
		list = list[8:]
	}
	return nil
}
