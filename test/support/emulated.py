"""emulated.py PROGRAM ARG...: becomes qemu with a sealed copy of PROGRAM, for the launcher becomes one
itself where it is none, by execveat(2), which Debian 12's qemu does not know."""
import fcntl
import os
import sys

F_ADD_SEALS, ALL_SEALS = 1033, 15
program = os.memfd_create("program", os.MFD_ALLOW_SEALING)
with open(sys.argv[1], "rb") as file:
    os.write(program, file.read())
fcntl.fcntl(program, F_ADD_SEALS, ALL_SEALS)
os.execvp("qemu-aarch64-static", ["qemu", f"/proc/self/fd/{program}", *sys.argv[2:]])
