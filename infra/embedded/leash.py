"""Run a command that cannot outlive its supervisor: `python -I -S leash.py PARENT SIGNAL FOLDER COMMAND...`

The kernel sends SIGNAL to the command when PARENT dies, even by kill -9. The command keeps this process's id.
With a FOLDER (else ""), the command runs without root, which PostgreSQL insists on, and owns that folder.
This is a script of its own, rather than a `preexec_fn`, because code between fork and exec in a process with
threads may deadlock. It uses the standard library alone, to start in a few milliseconds.
"""

import ctypes
import os
import signal
import struct
import sys

NOBODY = 65534
PR_SET_PDEATHSIG, PR_SET_SECUREBITS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 28, 47, 2
SECBIT_NO_SETUID_FIXUP = 4  # a change of user leaves capabilities alone, and access() heeds them
CAP_DAC_OVERRIDE, CAPABILITY_VERSION_3 = 1, 0x20080522
CLONE_NEWUSER = 0x10000000


def prctl(*arguments: int) -> None:
    ctypes.CDLL(None).prctl(*(ctypes.c_ulong(argument) for argument in (*arguments, 0, 0, 0, 0)[:5]))


def give_up_root(folder: str) -> None:
    """Become nobody; where there is no such user (a container that maps root alone), root by another name."""
    try:
        os.setgroups([])
        os.setgid(NOBODY)
    except OSError:
        own(folder, 0)
        rename_root()
    else:
        own(folder, NOBODY)
        become_nobody()


def become_nobody() -> None:
    """Change the user, but go on passing closed folders: venv and data may lie below /root with mode 0700."""
    prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)
    os.setuid(NOBODY)
    bit = 1 << CAP_DAC_OVERRIDE
    header = struct.pack("Ii", CAPABILITY_VERSION_3, 0)
    ctypes.CDLL(None).capset(header, struct.pack("6I", bit, bit, bit, 0, 0, 0))
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE)


def rename_root() -> None:
    """Enter a user namespace in which root is called nobody: files stay root's, and PostgreSQL is content."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWUSER) != 0:
        sys.exit(
            "PostgreSQL refuses to run as root, and neither the user nobody nor a user namespace is to be "
            "had here: run ./dse as an ordinary user."
        )
    for name, line in (("setgroups", "deny"), ("uid_map", f"{NOBODY} 0 1"), ("gid_map", f"{NOBODY} 0 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(line)


def own(folder: str, user: int) -> None:
    if os.stat(folder).st_uid == user:
        return
    for path, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.lchown(os.path.join(path, name), user, user)
    os.chown(folder, user, user)  # last: it says that the rest is done


def main() -> None:
    parent, death_signal, folder, *command = sys.argv[1:]
    os.umask(0o077)
    if folder and os.geteuid() == 0:
        give_up_root(folder)
    if sys.platform == "linux":
        prctl(PR_SET_PDEATHSIG, int(death_signal))  # after the change of user, which clears it
    if os.getppid() != int(parent):
        sys.exit("the supervisor is gone")  # it died before the line above took effect
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and what is ignored survives exec
    os.execv(command[0], command)  # noqa: S606 - no shell is meant


if __name__ == "__main__":
    main()
