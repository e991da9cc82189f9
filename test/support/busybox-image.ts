import { readFileSync } from 'node:fs'
import { runChild } from '../../base/child.ts'
import { type BuiltImage, imageOf, type TarEntry, tarOf } from './tar-image.ts'

/** A small real image: Debian's static busybox with all its applets, and the files that an image has. */
export async function busyboxImage(
  options: { config?: Record<string, unknown>; extra?: readonly TarEntry[] } = {},
): Promise<BuiltImage> {
  const applets = runChild('/bin/busybox', ['--list'])?.stdout.trim().split('\n') ?? []
  const directories = ['bin', 'etc', 'home', 'home/alice', 'root', 'tmp', 'usr', 'usr/bin', 'var', 'run', 'opt']
  const entries: TarEntry[] = [
    ...directories.map(
      (name): TarEntry => ({ name: `${name}/`, type: 'directory', mode: name === 'tmp' ? 0o1777 : 0o755 }),
    ),
    { name: 'bin/busybox', mode: 0o755, content: readFileSync('/bin/busybox') },
    ...applets
      .filter((name) => name !== 'busybox')
      .map((name): TarEntry => ({ name: `bin/${name}`, type: 'symlink', linkname: 'busybox' })),
    {
      name: 'etc/passwd',
      mode: 0o644,
      content:
        'root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
    },
    {
      name: 'etc/group',
      mode: 0o644,
      content: 'root:x:0:\nwheel:x:10:alice\nalice:x:1000:\naudio:x:29:alice,bob\nnobody:x:65534:\n',
    },
    { name: 'etc/os-release', mode: 0o644, content: 'ID=test\nNAME="busybox for tests"\n' },
    { name: 'etc/noexec', mode: 0o644, content: '#!/bin/sh\necho never\n' },
    ...(options.extra ?? []),
  ]
  return imageOf([await tarOf(entries)], options.config ? { config: options.config } : {})
}
