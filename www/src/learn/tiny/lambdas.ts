// The λ that the curve is computed at, the ones that show its shape first.

export const LOW = -0.5;
export const HIGH = 2;

const steps = (step: number) => {
  const count = Math.round((HIGH - LOW) / step) + 1;
  return Array.from({ length: count }, (_, i) => Number((LOW + i * step).toFixed(2)) + 0);
};

export const LAMBDAS: readonly number[] = [
  ...new Set([0, 1, 2, 0.5, 1.5, -0.5, ...steps(0.25), ...steps(0.1)]),
];
