import { ciRecipe, RECIPE_NAMES } from '../../engine/ci/recipe.ts'
import { defineStandaloneCommand } from '../command.ts'

export default defineStandaloneCommand({
  usage: 'ci [options] github|gitlab|make',
  description:
    'Print a file that has a CI service, or make, test, build and push with tspod; to be changed to your needs.',
  positionals: { service: { required: true, words: RECIPE_NAMES, describe: 'github, gitlab or make' } },
  options: {},
  examples: [
    ['tspod ci github > .github/workflows/containers.yml', 'for GitHub Actions'],
    ['tspod ci gitlab > .gitlab-ci.yml', 'for GitLab CI'],
  ],
  runAlone: (args) => ({ lines: [ciRecipe(args.service).trimEnd()] }),
})
