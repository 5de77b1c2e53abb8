package views

// Sorter is a screen whose list can be put in the order of any of its columns.
type Sorter interface {
	// Sorted is the list in sight: its columns, and SortBy. The screen must be pressed any key afterwards, so that it
	// looks again.
	Sorted() *Grid
}

// Sorted implements Sorter.
func (r *Rules) Sorted() *Grid { return &r.list.Grid }

// Sorted implements Sorter.
func (v *Attack) Sorted() *Grid { return &v.list.Grid }

// Sorted implements Sorter.
func (v *Runs) Sorted() *Grid { return &v.list.Grid }

// Sorted implements Sorter.
func (v *Kits) Sorted() *Grid { return &v.list.Grid }

// Sorted implements Sorter.
func (v *Host) Sorted() *Grid { return &v.list.Grid }

// Sorted implements Sorter.
func (d *Diff) Sorted() *Grid { return &d.grid }
