package store

import "syscall"

func mountMemory(dir, bytes string) error {
	return syscall.Mount("oobscope", dir, "tmpfs", 0, "size="+bytes)
}

func unmount(dir string) error { return syscall.Unmount(dir, syscall.MNT_DETACH) }
