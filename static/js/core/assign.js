/** The best pairing of two lists, each member used at most once. */

/**
 * Pair rows with columns so that the sum of the rewards is greatest (the Hungarian method with potentials; Kuhn 1955,
 * Munkres 1957). Takes rows² × (rows + columns) steps.
 * @param {readonly (readonly number[])[]} reward [row][column], finite; a pair that is worth nothing (0 or less) is
 *   not made
 * @returns {number[]} the column of every row, or -1
 */
export function assign(reward) {
  const rows = reward.length;
  const columns = rows === 0 ? 0 : reward[0].length;
  const width = columns + rows;
  /** @param {number} row @param {number} column */
  const cost = (row, column) => (column < columns ? -reward[row][column] : 0);
  const row_potential = new Float64Array(rows + 1);
  const column_potential = new Float64Array(width + 1);
  const owner = new Int32Array(width + 1);
  const before = new Int32Array(width + 1);

  for (let row = 1; row <= rows; row++) {
    const slack = new Float64Array(width + 1).fill(Infinity);
    const done = new Uint8Array(width + 1);
    let column = 0;
    owner[0] = row;
    do {
      done[column] = 1;
      let least = Infinity;
      let next = 0;
      for (let c = 1; c <= width; c++) {
        if (done[c]) continue;
        const reduced = cost(owner[column] - 1, c - 1) - row_potential[owner[column]] - column_potential[c];
        if (reduced < slack[c]) {
          slack[c] = reduced;
          before[c] = column;
        }
        if (slack[c] < least) {
          least = slack[c];
          next = c;
        }
      }
      for (let c = 0; c <= width; c++) {
        if (done[c]) {
          row_potential[owner[c]] += least;
          column_potential[c] -= least;
        } else slack[c] -= least;
      }
      column = next;
    } while (owner[column] !== 0);
    while (column !== 0) {
      owner[column] = owner[before[column]];
      column = before[column];
    }
  }

  const pairs = new Array(rows).fill(-1);
  for (let c = 1; c <= columns; c++) if (owner[c] !== 0 && reward[owner[c] - 1][c - 1] > 0) pairs[owner[c] - 1] = c - 1;
  return pairs;
}
