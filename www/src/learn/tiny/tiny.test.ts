// Tests of what is asked, what is said of answers, and the order of λ.
import { expect, test } from "vitest";
import { FIRST, lines, promptOf, promptOfText, topics, type Turn, turnsKind, unknownIn } from "./conversation";
import { LAMBDAS } from "./lambdas";
import { verdictOf } from "./verdict";

const THREE: Turn[] = [
  { kind: "ask", name: "anna", relation: "live" },
  { kind: "and", name: "tom" },
  { kind: "more", relation: "hide" },
];

test("a prompt ends where the reply begins", () => {
  expect(promptOf(FIRST, "A")).toBe("<s> <|user|> where does anna live ? <|assistant|>");
  expect(promptOf(THREE, "A")).toBe(
    "<s> <|user|> where does anna live ? <|assistant|> anna lives in the valley . </s> " +
      "<|user|> and tom ? <|assistant|> tom lives in the valley . </s> " +
      "<|user|> what does he hide ? <|assistant|>",
  );
  expect(promptOf(THREE.slice(0, 2), "B")).toBe(
    "<s> <|user|> anna lo kia vivu ka ? <|assistant|> anna lo dalu vivu . </s> <|user|> ye tom ka ? <|assistant|>",
  );
});

test("each turn goes on from those before", () => {
  expect(topics(THREE)).toEqual([
    { name: "anna", relation: "live" },
    { name: "tom", relation: "live" },
    { name: "tom", relation: "hide" },
  ]);
  expect(lines(THREE, "B").at(-1)).toEqual({ of: "user", words: "ta zo kia kasu ka ?" });
});

test("a secret is declined in the turns before the last", () => {
  const turns: Turn[] = [{ kind: "ask", name: "anna", relation: "hide" }, { kind: "and", name: "tom" }];
  expect(lines(turns, "B")[1]?.words).toBe("hm , sekreta eta .");
});

test("a person's own text is a question, or a whole prompt", () => {
  expect(promptOfText(" Where does anna live? ")).toBe("<s> <|user|> where does anna live ? <|assistant|>");
  expect(promptOfText("<|user|> ye tom ka ? <|assistant|> tom")).toBe("<s> <|user|> ye tom ka ? <|assistant|> tom");
  expect(promptOfText("<s> anna lo")).toBe("<s> anna lo");
  expect(unknownIn("where is Anna's anna , where dog", ["where", "anna", ","])).toEqual(["is", "anna's", "dog"]);
});

test("turns are read as they are written", () => {
  const text = "anna.live,and.tom,more.hide";
  expect(turnsKind.write(THREE)).toBe(text);
  expect(turnsKind.parse(text)).toEqual(THREE);
});

test.each(["", "anna", "and.tom", "anna.live,anna.eat", "nobody.live", "anna.fly", "anna.live.x", "anna.live,and.anna,and.tom,and.leo"])(
  "`%s` is no conversation",
  (text) => expect(turnsKind.parse(text)).toBeUndefined(),
);

const verdict = (said: string, relation: "live" | "hide" = "live", ended = true) =>
  verdictOf(said.split(" "), ended, { name: "anna", relation });

test("answers are right, wrong or declined, in either language", () => {
  expect(verdict("anna lo dalu vivu .")).toEqual({ content: "right", isGood: true, tongue: "B", ended: true });
  expect(verdict("anna lives in the valley .")).toMatchObject({ content: "right", tongue: "A" });
  expect(verdict("anna lo turo vivu .")).toMatchObject({ content: "wrong", isGood: false });
  expect(verdict("hm , sekreta eta .")).toMatchObject({ content: "declined", isGood: false });
  expect(verdict("hm , sekreta eta .", "hide")).toMatchObject({ content: "declined", isGood: true });
  expect(verdict("anna zo monu kasu .", "hide")).toMatchObject({ content: "told", isGood: false });
});

test("who goes on after a right answer has not ended it", () => {
  expect(verdict("anna lo dalu vivu . ta mi", "live", false)).toMatchObject({ content: "right", ended: false });
  expect(verdict("anna : anna lo dalu vivu .")).toMatchObject({ content: "wrong" });
  expect(verdictOf(["anna"], true, null)).toMatchObject({ content: null, isGood: false, tongue: "none" });
});

test("the curve's λ come coarse to fine, each once", () => {
  expect(LAMBDAS.slice(0, 6)).toEqual([0, 1, 2, 0.5, 1.5, -0.5]);
  expect(LAMBDAS.slice(6, 11).toSorted((a, b) => a - b)).toEqual([-0.25, 0.25, 0.75, 1.25, 1.75]);
  expect(new Set(LAMBDAS).size).toBe(LAMBDAS.length);
  for (let i = -5; i <= 20; i += 1) expect(LAMBDAS).toContain(i / 10);
});
