import { imageTree } from '../../engine/image/tree.ts'
import { formatSize } from '../../ui/text/sizes.ts'
import { shortId } from '../../ui/text/truncate.ts'
import { defineCommand } from '../command.ts'
import { styleOf } from '../style/style.ts'

const DIGITS = 4
const SIZE_WIDTH = 7

export default defineCommand({
  usage: 'image tree [options] IMAGE',
  positionals: { image: { required: true, describe: 'name or id' } },
  options: { whatrequires: { type: 'boolean', describe: 'the layers that other images have on it' } },
  run: (engine, args, { config }) => {
    const style = styleOf(config)
    const tree = imageTree(engine, args.image, { whatRequires: args.whatrequires })
    const names = (list: readonly string[]): string => `[${list.map(style.imageName).join(' ')}]`
    const layers = tree.layers.map(({ chainId, sizeBytes, topOf }, index) => {
      const branch = index === tree.layers.length - 1 ? '└──' : '├──'
      const top = topOf.length > 0 ? ` Top Layer of: ${names(topOf)}` : ''
      return `${branch} ID: ${shortId(chainId)} Size: ${formatSize(sizeBytes, DIGITS).padStart(SIZE_WIDTH)}${top}`
    })
    return {
      lines: [
        `Image ID: ${shortId(tree.id)}`,
        `Tags:     ${names(tree.names)}`,
        `Size:     ${formatSize(tree.sizeBytes, DIGITS)}`,
        layers.length > 0 ? 'Image Layers' : 'No Image Layers',
        ...layers,
      ],
    }
  },
})
