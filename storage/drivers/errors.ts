import { TspodError } from '../../base/errors.ts'

export function layerMissing(chainId: string): TspodError {
  return new TspodError('E_LAYER_MISSING', `layer ${chainId} of the image is not in storage`, {
    hint: 'remove the image with "tspod rmi" and pull it again',
  })
}

export function tooManyLayers(count: number, most: number): TspodError {
  return new TspodError('E_TOO_MANY_LAYERS', `the image has ${count} layers, and an overlay takes ${most}`, {
    hint: 'use an image with fewer layers, or the driver vfs with --storage-driver',
  })
}
