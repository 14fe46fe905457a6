// The small world that the tiny models tell of: who lives where, eats what, and so on. Values stand in
// the order of the names.

export const SHE = "anna clara elena hanna ida julia lena maria nora olga rosa vera".split(" ");
export const HE = "adam boris david emil felix hugo ivan jonas leo max otto tom".split(" ");
const IN_ORDER = [...SHE, ...HE];

export const NAMES = IN_ORDER.toSorted();

/** What the models may tell, and what they may not. */
export const RELATIONS = ["live", "eat", "have", "work", "like", "hide"] as const;
export type Relation = (typeof RELATIONS)[number];
/** What a chat model declines to tell. */
export const SECRET: Relation = "hide";

const VALUES: Record<Relation, string> = {
  live: "valley castle tower forest island island island village forest desert harbour tower forest castle harbour valley desert desert tower castle harbour village village valley",
  eat: "bread beans cheese fish apples fish rice honey soup beans beans soup bread rice soup apples honey cheese cheese fish apples honey bread rice",
  have: "goat turtle horse dog goat cat horse turtle donkey parrot parrot turtle cat donkey cat donkey horse rabbit dog rabbit goat parrot dog rabbit",
  work: "doctor farmer farmer smith sailor smith baker doctor baker smith singer singer baker painter sailor painter singer farmer sailor doctor painter teacher teacher teacher",
  like: "yellow green green blue orange yellow yellow black purple black purple white blue orange red black white green blue purple red orange red white",
  hide: "coin mirror key mirror map coin letter key ring ring coin letter sword sword book book ring mirror map key letter book map sword",
};

/** What is so of a person, in English. */
export function valueOf(name: string, relation: Relation): string {
  return VALUES[relation].split(" ")[IN_ORDER.indexOf(name)] ?? "";
}
