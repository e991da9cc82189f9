/** Whether a name, as a document of an archive has it, is one of a file in the archive. */
export function isInside(file: string): boolean {
  return file !== '' && !file.startsWith('/') && !file.includes('\0') && !file.split('/').includes('..')
}
