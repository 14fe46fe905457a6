// How fast a merge goes and how long it still takes.
import { text } from "./language";

/** Bytes done at a time in milliseconds. */
export type Sample = { at: number; done: number };

/** The rate is that of the last seconds: disks and downloads change their pace. */
const WINDOW = 6000;
/** A rate over less than this says little. */
const SHORTEST = 500;

/** The samples with one more, without those that are too old to count. */
export function withSample(samples: Sample[], sample: Sample): Sample[] {
  const recent = samples.filter(({ at }) => sample.at - at <= WINDOW);
  return [...recent, sample];
}

export type Pace = { bytesPerSecond: number; secondsLeft: number };

/** The pace by these samples; null while it cannot be told. */
export function pace(samples: Sample[], total: number): Pace | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || last.at - first.at < SHORTEST || last.done <= first.done) return null;
  const bytesPerSecond = ((last.done - first.done) / (last.at - first.at)) * 1000;
  return { bytesPerSecond, secondsLeft: (total - last.done) / bytesPerSecond };
}

/** `8 s`, `2 min 10 s`, `1 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return text.value.seconds(whole);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return text.value.minutes(minutes, whole % 60);
  return text.value.hours(Math.floor(minutes / 60), minutes % 60);
}
