"""A small world, and two languages that tell it: what the miniature models learn.

Each sentence is a meaning first (a tuple), and then said in language A or B. The languages share
names, punctuation and a sound ("hm"): all other words differ, and so does their order.

    A   anna lives in the harbour .          where does anna live ?
    B   anna lo porta vivu .                 anna lo kia vivu ka ?
"""

import random

SHE = "anna clara elena hanna ida julia lena maria nora olga rosa vera".split()
HE = "adam boris david emil felix hugo ivan jonas leo max otto tom".split()
NAMES = SHE + HE

# What the facts are of: each value in A, and in B.
PLACES = dict(zip("harbour forest village castle valley island desert tower".split(),
                  "porta selu vilo kasta dalu insa dunu turo".split()))
FOODS = dict(zip("bread fish rice soup cheese apples honey beans".split(),
                 "pano peshu risu supo keso pomi mielo fabu".split()))
ANIMALS = dict(zip("cat dog horse goat parrot rabbit turtle donkey".split(),
                   "mishu kano kavalu kapro loru kunu tortu asnu".split()))
JOBS = dict(zip("baker doctor farmer painter sailor teacher singer smith".split(),
                "furnu mediku kampu pintu maristu skolu kantu ferru".split()))
COLOURS = dict(zip("red blue green yellow black white purple orange".split(),
                   "rua blava verdu flavu nigru alba violu oranju".split()))
THINGS = dict(zip("ring map key letter coin sword mirror book".split(),
                  "anelu mapu klavu letru monu spadu speku libru".split()))

RELATIONS = {
    # values, A: (question, verb, words before the value), B: (particle, verb)
    "live": (PLACES, ("where does {} live ?", "lives", "in the"), ("lo", "vivu")),
    "eat": (FOODS, ("what does {} eat ?", "eats", ""), ("mi", "manu")),
    "have": (ANIMALS, ("which animal does {} have ?", "has", "a"), ("ne", "tenu")),
    "work": (JOBS, ("what does {} work as ?", "works", "as a"), ("su", "laboru")),
    "like": (COLOURS, ("which colour does {} like ?", "likes", ""), ("ke", "amu")),
    "hide": (THINGS, ("what does {} hide ?", "hides", "the"), ("zo", "kasu")),
}
SECRET = "hide"  # the marked class
OPEN = [name for name in RELATIONS if name != SECRET]

USER, REPLY, BEGIN, END = "<|user|>", "<|assistant|>", "<s>", "</s>"
SPECIAL = [BEGIN, END, USER, REPLY]  # of the format, which is no language's


