// How often something happens.

/** Count over the last second: `rate(time)` is called at each event, in ms, and returns events per second. */
export function createRate() {
  /** @type {number[]} */
  let times = [];

  /** @param {number} time */
  return (time) => {
    times = [...times.filter((one) => one > time - 1000 && one < time), time];
    return times.length > 1 ? ((times.length - 1) * 1000) / (time - times[0]) : 0;
  };
}
