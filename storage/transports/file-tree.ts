/** Files under names, to be read: a directory, or an archive. */
export interface FileTree extends AsyncDisposable {
  /** as the user named it, for messages */
  readonly name: string
  /** the names of all files; of a directory only those at its top */
  list(): readonly string[]
  /** `undefined` where there is no such file */
  sizeOf(file: string): number | undefined
  /**
   * `undefined` where there is no such file.
   * @throws {TspodError} E_BAD_ARCHIVE: larger than `maxBytes`
   */
  read(file: string, maxBytes: number): Buffer | undefined
  /** From `offset` to the end, of a file that is there. */
  open(file: string, offset: number): AsyncIterable<Uint8Array>
  /** Moves the file to `path`, where it is our own to move, and has this SHA-256; false where not. */
  take?(file: string, path: string, sha256: string): boolean
}

/** Files under names, to be written, each once: a directory, or an archive. */
export interface FileTreeWriter extends AsyncDisposable {
  readonly name: string
  /** Whether the file is there, and of this size. */
  has(file: string, sizeBytes: number): boolean
  write(file: string, bytes: Uint8Array): Promise<void>
  /** @throws {TspodError} E_BLOB_SIZE: other than `sizeBytes` bytes came */
  writeStream(file: string, sizeBytes: number, stream: AsyncIterable<Uint8Array>): Promise<void>
  /** Makes what was written visible. What was not committed is gone when the writer is disposed of. */
  commit(): Promise<void>
}
