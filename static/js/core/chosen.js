// Which places and stations a dashboard shows: whole places, single stations of others, or all of it.

/** @typedef {import("../contract.js").PlaceInfo} PlaceInfo */
/** @typedef {{place: PlaceInfo, whole: boolean}} Shown a place with the stations that are shown */
/** @typedef {{places: number[], stations: number[]}} Chosen ids; none at all: everything */

/**
 * Keep what is chosen: whole places, and of the others their chosen stations.
 * @param {PlaceInfo[]} places
 * @param {Chosen} chosen
 * @returns {Shown[]}
 */
export function chosenOf(places, { places: ids, stations }) {
  if (ids.length === 0 && stations.length === 0) return places.map((place) => ({ place, whole: true }));
  return places.flatMap(/** @returns {Shown[]} */ (place) => {
    if (ids.includes(place.id)) return [{ place, whole: true }];
    const some = place.stations.filter(({ id }) => stations.includes(id));
    return some.length > 0 ? [{ place: { ...place, stations: some }, whole: false }] : [];
  });
}

/**
 * Add or take away a whole place; its single stations go either way.
 * @param {Chosen} chosen
 * @param {PlaceInfo} place
 * @param {boolean} on
 * @returns {Chosen}
 */
export function withPlace({ places, stations }, place, on) {
  const others = places.filter((id) => id !== place.id);
  return { places: on ? [...others, place.id] : others, stations: stations.filter((id) => !place.stations.some((one) => one.id === id)) };
}

/**
 * Add or take away a single station; its place is no longer meant as a whole.
 * @param {Chosen} chosen
 * @param {PlaceInfo} place
 * @param {number} station
 * @param {boolean} on
 * @returns {Chosen}
 */
export function withStation({ places, stations }, place, station, on) {
  const others = stations.filter((id) => id !== station);
  return { places: places.filter((id) => id !== place.id), stations: on ? [...others, station] : others };
}
