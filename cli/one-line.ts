/** Text from outside (a registry's answer, a file name) must not forge lines or move the cursor. */
export function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, '; ').replace(/\p{Cc}/gu, '\ufffd')
}
