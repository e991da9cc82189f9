export type TarType = 'file' | 'directory' | 'hardlink' | 'symlink' | 'fifo' | 'character' | 'block'

/**
 * One entry of a tar. Names are bytes, not text: they are held as Latin-1 strings, one character
 * a byte, which compare and split as fast as any string.
 */
export interface TarEntry {
  readonly type: TarType
  /** as in the archive: `./usr/bin/`, `/etc`, `../x` … */
  readonly name: string
  /** of a hard or symbolic link, else '' */
  readonly linkName: string
  /** permission bits, set-uid and the like included */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** of the data that follows: 0 for all but files */
  readonly sizeBytes: number
  /** may have a fraction, may be negative */
  readonly mtimeS: number
  /** names as Latin-1 */
  readonly xattrs: ReadonlyMap<string, Buffer>
}

/** Who takes what a tar has in it. `data` comes between its entry and `end`, never empty. */
export interface TarHandler {
  entry(entry: TarEntry): void
  data(chunk: Buffer): void
  end(): void
}

/** Of all files of a tar together: far above what any image has. A file without data can pretend to be larger. */
export const MAX_DATA_BYTES = 2 ** 41

export const NO_XATTRS: ReadonlyMap<string, Buffer> = new Map()
