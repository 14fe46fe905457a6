// Sizes in words, in decimal units as disks and Hugging Face count.
import { text } from "./language";

const UNITS = [
  [1e12, "TB"],
  [1e9, "GB"],
  [1e6, "MB"],
  [1e3, "kB"],
] as const;

/** `4.94 GB`, `12.3 MB`, `512 bytes`. */
export function byteSize(bytes: number): string {
  for (const [unit, suffix] of UNITS) {
    // 999_999 bytes round to 1.00 MB, not to 1000 kB.
    if (bytes >= unit * 0.9995 && bytes >= 1000) {
      return `${significant(bytes / unit)} ${suffix}`;
    }
  }
  return text.value.bytes(bytes);
}

/** `412 MB/s`. */
export function byteRate(bytesPerSecond: number): string {
  const megabytes = bytesPerSecond / 1e6;
  return `${megabytes < 10 ? megabytes.toFixed(1) : megabytes.toFixed(0)} MB/s`;
}

function significant(value: number): string {
  if (value < 9.995) return value.toFixed(2);
  return value < 99.95 ? value.toFixed(1) : value.toFixed(0);
}

/** `7,241` */
export function groups(count: number): string {
  return text.value.number(count);
}
