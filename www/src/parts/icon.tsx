// Small drawings for buttons whose words are their accessible names.
const PATHS = {
  file: "M4 1.75h5L12.25 5v9.25H4zM8.75 2v3.25H12",
  folder: "M1.75 3.25h4.5l1.5 1.75h6.5v7.75H1.75z",
  plus: "M8 3v10M3 8h10",
  cross: "M4 4l8 8M12 4l-8 8",
  up: "M8 13V3.5M4 7l4-4 4 4",
  down: "M8 3v9.5M4 9l4 4 4-4",
  save: "M8 2v8M4.5 7L8 10.5 11.5 7M2.5 13.5h11",
  check: "M3 8.5l3.5 3.5L13 4.5",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
