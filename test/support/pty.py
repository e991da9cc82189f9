"""A terminal for a test: pty.py ROWS COLUMNS PROGRAM [ARG...]

As under a shell, the program is the foreground job of a session whose leader outlives it, so
that the terminal stays when the program has gone. Lines on stdin: "type HEX", "size ROWS
COLUMNS", "mode", "settings", "kill SIGNAL". Lines on stdout: "pid NUMBER", "out HEX", "exit STATUS",
"mode raw|cooked", "settings LIST". The end of stdin hangs up.
"""

import fcntl
import os
import select
import signal
import struct
import sys
import termios


def set_size(terminal, rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def say(line):
    os.write(1, (line + "\n").encode())


def lead(rows, columns, argv, words):
    """The session's leader: starts the job, tells its end and waits to be killed."""
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    set_size(0, rows, columns)
    job = os.fork()
    if job == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpgrp())
        for number in (signal.SIGTTOU, signal.SIGINT, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        os.execvp(argv[0], argv)
    os.write(words, f"pid {job}\n".encode())
    _, status = os.waitpid(job, 0)
    os.write(words, f"exit {os.waitstatus_to_exitcode(status) % 256}\n".encode())
    while True:
        signal.pause()


def obey(line, terminal, job):
    word, *args = line.split()
    if word == "type":
        os.write(terminal, bytes.fromhex(args[0]))
    elif word == "size":
        set_size(terminal, int(args[0]), int(args[1]))
    elif word == "kill":
        os.kill(job, signal.Signals[args[0]])
    elif word == "mode":
        local = termios.tcgetattr(terminal)[3]
        is_cooked = local & termios.ICANON and local & termios.ECHO and local & termios.ISIG
        say("mode cooked" if is_cooked else "mode raw")
    elif word == "settings":
        say("settings " + "".join(repr(termios.tcgetattr(terminal)).split()))


def main():
    words_in, words_out = os.pipe()
    leader, terminal = os.forkpty()
    if leader == 0:
        lead(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:], words_out)
    os.close(words_out)
    pending, heard, job = b"", b"", 0
    while True:
        ready, _, _ = select.select([0, terminal, words_in], [], [])
        if terminal in ready:
            say("out " + os.read(terminal, 65536).hex())
        if words_in in ready:
            heard += os.read(words_in, 4096)
            *lines, heard = heard.split(b"\n")
            for line in lines:
                if line.startswith(b"pid "):
                    job = int(line[4:])
                # what the job wrote before its end comes first
                while select.select([terminal], [], [], 0)[0]:
                    say("out " + os.read(terminal, 65536).hex())
                say(line.decode())
        if 0 in ready:
            data = os.read(0, 65536)
            if not data:
                os.kill(leader, signal.SIGKILL)
                return
            pending += data
            *lines, pending = pending.split(b"\n")
            for line in lines:
                obey(line.decode(), terminal, job)


main()
