import type { ImageConfig } from '../../storage/images/image.ts'
import type { RunRequest } from '../request.ts'
import { badValue } from './bad-value.ts'
import type { ReadText } from './read-option-file.ts'

type Label = readonly [name: string, value: string]

/**
 * `name=value`, or `name` with an empty value.
 *
 * @throws {TspodError} E_BAD_LABEL
 */
export function parseLabel(text: string, subject = 'label'): Label {
  const equals = text.indexOf('=')
  const name = equals < 0 ? text : text.slice(0, equals)
  if (name === '') throw badValue('E_BAD_LABEL', subject, text, 'it has no name', 'write name=value')
  return [name, equals < 0 ? '' : text.slice(equals + 1)]
}

/** `name=value`. @throws {TspodError} E_BAD_LABEL @see podman-run(1), "--annotation" */
export function parseAnnotation(text: string): Label {
  if (text.includes('=')) return parseLabel(text, 'annotation')
  throw badValue('E_BAD_LABEL', 'annotation', text, 'it has no value', 'write name=value')
}

/** A label a line; empty lines and those that begin with `#` say nothing. */
export function parseLabelFile(text: string): Label[] {
  const lines = text.split(/\r?\n/).map((line) => line.trimStart())
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => parseLabel(line))
}

/**
 * The labels of a container: the image's, the files', the options', each over those before.
 *
 * @throws {TspodError} E_BAD_LABEL, E_OPTION_FILE
 * @see podman-run(1), "--label", "--label-file"
 */
export function containerLabels(
  request: Pick<RunRequest, 'labels' | 'labelFiles'>,
  image: Pick<ImageConfig, 'labels'>,
  readText: ReadText,
): Readonly<Record<string, string>> {
  return Object.fromEntries([
    ...Object.entries(image.labels),
    ...(request.labelFiles ?? []).flatMap((path) => parseLabelFile(readText(path))),
    ...(request.labels ?? []).map((text) => parseLabel(text)),
  ])
}
