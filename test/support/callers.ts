import { join } from 'node:path'
import { runChild, startChild } from '../../base/child.ts'
import { CHECKOUT, resultOf, type Tspod } from './tspod.ts'

/** Builds the program that says who calls; static, so that it runs in every image. */
export function buildWhoami(directory: string): string {
  const program = join(directory, 'whoami')
  const compiler = runChild('musl-gcc', ['--version']) ? 'musl-gcc' : 'cc'
  const built = runChild(compiler, ['-std=gnu11', '-static', '-o', program, join(CHECKOUT, 'test/support/whoami.c')])
  if (built?.exitCode !== 0) throw new Error(`whoami could not be built: ${built?.stderr}`)
  return program
}

/** Starts a container that says on ports FIRST to LAST who calls, and waits until it does. */
export async function startWhoami(
  tspod: Tspod,
  {
    program,
    options,
    first = 80,
    last = 85,
  }: { program: string; options: readonly string[]; first?: number; last?: number },
): Promise<{ readonly exitCode: number; readonly stderr: string }> {
  const argv = [
    'run',
    '-d',
    '-q',
    ...options,
    '-v',
    `${program}:/whoami`,
    'alpine',
    '/whoami',
    'serve',
    `${first}`,
    `${last}`,
  ]
  const started = await tspod(...argv)
  if (started.exitCode !== 0) return started
  const follow = tspod.spawn(['logs', '-f', started.stdout.trim()])
  await new Promise<void>((resolve) => follow.stdout?.once('data', () => resolve()))
  follow.kill()
  await resultOf(follow)
  return started
}

/** What it answers a caller on this host, or why nothing. @param from the caller's address */
export async function call(
  program: string,
  protocol: 'tcp' | 'udp',
  to: { address: string; port: number; from?: string },
): Promise<string> {
  const argv = ['call', protocol, to.address, `${to.port}`, ...(to.from === undefined ? [] : [to.from])]
  return (await resultOf(startChild(program, argv))).stdout.trim()
}
