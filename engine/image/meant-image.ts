import { TspodError } from '../../base/errors.ts'
import { orMeant } from '../../base/nearest.ts'
import { typedNames } from '../../storage/images/images.ts'
import type { Engine } from '../engine.ts'

/** How a pull fails of a name that was misspelt: a registry may not say whether it has one, or there is none to ask. */
const MAY_BE_MISSPELT: readonly string[] = [
  'E_IMAGE_NOT_FOUND',
  'E_REGISTRY_AUTH',
  'E_REGISTRY_UNREACHABLE',
  'E_SHORT_NAME',
]

/**
 * The same error with a hint at the image that was meant, where the name is near that of one that is here.
 *
 * @param builtIn names that would have done, too
 */
export function withMeantImage(
  { storage }: Pick<Engine, 'storage'>,
  name: string,
  { error, builtIn = [] }: { readonly error: unknown; readonly builtIn?: readonly string[] },
): unknown {
  if (!(error instanceof TspodError) || !MAY_BE_MISSPELT.includes(error.code)) return error
  return hinting(error, name, [...builtIn, ...typedNames(storage.images.list().flatMap((image) => image.names))])
}

/** Pure. The same error where the name is none of a misspelt one: it is near to nothing, or it is here. */
export function hinting(error: TspodError, name: string, names: readonly string[]): TspodError {
  if (names.includes(name)) return error
  const { code, message, exitCode } = error
  const otherwise = error.hint ?? (code === 'E_REGISTRY_UNREACHABLE' ? 'check the network' : 'check the spelling')
  const hint = orMeant(name, names, otherwise)
  return hint === otherwise ? error : new TspodError(code, message, { exitCode, hint, cause: error })
}
