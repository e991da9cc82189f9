import type { Digest } from '../content/digest.ts'
import { RegistryFailure } from './errors.ts'
import type { Session } from './session.ts'
import { begunUpload, type Upload } from './upload.ts'

/**
 * Asks the registry to take a blob over from another repository of its own. `true` when it did;
 * else the upload it began instead, where there is one. Never fails: then the blob is sent.
 *
 * @see OCI distribution-spec, "Mounting a blob from another repository"
 */
export async function mountBlob(session: Session, digest: Digest, from: string): Promise<true | Upload | undefined> {
  const query = new URLSearchParams({ mount: digest, from })
  try {
    const response = await session.send({
      method: 'POST',
      path: `blobs/uploads/?${query}`,
      headers: {},
      body: { sizeBytes: 0, open: () => new Uint8Array() },
      scopes: [`repository:${from}:pull`],
    })
    if (response.status === 202) return await begunUpload(response)
    await response.discard()
    return response.status === 201 ? true : undefined
  } catch (error) {
    // A token service may refuse a token for that other repository, with which nothing is wrong here.
    if (error instanceof RegistryFailure) return undefined
    throw error
  }
}
