/**
 * What an error code means, what to do about it and, where it is not always 125, the exit status that comes with it.
 * One sentence each, in the words of the reference.
 */
export type CodeTable = Readonly<
  Record<`E_${string}`, readonly [meaning: string, advice: string] | readonly [string, string, exitStatus: string]>
>
