package store

// Folder is where the store lies. Small files that belong to a store but are none of its records, such as what the
// console remembers, may stand in it beside the index; the store leaves them alone.
func (s *Store) Folder() string { return s.dir }
