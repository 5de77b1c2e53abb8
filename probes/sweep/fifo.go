package sweep

// due is when a connect is looked at.
type due struct {
	fd    int32
	at    uint32
	again uint32
}

// fifo is a list of them in the order of time, which needs no timer.
type fifo struct {
	list []due
	head int
}

func (f *fifo) add(d due) { f.list = append(f.list, d) }

// next takes the first one whose time has come.
func (f *fifo) next(now uint32) (d due, ok bool) {
	if f.head == len(f.list) {
		f.list, f.head = f.list[:0], 0
		return d, false
	}
	if d = f.list[f.head]; d.at > now {
		return d, false
	}
	if f.head++; f.head > 4096 && f.head > len(f.list)/2 {
		f.list = append(f.list[:0], f.list[f.head:]...)
		f.head = 0
	}
	return d, true
}
