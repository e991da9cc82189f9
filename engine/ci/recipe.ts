import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TspodError } from '../../base/errors.ts'

/** The files of docs/ci, by what runs them. */
const RECIPES = { github: 'github-actions.yml', gitlab: 'gitlab-ci.yml', make: 'Makefile' } as const

export const RECIPE_NAMES: readonly string[] = Object.keys(RECIPES)

/**
 * The text of a recipe for a CI service: a file of docs/ci, which the package has beside the bundle.
 *
 * @throws {TspodError} E_NO_RECIPE: there is none of this name
 */
export function ciRecipe(name: string): string {
  const file = Object.entries(RECIPES).find(([known]) => known === name)?.[1]
  if (file === undefined) {
    throw new TspodError('E_NO_RECIPE', `there is no recipe for ${JSON.stringify(name)}`, {
      hint: `use one of ${RECIPE_NAMES.join(', ')}`,
    })
  }
  return readFileSync(join(import.meta.dirname, '../docs/ci', file), 'utf8')
}
