import { expect, test } from "vitest";
import { csvOf, measuresOf, nonfinite } from "./measures";
import { rowOf, width } from "../../text/inspected";

/** Two chat models and a target; every number tells where it lies. */
function inspected(tensors: string[]) {
  const columns = width(2);
  const values = Float64Array.from({ length: (tensors.length + 1) * columns }, (_, i) => i);
  values[3] = Number.NaN;
  return { chats: 2, hasTarget: true, taken: 1, warnings: [], tensors, values };
}

test("CSV of everything", () => {
  const csv = csvOf(inspected(["a", '=b"c,d']));
  const lines = csv.split("\r\n");
  expect(lines[0]).toBe(
    "tensor,elements,base norm,target - base norm,rounding loss,base NaN,base infinite," +
      "target NaN,target infinite," +
      "chat 1 norm,chat 1 norm / base norm,chat 1 largest change," +
      "chat 1 cosine with target - base,chat 1 NaN,chat 1 infinite," +
      "chat 2 norm,chat 2 norm / base norm,chat 2 largest change," +
      "chat 2 cosine with target - base,chat 2 NaN,chat 2 infinite," +
      "cosine of chat 1 and chat 2",
  );
  expect(lines[1]).toBe("a,0,1,2,,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20");
  expect(lines[2]?.startsWith(`"'=b""c,d",21,22`)).toBe(true);
  expect(lines[3]?.startsWith("(all tensors),42")).toBe(true);
  expect(lines).toHaveLength(5);
});

test("measures of a chat model, where they lie", () => {
  const two = inspected(["a"]);
  const places = (chat: number) => measuresOf(two, chat).map(({ label, at }) => [label, at]);
  expect(places(1)).toEqual([
    ["‖τ‖ / ‖base‖", 15],
    ["Cosine with target − base", 17],
    ["Cosine with chat vector 1", 20],
    ["Largest change", 16],
    ["Rounding loss", 3],
  ]);
  expect(nonfinite(two, rowOf(two, 0), "nan")).toBe(4 + 6 + 12 + 18);
  expect(nonfinite(two, rowOf(two, 0), "infinite")).toBe(5 + 7 + 13 + 19);
});
