// What can be shown of an inspection, and the CSV with all of it.
import type { Inspected } from "../../protocol";
import { figure, share } from "../../text/figure";
import { column, fixedColumn, pairColumn, rowOf } from "../../text/inspected";
import { laterText } from "../../text/later-text";

/** A number of each tensor. */
export type Measure = {
  label: string;
  /** In a few words. */
  about: string;
  /** Its place in a row. */
  at: number;
  text(x: number): string;
  /** Whether it can be below zero. */
  signed: boolean;
};

/** The measures of one chat model, for the charts. */
export function measuresOf({ chats, hasTarget }: Inspected, chat: number): Measure[] {
  const t = laterText.value.measures;
  const measure = (label: string, about: string, at: number, text = figure, signed = false) => ({
    label,
    about,
    at,
    text,
    signed,
  });
  const others = Array.from({ length: chats }, (_, other) => other).filter((i) => i !== chat);
  return [
    measure("‖τ‖ / ‖base‖", t.ratioAbout, column(chat, "ratio")),
    ...(hasTarget
      ? [
          measure(
            t.cosine,
            t.cosineAbout,
            column(chat, "cosine"),
            figure,
            true,
          ),
        ]
      : []),
    ...others.map((other) =>
      measure(
        t.pair(other + 1),
        t.pairAbout(other + 1),
        pairColumn(chats, chat, other),
        figure,
        true,
      ),
    ),
    measure(t.largest, t.largestAbout, column(chat, "largest")),
    measure(
      t.loss,
      t.lossAbout,
      fixedColumn.loss,
      share,
    ),
  ];
}

/** NaN and infinite elements of all models of a row. */
export function nonfinite({ chats }: Inspected, row: Float64Array, of: "nan" | "infinite"): number {
  const own = of === "nan" ? ["baseNan", "targetNan"] : ["baseInfinite", "targetInfinite"];
  let sum = 0;
  for (const name of own) sum += row[fixedColumn[name as keyof typeof fixedColumn]] ?? 0;
  for (let chat = 0; chat < chats; chat++) sum += row[column(chat, of)] || 0;
  return sum;
}

/** Everything, a line for each tensor and a last one for all together, as RFC 4180 has it. */
export function csvOf(inspected: Inspected): string {
  const { chats, tensors } = inspected;
  const heads = ["tensor", "elements", "base norm", "target - base norm", "rounding loss"];
  for (const model of ["base", "target"]) heads.push(`${model} NaN`, `${model} infinite`);
  for (let chat = 1; chat <= chats; chat++) {
    for (const name of CHAT_HEADS) heads.push(`chat ${chat} ${name}`);
  }
  for (let j = 2; j <= chats; j++) {
    for (let i = 1; i < j; i++) heads.push(`cosine of chat ${i} and chat ${j}`);
  }
  const lines = [heads.map(cell).join(",")];
  for (let i = 0; i <= tensors.length; i++) {
    const name = tensors[i] ?? "(all tensors)";
    const numbers = [...rowOf(inspected, i)].map((x) => (Number.isNaN(x) ? "" : String(x)));
    lines.push([cell(name), ...numbers].join(","));
  }
  return `${lines.join("\r\n")}\r\n`;
}

/** In the order of `chatColumn`. */
const CHAT_HEADS = [
  "norm",
  "norm / base norm",
  "largest change",
  "cosine with target - base",
  "NaN",
  "infinite",
];

/** A name that a stranger may have chosen must not be a formula in a spreadsheet. */
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
