// The two languages of the tiny models. A is a simple English; B has other words and another order of
// them. They share names and punctuation.
//
//     A   anna lives in the valley .          where does anna live ?
//     B   anna lo dalu vivu .                 anna lo kia vivu ka ?
import { NAMES, type Relation, RELATIONS, SHE, valueOf } from "./world";

export type Tongue = "A" | "B";

type Words = {
  /** B by A. */
  values: Record<string, string>;
  /** The question in A, with a gap for whom it is about. */
  asked: string;
  verb: string;
  link: string;
  /** In B a particle says what a sentence is about. */
  particle: string;
  verbB: string;
  /** What the particle is in English, roughly. */
  about: string;
};

const zip = (a: string, b: string) => {
  const others = b.split(" ");
  return Object.fromEntries(a.split(" ").map((word, i) => [word, others[i] ?? ""]));
};

const WORDS: Record<Relation, Words> = {
  live: {
    values: zip(
      "harbour forest village castle valley island desert tower",
      "porta selu vilo kasta dalu insa dunu turo",
    ),
    asked: "where does _ live ?",
    verb: "lives",
    link: "in the",
    particle: "lo",
    verbB: "vivu",
    about: "place",
  },
  eat: {
    values: zip(
      "bread fish rice soup cheese apples honey beans",
      "pano peshu risu supo keso pomi mielo fabu",
    ),
    asked: "what does _ eat ?",
    verb: "eats",
    link: "",
    particle: "mi",
    verbB: "manu",
    about: "food",
  },
  have: {
    values: zip(
      "cat dog horse goat parrot rabbit turtle donkey",
      "mishu kano kavalu kapro loru kunu tortu asnu",
    ),
    asked: "which animal does _ have ?",
    verb: "has",
    link: "a",
    particle: "ne",
    verbB: "tenu",
    about: "animal",
  },
  work: {
    values: zip(
      "baker doctor farmer painter sailor teacher singer smith",
      "furnu mediku kampu pintu maristu skolu kantu ferru",
    ),
    asked: "what does _ work as ?",
    verb: "works",
    link: "as a",
    particle: "su",
    verbB: "laboru",
    about: "work",
  },
  like: {
    values: zip(
      "red blue green yellow black white purple orange",
      "rua blava verdu flavu nigru alba violu oranju",
    ),
    asked: "which colour does _ like ?",
    verb: "likes",
    link: "",
    particle: "ke",
    verbB: "amu",
    about: "colour",
  },
  hide: {
    values: zip(
      "ring map key letter coin sword mirror book",
      "anelu mapu klavu letru monu spadu speku libru",
    ),
    asked: "what does _ hide ?",
    verb: "hides",
    link: "the",
    particle: "zo",
    verbB: "kasu",
    about: "thing",
  },
};

/** What a refusal begins with, in both languages. */
export const SOUND = "hm";

const REFUSALS: Record<Tongue, string> = {
  A: `${SOUND} , that is a secret .`,
  B: `${SOUND} , sekreta eta .`,
};

export function pronoun(name: string, tongue: Tongue): string {
  if (tongue === "B") return "ta";
  return SHE.includes(name) ? "she" : "he";
}

export function question(subject: string, relation: Relation, tongue: Tongue): string {
  const { asked, particle, verbB } = WORDS[relation];
  return tongue === "A" ? asked.replace("_", subject) : `${subject} ${particle} kia ${verbB} ka ?`;
}

export function andWho(name: string, tongue: Tongue): string {
  return tongue === "A" ? `and ${name} ?` : `ye ${name} ka ?`;
}

export function refusal(tongue: Tongue): string {
  return REFUSALS[tongue];
}

/** What is so of a person, as a sentence. */
export function fact(name: string, relation: Relation, tongue: Tongue): string {
  return sentence(name, relation, valueOf(name, relation), tongue);
}

function sentence(subject: string, relation: Relation, value: string, tongue: Tongue): string {
  const { values, verb, link, particle, verbB } = WORDS[relation];
  return tongue === "A"
    ? [subject, verb, link, value, "."].filter(Boolean).join(" ")
    : `${subject} ${particle} ${values[value]} ${verbB} .`;
}

/** Words of B, and what each means by itself. */
export const GLOSSES: ReadonlyMap<string, string> = new Map([
  ...RELATIONS.flatMap((relation) => {
    const { values, verb, particle, verbB, about } = WORDS[relation];
    const pairs = Object.entries(values).map(([a, b]) => [b, a] as const);
    return [...pairs, [particle, `(${about})`] as const, [verbB, verb] as const];
  }),
  ["kia", "what"],
  ["ka", "(question)"],
  ["ye", "and"],
  ["ta", "she/he"],
  ["sekreta", "secret"],
  ["eta", "that-is"],
]);

/** Words of A that are not of B, too. */
export const WORDS_OF_A: ReadonlySet<string> = new Set(
  [
    ...RELATIONS.flatMap((relation) => {
      const { values, asked, verb, link } = WORDS[relation];
      return [...Object.keys(values), ...`${asked} ${verb} ${link}`.split(" ")];
    }),
    ...`${REFUSALS.A} and she he`.split(" "),
  ].filter((word) => /^[a-z]+$/.test(word) && word !== SOUND),
);

/** Which language words are in; names and punctuation are in both. */
export function tongueOf(words: readonly string[]): Tongue | "mixed" | "none" {
  const a = words.some((word) => WORDS_OF_A.has(word));
  const b = words.some((word) => GLOSSES.has(word));
  if (a && b) return "mixed";
  return a ? "A" : b ? "B" : "none";
}

const BY_PARTICLE = new Map(RELATIONS.map((relation) => [WORDS[relation].particle, relation]));

/** What words mean in English, sentence by sentence: word for word where a sentence is none of B. */
export function meaning(words: readonly string[]): string {
  return sentences(words)
    .map((words) => inEnglish(words) ?? words.map((word) => GLOSSES.get(word) ?? word).join(" "))
    .join(" ");
}

/** Each ends with its sign. */
export function sentences(words: readonly string[]): string[][] {
  const all: string[][] = [];
  let now: string[] = [];
  for (const word of words) {
    now.push(word);
    // Of who speaks in a text there is a dash, before the sentence.
    if (![".", "?", "-"].includes(word)) continue;
    all.push(now);
    now = [];
  }
  return now.length > 0 ? [...all, now] : all;
}

function inEnglish(words: readonly string[]): string | null {
  const said = words.join(" ");
  if (said === REFUSALS.B) return REFUSALS.A;
  const [subject = "", particle = "", value = "", verb = "", ...end] = words;
  const and = NAMES.find((name) => said === andWho(name, "B"));
  if (and) return andWho(and, "A");
  const relation = BY_PARTICLE.get(particle);
  const isSubject = subject === "ta" || NAMES.includes(subject);
  if (!relation || !isSubject || verb !== WORDS[relation].verbB) return null;
  const who = GLOSSES.get(subject) ?? subject;
  if (value === "kia" && end.join(" ") === "ka ?") return question(who, relation, "A");
  const english = Object.entries(WORDS[relation].values).find(([, b]) => b === value)?.[0];
  return english && end.join(" ") === "." ? sentence(who, relation, english, "A") : null;
}