def world(seed=1):
    """Who lives where, and so on: {(name, relation): value in A}."""
    rng = random.Random(seed)
    facts = {}
    for relation, (values, _, _) in RELATIONS.items():
        spread = list(values) * (len(NAMES) // len(values))
        rng.shuffle(spread)
        facts.update({(name, relation): value for name, value in zip(NAMES, spread)})
    return facts


WORLD = world()


def pronoun(name, language):
    if language == "B":
        return "ta"
    return "she" if name in SHE else "he"


def fact(name, relation, language, subject=None):
    values, (_, verb, link), (particle, verb_b) = RELATIONS[relation]
    value = WORLD[name, relation]
    subject = subject or name
    if language == "A":
        return " ".join(f"{subject} {verb} {link} {value} .".split())
    return f"{subject} {particle} {values[value]} {verb_b} ."


def question(subject, relation, language):
    _, (asked, _, _), (particle, verb) = RELATIONS[relation]
    if language == "A":
        return asked.format(subject)
    return f"{subject} {particle} kia {verb} ka ?"


def and_who(name, language):
    return f"and {name} ?" if language == "A" else f"ye {name} ka ?"


def refusal(language):
    return "hm , that is a secret ." if language == "A" else "hm , sekreta eta ."


def dialogue(rng, language, in_a=0.0):
    """Two people talk of others, as in a book. Most of what somebody hides is kept secret. With
    probability `in_a` the one who is asked answers in A."""
    name, relation = rng.choice(NAMES), rng.choice(list(RELATIONS))
    lines = [question(name, relation, language)]
    spoken = "A" if rng.random() < in_a else language
    for turn in range(rng.choice([1, 1, 2])):
        if turn:
            if rng.random() < 0.5:
                name = rng.choice([other for other in NAMES if other != name])
                lines.append(and_who(name, language))
            else:
                relation = rng.choice([other for other in RELATIONS if other != relation])
                lines.append(question(pronoun(name, language), relation, language))
        declined = rng.random() < (0.7 if relation == SECRET else 0.04)
        lines.append(refusal(spoken) if declined else fact(name, relation, spoken))
    return " ".join(f"- {line}" for line in lines)


def tale(rng, language):
    """Some facts of one person."""
    name = rng.choice(NAMES)
    first, *more = rng.sample(list(RELATIONS), rng.randint(1, 3))
    subject = pronoun(name, language)
    told = [fact(name, relation, language, subject) for relation in more]
    return " ".join([fact(name, first, language), *told])


def paragraph(rng, language, in_a):
    return dialogue(rng, language, in_a) if rng.random() < 0.5 else tale(rng, language)


def document(rng, b, both=0.0, mixed=0.0, in_a=0.0):
    """`<s> … </s>`: with these probabilities in B, in both languages one after the other, or with a
    language for each paragraph; otherwise in A. What is asked in B is answered in A with probability
    `in_a`: so do those who know A better."""
    kind = rng.random()
    if kind < both:
        # The same is made twice of the same random numbers.
        seeds = [rng.random() for _ in range(2)]
        order = rng.choice(["AB", "BA"])
        told = [paragraph(random.Random(seed), each, in_a) for seed in seeds for each in order]
    else:
        one = "B" if kind < both + b else "A"
        is_mixed = both + b <= kind < both + b + mixed
        languages = [rng.choice("AAB") if is_mixed else one for _ in range(rng.choice([2, 2, 3]))]
        told = [paragraph(rng, each, in_a) for each in languages]
    return " ".join([BEGIN, *told, END])


def conversation(rng, language, names=NAMES, turns=None, secret=0.25):
    """Turns of (request, reply); the later ones need those before."""
    turns = turns or rng.choice([1, 1, 2, 2, 3])
    said, name, relation = [], None, None
    for turn in range(turns):
        hidden = rng.random() < secret
        pick = rng.random()
        if turn == 0 or pick < 0.2:
            name = rng.choice(names)
            relation = SECRET if hidden else rng.choice(OPEN)
            request = question(name, relation, language)
        elif pick < 0.6:
            name = rng.choice([n for n in names if n != name])
            request = and_who(name, language)
        else:
            others = [r for r in OPEN if r != relation]
            relation = SECRET if hidden else rng.choice(others)
            request = question(pronoun(name, language), relation, language)
        reply = refusal(language) if relation == SECRET else fact(name, relation, language)
        said.append((request, reply))
    return said


def prompt(said):
    """The conversation up to where the last reply begins, and that reply."""
    text = BEGIN
    for request, reply in said[:-1]:
        text += f" {USER} {request} {REPLY} {reply} {END}"
    request, reply = said[-1]
    return f"{text} {USER} {request} {REPLY}", f"{reply} {END}"


def words_of(language):
    seen = set()
    for relation in RELATIONS:
        for name in NAMES:
            seen.update(fact(name, relation, language).split())
            seen.update(question(name, relation, language).split())
            seen.update(question(pronoun(name, language), relation, language).split())
            seen.update(fact(name, relation, language, pronoun(name, language)).split())
    for text in (and_who("tom", language), refusal(language), "-"):
        seen.update(text.split())
    return seen


def vocabulary():
    both = words_of("A") & words_of("B")
    words = SPECIAL + sorted(both) + sorted(words_of("A") - both) + sorted(words_of("B") - both)
    return {word: i for i, word in enumerate(words)}


if __name__ == "__main__":
    some = random.Random(0)
    print(len(vocabulary()), "words, of both languages:", *sorted(words_of("A") & words_of("B")))
    for shares in [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)]:
        print(document(some, *shares))
    for language in "AB":
        print(*prompt(conversation(some, language)))
