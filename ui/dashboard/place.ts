import { bodyHeight, type Model, type Place } from './model.ts'
import { listRows } from './rows.ts'

/** Selects another row, `by` rows down. */
export function movePlace(model: Model, by: number): Model {
  return setPlace(model, model.places[model.tab].index + by)
}

/** The selected row stays selected where it still is, wherever that is; else its neighbour is. */
export function keepPlace(model: Model): Model {
  const { selectedId, index } = model.places[model.tab]
  const found = listRows(model).findIndex(({ id }) => id === selectedId)
  // Who is at the top of the events, or has not chosen yet, stays there.
  const isAtTop = index === 0 && (model.tab === 'events' || selectedId === undefined)
  return setPlace(model, found < 0 || isAtTop ? index : found)
}

function setPlace(model: Model, wanted: number): Model {
  const rows = listRows(model)
  const index = Math.max(0, Math.min(wanted, rows.length - 1))
  const place: Place = {
    index,
    selectedId: rows[index]?.id,
    top: scrolledTo(model.places[model.tab].top, { index, count: rows.length, height: bodyHeight(model) }),
  }
  return { ...model, places: { ...model.places, [model.tab]: place } }
}

/** The first row on the screen, so that the selected one is on it and no room is left over. */
export function scrolledTo(
  top: number,
  { index, count, height }: { readonly index: number; readonly count: number; readonly height: number },
): number {
  const shown = Math.min(index, Math.max(top, index - height + 1))
  return Math.max(0, Math.min(shown, count - height))
}
