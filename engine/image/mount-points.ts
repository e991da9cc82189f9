/** Where something is mounted, by the text of /proc/PID/mountinfo. Pure. Source: proc_pid_mountinfo(5), field 5. */
export function mountPointsIn(mountinfo: string): string[] {
  return mountinfo.split('\n').flatMap((line) => {
    const path = line.split(' ')[4]
    return path === undefined ? [] : [decodeOctal(path)]
  })
}

/** The kernel writes space, tab, newline and backslash as three octal digits, and bytes as they are. */
function decodeOctal(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}
